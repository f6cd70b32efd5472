/* sound_delivery.h - which frames of one line of sound its receiver got, from transport-wide
 * feedback about the packets that carried them.
 *
 *   sent: packet 7 with frames 5, 6, 7     told: 5 lost, 6 lost, 7 came     --> 5, 6, 7 were heard
 *
 * A frame was heard when its packet came, or one after it that repeats it. Packets that the gateway
 * itself never had leave a hole in the line's numbers, and count as lost: nobody heard them either.
 * What becomes of a frame is told in order, 400 ms after it was sent at the earliest (later packets
 * and late feedback may change it) and 2 s at the latest; 4.5 s while no feedback comes at all.
 *
 *   Feedback itself is lost, too; its messages are numbered, so that this shows. Of what the
 * missing ones would have told nothing is known: it counts neither as lost, nor as come, and words
 * in it are not taken for missed. (All of it would look like a row of lost packets, and that on any
 * link that loses one in a hundred.)
 *
 * Pure; fields are private. Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_SOUND_DELIVERY_H
#define BEDSIDE_MEDIA_ROUTER_SOUND_DELIVERY_H

#include "media/rtp/rtcp_transport_cc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SOUND_DELIVERY_PLACES 256 /* five seconds; a power of two */

struct sound_delivery_place {
    uint32_t sent_ms;
    uint16_t transport_sequence;
    uint8_t repeated; /* the frames before its own that it carries; bit 0: the last one */
    uint8_t is_speech : 1;
    uint8_t is_sent : 1;
    uint8_t is_told : 1;
    uint8_t is_here : 1; /* told as received */
    uint8_t is_dark : 1; /* what would have told of it was lost */
};

struct sound_delivery {
    bool started;
    uint16_t newest;  /* of the line's sequence numbers */
    uint16_t next;    /* whose fate is told next */
    uint16_t told_to; /* the newest transport-wide number of the last feedback */
    bool is_told;     /* there was one */
    struct sound_delivery_place places[SOUND_DELIVERY_PLACES];
};

struct sound_sent {
    uint16_t sequence;
    uint16_t transport_sequence;
    uint8_t repeated;
    bool is_speech;
};

/* What became of one frame. */
struct sound_fate {
    uint64_t sent_us; /* to the millisecond; of a hole: when it showed */
    bool is_speech;   /* of a hole: whether the frame before it was */
    bool is_known;    /* what became of its packet */
    bool packet_came;
    bool heard; /* or nobody can say that it was not */
};

/* Forgets what was sent. */
void sound_delivery_init(struct sound_delivery *delivery);
void sound_delivery_on_sent(struct sound_delivery *delivery, const struct sound_sent *sent,
                            uint64_t now_us);
/* `statuses` follow each other, as rtcp_transport_cc_read() returns them. `missing`: so many
 * messages between this one and the last one never came. */
void sound_delivery_on_feedback(struct sound_delivery *delivery,
                                const struct transport_cc_status *statuses, size_t count,
                                unsigned missing);
/* Returns true with the fate of the next frame, false when that is not known yet. */
bool sound_delivery_next(struct sound_delivery *delivery, uint64_t now_us,
                         struct sound_fate *ret_fate);

#endif
