#include "media/rtp/resend_limiter.h"

#define RTT_UNKNOWN_US 100000
#define QUIET_MIN_US 5000
#define QUIET_MAX_US 500000

void resend_limiter_init(struct resend_limiter *limiter)
{
    *limiter = (struct resend_limiter){.entries[0].sequence = 0};
}

static uint32_t quiet_time_us(uint32_t rtt_us)
{
    const uint32_t quiet_us = (rtt_us == 0 ? RTT_UNKNOWN_US : rtt_us) / 2;
    return quiet_us < QUIET_MIN_US   ? QUIET_MIN_US
           : quiet_us > QUIET_MAX_US ? QUIET_MAX_US
                                     : quiet_us;
}

bool resend_limiter_allow(struct resend_limiter *limiter, uint16_t sequence, uint64_t now_us,
                          uint32_t rtt_us)
{
    struct resend_limiter_entry *entry = &limiter->entries[sequence % RESEND_LIMITER_ENTRIES];
    if (entry->resent_at_us == 0 || entry->sequence != sequence) {
        *entry = (struct resend_limiter_entry){
            .resent_at_us = now_us,
            .sequence = sequence,
            .resends = 1,
        };
        return true;
    }
    const bool is_quiet = now_us - entry->resent_at_us < quiet_time_us(rtt_us);
    if (is_quiet || entry->resends >= RESEND_LIMITER_RESENDS_MAX) {
        return false;
    }
    entry->resent_at_us = now_us;
    entry->resends++;
    return true;
}
