/* licence_store.h - what the domain asks of a database about licences and places (part of
 * visit_store.h, whose rules hold). Thread: the store thread. */
#ifndef BEDSIDE_VISITS_LICENCE_STORE_H
#define BEDSIDE_VISITS_LICENCE_STORE_H

#include "gateway/visits/licence.h"

struct visit_store;

struct licence_store_ops {
    /* Those of one physician, in place of all that were known. */
    int (*replace)(struct visit_store *store, const char *staff_key, const struct licence *licences,
                   size_t count, int64_t now_ms);
    int (*list)(struct visit_store *store, const char *staff_key,
                struct licence ret_licences[LICENCES_MAX], size_t *ret_count);
    /* Where somebody is today: state, address, phone, and when they said so. */
    int (*update_place)(struct visit_store *store, const struct participant *participant);
};

#endif
