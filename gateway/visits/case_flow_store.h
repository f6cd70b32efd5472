/* case_flow_store.h - what the domain asks of a database about the way of cases (part of
 * visit_store.h, whose rules hold). Thread: the store thread. */
#ifndef BEDSIDE_VISITS_CASE_FLOW_STORE_H
#define BEDSIDE_VISITS_CASE_FLOW_STORE_H

#include "gateway/visits/case_flow.h"
#include "gateway/visits/hybrid_plan.h"
#include "gateway/visits/staff_account.h"

struct visit_store;

/* Whose cases a list may show: of a programme or of all, and those that name a member of staff in
 * one of some roles. */
struct case_reach {
    bool everything;
    char programme[CASE_PROGRAMME_SIZE];   /* empty: of none as such */
    char staff_key[PERSON_STAFF_KEY_SIZE]; /* empty: nobody */
    unsigned roles;                        /* in which a case names `staff_key`: bits */
};

/* Which of them, and from where on. NULL: any. */
struct case_filter {
    unsigned steps;       /* bits: 1u << step */
    const char *owner_id; /* "": of nobody */
    const char *team_id;  /* "": of none */
    const char *programme;
    int64_t due_before_ms; /* 0: whenever */
    /* Behind this case, in the order of the list: by due time (never due comes last), then id. */
    int64_t after_due_ms; /* 0: from the beginning; INT64_MAX: never due */
    const char *after_id;
    size_t limit;
};

struct case_row {
    struct case_flow flow;
    char programme[CASE_PROGRAMME_SIZE];
    char reference[CASE_REFERENCE_SIZE];
    char title[CASE_TITLE_SIZE];
    char patient_name[PERSON_NAME_SIZE];
    char owner_name[PERSON_NAME_SIZE]; /* empty: nobody's */
    char team_name[CASE_TITLE_SIZE];   /* empty: of none */
    int64_t created_at_ms;
    char visit_id[UUID_TEXT_SIZE]; /* the next that is not over; empty: none */
    int64_t visit_at_ms;
};
struct case_row_list {
    struct case_row *rows; /* owned */
    size_t count;
};

struct case_flow_store_ops {
    int (*insert_flow)(struct visit_store *store, const struct case_flow *flow);
    int (*read_flow)(struct visit_store *store, const char *case_id, struct case_flow *ret_flow);
    int (*update_flow)(struct visit_store *store, const struct case_flow *flow);
    int (*list_cases)(struct visit_store *store, const struct case_reach *reach,
                      const struct case_filter *filter, struct case_row_list *ret_list);
    /* One case as the list shows it. */
    int (*read_row)(struct visit_store *store, const char *case_id, struct case_row *ret_row);

    int (*insert_event)(struct visit_store *store, const struct case_event *event);
    int (*list_events)(struct visit_store *store, const char *case_id,
                       struct case_event_list **ret_list);

    /* Only the steps of which the programme has said something are set in *ret_due. */
    int (*read_due_days)(struct visit_store *store, const char *programme,
                         struct case_due_days *ret_due);
    int (*write_due_days)(struct visit_store *store, const char *programme,
                          const struct case_due_days *due);

    int (*read_plan)(struct visit_store *store, const char *case_id, struct hybrid_plan *ret_plan);
    int (*write_plan)(struct visit_store *store, const char *case_id,
                      const struct hybrid_plan *plan);

    int (*insert_order)(struct visit_store *store, const char *system, const char *value,
                        const char *case_id, int64_t received_at_ms, const char *document);
    int (*find_order)(struct visit_store *store, const char *system, const char *value,
                      char ret_case_id[UUID_TEXT_SIZE]);

    /* The account that signed in last with this key, and is not disabled. */
    int (*find_account_of_key)(struct visit_store *store, const char *staff_key,
                               struct staff_account *ret_account);
    /* Open cases of nobody (of the programme; "": of any) whose care team has this coordinator. */
    int (*list_unowned)(struct visit_store *store, const char *staff_key, const char *programme,
                        struct case_flow **ret_flows, size_t *ret_count);
    /* Who may own a case of the programme: coordinators who are not disabled; by name. */
    int (*list_coordinators)(struct visit_store *store, const char *programme,
                             struct staff_account **ret_accounts, size_t *ret_count);
};

#endif
