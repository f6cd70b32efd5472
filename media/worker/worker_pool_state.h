/* worker_pool_state.h - what lives where: the workers, their rooms and endpoints, as the control
 * thread knows them. For worker_pool.c, which keeps it, and worker_pool_commands.c, which reads it.
 * Thread: control. */
#ifndef BEDSIDE_MEDIA_WORKER_WORKER_POOL_STATE_H
#define BEDSIDE_MEDIA_WORKER_WORKER_POOL_STATE_H

#include "gateway/base/fixed_map.h"
#include "gateway/base/list.h"
#include "media/worker/worker_pool.h"

struct pool_worker {
    struct media_worker *worker; /* owned */
    size_t endpoint_count;
    size_t place_count;
    size_t room_count;
    uint32_t load_permille; /* as reported last, with: */
    uint32_t reported_endpoints;
    bool is_overloaded;
};

struct pool_room {
    struct list in_pool;
    uint64_t id;
    struct pool_worker *home; /* borrowed */
    struct list endpoints;
    size_t place_count;
};

struct pool_endpoint {
    struct list in_room;
    uint64_t id;
    struct pool_room *room; /* borrowed */
};

struct worker_pool {
    struct pool_worker *workers;
    unsigned worker_count;
    unsigned peers_per_worker_max;
    const char *peers_bound;
    struct worker_burden *burdens; /* owned; of the workers, for choosing one */
    struct mailbox *events;        /* borrowed */
    struct list rooms;
    struct fixed_map *rooms_by_id;
    struct fixed_map *endpoints_by_id;
};

/* worker_pool.c: borrowed; NULL: gone. */
struct pool_room *worker_pool_find_room(const struct worker_pool *pool, uint64_t room_id);
struct pool_endpoint *worker_pool_find_endpoint(const struct worker_pool *pool,
                                                uint64_t endpoint_id);

/* worker_pool_commands.c */
/* A command without more than the id of what it is for; nothing when that is gone. */
void worker_pool_post_to_room(struct worker_pool *pool, enum worker_command_type type,
                              uint64_t room_id);
void worker_pool_post_to_endpoint(struct worker_pool *pool, enum worker_command_type type,
                                  uint64_t endpoint_id);
/* How an endpoint is reached: the command that opens it, or restarts its ICE. Owned. */
struct worker_endpoint_open *
worker_pool_new_open_command(enum worker_command_type type, const struct pool_endpoint *endpoint,
                             const struct endpoint_transport *transport);

#endif
