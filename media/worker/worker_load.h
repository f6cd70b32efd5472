/* worker_load.h - how busy is a worker, and what follows from it?
 *
 *   CALM  --85 % busy (configurable), or an eighth of the packet pool left--> FULL: new joins are
 *             refused
 *   any   --95 % busy, a 32nd of the pool left, or the socket's queue overflowed in a second that
 *             was 80 % busy, or in two running--> THINNED: pictures are thinned, sound is not
 * touched THINNED --below 80 % and more than a 16th free, for 5 s--> FULL FULL    --15 % less busy
 * and more than a quarter free, for 5 s--> CALM
 *
 * Busy is the time spent in batches of work over the time that passed, smoothed over some three
 * seconds: what people add to the load comes at once, what they leave free must prove to last.
 * Pure; fields are private. Thread: its worker's. */
#ifndef BEDSIDE_MEDIA_WORKER_WORKER_LOAD_H
#define BEDSIDE_MEDIA_WORKER_WORKER_LOAD_H

#include <stdbool.h>
#include <stdint.h>

enum worker_load_level { WORKER_LOAD_CALM, WORKER_LOAD_FULL, WORKER_LOAD_THINNED };

/* Totals, as they stand at a moment. */
struct worker_load_sample {
    uint64_t now_us;
    uint64_t busy_us;    /* spent in batches, so far */
    uint64_t overflowed; /* datagrams that the socket's receive queue had no room for, so far */
    uint32_t packets_free;
    uint32_t packets_all; /* of the pool */
};

#define WORKER_LOAD_FULL_PERMILLE 850

struct worker_load {
    uint32_t full_permille;
    struct worker_load_sample last;
    bool started;
    bool overflowed_before; /* in the last second */
    uint32_t busy_permille;
    enum worker_load_level level;
    uint64_t calmer_since_us; /* 0: it is not calmer than its level */
};

/* `full_permille` 0: WORKER_LOAD_FULL_PERMILLE. */
void worker_load_init(struct worker_load *load, uint32_t full_permille);
/* Call it each second or so. Returns true when the level changed. */
bool worker_load_update(struct worker_load *load, const struct worker_load_sample *sample);

static inline enum worker_load_level worker_load_level(const struct worker_load *load)
{
    return load->level;
}

/* Of its time, smoothed. */
static inline uint32_t worker_load_permille(const struct worker_load *load)
{
    return load->busy_permille;
}

const char *worker_load_level_name(enum worker_load_level level);

#endif
