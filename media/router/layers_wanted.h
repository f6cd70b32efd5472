/* layers_wanted.h - what the room needs of one publisher's picture, told to it now and then.
 *
 *   A layer that nobody has needed for 10 s may be switched off, but for the lowest; one that is
 * needed again is asked for at once. Each layer has a limit of its own, where it is too much for
 * those who are to have it:
 *
 *   the lowest of several   serves those with the worst link: the worst off decides about it, and
 *                           it becomes slower and smaller as far as need be
 *   a better one            is limited when all who are to have it need it slower; the worst off of
 *                           them decides. Who could have little of it does not want it
 *   the only one            serves all: the best off decides
 *
 * A publisher begins with the lowest layer alone. What is needed is told when its own link is known
 * to bear it; when that turns out to bear less, layers that do not fit go at once, and the lowest
 * has what is left. The recorder needs a layer and bears any limit. Less is asked for at once, more
 * when there has been room for it for 3 s; nothing more often than once a second. While a sudden
 * queue drains it is the least of the lowest layer, told at once, and what is right then as soon.
 * Pure; fields are private. Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_LAYERS_WANTED_H
#define BEDSIDE_MEDIA_ROUTER_LAYERS_WANTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LAYERS_WANTED_LAYERS_MAX 3

/* How one layer is to be. */
struct layer_limit {
    uint32_t max_bps;    /* 0: no limit */
    uint32_t max_fps;    /* 0: no limit */
    uint32_t scale_down; /* 1, 2, 4: beyond what the layer is scaled down by itself */
};

/* What is asked of the publisher. */
struct layers_order {
    uint32_t layers; /* bit 0: the lowest */
    struct layer_limit limits[LAYERS_WANTED_LAYERS_MAX];
};

/* What those who are to have one layer need of it. */
struct layer_demand {
    bool has_unlimited; /* somebody takes it as it comes */
    uint32_t least_bps; /* of those who do not; 0: nobody */
    uint32_t most_bps;
};

/* What all receivers need together; begin with zeros. */
struct layers_demand {
    uint32_t layers;
    bool has_viewer;
    struct layer_demand of[LAYERS_WANTED_LAYERS_MAX];
    /* and what its own link bears (uplink_watch.h) */
    bool is_unproven;     /* nothing is known of it */
    uint32_t ceiling_bps; /* of all layers together; 0: none */
    bool is_draining;     /* a sudden queue stands before it: the least there is, at once */
};

/* A receiver needs layer `layer` (-1: none, but it would have the lowest), and can have `limit_bps`
 * of it; 0: no limit. */
void layers_demand_add(struct layers_demand *demand, int layer, uint32_t limit_bps);

struct layers_wanted {
    uint64_t began_us;
    uint64_t needed_at_us[LAYERS_WANTED_LAYERS_MAX];
    uint64_t more_since_us[LAYERS_WANTED_LAYERS_MAX]; /* could be had than was told; 0: no */
    uint64_t told_at_us;
    bool was_draining;
    struct layers_order told;
};

void layers_wanted_init(struct layers_wanted *wanted, uint64_t now_us);
/* Returns true when there is something to tell, in *ret_order: at first always. `lowest_lines`: the
 * height of the lowest layer as it is without limits; 0: unknown. */
bool layers_wanted_update(struct layers_wanted *wanted, size_t layer_count, uint32_t lowest_lines,
                          const struct layers_demand *demand, uint64_t now_us,
                          struct layers_order *ret_order);

#endif
