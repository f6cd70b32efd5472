/* roaming.h - follows a peer whose NAT gave it another port, before its next check tells.
 *
 *   RTP from an address that is nobody's, while peers that were sending are silent
 *      |  one of them knows the SSRC, and the packet is authentic and new
 *      v
 *   a consent check to that address (consent_check.h), three times at most, 50 ms apart
 *      |  the answer, from that address, with the peer's password
 *      v
 *   the peer's pair is there from now on
 *
 * A browser checks a pair that works every 2.5 s or so; until then all its packets would be
 * strangers'. That a packet is authentic says who made it, not who sent it on: so nothing but the
 * check is sent to the new address before the answer. What comes from it meanwhile is authentic and
 * new all the same, and is handed on for a second, so that the peer is heard at once. Without an
 * answer the address is deaf and dumb for a second more: then the peer counts as silent, and its
 * browser is asked to restart ICE.
 *
 * What strangers can cause is bounded: nothing while nobody is silent; else 50 looks a second into
 * the SSRCs of at most ROAMING_PAUSED_MAX peers, each at most as many tags, and sources that fail
 * are not looked at (source_limiter.h). Three requests of about 100 bytes follow only upon a
 * packet that nobody but the peer can have made, and for each peer only every two seconds.
 *
 * Thread: its worker's. Private to media/transport. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_ROAMING_H
#define BEDSIDE_MEDIA_TRANSPORT_ROAMING_H

#include "gateway/base/cleanup.h"
#include "media/transport/udp_socket.h"

#include <stdbool.h>
#include <stdint.h>

#define ROAMING_PAUSED_MAX 16 /* silent peers that are thought of at a time */
#define ROAMING_CHECKS_MAX 16 /* checks that wait for an answer */
#define ROAMING_ATTEMPTS_PER_SECOND 50
#define ROAMING_ATTEMPTS_BURST 20
#define ROAMING_REQUESTS_MAX 3
#define ROAMING_REQUEST_INTERVAL_US 50000
#define ROAMING_LISTENS_US 1000000 /* what comes from the new address is handed on */
#define ROAMING_FORGETS_US 2000000 /* an answer counts no more; another check may begin */

struct peer_transport;
struct roaming;
struct transport_host;

struct roaming *roaming_create(struct transport_host *host);
struct roaming *roaming_destroy(struct roaming *roaming);

/* RTP from an address that is nobody's. Returns true when it was handed on. */
bool roaming_on_rtp(struct roaming *roaming, const struct udp_datagram *datagram, uint64_t now_us);
/* A STUN message for no ufrag of ours. Returns true when it was an answer that moved a peer. */
bool roaming_on_answer(struct roaming *roaming, const struct udp_datagram *datagram,
                       uint64_t now_us);
/* Before the ticks of the peers: repeats requests, and forgets who was paused. */
void roaming_on_tick(struct roaming *roaming, uint64_t now_us);
/* In its tick: the peer was sending, and pauses. Good until the next tick. */
void roaming_note_paused(struct roaming *roaming, struct peer_transport *peer);
/* It is gone, or has moved by itself. */
void roaming_forget(struct roaming *roaming, const struct peer_transport *peer);

#endif
