/* queue_gauge.h - how long packets wait before the bottleneck: their one-way delay above the least
 * of the last 15 to 30 s, which also follows the drift of two clocks.
 *
 * Jitter and the bursts of single pictures only ever add delay, so what counts as a queue is the
 * least delay of several groups of packets: a queue that stands lifts all of them. Pure; fields are
 * private. Thread: its owner's. */
#ifndef BEDSIDE_MEDIA_CONGESTION_QUEUE_GAUGE_H
#define BEDSIDE_MEDIA_CONGESTION_QUEUE_GAUGE_H

#include "media/rtp/minimum_filter.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QUEUE_GAUGE_GROUPS 64

struct queue_gauge {
    struct minimum_filter base;
    int64_t base_us;
    uint32_t allowance_us; /* more than the base without any queue, at allowed_at_us */
    uint64_t allowed_at_us;
    uint32_t unevenness_us; /* how much the delay changes from group to group, on average */
    size_t groups;          /* counted up to QUEUE_GAUGE_GROUPS */
    size_t newest;
    struct {
        uint64_t sent_us; /* of its first packet */
        int64_t delay_us; /* the least; on no clock's scale */
    } ring[QUEUE_GAUGE_GROUPS];
};

void queue_gauge_init(struct queue_gauge *gauge);
void queue_gauge_add(struct queue_gauge *gauge, uint64_t sent_us, uint64_t arrival_us);
/* The least wait among the groups of the last `window_us`, and at least `groups_min` of them; 0
 * while there are fewer. */
uint32_t queue_gauge_floor_us(const struct queue_gauge *gauge, uint64_t window_us,
                              size_t groups_min);
/* How long this packet waited; it is not counted. 0 while nothing is known. */
uint32_t queue_gauge_wait_us(const struct queue_gauge *gauge, uint64_t sent_us,
                             uint64_t arrival_us);
/* How much the delay changes from group to group, which is no queue. */
uint32_t queue_gauge_unevenness_us(const struct queue_gauge *gauge);
/* The delay of now is the path's, not ours: the base begins anew. */
void queue_gauge_rebase(struct queue_gauge *gauge, bool is_uneven, uint64_t now_us);

#endif
