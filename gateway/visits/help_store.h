/* help_store.h - what the domain asks of a database about help sessions (part of visit_store.h,
 * whose rules hold). Thread: the store thread. */
#ifndef BEDSIDE_VISITS_HELP_STORE_H
#define BEDSIDE_VISITS_HELP_STORE_H

#include "gateway/visits/help_session.h"

struct visit_store;

struct person;

struct help_store_ops {
    /* -EEXIST: the visit has one that is on. */
    int (*insert)(struct visit_store *store, const struct help_session *help);
    /* State and stamps. */
    int (*update)(struct visit_store *store, const struct help_session *help);
    /* The visit's newest. Of a visit that had none all is 0. */
    int (*latest)(struct visit_store *store, const char *visit_id, struct help_session *ret_help);
    /* The seat from which the account helped in this visit before. -ENOENT: it did not. */
    int (*find_seat)(struct visit_store *store, const char *visit_id, const char *account_id,
                     char ret_participant_id[UUID_TEXT_SIZE]);
    /* As whom of the case's people the account, whom the case does not know, helped before.
     * -ENOENT: it did not. */
    int (*find_person)(struct visit_store *store, const char *case_id, const char *account_id,
                       struct person *ret_person);
    /* Any visit of which one is on. -ENOENT: there is none. */
    int (*find_on)(struct visit_store *store, char ret_visit_id[UUID_TEXT_SIZE]);
};

#endif
