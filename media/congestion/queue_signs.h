/* queue_signs.h - what the delays of packets say of the queue before the link: whether it is too
 * long, came suddenly, or may only be the link's own unevenness.
 *
 * Of two flows before one queue the larger gives way first: how long a queue may stand is a few of
 * a flow's own packets. Pure. Thread: any. */
#ifndef BEDSIDE_MEDIA_CONGESTION_QUEUE_SIGNS_H
#define BEDSIDE_MEDIA_CONGESTION_QUEUE_SIGNS_H

#include "media/congestion/bandwidth_estimator.h"
#include "media/congestion/queue_gauge.h"

struct queue_signs {
    uint32_t latest_us;  /* how long the last packets waited */
    uint32_t drained_us; /* less than this is no queue */
    bool over;           /* it grows or stands, or came suddenly */
    bool sudden;
    bool is_certain; /* too long for unevenness */
    bool is_uneven;  /* delays vary without us */
};

/* `usage` is the trend's, `bps` what is believed. */
void queue_signs_read(const struct queue_gauge *gauge, enum network_usage usage, double bps,
                      struct queue_signs *ret_signs);
/* The unevenness that is the link's: where packets are slow, much of it is their own length. */
uint32_t queue_signs_noise_us(const struct queue_gauge *gauge, double bps);

#endif
