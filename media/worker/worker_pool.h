/* worker_pool.h - the public face of media: rooms, endpoints, slots and recordings on worker
 * threads.
 *
 * Each worker is one thread with one UDP port (`udp_port` + its index) and the rooms that live on
 * it; a room never moves. Every call posts one command and returns at once; what comes of it
 * arrives as an event (worker_messages.h) in the mailbox given at creation. Commands for things
 * that are gone are ignored. Thread: control. */
#ifndef BEDSIDE_MEDIA_WORKER_WORKER_POOL_H
#define BEDSIDE_MEDIA_WORKER_WORKER_POOL_H

#include "gateway/base/cleanup.h"
#include "media/transport/srtp_aead.h"
#include "media/worker/worker_messages.h"

struct dtls_identity;
struct mailbox;

struct worker_pool_config {
    unsigned worker_count;         /* at least 1 */
    const char *listen_address;    /* "::" for IPv4 and IPv6, or one address */
    uint16_t udp_port;             /* of worker 0; 0: the system chooses one for each */
    unsigned peers_per_worker_max; /* endpoints beyond it fail with WORKER_FULL */
    unsigned packets_per_worker;   /* the bounded pool */
    enum srtp_aead_choice srtp_aead;
};

struct worker_pool;

/* Binds the sockets and starts the threads. `identity` and `events` are borrowed and outlive the
 * pool. Returns 0, -EADDRINUSE, -EADDRNOTAVAIL, -ENOTSUP when `srtp_aead` cannot be
 * honoured, or another negative errno of socket calls. */
int worker_pool_create(const struct worker_pool_config *config,
                       const struct dtls_identity *identity, struct mailbox *events,
                       struct worker_pool **ret_pool);
/* Stops and joins the threads. Accepts NULL. */
struct worker_pool *worker_pool_destroy(struct worker_pool *pool);
DEFINE_AUTO(worker_pool)

/* Opens a room on the worker with the fewest endpoints. */
void worker_pool_open_room(struct worker_pool *pool, uint64_t room_id);
void worker_pool_close_room(struct worker_pool *pool, uint64_t room_id);
/* The UDP port that serves the room, for the candidates of an answer; 0 for an unknown room. */
uint16_t worker_pool_room_port(const struct worker_pool *pool, uint64_t room_id);

void worker_pool_open_endpoint(struct worker_pool *pool, uint64_t room_id, uint64_t endpoint_id,
                               const char *label, const struct endpoint_transport *transport);
void worker_pool_restart_ice(struct worker_pool *pool, uint64_t endpoint_id,
                             const struct endpoint_transport *transport);
void worker_pool_set_media(struct worker_pool *pool, uint64_t endpoint_id,
                           const struct endpoint_media *media);
void worker_pool_enter_room(struct worker_pool *pool, uint64_t endpoint_id);
void worker_pool_leave_room(struct worker_pool *pool, uint64_t endpoint_id);
void worker_pool_close_endpoint(struct worker_pool *pool, uint64_t endpoint_id);
void worker_pool_bind_slot(struct worker_pool *pool, uint64_t endpoint_id, uint32_t slot,
                           uint64_t source_endpoint_id, bool video);

/* Takes ownership of `recorder_fd`. */
void worker_pool_attach_recording(struct worker_pool *pool, uint64_t room_id, int recorder_fd);
void worker_pool_pause_recording(struct worker_pool *pool, uint64_t room_id);
void worker_pool_resume_recording(struct worker_pool *pool, uint64_t room_id);
void worker_pool_detach_recording(struct worker_pool *pool, uint64_t room_id);

#endif
