#include "media/congestion/rate_control.h"

#include <math.h>

/* So much must have been sent after a back-off and told of. */
#define FEEDBACK_US 50000
#define BACK_OFF 0.85
#define BACK_OFF_MOST 0.5
/* A queue shall be gone in about this time. */
#define DRAIN_IN_US 700000.0
#define RETURN_SHARE 0.9
#define FRUITLESS_US 400000
#define FRUITLESS_MAX 3
/* Where packets are uneven by themselves they may have become slower on average, too. */
#define FRUITLESS_UNEVEN_MAX 0
#define NOT_OURS_SHARE 0.95
#define STILL_THERE 0.8
#define GREW 1.5
#define GREW_BY_US 30000
/* Of what is acknowledged: beyond it nothing was ever tried. Narrow links come to a long queue for
 * little that is too much, and the voice waits in it. */
#define REACH 1.5
#define REACH_NARROW 1.25
#define NARROW_BPS 150000.0
#define WIDE_BPS 500000.0
#define REACH_EXTRA_BPS 10000.0
/* On links that are as narrow as this the voice comes first. */
#define VOICE_BPS 200000.0
#define USED_SHARE 0.9
#define UNPROVEN_PER_S 0.004
#define FAST_PER_S 0.12
/* Near the capacity: so much per second, and up to SLOW_MORE more, half of that at SLOW_HALF_BPS.
 * Almost the same at every rate: where flows share a link, each adds as much and gives back in
 * proportion to what it has. */
#define SLOW_BPS_PER_S 8000.0
#define SLOW_MORE_BPS_PER_S 60000.0
#define SLOW_HALF_BPS 2000000.0
#define SLOW_PER_S 0.04
#define NEAR_FROM 0.9
#define NEAR_TO 1.2
#define CAPACITY_GAIN 0.3
#define CAPACITY_JUMP 0.25
#define STEP_MAX_US 500000

static double limited(const struct rate_control *control, double bps)
{
    bps = bps < control->max_bps ? bps : control->max_bps;
    return bps > control->min_bps ? bps : control->min_bps;
}

void rate_control_init(struct rate_control *control, double start_bps, double min_bps,
                       double max_bps, uint64_t now_us)
{
    *control = (struct rate_control){.min_bps = min_bps, .max_bps = max_bps, .updated_us = now_us};
    control->bps = limited(control, start_bps);
}

void rate_control_set(struct rate_control *control, double bps, uint64_t now_us)
{
    control->bps = limited(control, bps);
    control->updated_us = now_us;
}

void rate_control_saw_capacity(struct rate_control *control, double bps)
{
    const double off = fabs(bps - control->capacity_bps);
    if (off > CAPACITY_JUMP * control->capacity_bps) {
        control->capacity_bps = bps;
    } else {
        control->capacity_bps += CAPACITY_GAIN * (bps - control->capacity_bps);
    }
}

/* From when on packets tell of less being sent: from now on, but where that was before anything was
 * known. */
static uint64_t since(const struct rate_conditions *conditions, uint64_t held_us)
{
    return conditions->held_us > 0 ? held_us : conditions->now_us;
}

static enum rate_change back_off(struct rate_control *control,
                                 const struct rate_conditions *conditions)
{
    double share = 1 - conditions->queue_us / DRAIN_IN_US;
    share = share < BACK_OFF ? share : BACK_OFF;
    share = share > BACK_OFF_MOST ? share : BACK_OFF_MOST;
    /* A doubtful queue before a link that is hardly used says little about what it carries. */
    const double carried = conditions->doubtful && conditions->busy_bps < control->bps
                               ? control->bps
                               : conditions->busy_bps;
    const double bps = share * carried;
    if (!control->draining) {
        control->before = (struct rate_before){
            .bps = control->bps,
            .capacity_bps = control->capacity_bps,
            .queue_us = conditions->queue_us,
            .at_us = conditions->now_us,
        };
    }
    rate_control_saw_capacity(control, carried);
    control->bps = limited(control, bps < control->bps ? bps : control->bps);
    control->draining = true;
    control->sudden |= conditions->sudden;
    control->queue_at_back_off_us = conditions->queue_us;
    control->backed_off_us = since(conditions, conditions->held_us);
    return RATE_BACKED_OFF;
}

static enum rate_change drained(struct rate_control *control,
                                const struct rate_conditions *conditions)
{
    control->draining = control->sudden = false;
    control->fruitless = 0;
    const double back = RETURN_SHARE * control->capacity_bps;
    rate_control_set(control, back > control->bps ? back : control->bps, conditions->now_us);
    return RATE_DRAINED;
}

/* The queue went before less could have been of use, or faster than time: it was none of ours, or
 * none at all. */
static bool went_by_itself(const struct rate_control *control,
                           const struct rate_conditions *conditions)
{
    const struct rate_before *before = &control->before;
    const uint64_t less_us =
        before->queue_us > conditions->queue_us ? before->queue_us - conditions->queue_us : 0;
    return !control->sudden && conditions->heard_us < before->at_us + less_us;
}

