/* figure.h - several runs of one measurement. Thread: its owner's. */
#ifndef BEDSIDE_TESTS_BENCH_RECORDING_COST_FIGURE_H
#define BEDSIDE_TESTS_BENCH_RECORDING_COST_FIGURE_H

#include <stddef.h>

#define FIGURE_RUNS_MAX 32

struct figure {
    double values[FIGURE_RUNS_MAX];
    size_t runs;
};

static inline void figure_add(struct figure *figure, double value)
{
    if (figure->runs < FIGURE_RUNS_MAX) {
        figure->values[figure->runs++] = value;
    }
}

struct figure_summary {
    double median;
    double min;
    double max;
    size_t runs;
};

static inline struct figure_summary figure_summarise(const struct figure *figure)
{
    struct figure sorted = *figure;
    for (size_t i = 1; i < sorted.runs; i++) {
        for (size_t j = i; j > 0 && sorted.values[j - 1] > sorted.values[j]; j--) {
            const double value = sorted.values[j];
            sorted.values[j] = sorted.values[j - 1];
            sorted.values[j - 1] = value;
        }
    }
    if (sorted.runs == 0) {
        return (struct figure_summary){0};
    }
    return (struct figure_summary){sorted.values[sorted.runs / 2], sorted.values[0],
                                   sorted.values[sorted.runs - 1], sorted.runs};
}

#endif
