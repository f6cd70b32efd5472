/* opus_timeline.h - keeps sound unbroken: decides what comes next, a received packet or silence.
 *
 * Packets follow each other without a gap as long as their times do within 30 ms; beyond, silence
 * is put in or a packet is left out, so that sound stays with the picture although the publisher's
 * clock runs at its own speed. Pure. Thread: any. */
#ifndef BEDSIDE_MEDIA_RECORDER_OPUS_TIMELINE_H
#define BEDSIDE_MEDIA_RECORDER_OPUS_TIMELINE_H

#include <stdint.h>

#define OPUS_TIMELINE_TOLERANCE_US 30000

enum opus_timeline_step { OPUS_TIMELINE_WRITE, OPUS_TIMELINE_SILENCE, OPUS_TIMELINE_DROP };

/* What to do at `next_us`, where the sound written so far ends, when the next packet received is of
 * `packet_us`. */
static inline enum opus_timeline_step opus_timeline_step(uint64_t next_us, uint64_t packet_us)
{
    if (packet_us >= next_us + OPUS_TIMELINE_TOLERANCE_US) {
        return OPUS_TIMELINE_SILENCE;
    }
    if (packet_us + OPUS_TIMELINE_TOLERANCE_US <= next_us) {
        return OPUS_TIMELINE_DROP;
    }
    return OPUS_TIMELINE_WRITE;
}

#endif
