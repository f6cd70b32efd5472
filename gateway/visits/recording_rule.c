#include "gateway/visits/recording_rule.h"

#include "gateway/visits/name_table.h"

#include <stdio.h>

static const char *const state_names[RECORDING_STATE_COUNT] = {
    [RECORDING_STATE_OFF] = "off",
    [RECORDING_STATE_ASKING] = "asking",
    [RECORDING_STATE_RECORDING] = "recording",
    [RECORDING_STATE_PAUSED] = "paused",
    [RECORDING_STATE_STOPPED] = "stopped",
};

static const char *const reason_names[RECORDING_REASON_COUNT] = {
    [RECORDING_REASON_NONE] = "none",
    [RECORDING_REASON_CONSENT_MISSING] = "consent_missing",
    [RECORDING_REASON_CONSENT_REFUSED] = "consent_refused",
    [RECORDING_REASON_CONSENT_WITHDRAWN] = "consent_withdrawn",
    [RECORDING_REASON_BY_HAND] = "by_hand",
    [RECORDING_REASON_NOBODY_PRESENT] = "nobody_present",
    [RECORDING_REASON_VISIT_NOT_OPEN] = "visit_not_open",
    [RECORDING_REASON_HUDDLE] = "huddle",
    [RECORDING_REASON_NO_SPACE] = "no_space",
    [RECORDING_REASON_RECORDER_FAILED] = "recorder_failed",
};

const char *recording_state_name(enum recording_state state)
{
    return NAME_OF(state_names, state);
}

const char *recording_reason_name(enum recording_reason reason)
{
    return NAME_OF(reason_names, reason);
}

static enum recording_reason reason_of_answer(enum consent_answer answer)
{
    switch (answer) {
    case CONSENT_GIVEN:
        return RECORDING_REASON_NONE;
    case CONSENT_REFUSED:
        return RECORDING_REASON_CONSENT_REFUSED;
    case CONSENT_WITHDRAWN:
        return RECORDING_REASON_CONSENT_WITHDRAWN;
    default:
        return RECORDING_REASON_CONSENT_MISSING;
    }
}

/* The first person present who stands against it, or that nobody is there. */
static enum recording_reason find_objection(const struct recording_rule_input *input,
                                            const char **ret_who)
{
    bool somebody = false;
    for (size_t i = 0; i < input->participant_count; i++) {
        const struct participant *participant = &input->participants[i];
        if (!participant_is_present(participant)) {
            continue;
        }
        somebody = true;
        const enum recording_reason reason =
            reason_of_answer(consent_current(input->consents, input->consent_count, participant->id,
                                             CONSENT_RECORDING, input->words));
        if (reason != RECORDING_REASON_NONE) {
            *ret_who = participant->id;
            return reason;
        }
    }
    return somebody ? RECORDING_REASON_NONE : RECORDING_REASON_NOBODY_PRESENT;
}

static enum recording_reason reason_of_failure(enum recording_failure failure)
{
    switch (failure) {
    case RECORDING_FAILURE_NONE:
        return RECORDING_REASON_BY_HAND;
    case RECORDING_FAILURE_NO_SPACE:
        return RECORDING_REASON_NO_SPACE;
    default:
        return RECORDING_REASON_RECORDER_FAILED;
    }
}

static enum recording_reason find_reason(const struct recording_rule_input *input,
                                         const char **ret_who)
{
    if (input->visit->state != VISIT_OPEN) {
        return RECORDING_REASON_VISIT_NOT_OPEN;
    }
    if (input->visit->huddle_since_ms != 0) {
        return RECORDING_REASON_HUDDLE;
    }
    if (input->recording->wish == RECORDING_WISH_PAUSE) {
        return RECORDING_REASON_BY_HAND;
    }
    return find_objection(input, ret_who);
}

struct recording_status recording_rule_decide(const struct recording_rule_input *input)
{
    struct recording_status status = {0};
    const struct recording *recording = input->recording;
    if (!recording) {
        return status;
    }
    snprintf(status.recording_id, sizeof(status.recording_id), "%s", recording->id);
    status.flowing_since_ms = recording->flowing_since_ms;
    status.flowing = recording->flowing_since_ms != 0;
    if (recording->phase != RECORDING_OPEN) {
        status.state = RECORDING_STATE_STOPPED;
        status.reason = reason_of_failure(recording->failure);
        status.flow =
            recording->phase == RECORDING_FINISHING ? RECORDING_FLOW_FINISH : RECORDING_FLOW_NONE;
        return status;
    }
    const char *who = "";
    status.reason = find_reason(input, &who);
    snprintf(status.who, sizeof(status.who), "%s", who);
    if (status.reason == RECORDING_REASON_NONE) {
        status.state = RECORDING_STATE_RECORDING;
        status.flow = RECORDING_FLOW_RUN;
    } else {
        const bool asking =
            recording->first_flowed_at_ms == 0 && recording->wish == RECORDING_WISH_RUN;
        status.state = asking ? RECORDING_STATE_ASKING : RECORDING_STATE_PAUSED;
        status.flow = RECORDING_FLOW_HOLD;
    }
    return status;
}
