/* handshake_queue.h - DTLS of handshakes in progress, while it waits for its turn.
 *
 * A handshake costs a worker a good millisecond of public-key arithmetic, a packet a microsecond:
 * when thirty people arrive at once, the media of all others would wait for them. So what is
 * received is handed on first, and then of this queue as much as fits into a turn of the loop. What
 * the queue has no room for is lost, and sent again by the peer (RFC 6347, 4.2.4).
 *
 * Pure. Thread: its owner's. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_HANDSHAKE_QUEUE_H
#define BEDSIDE_MEDIA_TRANSPORT_HANDSHAKE_QUEUE_H

#include "gateway/base/cleanup.h"
#include "media/transport/network_address.h"
#include "media/transport/udp_socket.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HANDSHAKE_QUEUE_PLACES 256
/* Datagrams in one turn. A handshake is two to four of them and 1 ms: some 4 ms. */
#define HANDSHAKE_QUEUE_PER_TURN 8

struct handshake_queue;

struct handshake_queue *handshake_queue_create(void);
/* Accepts NULL. Always returns NULL. */
struct handshake_queue *handshake_queue_destroy(struct handshake_queue *queue);
DEFINE_AUTO(handshake_queue)

/* Copies. Returns 0, -ENOSPC, or -EMSGSIZE for more than UDP_DATAGRAM_SIZE_MAX bytes. */
int handshake_queue_put(struct handshake_queue *queue, const struct udp_datagram *datagram);
/* Takes the oldest, unless the turn has had its share. `ret_datagram` is borrowed until the next
 * call. */
bool handshake_queue_take(struct handshake_queue *queue, struct udp_datagram *ret_datagram);
bool handshake_queue_is_empty(const struct handshake_queue *queue);
void handshake_queue_end_turn(struct handshake_queue *queue);

#endif
