/* peer_transport.h - ICE, then DTLS, then SRTP of one peer.
 *
 *   CHECKING --first valid check--> HANDSHAKING --keys, fingerprint right--> CONNECTED
 *       |  on_ice_datagram()             |  on_dtls_datagram()                |
 *       | 30 s, on_tick()                | 30 s, 8 broken handshakes,         | 30 s without a check,
 *       |                                | wrong fingerprint, no profile      | or close_notify
 *       +--------------------------------+------------------------------------+--> FAILED, CLOSED
 *
 * FAILED and CLOSED are final: nothing is sent or accepted any more, and the owner destroys the
 * peer. An ICE restart changes the credentials and never the state. An address is used from the
 * moment a valid check came from it, or a valid answer to a consent check that was sent to it
 * (roaming.h), and never learnt from anything else.
 *
 * Thread: its worker's. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_PEER_TRANSPORT_H
#define BEDSIDE_MEDIA_TRANSPORT_PEER_TRANSPORT_H

#include "gateway/base/cleanup.h"
#include "media/transport/srtp_session.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct packet_buffer;
struct transport_host;

enum peer_transport_failure {
    PEER_TRANSPORT_FAILURE_ICE_TIMEOUT,     /* no valid check within 30 s of opening */
    PEER_TRANSPORT_FAILURE_CONSENT_EXPIRED, /* RFC 7675: no valid check for 30 s */
    PEER_TRANSPORT_FAILURE_DTLS,            /* 8 handshakes broke, or none was done in 30 s */
    PEER_TRANSPORT_FAILURE_FINGERPRINT,     /* the certificate is not the one that was announced */
    PEER_TRANSPORT_FAILURE_NO_SRTP_PROFILE, /* the peer knows none of our profiles */
};

/* What the owner of a peer is told. None of them may destroy the peer. */
struct peer_transport_ops {
    /* Media may flow. `profile` is srtp_profile_name(): a static string. */
    void (*on_connected)(void *context, const char *profile, uint64_t now_us);
    /* Final. */
    void (*on_failed)(void *context, enum peer_transport_failure failure, uint64_t now_us);
    /* The peer said goodbye (close_notify). Final. */
    void (*on_closed)(void *context, uint64_t now_us);
    /* An authentic RTP packet, in the clear: at least a whole RTP header by its own account. The
     * callee owns it and drops it (packet_buffer.h); `data`, `size` and `arrival_us` are set. */
    void (*on_rtp)(void *context, struct packet_buffer *packet);
    /* An authentic RTCP compound, in the clear: at least 8 bytes, borrowed for the call. */
    void (*on_rtcp)(void *context, const uint8_t *compound, size_t size, uint64_t arrival_us);
    /* It was sending, and now nothing comes (silence_watch.h); or something comes again. May be
     * NULL. */
    void (*on_silence)(void *context, bool silent, uint64_t now_us);
};

struct peer_transport_config {
    const char *local_ufrag; /* strings are copied */
    const char *local_pwd;
    const char *remote_ufrag;
    const char *remote_pwd;               /* for consent checks; NULL or empty: it is sent none */
    const uint8_t *remote_fingerprint;    /* 32 bytes, SHA-256, copied */
    const struct peer_transport_ops *ops; /* borrowed, outlives the peer */
    void *context;                        /* borrowed */
};

struct peer_transport_statistics {
    bool connected;
    bool over_tcp;             /* what is sent to it goes by TCP */
    const char *srtp_profile;  /* static string, NULL before the handshake is done */
    uint64_t packets_received; /* RTP, authentic */
    uint64_t bytes_received;   /* of them, in the clear */
    uint64_t packets_sent;     /* RTP */
    uint64_t bytes_sent;       /* of them, in the clear */
    uint64_t rtcp_received;
    uint64_t rtcp_sent;
    uint64_t srtp_rejected; /* malformed, longer than a packet buffer, not authentic, replayed */
    /* The pool was empty: dropped before it was known whether they are authentic. */
    uint64_t packets_unstored;
    uint64_t stun_rejected;
    uint64_t dtls_rejected;
    uint64_t checks_answered;
    uint64_t address_changes; /* of the pair that is sent to, after the first */
    uint32_t dtls_attempts;   /* handshakes begun: 1 in an ordinary call */
    /* From our first DTLS flight to the peer's answer, with the time that it took to think; 0 when
     * that flight was sent more than once. Known when connected. */
    uint32_t handshake_rtt_us;
};

struct peer_transport;

/* Returns 0; -EINVAL for missing or overlong credentials, -EEXIST when the local ufrag is in use,
 * -ENOSPC when the host has `peers_max` peers. */
int peer_transport_create(struct transport_host *host, const struct peer_transport_config *config,
                          uint64_t now_us, struct peer_transport **ret_peer);
/* Sends close_notify when the peer is connected. Accepts NULL. Always returns NULL. */
struct peer_transport *peer_transport_destroy(struct peer_transport *peer);
DEFINE_AUTO(peer_transport)

/* New credentials (RFC 8445, 9). The old ones keep being answered and the old pair keeps carrying
 * media until a check with the new ones nominates an address. DTLS and SRTP go on. Returns 0,
 * -EINVAL, -EEXIST or -ENOSPC, and changes nothing on failure. */
int peer_transport_restart_ice(struct peer_transport *peer, const char *local_ufrag,
                               const char *local_pwd, const char *remote_ufrag,
                               const char *remote_pwd);

/* Protects and queues on the host's socket, or the peer's connection, where it may be lost when the
 * reader is too slow; goes out with the next transport_host_flush(). `parts`: see
 * srtp_session_protect_rtp(). Returns 0, -ENOTCONN, -EBADMSG, -EALREADY or -EMSGSIZE. */
int peer_transport_send_rtp(struct peer_transport *peer, const struct packet_part *parts,
                            size_t part_count);
int peer_transport_send_rtcp(struct peer_transport *peer, const uint8_t *compound, size_t size);

bool peer_transport_is_connected(const struct peer_transport *peer);
void peer_transport_statistics(const struct peer_transport *peer,
                               struct peer_transport_statistics *ret_statistics);

#endif
