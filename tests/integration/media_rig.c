#include "tests/integration/media_rig.h"

#include "certs/dtls_identity.h"
#include "gateway/base/clock.h"
#include "gateway/base/random.h"
#include "media/rtp/rtcp_feedback.h"
#include "media/rtp/rtp_packet.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

uint64_t media_rig_now_ms(void)
{
    return clock_now_us() / 1000;
}

/* ---- the pool ---- */

void media_rig_start(struct media_rig *rig, unsigned worker_count, unsigned peers_max)
{
    *rig = (struct media_rig){.events = mailbox_create()};
    assert_int_equal(dtls_identity_create(&rig->identity), 0);
    const struct worker_pool_config config = {
        .worker_count = worker_count,
        .listen_address = "127.0.0.1",
        .peers_per_worker_max = peers_max,
        .packets_per_worker = 2048,
    };
    assert_int_equal(worker_pool_create(&config, rig->identity, rig->events, &rig->pool), 0);
}

void media_rig_stop(struct media_rig *rig)
{
    rig->pool = worker_pool_destroy(rig->pool);
    for (size_t i = 0; i < rig->peer_count; i++) {
        rig->peers[i].peer = test_peer_destroy(rig->peers[i].peer);
    }
    rig->events = mailbox_destroy(rig->events);
    rig->identity = dtls_identity_destroy(rig->identity);
}

/* The id that an event is about. */
static uint64_t subject_of(const struct mailbox_message *message)
{
    switch ((enum worker_event_type)message->type) {
    case WORKER_EVENT_ENDPOINT_CONNECTED:
    case WORKER_EVENT_ENDPOINT_FAILED:
        return CONTAINER_OF(message, const struct worker_endpoint_event, message)->endpoint_id;
    case WORKER_EVENT_ENDPOINT_REPORT:
        return CONTAINER_OF(message, const struct worker_endpoint_report, message)->endpoint_id;
    case WORKER_EVENT_SPEAKER:
        return CONTAINER_OF(message, const struct worker_speaker_event, message)->room_id;
    case WORKER_EVENT_RECORDING_FLOWING:
    case WORKER_EVENT_RECORDING_PAUSED:
    case WORKER_EVENT_RECORDING_BROKEN:
        return CONTAINER_OF(message, const struct worker_recording_event, message)->room_id;
    case WORKER_EVENT_REPORT:
        return CONTAINER_OF(message, const struct worker_report, message)->worker;
    case WORKER_EVENT_PICTURE:
        return CONTAINER_OF(message, const struct worker_picture_event, message)->endpoint_id;
    case WORKER_EVENT_LAYERS_WANTED:
        return CONTAINER_OF(message, const struct worker_layers_wanted_event, message)->endpoint_id;
    case WORKER_EVENT_SOUND_WANTED:
        return CONTAINER_OF(message, const struct worker_sound_wanted_event, message)->endpoint_id;
    case WORKER_EVENT_SILENCE:
        return CONTAINER_OF(message, const struct worker_silence_event, message)->endpoint_id;
    case WORKER_EVENT_MISSED_WORDS:
        return CONTAINER_OF(message, const struct worker_missed_words_event, message)
            ->listener_endpoint_id;
    }
    return 0;
}

struct mailbox_message *media_rig_await(struct media_rig *rig, enum worker_event_type type,
                                        uint64_t id)
{
    const uint64_t began_ms = media_rig_now_ms();
    while (media_rig_now_ms() - began_ms < RIG_TIMEOUT_MS) {
        struct mailbox_message *message = mailbox_take(rig->events);
        if (message && message->type == (int)type && subject_of(message) == id) {
            return message;
        }
        mailbox_message_destroy(message);
        media_rig_pump(rig, 1);
    }
    fail_msg("event %d about %llu never came", (int)type, (unsigned long long)id);
    return NULL;
}

void media_rig_await_event(struct media_rig *rig, enum worker_event_type type, uint64_t id)
{
    mailbox_message_destroy(media_rig_await(rig, type, id));
}

/* ---- peers ---- */

