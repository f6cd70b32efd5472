/* uplink_watch.h - whether a publisher's own link carries what is asked of it, seen from here.
 *
 *   A sender whose link takes less than its encoders make holds the rest back in its own queue, and
 * fills that of the bottleneck: its pictures come late, all of them, and its sound waits behind
 * them. So what counts is the least that packets of pictures were late in a while: key frames,
 * jitter and single gaps do not lift it, a queue does.
 *
 *   begins            the lowest layer alone is asked for, until a second (behind a long round trip
 *                     two) has passed without a queue: the link is *proven*
 *   late              a ceiling for all pictures, at once: less than what gets through, so that the
 *                     queue goes; lower still while it stays; up again in steps, of which the one
 *                     beyond where it broke is tried only after a while that doubles
 *   thin              pictures are late, or a better layer that is asked for stays away while
 * little comes: the sender's own estimate is too low for it. No more when more comes for ten
 * seconds, or nothing spoke for it for a minute. Also while there is a low ceiling. Where more than
 * 7 % are lost senders hold back whatever the link bears: there only lateness counts
 *
 * Pure; fields are private. Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_UPLINK_WATCH_H
#define BEDSIDE_MEDIA_ROUTER_UPLINK_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#define UPLINK_WATCH_INTERVAL_US 250000

/* What came since the last look: of its pictures, or of its sound where there are none. */
struct uplink_look {
    bool has_packet;      /* without any nothing else is looked at */
    int64_t late_us;      /* the least that one of them was late; below 0: a queue drains */
    uint32_t arrived_bps; /* of pictures, lately */
    bool is_short;        /* a better layer is asked for, and stays away */
    uint32_t loss_ppm;    /* of pictures, at the first try */
    bool has_better;      /* a better layer than the lowest came */
};

struct uplink_watch {
    uint64_t looked_at_us;
    uint64_t began_us;       /* to come; 0: not yet */
    uint64_t late_since_us;  /* 0: they are not */
    uint64_t calm_since_us;  /* 0: they are */
    uint64_t short_since_us; /* 0: nothing is missing */
    uint64_t clear_since_us; /* nothing speaks for a thin link */
    uint64_t better_since_us;
    uint64_t stepped_at_us;
    uint64_t mended_at_us; /* 0: never, or broken again */
    uint64_t hold_us;
    uint32_t ceiling_bps;
    uint32_t broke_at_bps;
    uint64_t nothing_missing_since_us; /* 0: something is, or it cannot be known */
    bool is_proven;
    bool is_wide;
    bool is_thin;
};

/* Begin with zeros. Every UPLINK_WATCH_INTERVAL_US. `rtt_us`: 0 while unknown. */
void uplink_watch_look(struct uplink_watch *watch, const struct uplink_look *look, uint32_t rtt_us,
                       uint64_t now_us);

/* It gave way all at once: of all that it sends `link_bps` get through. */
void uplink_watch_break(struct uplink_watch *watch, uint32_t link_bps, uint64_t now_us);
/* It is as it was, as far as can be known: everything may be tried again, and for three seconds
 * nothing is late: that long a sender's own estimate needs, and what it held back. */
void uplink_watch_mend(struct uplink_watch *watch, uint64_t now_us);

/* More than the lowest layer may be asked for. */
static inline bool uplink_watch_is_proven(const struct uplink_watch *watch)
{
    return watch->is_proven;
}
/* It was seen to carry more than the lowest layer, or all that there is to carry, and needs no
 * ceiling. */
static inline bool uplink_watch_is_wide(const struct uplink_watch *watch)
{
    return watch->is_wide && watch->ceiling_bps == 0;
}
/* What all its pictures together may take; 0: no limit. */
static inline uint32_t uplink_watch_ceiling_bps(const struct uplink_watch *watch)
{
    return watch->ceiling_bps;
}
/* Less than 200 kbit/s get through, as far as can be seen. */
bool uplink_watch_is_thin(const struct uplink_watch *watch);

#endif
