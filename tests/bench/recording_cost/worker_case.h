/* worker_case.h - what a worker's thread costs while its visits are recorded, and while they are
 * not (paused): visits of three over real ICE, DTLS and SRTP, with real recorders. Halves are short
 * and take turns, since a machine is not as fast in one minute as in the next. Thread: its owner's.
 */
#ifndef BEDSIDE_TESTS_BENCH_RECORDING_COST_WORKER_CASE_H
#define BEDSIDE_TESTS_BENCH_RECORDING_COST_WORKER_CASE_H

#include "tests/bench/recording_cost/clip.h"
#include "tests/bench/recording_cost/figure.h"

struct worker_case_config {
    const char *recorder_path;
    const char *folder;
    const struct clip *clip;
    size_t rooms;
    unsigned rounds; /* of two halves, each as long as the clip */
};

struct worker_case_result {
    /* CPU of the worker's thread, in microseconds per forwarded packet. */
    struct figure plain_us;
    struct figure recorded_us;
    struct figure more_percent; /* of each round */
    double forwarded_per_second;
};

void worker_case_run(const struct worker_case_config *config,
                     struct worker_case_result *ret_result);

#endif
