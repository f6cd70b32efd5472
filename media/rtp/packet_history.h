/* packet_history.h - the last packets of one published stream, kept (locked) so that losses of any
 * subscriber can be answered. One ring serves them all: a subscriber asks by the *publisher's*
 * sequence number, to which sequence_rewriter_origin() leads from its own. Bounded by count and by
 * age. Thread: the worker that owns the stream. */
#ifndef BEDSIDE_MEDIA_RTP_PACKET_HISTORY_H
#define BEDSIDE_MEDIA_RTP_PACKET_HISTORY_H

#include "gateway/base/cleanup.h"
#include "media/rtp/packet_buffer.h"

struct packet_history;

/* `capacity` is a power of two (64 to 128 for video at usual round-trip times). */
struct packet_history *packet_history_create(size_t capacity, uint32_t max_age_us);
/* Unlocks what it holds. Accepts NULL, returns NULL. */
struct packet_history *packet_history_destroy(struct packet_history *history);
DEFINE_AUTO(packet_history)

/* Locks the packet (a view in packet->rtp and arrival_us are set) in place of the one `capacity`
 * numbers before. Returns 0, -EALREADY when that number is there, -ESTALE when a newer one has its
 * place. */
int packet_history_put(struct packet_history *history, struct packet_buffer *packet);
/* Returns a borrowed packet, or NULL when it is not there or too old. */
struct packet_buffer *packet_history_find(const struct packet_history *history, uint16_t sequence,
                                          uint64_t now_us);
/* Unlocks what is too old; for the tick, so that a stream that stopped holds no packets. */
void packet_history_expire(struct packet_history *history, uint64_t now_us);
void packet_history_clear(struct packet_history *history);

#endif
