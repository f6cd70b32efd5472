/* media_rig.h - a worker_pool on the loopback with browsers made of test_peer and media_source,
 * each step waited for by its event or packet, never by a sleep. */
#ifndef BEDSIDE_TESTS_INTEGRATION_MEDIA_RIG_H
#define BEDSIDE_TESTS_INTEGRATION_MEDIA_RIG_H

#include "media/worker/worker_pool.h"
#include "tests/fakes/media_source.h"
#include "tests/fakes/test_peer.h"

#define RIG_PEERS_MAX 8
#define RIG_SSRCS_MAX 32
#define RIG_TIMEOUT_MS 60000

struct rig_peer {
    struct media_rig *rig;
    uint64_t id;
    uint64_t room_id;
    struct test_peer *peer;
    struct endpoint_transport transport;
    struct media_source source;
    struct endpoint_media media;
    struct {
        uint32_t ssrc;
        unsigned packets;
        uint32_t last_origin_ssrc; /* as the publisher wrote it at the end of the payload */
    } received[RIG_SSRCS_MAX];
    unsigned key_frame_requests;
    unsigned sender_reports;
    unsigned receiver_reports;
    unsigned transport_feedbacks;
};

struct media_rig {
    struct dtls_identity *identity;
    struct mailbox *events;
    struct worker_pool *pool;
    struct rig_peer peers[RIG_PEERS_MAX];
    size_t peer_count;
};

void media_rig_start(struct media_rig *rig, unsigned worker_count, unsigned peers_max);
void media_rig_stop(struct media_rig *rig);

/* Opens the endpoint (id 1, 2, ...) with its media; the transport is not connected yet. */
struct rig_peer *media_rig_open(struct media_rig *rig, uint64_t room_id);
/* New credentials of the gateway for it, in peer->transport, told to the peer as by an answer. */
void media_rig_offer_transport(struct rig_peer *peer);
/* Connects the transport, and waits for the worker's event. */
void media_rig_connect(struct rig_peer *peer);
/* Both, and enters. */
struct rig_peer *media_rig_join(struct media_rig *rig, uint64_t room_id);

/* Waits for the next event of this type about this id (endpoint or room); the others that come
 * first are thrown away. Owned by the caller; fails the test when it does not come. */
struct mailbox_message *media_rig_await(struct media_rig *rig, enum worker_event_type type,
                                        uint64_t id);
/* The same, when only its coming counts. */
void media_rig_await_event(struct media_rig *rig, enum worker_event_type type, uint64_t id);

void rig_peer_speak(struct rig_peer *peer);
void rig_peer_show(struct rig_peer *peer, bool keyframe);
uint32_t rig_peer_slot(const struct rig_peer *peer, size_t slot, enum media_kind kind);
unsigned rig_peer_received(const struct rig_peer *peer, uint32_t ssrc);
uint32_t rig_peer_last_origin(const struct rig_peer *peer, uint32_t ssrc);
/* All RTP that came. */
uint64_t rig_peer_received_all(const struct rig_peer *peer);

/* Lets all peers take what waits for them, at most `timeout_ms` for the first. */
void media_rig_pump(struct media_rig *rig, int timeout_ms);
uint64_t media_rig_now_ms(void);

/* Pumps, running `act` (may be NULL) each round, until `condition`; fails the test after
 * RIG_TIMEOUT_MS. */
#define RIG_UNTIL(rig, condition, act)                                                             \
    do {                                                                                           \
        const uint64_t began_ms_ = media_rig_now_ms();                                             \
        while (!(condition)) {                                                                     \
            if (media_rig_now_ms() - began_ms_ > RIG_TIMEOUT_MS) {                                 \
                fail_msg("never: %s", #condition);                                                 \
            }                                                                                      \
            act;                                                                                   \
            media_rig_pump(rig, 10);                                                               \
        }                                                                                          \
    } while (0)

#endif
