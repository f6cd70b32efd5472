/* retransmission_reach.h - for how long after its arrival may a packet of a published stream still
 * be asked for by those who receive it?
 *
 *   keep = 2 round trips + 100 ms, at most 1 s           for a receiver on a good link
 *          5 round trips + 200 ms, at most 1.5 s         for one whose link loses
 *
 * One round trip passes until the first request is here, another one until the second, when the
 * answer to the first was lost too. The rest is what receivers wait: a gap shows with the next
 * packet, up to a frame later, browsers look for gaps each 20 ms, and packets jitter. Where one
 * packet in ten is lost each way, two tries fail for one lost packet in thirty, and a picture that
 * misses one stands still until its next key frame; four tries fail for one in a thousand. A round
 * trip that is not known yet counts as 100 ms.
 *
 * The reach is the longest of all receivers, of whom there are none at first. When it has to be
 * longer it follows at once, when shorter by an eighth a second.
 *
 * Pure; fields are private. Thread: the worker that owns the stream. */
#ifndef BEDSIDE_MEDIA_RTP_RETRANSMISSION_REACH_H
#define BEDSIDE_MEDIA_RTP_RETRANSMISSION_REACH_H

#include <stdbool.h>
#include <stdint.h>

#define RETRANSMISSION_REACH_WAIT_US 100000
#define RETRANSMISSION_REACH_MAX_US 1000000
#define RETRANSMISSION_REACH_LOSSY_WAIT_US 200000
#define RETRANSMISSION_REACH_LOSSY_MAX_US 1500000
#define RETRANSMISSION_REACH_RTT_UNKNOWN_US 100000

struct retransmission_reach {
    uint32_t keep_us;
    uint64_t lowered_at_us;
};

void retransmission_reach_init(struct retransmission_reach *reach);
/* What one receiver needs. */
uint32_t retransmission_reach_for(uint32_t rtt_us, bool is_lossy);
/* `needed_us` is the most that a receiver needs, 0 while nobody receives. Returns for how long to
 * keep packets from now on. */
uint32_t retransmission_reach_update(struct retransmission_reach *reach, uint32_t needed_us,
                                     uint64_t now_us);

static inline uint32_t retransmission_reach_us(const struct retransmission_reach *reach)
{
    return reach->keep_us;
}

#endif
