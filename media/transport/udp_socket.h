/* udp_socket.h - one UDP socket that receives in batches.
 *
 * recvmmsg(2) of up to 64 messages into buffers made at creation; nothing is allocated per
 * datagram. Where the kernel can (UDP_GRO, 5.0), datagrams of one source that came together are one
 * message, which is cut up here: a video frame of five packets then costs one copy and one
 * wake-up. What goes out is udp_sender.h's.
 *
 * Bound to "::" the socket serves IPv6 and IPv4. The kernel chooses the source address of what is
 * sent by its routes: a machine whose peers use a secondary address binds that address.
 *
 * Thread: its worker's. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_UDP_SOCKET_H
#define BEDSIDE_MEDIA_TRANSPORT_UDP_SOCKET_H

#include "gateway/base/cleanup.h"
#include "media/transport/network_address.h"

#include <stdbool.h>
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
    uint64_t datagrams_truncated; /* longer than UDP_DATAGRAM_SIZE_MAX: dropped */
    uint64_t receive_errors;      /* ECONNREFUSED and the like, reported by the kernel */
    uint64_t system_calls;
};

struct udp_socket;

/* Binds a non-blocking socket to the numeric `address`; `port` 0 lets the system choose. Returns 0,
 * -EINVAL for an address that is none, or a negative errno of socket(2) and bind(2). */
int udp_socket_create(const char *address, uint16_t port, struct udp_socket **ret_socket);
/* Closes. Accepts NULL. Always returns NULL. */
struct udp_socket *udp_socket_destroy(struct udp_socket *socket);
DEFINE_AUTO(udp_socket)

/* Borrowed; polls readable while datagrams wait. */
int udp_socket_fd(const struct udp_socket *socket);
/* AF_INET or AF_INET6. */
int udp_socket_family(const struct udp_socket *socket);
uint16_t udp_socket_port(const struct udp_socket *socket);

/* Receives one batch. Returns how many datagrams `*ret_datagrams` has (borrowed until the next
 * call), 0 when none waits. */
size_t udp_socket_receive(struct udp_socket *socket, const struct udp_datagram **ret_datagrams);
/* The last batch was full: more may wait. */
bool udp_socket_has_more(const struct udp_socket *socket);

const struct udp_socket_statistics *udp_socket_statistics(const struct udp_socket *socket);

#endif
