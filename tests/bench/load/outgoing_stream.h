/* outgoing_stream.h - one RTP stream that a peer sends, in bursts: a burst of video is one frame.
 *
 * What it carries looks like VP8 or Opus as far as a server may look: a payload descriptor with
 * picture id, a key frame at the start and when one is asked for. Its last 20 bytes say which
 * packet it is and when it was sent:
 *
 *   | magic (4) | number of the packet in its stream (8) | CLOCK_REALTIME in ns (8) |
 *
 * Thread: the generator's. */
#ifndef BEDSIDE_TESTS_BENCH_LOAD_OUTGOING_STREAM_H
#define BEDSIDE_TESTS_BENCH_LOAD_OUTGOING_STREAM_H

#include "gateway/base/byte_writer.h"
#include "tests/bench/load/load.h"

#define LOAD_MAGIC 0x5f10ad5eu
#define LOAD_TRAILER_SIZE 20
#define LOAD_PACKET_SIZE_MAX 1500
#define LOAD_BURST_MAX 32

struct load_peer;

struct outgoing_stream_config {
    unsigned group;
    uint32_t ssrc;
    uint8_t payload_type;
    bool is_video;
    unsigned packets_per_second;
    unsigned payload_size;
    unsigned burst;
};

struct outgoing_stream {
    struct load_timer timer; /* first: due for the next burst */
    struct load_peer *peer;  /* borrowed */
    struct outgoing_stream_config config;
    uint64_t interval_us;
    uint64_t began_us; /* when its timestamps were `first_timestamp` */
    uint32_t first_timestamp;
    uint64_t index; /* of the next packet: rollover counter and sequence number */
    uint64_t number;
    uint16_t picture_id;
    bool key_wanted;
    uint32_t packet_count;
    uint32_t octet_count;
};

struct outgoing_stream *outgoing_stream_create(struct load_peer *peer,
                                               const struct outgoing_stream_config *config);
/* Sends from now on, whenever its group is active; `phase_us` keeps streams apart. */
void outgoing_stream_start(struct outgoing_stream *stream, uint64_t now_us, uint64_t phase_us);
/* A sender report, if anything was sent. */
void outgoing_stream_write_report(const struct outgoing_stream *stream, uint64_t now_us,
                                  struct byte_writer *writer);

#endif
