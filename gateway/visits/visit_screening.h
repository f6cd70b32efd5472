/* visit_screening.h - people answer questionnaires before their visit; the team reads the answers
 * (screening.h has the rules). Thread: the store thread. */
#ifndef BEDSIDE_VISITS_VISIT_SCREENING_H
#define BEDSIDE_VISITS_VISIT_SCREENING_H

#include "gateway/visits/screening.h"
#include "gateway/visits/visit_service.h"

struct screening_outcome {
    /* On REFUSAL_INVALID: what is wrong, and at which item. */
    enum answer_problem problem;
    size_t item;
    /* When done: */
    char response_id[UUID_TEXT_SIZE];
    enum screening_follow follow;
    struct screening_finding findings[QUESTIONNAIRE_SCORES_MAX];
    size_t finding_count;
    const struct screening_crisis *crisis; /* to be shown at once, or NULL; the site's */
};

/* The actor's own answers, in place of those it gave before to this version. `complete`: that is
 * all; before, questions may be open. What says where the person is goes the way of
 * visit_licence_state_place(), and *ret_picture is then what the visit looks like, else left alone.
 * `ret_outcome` is always set. Refusals: INVALID, VISIT_ENDED, NOT_PERMITTED (the questionnaire is
 * not for this role, too). */
int visit_screening_answer(struct visit_service *service, const struct visit_actor *actor,
                           const struct questionnaire *questionnaire,
                           const struct questionnaire_answers *answers, bool complete,
                           struct screening_outcome *ret_outcome,
                           struct visit_picture **ret_picture);
/* The actor's own, to go on with. */
int visit_screening_own(struct visit_service *service, const struct visit_actor *actor,
                        struct screening_list **ret_list);
/* Of everybody in a visit, for staff of the case. Refusal: NOT_FOUND. */
int visit_screening_list(struct visit_service *service, const struct visit_actor *actor,
                         const char *visit_id, struct screening_list **ret_list);

#endif
