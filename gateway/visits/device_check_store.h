/* device_check_store.h - what the domain asks of a database about device checks (part of
 * visit_store.h, whose rules hold). Thread: the store thread. */
#ifndef BEDSIDE_VISITS_DEVICE_CHECK_STORE_H
#define BEDSIDE_VISITS_DEVICE_CHECK_STORE_H

#include "gateway/visits/device_check.h"
#include "gateway/visits/visit.h"

#define DEVICE_CHECKS_KEPT 20 /* of one seat: older ones go */

struct visit_store;

struct device_check_store_ops {
    /* Forgets the participant's oldest beyond DEVICE_CHECKS_KEPT. */
    int (*insert)(struct visit_store *store, const struct device_check *check);
    /* Of those before `before_ms`. -ENOENT: none. */
    int (*latest)(struct visit_store *store, const char *participant_id, int64_t before_ms,
                  struct device_check *ret_check);
    /* The latest of each participant of the visit. */
    int (*list_latest)(struct visit_store *store, const char *visit_id,
                       struct device_check ret_checks[VISIT_PARTICIPANTS_MAX], size_t *ret_count);
};

#endif
