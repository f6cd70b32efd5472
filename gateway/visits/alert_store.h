/* alert_store.h - what the domain asks of a database about alerts (part of visit_store.h, whose
 * rules hold). Thread: the store thread. */
#ifndef BEDSIDE_VISITS_ALERT_STORE_H
#define BEDSIDE_VISITS_ALERT_STORE_H

#include "gateway/visits/alert.h"

struct visit_store;

struct alert_store_ops {
    /* New, or in place of the one with this id. */
    int (*put_alert)(struct visit_store *store, const struct alert *alert);
    int (*read_alert)(struct visit_store *store, const char *alert_id, struct alert *ret_alert);
    /* Of one score of one response. */
    int (*find_alert)(struct visit_store *store, const char *response_id, const char *score,
                      struct alert *ret_alert);
    /* Of a visit, oldest first; or, with `visit_id` NULL, the pressing ones of all visits. Behind
     * `after_id` ("": from the beginning). */
    int (*list_alerts)(struct visit_store *store, const char *visit_id, const char *after_id,
                       struct alert *ret_alerts, size_t capacity, size_t *ret_count);
};

#endif
