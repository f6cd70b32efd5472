/* case_steps.h - how a case's way is begun and moved from within other operations.
 * Private to gateway/visits. Thread: the store thread. */
#ifndef BEDSIDE_VISITS_CASE_STEPS_H
#define BEDSIDE_VISITS_CASE_STEPS_H

#include "gateway/visits/case_flow.h"
#include "gateway/visits/visit_act.h"

/* What the programme says, and the product where it says nothing. */
int case_steps_read_due_days(struct visit_service *service, const char *programme,
                             struct case_due_days *ret_due);

/* A new case begins its way (act->case_id is set): with an opinion, where that is written. Its
 * owner is the coordinator who acts, or else the one of its care team. `asked`: subspecialty and
 * priority; NULL: neither. */
int case_steps_begin(struct visit_service *service, const struct visit_act *act,
                     const struct clinical_case *clinical_case, const struct case_flow *asked);

/* A coordinator signed in for the first time: open cases of nobody that name them are theirs. */
int case_steps_adopt(struct visit_service *service, const struct visit_actor *actor,
                     const struct staff_account *account);

/* Whether the actor acts beyond one case: not from a seat, not by a link to one case. */
bool case_steps_acts_at_large(const struct visit_act *act);
/* Of an act that is about no one case: of which cases it may show something. Returns false for who
 * has no reach beyond one: a seat, or a link to one case. */
bool case_steps_find_reach(const struct visit_act *act, struct case_reach *ret_reach);
/* The same for what belongs to a programme. Refusals: NOT_PERMITTED, INVALID. */
int case_steps_check_programme(const struct visit_act *act, const char *programme);

/* Before a visit is scheduled. Refusal: WRONG_STATE, for a closed case. */
int case_steps_may_schedule(struct visit_service *service, const char *case_id);
/* act->visit was scheduled in act->case_id, or has ended. */
int case_steps_visit_scheduled(struct visit_service *service, const struct visit_act *act);
/* act->visit was moved: a step that was due with it is due with it again. */
int case_steps_visit_moved(struct visit_service *service, const struct visit_act *act,
                           const struct visit *before);
int case_steps_visit_ended(struct visit_service *service, const struct visit_act *act);

/* Makes the move, notes and keeps it; goes on to visit_scheduled when it arrives at an opinion and
 * a visit stands already. Refusal: WRONG_STATE. */
int case_steps_move(struct visit_service *service, const struct visit_act *act,
                    struct case_flow *flow, const char *programme, enum case_move move,
                    const char *reason);

/* Between the two, work that is undone as a whole when it ends with a refusal or an error (an act
 * commits what was written before a refusal). `end` is called whenever `begin` returned 0; it
 * returns `result`, or the error of committing. */
int case_steps_begin_undoable(struct visit_service *service);
int case_steps_end_undoable(struct visit_service *service, int result);

/* Adds to the case's timeline; `subject_id`, `detail` and `reason` may be NULL. */
int case_steps_note(struct visit_service *service, const struct visit_act *act,
                    enum case_event_kind kind, const char *subject_id, const char *detail,
                    const char *reason);

/* Visits of the case that are not over, without `but` (NULL: all). */
int case_steps_count_standing(struct visit_service *service, const char *case_id, const char *but,
                              size_t *ret_count);

/* Gives ids to the case, its people and its opinion, keeps it and begins its way. Sets
 * act->case_id. Refusals: INVALID, CASE_EXISTS. (visit_records.c) */
int visit_records_keep_case(struct visit_service *service, struct visit_act *act,
                            struct clinical_case *clinical_case, const struct case_flow *asked);

struct visit_schedule_request;
/* What visit_records_schedule() does, within an act in the request's case: sets act->visit.
 * (visit_records_schedule.c) */
int visit_records_schedule_within(struct visit_service *service, struct visit_act *act,
                                  const struct visit_schedule_request *request);

#endif
