#include "media/router/uplink_watch.h"

static const int64_t LATE_US = 300000;
static const int64_t CALM_US = 100000;
static const int64_t DRAINS_US = 30000; /* so much earlier from one look to the next */
static const uint64_t PROOF_US = 1000000;
static const uint64_t PROOF_FAR_US = 2000000;
static const uint32_t FAR_RTT_US = 200000;
/* A link that is uneven, but no queue, is taken as it is. */
static const uint64_t PROOF_UNEVEN_US = 4000000;
/* After such a pause the camera was off. */
static const uint64_t PAUSE_US = 2000000;

static const uint32_t CEILING_LEAST_BPS = 30000;
static const uint32_t CEILING_MOST_BPS = 400000; /* beyond it there is none */
static const uint64_t LOWER_AFTER_US = 2000000;
static const uint64_t RAISE_AFTER_US = 2000000;
static const uint64_t HOLD_US = 10000000;
static const uint64_t HOLD_MOST_US = 80000000;
/* What its sender held back comes late, too, and its own estimate has to climb first. */
static const uint64_t MEND_US = 3000000;

static const uint32_t THIN_BPS = 150000; /* of pictures; sound takes the rest */
static const uint32_t WIDE_BPS = 300000;
static const uint32_t LOSS_HOLDS_BACK_PPM = 70000;
static const uint64_t THIN_LATE_US = 1000000;
static const uint64_t THIN_SHORT_US = 4000000;
/* Nothing is missing for so long: there may be nothing better to come. */
static const uint64_t NOTHING_MISSING_US = 6000000;
static const uint64_t WIDE_AFTER_US = 10000000;
static const uint64_t CLEAR_AFTER_US = 60000000;

/* Since when something holds: kept, begun, or 0. */
static uint64_t since(uint64_t before_us, bool holds, uint64_t now_us)
{
    return !holds ? 0 : before_us != 0 ? before_us : now_us;
}

static bool lasts(uint64_t since_us, uint64_t span_us, uint64_t now_us)
{
    return since_us != 0 && now_us - since_us >= span_us;
}

static void note(struct uplink_watch *watch, const struct uplink_look *look, uint64_t now_us)
{
    const bool is_short =
        look->is_short && look->arrived_bps < THIN_BPS && look->loss_ppm < LOSS_HOLDS_BACK_PPM;
    const bool is_better = look->has_better || look->arrived_bps >= WIDE_BPS;
    if (now_us - watch->looked_at_us > PAUSE_US) {
        watch->late_since_us = watch->calm_since_us = watch->short_since_us = 0;
        watch->clear_since_us = watch->better_since_us = 0;
    }
    watch->looked_at_us = now_us;
    watch->began_us = since(watch->began_us, true, now_us);
    /* Between calm and late it stays what it was. */
    const bool is_mending = watch->mended_at_us != 0 && now_us - watch->mended_at_us < MEND_US;
    const bool is_late = look->late_us >= LATE_US && !is_mending;
    const bool is_calm = look->late_us < CALM_US && look->late_us > -DRAINS_US;
    if (is_late || is_calm) {
        watch->late_since_us = since(watch->late_since_us, is_late, now_us);
    }
    watch->calm_since_us = since(watch->calm_since_us, is_calm, now_us);
    watch->short_since_us = since(watch->short_since_us, is_short, now_us);
    watch->clear_since_us =
        since(watch->clear_since_us, watch->late_since_us == 0 && !is_short, now_us);
    watch->better_since_us =
        since(watch->better_since_us, watch->clear_since_us != 0 && is_better, now_us);
}

static bool is_proof(const struct uplink_watch *watch, const struct uplink_look *look,
                     uint32_t rtt_us, uint64_t now_us)
{
    const uint64_t span_us = rtt_us < FAR_RTT_US ? PROOF_US : PROOF_FAR_US;
    return lasts(watch->began_us, span_us, now_us) &&
           (lasts(watch->calm_since_us, PROOF_US / 2, now_us) ||
            (watch->late_since_us == 0 && look->late_us > -DRAINS_US &&
             lasts(watch->began_us, PROOF_UNEVEN_US, now_us)));
}

