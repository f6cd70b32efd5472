/* layers_wanted.h - what the room needs of one publisher's picture, told to it now and then.
 *
 *   A layer that nobody has needed for 10 s may be switched off, but for the lowest; one that is
 * needed again is asked for at once. Where even the lowest is too much for somebody, it is asked
 * for slower and smaller: of several layers the lowest serves those with the worst link, so that
 * the worst off decides about it; of one layer that serves all, the best off of them.
 *
 * Less is asked for at once, more when there has been room for it for 3 s; nothing more often than
 * once a second. Pure; fields are private. Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_LAYERS_WANTED_H
#define BEDSIDE_MEDIA_ROUTER_LAYERS_WANTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LAYERS_WANTED_LAYERS_MAX 3

/* What is asked of the publisher. */
struct layers_order {
    uint32_t layers;     /* bit 0: the lowest */
    uint32_t max_bps;    /* of the lowest layer; 0: no limit */
    uint32_t max_fps;    /* of the lowest layer; 0: no limit */
    uint32_t scale_down; /* 1, 2, 4: of the lowest layer */
};

/* What all receivers need together; begin with zeros. */
struct layers_demand {
    uint32_t layers;
    bool has_viewer;
    bool has_unlimited; /* somebody takes the lowest layer as it comes */
    uint32_t least_bps; /* of those who do not; 0: nobody */
    uint32_t most_bps;
};

/* A receiver needs layer `layer` (-1: none, but it would), and can have `limit_bps` of it; 0: no
 * limit. */
void layers_demand_add(struct layers_demand *demand, int layer, uint32_t limit_bps);

struct layers_wanted {
    uint64_t began_us;
    uint64_t needed_at_us[LAYERS_WANTED_LAYERS_MAX];
    uint64_t more_since_us; /* more than was told could be had since then; 0: no */
    uint64_t told_at_us;
    struct layers_order told;
};

void layers_wanted_init(struct layers_wanted *wanted, size_t layer_count, uint64_t now_us);
/* Returns true when there is something to tell, in *ret_order. `lowest_lines`: the height of the
 * lowest layer as it is without limits; 0: unknown. */
bool layers_wanted_update(struct layers_wanted *wanted, size_t layer_count, uint32_t lowest_lines,
                          const struct layers_demand *demand, uint64_t now_us,
                          struct layers_order *ret_order);

#endif
