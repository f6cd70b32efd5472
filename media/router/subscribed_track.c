#include "media/router/subscribed_track.h"

#include "gateway/base/random.h"
#include "gateway/base/sequence_number.h"
#include "media/router/subscribed_track_state.h"

#include <stdlib.h>

static const uint32_t RESENDS_PER_SECOND = 400;
static const uint32_t RESENDS_BURST = 200;

static void on_packet(struct track_listener *listener, const struct routed_packet *routed);
static void on_stream_changed(struct track_listener *listener,
                              const struct published_stream *stream);
static void on_track_gone(struct track_listener *listener);

static const struct track_listener_ops listener_ops = {
    .on_packet = on_packet,
    .on_stream_changed = on_stream_changed,
    .on_track_gone = on_track_gone,
};

/* ---- life ---- */

struct subscribed_track *subscribed_track_create(enum media_kind kind,
                                                 const struct endpoint_slot_line *line,
                                                 struct subscriber *subscriber, uint64_t now_us)
{
    struct subscribed_track *track = calloc(1, sizeof(*track));
    track->kind = kind;
    track->line = *line;
    track->subscriber = subscriber;
    track->listener.ops = &listener_ops;
    list_init(&track->listener.in_track);
    outgoing_numbers_init(&track->numbers, kind);
    rtx_stream_init(&track->rtx, line->rtx_ssrc, (uint16_t)random_below(1u << 15));
    resend_limiter_init(&track->resends);
    token_bucket_init(&track->resend_budget, RESENDS_PER_SECOND, RESENDS_BURST, now_us);
    stream_gate_init(&track->gate);
    track->sound = kind == MEDIA_KIND_AUDIO ? sound_line_create() : NULL;
    track->choice = PICTURE_CHOICE_WHOLE(PUBLISHED_STREAMS_MAX - 1);
    picture_filter_init(&track->filter);
    if (downlink_is_narrow(&subscriber->downlink, now_us)) {
        subscribed_track_choose(track, PICTURE_CHOICE_WHOLE(1), now_us);
    }
    return track;
}

struct subscribed_track *subscribed_track_destroy(struct subscribed_track *track)
{
    if (track) {
        published_track_remove_listener(&track->listener);
        downlink_forget(&track->subscriber->downlink, track);
        track->sound = sound_line_destroy(track->sound);
        free(track);
    }
    return NULL;
}

void subscribed_track_follow(struct subscribed_track *video, const struct subscribed_track *audio)
{
    video->audio = audio;
}

/* The numbers go on, whatever the SSRCs are called now: one that comes back is under the same key,
 * where no number may be used twice (RFC 7714, 8.1). */
void subscribed_track_set_line(struct subscribed_track *track,
                               const struct endpoint_slot_line *line)
{
    const bool is_other = line->ssrc != track->line.ssrc;
    track->line = *line;
    line_format_forget(&track->format); /* ids of extensions may have changed, too */
    track->rtx.ssrc = line->rtx_ssrc;
    if (is_other) {
        stream_gate_close(&track->gate);
        downlink_forget(&track->subscriber->downlink, track);
        track->packets_sent = 0;
        track->octets_sent = 0;
        track->sent_at_us = 0;
    }
}

static bool begin_in_the_past(struct subscribed_track *track, uint64_t now_us)
{
    bool is_rtx;
    struct routed_packet routed = {.now_us = now_us};
    routed.packet = stream_gate_find_past(&track->gate, track->source, now_us, &routed.stream);
    const struct media_payload *payload =
        routed.packet
            ? published_track_payload(track->source, routed.packet->rtp.payload_type, &is_rtx)
            : NULL;
    if (!payload) {
        return false;
    }
    routed.codec = payload->codec;
    on_packet(&track->listener, &routed);
    return track->gate.source != 0;
}

/* Before its transport is up a receiver has a key frame asked for all the same: it comes while the
 * handshake goes on, and is there when that is done. */
static void begin(struct subscribed_track *track, uint64_t now_us)
{
    if (track->choice.layer < 0) {
        return;
    }
    if (!track->subscriber->open || !begin_in_the_past(track, now_us)) {
        stream_gate_want_keyframe(&track->gate, track->source, now_us);
    }
}

void subscribed_track_set_source(struct subscribed_track *track, struct published_track *source,
                                 uint64_t now_us)
{
    if (source == track->source) {
        return;
    }
    published_track_remove_listener(&track->listener);
    downlink_forget(&track->subscriber->downlink, track);
    stream_gate_close(&track->gate);
    track->stuck_since_us = 0;
    track->numbers.deviation_us = 0;
    if (track->sound) {
        sound_line_begin(track->sound);
    }
    track->source = source;
    if (source) {
        published_track_add_listener(source, &track->listener);
        begin(track, now_us);
    }
}

