/* board_store.h - what the domain asks of a database about a day's visits (part of visit_store.h,
 * whose rules hold). Thread: the store thread. */
#ifndef BEDSIDE_VISITS_BOARD_STORE_H
#define BEDSIDE_VISITS_BOARD_STORE_H

#include "gateway/visits/clinical_case.h"
#include "gateway/visits/visit.h"

struct visit_store;

/* Whose visits, and which. "" is any. */
struct board_filter {
    char programme[CASE_PROGRAMME_SIZE];
    char case_id[UUID_TEXT_SIZE];
    int64_t from_ms; /* scheduled in [from, until); also those that began before and are open */
    int64_t until_ms;
    /* Behind this visit, in the order of the list: by time, then id. */
    int64_t after_ms;
    char after_id[UUID_TEXT_SIZE];
    size_t limit;
};

struct board_place {
    char visit_id[UUID_TEXT_SIZE];
    int64_t scheduled_at_ms;
};

struct board_store_ops {
    /* Owned. */
    int (*list_places)(struct visit_store *store, const struct board_filter *filter,
                       struct board_place **ret_places, size_t *ret_count);
    int (*read_case_names)(struct visit_store *store, const char *case_id,
                           char ret_programme[CASE_PROGRAMME_SIZE],
                           char ret_reference[CASE_REFERENCE_SIZE]);
    /* When the person last finished answering before the visit; 0: not yet. */
    int (*read_answered_at)(struct visit_store *store, const char *participant_id,
                            int64_t *ret_at_ms);
};

#endif
