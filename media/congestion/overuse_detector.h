/* overuse_detector.h - from the trend of the delay to the state of the network: a threshold that
 * adapts, so that a link that is uneven by itself is not taken for a full one
 * (draft-ietf-rmcat-gcc-02, 5.4). Pure; fields are private. Thread: its owner's. */
#ifndef BEDSIDE_MEDIA_CONGESTION_OVERUSE_DETECTOR_H
#define BEDSIDE_MEDIA_CONGESTION_OVERUSE_DETECTOR_H

#include "media/congestion/bandwidth_estimator.h"

struct overuse_detector {
    double threshold_ms;
    double last_trend_ms;
    uint64_t last_us;
    uint64_t over_since_us; /* 0: the trend is below the threshold */
    unsigned times_over;
    enum network_usage usage;
};

void overuse_detector_init(struct overuse_detector *detector);
/* `trend_ms` as of delay_trend_add(), `at_us` on any steady clock. */
enum network_usage overuse_detector_update(struct overuse_detector *detector, double trend_ms,
                                           uint64_t at_us);

#endif
