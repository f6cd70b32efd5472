/* simulated_run.h - a simulated downlink (simulated_downlink.h) from its beginning to its end, and
 * what was steady in it. Thread: any one. */
#ifndef BEDSIDE_TESTS_FAKES_SIMULATED_RUN_H
#define BEDSIDE_TESTS_FAKES_SIMULATED_RUN_H

#include "tests/fakes/simulated_downlink.h"

/* Of the last half minute, of one receiver. */
struct simulated_steady {
    double estimate_bps; /* medians, both */
    double wait_us;
};

/* `seconds`: 30 and more. The second receiver's is 0 where there is none. */
void simulated_run(const struct simulated_downlink_config *config, unsigned seconds,
                   struct simulated_steady ret_steady[SIMULATED_RECEIVERS_MAX]);

#endif
