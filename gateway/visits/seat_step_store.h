/* seat_step_store.h - what the domain asks of a database about steps on the way in (part of
 * visit_store.h, whose rules hold). Thread: the store thread. */
#ifndef BEDSIDE_VISITS_SEAT_STEP_STORE_H
#define BEDSIDE_VISITS_SEAT_STEP_STORE_H

#include "gateway/visits/seat_step.h"

struct visit_store;

struct seat_step_store_ops {
    /* In place of the last time. */
    int (*put)(struct visit_store *store, const char *participant_id, enum seat_step step,
               unsigned problems, int64_t at_ms);
    /* What was noted, and what the timeline has of the seat. */
    int (*read)(struct visit_store *store, const struct participant *seat,
                struct seat_progress *ret_progress);
};

#endif
