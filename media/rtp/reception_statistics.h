/* reception_statistics.h - what a receiver report says of one incoming stream (RFC 3550, 6.4.1, A.1
 * and A.3).
 *
 * Counts what came in the stream itself; what came back by RTX is not added, so that the sender
 * sees the network's loss. Pure; fields are private. Thread: the worker that owns the stream. */
#ifndef BEDSIDE_MEDIA_RTP_RECEPTION_STATISTICS_H
#define BEDSIDE_MEDIA_RTP_RECEPTION_STATISTICS_H

#include "media/rtp/jitter_estimator.h"
#include "media/rtp/rtcp_packet.h"

struct reception_statistics {
    struct jitter_estimator jitter;
    bool started;
    int64_t first; /* unwrapped sequence numbers */
    int64_t highest;
    uint64_t received;
    uint64_t expected_before; /* at the last report */
    uint64_t received_before;
    uint32_t last_sr; /* compact NTP */
    uint64_t last_sr_arrival_us;
};

void reception_statistics_init(struct reception_statistics *statistics, uint32_t clock_rate);
void reception_statistics_on_packet(struct reception_statistics *statistics, uint16_t sequence,
                                    uint32_t timestamp, uint64_t arrival_us);
void reception_statistics_on_sender_report(struct reception_statistics *statistics, uint64_t ntp,
                                           uint64_t arrival_us);
/* Makes the block about `ssrc` and begins the next interval. Returns 0, or -ENOENT when nothing has
 * come yet. */
int reception_statistics_report(struct reception_statistics *statistics, uint32_t ssrc,
                                uint64_t now_us, struct rtcp_report_block *ret_block);

#endif
