/* picture_ladder.h - what is said of one person's picture to the one who looks at it.
 *
 *   FULL <--> SMALL <--> STILL <--> SOUND_ONLY          SOUND_LOST, HIDDEN from and to any
 *
 * A picture that has not moved for 700 ms, for whatever reason, is a still: nobody looks at a
 * frozen face without a word for longer than a second. Without a new one for 5 s there is sound
 * only. What gets worse is said at once; what gets better when it has lasted, so that words do not
 * flicker. Pure; fields are private. Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_PICTURE_LADDER_H
#define BEDSIDE_MEDIA_ROUTER_PICTURE_LADDER_H

#include "media/router/picture_step.h"

#include <stdbool.h>
#include <stdint.h>

#define PICTURE_LADDER_FROZEN_US 700000
#define PICTURE_LADDER_GONE_US 5000000

struct picture_ladder {
    bool has_step;
    enum picture_step step;      /* as said last */
    enum picture_step candidate; /* has been so since: */
    uint64_t candidate_since_us;
};

/* How the picture stands. */
struct picture_state {
    bool is_shown;
    bool sound_is_lost;
    bool is_full;            /* as good as it is shown */
    bool is_still;           /* a key frame now and then is all that is sent */
    uint64_t sent_at_us;     /* the last packet of it; 0: there was none yet */
    uint64_t stuck_since_us; /* its receiver waits for a key frame; 0: it does not */
    uint64_t began_us;       /* when who is in the slot came there */
};

void picture_ladder_init(struct picture_ladder *ladder);
/* Looks again; each 20 to 200 ms. Returns true when the step changed, in *ret_step. */
bool picture_ladder_update(struct picture_ladder *ladder, const struct picture_state *state,
                           uint64_t now_us, enum picture_step *ret_step);

#endif
