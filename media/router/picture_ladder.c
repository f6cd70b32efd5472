#include "media/router/picture_ladder.h"

static const uint64_t BETTER_AFTER_US = 1000000;
static const uint64_t FULL_AFTER_US = 3000000;
static const uint64_t SMALL_AFTER_US = 1000000; /* of a full picture: nobody sees it sooner */

void picture_ladder_init(struct picture_ladder *ladder)
{
    *ladder = (struct picture_ladder){.has_step = false};
}

static enum picture_step step_of(const struct picture_state *state, uint64_t now_us)
{
    if (!state->is_shown) {
        return PICTURE_HIDDEN;
    }
    if (state->sound_is_lost) {
        return PICTURE_SOUND_LOST;
    }
    const uint64_t last_us =
        state->sent_at_us > state->began_us ? state->sent_at_us : state->began_us;
    const uint64_t quiet_us = now_us - last_us;
    const uint64_t stuck_us = state->stuck_since_us != 0 ? now_us - state->stuck_since_us : 0;
    const uint64_t frozen_us = quiet_us > stuck_us ? quiet_us : stuck_us;
    if (frozen_us >= PICTURE_LADDER_GONE_US) {
        return PICTURE_SOUND_ONLY;
    }
    if (state->is_still || frozen_us >= PICTURE_LADDER_FROZEN_US) {
        return PICTURE_STILL;
    }
    return state->is_full ? PICTURE_FULL : PICTURE_SMALL;
}

static bool is_on_the_ladder(enum picture_step step)
{
    return step <= PICTURE_SOUND_ONLY;
}

/* How long a step has to last before it is said. */
static uint64_t lasting_us(const struct picture_ladder *ladder, enum picture_step step)
{
    if (!ladder->has_step || !is_on_the_ladder(step) || ladder->step == PICTURE_HIDDEN) {
        return 0;
    }
    if (step > ladder->step) {
        return step == PICTURE_SMALL ? SMALL_AFTER_US : 0;
    }
    return step == PICTURE_FULL && ladder->step == PICTURE_SMALL ? FULL_AFTER_US : BETTER_AFTER_US;
}

bool picture_ladder_update(struct picture_ladder *ladder, const struct picture_state *state,
                           uint64_t now_us, enum picture_step *ret_step)
{
    const enum picture_step step = step_of(state, now_us);
    if (ladder->has_step && step == ladder->step) {
        ladder->candidate = step;
        return false;
    }
    if (!ladder->has_step && state->is_shown && !state->sound_is_lost &&
        state->sent_at_us < state->began_us && now_us - state->began_us < PICTURE_LADDER_GONE_US) {
        return false; /* the first picture is on its way */
    }
    if (step != ladder->candidate || ladder->candidate_since_us == 0) {
        ladder->candidate = step;
        ladder->candidate_since_us = now_us;
    }
    if (now_us - ladder->candidate_since_us < lasting_us(ladder, step)) {
        return false;
    }
    ladder->has_step = true;
    ladder->step = step;
    ladder->candidate_since_us = 0;
    *ret_step = step;
    return true;
}
