/* room.h - one call: who is in it, who receives whom, who speaks, and whether it is recorded.
 *
 *   worker --> room_endpoint_on_rtp() --> published_stream --> published_track --> track_listener
 *                                                                                   |        |
 *                                                     subscribed_track (a slot line)  recorder_feed
 *                                                                                   |        |
 *                                                                                  sink     sink
 *
 * Endpoints in one circle (room_circle.h) may send to each other; outside (as they are opened) they
 * neither send to anybody nor receive from anybody. Pure: time is given, packets leave through
 * sinks. Thread: belongs to the worker it lives on. */
#ifndef BEDSIDE_MEDIA_ROUTER_ROOM_H
#define BEDSIDE_MEDIA_ROUTER_ROOM_H

#include "gateway/base/cleanup.h"
#include "media/router/picture_step.h"
#include "media/router/room_circle.h"
#include "media/router/sink.h"

#include <stdbool.h>
#include <stdint.h>

struct layers_order;
struct packet_buffer_pool;
struct room;
struct room_endpoint;
struct sound_order;

/* Of what `speaker_id` said, `listener_id` did not hear `missed_ms` of the `of_ms` that followed
 * `began_wall_ms`. */
struct room_missed_words {
    uint64_t listener_id;
    uint64_t speaker_id;
    int64_t began_wall_ms;
    uint32_t missed_ms;
    uint32_t of_ms;
};

/* What the owner of a room is told. None of them may destroy the room or an endpoint. */
struct room_ops {
    /* `endpoint_id` 0: nobody has spoken for a while. */
    void (*on_speaker)(void *context, uint64_t room_id, uint64_t endpoint_id);
    /* Words were missed (unheard_speech.h). May be NULL. */
    void (*on_missed_words)(void *context, const struct room_missed_words *missed);
    /* The recorder's sink takes no more; detach it. */
    void (*on_recording_broken)(void *context, uint64_t room_id);
    /* What `endpoint_id` has of the picture of who is in its slot; NULL: nobody is told. */
    void (*on_picture)(void *context, uint64_t endpoint_id, uint32_t slot, uint64_t source_id,
                       enum picture_step step);
    /* How its microphone is to be sent (sound_frames.h); NULL: nobody is told. */
    void (*on_sound_wanted)(void *context, uint64_t endpoint_id, const struct sound_order *order);
    /* What is needed of a picture that it sends; NULL: nobody is told. */
    void (*on_layers_wanted)(void *context, uint64_t endpoint_id, const char *mid,
                             const struct layers_order *order);
};

struct room_config {
    uint64_t id;
    struct packet_buffer_pool *packets; /* borrowed */
    size_t packets_reserve;     /* below this many free ones nothing is kept for retransmission */
    const struct room_ops *ops; /* borrowed */
    void *context;              /* borrowed */
};

struct room *room_create(const struct room_config *config);
/* Endpoints must have been closed (asserted). Ends a recording that is attached. Accepts NULL.
 * Always returns NULL. */
struct room *room_destroy(struct room *room);
DEFINE_AUTO(room)

uint64_t room_id(const struct room *room);

/* Under too much load: of tracks with several layers only the lowest is sent on, of the others only
 * the speaker's picture. Sound is not touched. When a picture comes back its key frame is asked
 * for. */
void room_set_thinned(struct room *room, bool thinned, uint64_t now_us);

/* Reports, feedback, requests that are due, the speaker: call each 20 to 50 ms. */
void room_on_tick(struct room *room, uint64_t now_us);

/* Packets wait for their turn, a probe is under way, or something is missing that will have to be
 * asked for: call room_send_waiting() every 5 ms. */
bool room_is_waiting(const struct room *room);
void room_send_waiting(struct room *room, uint64_t now_us);

/* ---- endpoints ---- */

struct room_endpoint_config {
    uint64_t id;
    const char *label; /* copied; files its tracks at the recorder */
    struct sink sink;  /* takes SINK_RTP and SINK_RTCP */
};

/* Returns the endpoint, outside the room, or NULL when the room has ROOM_ENDPOINTS_MAX. Owned by
 * the room until room_close_endpoint(). */
struct room_endpoint *
room_open_endpoint(struct room *room, const struct room_endpoint_config *config, uint64_t now_us);
/* Steps out first. */
void room_close_endpoint(struct room *room, struct room_endpoint *endpoint);
/* Puts it into a circle, or outside. Whoever leaves a circle leaves empty slots, their own and
 * those that they were in; nothing that they sent there is sent on later. Among the new ones they
 * send and receive as slots are bound. Standing there already changes nothing. (room_circles.c) */
void room_move(struct room *room, struct room_endpoint *endpoint, enum room_circle circle);
/* Puts another endpoint of the room into a slot; `source_id` 0 empties it. Returns 0, -ENOENT when
 * they do not stand in one circle, -ERANGE for a slot that was not negotiated, -EINVAL for itself.
 */
int room_bind_slot(struct room *room, struct room_endpoint *endpoint, uint32_t slot,
                   uint64_t source_id, bool video, uint64_t now_us);

/* ---- recording ---- */

/* Starts paused. Takes the place of a feed that broke; detach one that works before. `sink` takes
 * SINK_RECORDER. */
void room_attach_recorder(struct room *room, const struct sink *sink);
/* From now on packets flow, and every publisher is asked for a key frame. Returns 0, or -ENOENT
 * without a recorder. */
int room_resume_recording(struct room *room, int64_t wall_ms, uint64_t now_us);
/* From now on not one packet. Returns 0, or -ENOENT. */
int room_pause_recording(struct room *room, int64_t wall_ms, uint64_t now_us);
/* Pauses, says END, lets go of the sink. Returns 0, or -ENOENT. */
int room_detach_recorder(struct room *room, int64_t wall_ms, uint64_t now_us);
/* RTP packets of all recordings so far for which a recorder had no room. */
uint64_t room_recorder_dropped(const struct room *room);
/* A datagram from the recorder. */
void room_on_recorder_message(struct room *room, const uint8_t *datagram, size_t size,
                              uint64_t now_us);

#endif
