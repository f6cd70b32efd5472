/* emergency_store.h - what the domain asks of a database about emergencies in visits (part of
 * visit_store.h, whose rules hold). Thread: the store thread. */
#ifndef BEDSIDE_VISITS_EMERGENCY_STORE_H
#define BEDSIDE_VISITS_EMERGENCY_STORE_H

#include "gateway/visits/visit_emergency.h"

struct visit_store;

struct emergency_store_ops {
    /* New, or in place of what was known of this visit. */
    int (*put)(struct visit_store *store, const char *visit_id,
               const struct visit_emergency *emergency);
    /* Of a visit without one all is 0. */
    int (*read)(struct visit_store *store, const char *visit_id,
                struct visit_emergency *ret_emergency);
};

#endif
