#include "media/worker/worker_report.h"

#include "gateway/base/loop.h"
#include "gateway/base/mailbox.h"
#include "media/router/room_endpoint.h"
#include "media/rtp/packet_buffer.h"
#include "media/transport/transport_host.h"
#include "media/transport/udp_sender.h"
#include "media/transport/udp_socket.h"
#include "media/worker/worker_endpoint.h"
#include "media/worker/worker_room.h"
#include "media/worker/worker_state.h"

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

void worker_report_post(struct worker_state *worker)
{
    const struct transport_host_statistics *host = transport_host_statistics(worker->host);
    const struct udp_socket_statistics *socket = transport_host_socket_statistics(worker->host);
    const struct udp_sender_statistics *sender = transport_host_sender_statistics(worker->host);
    struct worker_report *report = calloc(1, sizeof(*report));
    report->message.type = WORKER_EVENT_REPORT;
    report->worker = worker->index;
    report->rooms = (uint32_t)fixed_map_count(worker->rooms_by_id);
    report->endpoints = (uint32_t)fixed_map_count(worker->endpoints_by_id);
    report->packet_slots_free = (uint32_t)packet_buffer_pool_available(worker->packets);
    report->packets_received = socket->datagrams_received;
    report->packets_sent = sender->datagrams_sent;
    report->bytes_received = socket->bytes_received;
    report->bytes_sent = sender->bytes_sent;
    report->datagrams_unknown = host->datagrams_unknown + socket->datagrams_truncated;
    report->stun_rejected = host->stun_unknown + host->stun_rejected + host->stun_limited;
    report->dtls_rejected = host->dtls_rejected + host->half_open_refused;
    report->srtp_rejected = host->srtp_rejected;
    report->rtp_rejected = worker->rtp_rejected_before;
    report->pool_exhausted = packet_buffer_pool_exhausted_count(worker->packets);
    report->send_dropped = sender->send_dropped;
    report->loop_slow_handlers = loop_slow_handlers(worker->loop);
    LIST_FOR_EACH (element, &worker->rooms) {
        report->rtp_rejected += rejected_in(LIST_ENTRY(element, struct worker_room, in_worker));
    }
    mailbox_post(worker->events, &report->message);
}