static uint32_t u32_at(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void on_rtp(void *context, const uint8_t *packet, size_t size)
{
    struct rig_peer *peer = context;
    struct rtp_packet rtp;
    assert_int_equal(rtp_packet_parse(packet, size, &rtp), 0);
    for (size_t i = 0; i < RIG_SSRCS_MAX; i++) {
        if (peer->received[i].ssrc == rtp.ssrc || peer->received[i].packets == 0) {
            peer->received[i].ssrc = rtp.ssrc;
            peer->received[i].packets++;
            peer->received[i].last_origin_ssrc = u32_at(packet + size - 8);
            return;
        }
    }
    fail_msg("too many SSRCs");
}

static void on_rtcp(void *context, const uint8_t *compound, size_t size)
{
    struct rig_peer *peer = context;
    struct rtcp_walk walk;
    struct rtcp_packet packet;
    rtcp_walk_begin(&walk, compound, size);
    int r = 0;
    while ((r = rtcp_walk_next(&walk, &packet)) > 0) {
        const enum rtcp_feedback_kind kind = rtcp_feedback_kind_of(&packet);
        peer->key_frame_requests += kind == RTCP_FEEDBACK_PLI;
        peer->transport_feedbacks += kind == RTCP_FEEDBACK_TRANSPORT_CC;
        peer->sender_reports += packet.type == RTCP_SENDER_REPORT;
        peer->receiver_reports += packet.type == RTCP_RECEIVER_REPORT;
    }
    assert_int_equal(r, 0);
}

void media_rig_offer_transport(struct rig_peer *peer)
{
    struct media_rig *rig = peer->rig;
    struct endpoint_transport *transport = &peer->transport;
    random_alphanumeric(transport->local.ufrag, LOCAL_UFRAG_LENGTH);
    random_alphanumeric(transport->local.pwd, LOCAL_PWD_LENGTH);
    (void)strncpy(transport->remote.ufrag, test_peer_ufrag(peer->peer), ICE_UFRAG_SIZE_MAX - 1);
    (void)strncpy(transport->remote.pwd, test_peer_pwd(peer->peer), ICE_PWD_SIZE_MAX - 1);
    memcpy(transport->remote_fingerprint, test_peer_fingerprint(peer->peer), 32);
    const struct test_peer_gateway gateway = {
        .address = "127.0.0.1",
        .port = worker_pool_room_port(rig->pool, peer->room_id),
        .ufrag = transport->local.ufrag,
        .pwd = transport->local.pwd,
        .fingerprint = dtls_identity_fingerprint(rig->identity),
    };
    test_peer_set_gateway(peer->peer, &gateway);
}

struct rig_peer *media_rig_open(struct media_rig *rig, uint64_t room_id)
{
    assert_true(rig->peer_count < RIG_PEERS_MAX);
    struct rig_peer *peer = &rig->peers[rig->peer_count++];
    *peer = (struct rig_peer){.rig = rig, .id = rig->peer_count, .room_id = room_id};
    const struct test_peer_config config = {.on_rtp = on_rtp, .on_rtcp = on_rtcp, .context = peer};
    peer->peer = test_peer_create(&config);
    media_source_init(&peer->source, (uint32_t)peer->id);
    media_source_negotiated(&peer->source, 4, &peer->media);

    media_rig_offer_transport(peer);
    worker_pool_open_endpoint(rig->pool, room_id, peer->id, "label", &peer->transport);
    worker_pool_set_media(rig->pool, peer->id, &peer->media);
    return peer;
}

void media_rig_connect(struct rig_peer *peer)
{
    assert_int_equal(test_peer_connect(peer->peer, RIG_TIMEOUT_MS), 0);
    media_rig_await_event(peer->rig, WORKER_EVENT_ENDPOINT_CONNECTED, peer->id);
}

struct rig_peer *media_rig_join(struct media_rig *rig, uint64_t room_id)
{
    struct rig_peer *peer = media_rig_open(rig, room_id);
    media_rig_connect(peer);
    worker_pool_move(rig->pool, peer->id, ROOM_CIRCLE_VISIT);
    return peer;
}

void rig_peer_speak(struct rig_peer *peer)
{
    uint8_t packet[MEDIA_SOURCE_PACKET_SIZE_MAX];
    const size_t size = media_source_audio(&peer->source, clock_now_us(), packet);
    assert_int_equal(test_peer_send_rtp(peer->peer, packet, size), 0);
}

void rig_peer_show(struct rig_peer *peer, bool keyframe)
{
    uint8_t packet[MEDIA_SOURCE_PACKET_SIZE_MAX];
    const unsigned flags =
        (keyframe ? MEDIA_SOURCE_KEYFRAME : 0u) | MEDIA_SOURCE_FIRST | MEDIA_SOURCE_LAST;
    const size_t size = media_source_video(&peer->source, clock_now_us(), flags, packet);
    assert_int_equal(test_peer_send_rtp(peer->peer, packet, size), 0);
}

uint32_t rig_peer_slot(const struct rig_peer *peer, size_t slot, enum media_kind kind)
{
    return media_source_slot_ssrc(&peer->source, slot, kind, false);
}

unsigned rig_peer_received(const struct rig_peer *peer, uint32_t ssrc)
{
    for (size_t i = 0; i < RIG_SSRCS_MAX; i++) {
        if (peer->received[i].ssrc == ssrc) {
            return peer->received[i].packets;
        }
    }
    return 0;
}

uint32_t rig_peer_last_origin(const struct rig_peer *peer, uint32_t ssrc)
{
    for (size_t i = 0; i < RIG_SSRCS_MAX; i++) {
        if (peer->received[i].ssrc == ssrc) {
            return peer->received[i].last_origin_ssrc;
        }
    }
    return 0;
}

uint64_t rig_peer_received_all(const struct rig_peer *peer)
{
    return test_peer_statistics(peer->peer)->rtp_received;
}

void media_rig_pump(struct media_rig *rig, int timeout_ms)
{
    struct pollfd fds[RIG_PEERS_MAX];
    for (size_t i = 0; i < rig->peer_count; i++) {
        fds[i] = (struct pollfd){.fd = test_peer_fd(rig->peers[i].peer), .events = POLLIN};
    }
    (void)poll(fds, rig->peer_count, timeout_ms);
    for (size_t i = 0; i < rig->peer_count; i++) {
        test_peer_run_once(rig->peers[i].peer, 0);
    }
}
