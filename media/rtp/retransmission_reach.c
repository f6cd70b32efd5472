#include "media/rtp/retransmission_reach.h"

#define LOWER_EACH_US 1000000

static uint32_t reach_of(uint32_t rtt_us)
{
    const uint64_t keep_us = 2 * (uint64_t)rtt_us + RETRANSMISSION_REACH_WAIT_US;
    return keep_us < RETRANSMISSION_REACH_MAX_US ? (uint32_t)keep_us : RETRANSMISSION_REACH_MAX_US;
}

void retransmission_reach_init(struct retransmission_reach *reach)
{
    *reach = (struct retransmission_reach){.keep_us = reach_of(0)};
}

uint32_t retransmission_reach_update(struct retransmission_reach *reach, uint32_t rtt_us,
                                     uint64_t now_us)
{
    const uint32_t wanted_us = reach_of(rtt_us);
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
