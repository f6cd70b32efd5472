/* incoming_stream.h - one RTP stream that a peer receives: its SRTP index, its losses, what the
 * next receiver report says, and what is asked for again. Pure. Thread: the generator's. */
#ifndef BEDSIDE_TESTS_BENCH_LOAD_INCOMING_STREAM_H
#define BEDSIDE_TESTS_BENCH_LOAD_INCOMING_STREAM_H

#include "media/rtp/rtcp_packet.h"

#include <stdbool.h>
#include <stdint.h>

#define INCOMING_MISSING_MAX 64

struct incoming_stream {
    uint32_t ssrc;
    uint8_t payload_type;
    bool is_video;

    bool started;
    uint64_t highest_index; /* SRTP: rollover counter and sequence number */
    uint64_t first_index;

    /* Since the last reset, by the numbers that the sender put into the payload. */
    bool counted;
    uint64_t first_number;
    uint64_t last_number;
    uint64_t packets;

    /* For receiver reports. */
    uint64_t kept; /* what came and was not thrown away on purpose */
    uint64_t reported_expected;
    uint64_t reported_kept;
    uint32_t transit_ticks;
    uint32_t jitter_16ths;
    uint32_t last_sr; /* compact NTP */
    uint64_t last_sr_us;

    /* Thrown away on purpose, and not come again yet. */
    uint64_t since_drop;
    struct {
        uint16_t sequence;
        bool waits;
        uint8_t tries;
        uint64_t asked_us;
    } missing[INCOMING_MISSING_MAX];
    unsigned missing_next;
    unsigned missing_count; /* that wait */
};

/* The index that `sequence` stands for (RFC 3711, 3.3.1). */
uint64_t incoming_stream_index(const struct incoming_stream *stream, uint16_t sequence);
/* An authentic packet. */
void incoming_stream_on_packet(struct incoming_stream *stream, uint64_t index, uint32_t timestamp,
                               uint64_t now_us);
/* What its payload says. */
void incoming_stream_count(struct incoming_stream *stream, uint64_t number);
/* Whether this one of a hundred is taken as lost. */
bool incoming_stream_drops(struct incoming_stream *stream, uint16_t sequence);
/* Whether it was missing. */
bool incoming_stream_came_again(struct incoming_stream *stream, uint16_t sequence);
/* What to ask for now: what was not asked for yet, and what did not come within 100 ms, up to ten
 * times, as libwebrtc does. Returns the count. */
unsigned incoming_stream_take_missing(struct incoming_stream *stream, uint64_t now_us,
                                      uint16_t ret_sequences[INCOMING_MISSING_MAX]);

void incoming_stream_report(struct incoming_stream *stream, uint64_t now_us,
                            struct rtcp_report_block *ret_block);
void incoming_stream_reset(struct incoming_stream *stream);

#endif
