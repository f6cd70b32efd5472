#include "gateway/visits/visit.h"

#include "gateway/visits/name_table.h"

static const char *const shape_names[VISIT_SHAPE_COUNT] = {
    [VISIT_EXPERT_LED] = "expert_led",
    [VISIT_TREATING_LED] = "treating_led",
    [VISIT_PHYSICIANS_ONLY] = "physicians_only",
    [VISIT_NURSE_LED] = "nurse_led",
};
DEFINE_NAMES(visit_shape, visit_shape, shape_names)

static const char *const state_names[VISIT_STATE_COUNT] = {
    [VISIT_SCHEDULED] = "scheduled",
    [VISIT_OPEN] = "open",
    [VISIT_ENDED] = "ended",
};
DEFINE_NAMES(visit_state, visit_state, state_names)

bool visit_shape_seats(enum visit_shape shape, enum participant_role role)
{
    if ((unsigned)role >= ROLE_SEATED_COUNT) {
        return false;
    }
    return shape != VISIT_PHYSICIANS_ONLY || (role != ROLE_PATIENT && role != ROLE_CAREGIVER);
}

bool visit_is_practice(const struct visit *visit)
{
    return visit->practice_of[0] != 0;
}

int visit_move_to(struct visit *visit, int64_t starts_at_ms, uint32_t minutes, int64_t now_ms)
{
    if (visit->state != VISIT_SCHEDULED || minutes == 0 || minutes > VISIT_MINUTES_MAX ||
        starts_at_ms < now_ms || starts_at_ms > now_ms + VISIT_AHEAD_MAX_MS) {
        return -EINVAL;
    }
    visit->scheduled_at_ms = starts_at_ms;
    visit->scheduled_minutes = minutes;
    return 0;
}

int visit_open(struct visit *visit, int64_t now_ms)
{
    if (visit->state != VISIT_SCHEDULED) {
        return -EINVAL;
    }
    visit->state = VISIT_OPEN;
    visit->opened_at_ms = now_ms;
    return 0;
}

int visit_end(struct visit *visit, int64_t now_ms)
{
    if (visit->state == VISIT_ENDED) {
        return -EINVAL;
    }
    visit->state = VISIT_ENDED;
    visit->ended_at_ms = now_ms;
    visit->huddle_since_ms = 0;
    return 0;
}

int visit_huddle_begin(struct visit *visit, int64_t now_ms)
{
    if (visit->state != VISIT_OPEN || visit->huddle_since_ms != 0) {
        return -EINVAL;
    }
    visit->huddle_since_ms = now_ms;
    return 0;
}

int visit_huddle_end(struct visit *visit)
{
    if (visit->huddle_since_ms == 0) {
        return -EINVAL;
    }
    visit->huddle_since_ms = 0;
    return 0;
}

bool visit_huddle_seats(enum participant_role role)
{
    return participant_role_is_staff(role);
}
