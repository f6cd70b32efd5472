/* silence_watch.h - has a peer that was sending fallen silent?
 *
 * Looked at once in a tick, with the totals that are counted anyway. A peer flows while its RTP has
 * come for a second without a pause of 200 ms; it is silent when then nothing at all, no RTP, RTCP
 * or check, comes for 500 ms. Who never sent, who sends now and then (DTX), and who stopped RTP
 * while other packets still came, is never silent: nothing is wrong with their network.
 *
 * Pure; fields are private. Thread: its owner's. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_SILENCE_WATCH_H
#define BEDSIDE_MEDIA_TRANSPORT_SILENCE_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#define SILENCE_WATCH_SILENT_US 500000
#define SILENCE_WATCH_PAUSE_US 200000
#define SILENCE_WATCH_FLOW_US 1000000
/* A shorter silence, of anybody who sent RTP a while ago: reason enough to look for it elsewhere,
 * none to tell anybody. */
#define SILENCE_WATCH_MISSED_US 60000
#define SILENCE_WATCH_MISSED_FOR_US 5000000

/* All zeros is one that has heard nothing. */
struct silence_watch {
    uint64_t rtp;
    uint64_t others;
    uint64_t flows_since_us;
    uint64_t rtp_us;
    uint64_t heard_us;
    bool is_silent;
};

/* `rtp` and `others` are totals of packets received. Returns true when `is_silent` changed. */
bool silence_watch_on_tick(struct silence_watch *watch, uint64_t rtp, uint64_t others,
                           uint64_t now_us);

static inline bool silence_watch_is_silent(const struct silence_watch *watch)
{
    return watch->is_silent;
}

/* Nothing has come since the last tick, nor for SILENCE_WATCH_MISSED_US in all; RTP did within
 * SILENCE_WATCH_MISSED_FOR_US. */
static inline bool silence_watch_misses(const struct silence_watch *watch, uint64_t rtp,
                                        uint64_t others, uint64_t now_us)
{
    return rtp == watch->rtp && others == watch->others && watch->rtp_us > 0 &&
           now_us - watch->heard_us >= SILENCE_WATCH_MISSED_US &&
           now_us - watch->rtp_us < SILENCE_WATCH_MISSED_FOR_US;
}

#endif
