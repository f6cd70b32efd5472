/* latency_histogram.h - how long things took, in steps of 1 us up to 100 ms. Pure. Thread: its
 * owner's. */
#ifndef BEDSIDE_TESTS_BENCH_LOAD_LATENCY_HISTOGRAM_H
#define BEDSIDE_TESTS_BENCH_LOAD_LATENCY_HISTOGRAM_H

#include <stdint.h>

#define LATENCY_HISTOGRAM_US_MAX 100000 /* longer ones count as that; `max_us` is exact */

struct latency_histogram {
    uint64_t count;
    uint64_t max_us;
    uint32_t buckets[LATENCY_HISTOGRAM_US_MAX + 1];
};

void latency_histogram_clear(struct latency_histogram *histogram);
void latency_histogram_add(struct latency_histogram *histogram, uint64_t us);
/* The least value that `share` (0 to 1) of all does not pass; 0 of none. */
uint64_t latency_histogram_quantile(const struct latency_histogram *histogram, double share);

#endif
