/* help_session.h - somebody of the programme is with one person of a visit who is stuck, and with
 * nobody else.
 *
 *   --offer--> offered --accept--> open --.
 *                 |                       | ended by either, somebody left or lost, visit ended
 *                 '-- declined, likewise -+--> over
 *
 * While it is offered the two can write to each other; while it is open they also hear and see each
 * other, and nobody else hears or sees them. A visit has one at a time. Seats stay as they are: who
 * helps need not be in the visit, and who is helped is, afterwards, where they were.
 * Pure. Thread: any; an object belongs to one. */
#ifndef BEDSIDE_VISITS_HELP_SESSION_H
#define BEDSIDE_VISITS_HELP_SESSION_H

#include "gateway/base/random.h"

#include <stdbool.h>
#include <stdint.h>

enum help_state { HELP_NONE, HELP_OFFERED, HELP_OPEN, HELP_OVER, HELP_STATE_COUNT };
/* "offered", ...: the name in JSON and SQL. */
const char *help_state_name(enum help_state state);
int help_state_from_name(const char *name, enum help_state *ret_state);

/* Why it is over. */
enum help_end {
    HELP_GOES_ON,
    HELP_ENDED_BY_HELPER,
    HELP_ENDED_BY_HELPED,
    HELP_DECLINED,
    HELP_LOST, /* the connection of one of them */
    HELP_LEFT, /* one of them left the visit */
    HELP_VISIT_ENDED,
    HELP_RESTART, /* of the gateway: both conversations were cut */
    HELP_END_COUNT
};
const char *help_end_name(enum help_end end);
int help_end_from_name(const char *name, enum help_end *ret_end);

struct help_session {
    char id[UUID_TEXT_SIZE]; /* empty: there is none */
    char visit_id[UUID_TEXT_SIZE];
    char helped_id[UUID_TEXT_SIZE]; /* participants */
    char helper_id[UUID_TEXT_SIZE];
    char account_id[UUID_TEXT_SIZE]; /* of who helps; empty: came by a link to the case */
    enum help_state state;
    enum help_end end;
    int64_t offered_at_ms;
    int64_t opened_at_ms; /* 0: not yet, or never */
    int64_t ended_at_ms;
};

/* Offered or open. */
bool help_session_is_on(const struct help_session *help);
/* Whether it is on, or is over, and the participant is (was) one of the two. */
bool help_session_is_of(const struct help_session *help, const char *participant_id);
/* Whether it is open, and the participant is one of the two: apart from everybody else. */
bool help_session_sets_apart(const struct help_session *help, const char *participant_id);

enum help_step { HELP_STEP_ACCEPT, HELP_STEP_DECLINE, HELP_STEP_END };
/* Whether the participant may take the step now: who is helped accepts or declines, either ends. */
bool help_session_allows(const struct help_session *help, const char *participant_id,
                         enum help_step step);

/* Each returns 0, or -EINVAL where the drawing has no such edge. */
int help_session_open(struct help_session *help, int64_t now_ms);
int help_session_end(struct help_session *help, enum help_end end, int64_t now_ms);

#endif
