#include "media/rtp/jitter_estimator.h"

#include "gateway/base/sequence_number.h"

void jitter_estimator_init(struct jitter_estimator *estimator, uint32_t clock_rate)
{
    *estimator = (struct jitter_estimator){.clock_rate = clock_rate};
}

static uint32_t ticks_of(uint64_t us, uint32_t clock_rate)
{
    return (uint32_t)(us / 1000000 * clock_rate + us % 1000000 * clock_rate / 1000000);
}

void jitter_estimator_on_packet(struct jitter_estimator *estimator, uint32_t timestamp,
                                uint64_t arrival_us)
{
    /* A timestamp that jumps by more than ten seconds is a new start, not jitter. */
    const int32_t jump = (int32_t)(10 * estimator->clock_rate);
    const int32_t ahead = timestamp_distance(timestamp, estimator->last_timestamp);
    if (estimator->started && ahead <= 0 && ahead > -jump) {
        return;
    }
    const uint32_t transit = ticks_of(arrival_us, estimator->clock_rate) - timestamp;
    if (estimator->started) {
        const int32_t change = timestamp_distance(transit, estimator->transit_rtp_ticks);
        const uint32_t size = change < 0 ? 0 - (uint32_t)change : (uint32_t)change;
        if (size < (uint32_t)jump) {
            estimator->jitter_q4 += size - ((estimator->jitter_q4 + 8) >> 4);
        }
    }
    estimator->started = true;
    estimator->transit_rtp_ticks = transit;
    estimator->last_timestamp = timestamp;
}

uint32_t jitter_estimator_rtp_ticks(const struct jitter_estimator *estimator)
{
    return estimator->jitter_q4 >> 4;
}
