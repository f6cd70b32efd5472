#include "media/congestion/rate_meter.h"

void rate_meter_init(struct rate_meter *meter)
{
    *meter = (struct rate_meter){.first_step = 0};
}

void rate_meter_add(struct rate_meter *meter, uint32_t bytes, uint64_t at_us)
{
    const uint64_t step = at_us / RATE_METER_STEP_US;
    if (meter->first_step == 0 || step > meter->newest_step + 4 * RATE_METER_STEPS) {
        rate_meter_init(meter);
        meter->first_step = meter->newest_step = step;
    }
    if (step + RATE_METER_STEPS <= meter->newest_step) {
        return;
    }
    while (meter->newest_step < step) {
        const uint32_t total = meter->totals[meter->newest_step % RATE_METER_STEPS];
        meter->totals[++meter->newest_step % RATE_METER_STEPS] = total;
    }
    for (uint64_t at = step; at <= meter->newest_step; at++) {
        meter->totals[at % RATE_METER_STEPS] += bytes;
    }
}

uint32_t rate_meter_bps(const struct rate_meter *meter, uint64_t window_us)
{
    uint64_t steps = window_us / RATE_METER_STEP_US;
    steps = steps < RATE_METER_STEPS ? steps : RATE_METER_STEPS - 1;
    const uint64_t filled = meter->newest_step - meter->first_step + 1;
    steps = steps < filled ? steps : filled;
    const uint64_t newest = meter->newest_step;
    const uint32_t bytes = meter->totals[newest % RATE_METER_STEPS] -
                           meter->totals[(newest - steps) % RATE_METER_STEPS];
    return steps > 0 ? (uint32_t)(bytes * 8ull * 1000000 / (steps * RATE_METER_STEP_US)) : 0;
}
