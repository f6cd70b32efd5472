/* delay_store.h - what the domain asks of a database about delayed visits (part of visit_store.h,
 * whose rules hold). Thread: the store thread. */
#ifndef BEDSIDE_VISITS_DELAY_STORE_H
#define BEDSIDE_VISITS_DELAY_STORE_H

#include "gateway/visits/visit_delay.h"

struct visit_store;

struct delay_store_ops {
    /* New, or in place of what was said before of this visit. */
    int (*put)(struct visit_store *store, const char *visit_id, const struct visit_delay *delay);
    /* Of a visit of which nothing was said all is 0. */
    int (*read)(struct visit_store *store, const char *visit_id, struct visit_delay *ret_delay);
};

#endif
