/* endpoint_pictures.h - which pictures one endpoint is sent, and what is said of them: its estimate
 * is shared out (bitrate_allocator.h), its lines are told, and each slot stands on a step of the
 * ladder (picture_ladder.h). And the other way round: what all receivers need of the pictures that
 * an endpoint sends (layers_wanted.h). Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_ENDPOINT_PICTURES_H
#define BEDSIDE_MEDIA_ROUTER_ENDPOINT_PICTURES_H

#include "media/congestion/bitrate_allocator.h"
#include "media/router/endpoint_media.h"
#include "media/router/layers_wanted.h"
#include "media/router/picture_ladder.h"

struct room_endpoint;
struct room_slot;

/* Of one slot. */
struct slot_picture {
    struct allocation_memory memory;
    struct picture_ladder ladder;
    uint64_t began_us;   /* when who is in it came there */
    int8_t layer_wanted; /* -1: none */
    uint32_t limit_bps;  /* 0: none */
    bool is_full;
};

/* Of one receiver. */
struct endpoint_pictures {
    uint64_t due_us;
    uint64_t sound_measured_at_us;
    uint64_t sound_bytes; /* of the downlink, then */
    uint32_t sound_bps;
    uint32_t allocated_bps; /* of the estimate */
    bool is_stopped;
    uint32_t overdue_count;
};

/* Of one track that it sends. */
struct picture_demand {
    const void *track; /* whose it is */
    struct layers_wanted wanted;
    uint64_t due_us;
    bool tries_again; /* better layers are switched off and on */
};

/* Somebody else is in the slot, or is shown again. */
void endpoint_pictures_begin(struct room_slot *slot, uint64_t now_us);
/* Shares out anew when that is due, or the estimate fell. Every 20 to 50 ms. */
void endpoint_pictures_on_tick(struct room_endpoint *endpoint, uint64_t now_us);
/* The estimate may have fallen. */
void endpoint_pictures_on_estimate(struct room_endpoint *endpoint, uint64_t now_us);
/* What its lines tell of it (subscribed_track_tell_playout_delay()). Every 20 to 60 ms. */
void endpoint_pictures_tell_playout_delays(const struct room_endpoint *endpoint);
/* Tells what is wanted of the pictures that it sends. Every 20 to 50 ms. */
void endpoint_pictures_tell_wanted(struct room_endpoint *endpoint, uint64_t now_us);

#endif
