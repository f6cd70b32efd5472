/* rate_meter.h - bytes per time over any span of the last 1.27 s, in steps of 10 ms. Asked more
 * often than told. Pure; fields are private. Thread: its owner's. */
#ifndef BEDSIDE_MEDIA_CONGESTION_RATE_METER_H
#define BEDSIDE_MEDIA_CONGESTION_RATE_METER_H

#include <stdint.h>

#define RATE_METER_STEPS 128
#define RATE_METER_STEP_US 10000

struct rate_meter {
    uint64_t first_step; /* nothing was counted before; 0: nothing at all */
    uint64_t newest_step;
    uint32_t totals[RATE_METER_STEPS]; /* up to the end of a step, by its low bits; they wrap */
};

void rate_meter_init(struct rate_meter *meter);
void rate_meter_add(struct rate_meter *meter, uint32_t bytes, uint64_t at_us);
/* Over the last `window_us` before the newest packet, or since the first one if that is later. */
uint32_t rate_meter_bps(const struct rate_meter *meter, uint64_t window_us);

#endif
