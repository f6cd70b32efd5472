/* staff_store.h - what the domain asks of a database about staff accounts (part of visit_store.h,
 * whose rules hold). Thread: the store thread. */
#ifndef BEDSIDE_VISITS_STAFF_STORE_H
#define BEDSIDE_VISITS_STAFF_STORE_H

#include "gateway/visits/staff_account.h"

struct staff_visit_list;
struct visit_store;

struct staff_store_ops {
    int (*insert_account)(struct visit_store *store, const struct staff_account *account);
    /* All but id, issuer, subject and the time of creation. */
    int (*update_account)(struct visit_store *store, const struct staff_account *account);
    int (*find_account)(struct visit_store *store, const char *issuer, const char *subject,
                        struct staff_account *ret_account);
    int (*read_account)(struct visit_store *store, const char *account_id,
                        struct staff_account *ret_account);

    int (*insert_session)(struct visit_store *store, const struct account_session *session);
    int (*update_session)(struct visit_store *store, const struct account_session *session);
    int (*find_session)(struct visit_store *store, const char *token_sha256,
                        struct account_session *ret_session);
    int (*read_session)(struct visit_store *store, const char *session_id,
                        struct account_session *ret_session);

    /* The person of the case who has this key. */
    int (*find_person)(struct visit_store *store, const char *case_id, const char *staff_key,
                       struct person *ret_person);
    int (*is_case_of)(struct visit_store *store, const char *case_id, const char *programme,
                      bool *ret_is);
    /* Where the one with this key was last known to be reached. -ENOENT: nobody knows. */
    int (*find_email)(struct visit_store *store, const char *staff_key, char *ret_email,
                      size_t size);
    /* The visits to which somebody with this key is invited, of [from, until) or open now, by time;
     * without `expected_at_ms`. (staff_entry.h) */
    int (*list_visits)(struct visit_store *store, const char *staff_key, int64_t from_ms,
                       int64_t until_ms, struct staff_visit_list *ret_list);
    /* Whether somebody with this key sits, connected, in a visit that runs, or somebody at all in
     * the one in which they practise. */
    int (*is_in_visit)(struct visit_store *store, const char *staff_key, bool *ret_is);
};

#endif
