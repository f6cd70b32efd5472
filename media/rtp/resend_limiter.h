/* resend_limiter.h - keeps a subscriber's repeated NACKs from having the same packet sent again
 * while the first copy is still under way, or without end. Pure; fields are private. Thread: the
 * worker that owns the subscription. */
#ifndef BEDSIDE_MEDIA_RTP_RESEND_LIMITER_H
#define BEDSIDE_MEDIA_RTP_RESEND_LIMITER_H

#include <stdbool.h>
#include <stdint.h>

#define RESEND_LIMITER_ENTRIES 64 /* a power of two */
#define RESEND_LIMITER_RESENDS_MAX 10

struct resend_limiter {
    struct resend_limiter_entry {
        uint64_t resent_at_us; /* 0: free */
        uint16_t sequence;
        uint8_t resends;
    } entries[RESEND_LIMITER_ENTRIES];
};

void resend_limiter_init(struct resend_limiter *limiter);
/* True, and noted, if outgoing packet `sequence` may be sent again now: not within half a round
 * trip (5 ms to 500 ms; 50 ms while unknown, 0) of the last time, and at most
 * RESEND_LIMITER_RESENDS_MAX times. Browsers ask again after a whole one; of two requests the first
 * may come late, and the second early. */
bool resend_limiter_allow(struct resend_limiter *limiter, uint16_t sequence, uint64_t now_us,
                          uint32_t rtt_us);

#endif
