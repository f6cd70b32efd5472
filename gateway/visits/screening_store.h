/* screening_store.h - what the domain asks of a database about answers before a visit (part of
 * visit_store.h, whose rules hold). Thread: the store thread. */
#ifndef BEDSIDE_VISITS_SCREENING_STORE_H
#define BEDSIDE_VISITS_SCREENING_STORE_H

#include "gateway/visits/screening.h"

struct visit_store;

struct screening_store_ops {
    /* The document that answers refer to; kept once. */
    int (*keep_questionnaire)(struct visit_store *store, const struct questionnaire *questionnaire);
    /* The newest of one person to one version of a questionnaire. */
    int (*find_response)(struct visit_store *store, const char *participant_id, const char *digest,
                         struct screening_response *ret_response);
    /* With all answers and scores, in place of those that were there. */
    int (*put_response)(struct visit_store *store, const struct screening_response *response,
                        const struct questionnaire *questionnaire,
                        const struct questionnaire_answers *answers,
                        const struct questionnaire_score *scores, size_t score_count);
    /* Of a visit; of one person when `participant_id` is not "". */
    int (*list_responses)(struct visit_store *store, const char *visit_id,
                          const char *participant_id, struct screening_list **ret_list);
    /* Of one person to one questionnaire (whatever its version) in other visits of the case, newest
     * first, at most `limit`. */
    int (*list_earlier)(struct visit_store *store, const char *person_id, const char *visit_id,
                        const char *url, size_t limit, struct screening_list **ret_list);
    /* The document of a questionnaire that was asked once; owned. -ENOENT. */
    int (*read_document)(struct visit_store *store, const char *digest, uint8_t **ret_bytes,
                         size_t *ret_size);
    /* Whom to call in an emergency, of a seat. */
    int (*update_contact)(struct visit_store *store, const struct participant *participant);
};

#endif
