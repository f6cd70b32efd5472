/* stream_gate.h - which packets of a published track one listener lets through.
 *
 *   CLOSED --audio: any packet; video: a key frame of the wanted layer--> OPEN on that stream
 *   OPEN   --key frame of a better layer--> OPEN on that one
 *   OPEN   --the stream stopped or began anew--> CLOSED
 *
 * While a key frame is awaited it is asked for (keyframe_requester.h merges the requests). Who
 * comes soon after one need not wait for the next: if it and all that followed is still kept for
 * retransmission, they are served from there.
 * Pure. Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_STREAM_GATE_H
#define BEDSIDE_MEDIA_ROUTER_STREAM_GATE_H

#include "media/router/published_track.h"

struct stream_gate {
    uint32_t source;     /* of the stream that passes; 0: closed */
    int layer;           /* its index in the track; -1: closed */
    unsigned layers_max; /* it may choose from so many, the lowest; 0: from all */
};

enum stream_gate_decision {
    STREAM_GATE_DROP,
    STREAM_GATE_PASS,
    STREAM_GATE_SWITCH, /* passes, and is the first of its stream */
};

/* So much of the past is sent at once to a newcomer, at most: half a second at 1.2 Mbit/s. */
#define STREAM_GATE_PAST_PACKETS_MAX 64

void stream_gate_init(struct stream_gate *gate);
void stream_gate_close(struct stream_gate *gate);
enum stream_gate_decision stream_gate_decide(struct stream_gate *gate,
                                             struct published_track *track,
                                             const struct routed_packet *routed);
/* Where a closed gate may open in the past: the packet with which the last key frame begins, which
 * is as good as one that has just come. NULL: something of it or behind it is not kept, or it is
 * too long ago. Borrowed until the next packet of the stream. */
struct packet_buffer *stream_gate_find_past(const struct stream_gate *gate,
                                            struct published_track *track, uint64_t now_us,
                                            struct published_stream **ret_stream);
/* Asks for a key frame of the stream that passes, or that would. Nothing for audio. */
void stream_gate_want_keyframe(const struct stream_gate *gate, struct published_track *track,
                               uint64_t now_us);

#endif
