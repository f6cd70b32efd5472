#include "tests/fakes/simulated_run.h"

#include <assert.h>
#include <stdlib.h>

#define PER_SECOND (1000000 / SIMULATED_SAMPLE_US)
#define STEADY (30 * PER_SECOND)

struct values {
    uint32_t estimates_bps[STEADY];
    uint32_t waits_us[STEADY];
};

static int compare(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a;
    const uint32_t y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static double median(uint32_t values[STEADY])
{
    qsort(values, STEADY, sizeof(values[0]), compare);
    return values[STEADY / 2];
}

void simulated_run(const struct simulated_downlink_config *config, unsigned seconds,
                   struct simulated_steady ret_steady[SIMULATED_RECEIVERS_MAX])
{
    static struct values all[SIMULATED_RECEIVERS_MAX];
    AUTO(simulated_downlink) downlink = simulated_downlink_create(config);
    const size_t samples = (size_t)seconds * PER_SECOND;
    assert(samples >= STEADY);
    for (size_t i = 0; i < samples; i++) {
        struct simulated_sample of[SIMULATED_RECEIVERS_MAX];
        simulated_downlink_run(downlink, of);
        for (size_t k = 0; i >= samples - STEADY && k < SIMULATED_RECEIVERS_MAX; k++) {
            all[k].estimates_bps[i - (samples - STEADY)] = of[k].estimate_bps;
            all[k].waits_us[i - (samples - STEADY)] = of[k].wait_us;
        }
    }
    for (size_t k = 0; k < SIMULATED_RECEIVERS_MAX; k++) {
        ret_steady[k] =
            (struct simulated_steady){median(all[k].estimates_bps), median(all[k].waits_us)};
    }
}
