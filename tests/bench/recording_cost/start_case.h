/* start_case.h - what it costs to start a recorder: what a visit's machine must bear when one has
 * died. Thread: its owner's. */
#ifndef BEDSIDE_TESTS_BENCH_RECORDING_COST_START_CASE_H
#define BEDSIDE_TESTS_BENCH_RECORDING_COST_START_CASE_H

#include "tests/bench/recording_cost/figure.h"

struct start_case_result {
    struct figure cpu_ms;   /* of the process, until it is ready */
    struct figure ready_ms; /* from the order to its word */
};

void start_case_run(const char *recorder_path, const char *folder, unsigned runs,
                    struct start_case_result *ret_result);

#endif
