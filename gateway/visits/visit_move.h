/* visit_move.h - a visit that has not begun gets another time: what is agreed, where it can be
 * moved to, and the move with all that follows from it (links, letters, the case's due date).
 * Thread: the store thread; the structs belong to one. */
#ifndef BEDSIDE_VISITS_VISIT_MOVE_H
#define BEDSIDE_VISITS_VISIT_MOVE_H

#include "gateway/visits/notification.h"
#include "gateway/visits/team_work.h"

/* What is agreed, and who would be written to if it changed. */
struct visit_schedule {
    struct visit visit;
    struct expert expert; /* into whose time it is booked; the id is empty: nobody's */
    struct participant people[VISIT_PARTICIPANTS_MAX];
    enum notification_channel ways[VISIT_PARTICIPANTS_MAX]; /* same order; ANY: by none */
    size_t people_count;
};
/* Refusal: NOT_FOUND. */
int visit_move_read(struct visit_service *service, const struct visit_actor *actor,
                    const char *visit_id, struct visit_schedule *ret_schedule);

struct visit_slots {
    struct expert expert; /* the id is empty: it is in nobody's calendar, and there are no slots */
    struct slot_list *list; /* owned; `team` is NULL */
};
void visit_slots_clear(struct visit_slots *slots);
/* Free time of the expert into whose time the visit is booked; its own counts as free. `minutes`: 0
 * for as long as it is planned. Refusals: NOT_FOUND, INVALID. */
int visit_move_list_slots(struct visit_service *service, const struct visit_actor *actor,
                          const char *visit_id, struct time_interval range, unsigned minutes,
                          struct visit_slots *ret_slots);

struct visit_new_time {
    int64_t starts_at_ms;
    uint32_t minutes;   /* 0: for as long as it was planned */
    bool allow_overlap; /* also when an expert who is invited has another visit then */
};
/* The links that people have stay good until after the
 * new time, everybody gets a letter, a delay that was said is forgotten, the step of the case is
 * due with the visit. A visit that is booked into an expert's time stays within it, and whether
 * that is free is looked at in the transaction, whatever is allowed. Nothing happens when it is
 * then already. Refusals: NOT_FOUND, INVALID, SLOT_TAKEN, WRONG_STATE (it has begun, or the case is
 * closed), VISIT_ENDED.
 */
int visit_move(struct visit_service *service, const struct visit_actor *actor, const char *visit_id,
               const struct visit_new_time *time, struct visit_picture **ret_picture);

#endif
