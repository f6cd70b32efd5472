/* transport_host.h - what the peers of one worker share: the UDP socket, the TCP port, the
 * demultiplexer, the budgets.
 *
 *   datagram -> udp_socket -+-> packet_demux -+-> peer_transport -> ops of the peer's owner
 *   frame    -> tcp_port ---+                 +-> handshake_queue -> the same, a few in a turn
 *
 * The worker watches transport_host_fd() for EPOLLIN and calls _receive(), watches
 * transport_host_tcp_fd() and calls _serve_tcp(), calls _on_tick() every 20 to 100 ms, and _flush()
 * after every batch of handlers, which ends a turn. While transport_host_has_handshakes(), it gives
 * the others their turn and then calls _run_handshakes().
 *
 * Thread: its worker's. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_TRANSPORT_HOST_H
#define BEDSIDE_MEDIA_TRANSPORT_TRANSPORT_HOST_H

#include "gateway/base/cleanup.h"
#include "media/transport/srtp_aead.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dtls_identity;
struct packet_buffer_pool;

struct transport_host_config {
    const char *listen_address; /* "::" for IPv4 and IPv6, or one numeric address */
    uint16_t udp_port;          /* 0: the system chooses */
    bool tcp;                   /* also serve ICE-TCP, on the same port number */
    size_t peers_max;
    enum srtp_aead_choice srtp_aead;
    const struct dtls_identity *identity; /* borrowed, outlives the host; certs/dtls_identity.h */
    struct packet_buffer_pool *packets;   /* borrowed, outlives the host; takes received RTP */
};

/* Totals of the host; those of single peers are in peer_transport_statistics(). */
struct transport_host_statistics {
    uint64_t datagrams_unknown; /* of no known kind, or from an address that passed no check */
    uint64_t stun_unknown;      /* no STUN at all, or for no ufrag of ours */
    uint64_t stun_rejected;     /* for a ufrag of ours, but not authentic, or malformed */
    uint64_t stun_limited;      /* dropped unread: its source sent too many that were rejected */
    uint64_t dtls_rejected;     /* records that were dropped, handshakes that broke */
    uint64_t srtp_rejected;     /* malformed, too long, not authentic, replayed */
    uint64_t half_open_refused; /* too many handshakes at once */
    uint64_t consent_requests;  /* sent to addresses from which silent peers' media came */
    uint64_t handshakes_lost;   /* datagrams for which the queue of handshakes had no room */
};

struct transport_host;

/* Returns 0, -EINVAL for an address that is none, -ENOTSUP when `srtp_aead` cannot be honoured
 * here, -EADDRINUSE, -EADDRNOTAVAIL or another negative errno of the socket calls. */
int transport_host_create(const struct transport_host_config *config,
                          struct transport_host **ret_host);
/* All peers must have been destroyed (asserted). Accepts NULL. Always returns NULL. */
struct transport_host *transport_host_destroy(struct transport_host *host);
DEFINE_AUTO(transport_host)

int transport_host_fd(const struct transport_host *host);
/* -1 without TCP. */
int transport_host_tcp_fd(const struct transport_host *host);
/* Of UDP, and of TCP if that is served. */
uint16_t transport_host_port(const struct transport_host *host);
size_t transport_host_peer_count(const struct transport_host *host);

/* Receives and hands on what waits, at most 8 batches, so that timers get their turn under a flood
 * (the descriptor stays readable). */
void transport_host_receive(struct transport_host *host, uint64_t now_us);
void transport_host_serve_tcp(struct transport_host *host, uint64_t now_us);
/* Handshakes wait because this turn has had its share. */
bool transport_host_has_handshakes(const struct transport_host *host);
void transport_host_run_handshakes(struct transport_host *host, uint64_t now_us);
/* Runs the timers of all peers. */
void transport_host_on_tick(struct transport_host *host, uint64_t now_us);
void transport_host_flush(struct transport_host *host);

const struct transport_host_statistics *
transport_host_statistics(const struct transport_host *host);
const struct udp_socket_statistics *
transport_host_socket_statistics(const struct transport_host *host);
const struct udp_sender_statistics *
transport_host_sender_statistics(const struct transport_host *host);
/* NULL without TCP. */
const struct tcp_port_statistics *transport_host_tcp_statistics(const struct transport_host *host);

#endif