struct published_track *subscribed_track_source(const struct subscribed_track *track)
{
    return track->source;
}

struct sound_line *subscribed_track_sound(const struct subscribed_track *track)
{
    return track->sound;
}

uint32_t subscribed_track_ssrc(const struct subscribed_track *track)
{
    return track->line.ssrc;
}

static void on_stream_changed(struct track_listener *listener,
                              const struct published_stream *stream)
{
    struct subscribed_track *track = CONTAINER_OF(listener, struct subscribed_track, listener);
    if (stream->source == track->gate.source) {
        stream_gate_close(&track->gate);
    }
}

static void on_track_gone(struct track_listener *listener)
{
    struct subscribed_track *track = CONTAINER_OF(listener, struct subscribed_track, listener);
    track->source = NULL;
    stream_gate_close(&track->gate);
}

/* ---- forwarding ---- */

/* How far the slot's audio is ahead of the line, so that its video can follow. */
static int64_t lead_us(const struct subscribed_track *track)
{
    return track->audio ? track->audio->numbers.deviation_us : 0;
}

/* Gives a packet its place in the order of those that leave, and sends it unless it is left out. */
static void carry(struct subscribed_track *track, const struct paced_packet *out, uint64_t now_us)
{
    const struct packet_buffer *packet = out->packet;
    if (out->fate == PACKET_LEFT_OUT) {
        outgoing_numbers_leave_out(&track->numbers, out->source, out->codec, packet);
        return;
    }
    const struct line_format *format =
        line_format_for(&track->format, &track->line, &track->subscriber->extensions, out->codec,
                        packet->audio_level.present);
    if (!format->payload) {
        return; /* negotiated away while it waited */
    }
    if (out->fate == PACKET_BEGINS) {
        outgoing_numbers_switch(&track->numbers, out->source, out->codec, packet, lead_us(track));
        track->report_due_us = now_us;
        track->reports_since_switch = 0;
        track->subscriber->has_begun = true;
    } else {
        outgoing_numbers_follow(&track->numbers, out->source, packet, lead_us(track));
    }
    subscribed_track_send(track, out, format, now_us);
}

/* To the downlink, now or when its turn has come. */
static void deliver(struct subscribed_track *track, uint32_t source, struct packet_buffer *packet,
                    enum media_codec codec, enum packet_fate fate, uint64_t now_us)
{
    struct downlink *downlink = &track->subscriber->downlink;
    const enum pacer_class class = track->kind == MEDIA_KIND_AUDIO ? PACER_SOUND : PACER_PICTURE;
    const struct paced_packet out = {
        .line = track,
        .packet = packet,
        .source = source,
        .size = fate == PACKET_LEFT_OUT ? 0 : packet->rtp.size,
        .codec = (uint8_t)codec,
        .fate = (uint8_t)fate,
    };
    if (downlink_is_clear(downlink, class, now_us)) {
        const uint64_t before = downlink->bytes;
        carry(track, &out, now_us);
        track->subscriber->sound_bytes += class == PACER_SOUND ? downlink->bytes - before : 0;
    } else {
        downlink_wait(downlink, class, &out, now_us);
    }
}

void subscribed_track_send_waiting(struct subscribed_track *track,
                                   const struct paced_packet *waiting, uint64_t now_us)
{
    if (!waiting->packet) {
        subscribed_track_resend(track, waiting->sequence, now_us);
        return;
    }
    if (track->subscriber->open) {
        subscribed_track_note_leaving(track, waiting->packet, now_us);
        carry(track, waiting, now_us);
    }
    (void)packet_buffer_unlock(waiting->packet);
}

/* A packet of the stream that is on the line: of a picture, the frames that the link bears. */
static void pass(struct subscribed_track *track, uint32_t source, struct packet_buffer *packet,
                 enum media_codec codec, uint64_t now_us)
{
    enum packet_fate fate = PACKET_FOLLOWS;
    if (track->kind == MEDIA_KIND_VIDEO) {
        if (picture_filter_still_is_due(&track->filter, now_us)) {
            stream_gate_want_keyframe(&track->gate, track->source, now_us);
        }
        if (!picture_filter_passes(&track->filter, &packet->payload, packet->rtp.timestamp,
                                   now_us)) {
            fate = PACKET_LEFT_OUT;
        }
        track->stuck_since_us = packet->payload.keyframe ? 0 : track->stuck_since_us;
    }
    deliver(track, source, packet, codec, fate, now_us);
}

