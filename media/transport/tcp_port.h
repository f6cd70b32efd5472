/* tcp_port.h - the TCP side of a media port: passive ICE-TCP candidates (RFC 6544, 4 and 5.2) with
 * the framing of RFC 4571.
 *
 *   accepted --a check passes, tcp_port_claim()--> claimed --tcp_port_release()--> leaving
 *      |  5 s, three packets that are no such         |  the other side is gone,       |  the next
 *      |  check, anything but STUN, a frame too long  |  or breaks the framing         |  tick
 *      +----------------------------------------------+--------------------------------+--> closed
 *
 * A connection is known by a number, which is part of its address (network_address.h): so two
 * connections, or a connection and a datagram, never have the same address. Whoever has proven
 * nothing costs a descriptor, 2 kB and at most five seconds; there are at most
 * TCP_PORT_STRANGERS_MAX of them, the oldest goes when one more comes, and at most
 * TCP_PORT_STRANGERS_PER_IP from one address.
 *
 * Everything happens in tcp_port_serve(), _on_tick() and _flush(). tcp_port_fd() is an epoll
 * descriptor that is readable when there is something to serve.
 *
 * Thread: its worker's. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_TCP_PORT_H
#define BEDSIDE_MEDIA_TRANSPORT_TCP_PORT_H

#include "gateway/base/cleanup.h"
#include "media/transport/network_address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TCP_PORT_STRANGER_US 5000000
#define TCP_PORT_STRANGER_PACKETS_MAX 3
#define TCP_PORT_STRANGERS_MAX 256
#define TCP_PORT_STRANGERS_PER_IP 64

struct tcp_port_ops {
    /* A packet came; `source` has the connection's number. Of a stranger's connection, return
     * whether it may be one that is about to prove itself: false closes. Borrowed for the call. */
    bool (*on_packet)(void *context, const struct network_address *source, const uint8_t *packet,
                      size_t size, bool is_stranger, uint64_t now_us);
    /* A claimed connection is gone. Its number is given to another one only after this. */
    void (*on_closed)(void *context, const struct network_address *address);
};

struct tcp_port_statistics {
    uint64_t accepted;
    uint64_t refused;        /* too many strangers from there, or connections in all */
    uint64_t strangers_gone; /* without having proven anything */
    uint64_t claimed;
    uint64_t broken; /* claimed, and then a frame that was none */
    uint64_t packets_received;
    uint64_t bytes_received;
    uint64_t packets_sent;
    uint64_t bytes_sent;
    uint64_t send_dropped; /* the reader was too slow */
};

struct tcp_port;

/* Listens on the numeric `address` ("::" is IPv6 and IPv4) and `port`, with at most
 * `connections_max` connections (at most 65535). `ops` and `context` are borrowed. Returns 0,
 * -EINVAL for an address that is none, -EADDRINUSE or another errno of socket(2), bind(2),
 * listen(2). */
int tcp_port_create(const char *address, uint16_t port, size_t connections_max,
                    const struct tcp_port_ops *ops, void *context, struct tcp_port **ret_port);
/* Closes all, without on_closed(). Accepts NULL. Always returns NULL. */
struct tcp_port *tcp_port_destroy(struct tcp_port *port);
DEFINE_AUTO(tcp_port)

/* Borrowed. */
int tcp_port_fd(const struct tcp_port *port);
/* Accepts and receives what waits, some of it for each, so that others get their turn. */
void tcp_port_serve(struct tcp_port *port, uint64_t now_us);
void tcp_port_on_tick(struct tcp_port *port, uint64_t now_us);
/* Sends what was queued. */
void tcp_port_flush(struct tcp_port *port);

/* Numbers of connections that are gone are ignored. */
void tcp_port_claim(struct tcp_port *port, uint16_t connection);
void tcp_port_release(struct tcp_port *port, uint16_t connection);
/* Copies and queues one packet of at most TCP_FRAMING_PACKET_SIZE_MAX bytes. A reader that is too
 * slow loses it, pictures first (tcp_outbox.h). */
void tcp_port_queue(struct tcp_port *port, uint16_t connection, const void *packet, size_t size);

const struct tcp_port_statistics *tcp_port_statistics(const struct tcp_port *port);

#endif
