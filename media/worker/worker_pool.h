/* worker_pool.h - the public face of media: rooms, endpoints, slots and recordings on worker
 * threads.
 *
 * Each worker is one thread with one port (`udp_port` + its index) and the rooms that live on
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
    bool tcp;                      /* serve TCP on the same port numbers */
    unsigned peers_per_worker_max; /* places; endpoints beyond it fail with WORKER_FULL */
    const char *peers_bound;       /* what made it that many (static): see worker_pool_status */
    unsigned packets_per_worker;   /* the bounded pool */
    uint32_t full_permille;        /* busy for so much of its time, a worker takes nobody; 0: 850 */
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

/* ---- how many ---- */

struct worker_pool_status {
    unsigned peers_max; /* of all workers */
    unsigned people;    /* places taken */
    unsigned workers_full;
    const char *peers_bound; /* "configured", "packets", "memory"; NULL: not said */
};

void worker_pool_status(const struct worker_pool *pool, struct worker_pool_status *ret_status);
/* Takes note of what a worker reported of its load. */
void worker_pool_note_report(struct worker_pool *pool, const struct worker_report *report);
/* Whether one more person may come into the room (0, or a room that is not open: into a new one),
 * while `coming` others have been told so and have no place yet. A worker that has its people, or
 * is too busy, takes nobody; who has a place keeps it. */
bool worker_pool_takes_person(const struct worker_pool *pool, uint64_t room_id, unsigned coming);
/* Whether any room has a place for one more: then nobody has to be looked at. */
bool worker_pool_takes_anybody(const struct worker_pool *pool, unsigned coming);
/* A person's place, held from the moment that they are let in, with or without an endpoint: who
 * connects anew does so into their own. Closing the room gives its places back. */
void worker_pool_take_place(struct worker_pool *pool, uint64_t room_id);
void worker_pool_give_place(struct worker_pool *pool, uint64_t room_id);

/* ---- rooms and endpoints ---- */

/* Opens a room where the least load is to be expected (worker_placement.h). */
void worker_pool_open_room(struct worker_pool *pool, uint64_t room_id);
void worker_pool_close_room(struct worker_pool *pool, uint64_t room_id);
/* From now on the gateway itself sends a picture and a sound into the room, as this endpoint, which
 * may be bound to slots; for trying a link. Until the room closes. */
void worker_pool_show_test_card(struct worker_pool *pool, uint64_t room_id, uint64_t endpoint_id);
/* The port that serves the room, for the candidates of an answer; 0 for an unknown room. */
uint16_t worker_pool_room_port(const struct worker_pool *pool, uint64_t room_id);

void worker_pool_open_endpoint(struct worker_pool *pool, uint64_t room_id, uint64_t endpoint_id,
                               const char *label, const struct endpoint_transport *transport);
void worker_pool_restart_ice(struct worker_pool *pool, uint64_t endpoint_id,
                             const struct endpoint_transport *transport);
void worker_pool_set_media(struct worker_pool *pool, uint64_t endpoint_id,
                           const struct endpoint_media *media);
/* Moves people between circles at once; `count` is at most ROOM_ENDPOINTS_MAX. */
void worker_pool_arrange_room(struct worker_pool *pool, uint64_t room_id,
                              const struct worker_place *places, size_t count);
/* One alone. */
void worker_pool_move(struct worker_pool *pool, uint64_t endpoint_id, enum room_circle circle);
void worker_pool_close_endpoint(struct worker_pool *pool, uint64_t endpoint_id);
void worker_pool_bind_slot(struct worker_pool *pool, uint64_t endpoint_id, uint32_t slot,
                           uint64_t source_endpoint_id, bool video);
/* The pixels at which the slot's picture is shown; 0 x 0: unknown. */
void worker_pool_set_slot_view(struct worker_pool *pool, uint64_t endpoint_id, uint32_t slot,
                               uint32_t width, uint32_t height);
/* Whose picture others keep longest. */
void worker_pool_set_endpoint_priority(struct worker_pool *pool, uint64_t endpoint_id,
                                       enum picture_priority priority);

/* Takes ownership of `recorder_fd`. */
void worker_pool_attach_recording(struct worker_pool *pool, uint64_t room_id, int recorder_fd);
void worker_pool_pause_recording(struct worker_pool *pool, uint64_t room_id);
void worker_pool_resume_recording(struct worker_pool *pool, uint64_t room_id);
void worker_pool_detach_recording(struct worker_pool *pool, uint64_t room_id);

#endif
