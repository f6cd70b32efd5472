/* packet_history.h - the last packets of one published stream, kept (locked) so that losses of any
 * subscriber can be answered. One ring serves them all: a subscriber asks by the *publisher's*
 * sequence number, to which sequence_rewriter_origin() leads from its own.
 *
 * What may still be asked for is a matter of time (retransmission_reach.h), so packets are kept by
 * age; the ring has as many places as that takes at the stream's rate:
 *
 *   places = 128, doubled while more than half of them are in use, at most 512;
 *            halved when no more than an eighth was in use for 2 s
 *
 * Half of them stay free for what a key frame brings until the next tick. Only
 * packet_history_tend(), which the tick calls, allocates. Thread: the worker that owns the stream.
 */
#ifndef BEDSIDE_MEDIA_RTP_PACKET_HISTORY_H
#define BEDSIDE_MEDIA_RTP_PACKET_HISTORY_H

#include "gateway/base/cleanup.h"
#include "media/rtp/packet_buffer.h"

#define PACKET_HISTORY_PLACES_MIN 128
#define PACKET_HISTORY_PLACES_MAX 512

struct packet_history;

struct packet_history *packet_history_create(uint32_t max_age_us);
/* Unlocks what it holds. Accepts NULL, returns NULL. */
struct packet_history *packet_history_destroy(struct packet_history *history);
DEFINE_AUTO(packet_history)

/* Locks the packet (a view in packet->rtp and arrival_us are set) in the place of its number.
 * Returns 0, -EALREADY when that number is there, -ESTALE when a newer one has its place. */
int packet_history_put(struct packet_history *history, struct packet_buffer *packet);
/* Returns a borrowed packet, or NULL when it is not there or too old. */
struct packet_buffer *packet_history_find(const struct packet_history *history, uint16_t sequence,
                                          uint64_t now_us);
/* Unlocks what is older than `max_age_us`, from now on the greatest age, as each new packet does,
 * too, and makes the ring as large as it has to be. For the tick. */
void packet_history_tend(struct packet_history *history, uint32_t max_age_us, uint64_t now_us);
void packet_history_clear(struct packet_history *history);
size_t packet_history_places(const struct packet_history *history);
size_t packet_history_bytes(const struct packet_history *history);

#endif
