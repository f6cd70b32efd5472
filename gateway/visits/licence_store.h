/* licence_store.h - what the domain asks of a database about licences and places (part of
 * visit_store.h, whose rules hold). Thread: the store thread. */
#ifndef BEDSIDE_VISITS_LICENCE_STORE_H
#define BEDSIDE_VISITS_LICENCE_STORE_H

#include "gateway/visits/licence.h"

struct visit_store;

#define LICENCE_VISITS_MAX 16

struct licence_store_ops {
    /* Those of one physician, in place of all that were known. */
    int (*replace)(struct visit_store *store, const char *staff_key, const struct licence *licences,
                   size_t count, int64_t now_ms);
    int (*list)(struct visit_store *store, const char *staff_key,
                struct licence ret_licences[LICENCES_MAX], size_t *ret_count);
    /* Whether the programme knows a physician by this key: an expert of one of its teams, or of the
     * care team of one of its cases. */
    int (*is_physician_of)(struct visit_store *store, const char *staff_key, const char *programme,
                           bool *ret_is);
    /* Visits that are not over, are planned in the range, and have a seat for the physician. */
    int (*list_visits)(struct visit_store *store, const char *staff_key, int64_t from_ms,
                       int64_t until_ms, char ret_visit_ids[LICENCE_VISITS_MAX][UUID_TEXT_SIZE],
                       size_t *ret_count);
    /* Where somebody is today: state, address, phone, and when they said so. */
    int (*update_place)(struct visit_store *store, const struct participant *participant);
};

#endif