static enum rate_change take_back(struct rate_control *control,
                                  const struct rate_conditions *conditions)
{
    control->draining = false;
    control->fruitless = 0;
    control->capacity_bps = control->before.capacity_bps;
    rate_control_set(control, control->before.bps, conditions->now_us);
    return RATE_TAKEN_BACK;
}

static enum rate_change drain(struct rate_control *control,
                              const struct rate_conditions *conditions)
{
    if (conditions->queue_us <= conditions->drained_us && !conditions->over &&
        went_by_itself(control, conditions)) {
        return take_back(control, conditions);
    }
    /* What was sent before the back-off says nothing about it. */
    const uint64_t since_us = conditions->heard_us > control->backed_off_us
                                  ? conditions->heard_us - control->backed_off_us
                                  : 0;
    if (since_us > 0 && conditions->queue_us <= conditions->drained_us && !conditions->over) {
        return drained(control, conditions);
    }
    if (conditions->sudden && !control->sudden) {
        return back_off(control, conditions); /* it gave way while a small queue was drained */
    }
    if (since_us < FEEDBACK_US) {
        return RATE_FOLLOWED;
    }
    const bool is_still_there = conditions->queue_us > STILL_THERE * control->queue_at_back_off_us;
    if (!is_still_there) {
        /* It goes: what is left is measured again from here. */
        control->queue_at_back_off_us = conditions->queue_us;
        control->backed_off_us = since(conditions, conditions->heard_us);
        control->fruitless = 0;
        return RATE_FOLLOWED;
    }
    if (conditions->queue_us > GREW * control->queue_at_back_off_us + GREW_BY_US) {
        return back_off(control, conditions);
    }
    if (since_us < FRUITLESS_US) {
        return RATE_FOLLOWED;
    }
    if (++control->fruitless > (conditions->is_uneven ? FRUITLESS_UNEVEN_MAX : FRUITLESS_MAX)) {
        control->draining = control->sudden = false;
        control->fruitless = 0;
        if (conditions->is_uneven) {
            control->capacity_bps = control->before.capacity_bps;
            rate_control_set(control, NOT_OURS_SHARE * control->before.bps, conditions->now_us);
        }
        return RATE_NOT_OURS;
    }
    return back_off(control, conditions);
}

/* It is more than was seen to be carried, and not put to the test by what is sent. */
static bool is_unproven(const struct rate_control *control,
                        const struct rate_conditions *conditions)
{
    return control->capacity_bps > 0 && control->capacity_bps < VOICE_BPS &&
           control->bps > control->capacity_bps &&
           conditions->acknowledged_bps < USED_SHARE * control->bps;
}

static void increase(struct rate_control *control, const struct rate_conditions *conditions)
{
    const double wide = (conditions->acknowledged_bps - NARROW_BPS) / (WIDE_BPS - NARROW_BPS);
    const double more = REACH_NARROW + (REACH - REACH_NARROW) * fmax(0, fmin(1, wide));
    double reach = more * conditions->acknowledged_bps + REACH_EXTRA_BPS;
    if (conditions->wanted_bps > 0 && reach > REACH * conditions->wanted_bps) {
        reach = REACH * conditions->wanted_bps;
    }
    uint64_t step_us = conditions->now_us - control->updated_us;
    step_us = step_us < STEP_MAX_US ? step_us : STEP_MAX_US;
    if (control->bps >= reach) {
        return;
    }
    const bool is_near = control->capacity_bps > 0 &&
                         control->bps > NEAR_FROM * control->capacity_bps &&
                         control->bps < NEAR_TO * control->capacity_bps;
    const double equal =
        SLOW_BPS_PER_S + SLOW_MORE_BPS_PER_S * control->bps / (control->bps + SLOW_HALF_BPS);
    const double slow = fmin(equal, SLOW_PER_S * control->bps);
    const double fast = FAST_PER_S * control->bps;
    double growth = is_near || fast < slow ? slow : fast;
    if (is_unproven(control, conditions)) {
        growth = fmin(growth, UNPROVEN_PER_S * control->bps);
    }
    const double bps = control->bps + growth * (double)step_us / 1e6;
    control->bps = limited(control, bps < reach ? bps : reach);
}

double rate_control_lasting_bps(const struct rate_control *control)
{
    if (!control->draining || control->sudden) {
        return control->bps;
    }
    const double back = fmin(RETURN_SHARE * control->capacity_bps, control->before.bps);
    return fmax(back, control->bps);
}

enum rate_change rate_control_update(struct rate_control *control,
                                     const struct rate_conditions *conditions)
{
    enum rate_change change = RATE_FOLLOWED;
    if (control->draining) {
        change = drain(control, conditions);
    } else if (conditions->over) {
        change = back_off(control, conditions);
    } else if (conditions->queue_us <= conditions->drained_us) {
        increase(control, conditions);
    }
    control->updated_us = conditions->now_us;
    return change;
}
