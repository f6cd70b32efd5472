#include "gateway/visits/case_flow.h"

#include "gateway/base/allocate.h"
#include "gateway/base/clock.h"
#include "gateway/visits/name_table.h"

#define MS_PER_DAY 86400000LL

static const char *const step_names[CASE_STEP_COUNT] = {
    [CASE_REQUESTED] = "requested",
    [CASE_RECORDS_COLLECTED] = "records_collected",
    [CASE_IN_REVIEW] = "in_review",
    [CASE_OPINION_WRITTEN] = "opinion_written",
    [CASE_VISIT_SCHEDULED] = "visit_scheduled",
    [CASE_DEBRIEFED] = "debriefed",
    [CASE_CLOSED] = "closed",
};
DEFINE_NAMES(case_step, case_step, step_names)

static const char *const priority_names[CASE_PRIORITY_COUNT] = {
    [CASE_ROUTINE] = "routine",
    [CASE_URGENT] = "urgent",
};
DEFINE_NAMES(case_priority, case_priority, priority_names)

static const char *const event_names[CASE_EVENT_KIND_COUNT] = {
    [CASE_EVENT_CREATED] = "created",
    [CASE_EVENT_ORDERED] = "ordered",
    [CASE_EVENT_MOVED] = "moved",
    [CASE_EVENT_ASSIGNED] = "assigned",
    [CASE_EVENT_DUE] = "due",
    [CASE_EVENT_ROUTED] = "routed",
    [CASE_EVENT_BOOKED] = "booked",
    [CASE_EVENT_PLANNED] = "planned",
    [CASE_EVENT_VISIT_MOVED] = "visit_moved",
};
DEFINE_NAMES(case_event_kind, case_event_kind, event_names)

static const struct {
    const char *name;
    bool needs_reason;
} moves[CASE_MOVE_COUNT] = {
    [CASE_MOVE_ADVANCE] = {"advance", false},
    [CASE_MOVE_SEND_BACK] = {"send_back", true},
    [CASE_MOVE_CLOSE] = {"close", true},
    [CASE_MOVE_VISIT_SCHEDULED] = {"visit_scheduled", false},
    [CASE_MOVE_VISIT_HELD] = {"visit_held", false},
    [CASE_MOVE_VISIT_DROPPED] = {"visit_dropped", false},
};

const char *case_move_name(enum case_move move)
{
    return (unsigned)move < CASE_MOVE_COUNT ? moves[move].name : "unknown";
}

bool case_move_needs_reason(enum case_move move)
{
    return (unsigned)move < CASE_MOVE_COUNT && moves[move].needs_reason;
}

const struct case_due_days case_due_days_default = {
    .days =
        {
            [CASE_REQUESTED] = 2,
            [CASE_RECORDS_COLLECTED] = 3,
            [CASE_IN_REVIEW] = 10,
            [CASE_OPINION_WRITTEN] = 5,
            [CASE_VISIT_SCHEDULED] = 14,
            [CASE_DEBRIEFED] = 3,
            [CASE_CLOSED] = 0,
        },
};

/* ---- the edges of the drawing ---- */

/* Returns where `move` leads, or -EINVAL. */
static int step_after(const struct case_flow *flow, enum case_move move)
{
    const enum case_step step = flow->step;
    switch (move) {
    case CASE_MOVE_ADVANCE:
        return step < CASE_CLOSED ? (int)step + 1 : -EINVAL;
    case CASE_MOVE_SEND_BACK:
        return step == CASE_CLOSED     ? (int)flow->closed_at
               : step > CASE_REQUESTED ? (int)step - 1
                                       : -EINVAL;
    case CASE_MOVE_CLOSE:
        return step != CASE_CLOSED ? (int)CASE_CLOSED : -EINVAL;
    case CASE_MOVE_VISIT_SCHEDULED:
        return step == CASE_OPINION_WRITTEN || step == CASE_DEBRIEFED ? (int)CASE_VISIT_SCHEDULED
                                                                      : -EINVAL;
    case CASE_MOVE_VISIT_HELD:
        return step == CASE_VISIT_SCHEDULED ? (int)CASE_DEBRIEFED : -EINVAL;
    case CASE_MOVE_VISIT_DROPPED:
        return step == CASE_VISIT_SCHEDULED ? (int)CASE_OPINION_WRITTEN : -EINVAL;
    default:
        return -EINVAL;
    }
}

static void arrive_at(struct case_flow *flow, enum case_step step, const struct case_due_days *due,
                      int64_t now_ms)
{
    int64_t due_in_ms = due->days[step] * MS_PER_DAY;
    if (flow->priority == CASE_URGENT) {
        due_in_ms /= 2;
    }
    flow->closed_at = step == CASE_CLOSED ? flow->step : CASE_CLOSED;
    flow->step = step;
    flow->since_ms = now_ms;
    flow->due_at_ms = due_in_ms > 0 && step != CASE_CLOSED ? now_ms + due_in_ms : 0;
    flow->version++;
}

void case_flow_begin(struct case_flow *flow, enum case_step step, const struct case_due_days *due,
                     int64_t now_ms)
{
    flow->version = 0;
    flow->step = step;
    arrive_at(flow, step, due, now_ms);
}

int case_flow_move(struct case_flow *flow, enum case_move move, const struct case_due_days *due,
                   int64_t now_ms)
{
    const int step = step_after(flow, move);
    if (step < 0) {
        return step;
    }
    arrive_at(flow, (enum case_step)step, due, now_ms);
    return 0;
}

int case_flow_set_due(struct case_flow *flow, int64_t due_at_ms)
{
    if (flow->step == CASE_CLOSED || due_at_ms < 0 || due_at_ms > WALL_MS_MAX) {
        return -EINVAL;
    }
    flow->due_at_ms = due_at_ms;
    flow->version++;
    return 0;
}

bool case_flow_is_overdue(const struct case_flow *flow, int64_t now_ms)
{
    return flow->due_at_ms != 0 && flow->due_at_ms < now_ms;
}

bool case_code_is_plain(const char *text)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    return text[0] && strspn(text, allowed) == strlen(text);
}

bool case_reason_is_good(const char *reason)
{
    return reason && strspn(reason, " \t\n") < strlen(reason) &&
           strlen(reason) < CASE_REASON_SIZE && person_text_is_clean(reason, true);
}

/* ---- the timeline ---- */

struct case_event_list *case_event_list_create(void)
{
    return allocate_zeroed(1, sizeof(struct case_event_list));
}

struct case_event_list *case_event_list_destroy(struct case_event_list *list)
{
    if (list) {
        free(list->events);
        free(list);
    }
    return NULL;
}
