#include "gateway/visits/seat_step.h"

#include "gateway/visits/name_table.h"

static const char *const steps[SEAT_STEP_COUNT] = {
    [SEAT_STEP_LINK_NOT_OPENED] = "link_not_opened",
    [SEAT_STEP_LINK_OPENED] = "link_opened",
    [SEAT_STEP_BIRTH_DATE_ASKED] = "birth_date_asked",
    [SEAT_STEP_BIRTH_DATE_WRONG] = "birth_date_wrong",
    [SEAT_STEP_LOCKED] = "locked",
    [SEAT_STEP_ARRIVED] = "arrived",
    [SEAT_STEP_PERMISSION_ASKED] = "permission_asked",
    [SEAT_STEP_PERMISSION_DENIED] = "permission_denied",
    [SEAT_STEP_CHECKED] = "checked",
    [SEAT_STEP_CHECKED_WITH_PROBLEMS] = "checked_with_problems",
    [SEAT_STEP_WAITING] = "waiting",
    [SEAT_STEP_IN_VISIT] = "in_visit",
    [SEAT_STEP_LOST] = "lost",
    [SEAT_STEP_LEFT] = "left",
    [SEAT_STEP_DENIED] = "denied",
    [SEAT_STEP_SENT_OUT] = "sent_out",
    [SEAT_STEP_SENT_BACK] = "sent_back",
};
DEFINE_NAMES(seat_step, seat_step, steps)

bool seat_step_is_told_by_link(enum seat_step step)
{
    return step == SEAT_STEP_LINK_OPENED || step == SEAT_STEP_BIRTH_DATE_ASKED;
}

bool seat_step_is_told_by_seat(enum seat_step step)
{
    return step >= SEAT_STEP_PERMISSION_ASKED && step <= SEAT_STEP_CHECKED_WITH_PROBLEMS;
}

static const char *const problems_by_bit[] = {"camera", "microphone", "speaker", "network",
                                              "browser"};

const char *seat_problem_name(size_t index)
{
    return index < ARRAY_LENGTH(problems_by_bit) ? problems_by_bit[index] : NULL;
}

int seat_problem_add(const char *name, unsigned *problems)
{
    const int bit = name_table_find(problems_by_bit, ARRAY_LENGTH(problems_by_bit), name);
    if (bit < 0) {
        return bit;
    }
    *problems |= 1u << bit;
    return 0;
}

bool seat_step_fits_problems(enum seat_step step, unsigned problems)
{
    const bool has_some =
        step == SEAT_STEP_PERMISSION_DENIED || step == SEAT_STEP_CHECKED_WITH_PROBLEMS;
    return (problems & ~SEAT_PROBLEMS_ALL) == 0 && has_some == (problems != 0);
}

/* The one of [first, last] that was reached last, not before `from_ms`; of two at the same time the
 * one that is farther on the way. */
static struct seat_stand latest(const struct seat_progress *progress, enum seat_step first,
                                enum seat_step last, int64_t from_ms)
{
    struct seat_stand stand = {.step = first};
    for (int step = (int)first; step <= (int)last; step++) {
        const int64_t at_ms = progress->at_ms[step];
        if (at_ms != 0 && at_ms >= from_ms && at_ms >= stand.since_ms) {
            stand = (struct seat_stand){(enum seat_step)step, at_ms, progress->problems[step]};
        }
    }
    return stand;
}

static struct seat_stand before_arrival(const struct join_link *link,
                                        const struct seat_progress *progress)
{
    if (!link) {
        return (struct seat_stand){.step = SEAT_STEP_LINK_NOT_OPENED};
    }
    if (link->failed_tries > 0) {
        const enum seat_step step =
            join_link_tries_left(link) == 0 ? SEAT_STEP_LOCKED : SEAT_STEP_BIRTH_DATE_WRONG;
        return (struct seat_stand){.step = step, .since_ms = progress->at_ms[step]};
    }
    const struct seat_stand stand =
        latest(progress, SEAT_STEP_LINK_OPENED, SEAT_STEP_BIRTH_DATE_ASKED, link->created_at_ms);
    return stand.since_ms != 0
               ? stand
               : (struct seat_stand){SEAT_STEP_LINK_NOT_OPENED, link->created_at_ms, 0};
}

/* Waiting or inside, as long as the connection holds. */
static struct seat_stand while_there(const struct participant *seat, enum seat_step step,
                                     int64_t since_ms)
{
    return seat->connected ? (struct seat_stand){.step = step, .since_ms = since_ms}
                           : (struct seat_stand){SEAT_STEP_LOST, seat->last_seen_ms, 0};
}

/* Why somebody waits: because they came, or because they were sent. */
static enum seat_step waiting_step(enum seat_hold hold)
{
    switch (hold) {
    case SEAT_HOLD_PATIENT:
        return SEAT_STEP_SENT_OUT;
    case SEAT_HOLD_TEAM:
        return SEAT_STEP_SENT_BACK;
    default:
        return SEAT_STEP_WAITING;
    }
}

struct seat_stand seat_step_now(const struct participant *seat, const struct join_link *link,
                                const struct seat_progress *progress)
{
    switch (seat->state) {
    case SEAT_INVITED:
        return before_arrival(link, progress);
    case SEAT_WAITING:
        return while_there(seat, waiting_step(seat->hold), seat->waiting_since_ms);
    case SEAT_IN_VISIT:
        return while_there(seat, SEAT_STEP_IN_VISIT,
                           progress->at_ms[SEAT_STEP_IN_VISIT] ? progress->at_ms[SEAT_STEP_IN_VISIT]
                                                               : seat->admitted_at_ms);
    case SEAT_LEFT:
        return (struct seat_stand){SEAT_STEP_LEFT, seat->last_seen_ms, 0};
    case SEAT_DENIED:
        return (struct seat_stand){SEAT_STEP_DENIED, progress->at_ms[SEAT_STEP_DENIED], 0};
    default:
        return latest(progress, SEAT_STEP_ARRIVED, SEAT_STEP_CHECKED_WITH_PROBLEMS, 0);
    }
}
