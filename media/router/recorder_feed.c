#include "media/router/recorder_feed.h"

#include "gateway/base/sequence_number.h"
#include "media/recorder_protocol.h"
#include "media/router/recorder_outbox.h"
#include "media/router/stream_gate.h"
#include "media/rtp/rtp_extensions.h"
#include "media/rtp/sequence_rewriter.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define TRACKS_MAX 128 /* more than ROOM_ENDPOINTS_MAX endpoints publish */

struct feed_track {
    struct track_listener listener;
    struct recorder_feed *feed;
    struct published_track *source; /* borrowed; NULL: free */
    char label[RECORDER_LABEL_SIZE_MAX];
    uint16_t number;        /* at the recorder; 0: not announced */
    enum media_codec codec; /* as announced */
    struct stream_gate gate;
    struct sequence_rewriter numbers;
};

struct recorder_feed {
    struct recorder_outbox *outbox; /* owned */
    bool flowing;
    int64_t flow_us; /* where the interval began */
    uint16_t last_number;
    struct feed_track tracks[TRACKS_MAX];
};

/* ---- tracks ---- */

/* A track of the recording has one codec: another one makes another track. */
static void announce(struct feed_track *track, const struct routed_packet *routed)
{
    struct recorder_message message = {
        .type = RECORDER_TRACK,
        .track = ++track->feed->last_number,
        .media_time_us = (uint64_t)routed->packet->media_time_us,
        .codec = routed->codec,
    };
    (void)snprintf(message.label, sizeof(message.label), "%s", track->label);
    track->number = message.track;
    track->codec = routed->codec;
    recorder_outbox_add_mark(track->feed->outbox, &message);
}

static void forward(struct feed_track *track, const struct routed_packet *routed)
{
    static const struct media_extension_ids no_extensions = {0};
    const struct rtp_packet *rtp = &routed->packet->rtp;
    struct sequence_rewriter_result place;
    if (sequence_rewriter_forward(&track->numbers, routed->stream->source, rtp->sequence,
                                  rtp->timestamp, &place) < 0) {
        return;
    }
    const struct rtp_header header = {
        .marker = rtp->marker,
        .payload_type = rtp->payload_type,
        .sequence = place.sequence,
        .timestamp = place.timestamp,
        .ssrc = track->number,
    };
    uint8_t head[RTP_HEADER_SIZE_MAX];
    const int head_size = rtp_header_write(&header, &no_extensions, head, sizeof(head));
    assert(head_size > 0);
    const struct packet_part parts[] = {
        {head, (size_t)head_size},
        {rtp_packet_payload(rtp), rtp->payload_size},
    };
    recorder_outbox_add_rtp(track->feed->outbox, track->number,
                            (uint64_t)routed->packet->media_time_us, parts, ARRAY_LENGTH(parts),
                            routed->now_us);
}

/* A key frame whose first packet came late, or by retransmission: the rest of it has come before.
 */
static void forward_rest(struct feed_track *track, const struct routed_packet *first)
{
    struct routed_packet routed = *first;
    struct published_stream *stream = first->stream;
    const uint16_t newest = (uint16_t)stream->statistics.highest;
    uint16_t sequence = first->packet->rtp.sequence;
    while (stream->history && sequence_is_newer(newest, sequence)) {
        routed.packet = packet_history_find(stream->history, ++sequence, first->now_us);
        if (routed.packet) {
            forward(track, &routed);
        }
    }
}

static void on_packet(struct track_listener *listener, const struct routed_packet *routed)
{
    struct feed_track *track = CONTAINER_OF(listener, struct feed_track, listener);
    const struct recorder_feed *feed = track->feed;
    if (!feed->flowing || recorder_outbox_is_broken(feed->outbox) ||
        routed->packet->media_time_us < feed->flow_us) {
        return; /* what was captured before everybody agreed stays out, however late it comes */
    }
    if (routed->codec == MEDIA_CODEC_NONE) {
        if (routed->stream->source == track->gate.source) {
            sequence_rewriter_leave_out(&track->numbers, track->gate.source,
                                        routed->packet->rtp.sequence);
        }
        return;
    }
    const enum stream_gate_decision decision =
        stream_gate_decide(&track->gate, track->source, routed);
    if (decision == STREAM_GATE_DROP) {
        return;
    }
    if (decision == STREAM_GATE_SWITCH) {
        sequence_rewriter_switch(&track->numbers, track->gate.source, routed->packet->rtp.sequence,
                                 routed->packet->rtp.timestamp, routed->packet->media_time_us);
    }
    if (track->number == 0 || track->codec != routed->codec) {
        announce(track, routed);
    }
    forward(track, routed);
    if (decision == STREAM_GATE_SWITCH) {
        forward_rest(track, routed);
    }
}

static void on_stream_changed(struct track_listener *listener,
                              const struct published_stream *stream)
{
    struct feed_track *track = CONTAINER_OF(listener, struct feed_track, listener);
    if (stream->source == track->gate.source) {
        stream_gate_close(&track->gate);
    }
}

