#include "media/router/picture_lag.h"

/* Of each frame's peak; half of it is gone after 4 s of 24 frames. */
static const int64_t FORGET_SHARE = 128;
/* Forward a frame merely seems to be early; backward it seems to be late, which is jitter. */
static const int64_t STEP_FORWARD_US = 40000;
static const int64_t STEP_BACK_US = 4000;
/* A picture that is late by a little more or less than before is not moved about. */
static const int64_t WORTH_US = 60000;

void picture_lag_note(struct picture_lag *lag, int64_t late_us)
{
    lag->peak_us = late_us > lag->peak_us ? late_us : lag->peak_us;
}

static int64_t to_be_told_us(const struct picture_lag *lag, int64_t hold_us)
{
    const int64_t beyond_us = lag->peak_us - PICTURE_LAG_TOLERANCE_US;
    const int64_t told_us = hold_us + (beyond_us > 0 ? 2 * beyond_us : 0);
    return told_us < PICTURE_LAG_TOLD_MAX_US ? told_us : PICTURE_LAG_TOLD_MAX_US;
}

void picture_lag_on_frame(struct picture_lag *lag, int64_t hold_us)
{
    const int64_t goal_us = to_be_told_us(lag, hold_us);
    const int64_t off_us = goal_us - lag->told_us;
    if (off_us > WORTH_US) {
        lag->told_us += STEP_FORWARD_US;
    } else if (off_us < -WORTH_US || goal_us == 0) {
        lag->told_us -= lag->told_us < STEP_BACK_US ? lag->told_us : STEP_BACK_US;
    }
    lag->peak_us -= lag->peak_us / FORGET_SHARE;
}
