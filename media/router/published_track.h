/* published_track.h - one m-line on which a browser sends: its streams (several with simulcast, the
 * lowest layer first) and all who listen to it. Pure. Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_PUBLISHED_TRACK_H
#define BEDSIDE_MEDIA_ROUTER_PUBLISHED_TRACK_H

#include "gateway/base/cleanup.h"
#include "gateway/base/list.h"
#include "media/router/endpoint_media.h"
#include "media/router/published_stream.h"
#include "media/router/repair_wait.h"
#include "media/router/sound_frames.h"

#define PUBLISHED_STREAMS_MAX MEDIA_RIDS_MAX

struct published_track;

/* A packet on its way to those who listen. */
struct routed_packet {
    struct published_stream *stream;
    struct packet_buffer *packet; /* borrowed; lock it to keep it */
    enum media_codec codec; /* MEDIA_CODEC_NONE: it carries nothing, and shall leave no hole */
    bool is_backlog;        /* too old to be shown (picture_backlog.h) */
    uint64_t now_us;
};

struct track_listener;

struct track_listener_ops {
    void (*on_packet)(struct track_listener *listener, const struct routed_packet *routed);
    /* One of its streams stopped, or begins anew. */
    void (*on_stream_changed)(struct track_listener *listener,
                              const struct published_stream *stream);
    /* The track is no more; the listener has been taken off. */
    void (*on_track_gone)(struct track_listener *listener);
};

struct track_listener {
    struct list in_track;
    const struct track_listener_ops *ops; /* borrowed */
};

struct published_track {
    struct endpoint_publication negotiated;
    size_t stream_count;
    struct published_stream streams[PUBLISHED_STREAMS_MAX];
    struct list listeners;
    bool lowest_layer_alone;     /* the others are not sent on; set by its room */
    struct repair_wait repairs;  /* of pictures, on their way to us */
    uint32_t receivers_reach_us; /* for how long those who listen may ask; noted by their room */
    struct sound_frames frames;  /* of sound: how long they are to be */
    uint32_t thinnest_bps;       /* of the links of those who hear it; noted, too */
    uint8_t receivers_loss;      /* of sound: the worst of theirs, in 1/256; noted, too */
    bool is_repeated;            /* of sound: somebody is sent earlier frames again; noted, too */
};

struct published_track *published_track_create(const struct endpoint_publication *negotiated,
                                               struct publisher_clock *publisher);
/* Tells its listeners. Accepts NULL. Always returns NULL. */
struct published_track *published_track_destroy(struct published_track *track);
DEFINE_AUTO(published_track)

/* Both are what published_track_create() would be given again: the state may stay. */
bool published_track_is_same(const struct published_track *track,
                             const struct endpoint_publication *negotiated);

void published_track_start_stream(struct published_track *track, struct published_stream *stream,
                                  uint32_t ssrc, uint32_t source);
void published_track_stop_stream(struct published_track *track, struct published_stream *stream);

void published_track_add_listener(struct published_track *track, struct track_listener *listener);
/* Harmless for one that does not listen. */
void published_track_remove_listener(struct track_listener *listener);

/* Hands the packet to every listener. */
void published_track_route(struct published_track *track, const struct routed_packet *routed);

/* What a payload type of this m-line means; NULL: not negotiated. */
const struct media_payload *published_track_payload(const struct published_track *track,
                                                    uint8_t payload_type, bool *ret_is_rtx);
/* The index of a rid, 0 for a track without rids, or -ENOENT. */
int published_track_layer_of_rid(const struct published_track *track,
                                 const struct rtp_extension_text *rid);
/* The stream that is named so now (published_stream.h); NULL for a NULL track, or when there is
 * none any more. */
const struct published_stream *published_track_find_stream(const struct published_track *track,
                                                           uint32_t source);
/* Looks at what is lost of it; for the tick. `rtt_us`: to the publisher. */
void published_track_look_at_losses(struct published_track *track, uint32_t rtt_us,
                                    uint64_t now_us);
/* Packets came within the last `span_us`. */
bool published_track_flows(const struct published_track *track, uint64_t span_us, uint64_t now_us);
/* Key frames can be asked for with this message. */
bool published_track_takes_pli(const struct published_track *track);
bool published_track_takes_fir(const struct published_track *track);

#endif
