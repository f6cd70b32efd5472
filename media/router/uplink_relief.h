/* uplink_relief.h - lets a sudden queue on a publisher's own link drain: for as long as it takes,
 * its browser is told to send less than what gets through (REMB, rtcp_feedback.h).
 *
 *   Its own estimator hears of the queue late, since what we tell it waits behind what we send, and
 * then takes nearly all that gets through, so that the queue goes slowly: its sound stays seconds
 * late. REMB is a ceiling beside that estimator, which goes on and takes over when it is lifted.
 *
 *   late         its sound and its pictures both (a slow camera makes only pictures late), for a
 *                while; at once when that grows and much less comes than before, since whatever
 *                waits until it is told otherwise is as much silence for who listens
 *   capped       at three fifths of what gets through, no less than sound and the least picture
 *                take; lower when still less gets through. Much less would be remembered by its own
 *                estimator, which comes back from there by 8 % a second: the rest is asked of the
 *                camera (layers_wanted.h)
 *   calm         the queue is gone for a second: up by half every half second to what got through,
 *                then lifted; late again soon after, it waits twice as long, up to 8 s
 *   given up     it neither grows nor falls, or never goes: a longer way, which is the measure then
 *   silent       lifted: nothing tells what holds
 *
 * Lifting is repeated, since a cap stays with the browser until it is told another. Pure; fields
 * are private. Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_UPLINK_RELIEF_H
#define BEDSIDE_MEDIA_ROUTER_UPLINK_RELIEF_H

#include <stdbool.h>
#include <stdint.h>

#define UPLINK_RELIEF_INTERVAL_US 50000
/* Says that there is no limit. A 0 would be one to who takes it at its word. */
#define UPLINK_RELIEF_LIFTED_BPS 1000000000u

/* What came since the last look. */
struct uplink_relief_look {
    bool has_sound;
    bool has_pictures;
    int64_t sound_late_us; /* the least that a packet was late (lateness_gauge.h) */
    int64_t pictures_late_us;
    uint64_t bytes; /* of everything, ever */
};

struct uplink_relief {
    uint64_t looked_at_us;
    uint64_t bytes;       /* then */
    uint64_t began_us;    /* 0: not yet */
    uint64_t sound_at_us; /* heard */
    int64_t way_us;       /* of lateness that is no queue */
    int64_t late_us;      /* the queue at the last look */
    int64_t pictures_late_us;
    uint64_t pictures_at_us;
    unsigned grew;     /* in so many looks one after the other */
    int64_t stands_us; /* about so late, while it is capped */
    uint64_t stands_since_us;
    uint64_t capped_since_us;
    uint64_t late_since_us; /* 0: it is not */
    uint64_t calm_since_us; /* 0: it is not */
    uint64_t stepped_at_us;
    uint64_t lifted_at_us; /* 0: never */
    uint64_t hold_us;
    uint32_t usual_bps; /* what came before the queue */
    uint32_t came_bps;  /* in the last few looks */
    uint32_t link_bps;  /* what gets through it */
    uint32_t cap_bps;   /* 0: none */

    bool is_falling;
    bool is_raised; /* the cap, since it was last lowered */
    bool is_news;
    unsigned liftings_left;
    uint64_t said_at_us;
};

/* Begin with zeros. Every UPLINK_RELIEF_INTERVAL_US, also when nothing came. */
void uplink_relief_look(struct uplink_relief *relief, const struct uplink_relief_look *look,
                        uint64_t now_us);
/* Whether something is to be told now, and then what; `goes_anyway`: it takes no packet of its own.
 * What was taken is told. */
bool uplink_relief_take(struct uplink_relief *relief, bool goes_anyway, uint64_t now_us,
                        uint32_t *ret_bps);

/* A queue drains: nothing more is to be asked of the publisher. */
static inline bool uplink_relief_is_capped(const struct uplink_relief *relief)
{
    return relief->cap_bps != 0;
}

#endif
