/* jitter_estimator.h - interarrival jitter (RFC 3550, 6.4.1 and A.8).
 * Pure; fields are private. Thread: its owner's. */
#ifndef BEDSIDE_MEDIA_RTP_JITTER_ESTIMATOR_H
#define BEDSIDE_MEDIA_RTP_JITTER_ESTIMATOR_H

#include <stdbool.h>
#include <stdint.h>

struct jitter_estimator {
    uint32_t clock_rate;
    bool started;
    uint32_t transit_rtp_ticks;
    uint32_t last_timestamp;
    uint32_t jitter_q4; /* in 1/16 ticks */
};

void jitter_estimator_init(struct jitter_estimator *estimator, uint32_t clock_rate);
/* Packets of one frame share a timestamp; only the first of them counts. */
void jitter_estimator_on_packet(struct jitter_estimator *estimator, uint32_t timestamp,
                                uint64_t arrival_us);
uint32_t jitter_estimator_rtp_ticks(const struct jitter_estimator *estimator);

#endif
