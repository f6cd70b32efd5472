/* api_client_store.h - what the domain asks of a database about programs that use the API (part of
 * visit_store.h, whose rules hold). Thread: the store thread. */
#ifndef BEDSIDE_VISITS_API_CLIENT_STORE_H
#define BEDSIDE_VISITS_API_CLIENT_STORE_H

#include "gateway/visits/api_client.h"

struct visit_store;

struct api_client_store_ops {
    int (*insert_client)(struct visit_store *store, const struct api_client *client,
                         const char *keys);
    /* All but the id and the time of creation. `keys` may be NULL: those that are there stay. */
    int (*update_client)(struct visit_store *store, const struct api_client *client,
                         const char *keys);
    int (*read_client)(struct visit_store *store, const char *client_id,
                       struct api_client *ret_client);
    /* Owned text. */
    int (*read_client_keys)(struct visit_store *store, const char *client_id, char **ret_keys);
    /* At most `limit` clients whose ids come after `after`, oldest first. */
    int (*list_clients)(struct visit_store *store, const char *after, size_t limit,
                        struct api_client_list **ret_list);

    /* Forgets assertions that ended before `now_ms` and notes this one. -EEXIST: it was there. */
    int (*insert_assertion)(struct visit_store *store, const char *client_id,
                            const char *jti_sha256, int64_t expires_at_ms, int64_t now_ms);

    int (*find_answer)(struct visit_store *store, const struct idempotent_request *request,
                       struct idempotent_answer *ret_answer);
    /* Forgets what was kept before `forget_before_ms`. */
    int (*insert_answer)(struct visit_store *store, const struct idempotent_request *request,
                         const struct idempotent_answer *answer, int64_t forget_before_ms);
};

#endif
