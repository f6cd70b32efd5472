/* active_speaker.h - who is speaking, from the audio levels in RTP headers (RFC 6464).
 *
 * Each member's level is smoothed with a quick rise and a slow fall, so that a word counts at once
 * and a pause for breath does not. The speaker changes when somebody else
 *   - speaks for 200 ms while the speaker is quiet, or
 *   - is clearly louder (6 dB) than the speaker for 700 ms.
 * A cough, a door or an "mm-hm" is shorter. After 8 s in which nobody spoke there is no speaker.
 * Pure. Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_ACTIVE_SPEAKER_H
#define BEDSIDE_MEDIA_ROUTER_ACTIVE_SPEAKER_H

#include "gateway/base/list.h"

#include <stdbool.h>
#include <stdint.h>

#define AUDIO_LEVEL_SILENCE 127 /* -127 dBov, also sent for digital silence */

/* One who may speak; embedded in its owner. */
struct speaker_member {
    struct list in_room;
    uint64_t id;
    uint32_t loudness; /* 127 - level, smoothed, in 1/256 dB */
    uint64_t heard_at_us;
    uint64_t leading_since_us; /* 0: is not about to take over */
};

struct active_speaker {
    struct list members;
    uint64_t speaker_id; /* 0: nobody */
    uint64_t spoken_at_us;
};

void active_speaker_init(struct active_speaker *speaker);
void active_speaker_add(struct active_speaker *speaker, struct speaker_member *member, uint64_t id);
/* A member that goes while speaking leaves the room without a speaker at the next update. */
void active_speaker_remove(struct active_speaker *speaker, struct speaker_member *member);

/* Records the level of one packet: 0 (loudest) to 127, in -dBov. */
void speaker_member_on_level(struct speaker_member *member, uint8_t level, uint64_t now_us);

/* Decides again; call each 20 to 100 ms. Returns true when the speaker changed, and sets *ret_id to
 * the new one, 0 for nobody. */
bool active_speaker_update(struct active_speaker *speaker, uint64_t now_us, uint64_t *ret_id);

#endif
