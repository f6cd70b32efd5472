/* subscribed_track.h - one m-line of a slot: one outgoing track, whoever is in the slot.
 *
 *   routed packet --> gate --> picture_filter --> downlink clear? --> numbers, timestamp, picture
 * ids
 *                                                   | no                           |
 *                                                   v                              v
 *                                             waits its turn -------------> header of this receiver
 * --> sink shared payload ------------^
 *
 * The receiver sees one stream for life: numbers and timestamps go on unbroken when the source
 * changes (outgoing_numbers.h), and there is never a BYE, which a browser takes for the end of the
 * track. Pure. Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_SUBSCRIBED_TRACK_H
#define BEDSIDE_MEDIA_ROUTER_SUBSCRIBED_TRACK_H

#include "gateway/base/cleanup.h"
#include "media/congestion/bitrate_allocator.h"
#include "media/router/downlink.h"
#include "media/router/endpoint_media.h"
#include "media/router/published_track.h"

struct byte_writer;
struct sound_line;

/* What the lines of one receiver share. */
struct subscriber {
    struct downlink downlink;
    struct media_extension_ids extensions; /* as this receiver negotiated them */
    bool open;       /* in the room, and its transport is up: nothing is sent before */
    bool has_begun;  /* a line goes on with another source, whose first report goes at once */
    uint32_t rtt_us; /* 0 while unknown */
    uint64_t packets_retransmitted;
    uint64_t sound_bytes;         /* sent, with headers */
    uint16_t sound_lost_permille; /* of what was said to it, after repair; smoothed */
    uint64_t sound_looked_at_us;
    bool has_feedback;      /* transport-wide */
    uint8_t feedback_count; /* of the newest */
};

struct subscribed_track;

/* `subscriber` is borrowed and outlives the track. */
struct subscribed_track *subscribed_track_create(enum media_kind kind,
                                                 const struct endpoint_slot_line *line,
                                                 struct subscriber *subscriber, uint64_t now_us);
struct subscribed_track *subscribed_track_destroy(struct subscribed_track *track);
DEFINE_AUTO(subscribed_track)

/* Video follows the deviation of its slot's audio; `audio` is borrowed and outlives it, or NULL. */
void subscribed_track_follow(struct subscribed_track *video, const struct subscribed_track *audio);
/* Renegotiated: with the same SSRC all state stays, with another one the track waits for a key
 * frame. Sequence numbers go on in either case. */
void subscribed_track_set_line(struct subscribed_track *track,
                               const struct endpoint_slot_line *line);
/* Listens to `source` (borrowed until it says that it is gone); NULL: to nothing. */
void subscribed_track_set_source(struct subscribed_track *track, struct published_track *source,
                                 uint64_t now_us);
struct published_track *subscribed_track_source(const struct subscribed_track *track);

uint32_t subscribed_track_ssrc(const struct subscribed_track *track);

/* ---- what its receiver's link bears ---- */

/* From now on, of a picture. One that was nothing or a still begins with a key frame, which is
 * asked for. */
void subscribed_track_choose(struct subscribed_track *track, struct picture_choice choice,
                             uint64_t now_us);

/* Of a picture: the receiver is told to keep it back for as long as a repair takes on its link
 * (picture_protection.h), from the next packet on. Every 20 to 60 ms. */
void subscribed_track_tell_playout_delay(struct subscribed_track *track);

struct subscribed_picture {
    int layer;               /* that passes now; -1: none */
    uint64_t sent_at_us;     /* the last packet; 0: never */
    uint64_t stuck_since_us; /* its receiver waits for a key frame; 0: it does not */
    bool is_still;
};

void subscribed_track_picture(const struct subscribed_track *track,
                              struct subscribed_picture *ret_picture);

/* The downlink lets a packet go that waited (downlink_wait()). */
void subscribed_track_send_waiting(struct subscribed_track *track,
                                   const struct paced_packet *waiting, uint64_t now_us);
/* What waited of it has been dropped: it goes on with a key frame. */
void subscribed_track_on_overdue(struct subscribed_track *track, uint64_t now_us);
/* Sends padding of about so many bytes: an old packet as RTX, or one that carries nothing. Returns
 * 0, or -ENOENT when it has none. */
int subscribed_track_pad(struct subscribed_track *track, uint64_t bytes, uint64_t now_us);

/* ---- what its receiver asks for ---- */

/* Answers by RTX what is still there. */
void subscribed_track_on_nack(struct subscribed_track *track, const uint16_t *sequences,
                              size_t count, uint64_t now_us);
void subscribed_track_want_keyframe(struct subscribed_track *track, uint64_t now_us);

/* ---- sound ---- */

/* NULL for a picture. */
struct sound_line *subscribed_track_sound(const struct subscribed_track *track);

/* ---- sender reports ---- */

/* One is due: packets flow, and the last one is a second ago, or the source has just changed. Only
 * the latter is of use at once; the others are due when `is_for_what_waits`. */
bool subscribed_track_report_is_due(const struct subscribed_track *track, bool is_for_what_waits,
                                    uint64_t now_us);
/* Appends it. Returns 0 or -ENOBUFS. */
int subscribed_track_write_report(struct subscribed_track *track, struct byte_writer *writer,
                                  uint64_t now_us);

/* Its reports tell true times, so that round trips can be read from the answers; not while pictures
 * are told as captured later (picture_lag.h). */
bool subscribed_track_tells_capture_times(const struct subscribed_track *track);

#endif
