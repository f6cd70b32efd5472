/* quality_histogram.h - a histogram as Prometheus has them: counts of observations at most so
 * large. Pure. Thread: any; belongs to one. */
#ifndef BEDSIDE_SIGNALING_SESSION_QUALITY_HISTOGRAM_H
#define BEDSIDE_SIGNALING_SESSION_QUALITY_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#define QUALITY_HISTOGRAM_BOUNDS_MAX 10

struct quality_histogram {
    const uint64_t *bounds; /* static, ascending */
    size_t bound_count;
    uint64_t counts[QUALITY_HISTOGRAM_BOUNDS_MAX + 1]; /* each bound's own, then those beyond */
    uint64_t sum;
    uint64_t observations;
};

static inline void quality_histogram_observe(struct quality_histogram *histogram, uint64_t value)
{
    size_t i = 0;
    while (i < histogram->bound_count && value > histogram->bounds[i]) {
        i++;
    }
    histogram->counts[i]++;
    histogram->sum += value;
    histogram->observations++;
}

#endif
