#include "media/router/picture_lag.h"

/* Of each frame's peak; half of it is gone after 4 s of 24 frames. */
static const int64_t FORGET_SHARE = 128;
static const int64_t MEAN_SHARE = 32;
/* Backward slower than time goes: no report is of an earlier time than the one before. */
static const int64_t STEP_FORWARD_US = 40000;
static const int64_t STEP_BACK_US = 4000;
/* A picture that is late by a little more or less than before is not moved about. */
static const int64_t WORTH_US = 40000;

void picture_lag_note(struct picture_lag *lag, int64_t late_us)
{
    lag->frame_us = late_us > lag->frame_us ? late_us : lag->frame_us;
}

void picture_lag_on_repair(struct picture_lag *lag, uint64_t now_us)
{
    if (now_us - lag->repaired_at_us >= PICTURE_LAG_REPAIRS_LAST_US) {
        lag->repairs = 0;
    }
    lag->repairs++;
    lag->repaired_at_us = now_us;
}

int64_t picture_lag_repair_us(const struct picture_lag *lag, uint32_t rtt_us, uint64_t now_us)
{
    const int64_t waits_us = (int64_t)rtt_us * 9 / 10;
    if (lag->repairs < PICTURE_LAG_REPAIRS_MIN ||
        now_us - lag->repaired_at_us >= PICTURE_LAG_REPAIRS_LAST_US) {
        return 0;
    }
    return waits_us < PICTURE_LAG_REPAIR_MAX_US ? waits_us : PICTURE_LAG_REPAIR_MAX_US;
}

static void look_at_frame(struct picture_lag *lag)
{
    const int64_t late_us = lag->frame_us;
    lag->frame_us = 0;
    if (!lag->began) {
        lag->began = true;
        lag->mean_us = late_us;
        lag->floor_us = late_us;
    }
    lag->mean_us += (late_us - lag->mean_us) / MEAN_SHARE;
    lag->peak_us -= lag->peak_us / FORGET_SHARE;
    lag->peak_us = late_us > lag->peak_us ? late_us : lag->peak_us;
    lag->floor_us += (lag->mean_us - lag->floor_us) / FORGET_SHARE;
    lag->floor_us = late_us < lag->floor_us ? late_us : lag->floor_us;
}

static int64_t to_be_told_us(const struct picture_lag *lag, int64_t hold_us)
{
    const int64_t late_us = lag->mean_us + lag->peak_us - lag->floor_us;
    const int64_t seen_us =
        lag->peak_us > PICTURE_LAG_TOLERANCE_US ? late_us - PICTURE_LAG_SOUND_BUFFER_US : 0;
    const int64_t told_us = seen_us > hold_us ? seen_us : hold_us;
    return told_us < PICTURE_LAG_TOLD_MAX_US ? told_us : PICTURE_LAG_TOLD_MAX_US;
}

void picture_lag_on_frame(struct picture_lag *lag, int64_t hold_us)
{
    look_at_frame(lag);
    const int64_t goal_us = to_be_told_us(lag, hold_us);
    const int64_t off_us = goal_us - lag->told_us;
    lag->moves =
        off_us != 0 && (lag->moves || off_us > WORTH_US || off_us < -WORTH_US || goal_us == 0);
    if (lag->moves) {
        lag->told_us += off_us > STEP_FORWARD_US ? STEP_FORWARD_US
                        : off_us < -STEP_BACK_US ? -STEP_BACK_US
                                                 : off_us;
    }
}
