/* slot_timeline.h - the one straight line that gives a slot's RTP timestamps and its sender
 * reports, but for pictures that are late (picture_lag.h).
 *
 *        RTP timestamp
 *          |                       . ´     audio and video lines of a slot share `origin_us`, the gateway's
 *          |                 . ´           monotonic clock when the slot was made. The line is never moved,
 *          |           . ´                 whoever is in the slot: a receiver that fits a line through the
 *  first --|     . ´                       sender reports (libwebrtc: 20 of them) finds no kink,
 * and sound
 *          +-----+------------------       and picture stay together when the slot changes hands.
 *            origin_us        media time
 *
 * Pure. Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_SLOT_TIMELINE_H
#define BEDSIDE_MEDIA_ROUTER_SLOT_TIMELINE_H

#include <stdint.h>

struct slot_timeline {
    uint64_t origin_us;
    uint32_t first; /* RTP timestamp at the origin; random */
    uint32_t clock_rate;
};

/* Ticks in a span of microseconds, rounded to the nearest. */
static inline int64_t rtp_ticks_of_us(int64_t span_us, uint32_t clock_rate)
{
    const int64_t scaled = span_us * (int64_t)clock_rate;
    return (scaled + (scaled < 0 ? -500000 : 500000)) / 1000000;
}

static inline int64_t us_of_rtp_ticks(int64_t ticks, uint32_t clock_rate)
{
    return ticks * 1000000 / (int64_t)clock_rate;
}

static inline uint32_t slot_timeline_at(const struct slot_timeline *line, uint64_t media_time_us)
{
    const int64_t span_us = (int64_t)(media_time_us - line->origin_us);
    return line->first + (uint32_t)rtp_ticks_of_us(span_us, line->clock_rate);
}

#endif
