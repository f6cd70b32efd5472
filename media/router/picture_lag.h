/* picture_lag.h - how late pictures are against the sound of the same person, so that sound need
 * not wait for them.
 *
 * A receiver keeps sound and picture of a person together: it holds the sound back until the
 * picture is there (libwebrtc: 80 ms a second, for as long as it takes). On a link where pictures
 * come late, a voice that was in time is heard seconds late. So a picture that is chronically late
 * is told as *captured* later than it was, by what it is late beyond a tolerance: lips lag behind
 * the voice, and the voice is prompt. While nothing is late nothing is changed.
 *
 *   late by      . ´ ` .        peak, forgotten slowly
 *     TOLERANCE ----------      what is above it, twice: once for the way, once for the buffer
 *                               that the receiver builds against such variation
 *
 * Pure; fields are private. Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_PICTURE_LAG_H
#define BEDSIDE_MEDIA_ROUTER_PICTURE_LAG_H

#include <stdint.h>

#define PICTURE_LAG_TOLERANCE_US 150000
#define PICTURE_LAG_TOLD_MAX_US 3000000

struct picture_lag {
    int64_t peak_us; /* how late packets of pictures were lately */
    int64_t told_us; /* what capture times are put later by */
};

/* A packet leaves so long after it was captured, beyond what sound takes. */
void picture_lag_note(struct picture_lag *lag, int64_t late_us);
/* At each frame: moves towards what should be told, in steps that no receiver takes for jitter.
 * `hold_us`: its receiver was asked to hold pictures back by so much. */
void picture_lag_on_frame(struct picture_lag *lag, int64_t hold_us);

#endif
