#include "media/congestion/overuse_detector.h"

#define THRESHOLD_START_MS 12.5
#define THRESHOLD_MIN_MS 6.0
#define THRESHOLD_MAX_MS 600.0
/* It rises slower than it falls, or a competitor that fills the queue would be taken for noise. */
#define RISE_PER_MS 0.0087
#define FALL_PER_MS 0.039
/* Beyond this the trend is no noise to adapt to. */
#define ADAPTS_WITHIN_MS 15.0
#define STEP_MAX_MS 100.0
#define OVER_FOR_US 10000

void overuse_detector_init(struct overuse_detector *detector)
{
    *detector = (struct overuse_detector){.threshold_ms = THRESHOLD_START_MS,
                                          .usage = NETWORK_USAGE_NORMAL};
}

static void adapt(struct overuse_detector *detector, double size_ms, uint64_t at_us)
{
    double step_ms = detector->last_us ? (double)(at_us - detector->last_us) / 1000 : 0;
    step_ms = step_ms < STEP_MAX_MS ? step_ms : STEP_MAX_MS;
    detector->last_us = at_us;
    if (size_ms > detector->threshold_ms + ADAPTS_WITHIN_MS) {
        return;
    }
    const double gain = size_ms < detector->threshold_ms ? FALL_PER_MS : RISE_PER_MS;
    double threshold_ms = detector->threshold_ms;
    threshold_ms += gain * (size_ms - threshold_ms) * step_ms;
    threshold_ms = threshold_ms < THRESHOLD_MIN_MS ? THRESHOLD_MIN_MS : threshold_ms;
    detector->threshold_ms = threshold_ms < THRESHOLD_MAX_MS ? threshold_ms : THRESHOLD_MAX_MS;
}

static void watch_over(struct overuse_detector *detector, double trend_ms, uint64_t at_us)
{
    if (detector->times_over == 0) {
        detector->over_since_us = at_us;
    }
    detector->times_over++;
    if (detector->times_over > 1 && at_us - detector->over_since_us > OVER_FOR_US &&
        trend_ms >= detector->last_trend_ms) {
        detector->usage = NETWORK_USAGE_OVER;
    }
}

enum network_usage overuse_detector_update(struct overuse_detector *detector, double trend_ms,
                                           uint64_t at_us)
{
    if (trend_ms > detector->threshold_ms) {
        watch_over(detector, trend_ms, at_us);
    } else {
        detector->times_over = 0;
        detector->usage =
            trend_ms < -detector->threshold_ms ? NETWORK_USAGE_UNDER : NETWORK_USAGE_NORMAL;
    }
    detector->last_trend_ms = trend_ms;
    adapt(detector, trend_ms < 0 ? -trend_ms : trend_ms, at_us);
    return detector->usage;
}
