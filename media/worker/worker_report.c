#include "media/worker/worker_report.h"

#include "gateway/base/log.h"
#include "gateway/base/loop.h"
#include "gateway/base/mailbox.h"
#include "media/router/room.h"
#include "media/router/room_endpoint.h"
#include "media/rtp/packet_buffer.h"
#include "media/transport/tcp_port.h"
#include "media/transport/transport_host.h"
#include "media/transport/udp_sender.h"
#include "media/transport/udp_socket.h"
#include "media/worker/worker_endpoint.h"
#include "media/worker/worker_room.h"
#include "media/worker/worker_state.h"

#include <inttypes.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

LOG_TOPIC("load");

/* ---- load ---- */

/* What the kernel dropped because we did not read in time; one call a second. */
static uint64_t receive_overflows(const struct worker_state *worker)
{
    uint32_t memory[SK_MEMINFO_VARS] = {0};
    socklen_t size = sizeof(memory);
    return getsockopt(transport_host_fd(worker->host), SOL_SOCKET, SO_MEMINFO, memory, &size) == 0
               ? memory[SK_MEMINFO_DROPS]
               : 0;
}

static void apply_load(struct worker_state *worker, enum worker_load_level before, uint64_t now_us)
{
    const enum worker_load_level level = worker_load_level(&worker->load);
    worker->times_full += before == WORKER_LOAD_CALM;
    worker->times_thinned += level == WORKER_LOAD_THINNED;
    log_warning("load", "worker=%u level=%s busy_permille=%" PRIu32 " packets_free=%zu",
                worker->index, worker_load_level_name(level), worker_load_permille(&worker->load),
                packet_buffer_pool_available(worker->packets));
    LIST_FOR_EACH (element, &worker->rooms) {
        const struct worker_room *room = LIST_ENTRY(element, struct worker_room, in_worker);
        room_set_thinned(room->room, level == WORKER_LOAD_THINNED, now_us);
    }
}

static void measure_load(struct worker_state *worker, uint64_t now_us, uint64_t overflowed)
{
    const struct worker_load_sample sample = {
        .now_us = now_us,
        .busy_us = loop_busy_us(worker->loop),
        .overflowed = overflowed,
        .packets_free = (uint32_t)packet_buffer_pool_available(worker->packets),
        .packets_all = (uint32_t)worker->packets_all,
    };
    const enum worker_load_level before = worker_load_level(&worker->load);
    if (worker_load_update(&worker->load, &sample)) {
        apply_load(worker, before, now_us);
    }
}

/* ---- reports ---- */

/* What the endpoints of the room refused so far. */
static uint64_t rejected_in(const struct worker_room *room)
{
    uint64_t rejected = 0;
    LIST_FOR_EACH (element, &room->endpoints) {
        const struct worker_endpoint *endpoint =
            LIST_ENTRY(element, struct worker_endpoint, in_room);
        rejected += room_endpoint_packets_rejected(endpoint->place);
    }
    return rejected;
}

static void add_tcp(struct worker_report *report, const struct tcp_port_statistics *tcp)
{
    report->packets_received += tcp->packets_received;
    report->packets_sent += tcp->packets_sent;
    report->bytes_received += tcp->bytes_received;
    report->bytes_sent += tcp->bytes_sent;
    report->send_dropped += tcp->send_dropped;
    report->tcp_refused = tcp->refused + tcp->strangers_gone;
}

void worker_report_post(struct worker_state *worker)
{
    const struct transport_host_statistics *host = transport_host_statistics(worker->host);
    const struct udp_socket_statistics *socket = transport_host_socket_statistics(worker->host);
    const struct udp_sender_statistics *sender = transport_host_sender_statistics(worker->host);
    const struct tcp_port_statistics *tcp = transport_host_tcp_statistics(worker->host);
    struct worker_report *report = calloc(1, sizeof(*report));
    report->message.type = WORKER_EVENT_REPORT;
    report->worker = worker->index;
    report->rooms = (uint32_t)fixed_map_count(worker->rooms_by_id);
    report->endpoints = (uint32_t)fixed_map_count(worker->endpoints_by_id);
    report->receive_overflowed = receive_overflows(worker);
    measure_load(worker, loop_now_us(worker->loop), report->receive_overflowed);
    report->endpoints_max = (uint32_t)worker->peers_max;
    report->load_permille = worker_load_permille(&worker->load);
    report->load_level = (uint32_t)worker_load_level(&worker->load);
    report->times_full = worker->times_full;
    report->times_thinned = worker->times_thinned;
    report->packet_slots_free = (uint32_t)packet_buffer_pool_available(worker->packets);
    report->packets_received = socket->datagrams_received;
    report->packets_sent = sender->datagrams_sent;
    report->bytes_received = socket->bytes_received;
    report->bytes_sent = sender->bytes_sent;
    report->datagrams_unknown = host->datagrams_unknown + socket->datagrams_truncated;
    report->stun_rejected = host->stun_unknown + host->stun_rejected + host->stun_limited;
    report->dtls_rejected = host->dtls_rejected + host->half_open_refused;
    report->srtp_rejected = host->srtp_rejected;
    report->consent_requests = host->consent_requests;
    report->rtp_rejected = worker->rtp_rejected_before;
    report->recorder_dropped = worker->recorder_dropped_before;
    report->pool_exhausted = packet_buffer_pool_exhausted_count(worker->packets);
    report->send_dropped = sender->send_dropped;
    report->loop_slow_handlers = loop_slow_handlers(worker->loop);
    if (tcp) {
        add_tcp(report, tcp);
    }
    LIST_FOR_EACH (element, &worker->rooms) {
        const struct worker_room *room = LIST_ENTRY(element, struct worker_room, in_worker);
        report->rtp_rejected += rejected_in(room);
        report->recorder_dropped += room_recorder_dropped(room->room);
    }
    mailbox_post(worker->events, &report->message);
}
