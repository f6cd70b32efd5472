/* bitrate_allocator.h - one receiver's estimate, shared out among the pictures that it is shown.
 *
 *   estimate - sound = budget       first everybody's least picture, in the order of priority,
 *                                   then each as good as it is shown, in the same order
 *
 * What one slot can have, from the least to the best, are its *rungs*:
 *
 *   0        1       2                        3                    4              5
 *   nothing  still   lowest layer, base       lowest, base and     lowest layer,  next layer, whole
 * ... temporal layer           first                whole
 *
 * Down at once; up when there is room to spare, for a while. An up-switch that had to be taken back
 * within ten seconds doubles that while, up to a minute, unless the link gave way to less than it
 * bore before, or bears far more now. From a still, or nothing, to the base of the lowest layer it
 * goes after 0.4 s, whatever failed before.
 *
 *   What is left when everybody has their rung serves to *aim* higher: at a layer of which a slot
 * could have more than half of its usual rate. Its publisher is asked to send it at that rate;
 * when it does, the layer's measured rate fits, and it becomes the rung.
 *
 * Pure: layers' rates are measured by the caller, time is given. Thread: any. */
#ifndef BEDSIDE_MEDIA_CONGESTION_BITRATE_ALLOCATOR_H
#define BEDSIDE_MEDIA_CONGESTION_BITRATE_ALLOCATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ALLOCATOR_SLOTS_MAX 16
#define ALLOCATOR_LAYERS_MAX 3
#define ALLOCATOR_TEMPORAL_MAX 4

/* What is sent of one picture. */
struct picture_choice {
    int8_t layer;     /* the best that may be sent; -1: nothing */
    uint8_t temporal; /* highest temporal layer */
    bool still;       /* of `layer`, a key frame now and then */
};

static inline bool picture_choice_equals(struct picture_choice a, struct picture_choice b)
{
    return a.layer == b.layer && a.temporal == b.temporal && a.still == b.still;
}

#define PICTURE_CHOICE_NOTHING ((struct picture_choice){.layer = -1})
#define PICTURE_CHOICE_WHOLE(index)                                                                \
    ((struct picture_choice){.layer = (int8_t)(index), .temporal = 3})

/* One simulcast layer. */
struct allocation_layer {
    uint32_t bps[ALLOCATOR_TEMPORAL_MAX]; /* with temporal layers up to this one; 0: unknown */
    bool flows;                           /* packets come now */
    uint16_t height;                      /* lines; 0: unknown */
};

struct allocation_slot {
    bool is_shown;        /* and somebody with a picture is in it */
    uint16_t shown_lines; /* 0: unknown, taken for large */
    uint8_t priority;     /* the greater, the sooner */
    size_t layer_count;
    struct allocation_layer layers[ALLOCATOR_LAYERS_MAX]; /* the lowest first */
};

/* What is remembered of one slot. Zeroed: nothing yet. Fields are private. */
struct allocation_memory {
    uint8_t rung;
    uint8_t raised_from; /* the rung before the last up-switch */
    uint8_t aim;
    bool started;
    uint64_t room_since_us; /* a better rung has fitted since then; 0: does not */
    uint64_t raised_at_us;
    uint32_t patience_us; /* 0: the least */
};

struct allocation_input {
    uint32_t budget_bps; /* the estimate without sound */
    bool is_stopped;     /* no pictures at all: a queue has to drain */
    bool sends_twice;    /* all that fits is sent twice: publishers are to leave room for that */
    const struct allocation_slot *slots;
    size_t slot_count; /* at most ALLOCATOR_SLOTS_MAX */
};

struct allocation_result {
    struct picture_choice choices[ALLOCATOR_SLOTS_MAX]; /* to be sent, of layers that flow */
    /* the layer that each is to have once the publisher sends it, or sends it slower; -1: none */
    int8_t layers_wanted[ALLOCATOR_SLOTS_MAX];
    bool is_full[ALLOCATOR_SLOTS_MAX]; /* as good as it is shown, or as it comes */
    /* The slot could have no more than this of `layers_wanted` (-1: of the lowest layer) without
     * what headers take; 0: as much as there usually is. */
    uint32_t limits_bps[ALLOCATOR_SLOTS_MAX];
    uint32_t wanted_bps; /* all pictures as good as they are shown */
};

void bitrate_allocator_run(const struct allocation_input *input, struct allocation_memory *memories,
                           uint64_t now_us, struct allocation_result *ret_result);
/* What was chosen last was far too much: back to the lowest layer, and no better one soon. */
void allocation_memory_fall_back(struct allocation_memory *memory, uint64_t now_us);

/* The rate to expect of a picture of so many lines that does not come yet; 0: unknown. */
uint32_t bitrate_allocator_nominal_bps(uint32_t lines);

#endif
