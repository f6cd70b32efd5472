#include "media/rtp/retransmission_reach.h"

#define LOWER_EACH_US 1000000

static uint32_t at_most(uint64_t time_us, uint32_t max_us)
{
    return time_us < max_us ? (uint32_t)time_us : max_us;
}

uint32_t retransmission_reach_for(uint32_t rtt_us, bool is_lossy)
{
    const uint64_t round_trip_us = rtt_us > 0 ? rtt_us : RETRANSMISSION_REACH_RTT_UNKNOWN_US;
    return is_lossy ? at_most(5 * round_trip_us + RETRANSMISSION_REACH_LOSSY_WAIT_US,
                              RETRANSMISSION_REACH_LOSSY_MAX_US)
                    : at_most(2 * round_trip_us + RETRANSMISSION_REACH_WAIT_US,
                              RETRANSMISSION_REACH_MAX_US);
}

void retransmission_reach_init(struct retransmission_reach *reach)
{
    *reach = (struct retransmission_reach){.keep_us = RETRANSMISSION_REACH_WAIT_US};
}

uint32_t retransmission_reach_update(struct retransmission_reach *reach, uint32_t needed_us,
                                     uint64_t now_us)
{
    const uint32_t wanted_us =
        needed_us > RETRANSMISSION_REACH_WAIT_US ? needed_us : RETRANSMISSION_REACH_WAIT_US;
    if (wanted_us >= reach->keep_us) {
        reach->keep_us = wanted_us;
        reach->lowered_at_us = now_us;
    } else if (now_us - reach->lowered_at_us >= LOWER_EACH_US) {
        const uint32_t lower_us = reach->keep_us - reach->keep_us / 8;
        reach->keep_us = lower_us > wanted_us ? lower_us : wanted_us;
        reach->lowered_at_us = now_us;
    }
    return reach->keep_us;
}
