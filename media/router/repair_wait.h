/* repair_wait.h - for how long pictures are to be kept back, so that what is lost on one way can
 * come again in time: a receiver is told so (playout delay). The voice does not wait with them
 * (picture_lag.h).
 *
 *   loss 2 % and more    a round trip, and what passes until a gap is noticed
 *        5 % and more    two round trips, if there is time: the first repair may be lost, too
 *
 * It ends at 0.8 %. Lips should not be behind the voice by more than 160 ms. Where one round trip
 * is longer than that, each way says what is best: of a receiver's own way, what comes without
 * being asked for; of a publisher's, which sends nothing unasked, the round trip all the same, and
 * from less loss on, since every packet that is lost is a picture that stands for so long.
 *
 * Pure; fields are private. Thread: its owner's. */
#ifndef BEDSIDE_MEDIA_ROUTER_REPAIR_WAIT_H
#define BEDSIDE_MEDIA_ROUTER_REPAIR_WAIT_H

#include <stdbool.h>
#include <stdint.h>

#define REPAIR_WAIT_MAX_US 160000
/* How long a gap stays unseen, and what comes with it: a frame, and its pacing. */
#define REPAIR_WAIT_NOTICED_AFTER_US 60000

/* Where one round trip takes longer than REPAIR_WAIT_MAX_US. */
struct repair_wait_far {
    uint32_t wait_us; /* 0: nothing is waited for */
    uint32_t from_ppm;
    uint32_t until_ppm;
};

/* All zeros: it waits for nothing. */
struct repair_wait {
    bool waits;
    uint32_t wait_us; /* in steps of 20 ms; 0: nothing need be kept back */
};

/* Looks again at the losses. `far` is only read now. */
void repair_wait_update(struct repair_wait *wait, uint32_t loss_ppm, uint32_t rtt_us,
                        const struct repair_wait_far *far);

#endif
