#include "tests/bench/recording_cost/start_case.h"

#include "gateway/base/clock.h"
#include "tests/bench/recording_cost/cpu_time.h"
#include "tests/bench/recording_cost/recorder_fleet.h"

void start_case_run(const char *recorder_path, const char *folder, unsigned runs,
                    struct start_case_result *ret_result)
{
    struct recorder_fleet fleet;
    *ret_result = (struct start_case_result){0};
    recorder_fleet_open(&fleet, recorder_path, folder);
    recorder_fleet_start(&fleet, 1); /* its files are in the page cache from here on */
    recorder_fleet_stop(&fleet);
    for (unsigned i = 0; i < runs; i++) {
        const uint64_t began_us = clock_now_us();
        recorder_fleet_start(&fleet, 1);
        const uint64_t cpu_ns = recorder_fleet_cpu_ns(&fleet);
        figure_add(&ret_result->ready_ms, (double)(clock_now_us() - began_us) / 1000);
        figure_add(&ret_result->cpu_ms, (double)cpu_ns / 1e6);
        recorder_fleet_stop(&fleet);
    }
    recorder_fleet_close(&fleet);
}
