/* recording_rule.h - may the recording flow now?
 *
 * It may, if and only if somebody who may ask for it did (and nobody paused or stopped it), the
 * visit is open, the team does not huddle, somebody is present, and every person present has
 * consented to the current words. Refusal never blocks the visit, only the recording.
 *
 *                 off --start--> asking --everybody consents--> recording <--> paused (why, who)
 *                  ^               |                              |              |
 *                  '-- (new start) + <------------- stop ---------+--------------'   stopped
 * Pure. Thread: any. */
#ifndef BEDSIDE_VISITS_RECORDING_RULE_H
#define BEDSIDE_VISITS_RECORDING_RULE_H

#include "gateway/visits/consent.h"
#include "gateway/visits/participant.h"
#include "gateway/visits/recording.h"
#include "gateway/visits/visit.h"

enum recording_state {
    RECORDING_STATE_OFF,    /* nobody asked for one */
    RECORDING_STATE_ASKING, /* asked for; nothing was recorded yet; consents are missing */
    RECORDING_STATE_RECORDING,
    RECORDING_STATE_PAUSED,
    RECORDING_STATE_STOPPED,
    RECORDING_STATE_COUNT,
};
const char *recording_state_name(enum recording_state state);

enum recording_reason {
    RECORDING_REASON_NONE,
    RECORDING_REASON_CONSENT_MISSING,   /* somebody present has not answered yet */
    RECORDING_REASON_CONSENT_REFUSED,   /* somebody present said no */
    RECORDING_REASON_CONSENT_WITHDRAWN, /* somebody present took the yes back */
    RECORDING_REASON_BY_HAND,           /* paused or stopped at somebody's word */
    RECORDING_REASON_NOBODY_PRESENT,
    RECORDING_REASON_VISIT_NOT_OPEN,
    RECORDING_REASON_HUDDLE, /* the team talks among itself */
    RECORDING_REASON_NO_SPACE,
    RECORDING_REASON_RECORDER_FAILED,
    RECORDING_REASON_COUNT,
};
const char *recording_reason_name(enum recording_reason reason);

/* What the gateway must make true, whatever it was before (a level, not an edge). */
enum recording_flow {
    RECORDING_FLOW_NONE,   /* no recorder is needed */
    RECORDING_FLOW_HOLD,   /* keep the recorder if there is one, let nothing flow */
    RECORDING_FLOW_RUN,    /* start a recorder if there is none, and let it flow */
    RECORDING_FLOW_FINISH, /* let nothing flow, close the recording, report it finished */
};

struct recording_status {
    char recording_id[UUID_TEXT_SIZE]; /* empty: none */
    enum recording_state state;
    enum recording_reason reason;
    char who[UUID_TEXT_SIZE]; /* the participant of the reason; the first of several */
    enum recording_flow flow;
    bool flowing; /* media is being written since `flowing_since_ms` */
    int64_t flowing_since_ms;
};

struct recording_rule_input {
    const struct visit *visit;
    const struct participant *participants;
    size_t participant_count;
    const struct consent *consents; /* oldest first */
    size_t consent_count;
    const struct consent_words *words;
    const struct recording *recording; /* the visit's latest; NULL: none */
};
struct recording_status recording_rule_decide(const struct recording_rule_input *input);

#endif
