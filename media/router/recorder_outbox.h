/* recorder_outbox.h - what the recorder is told, gathered into datagrams.
 *
 *   RTP --------------------------> batch -- full, or 100 ms old ------> sink: one datagram
 *   marks --> ring of those  -----> batch -- at once, with all before -> sink
 *             that do not fit
 *
 * A recording is in no hurry, so packets wait for one another: the socket is written to, and the
 * recorder woken, ten or twenty times a second instead of hundreds of times. A mark (TRACK, FLOW,
 * PAUSE, END) sends the batch at once. The order in which things were added is kept exactly.
 *
 * While the sink takes nothing the batch stays as it is: RTP that finds it full is dropped and
 * counted, marks wait in the ring, and RTP behind a waiting mark is dropped, too. A gateway that is
 * killed takes at most a batch with it.
 * Pure. Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_RECORDER_OUTBOX_H
#define BEDSIDE_MEDIA_ROUTER_RECORDER_OUTBOX_H

#include "gateway/base/cleanup.h"
#include "media/recorder_protocol.h"
#include "media/router/sink.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORDER_OUTBOX_HOLD_MAX_US 100000 /* with ticks of 20 ms */

struct recorder_outbox;

struct recorder_outbox *recorder_outbox_create(const struct sink *sink);
/* What was not sent is lost. Accepts NULL. Always returns NULL. */
struct recorder_outbox *recorder_outbox_destroy(struct recorder_outbox *outbox);
DEFINE_AUTO(recorder_outbox)

/* For what must not be lost. */
void recorder_outbox_add_mark(struct recorder_outbox *outbox,
                              const struct recorder_message *message);
/* One RTP packet, in pieces. */
void recorder_outbox_add_rtp(struct recorder_outbox *outbox, uint16_t track, uint64_t media_time_us,
                             const struct packet_part *parts, size_t part_count, uint64_t now_us);
/* Sends a batch that is old enough, and what the sink did not take before. Call it every 20 ms. */
void recorder_outbox_on_tick(struct recorder_outbox *outbox, uint64_t now_us);

/* The sink takes nothing any more, or too many marks wait. For good. */
bool recorder_outbox_is_broken(const struct recorder_outbox *outbox);
/* RTP packets so far. */
uint64_t recorder_outbox_dropped(const struct recorder_outbox *outbox);

#endif
