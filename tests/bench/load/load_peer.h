/* load_peer.h - one PeerConnection of the load: socket, ICE, DTLS, SRTP, and its streams in both
 * directions. Thread: the generator's. */
#ifndef BEDSIDE_TESTS_BENCH_LOAD_LOAD_PEER_H
#define BEDSIDE_TESTS_BENCH_LOAD_LOAD_PEER_H

#include "media/rtp/media_codec.h"
#include "tests/bench/load/incoming_stream.h"
#include "tests/bench/load/load.h"
#include "tests/bench/load/outgoing_stream.h"

#include <netinet/in.h>

#define LOAD_UFRAG_LENGTH 8
#define LOAD_PWD_LENGTH 24
#define LOAD_OUTGOING_MAX 4

struct arrival_log;

struct load_peer {
    struct load_timer timer; /* first: every 50 ms */
    struct load *load;       /* borrowed */
    unsigned id;
    int fd;

    /* what each packet needs */
    bool connected;
    bool has_missing;
    /* The server does not number its packets for this peer: feedback tells of a numbering of the
     * peer's own, so that it is as long and as frequent as anywhere. */
    bool numbers_arrivals;
    bool reduced_size; /* RFC 5506; else each compound begins with a report (RFC 3550, 6.1) */
    struct media_extension_ids extensions;
    uint8_t audio_payload_type;
    uint8_t video_payload_type;
    uint8_t rtx_payload_type; /* MEDIA_PAYLOAD_TYPE_NONE: retransmissions come in the same stream */
    uint16_t transport_sequence; /* of the next packet that it sends */
    uint16_t arrival_number;
    struct arrival_log *arrivals;
    struct incoming_stream *streams;
    size_t stream_count;
    size_t stream_capacity;
    struct srtp_direction outgoing;
    struct srtp_direction incoming;

    struct outgoing_stream *publications[LOAD_OUTGOING_MAX];
    size_t publication_count;
    uint32_t ssrc; /* that its reports come from */
    unsigned ticks;

    char ufrag[LOAD_UFRAG_LENGTH + 1];
    char pwd[LOAD_PWD_LENGTH + 1];
    char remote_ufrag[260];
    char remote_pwd[260];
    struct sockaddr_in remote;
    bool has_remote;
    bool controlling;
    bool ice_works;
    uint64_t tie_breaker;
    uint64_t remote_since_us;
    uint64_t next_check_us;

    struct dtls_link *link;
    bool failed;
};

/* Binds a socket at `address` (IPv4). Returns NULL when that fails. */
struct load_peer *load_peer_create(struct load *load, unsigned id, const char *address);
struct load_peer *load_peer_destroy(struct load_peer *peer);
uint16_t load_peer_port(const struct load_peer *peer);
/* Where the server is; connects. Says "connected" or "failed" on standard output. */
int load_peer_set_remote(struct load_peer *peer, const char *ufrag, const char *pwd,
                         const char *address, uint16_t port, bool controlling);
/* Returns false when it has too many. */
bool load_peer_publish(struct load_peer *peer, const struct outgoing_stream_config *config,
                       uint64_t phase_us);
/* All that waits in its socket. */
void load_peer_receive(struct load_peer *peer);
void load_peer_send(struct load_peer *peer, const void *datagram, size_t size);

/* load_peer_rtp.c, load_peer_rtcp.c */
void load_peer_on_rtp(struct load_peer *peer, uint8_t *packet, size_t size, uint64_t received_ns,
                      uint64_t now_us);
void load_peer_on_rtcp(struct load_peer *peer, uint8_t *packet, size_t size, uint64_t now_us);
/* Asks for what was thrown away. */
void load_peer_ask_again(struct load_peer *peer, uint64_t now_us);
/* Feedback and reports that are due; `ticks` counts steps of 50 ms. */
void load_peer_tell(struct load_peer *peer, uint64_t now_us);

#endif
