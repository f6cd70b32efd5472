/* recorder_case.h - bedside-recorder against a bare pipeline: the same datagrams at the same
 * moments, in real time, to both. Thread: its owner's. */
#ifndef BEDSIDE_TESTS_BENCH_RECORDING_COST_RECORDER_CASE_H
#define BEDSIDE_TESTS_BENCH_RECORDING_COST_RECORDER_CASE_H

#include "tests/bench/recording_cost/clip.h"
#include "tests/bench/recording_cost/figure.h"

struct recorder_case_config {
    const char *recorder_path;
    const char *bare_path;
    const char *folder; /* for files */
    const struct clip *clip;
    size_t visits; /* recorded at once, of three people each */
    unsigned rounds;
    unsigned seconds; /* of each round */
};

struct recorder_case_result {
    /* CPU of all processes of a kind, in microseconds per packet. */
    struct figure recorder_us;
    struct figure bare_us;
    struct figure ratio;
    double packets_per_second;
    double file_size_ratio; /* of what they wrote: about 1, else one of them did not record */
};

void recorder_case_run(const struct recorder_case_config *config,
                       struct recorder_case_result *ret_result);

#endif
