#include "media/worker/worker_endpoint.h"

#include "gateway/base/log.h"
#include "gateway/base/mailbox.h"
#include "media/router/room.h"
#include "media/router/room_endpoint.h"
#include "media/transport/peer_transport.h"
#include "media/transport/transport_host.h"
#include "media/worker/worker_room.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>

LOG_TOPIC("endpoint");

/* ---- events ---- */

static void post_connected(struct mailbox *events, uint64_t endpoint_id, const char *profile)
{
    struct worker_endpoint_event *event = calloc(1, sizeof(*event));
    event->message.type = WORKER_EVENT_ENDPOINT_CONNECTED;
    event->endpoint_id = endpoint_id;
    event->srtp_profile = profile;
    mailbox_post(events, &event->message);
}

void worker_endpoint_post_failure(struct mailbox *events, uint64_t endpoint_id,
                                  enum endpoint_failure failure)
{
    struct worker_endpoint_event *event = calloc(1, sizeof(*event));
    event->message.type = WORKER_EVENT_ENDPOINT_FAILED;
    event->endpoint_id = endpoint_id;
    event->failure = failure;
    mailbox_post(events, &event->message);
}

/* ---- what the transport tells ---- */

static void on_connected(void *context, const char *profile, uint64_t now_us)
{
    struct worker_endpoint *endpoint = context;
    struct peer_transport_statistics transport;
    peer_transport_statistics(endpoint->transport, &transport);
    room_endpoint_set_connected(endpoint->place, transport.handshake_rtt_us, now_us);
    log_info("connected", "endpoint=%" PRIu64 " profile=%s", endpoint->id, profile);
    post_connected(endpoint->config.events, endpoint->id, profile);
}

static void end(struct worker_endpoint *endpoint, enum endpoint_failure failure)
{
    worker_endpoint_post_failure(endpoint->config.events, endpoint->id, failure);
    list_append(endpoint->config.ended, &endpoint->in_ended);
}

static void on_failed(void *context, enum peer_transport_failure failure, uint64_t now_us)
{
    static const struct {
        enum endpoint_failure failure;
        const char *name;
    } failures[] = {
        [PEER_TRANSPORT_FAILURE_ICE_TIMEOUT] = {ENDPOINT_FAILURE_ICE_TIMEOUT, "ice_timeout"},
        [PEER_TRANSPORT_FAILURE_CONSENT_EXPIRED] = {ENDPOINT_FAILURE_CONSENT_EXPIRED,
                                                    "consent_expired"},
        [PEER_TRANSPORT_FAILURE_DTLS] = {ENDPOINT_FAILURE_DTLS, "dtls"},
        [PEER_TRANSPORT_FAILURE_FINGERPRINT] = {ENDPOINT_FAILURE_FINGERPRINT, "fingerprint"},
        [PEER_TRANSPORT_FAILURE_NO_SRTP_PROFILE] = {ENDPOINT_FAILURE_NO_SRTP_PROFILE,
                                                    "no_srtp_profile"},
    };
    struct worker_endpoint *endpoint = context;
    (void)now_us;
    log_warning("failed", "endpoint=%" PRIu64 " reason=%s", endpoint->id, failures[failure].name);
    end(endpoint, failures[failure].failure);
}

static void on_closed(void *context, uint64_t now_us)
{
    struct worker_endpoint *endpoint = context;
    (void)now_us;
    log_info("closed_by_peer", "endpoint=%" PRIu64, endpoint->id);
    end(endpoint, ENDPOINT_FAILURE_CLOSED);
}

static void on_rtp(void *context, struct packet_buffer *packet)
{
    const struct worker_endpoint *endpoint = context;
    worker_room_note_packet(endpoint->home);
    room_endpoint_on_rtp(endpoint->place, packet);
}

static void on_rtcp(void *context, const uint8_t *compound, size_t size, uint64_t arrival_us)
{
    struct worker_endpoint *endpoint = context;
    room_endpoint_on_rtcp(endpoint->place, compound, size, arrival_us);
}

static void on_silence(void *context, bool silent, uint64_t now_us)
{
    const struct worker_endpoint *endpoint = context;
    struct worker_silence_event *event = calloc(1, sizeof(*event));
    if (!silent) {
        room_endpoint_on_return(endpoint->place, now_us);
    }
    event->message.type = WORKER_EVENT_SILENCE;
    event->endpoint_id = endpoint->id;
    event->silent = silent;
    log_info("silence", "endpoint=%" PRIu64 " silent=%d", endpoint->id, silent);
    mailbox_post(endpoint->config.events, &event->message);
}

/* ---- the sink of the room ---- */

static int send_to_browser(void *context, enum sink_datagram kind, const struct packet_part *parts,
                           size_t part_count)
{
    struct worker_endpoint *endpoint = context;

    if (!endpoint->transport) {
        return -ENOTCONN;
    }
    if (kind == SINK_RTCP) {
        assert(part_count == 1);
        return peer_transport_send_rtcp(endpoint->transport, parts[0].data, parts[0].size);
    }
    return peer_transport_send_rtp(endpoint->transport, parts, part_count);
}

/* ---- life ---- */

