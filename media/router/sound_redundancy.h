/* sound_redundancy.h - which earlier frames go along in each packet to one receiver.
 *
 *   frames before    none | the last | the one before | that before | 1, 2 | 1, 3 | 1, 2, 3
 *                              1              2              3
 *
 * For each of these *plans* it counts how many frames of the last seconds would not have been
 * heard: of two packets lost one after the other the first, where the last frame is repeated, and
 * neither, where it is the one before. So where losses come in rows, one frame from farther back is
 * worth as much as three in a row, and costs a third; where they come one by one, its receiver
 * would wait for it longer than it needs to.
 *
 *   As few are taken as would have left no more than 3 of 1000 unheard, none that would not have
 * halved that, and the nearest ones that do (or leave 10 of 1000, where none leaves 3); if the link
 * bears it: all sound together gets half of
 * what is estimated, two and three repeats no more than a fifth of that (a tenth of the link)
 * unless without the last of them more than 10 of 1000 were unheard. More at once; less when ten
 * seconds would have done with that, or at once when the link bears less. Where there is no
 * picture, nothing is kept for it.
 *
 * The encoder's own redundancy (Opus in-band FEC) comes on top: it reaches one packet back from
 * each frame that came. Pure; fields are private. Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_SOUND_REDUNDANCY_H
#define BEDSIDE_MEDIA_ROUTER_SOUND_REDUNDANCY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SOUND_REPEATS_MAX 3

#define SOUND_PLANS 7

struct sound_redundancy_count {
    uint32_t packets;
    uint32_t lost;
    uint32_t unheard[SOUND_PLANS]; /* with each plan */
};

struct sound_redundancy {
    unsigned plan;
    unsigned least;                          /* that would have done since needed_at_us */
    uint8_t lost;                            /* of the last packets; bit 0: the newest */
    struct sound_redundancy_count counts[2]; /* the last seconds, and those before */
    uint64_t count_due_us;
    uint64_t needed_at_us; /* when the plan was last needed */
    uint8_t reported_loss; /* by the last receiver report, in 1/256; for who gives no feedback */
    bool has_feedback;
};

/* What sound costs and may cost. */
struct sound_cost {
    uint32_t frame_bytes;        /* of an ordinary frame */
    uint32_t packets_per_second; /* 0: nothing flows */
    uint32_t share_bps;          /* of the link, for this line; 0: unknown, no bound */
    bool beside_picture;         /* a picture needs the rest */
};

#define SOUND_OVERHEAD_BYTES 68 /* IP, UDP, RTP with its extensions, SRTP's tag */

void sound_redundancy_init(struct sound_redundancy *redundancy);
/* The next packet's fate. */
void sound_redundancy_on_packet(struct sound_redundancy *redundancy, bool came);
/* A receiver report: counts only for who gives no transport-wide feedback. */
void sound_redundancy_on_report(struct sound_redundancy *redundancy, uint8_t fraction_lost);
/* Decides again; for the tick. */
void sound_redundancy_decide(struct sound_redundancy *redundancy, const struct sound_cost *cost,
                             uint64_t now_us);
/* The frames that go along in each packet; bit 0: the one right before it. */
uint8_t sound_redundancy_repeated(const struct sound_redundancy *redundancy);
/* Lost on the way, in 1/256, before any repair: what an encoder's redundancy should reckon with. */
uint8_t sound_redundancy_loss(const struct sound_redundancy *redundancy);

/* The rate of a line with so many repeats. */
uint32_t sound_cost_bps(const struct sound_cost *cost, unsigned repeats);

#endif