static void on_track_gone(struct track_listener *listener)
{
    struct feed_track *track = CONTAINER_OF(listener, struct feed_track, listener);
    track->source = NULL;
}

void recorder_feed_add_track(struct recorder_feed *feed, struct published_track *source,
                             const char *label)
{
    static const struct track_listener_ops ops = {
        .on_packet = on_packet,
        .on_stream_changed = on_stream_changed,
        .on_track_gone = on_track_gone,
    };
    for (size_t i = 0; i < TRACKS_MAX; i++) {
        struct feed_track *track = &feed->tracks[i];
        if (track->source) {
            continue;
        }
        *track = (struct feed_track){.feed = feed, .source = source, .listener.ops = &ops};
        (void)snprintf(track->label, sizeof(track->label), "%s", label);
        sequence_rewriter_init(&track->numbers, source->streams[0].clock_rate, 0, 0);
        stream_gate_close(&track->gate);
        list_init(&track->listener.in_track);
        published_track_add_listener(source, &track->listener);
        return;
    }
    assert(!"more tracks than endpoints can publish");
}

void recorder_feed_remove_track(struct recorder_feed *feed, const struct published_track *source)
{
    for (size_t i = 0; i < TRACKS_MAX; i++) {
        struct feed_track *track = &feed->tracks[i];
        if (track->source == source) {
            published_track_remove_listener(&track->listener);
            track->source = NULL;
        }
    }
}

/* ---- life ---- */

struct recorder_feed *recorder_feed_create(const struct sink *sink)
{
    struct recorder_feed *feed = calloc(1, sizeof(*feed));
    feed->outbox = recorder_outbox_create(sink);
    return feed;
}

struct recorder_feed *recorder_feed_destroy(struct recorder_feed *feed)
{
    if (!feed) {
        return NULL;
    }
    for (size_t i = 0; i < TRACKS_MAX; i++) {
        if (feed->tracks[i].source) {
            published_track_remove_listener(&feed->tracks[i].listener);
        }
    }
    feed->outbox = recorder_outbox_destroy(feed->outbox);
    free(feed);
    return NULL;
}

static void send_mark(struct recorder_feed *feed, enum recorder_message_type type, int64_t wall_ms,
                      uint64_t now_us)
{
    const struct recorder_message message = {
        .type = type, .media_time_us = now_us, .wall_ms = wall_ms};
    recorder_outbox_add_mark(feed->outbox, &message);
}

void recorder_feed_resume(struct recorder_feed *feed, int64_t wall_ms, uint64_t now_us)
{
    if (feed->flowing) {
        return;
    }
    send_mark(feed, RECORDER_FLOW, wall_ms, now_us);
    feed->flowing = true;
    feed->flow_us = (int64_t)now_us;
    for (size_t i = 0; i < TRACKS_MAX; i++) {
        struct feed_track *track = &feed->tracks[i];
        if (track->source) {
            stream_gate_close(&track->gate);
            stream_gate_want_keyframe(&track->gate, track->source, now_us);
        }
    }
}

void recorder_feed_pause(struct recorder_feed *feed, int64_t wall_ms, uint64_t now_us)
{
    if (feed->flowing) {
        feed->flowing = false;
        send_mark(feed, RECORDER_PAUSE, wall_ms, now_us);
    }
}

void recorder_feed_end(struct recorder_feed *feed, uint64_t now_us)
{
    assert(!feed->flowing);
    send_mark(feed, RECORDER_END, 0, now_us);
}

static void want_keyframe(struct recorder_feed *feed, uint16_t number, uint64_t now_us)
{
    for (size_t i = 0; i < TRACKS_MAX; i++) {
        struct feed_track *track = &feed->tracks[i];
        if (track->source && track->number != 0 && track->number == number) {
            stream_gate_want_keyframe(&track->gate, track->source, now_us);
        }
    }
}

void recorder_feed_on_message(struct recorder_feed *feed, const uint8_t *datagram, size_t size,
                              uint64_t now_us)
{
    struct recorder_walk walk;
    struct recorder_message message;
    int r = 0;
    recorder_walk_begin(&walk, datagram, size);
    while ((r = recorder_walk_next(&walk, &message)) != 0) {
        if (r > 0 && message.type == RECORDER_KEYFRAME) {
            want_keyframe(feed, message.track, now_us);
        }
    }
}

void recorder_feed_on_tick(struct recorder_feed *feed, uint64_t now_us)
{
    recorder_outbox_on_tick(feed->outbox, now_us);
}

bool recorder_feed_is_flowing(const struct recorder_feed *feed)
{
    return feed->flowing;
}

bool recorder_feed_is_broken(const struct recorder_feed *feed)
{
    return recorder_outbox_is_broken(feed->outbox);
}

uint64_t recorder_feed_dropped(const struct recorder_feed *feed)
{
    return recorder_outbox_dropped(feed->outbox);
}
