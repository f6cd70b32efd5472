/* worker_room.h - one room on a worker: its endpoints, and the socket of its recorder.
 * Thread: its worker's. */
#ifndef BEDSIDE_MEDIA_WORKER_WORKER_ROOM_H
#define BEDSIDE_MEDIA_WORKER_WORKER_ROOM_H

#include "gateway/base/list.h"
#include "media/worker/worker_messages.h"
#include "media/worker/worker_state.h"

#include <stdbool.h>
#include <stdint.h>

struct room;
struct worker_endpoint;
struct worker_recorder;
struct test_card;

struct worker_room {
    struct list in_worker;
    struct list in_busy;  /* see worker_room_note_packet() */
    struct list in_paced; /* something waits to be sent */
    struct list in_cards; /* it has a test card */
    struct list endpoints;
    uint64_t id;
    struct worker_state *worker;      /* borrowed */
    struct room *room;                /* owned */
    struct worker_recorder *recorder; /* owned; NULL: none is attached */
    struct test_card *test_card;      /* owned; NULL: none is shown */
    bool recorder_broken;             /* found while it was being used: it goes at the next tick */
    uint64_t report_due_us;           /* of its endpoints */
    uint64_t ticked_at_us;
};

/* Returns 0, -EEXIST, or -ENOSPC. */
int worker_room_create(struct worker_state *worker, uint64_t id, struct worker_room **ret_room);
/* Closes what is in it. Accepts NULL. Always returns NULL. */
struct worker_room *worker_room_destroy(struct worker_room *room, uint64_t now_us);

struct worker_room *worker_room_find(const struct worker_state *worker, uint64_t id);
struct worker_endpoint *worker_room_find_endpoint(const struct worker_state *worker, uint64_t id);

/* A packet of the room came: its tick, when due, goes with this batch (worker_rooms_after_batch()).
 */
static inline void worker_room_note_packet(struct worker_room *room)
{
    if (list_is_empty(&room->in_busy)) {
        list_append(&room->worker->busy_rooms, &room->in_busy);
    }
}

/* Reports, feedback and requests of the rooms of which packets came, every 20 ms for each. They
 * leave in one flush with those packets, and rooms take turns: nobody's packets wait for the
 * reports of all rooms at once. */
void worker_rooms_after_batch(struct worker_state *worker, uint64_t now_us);
/* The same for rooms that were quiet; for the worker's tick. */
void worker_rooms_on_tick(struct worker_state *worker, uint64_t now_us);

/* Sends what waited for its turn; for the pacing timer, which is started again while something
 * does. */
void worker_rooms_pace(struct worker_state *worker, uint64_t now_us);

/* One for a room; a second is ignored. */
void worker_room_show_test_card(struct worker_room *room, uint64_t endpoint_id, uint64_t now_us);
/* Sends what is due of all test cards; for their timer, which is started again while there are any.
 */
void worker_rooms_send_test_cards(struct worker_state *worker, uint64_t now_us);

/* Posts ENDPOINT_FAILED when there is no place. */
void worker_room_open_endpoint(struct worker_room *room, const struct worker_endpoint_open *open,
                               uint64_t now_us);
void worker_room_close_endpoint(struct worker_endpoint *endpoint);

/* Takes ownership of `fd`. */
void worker_room_attach_recorder(struct worker_room *room, int fd, uint64_t now_us);
/* Post what they did; nothing without a recorder. */
void worker_room_resume_recording(struct worker_room *room, uint64_t now_us);
void worker_room_pause_recording(struct worker_room *room, uint64_t now_us);
void worker_room_detach_recorder(struct worker_room *room, uint64_t now_us);

#endif