static void lower(struct uplink_watch *watch, uint32_t arrived_bps, uint64_t now_us)
{
    const bool is_new = watch->ceiling_bps == 0 || watch->stepped_at_us < watch->late_since_us;
    if (!is_new && now_us - watch->stepped_at_us < LOWER_AFTER_US) {
        return;
    }
    const uint32_t before_bps = watch->ceiling_bps != 0 && watch->ceiling_bps < arrived_bps
                                    ? watch->ceiling_bps
                                    : arrived_bps;
    if (is_new) {
        const bool again = watch->broke_at_bps != 0 && before_bps >= watch->broke_at_bps / 2;
        watch->hold_us = !again || watch->hold_us == 0 ? HOLD_US : watch->hold_us * 2;
        watch->hold_us = watch->hold_us < HOLD_MOST_US ? watch->hold_us : HOLD_MOST_US;
        watch->broke_at_bps = before_bps;
    }
    const uint32_t bps = before_bps / 10 * 6;
    watch->ceiling_bps = bps > CEILING_LEAST_BPS ? bps : CEILING_LEAST_BPS;
    watch->stepped_at_us = now_us;
}

/* The step beyond where it broke is a try; what follows one that went well is none. */
static void raise(struct uplink_watch *watch, uint64_t now_us)
{
    const uint32_t bps = watch->ceiling_bps + watch->ceiling_bps / 2;
    const bool is_try = watch->ceiling_bps < watch->broke_at_bps && bps >= watch->broke_at_bps;
    const uint64_t wait_us = is_try ? watch->hold_us : RAISE_AFTER_US;
    if (lasts(watch->calm_since_us, wait_us, now_us) &&
        lasts(watch->stepped_at_us, RAISE_AFTER_US, now_us)) {
        watch->ceiling_bps = bps <= CEILING_MOST_BPS ? bps : 0;
        watch->stepped_at_us = now_us;
    }
}

static void judge(struct uplink_watch *watch, uint64_t now_us)
{
    if (lasts(watch->late_since_us, THIN_LATE_US, now_us) ||
        lasts(watch->short_since_us, THIN_SHORT_US, now_us)) {
        watch->is_thin = true;
    } else if (lasts(watch->better_since_us, WIDE_AFTER_US, now_us) ||
               lasts(watch->clear_since_us, CLEAR_AFTER_US, now_us)) {
        watch->is_thin = false;
    }
}

void uplink_watch_look(struct uplink_watch *watch, const struct uplink_look *look, uint32_t rtt_us,
                       uint64_t now_us)
{
    if (!look->has_packet) {
        return;
    }
    note(watch, look, now_us);
    watch->is_proven |= is_proof(watch, look, rtt_us, now_us);
    if (watch->late_since_us != 0) {
        lower(watch, look->arrived_bps, now_us);
    } else if (watch->ceiling_bps != 0) {
        raise(watch, now_us);
    }
    /* Below a ceiling nothing is missing, since nothing is asked for. */
    watch->nothing_missing_since_us =
        since(watch->nothing_missing_since_us,
              watch->is_proven && watch->clear_since_us != 0 && watch->ceiling_bps == 0, now_us);
    watch->is_wide |=
        watch->is_proven && (watch->better_since_us != 0 ||
                             lasts(watch->nothing_missing_since_us, NOTHING_MISSING_US, now_us));
    judge(watch, now_us);
}

bool uplink_watch_is_thin(const struct uplink_watch *watch)
{
    const bool is_low = watch->ceiling_bps != 0 && watch->ceiling_bps < THIN_BPS;
    return watch->is_thin || (is_low && watch->better_since_us == 0);
}

/* Sound takes its share of it. */
void uplink_watch_break(struct uplink_watch *watch, uint32_t link_bps, uint64_t now_us)
{
    watch->stepped_at_us = watch->mended_at_us = 0;
    watch->late_since_us = watch->late_since_us != 0 ? watch->late_since_us : now_us;
    watch->calm_since_us = watch->better_since_us = 0;
    lower(watch, link_bps / 4 * 3, now_us);
}

void uplink_watch_mend(struct uplink_watch *watch, uint64_t now_us)
{
    watch->ceiling_bps = watch->broke_at_bps = 0;
    watch->hold_us = 0;
    watch->stepped_at_us = watch->mended_at_us = now_us;
    watch->late_since_us = watch->short_since_us = 0;
    watch->is_thin = false;
}
