/* rtp_clock.h - when, on the gateway's monotonic clock, was the content of a packet captured?
 *
 *   RTP timestamp --(sender report of the stream)--> publisher's NTP clock --(publisher_clock)-->
 * gateway's clock
 *
 * A publisher's streams share one struct publisher_clock, the distance between its NTP clock and
 * ours, so that whatever error that distance has, sound and picture have the same. Until a stream's
 * first sender report its packets' arrival stands in (least delay of the last seconds).
 *
 * A correction is not a jump: it is worked in at 5 % of the speed of time, and time never runs
 * backward. Only when the old mapping was wrong by more than a second is it simply replaced. A
 * sender report that makes no sense is ignored; a publisher whose wall clock was set (two reports
 * in a row say so) is followed without a jump.
 *
 * "Media time" thus is capture time plus the least network delay, in microseconds.
 * Pure; fields are private. Thread: the worker that owns the publisher. */
#ifndef BEDSIDE_MEDIA_RTP_RTP_CLOCK_H
#define BEDSIDE_MEDIA_RTP_RTP_CLOCK_H

#include "media/rtp/minimum_filter.h"

#include <stdbool.h>
#include <stdint.h>

/* One per publisher. */
struct publisher_clock {
    struct minimum_filter delay; /* arrival of reports less their NTP time */
    int64_t offset_us;           /* add to the publisher's time to get ours */
    int64_t step_us;             /* add to its NTP clock to undo the steps it took */
    int64_t suspected_step_us;
    bool has_offset;
    bool suspects_step;
    uint32_t revision; /* counts changes of offset_us */
};

/* One per SSRC. */
struct rtp_clock {
    struct publisher_clock *publisher; /* borrowed */
    uint32_t rate;
    bool started;
    bool has_report;
    int64_t last_timestamp; /* unwrapped */
    uint64_t last_arrival_us;
    struct minimum_filter arrival; /* arrival less time by timestamp */
    int64_t report_timestamp;      /* unwrapped, of the last good sender report */
    int64_t report_us;             /* its publisher time, steps undone */
    uint32_t revision;
    int64_t line_us;       /* media time of unwrapped timestamp 0 */
    int64_t correction_us; /* still to be worked in: shown time less the line's, at
                              correction_from_us */
    int64_t correction_from_us;
};

void publisher_clock_init(struct publisher_clock *clock);

/* `publisher` is borrowed and outlives the clock; `rate` > 0 is in ticks per second. */
void rtp_clock_init(struct rtp_clock *clock, struct publisher_clock *publisher, uint32_t rate);
/* Records a packet as it came from the network (not one recovered by RTX, which tells nothing about
 * time). Returns its media time. */
int64_t rtp_clock_on_packet(struct rtp_clock *clock, uint32_t timestamp, uint64_t arrival_us);
/* Records a sender report of the stream. Returns 0, -EAGAIN before the first packet, or -EINVAL for
 * a report that makes no sense; both change nothing. */
int rtp_clock_on_sender_report(struct rtp_clock *clock, uint64_t ntp, uint32_t timestamp,
                               uint64_t arrival_us);
/* The media time of a timestamp near the last packet's. Only after the first packet (asserted). */
int64_t rtp_clock_media_time_us(const struct rtp_clock *clock, uint32_t timestamp);

static inline bool rtp_clock_is_started(const struct rtp_clock *clock)
{
    return clock->started;
}

#endif
