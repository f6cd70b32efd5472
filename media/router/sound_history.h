/* sound_history.h - the last frames of one published stream of sound, for those receivers who are
 * to have them a second time in later packets (RFC 2198).
 *
 * One for all of them. It holds on to packets only while somebody wants it: each is a buffer of
 * the worker's pool. Pure. Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_SOUND_HISTORY_H
#define BEDSIDE_MEDIA_ROUTER_SOUND_HISTORY_H

#include "media/rtp/packet_buffer.h"
#include "media/rtp/red_audio.h"

#define SOUND_HISTORY_PLACES 4 /* the newest, and what is repeated at most */

struct sound_history {
    bool wanted;
    struct packet_buffer *packets[SOUND_HISTORY_PLACES]; /* locked, or NULL; by sequence number */
};

/* Not wanted: lets go of all. */
void sound_history_set_wanted(struct sound_history *history, bool wanted);
void sound_history_clear(struct sound_history *history);
/* Locks the packet, while it is wanted. */
void sound_history_put(struct sound_history *history, struct packet_buffer *packet);

/* Finds those frames before a packet that are `wanted` (bit 0: the one right before it), the oldest
 * first, but for those that are missing, or that RED cannot carry. Returns how many, and which in
 * *ret_found; borrowed until the next put. */
size_t sound_history_find(const struct sound_history *history, const struct rtp_packet *packet,
                          uint8_t wanted, uint8_t *ret_found,
                          struct red_audio_frame ret_frames[SOUND_HISTORY_PLACES - 1]);

#endif
