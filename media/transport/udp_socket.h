/* udp_socket.h - one UDP socket that receives and sends in batches.
 *
 * Receiving: recvmmsg(2) of up to 64 datagrams into buffers made at creation. Sending: a datagram
 * is written into a slot of the queue and committed; udp_socket_flush() hands the queue to
 * sendmmsg(2), in which neighbours of equal size to one destination travel as one UDP_SEGMENT run
 * where the kernel can. Nothing is allocated per datagram. An unreachable peer, a full buffer or a
 * refused datagram is counted, never an error: the others go out.
 *
 * Bound to "::" the socket serves IPv6 and IPv4. The kernel chooses the source address of what is
 * sent by its routes: a machine whose peers use a secondary address binds that address.
 *
 * Thread: its worker's. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_UDP_SOCKET_H
#define BEDSIDE_MEDIA_TRANSPORT_UDP_SOCKET_H

#include "gateway/base/cleanup.h"
#include "media/transport/network_address.h"

#include <stddef.h>
#include <stdint.h>

#define UDP_DATAGRAM_SIZE_MAX 2048
#define UDP_BATCH_SIZE 64

struct udp_datagram {
    const uint8_t *data; /* borrowed, until the next receive */
    size_t size;
    struct network_address source;
};

struct udp_socket_statistics {
    uint64_t datagrams_received;
    uint64_t bytes_received;
    uint64_t datagrams_sent;
    uint64_t bytes_sent;
    uint64_t datagrams_truncated; /* longer than UDP_DATAGRAM_SIZE_MAX: dropped */
    uint64_t receive_errors;      /* ECONNREFUSED and the like, reported by the kernel */
    uint64_t send_dropped;        /* refused by the kernel: buffer full, unreachable, too long */
    uint64_t system_calls;        /* recvmmsg and sendmmsg together */
};

struct udp_socket;

/* Binds a non-blocking socket to the numeric `address`; `port` 0 lets the system choose. Returns 0,
 * -EINVAL for an address that is none, or a negative errno of socket(2) and bind(2). */
int udp_socket_create(const char *address, uint16_t port, struct udp_socket **ret_socket);
/* Closes; what is still queued is dropped. Accepts NULL. Always returns NULL. */
struct udp_socket *udp_socket_destroy(struct udp_socket *socket);
DEFINE_AUTO(udp_socket)

/* Borrowed; polls readable while datagrams wait. */
int udp_socket_fd(const struct udp_socket *socket);
uint16_t udp_socket_port(const struct udp_socket *socket);

/* Receives one batch. Returns how many datagrams `*ret_datagrams` has (borrowed until the next
 * call), 0 when none waits. */
size_t udp_socket_receive(struct udp_socket *socket, const struct udp_datagram **ret_datagrams);

/* Returns the UDP_DATAGRAM_SIZE_MAX bytes of the next slot of the queue, which is flushed first
 * when it is full. The bytes stay the caller's until commit; a slot that is not committed is handed
 * out again. */
uint8_t *udp_socket_reserve(struct udp_socket *socket);
/* Queues the first `size` bytes of the slot reserved last. */
void udp_socket_commit(struct udp_socket *socket, const struct network_address *destination,
                       size_t size);
/* Copies and queues. Returns 0, or -EMSGSIZE. */
int udp_socket_queue(struct udp_socket *socket, const struct network_address *destination,
                     const void *bytes, size_t size);
/* Sends all that is queued. Call once after every batch of work. */
void udp_socket_flush(struct udp_socket *socket);

const struct udp_socket_statistics *udp_socket_statistics(const struct udp_socket *socket);

#endif
