#include "media/router/sound_frames.h"

#define STEPS 3

static const uint64_t LESS_AFTER_US = 2000000;
static const uint64_t MORE_AFTER_US = 10000000;

static const struct {
    struct sound_order order;
    uint32_t least_bps; /* below it the next one is right */
    uint32_t enter_bps; /* above it this one is right again */
} steps[STEPS] = {
    {{0, 20}, 200000, 300000},
    {{20000, 40}, 80000, 100000},
    {{16000, 60}, 0, 0},
};

static unsigned step_for(unsigned step, uint32_t thinnest_bps)
{
    while (step > 0 && thinnest_bps > steps[step - 1].enter_bps) {
        step--;
    }
    while (step + 1 < STEPS && thinnest_bps < steps[step].least_bps) {
        step++;
    }
    return step;
}

static bool lasts(uint64_t *since_us, bool holds, uint64_t span_us, uint64_t now_us)
{
    if (!holds) {
        *since_us = 0;
        return false;
    }
    *since_us = *since_us != 0 ? *since_us : now_us;
    return now_us - *since_us >= span_us;
}

bool sound_frames_update(struct sound_frames *frames, uint32_t thinnest_bps, bool is_wide,
                         uint64_t now_us, struct sound_order *ret_order)
{
    const unsigned step = step_for(frames->step, thinnest_bps);
    if (!frames->is_told) {
        frames->is_told = is_wide || step > 0;
        frames->step = step > 1 ? 1 : step; /* an estimate that just began may be far too low */
        *ret_order = steps[frames->step].order;
        return frames->is_told;
    }
    const bool is_less = lasts(&frames->less_since_us, step > frames->step, LESS_AFTER_US, now_us);
    const bool is_more = lasts(&frames->more_since_us, step < frames->step, MORE_AFTER_US, now_us);
    if (!is_less && !is_more) {
        return false;
    }
    frames->step = step;
    frames->less_since_us = frames->more_since_us = 0;
    *ret_order = steps[step].order;
    return true;
}
