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
/* What the actor is asked, and what is known already, in the order of the questionnaires. */
struct screening_page {
    struct screening_page_part {
        const struct questionnaire *questionnaire; /* borrowed */
        bool started;
        bool complete;
        struct questionnaire_answers *answers; /* owned: the actor's own */
        struct questionnaire_answers *prefill; /* owned: what may still be so; not an answer yet */
    } * parts;
    size_t count;
};
struct screening_page *screening_page_destroy(struct screening_page *page);
DEFINE_AUTO(screening_page)
/* Of `questionnaires` those that the actor's role is asked. Only where they are, how to be called
 * back and whom to call is prefilled, from what they said before another visit, else from the case:
 * how somebody feels is never suggested. */
int visit_screening_open(struct visit_service *service, const struct visit_actor *actor,
                         struct questionnaire *const *questionnaires, size_t count,
                         struct screening_page **ret_page);
/* Of everybody in a visit, for staff of the case. Refusal: NOT_FOUND. */
int visit_screening_list(struct visit_service *service, const struct visit_actor *actor,
                         const char *visit_id, struct screening_list **ret_list);
/* The document that a response answers, for who has read the response; owned. Returns 0, -ENOENT or
 * an error. */
int visit_screening_read_document(struct visit_service *service, const char *digest,
                                  uint8_t **ret_bytes, size_t *ret_size);

#endif
