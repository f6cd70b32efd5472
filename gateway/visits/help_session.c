#include "gateway/visits/help_session.h"

#include "gateway/visits/name_table.h"

static const char *const state_names[HELP_STATE_COUNT] = {
    [HELP_NONE] = "none",
    [HELP_OFFERED] = "offered",
    [HELP_OPEN] = "open",
    [HELP_OVER] = "over",
};
DEFINE_NAMES(help_state, help_state, state_names)

static const char *const end_names[HELP_END_COUNT] = {
    [HELP_GOES_ON] = "goes_on",
    [HELP_ENDED_BY_HELPER] = "by_helper",
    [HELP_ENDED_BY_HELPED] = "by_helped",
    [HELP_DECLINED] = "declined",
    [HELP_LOST] = "lost",
    [HELP_LEFT] = "left",
    [HELP_VISIT_ENDED] = "visit_ended",
    [HELP_RESTART] = "restart",
};
DEFINE_NAMES(help_end, help_end, end_names)

bool help_session_is_on(const struct help_session *help)
{
    return help->state == HELP_OFFERED || help->state == HELP_OPEN;
}

bool help_session_is_of(const struct help_session *help, const char *participant_id)
{
    return help->id[0] && (strcmp(help->helped_id, participant_id) == 0 ||
                           strcmp(help->helper_id, participant_id) == 0);
}

bool help_session_sets_apart(const struct help_session *help, const char *participant_id)
{
    return help->state == HELP_OPEN && help_session_is_of(help, participant_id);
}

bool help_session_allows(const struct help_session *help, const char *participant_id,
                         enum help_step step)
{
    if (!help_session_is_on(help) || !help_session_is_of(help, participant_id)) {
        return false;
    }
    return step == HELP_STEP_END ||
           (help->state == HELP_OFFERED && strcmp(help->helped_id, participant_id) == 0);
}

int help_session_open(struct help_session *help, int64_t now_ms)
{
    if (help->state != HELP_OFFERED) {
        return -EINVAL;
    }
    help->state = HELP_OPEN;
    help->opened_at_ms = now_ms;
    return 0;
}

int help_session_end(struct help_session *help, enum help_end end, int64_t now_ms)
{
    if (!help_session_is_on(help)) {
        return -EINVAL;
    }
    help->state = HELP_OVER;
    help->end = end;
    help->ended_at_ms = now_ms;
    return 0;
}
