#include "media/rtp/sequence_rewriter.h"

#include "gateway/base/sequence_number.h"

#include <assert.h>
#include <errno.h>

#define SEQUENCE_BITS 16
#define FIRST_SEQUENCE_LIMIT 0x8000
#define US_PER_SECOND 1000000
/* Two sources whose moments fall together are kept this far apart. */
#define TIMESTAMP_STEPS_PER_SECOND 1000

void sequence_rewriter_init(struct sequence_rewriter *rewriter, uint32_t clock_rate,
                            uint16_t first_sequence, uint32_t first_timestamp)
{
    assert(first_sequence < FIRST_SEQUENCE_LIMIT && clock_rate > 0);
    *rewriter = (struct sequence_rewriter){
        .clock_rate = clock_rate,
        .first_timestamp = first_timestamp,
    };
    number_line_init(&rewriter->line, first_sequence);
    receive_window_init(&rewriter->sent);
}

/* Where `media_time_us` lies on the stream's line of time, but after everything that was sent. */
static uint32_t timestamp_of(const struct sequence_rewriter *rewriter, int64_t media_time_us)
{
    const int64_t since_us = media_time_us - rewriter->first_media_time_us;
    const int64_t seconds = since_us / US_PER_SECOND;
    const int64_t ticks = seconds * rewriter->clock_rate +
                          since_us % US_PER_SECOND * rewriter->clock_rate / US_PER_SECOND;
    const uint32_t timestamp = rewriter->first_timestamp + (uint32_t)ticks;
    const uint32_t least =
        rewriter->highest_timestamp + rewriter->clock_rate / TIMESTAMP_STEPS_PER_SECOND;
    return timestamp_distance(timestamp, least) < 0 ? least : timestamp;
}

void sequence_rewriter_switch(struct sequence_rewriter *rewriter, uint32_t source,
                              uint16_t sequence, uint32_t timestamp, int64_t media_time_us)
{
    uint32_t out = rewriter->first_timestamp;
    if (rewriter->started) {
        out = timestamp_of(rewriter, media_time_us);
    } else {
        rewriter->started = true;
        rewriter->first_media_time_us = media_time_us;
    }
    rewriter->highest_timestamp = out;
    number_line_switch(&rewriter->line, source, SEQUENCE_BITS, sequence, out - timestamp);
}

int sequence_rewriter_forward(struct sequence_rewriter *rewriter, uint32_t source,
                              uint16_t sequence, uint32_t timestamp,
                              struct sequence_rewriter_result *ret_result)
{
    struct number_line_place place;
    int rc = number_line_place(&rewriter->line, source, sequence, &place);
    if (rc < 0) {
        return rc;
    }
    rc = receive_window_accept(&rewriter->sent, (uint16_t)place.out);
    if (rc < 0) {
        return rc;
    }
    const uint32_t out = timestamp + place.note;
    if (timestamp_distance(out, rewriter->highest_timestamp) > 0) {
        rewriter->highest_timestamp = out;
    }
    *ret_result =
        (struct sequence_rewriter_result){.sequence = (uint16_t)place.out, .timestamp = out};
    return 0;
}

void sequence_rewriter_leave_out(struct sequence_rewriter *rewriter, uint32_t source,
                                 uint16_t sequence)
{
    (void)number_line_leave_out(&rewriter->line, source, sequence);
}

int sequence_rewriter_origin(const struct sequence_rewriter *rewriter, uint16_t out_sequence,
                             struct sequence_rewriter_origin *ret_origin)
{
    struct number_line_place place;
    if (!receive_window_has(&rewriter->sent, out_sequence) ||
        number_line_origin(&rewriter->line, out_sequence, SEQUENCE_BITS, &place) < 0) {
        return -ENOENT;
    }
    *ret_origin = (struct sequence_rewriter_origin){
        .source = place.source,
        .sequence = (uint16_t)place.number,
        .timestamp_offset = place.note,
    };
    return 0;
}

int sequence_rewriter_timestamp_offset(const struct sequence_rewriter *rewriter,
                                       uint32_t *ret_offset)
{
    const struct number_line *line = &rewriter->line;
    if (line->count == 0) {
        return -ENOENT;
    }
    *ret_offset = line->segments[line->newest % NUMBER_LINE_SEGMENTS].note;
    return 0;
}