/* A key frame whose first packet came late, or by retransmission: the rest of it has come before.
 */
static void deliver_rest(struct subscribed_track *track, const struct routed_packet *first)
{
    const struct published_stream *stream = first->stream;
    const uint16_t newest = (uint16_t)stream->statistics.highest;
    uint16_t sequence = first->packet->rtp.sequence;
    while (stream->history && sequence_is_newer(newest, sequence)) {
        struct packet_buffer *packet =
            packet_history_find(stream->history, ++sequence, first->now_us);
        if (packet && track->gate.source == stream->source) {
            pass(track, stream->source, packet, first->codec, first->now_us);
        }
    }
}

/* What follows the old pictures cannot be shown without them: it goes on with a key frame. */
static void skip_backlog(struct subscribed_track *track, const struct routed_packet *routed)
{
    if (track->gate.source == routed->stream->source) {
        stream_gate_close(&track->gate);
    }
    stream_gate_want_keyframe(&track->gate, track->source, routed->now_us);
}

static bool is_shut(const struct subscribed_track *track, uint64_t now_us)
{
    const bool waits_for_still = track->choice.still && track->gate.source == 0 &&
                                 !picture_filter_still_is_due(&track->filter, now_us);
    return !track->subscriber->open || track->choice.layer < 0 || waits_for_still;
}

static void on_packet(struct track_listener *listener, const struct routed_packet *routed)
{
    struct subscribed_track *track = CONTAINER_OF(listener, struct subscribed_track, listener);
    if (is_shut(track, routed->now_us)) {
        return;
    }
    if (routed->is_backlog && track->kind == MEDIA_KIND_VIDEO) {
        skip_backlog(track, routed);
        return;
    }
    const struct line_format *format =
        line_format_for(&track->format, &track->line, &track->subscriber->extensions, routed->codec,
                        routed->packet->audio_level.present);
    if (!format->payload && track->gate.source == 0) {
        return;
    }
    if (!format->payload) {
        deliver(track, routed->stream->source, routed->packet, routed->codec, PACKET_LEFT_OUT,
                routed->now_us);
        return;
    }
    switch (stream_gate_decide(&track->gate, track->source, routed)) {
    case STREAM_GATE_DROP:
        return;
    case STREAM_GATE_SWITCH:
        picture_filter_begin(&track->filter, routed->packet->rtp.timestamp, routed->now_us);
        track->stuck_since_us = 0;
        deliver(track, routed->stream->source, routed->packet, routed->codec, PACKET_BEGINS,
                routed->now_us);
        deliver_rest(track, routed);
        return;
    case STREAM_GATE_PASS:
        subscribed_track_note_leaving(track, routed->packet, routed->now_us);
        pass(track, routed->stream->source, routed->packet, routed->codec, routed->now_us);
        return;
    }
}

/* ---- what its receiver's link bears ---- */

void subscribed_track_choose(struct subscribed_track *track, struct picture_choice choice,
                             uint64_t now_us)
{
    if (picture_choice_equals(choice, track->choice)) {
        return;
    }
    const bool began = track->choice.layer < 0 || track->choice.still;
    track->choice = choice;
    track->gate.layers_max = choice.layer < 0 ? 0 : (unsigned)choice.layer + 1;
    picture_filter_want(&track->filter, choice.temporal, choice.still);
    if (choice.layer < 0) {
        stream_gate_close(&track->gate);
        downlink_forget(&track->subscriber->downlink, track);
    } else if (began && !choice.still) {
        stream_gate_close(&track->gate);
        if (track->source) {
            begin(track, now_us);
        }
    }
}

void subscribed_track_on_overdue(struct subscribed_track *track, uint64_t now_us)
{
    stream_gate_close(&track->gate);
    if (track->stuck_since_us == 0) {
        track->stuck_since_us = now_us;
    }
}

void subscribed_track_picture(const struct subscribed_track *track,
                              struct subscribed_picture *ret_picture)
{
    *ret_picture = (struct subscribed_picture){
        .layer = track->source ? track->gate.layer : -1,
        .sent_at_us = track->sent_at_us,
        .stuck_since_us = track->stuck_since_us,
        .is_still = track->choice.still,
    };
}

/* ---- what its receiver asks for ---- */

void subscribed_track_want_keyframe(struct subscribed_track *track, uint64_t now_us)
{
    if (track->stuck_since_us == 0) {
        track->stuck_since_us = now_us;
    }
    if (track->source && track->subscriber->open) {
        begin(track, now_us);
    }
}
