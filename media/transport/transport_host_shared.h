/* transport_host_shared.h - what transport_host.c and peer_transport.c know of each other. Private
 * to media/transport.
 *
 * Thread: the host's worker. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_TRANSPORT_HOST_SHARED_H
#define BEDSIDE_MEDIA_TRANSPORT_TRANSPORT_HOST_SHARED_H

#include "gateway/base/list.h"
#include "media/transport/dtls_handshake.h"
#include "media/transport/handshake_queue.h"
#include "media/transport/packet_demux.h"
#include "media/transport/roaming.h"
#include "media/transport/source_limiter.h"
#include "media/transport/stun_responder.h"
#include "media/transport/tcp_port.h"
#include "media/transport/transport_host.h"
#include "media/transport/udp_sender.h"
#include "media/transport/udp_socket.h"

struct transport_host {
    struct udp_socket *socket;
    struct udp_sender *sender;
    struct tcp_port *tcp; /* NULL: not served */
    struct handshake_queue *handshakes;
    struct packet_demux *demux;
    struct stun_responder *responder;
    struct source_limiter *limiter;
    struct dtls_shared *dtls;
    struct roaming *roaming;
    const struct srtp_aead_provider *srtp_aead; /* constant */
    struct packet_buffer_pool *packets;
    size_t peers_max;
    size_t peer_count;
    struct list peers;
    struct transport_host_statistics statistics;
    _Alignas(16) uint8_t clear[UDP_DATAGRAM_SIZE_MAX]; /* one received RTCP compound */
};

/* `data` came from `source`, which is the peer's by ufrag (STUN) or by a check (all else). */
void peer_transport_on_datagram(struct peer_transport *peer, enum packet_kind kind,
                                const struct udp_datagram *datagram, uint64_t now_us);
/* Its DTLS is costly: it has a handshake before it. */
bool peer_transport_shakes_hands(const struct peer_transport *peer);
/* What a TCP connection's address was good for is over. */
void peer_transport_forget_address(struct peer_transport *peer,
                                   const struct network_address *address);
void peer_transport_on_tick(struct peer_transport *peer, uint64_t now_us);
/* For roaming.h. It was sending RTP with this SSRC by UDP, nothing has come for a moment, and it
 * can be asked for consent. */
bool peer_transport_misses(const struct peer_transport *peer, uint32_t ssrc, uint64_t now_us);
/* RTP from an address that is not the peer's: handed on when it is authentic and new; otherwise
 * nothing changes. Returns 0, -ENOBUFS when there was no buffer to try it in, or a negative errno.
 */
int peer_transport_try_rtp(struct peer_transport *peer, const struct udp_datagram *datagram,
                           uint64_t now_us);
/* Borrowed, until its destination changes. */
struct stun_credentials peer_transport_credentials(const struct peer_transport *peer);
/* It has answered from there. */
void peer_transport_move(struct peer_transport *peer, const struct network_address *address,
                         uint64_t now_us);
struct peer_transport *peer_transport_of_host_entry(struct list *entry);

#endif
