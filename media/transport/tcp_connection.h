/* tcp_connection.h - one accepted TCP connection: frames in, frames out, never waiting.
 *
 * What is sent goes out at once, little of it waits in the kernel (TCP_NODELAY, TCP_NOTSENT_LOWAT):
 * what waits waits in the tcp_outbox, where it can still be dropped. The outbox exists from the
 * first packet that is sent.
 *
 * Thread: its owner's. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_TCP_CONNECTION_H
#define BEDSIDE_MEDIA_TRANSPORT_TCP_CONNECTION_H

#include "gateway/base/cleanup.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What one call of recv(2) may bring, with what was left of a frame before it. */
#define TCP_CONNECTION_SCRATCH_SIZE 18432

struct tcp_connection;

/* Takes ownership of `fd`, which is non-blocking. */
struct tcp_connection *tcp_connection_create(int fd);
/* Closes. What waits is tried once more; `abruptly` with a reset, which keeps nothing in the
 * kernel. Accepts NULL. Always returns NULL. */
struct tcp_connection *tcp_connection_destroy(struct tcp_connection *connection, bool abruptly);

int tcp_connection_fd(const struct tcp_connection *connection);

/* Reads once, into the TCP_CONNECTION_SCRATCH_SIZE bytes of `scratch`, and hands each whole packet
 * to `on_packet` (borrowed for the call; empty ones are skipped, RFC 4571, 2), until it returns
 * false. Returns the count of bytes read, 0 when none waited, -ECONNRESET when the other side is
 * gone, -EMSGSIZE for a frame that is too long, -ECANCELED when `on_packet` returned false, or
 * another errno of recv(2). After an error the connection is of no more use. */
int tcp_connection_receive(struct tcp_connection *connection, uint8_t *scratch,
                           bool (*on_packet)(void *context, const uint8_t *packet, size_t size),
                           void *context);

/* Queues one packet, see tcp_outbox_put(). */
int tcp_connection_put(struct tcp_connection *connection, const void *packet, size_t size);
/* Sends what the kernel takes. Returns the count of bytes sent, or an errno of sendmsg(2). */
int tcp_connection_flush(struct tcp_connection *connection);
/* Something waits for the kernel. */
bool tcp_connection_is_waiting(const struct tcp_connection *connection);
/* See tcp_outbox_on_tick(). */
void tcp_connection_on_tick(struct tcp_connection *connection, uint64_t now_us);

#endif
