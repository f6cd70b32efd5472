/* minimum_filter.h - the least of the samples of the last one to two windows, by which queueing is
 * taken out of one-way delays while slow drift is still followed. Pure; fields are private. Thread:
 * its owner's. */
#ifndef BEDSIDE_MEDIA_RTP_MINIMUM_FILTER_H
#define BEDSIDE_MEDIA_RTP_MINIMUM_FILTER_H

#include <stdbool.h>
#include <stdint.h>

struct minimum_filter {
    uint64_t window_us;
    uint64_t window_began_us;
    int64_t current;
    int64_t previous;
    bool started;
};

static inline void minimum_filter_init(struct minimum_filter *filter, uint64_t window_us)
{
    *filter = (struct minimum_filter){.window_us = window_us};
}

/* Returns the minimum with this sample. */
static inline int64_t minimum_filter_add(struct minimum_filter *filter, int64_t sample,
                                         uint64_t now_us)
{
    if (!filter->started) {
        filter->started = true;
        filter->window_began_us = now_us;
        filter->current = filter->previous = sample;
    } else if (now_us - filter->window_began_us >= filter->window_us) {
        filter->window_began_us = now_us;
        filter->previous = filter->current;
        filter->current = sample;
    } else if (sample < filter->current) {
        filter->current = sample;
    }
    return filter->current < filter->previous ? filter->current : filter->previous;
}

#endif
