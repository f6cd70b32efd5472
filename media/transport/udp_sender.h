/* udp_sender.h - sends datagrams to many destinations with few system calls.
 *
 * A datagram is written into a slot of the queue and committed for its destination, where it joins
 * what waits for that destination already (its *lane*). udp_sender_flush() hands all lanes to one
 * sendmmsg(2), each as few messages as can be: a message is a run of datagrams of equal size, of
 * which the last may be shorter, and the kernel cuts it up (UDP_SEGMENT). So a burst that is fanned
 * out costs one message for each receiver, not for each packet. Within a destination the order is
 * kept.
 *
 *   commit:  A1 B1 C1  A2 B2 C2  A3 B3 C3        flush:  [A1 A2 A3] [B1 B2 B3] [C1 C2 C3]
 *
 * Where the kernel cannot (before 4.18) each message is one datagram. Where a path cannot (its MTU
 * is below the datagrams', its device takes no such runs), the refused run goes out again one by
 * one, and so does all that follows to that destination.
 *
 * Nothing is allocated or searched per datagram. An unreachable peer, a full buffer or a refused
 * datagram is counted, never an error: the others go out.
 *
 * Thread: its worker's. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_UDP_SENDER_H
#define BEDSIDE_MEDIA_TRANSPORT_UDP_SENDER_H

#include "gateway/base/cleanup.h"
#include "media/transport/network_address.h"
#include "media/transport/udp_socket.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct udp_sender;

struct udp_sender_statistics {
    uint64_t datagrams_sent;
    uint64_t bytes_sent;
    uint64_t messages_sent; /* datagrams and runs of them: what sendmmsg was given */
    uint64_t runs_refused;  /* sent again one by one */
    uint64_t send_dropped;  /* refused by the kernel: buffer full, unreachable, too long */
    uint64_t system_calls;
};

/* Sends on `fd` (borrowed, non-blocking) of `family`, AF_INET or AF_INET6. */
struct udp_sender *udp_sender_create(int fd, int family);
/* What is still queued is dropped. Accepts NULL. Always returns NULL. */
struct udp_sender *udp_sender_destroy(struct udp_sender *sender);
DEFINE_AUTO(udp_sender)

/* Where datagrams go: an address as the kernel takes it, made once. Its owner keeps it where it is
 * until udp_destination_finish(). Fields are private. */
struct udp_destination {
    struct udp_sender *sender; /* borrowed */
    union udp_name {
        struct sockaddr_in ipv4;
        struct sockaddr_in6 ipv6;
    } name;
    socklen_t name_size; /* 0: the socket cannot reach it */
    bool one_by_one;     /* its path refused a run */
    uint32_t lane;       /* in the queue's `round` */
    uint64_t round;
};

/* `sender` outlives the destination. */
void udp_destination_init(struct udp_destination *destination, struct udp_sender *sender,
                          const struct network_address *address);
/* What is queued still goes out. Harmless for one that is finished, or all zeros. */
void udp_destination_finish(struct udp_destination *destination);

/* Returns the UDP_DATAGRAM_SIZE_MAX bytes of the next slot of the queue, which is flushed first
 * when it is full. The bytes stay the caller's until commit; a slot that is not committed is handed
 * out again. */
uint8_t *udp_sender_reserve(struct udp_sender *sender);
/* Queues the first `size` bytes of the slot reserved last. */
void udp_sender_commit(struct udp_destination *destination, size_t size);
/* The same for one answer to somebody who need not be known. */
void udp_sender_commit_answer(struct udp_sender *sender, const struct network_address *address,
                              size_t size);
/* Sends all that is queued. */
void udp_sender_flush(struct udp_sender *sender);

const struct udp_sender_statistics *udp_sender_statistics(const struct udp_sender *sender);

#endif
