/* room_sound.h - the sound of a whole room: who needs it repeated, what that may cost, whom to tell
 * of losses, and who missed words. Thread: belongs to the worker of the room. */
#ifndef BEDSIDE_MEDIA_ROUTER_ROOM_SOUND_H
#define BEDSIDE_MEDIA_ROUTER_ROOM_SOUND_H

#include "media/router/sound_line.h"

struct room;
struct room_endpoint;
struct transport_cc_status;

/* Decides for each line of sound, notes at each microphone what its receivers need, and tells the
 * owner of the room what was missed. */
void room_sound_on_tick(struct room *room, uint64_t now_us);
/* An endpoint's transport-wide feedback tells which sound came; before it `missing` were lost. */
void room_sound_on_feedback(struct room_endpoint *endpoint,
                            const struct transport_cc_status *statuses, size_t count,
                            unsigned missing);

/* Frames that it did not hear, of 1000 that it was sent since the last call. */
uint16_t room_sound_take_lost_permille(struct room_endpoint *endpoint);

#endif
