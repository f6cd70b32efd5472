/* seat_media.h - the media of a seat: in which circle of the worker's room its endpoint stands, who
 * stands in its slots, and what the worker was told of that. Private to this folder.
 *
 *   the picture says who hears whom --> circles --> slots --(the page is told)--> slots bound
 *
 * What it needs of workers is commands, which cannot fail here. Thread: control. */
#ifndef BEDSIDE_SIGNALING_SESSION_SEAT_MEDIA_H
#define BEDSIDE_SIGNALING_SESSION_SEAT_MEDIA_H

#include "signaling/session/visit_room.h"

/* Puts every endpoint of the room where the picture says, all at once: nobody is heard by those who
 * are about to go. */
void seat_media_arrange_room(struct visit_room *room);
/* Decides who stands in which slot: those whom the seat hears. */
void seat_media_assign_slots(struct seat *seat);
/* Puts into the worker's slots what the page was told stands in them. */
void seat_media_bind_slots(struct seat *seat);
/* Asks the page for another offer when somebody came who cannot decode what it sends, or the last
 * such person left. */
void seat_media_check_codec(struct seat *seat);

void seat_close_endpoint(struct seat *seat);
/* Sets a slot up anew at the worker: its picture, which starts again with a key frame, and with
 * `sound` the sound too. */
void seat_rebind_slot(struct seat *seat, size_t slot, bool sound);
/* The slots as `joined` and `slots` have them. Owned. */
json_t *seat_slots_json(const struct seat *seat);
/* Every receiver of what the seat sends. Owned array: g_free(). */
const struct endpoint_media **visit_room_receivers(const struct visit_room *room,
                                                   const struct seat *sender, size_t *ret_count);

#endif
