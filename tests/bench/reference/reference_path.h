/* reference_path.h - the least that a forwarding server can do, as the yardstick of live
 * measurements: what does the same load cost on the same machine when nothing is done that is not
 * needed to move packets?
 *
 *   recvmmsg --> address hash --> open into the publisher's ring --> for each subscriber: header
 *   with its SSRC and number, sealed from the ring into the outgoing slot --> one sendmmsg, whose
 *   messages are runs of equal size (UDP_SEGMENT)
 *
 * It is no product: AEAD_AES_128_GCM alone, one IPv4 socket, SSRCs told in advance, RTCP ignored,
 * no retransmission (the ring is filled, and that costs, but nobody asks it), no congestion
 * control, no codecs. Thread: one. */
#ifndef BEDSIDE_TESTS_BENCH_REFERENCE_REFERENCE_PATH_H
#define BEDSIDE_TESTS_BENCH_REFERENCE_REFERENCE_PATH_H

#include "tests/bench/endpoint/srtp_gcm.h"

#include <netinet/in.h>

#define REFERENCE_PACKET_SIZE_MAX 1536
#define REFERENCE_STREAMS_MAX 8
#define REFERENCE_QUEUE_MAX 256

enum reference_send { REFERENCE_SEND_EACH, REFERENCE_SEND_MANY, REFERENCE_SEND_SEGMENTS };

struct reference_peer;

/* Where a stream goes. */
struct reference_route {
    struct reference_peer *to;
    uint32_t ssrc;
    uint32_t rollover;
    uint16_t last_sequence;
};

/* What a peer sends. */
struct reference_stream {
    uint32_t ssrc;
    bool started;
    uint16_t highest;
    uint32_t rollover;
    uint64_t seen; /* bit n: highest - n came */
    uint8_t (*ring)[REFERENCE_PACKET_SIZE_MAX];
    uint16_t *ring_sizes;
    struct reference_route *routes;
    size_t route_count;
    size_t route_capacity;
};

struct reference_peer {
    struct sockaddr_in address;
    bool connected;
    struct srtp_direction outgoing;
    struct srtp_direction incoming;
    struct reference_stream streams[REFERENCE_STREAMS_MAX];
    size_t stream_count;
    unsigned queue[REFERENCE_QUEUE_MAX]; /* outgoing slots */
    size_t queued;
};

struct reference_path_config {
    int fd;
    unsigned ring_packets; /* a power of two */
    enum reference_send send;
};

/* There is one per process. */
void reference_path_init(const struct reference_path_config *config);
/* Returns false when the peer has too many streams. */
bool reference_path_route(struct reference_peer *from, uint32_t ssrc, struct reference_peer *to);
/* Frees what the peer holds. */
void reference_path_forget(struct reference_peer *peer);
/* RTP or RTCP that came from it. */
void reference_path_on_packet(struct reference_peer *peer, const uint8_t *packet, size_t size);
/* After each batch. */
void reference_path_flush(void);

#endif
