#include "media/router/lateness_gauge.h"

#include "gateway/base/sequence_number.h"

static const int64_t FORGET_PART = 1000; /* of the time that passes */
/* The publisher began to count anew: another camera, another clock. */
static const int64_t OTHER_CLOCK_US = 10000000;

static void start(struct lateness_gauge *gauge, int64_t sample_us)
{
    gauge->is_started = true;
    gauge->has_packet = false;
    gauge->earliest_us = sample_us;
}

void lateness_gauge_note(struct lateness_gauge *gauge, uint32_t timestamp, uint32_t clock_rate,
                         uint64_t arrival_us)
{
    gauge->timestamp += timestamp_distance(timestamp, (uint32_t)gauge->timestamp);
    const int64_t sample_us = (int64_t)arrival_us - gauge->timestamp * 1000000 / clock_rate;
    const int64_t late_us = sample_us - gauge->earliest_us;
    if (!gauge->is_started || late_us > OTHER_CLOCK_US || late_us < -OTHER_CLOCK_US) {
        start(gauge, sample_us);
    }
    if (!gauge->has_packet || sample_us < gauge->least_us) {
        gauge->least_us = sample_us;
    }
    gauge->has_packet = true;
}

bool lateness_gauge_take(struct lateness_gauge *gauge, uint64_t now_us, int64_t *ret_late_us)
{
    const uint64_t passed_us = gauge->asked_at_us != 0 ? now_us - gauge->asked_at_us : 0;
    gauge->asked_at_us = now_us;
    gauge->earliest_us += (int64_t)passed_us / FORGET_PART;
    if (!gauge->has_packet) {
        return false;
    }
    *ret_late_us = gauge->least_us - gauge->earliest_us;
    if (*ret_late_us < 0) {
        gauge->earliest_us = gauge->least_us;
    }
    gauge->has_packet = false;
    return true;
}
