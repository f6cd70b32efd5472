/* expert_time_store.h - what the domain asks of a database about when experts are expected in
 * visits (part of visit_store.h, whose rules hold). Visits that are over take nobody's time, and
 * neither does a seat beside one. Thread: the store thread. */
#ifndef BEDSIDE_VISITS_EXPERT_TIME_STORE_H
#define BEDSIDE_VISITS_EXPERT_TIME_STORE_H

#include "gateway/base/random.h"
#include "gateway/visits/expert_hours.h"

struct visit_store;

struct expert_time_store_ops {
    /* Planned times of visits that touch the range and have a seat for somebody with this key
     * (NULL: whoever) or are of this case (NULL: of none as such); without the visit `but` (NULL:
     * all). */
    int (*list_busy)(struct visit_store *store, const char *staff_key, const char *case_id,
                     const char *but, struct time_interval range, struct interval_list *ret_busy);
    /* The earliest other visit that touches the range and seats an expert who is seated in this
     * visit, too; experts are those of a team at work. -ENOENT: there is none. */
    int (*find_overlap)(struct visit_store *store, const char *visit_id, struct time_interval range,
                        char ret_visit_id[UUID_TEXT_SIZE]);
};

#endif