static int open_transport(struct worker_endpoint *endpoint,
                          const struct endpoint_transport *transport, uint64_t now_us)
{
    static const struct peer_transport_ops ops = {
        .on_connected = on_connected,
        .on_failed = on_failed,
        .on_closed = on_closed,
        .on_rtp = on_rtp,
        .on_rtcp = on_rtcp,
        .on_silence = on_silence,
    };
    const struct peer_transport_config config = {
        .local_ufrag = transport->local.ufrag,
        .local_pwd = transport->local.pwd,
        .remote_ufrag = transport->remote.ufrag,
        .remote_pwd = transport->remote.pwd,
        .remote_fingerprint = transport->remote_fingerprint,
        .ops = &ops,
        .context = endpoint,
    };
    return peer_transport_create(endpoint->config.host, &config, now_us, &endpoint->transport);
}

int worker_endpoint_create(const struct worker_endpoint_config *config,
                           const struct worker_endpoint_open *open, uint64_t now_us,
                           struct worker_endpoint **ret_endpoint)
{
    static const struct sink_ops sink_ops = {.send = send_to_browser};
    AUTO(worker_endpoint) endpoint = calloc(1, sizeof(*endpoint));
    *endpoint = (struct worker_endpoint){.id = open->endpoint_id, .config = *config};
    list_init(&endpoint->in_room);
    list_init(&endpoint->in_ended);
    endpoint->reported_at_us = now_us;

    int r = open_transport(endpoint, &open->transport, now_us);
    if (r < 0) {
        return r;
    }
    const struct room_endpoint_config place = {
        .id = open->endpoint_id,
        .label = open->label,
        .sink = {.ops = &sink_ops, .context = endpoint},
    };
    endpoint->place = room_open_endpoint(config->room, &place, now_us);
    if (!endpoint->place) {
        return -ENOSPC;
    }
    *ret_endpoint = TAKE(endpoint);
    return 0;
}

struct worker_endpoint *worker_endpoint_destroy(struct worker_endpoint *endpoint)
{
    if (!endpoint) {
        return NULL;
    }
    list_remove(&endpoint->in_room);
    list_remove(&endpoint->in_ended);
    if (endpoint->place) {
        room_close_endpoint(endpoint->config.room, endpoint->place);
    }
    endpoint->transport = peer_transport_destroy(endpoint->transport);
    free(endpoint);
    return NULL;
}

void worker_endpoint_restart_ice(struct worker_endpoint *endpoint,
                                 const struct endpoint_transport *transport)
{
    if (!endpoint->transport) {
        return;
    }
    int r = peer_transport_restart_ice(endpoint->transport, transport->local.ufrag,
                                       transport->local.pwd, transport->remote.ufrag,
                                       transport->remote.pwd);
    if (r < 0) {
        log_warning("ice_not_restarted", "endpoint=%" PRIu64 " error=%d", endpoint->id, -r);
    }
}

void worker_endpoint_bury(struct worker_endpoint *endpoint)
{
    list_remove(&endpoint->in_ended);
    room_move(endpoint->config.room, endpoint->place, ROOM_OUTSIDE);
    endpoint->transport = peer_transport_destroy(endpoint->transport);
}

/* ---- report ---- */

static uint32_t bits_per_second(uint64_t bytes, uint64_t bytes_before, uint64_t span_us)
{
    return span_us == 0 ? 0 : (uint32_t)((bytes - bytes_before) * 8u * 1000000u / span_us);
}

static enum endpoint_path path_of(const struct peer_transport_statistics *transport)
{
    if (!transport->connected) {
        return ENDPOINT_PATH_NONE;
    }
    return transport->over_tcp ? ENDPOINT_PATH_TCP : ENDPOINT_PATH_UDP;
}

void worker_endpoint_post_report(struct worker_endpoint *endpoint, uint64_t now_us)
{
    struct worker_endpoint_report *report = calloc(1, sizeof(*report));
    const struct worker_endpoint_report *before = &endpoint->reported;
    const uint64_t span_us = now_us - endpoint->reported_at_us;
    struct room_endpoint_report place;
    room_endpoint_take_report(endpoint->place, now_us, &place);

    *report = *before; /* totals outlive the transport */
    report->connected = false;
    report->path = ENDPOINT_PATH_NONE;
    report->endpoint_id = endpoint->id;
    if (endpoint->transport) {
        struct peer_transport_statistics transport;
        peer_transport_statistics(endpoint->transport, &transport);
        report->connected = transport.connected;
        report->path = path_of(&transport);
        report->srtp_profile = transport.srtp_profile;
        report->packets_received = transport.packets_received;
        report->bytes_received = transport.bytes_received;
        report->packets_sent = transport.packets_sent;
        report->bytes_sent = transport.bytes_sent;
        report->packets_rejected = transport.srtp_rejected + place.packets_rejected;
    }
    report->in_room = place.in_room;
    report->packets_lost_up = place.packets_lost_up;
    report->packets_retransmitted = place.packets_retransmitted;
    report->rtt_us = place.rtt_us;
    report->fraction_lost_down = place.fraction_lost_down;
    report->audio_lost_down_permille = place.audio_lost_permille;
    report->bitrate_up_bps =
        bits_per_second(report->bytes_received, before->bytes_received, span_us);
    report->bitrate_down_bps = bits_per_second(report->bytes_sent, before->bytes_sent, span_us);
    report->estimate_down_bps = place.estimate_down_bps;
    report->queue_down_us = place.queue_down_us;
    report->loss_down_permille = place.loss_down_permille;
    report->audio_flowing = place.audio_flowing;
    report->video_flowing = place.video_flowing;
    report->message = (struct mailbox_message){.type = WORKER_EVENT_ENDPOINT_REPORT};

    endpoint->reported = *report;
    endpoint->reported_at_us = now_us;
    mailbox_post_quietly(endpoint->config.events, &report->message);
}
