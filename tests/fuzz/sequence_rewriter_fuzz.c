/* fuzz-links: bedside_media_rtp */
/* Whatever publishers do, an outgoing number is given once, is near the one before, and leads back
 * to where it came from. Four bytes a step: what to do, of which source, and the number or how far
 * it is from the last. */
#include "media/rtp/sequence_rewriter.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void forward(struct sequence_rewriter *rewriter, struct receive_window *given,
                    uint32_t source, uint16_t sequence, uint32_t timestamp)
{
    struct sequence_rewriter_result result;
    struct sequence_rewriter_origin origin;
    if (sequence_rewriter_forward(rewriter, source, sequence, timestamp, &result) < 0) {
        return;
    }
    const int64_t highest = given->highest;
    const bool started = given->started;
    require(receive_window_accept(given, result.sequence) == 0);
    /* One leap before what is left out, one before what is sent. */
    require(!started || given->highest - highest <= 2 * NUMBER_LINE_LEAP_MAX + 2);
    require(sequence_rewriter_origin(rewriter, result.sequence, &origin) == 0);
    require(origin.source == source && origin.sequence == sequence);
    require(timestamp + origin.timestamp_offset == result.timestamp);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sequence_rewriter rewriter;
    struct receive_window given;
    uint16_t last[2] = {0};
    sequence_rewriter_init(&rewriter, 90000, 0x7f00, 0xffff0000);
    receive_window_init(&given);
    for (size_t at = 0; at + 4 <= size; at += 4) {
        const uint32_t source = data[at] & 1;
        const uint16_t value = (uint16_t)(data[at + 1] << 8 | data[at + 2]);
        const uint16_t sequence =
            data[at] & 2 ? value : (uint16_t)(last[source] + (int8_t)data[at + 2]);
        const uint32_t timestamp = (uint32_t)data[at + 3] << 24 | value;
        last[source] = sequence;
        switch (data[at] >> 2 & 7) {
        case 0:
            sequence_rewriter_switch(&rewriter, 1 + source, sequence, timestamp,
                                     (int64_t)value * 1000);
            break;
        case 1:
        case 2:
            sequence_rewriter_leave_out(&rewriter, 1 + source, sequence);
            break;
        default:
            forward(&rewriter, &given, 1 + source, sequence, timestamp);
        }
    }
    return 0;
}
