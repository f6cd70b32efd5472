#include "media/worker/worker_load.h"

#include <stddef.h>

#define CALM_AFTER_US 5000000

/* Where a level begins, or what keeps it. */
struct mark {
    uint32_t busy_permille;
    uint32_t free_divisor; /* of the pool: less than a <divisor>th is free */
};

static const struct mark thinned_begins = {950, 32};
static const struct mark thinned_ends = {800, 16};
static const uint32_t FULL_ENDS_BELOW_PERMILLE = 150;

static struct mark full_begins(const struct worker_load *load)
{
    return (struct mark){load->full_permille, 8};
}

static struct mark full_ends(const struct worker_load *load)
{
    return (struct mark){load->full_permille - FULL_ENDS_BELOW_PERMILLE, 4};
}

void worker_load_init(struct worker_load *load, uint32_t full_permille)
{
    *load = (struct worker_load){
        .full_permille =
            full_permille > FULL_ENDS_BELOW_PERMILLE ? full_permille : WORKER_LOAD_FULL_PERMILLE,
        .level = WORKER_LOAD_CALM,
    };
}

const char *worker_load_level_name(enum worker_load_level level)
{
    static const char *const names[] = {"calm", "full", "thinned"};
    return names[level];
}

static uint32_t permille_of(uint64_t part, uint64_t whole)
{
    if (whole == 0) {
        return 0;
    }
    return part < whole ? (uint32_t)(part * 1000 / whole) : 1000;
}

/* Half of a rise counts at once, a quarter of a fall. */
static uint32_t smooth(uint32_t before, uint32_t now)
{
    return now > before ? before + (now - before + 1) / 2 : before - (before - now + 3) / 4;
}

static bool is_beyond(const struct worker_load *load, struct mark mark)
{
    return load->busy_permille >= mark.busy_permille ||
           load->last.packets_free < load->last.packets_all / mark.free_divisor;
}

/* A machine that stood still for a moment overflows the socket of an idle worker, too: that is over
 * when it is seen, and no reason to leave pictures out. */
static bool is_overwhelmed(struct worker_load *load, bool overflowed, uint32_t busy_permille)
{
    const bool again = overflowed && load->overflowed_before;
    load->overflowed_before = overflowed;
    return again || (overflowed && busy_permille >= thinned_ends.busy_permille);
}

static enum worker_load_level risen(const struct worker_load *load, bool overwhelmed)
{
    if (overwhelmed || is_beyond(load, thinned_begins)) {
        return WORKER_LOAD_THINNED;
    }
    return load->level == WORKER_LOAD_CALM && is_beyond(load, full_begins(load)) ? WORKER_LOAD_FULL
                                                                                 : load->level;
}

/* One level down, when it was calm enough for that long enough. */
static enum worker_load_level fallen(struct worker_load *load)
{
    const struct mark ends = load->level == WORKER_LOAD_THINNED ? thinned_ends : full_ends(load);
    if (load->level == WORKER_LOAD_CALM || is_beyond(load, ends)) {
        load->calmer_since_us = 0;
        return load->level;
    }
    if (load->calmer_since_us == 0) {
        load->calmer_since_us = load->last.now_us;
    }
    return load->last.now_us - load->calmer_since_us >= CALM_AFTER_US
               ? (enum worker_load_level)(load->level - 1)
               : load->level;
}

bool worker_load_update(struct worker_load *load, const struct worker_load_sample *sample)
{
    const struct worker_load_sample before = load->last;
    load->last = *sample;
    if (!load->started) {
        load->started = true;
        return false;
    }
    const uint32_t permille =
        permille_of(sample->busy_us - before.busy_us, sample->now_us - before.now_us);
    load->busy_permille = smooth(load->busy_permille, permille);

    const enum worker_load_level old = load->level;
    load->level =
        risen(load, is_overwhelmed(load, sample->overflowed > before.overflowed, permille));
    if (load->level == old) {
        load->level = fallen(load);
    }
    if (load->level != old) {
        load->calmer_since_us = 0;
    }
    return load->level != old;
}
