/* worker_endpoint.h - one browser's PeerConnection: its transport, its place in the room, its
 * report. Thread: its worker's. */
#ifndef BEDSIDE_MEDIA_WORKER_WORKER_ENDPOINT_H
#define BEDSIDE_MEDIA_WORKER_WORKER_ENDPOINT_H

#include "gateway/base/cleanup.h"
#include "gateway/base/list.h"
#include "media/worker/worker_messages.h"

#include <stdint.h>

struct mailbox;
struct room;
struct room_endpoint;
struct transport_host;
struct worker_room;

struct worker_endpoint_config {
    struct transport_host *host; /* borrowed */
    struct room *room;           /* borrowed */
    struct mailbox *events;      /* borrowed */
    struct list *ended; /* borrowed: where it puts itself when its transport is at its end */
};

struct worker_endpoint {
    struct list in_room;  /* its owner's */
    struct list in_ended; /* see worker_endpoint_bury() */
    uint64_t id;
    struct worker_endpoint_config config;
    struct worker_room *home;         /* set by its owner, who it is; borrowed */
    struct peer_transport *transport; /* owned; NULL when it ended */
    struct room_endpoint *place;      /* of the room */
    struct worker_endpoint_report reported;
    uint64_t reported_at_us;
};

/* Returns 0, -ENOSPC when the room or the worker has no place, -EINVAL or -EEXIST for credentials
 * that cannot be used. */
int worker_endpoint_create(const struct worker_endpoint_config *config,
                           const struct worker_endpoint_open *open, uint64_t now_us,
                           struct worker_endpoint **ret_endpoint);
/* Says goodbye to the browser and leaves the room. Accepts NULL. Always returns NULL. */
struct worker_endpoint *worker_endpoint_destroy(struct worker_endpoint *endpoint);
DEFINE_AUTO(worker_endpoint)

void worker_endpoint_restart_ice(struct worker_endpoint *endpoint,
                                 const struct endpoint_transport *transport);
/* Lets go of a transport that ended; called outside its callbacks. */
void worker_endpoint_bury(struct worker_endpoint *endpoint);
/* Posts a worker_endpoint_report. */
void worker_endpoint_post_report(struct worker_endpoint *endpoint, uint64_t now_us);
/* Posts ENDPOINT_FAILED for an endpoint that could not be opened. */
void worker_endpoint_post_failure(struct mailbox *events, uint64_t endpoint_id,
                                  enum endpoint_failure failure);

#endif
