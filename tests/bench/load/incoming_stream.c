#include "tests/bench/load/incoming_stream.h"

#include "gateway/base/sequence_number.h"
#include "media/rtp/ntp_time.h"

#include <string.h>

#define DROP_EVERY 100
#define ASK_AGAIN_US 100000 /* libwebrtc's round trip while it knows none */
#define TRIES_MAX 10

uint64_t incoming_stream_index(const struct incoming_stream *stream, uint16_t sequence)
{
    return stream->started ? (uint64_t)sequence_unwrap(sequence, (int64_t)stream->highest_index)
                           : sequence;
}

static void update_jitter(struct incoming_stream *stream, uint32_t timestamp, uint64_t now_us)
{
    const uint64_t rate = stream->is_video ? 90000 : 48000;
    const uint32_t transit = (uint32_t)(now_us * rate / 1000000) - timestamp;
    if (stream->started) {
        const int32_t difference = timestamp_distance(transit, stream->transit_ticks);
        const uint32_t distance = (uint32_t)(difference < 0 ? -difference : difference);
        stream->jitter_16ths += distance - ((stream->jitter_16ths + 8) >> 4);
    }
    stream->transit_ticks = transit;
}

void incoming_stream_on_packet(struct incoming_stream *stream, uint64_t index, uint32_t timestamp,
                               uint64_t now_us)
{
    update_jitter(stream, timestamp, now_us);
    if (!stream->started) {
        stream->started = true;
        stream->first_index = stream->highest_index = index;
    }
    if (index > stream->highest_index) {
        stream->highest_index = index;
    }
}

void incoming_stream_count(struct incoming_stream *stream, uint64_t number)
{
    if (!stream->counted) {
        stream->counted = true;
        stream->first_number = stream->last_number = number;
    }
    stream->first_number = number < stream->first_number ? number : stream->first_number;
    stream->last_number = number > stream->last_number ? number : stream->last_number;
    stream->packets++;
}

bool incoming_stream_drops(struct incoming_stream *stream, uint16_t sequence)
{
    if (++stream->since_drop < DROP_EVERY) {
        return false;
    }
    stream->since_drop = 0;
    const unsigned at = stream->missing_next;
    stream->missing_count += !stream->missing[at].waits;
    stream->missing[at].sequence = sequence;
    stream->missing[at].waits = true;
    stream->missing[at].tries = 0;
    stream->missing_next = (at + 1) % INCOMING_MISSING_MAX;
    return true;
}

bool incoming_stream_came_again(struct incoming_stream *stream, uint16_t sequence)
{
    for (unsigned i = 0; stream->missing_count > 0 && i < INCOMING_MISSING_MAX; i++) {
        if (stream->missing[i].waits && stream->missing[i].sequence == sequence) {
            stream->missing[i].waits = false;
            stream->missing_count--;
            return true;
        }
    }
    return false;
}

unsigned incoming_stream_take_missing(struct incoming_stream *stream, uint64_t now_us,
                                      uint16_t ret_sequences[INCOMING_MISSING_MAX])
{
    unsigned count = 0;
    /* From the oldest on, so that the numbers ascend. */
    for (unsigned i = 0; stream->missing_count > 0 && i < INCOMING_MISSING_MAX; i++) {
        const unsigned at = (stream->missing_next + i) % INCOMING_MISSING_MAX;
        if (!stream->missing[at].waits || (stream->missing[at].tries > 0 &&
                                           now_us - stream->missing[at].asked_us < ASK_AGAIN_US)) {
            continue;
        }
        if (stream->missing[at].tries == TRIES_MAX) {
            stream->missing[at].waits = false;
            stream->missing_count--;
            continue;
        }
        stream->missing[at].tries++;
        stream->missing[at].asked_us = now_us;
        ret_sequences[count++] = stream->missing[at].sequence;
    }
    return count;
}

void incoming_stream_report(struct incoming_stream *stream, uint64_t now_us,
                            struct rtcp_report_block *ret_block)
{
    const uint64_t expected = stream->highest_index - stream->first_index + 1;
    const uint64_t expected_now = expected - stream->reported_expected;
    const uint64_t kept_now = stream->kept - stream->reported_kept;
    const uint64_t lost_now = expected_now > kept_now ? expected_now - kept_now : 0;
    const uint64_t fraction = expected_now > 0 ? lost_now * 256 / expected_now : 0;
    *ret_block = (struct rtcp_report_block){
        .ssrc = stream->ssrc,
        .fraction_lost = fraction > 255 ? 255 : (uint8_t)fraction,
        .cumulative_lost = expected > stream->kept ? (int32_t)(expected - stream->kept) : 0,
        .extended_highest_sequence = (uint32_t)stream->highest_index,
        .jitter_rtp_ticks = stream->jitter_16ths >> 4,
        .last_sr = stream->last_sr,
        .delay_since_last_sr =
            stream->last_sr_us > 0 ? ntp_time_compact_from_us(now_us - stream->last_sr_us) : 0,
    };
    stream->reported_expected = expected;
    stream->reported_kept = stream->kept;
}

void incoming_stream_reset(struct incoming_stream *stream)
{
    stream->counted = false;
    stream->packets = 0;
}
