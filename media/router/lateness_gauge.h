/* lateness_gauge.h - how late the packets of one stream come, against the earliest of them.
 *
 *   arrival less the time that the timestamp tells: its least is the way without any queue, as far
 *   as that was ever seen. So a queue that was there from the beginning is not seen while it
 *   stands, but when it drains: packets come earlier than ever.
 *
 * The earliest is forgotten by a millisecond a second, since clocks drift. Pure; fields are
 * private. Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_LATENESS_GAUGE_H
#define BEDSIDE_MEDIA_ROUTER_LATENESS_GAUGE_H

#include <stdbool.h>
#include <stdint.h>

/* Begin with zeros. */
struct lateness_gauge {
    bool is_started;
    bool has_packet;     /* since it was asked before */
    int64_t timestamp;   /* the newest, unwrapped */
    int64_t least_us;    /* since it was asked before */
    int64_t earliest_us; /* ever, forgotten slowly */
    uint64_t asked_at_us;
};

/* A packet as it came from the network, not one that was sent again. */
void lateness_gauge_note(struct lateness_gauge *gauge, uint32_t timestamp, uint32_t clock_rate,
                         uint64_t arrival_us);
/* The least that a packet was late since this was asked before; below 0: it came so much earlier
 * than all before. Returns false when none came. */
bool lateness_gauge_take(struct lateness_gauge *gauge, uint64_t now_us, int64_t *ret_late_us);

#endif
