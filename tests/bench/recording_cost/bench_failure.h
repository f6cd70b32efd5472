/* bench_failure.h - a measurement that can't be made ends the program with a sentence. */
#ifndef BEDSIDE_TESTS_BENCH_RECORDING_COST_BENCH_FAILURE_H
#define BEDSIDE_TESTS_BENCH_RECORDING_COST_BENCH_FAILURE_H

#include <stdio.h>
#include <stdlib.h>

static inline _Noreturn void bench_fail(const char *what)
{
    fprintf(stderr, "recording bench: %s failed\n", what);
    exit(1);
}

#endif
