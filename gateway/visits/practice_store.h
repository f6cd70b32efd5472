/* practice_store.h - what the domain asks of a database about practice visits (part of
 * visit_store.h, whose rules hold). Thread: the store thread. */
#ifndef BEDSIDE_VISITS_PRACTICE_STORE_H
#define BEDSIDE_VISITS_PRACTICE_STORE_H

#include "gateway/visits/visit.h"

/* Of all accounts, running or just over: there is no room for more. */
#define PRACTICE_VISITS_MAX 16

struct visit_store;

struct practice_store_ops {
    /* The account's, running or just over. -ENOENT: it has none. */
    int (*find)(struct visit_store *store, const char *account_id, struct visit *ret_visit);
    int (*list)(struct visit_store *store, char ret_ids[PRACTICE_VISITS_MAX][UUID_TEXT_SIZE],
                size_t *ret_count);
    /* Whether the case is one of invented people, for practice. */
    int (*is_case)(struct visit_store *store, const char *case_id, bool *ret_is);
    /* The visit, its case and its people, and all that was written about them. */
    int (*remove)(struct visit_store *store, const struct visit *visit);
};

#endif
