/* peer_transport_state.h - what a peer consists of; for the files of this folder that work on one:
 * peer_transport.c (its life, SRTP, silence), peer_transport_ice.c, peer_transport_dtls.c.
 *
 * Thread: the host's worker. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_PEER_TRANSPORT_STATE_H
#define BEDSIDE_MEDIA_TRANSPORT_PEER_TRANSPORT_STATE_H

#include "media/transport/ice_lite.h"
#include "media/transport/peer_transport.h"
#include "media/transport/silence_watch.h"
#include "media/transport/transport_host_shared.h"

enum peer_state { CHECKING, HANDSHAKING, CONNECTED, FAILED, CLOSED };
enum peer_route { NOWHERE, BY_UDP, BY_TCP };

struct peer_transport {
    /* what each packet and each tick needs */
    struct list entry; /* of the host's peers */
    struct transport_host *host;
    const struct peer_transport_ops *ops;
    void *context;
    struct srtp_session *srtp;
    enum peer_state state;
    enum peer_route route;              /* where ICE says: */
    struct udp_destination destination; /* by UDP */
    struct peer_transport_statistics statistics;
    struct silence_watch silence;
    uint64_t looked_at_us; /* once it is connected, for what is slow */

    uint16_t connection; /* by TCP */
    uint64_t entered_us; /* the state */
    struct ice_lite *ice;
    struct dtls_handshake *dtls;
    bool dtls_has_sent;      /* since it was last looked at */
    uint64_t flight_sent_us; /* our last; 0: none, or it was sent twice */
    const char *srtp_profile;
    /* Those that are in the demux: the current one, one of a pending restart, and while that is
     * being replaced one more. */
    char local_ufrags[PACKET_DEMUX_UFRAGS_MAX][257];
};

static inline bool peer_transport_is_over(const struct peer_transport *peer)
{
    return peer->state == FAILED || peer->state == CLOSED;
}

/* Sends what was written into the slot that was reserved last. */
static inline void peer_transport_commit(struct peer_transport *peer, const uint8_t *slot,
                                         size_t size)
{
    if (peer->route == BY_UDP) {
        udp_sender_commit(&peer->destination, size);
    } else if (peer->route == BY_TCP) {
        tcp_port_queue(peer->host->tcp, peer->connection, slot, size);
    }
}

void peer_transport_enter(struct peer_transport *peer, enum peer_state state, uint64_t now_us);
/* Final: tells the owner. */
void peer_transport_fail(struct peer_transport *peer, enum peer_transport_failure failure,
                         uint64_t now_us);

/* ---- peer_transport_ice.c ---- */

/* Returns what peer_transport_create() does; its end is leave_demux() and ice_lite_destroy(). */
int peer_transport_create_ice(struct peer_transport *peer,
                              const struct peer_transport_config *config);
void peer_transport_on_ice_datagram(struct peer_transport *peer,
                                    const struct udp_datagram *datagram, uint64_t now_us);
/* Nothing is known of the peer any more: what still comes from it is a stranger's. */
void peer_transport_leave_demux(struct peer_transport *peer);

/* ---- peer_transport_dtls.c ---- */

void peer_transport_create_dtls(struct peer_transport *peer, const uint8_t *remote_fingerprint);
void peer_transport_on_dtls_datagram(struct peer_transport *peer,
                                     const struct udp_datagram *datagram, uint64_t now_us);
void peer_transport_on_dtls_tick(struct peer_transport *peer, uint64_t now_us);
/* Records and attempts that came to nothing. */
uint64_t peer_transport_dtls_rejected(const struct peer_transport *peer);

#endif
