/* case_work.h - what a coordinator does with cases outside visits: the list, the steps, who owns a
 * case and when it is due, which team it is for, the hybrid plan.
 * Thread: the store thread. */
#ifndef BEDSIDE_VISITS_CASE_WORK_H
#define BEDSIDE_VISITS_CASE_WORK_H

#include "gateway/visits/case_flow_store.h"
#include "gateway/visits/visit_service.h"

struct case_row_list *case_row_list_create(void);
struct case_row_list *case_row_list_destroy(struct case_row_list *list);
DEFINE_AUTO(case_row_list)

/* The cases that the actor reaches: of a coordinator's programme, a physician's own, all for the
 * operator. An owner_id of "me" is the actor's account. Refusal: NOT_PERMITTED. */
int case_work_list(struct visit_service *service, const struct visit_actor *actor,
                   const struct case_filter *filter, struct case_row_list **ret_list);

/* One case as the list shows it, with all that happened to it and its plan. */
struct case_progress {
    struct case_row row;
    struct case_event_list *events; /* owned */
    struct hybrid_plan plan;
};
struct case_progress *case_progress_destroy(struct case_progress *progress);
DEFINE_AUTO(case_progress)
/* Refusal: NOT_FOUND. */
int case_work_read(struct visit_service *service, const struct visit_actor *actor,
                   const char *case_id, struct case_progress **ret_progress);

struct case_move_request {
    enum case_move move; /* by hand: advance, send back, close */
    enum case_step from; /* where the case is, as the caller knows it: nobody moves it twice */
    const char *reason;  /* NULL: none */
};
/* Refusals: NOT_FOUND, INVALID (no reason where one is needed), WRONG_STATE (it is elsewhere by
 * now, there is no such step, or it is to be closed while a visit stands). */
int case_work_move(struct visit_service *service, const struct visit_actor *actor,
                   const char *case_id, const struct case_move_request *request,
                   struct case_row *ret_row);

/* What is to be changed; NULL: left as it is. */
struct case_change {
    const char *owner_id; /* an account; "me"; "": nobody */
    const char *subspecialty;
    const char *team_id; /* "auto": the one that fits the subspecialty; "": none */
    const int64_t *due_at_ms;
    const enum case_priority *priority;
};
/* Refusals: NOT_FOUND (also of an owner or a team, or when no team fits), INVALID, WRONG_STATE (due
 * dates of a closed case). */
int case_work_change(struct visit_service *service, const struct visit_actor *actor,
                     const char *case_id, const struct case_change *change,
                     struct case_row *ret_row);

/* Refusals: NOT_FOUND, INVALID (ask hybrid_plan_find_problem() first). */
int case_work_write_plan(struct visit_service *service, const struct visit_actor *actor,
                         const char *case_id, const struct hybrid_plan *plan);

/* In how many days each step is due in a programme. Refusals: NOT_PERMITTED (of another programme),
 * INVALID. */
int case_work_read_due_days(struct visit_service *service, const struct visit_actor *actor,
                            const char *programme, struct case_due_days *ret_due);
int case_work_write_due_days(struct visit_service *service, const struct visit_actor *actor,
                             const char *programme, const struct case_due_days *due);

/* To whom a case of the programme ("": of any) can be given. Owned. */
int case_work_list_coordinators(struct visit_service *service, const struct visit_actor *actor,
                                const char *programme, struct staff_account **ret_accounts,
                                size_t *ret_count);

#endif
