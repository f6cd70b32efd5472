/* tcp_outbox.h - what waits to be sent on one TCP connection.
 *
 * A ring of bytes that never grows and never blocks: a reader that is too slow loses packets, as it
 * would on UDP. Pictures go first: a large packet is refused when three quarters of the ring are in
 * use, or when what waits has waited for 200 ms; sound, RTCP, STUN and DTLS are small, and refused
 * only when the ring is full. TCP itself keeps the order and asks again.
 *
 * Pure; time is given. Thread: its owner's. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_TCP_OUTBOX_H
#define BEDSIDE_MEDIA_TRANSPORT_TCP_OUTBOX_H

#include "gateway/base/cleanup.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#define TCP_OUTBOX_SIZE 65536
#define TCP_OUTBOX_LATE_US 200000
#define TCP_OUTBOX_SMALL_SIZE_MAX 500 /* sound with its redundancy is below this */

struct tcp_outbox;

struct tcp_outbox *tcp_outbox_create(void);
/* Accepts NULL. Always returns NULL. */
struct tcp_outbox *tcp_outbox_destroy(struct tcp_outbox *outbox);
DEFINE_AUTO(tcp_outbox)

/* Copies a packet and frames it (tcp_framing.h). Returns 0, -EAGAIN when it was dropped for want of
 * room, -EMSGSIZE. */
int tcp_outbox_put(struct tcp_outbox *outbox, const void *packet, size_t size);
bool tcp_outbox_is_empty(const struct tcp_outbox *outbox);
/* The bytes that wait, oldest first. Returns how many of `ret_pieces` are set: 0 to 2. */
int tcp_outbox_peek(const struct tcp_outbox *outbox, struct iovec ret_pieces[2]);
/* The first `size` bytes were sent. */
void tcp_outbox_take(struct tcp_outbox *outbox, size_t size);
/* Looks how long it takes to get through: to be called each 20 to 100 ms. */
void tcp_outbox_on_tick(struct tcp_outbox *outbox, uint64_t now_us);

#endif
