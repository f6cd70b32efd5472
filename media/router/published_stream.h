/* published_stream.h - one stream that a browser sends: one SSRC, with the retransmissions of it
 * (RFC 4588). A simulcast track has several.
 *
 *   packet --> seen before? --> statistics, losses, clock --> key frame? --> kept for
 * retransmission
 *
 * It is made when negotiated, and starts when its SSRC is known; a publisher that begins anew under
 * another SSRC starts it anew. Pure. Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_PUBLISHED_STREAM_H
#define BEDSIDE_MEDIA_ROUTER_PUBLISHED_STREAM_H

#include "gateway/base/cleanup.h"
#include "media/router/lateness_gauge.h"
#include "media/router/layer_meter.h"
#include "media/router/simulcast_selector.h"
#include "media/router/sound_history.h"
#include "media/router/sound_repair.h"
#include "media/rtp/keyframe_requester.h"
#include "media/rtp/nack_generator.h"
#include "media/rtp/packet_buffer.h"
#include "media/rtp/packet_history.h"
#include "media/rtp/receive_window.h"
#include "media/rtp/reception_statistics.h"
#include "media/rtp/retransmission_reach.h"
#include "media/rtp/rtp_clock.h"

struct published_stream {
    uint32_t ssrc;     /* 0: not known yet */
    uint32_t rtx_ssrc; /* 0: not known, or none */
    uint32_t source;   /* names it to those who rewrite numbers; another one after each start; 0:
                          stopped */
    uint32_t clock_rate;
    int32_t lost_reported; /* cumulative loss by the last receiver report */
    uint32_t recovered;    /* of these, from what a later packet repeated */
    uint64_t lost_before;  /* before the last start */
    struct simulcast_layer layer;
    struct layer_meter meter;
    struct receive_window window;
    struct reception_statistics statistics;
    struct rtp_clock clock;
    struct keyframe_requester keyframes;
    struct lateness_gauge lateness;
    struct lateness_gauge lateness_now; /* asked more often */
    struct sound_repair sound;
    struct sound_history recent;       /* of sound: what receivers are sent again */
    struct publisher_clock *publisher; /* borrowed */
    struct nack_generator *nack;       /* owned; NULL when NACK was not negotiated */
    struct packet_history *history;    /* owned; NULL when nobody can ask for retransmissions */
    struct retransmission_reach reach; /* of the history */
};

struct published_stream_config {
    enum media_kind kind;
    bool nack;                         /* negotiated with the publisher */
    struct publisher_clock *publisher; /* borrowed; outlives the stream */
};

void published_stream_init(struct published_stream *stream,
                           const struct published_stream_config *config);
/* Lets go of the packets it keeps. */
void published_stream_finish(struct published_stream *stream);

/* Begins anew under `ssrc`; `source` was never used in this room. */
void published_stream_start(struct published_stream *stream, uint32_t ssrc, uint32_t source);
void published_stream_stop(struct published_stream *stream);

static inline bool published_stream_is_started(const struct published_stream *stream)
{
    return stream->source != 0;
}

/* Something is missing that may be asked for. */
static inline bool published_stream_misses(const struct published_stream *stream)
{
    return stream->nack && nack_generator_is_missing(stream->nack);
}

/* Takes a packet of this stream whose view is parsed (and unwrapped, if `packet->retransmitted`: by
 * RTX, or out of a later packet), and fills in media time. Returns 0, -EALREADY or -ESTALE for one
 * that came before or comes too late. */
int published_stream_receive(struct published_stream *stream, struct packet_buffer *packet,
                             uint64_t now_us);
/* Keeps a packet for retransmission, or for repetition in later ones. */
void published_stream_keep(struct published_stream *stream, struct packet_buffer *packet);

/* Lets go of packets that nobody will ask for any more; for the tick. `receivers_reach_us`: for how
 * long those who receive the stream may ask (retransmission_reach_for()), 0 while nobody does. */
void published_stream_tend(struct published_stream *stream, uint32_t receivers_reach_us,
                           uint64_t now_us);

/* Packets that never came, also not by RTX or in a later one. */
uint64_t published_stream_lost(const struct published_stream *stream);

#endif
