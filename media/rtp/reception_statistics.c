#include "media/rtp/reception_statistics.h"

#include "gateway/base/sequence_number.h"
#include "media/rtp/ntp_time.h"

#include <errno.h>

#define CUMULATIVE_LOST_MAX 0x7fffff
#define CUMULATIVE_LOST_MIN (-0x800000)

void reception_statistics_init(struct reception_statistics *statistics, uint32_t clock_rate)
{
    *statistics = (struct reception_statistics){.started = false};
    jitter_estimator_init(&statistics->jitter, clock_rate);
}

void reception_statistics_on_packet(struct reception_statistics *statistics, uint16_t sequence,
                                    uint32_t timestamp, uint64_t arrival_us)
{
    if (!statistics->started) {
        statistics->started = true;
        statistics->first = statistics->highest = sequence;
    }
    const int64_t index = sequence_unwrap(sequence, statistics->highest);
    if (index < statistics->first) {
        return; /* reordered around the very first packet: not expected, so not counted */
    }
    if (index > statistics->highest) {
        statistics->highest = index;
    }
    statistics->received++;
    jitter_estimator_on_packet(&statistics->jitter, timestamp, arrival_us);
}

void reception_statistics_on_sender_report(struct reception_statistics *statistics, uint64_t ntp,
                                           uint64_t arrival_us)
{
    statistics->last_sr = ntp_time_compact(ntp);
    statistics->last_sr_arrival_us = arrival_us;
}

static int32_t clamp_lost(int64_t lost)
{
    if (lost > CUMULATIVE_LOST_MAX) {
        return CUMULATIVE_LOST_MAX;
    }
    return lost < CUMULATIVE_LOST_MIN ? CUMULATIVE_LOST_MIN : (int32_t)lost;
}

static uint8_t fraction_of(int64_t lost, uint64_t expected)
{
    if (lost <= 0 || expected == 0) {
        return 0;
    }
    const uint64_t fraction = ((uint64_t)lost << 8) / expected;
    return fraction > UINT8_MAX ? UINT8_MAX : (uint8_t)fraction;
}

int reception_statistics_report(struct reception_statistics *statistics, uint32_t ssrc,
                                uint64_t now_us, struct rtcp_report_block *ret_block)
{
    if (!statistics->started) {
        return -ENOENT;
    }
    const uint64_t expected = (uint64_t)(statistics->highest - statistics->first) + 1;
    const uint64_t expected_now = expected - statistics->expected_before;
    const uint64_t received_now = statistics->received - statistics->received_before;
    statistics->expected_before = expected;
    statistics->received_before = statistics->received;

    struct rtcp_report_block block = {
        .ssrc = ssrc,
        .fraction_lost = fraction_of((int64_t)(expected_now - received_now), expected_now),
        .cumulative_lost = clamp_lost((int64_t)(expected - statistics->received)),
        .extended_highest_sequence = (uint32_t)statistics->highest,
        .jitter_rtp_ticks = jitter_estimator_rtp_ticks(&statistics->jitter),
        .last_sr = statistics->last_sr,
    };
    if (statistics->last_sr != 0 && now_us > statistics->last_sr_arrival_us) {
        block.delay_since_last_sr =
            ntp_time_compact_from_us(now_us - statistics->last_sr_arrival_us);
    }
    *ret_block = block;
    return 0;
}
