#include "tests/bench/load/latency_histogram.h"

#include <string.h>

void latency_histogram_clear(struct latency_histogram *histogram)
{
    memset(histogram, 0, sizeof(*histogram));
}

void latency_histogram_add(struct latency_histogram *histogram, uint64_t us)
{
    histogram->buckets[us < LATENCY_HISTOGRAM_US_MAX ? us : LATENCY_HISTOGRAM_US_MAX]++;
    histogram->count++;
    histogram->max_us = us > histogram->max_us ? us : histogram->max_us;
}

uint64_t latency_histogram_quantile(const struct latency_histogram *histogram, double share)
{
    const uint64_t wanted = (uint64_t)(share * (double)histogram->count);
    uint64_t seen = 0;
    for (uint64_t us = 0; us <= LATENCY_HISTOGRAM_US_MAX; us++) {
        seen += histogram->buckets[us];
        if (seen > 0 && seen >= wanted) {
            return us;
        }
    }
    return 0;
}
