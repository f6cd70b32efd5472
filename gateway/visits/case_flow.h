/* case_flow.h - the way of a case from the request to its end, and who sees to it.
 *
 *   requested --> records_collected --> in_review --> opinion_written --> visit_scheduled
 *                                                                               |
 *                                                             closed <-- debriefed
 *   by hand   advance      one step on
 *             send back    one step back, with a reason; from closed to where it was closed
 *             close        from any step, with a reason
 *   by visits scheduled    opinion_written, debriefed --> visit_scheduled
 *             held         visit_scheduled --> debriefed         (the last one that stood)
 *             dropped      visit_scheduled --> opinion_written   (it ended without being opened)
 *
 * A visit that is scheduled earlier, while the opinion is being written, moves nothing then; the
 * case goes on to visit_scheduled by itself once the opinion is there. Each step has a date since
 * when and one until when it is due. Pure. Thread: any. */
#ifndef BEDSIDE_VISITS_CASE_FLOW_H
#define BEDSIDE_VISITS_CASE_FLOW_H

#include "gateway/visits/clinical_case.h"

enum case_step {
    CASE_REQUESTED,
    CASE_RECORDS_COLLECTED,
    CASE_IN_REVIEW,
    CASE_OPINION_WRITTEN,
    CASE_VISIT_SCHEDULED,
    CASE_DEBRIEFED,
    CASE_CLOSED,
    CASE_STEP_COUNT,
};
/* "requested", ...: the name in JSON and SQL. */
const char *case_step_name(enum case_step step);
int case_step_from_name(const char *name, enum case_step *ret_step);

enum case_priority {
    CASE_ROUTINE,
    CASE_URGENT, /* due in half the time; FHIR's asap and stat, too */
    CASE_PRIORITY_COUNT,
};
const char *case_priority_name(enum case_priority priority);
int case_priority_from_name(const char *name, enum case_priority *ret_priority);

#define SUBSPECIALTY_SIZE 65 /* a plain code: "breast", "lymphoma" */
#define CASE_REASON_SIZE 401

struct case_flow {
    char case_id[UUID_TEXT_SIZE];
    enum case_step step;
    enum case_step closed_at; /* at which step it was closed; CASE_CLOSED unless it is */
    int64_t since_ms;
    int64_t due_at_ms;                    /* 0: never */
    char owner_id[UUID_TEXT_SIZE];        /* the coordinator's account; empty: nobody's yet */
    char team_id[UUID_TEXT_SIZE];         /* empty: not routed */
    char subspecialty[SUBSPECIALTY_SIZE]; /* that is asked for; may be empty */
    enum case_priority priority;
    int64_t version; /* grows with each change */
};

enum case_move {
    CASE_MOVE_ADVANCE,
    CASE_MOVE_SEND_BACK,
    CASE_MOVE_CLOSE,
    CASE_MOVE_VISIT_SCHEDULED,
    CASE_MOVE_VISIT_HELD,
    CASE_MOVE_VISIT_DROPPED,
    CASE_MOVE_COUNT,
};
/* "advance", "send_back", ... */
const char *case_move_name(enum case_move move);
bool case_move_needs_reason(enum case_move move);

/* In how many days each step is due. */
struct case_due_days {
    uint16_t days[CASE_STEP_COUNT]; /* 0: never */
};
#define CASE_DUE_DAYS_MAX 365
/* What holds for a programme that has said nothing. */
extern const struct case_due_days case_due_days_default;

/* A case that begins at `step`. */
void case_flow_begin(struct case_flow *flow, enum case_step step, const struct case_due_days *due,
                     int64_t now_ms);
/* Makes the move. Returns 0, or -EINVAL when there is no such edge: nothing has changed. */
int case_flow_move(struct case_flow *flow, enum case_move move, const struct case_due_days *due,
                   int64_t now_ms);
/* `due_at_ms`: 0 for never. Returns -EINVAL for a closed case, or a time that makes no sense. */
int case_flow_set_due(struct case_flow *flow, int64_t due_at_ms);
bool case_flow_is_overdue(const struct case_flow *flow, int64_t now_ms);

/* What may stand in paths and on the command line: letters, digits, '.', '_' and '-'. */
bool case_code_is_plain(const char *text);
/* A text for people, of one or more lines; not empty. */
bool case_reason_is_good(const char *reason);

/* ---- what happened to it: the case's timeline outside its visits ---- */

enum case_event_kind {
    CASE_EVENT_CREATED,     /* detail: the step it began with */
    CASE_EVENT_ORDERED,     /* a treating physician's order; subject: none */
    CASE_EVENT_MOVED,       /* detail: "from to move" */
    CASE_EVENT_ASSIGNED,    /* subject: the account, or empty */
    CASE_EVENT_DUE,         /* detail: the new time in milliseconds */
    CASE_EVENT_ROUTED,      /* subject: the team, or empty; detail: the subspecialty */
    CASE_EVENT_BOOKED,      /* subject: the visit; detail: the expert */
    CASE_EVENT_PLANNED,     /* the hybrid plan is another */
    CASE_EVENT_VISIT_MOVED, /* subject: the visit; detail: the new time in milliseconds */
    CASE_EVENT_KIND_COUNT,
};
const char *case_event_kind_name(enum case_event_kind kind);
int case_event_kind_from_name(const char *name, enum case_event_kind *ret_kind);

#define CASE_EVENT_DETAIL_SIZE 129

struct case_event {
    char id[UUID_TEXT_SIZE];
    char case_id[UUID_TEXT_SIZE];
    enum case_event_kind kind;
    int64_t at_ms;
    char actor_role[33];
    char actor_id[65]; /* as in the audit trail */
    char subject_id[UUID_TEXT_SIZE];
    char detail[CASE_EVENT_DETAIL_SIZE];
    char reason[CASE_REASON_SIZE]; /* in somebody's words; may be empty */
};

struct case_event_list {
    struct case_event *events; /* owned, oldest first */
    size_t count;
};
struct case_event_list *case_event_list_create(void);
struct case_event_list *case_event_list_destroy(struct case_event_list *list);
DEFINE_AUTO(case_event_list)

#endif
