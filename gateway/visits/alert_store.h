/* alert_store.h - what the domain asks of a database about alerts (part of visit_store.h, whose
 * rules hold). Thread: the store thread. */
#ifndef BEDSIDE_VISITS_ALERT_STORE_H
#define BEDSIDE_VISITS_ALERT_STORE_H

#include "gateway/visits/alert.h"
#include "gateway/visits/case_flow_store.h"
#include "gateway/visits/visit.h"

struct visit_store;

enum alert_state { ALERT_PRESSING, ALERT_ACKNOWLEDGED, ALERT_CLOSED, ALERT_STATE_COUNT };

/* Which alerts, and from where on. NULL: any. */
struct alert_filter {
    unsigned states; /* bits: 1u << state */
    const char *visit_id;
    const char *owner_id; /* "": of nobody */
    const char *after_id; /* behind this one, oldest first; NULL: from the beginning */
    size_t limit;
};

/* An alert as people see it: with the names of those whom it knows by id. */
struct alert_row {
    struct alert alert;
    uint32_t maximum; /* of the score, of all that was asked */
    char case_id[UUID_TEXT_SIZE];
    char case_reference[CASE_REFERENCE_SIZE];
    char visit_title[VISIT_TITLE_SIZE];
    int64_t visit_at_ms;
    char person_name[PERSON_NAME_SIZE]; /* whose answers */
    enum participant_role person_role;
    char owner_name[PERSON_NAME_SIZE]; /* empty: nobody's */
    char acknowledged_name[PERSON_NAME_SIZE];
};
struct alert_row_list {
    struct alert_row *rows; /* owned */
    size_t count;
};

struct alert_store_ops {
    /* New, or in place of the one with this id. */
    int (*put_alert)(struct visit_store *store, const struct alert *alert);
    int (*read_alert)(struct visit_store *store, const char *alert_id, struct alert *ret_alert);
    /* Of one score of one response. */
    int (*find_alert)(struct visit_store *store, const char *response_id, const char *score,
                      struct alert *ret_alert);
    /* The pressing ones of all visits, oldest first, behind `after_id` ("": from the beginning). */
    int (*list_pressing)(struct visit_store *store, const char *after_id, struct alert *ret_alerts,
                         size_t capacity, size_t *ret_count);
    /* `reach`: of which cases. `list` is empty before. */
    int (*list_rows)(struct visit_store *store, const struct case_reach *reach,
                     const struct alert_filter *filter, struct alert_row_list *list);
    int (*read_row)(struct visit_store *store, const char *alert_id, struct alert_row *ret_row);
};

#endif
