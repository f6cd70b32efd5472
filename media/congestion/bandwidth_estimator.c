#include "media/congestion/bandwidth_estimator.h"

#include "gateway/base/allocate.h"

#define WINDOW_US 500000

/* Follows what is acknowledged, within the limits. */
struct bandwidth_estimator {
    struct bandwidth_estimator_config config;
    struct bandwidth_estimate estimate;
    uint64_t window_began_us;
    uint64_t acknowledged_bytes;
};

struct bandwidth_estimator *
bandwidth_estimator_create(const struct bandwidth_estimator_config *config, uint64_t now_us)
{
    struct bandwidth_estimator *estimator = allocate_zeroed(1, sizeof(*estimator));
    estimator->config = *config;
    estimator->estimate.bps = config->start_bps;
    estimator->window_began_us = now_us;
    return estimator;
}

struct bandwidth_estimator *bandwidth_estimator_destroy(struct bandwidth_estimator *estimator)
{
    free(estimator);
    return NULL;
}

void bandwidth_estimator_on_sent(struct bandwidth_estimator *estimator, uint32_t bytes,
                                 uint64_t now_us)
{
    (void)estimator;
    (void)bytes;
    (void)now_us;
}

void bandwidth_estimator_on_results(struct bandwidth_estimator *estimator,
                                    const struct packet_result *results, size_t count,
                                    uint64_t now_us)
{
    for (size_t i = 0; i < count; i++) {
        estimator->acknowledged_bytes += results[i].received ? results[i].size : 0;
    }
    const uint64_t span_us = now_us - estimator->window_began_us;
    if (span_us < WINDOW_US) {
        return;
    }
    const uint64_t bps = estimator->acknowledged_bytes * 8 * 1000000 / span_us;
    const uint64_t reach = bps * 3 / 2;
    uint64_t next = estimator->estimate.bps < reach ? reach : estimator->estimate.bps;
    next = next < estimator->config.max_bps ? next : estimator->config.max_bps;
    estimator->estimate.bps = (uint32_t)next;
    estimator->window_began_us = now_us;
    estimator->acknowledged_bytes = 0;
}

void bandwidth_estimator_set_rtt(struct bandwidth_estimator *estimator, uint32_t rtt_us)
{
    (void)estimator;
    (void)rtt_us;
}

void bandwidth_estimator_on_tick(struct bandwidth_estimator *estimator, uint64_t now_us)
{
    (void)estimator;
    (void)now_us;
}

void bandwidth_estimator_set_wanted(struct bandwidth_estimator *estimator, uint32_t wanted_bps,
                                    uint64_t now_us)
{
    (void)estimator;
    (void)wanted_bps;
    (void)now_us;
}

bool bandwidth_estimator_take_probe(struct bandwidth_estimator *estimator, uint64_t now_us,
                                    struct probe_request *ret_request)
{
    (void)estimator;
    (void)now_us;
    (void)ret_request;
    return false;
}

const struct bandwidth_estimate *
bandwidth_estimator_now(const struct bandwidth_estimator *estimator)
{
    return &estimator->estimate;
}
