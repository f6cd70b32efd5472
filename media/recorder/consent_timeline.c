#include "media/recorder/consent_timeline.h"

#include <stdlib.h>

static int compare_starts(const void *a, const void *b)
{
    const struct recorder_interval *x = a;
    const struct recorder_interval *y = b;
    return (x->start_ms > y->start_ms) - (x->start_ms < y->start_ms);
}

size_t consent_timeline_normalise(struct recorder_interval *intervals, size_t count)
{
    size_t kept = 0;
    qsort(intervals, count, sizeof *intervals, compare_starts);
    for (size_t i = 0; i < count; i++) {
        if (intervals[i].end_ms <= intervals[i].start_ms) {
            continue;
        }
        if (kept > 0 && intervals[i].start_ms <= intervals[kept - 1].end_ms) {
            struct recorder_interval *last = &intervals[kept - 1];
            last->end_ms = intervals[i].end_ms > last->end_ms ? intervals[i].end_ms : last->end_ms;
        } else {
            intervals[kept++] = intervals[i];
        }
    }
    return kept;
}

uint64_t consent_timeline_duration_us(const struct recorder_interval *intervals, size_t count)
{
    uint64_t duration_us = 0;
    for (size_t i = 0; i < count; i++) {
        duration_us += (uint64_t)(intervals[i].end_ms - intervals[i].start_ms) * 1000;
    }
    return duration_us;
}

bool consent_timeline_place(const struct recorder_interval *intervals, size_t count,
                            int64_t wall_us, uint64_t *ret_timeline_us)
{
    uint64_t before_us = 0;
    for (size_t i = 0; i < count; i++) {
        const int64_t start_us = intervals[i].start_ms * 1000;
        if (wall_us >= start_us && wall_us < intervals[i].end_ms * 1000) {
            *ret_timeline_us = before_us + (uint64_t)(wall_us - start_us);
            return true;
        }
        before_us += (uint64_t)(intervals[i].end_ms - intervals[i].start_ms) * 1000;
    }
    return false;
}
