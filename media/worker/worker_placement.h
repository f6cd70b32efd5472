/* worker_placement.h - on which worker does a new room live?
 *
 * Where the least is to be expected. A worker's measured load is some seconds old and knows nothing
 * of rooms whose people are still on their way, so each of those is counted as three people, and
 * each person who is not in the measurement yet with what one has cost there so far. Among equals
 * the one with fewer people to expect, then with fewer rooms. Pure. Thread: any. */
#ifndef BEDSIDE_MEDIA_WORKER_WORKER_PLACEMENT_H
#define BEDSIDE_MEDIA_WORKER_WORKER_PLACEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct worker_burden {
    uint32_t load_permille;      /* as reported last */
    uint32_t reported_endpoints; /* at that moment */
    size_t people;               /* places that are taken now */
    size_t rooms;
    size_t empty_rooms; /* of them: nobody has come yet */
    bool is_full;       /* it refuses new people */
};

/* Returns the index of the worker for a new room; `count` is at least 1. One that is full is taken
 * only when all are. */
size_t worker_placement_choose(const struct worker_burden *burdens, size_t count);

#endif
