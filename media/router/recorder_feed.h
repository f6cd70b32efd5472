/* recorder_feed.h - the recorder as one more receiver of everybody in the room
 * (media/recorder_protocol.h).
 *
 * Each publication becomes a track of the recording, at its best layer, with plain RTP whose
 * sequence numbers are unbroken across layers and pauses; a packet that comes late or by
 * retransmission is sent once, when it comes. Video begins with a key frame after each pause.
 *
 * Two things are strict: nothing but END follows a PAUSE until there is a FLOW, and what is not RTP
 * is never lost: when the socket is full it waits, in order, and RTP is dropped and counted
 * meanwhile (recorder_outbox.h, which also gathers packets, so that the socket is written to a few
 * times a second). Pure. Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_RECORDER_FEED_H
#define BEDSIDE_MEDIA_ROUTER_RECORDER_FEED_H

#include "gateway/base/cleanup.h"
#include "media/router/published_track.h"
#include "media/router/sink.h"

struct recorder_feed;

/* Starts paused. */
struct recorder_feed *recorder_feed_create(const struct sink *sink);
/* Stops listening. Accepts NULL. Always returns NULL. */
struct recorder_feed *recorder_feed_destroy(struct recorder_feed *feed);
DEFINE_AUTO(recorder_feed)

/* Listens to a publication until it goes or is removed. */
void recorder_feed_add_track(struct recorder_feed *feed, struct published_track *track,
                             const char *label);
void recorder_feed_remove_track(struct recorder_feed *feed, const struct published_track *track);

void recorder_feed_resume(struct recorder_feed *feed, int64_t wall_ms, uint64_t now_us);
void recorder_feed_pause(struct recorder_feed *feed, int64_t wall_ms, uint64_t now_us);
/* Says END; pause before. */
void recorder_feed_end(struct recorder_feed *feed, uint64_t now_us);
/* A datagram from the recorder: it may ask for key frames. Anything else is ignored. */
void recorder_feed_on_message(struct recorder_feed *feed, const uint8_t *datagram, size_t size,
                              uint64_t now_us);
/* Sends what waited long enough (recorder_outbox.h). Call it every 20 ms. */
void recorder_feed_on_tick(struct recorder_feed *feed, uint64_t now_us);

bool recorder_feed_is_flowing(const struct recorder_feed *feed);
/* The sink takes nothing any more, or what must not be lost no longer fits. */
bool recorder_feed_is_broken(const struct recorder_feed *feed);
/* RTP packets for which the recorder had no room, so far. */
uint64_t recorder_feed_dropped(const struct recorder_feed *feed);

#endif
