/* delay_trend.h - whether packets take longer and longer: a line through the one-way delays of the
 * last groups of packets (draft-ietf-rmcat-gcc-02, 5.2 and 5.3, with least squares in the place of
 * the Kalman filter).
 *
 * Packets that leave within 5 ms are one group, since pacers and radio links send in bursts. Only
 * changes of the delay matter, so the two clocks need not agree. Pure; fields are private. Thread:
 * its owner's. */
#ifndef BEDSIDE_MEDIA_CONGESTION_DELAY_TREND_H
#define BEDSIDE_MEDIA_CONGESTION_DELAY_TREND_H

#include <stdbool.h>
#include <stdint.h>

#define DELAY_TREND_GROUPS 20

struct packet_group {
    uint64_t first_sent_us;
    uint64_t last_sent_us;
    uint64_t last_arrival_us;
};

struct delay_trend {
    unsigned groups; /* complete ones, counted up to a bound */
    bool open;       /* `current` holds a packet */
    bool known;      /* `previous` holds one */
    struct packet_group current;
    struct packet_group previous;
    uint64_t first_arrival_us;
    double accumulated_ms;
    double smoothed_ms;
    unsigned next; /* where the next point goes */
    struct {
        double arrival_ms;
        double delay_ms;
    } points[DELAY_TREND_GROUPS];
};

void delay_trend_init(struct delay_trend *trend);
/* A packet that arrived. Returns true when it ends a group and there are groups enough for a
 * line: `ret_trend_ms` is its slope, scaled so that the threshold of overuse_detector fits. */
bool delay_trend_add(struct delay_trend *trend, uint64_t sent_us, uint64_t arrival_us,
                     double *ret_trend_ms);

#endif
