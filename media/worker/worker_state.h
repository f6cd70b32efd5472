/* worker_state.h - what a worker's rooms and commands work on.
 * Thread: its worker's. */
#ifndef BEDSIDE_MEDIA_WORKER_WORKER_STATE_H
#define BEDSIDE_MEDIA_WORKER_WORKER_STATE_H

#include "gateway/base/fixed_map.h"
#include "gateway/base/list.h"
#include "media/worker/worker_load.h"

#include <stddef.h>
#include <stdint.h>

#define WORKER_ROOMS_WITHOUT_ENDPOINTS_MAX 1024

struct worker_state {
    unsigned index;
    size_t peers_max;
    struct loop *loop;                  /* owned */
    struct transport_host *host;        /* owned */
    struct packet_buffer_pool *packets; /* owned */
    size_t packets_all;
    size_t packets_reserve;
    struct worker_load load;
    uint64_t times_full; /* how often its level rose to it */
    uint64_t times_thinned;
    struct mailbox *events; /* borrowed */
    struct list rooms;
    struct list busy_rooms;    /* whose packets came in this batch */
    struct list paced_rooms;   /* in which something waits to be sent */
    struct loop_timer *pacing; /* owned; runs while there are any */
    struct list card_rooms;    /* into which a test card is sent */
    struct loop_timer *cards;  /* owned; runs while there are any */
    struct list ended;         /* endpoints whose transport is at its end */
    struct fixed_map *rooms_by_id;
    struct fixed_map *endpoints_by_id;
    uint64_t rtp_rejected_before;     /* by endpoints that are gone */
    uint64_t recorder_dropped_before; /* before the recorders of rooms that are gone */
};

#endif
