#include "media/router/subscribed_track.h"

#include "gateway/base/byte_writer.h"
#include "gateway/base/clock.h"
#include "gateway/base/random.h"
#include "gateway/base/sequence_number.h"
#include "gateway/base/token_bucket.h"
#include "media/router/line_format.h"
#include "media/router/outgoing_numbers.h"
#include "media/router/stream_gate.h"
#include "media/rtp/ntp_time.h"
#include "media/rtp/resend_limiter.h"
#include "media/rtp/rtcp_packet.h"
#include "media/rtp/rtx_stream.h"

#include <stdlib.h>

static const uint64_t REPORT_INTERVAL_US = 1000000;
/* A receiver knows the mapping after two reports: the second one comes soon. */
static const uint64_t SECOND_REPORT_AFTER_US = 200000;
static const uint64_t STILL_FLOWS_US = 5000000;
static const uint32_t RESENDS_PER_SECOND = 400;
static const uint32_t RESENDS_BURST = 200;

struct subscribed_track {
    /* what each packet needs */
    struct track_listener listener;
    struct subscriber *subscriber;        /* borrowed */
    const struct subscribed_track *audio; /* borrowed; NULL but for video with sound */
    struct published_track *source;       /* borrowed; NULL: the line is empty */
    struct stream_gate gate;
    uint32_t packets_sent;
    uint32_t octets_sent;
    uint64_t sent_at_us;
    struct line_format format;
    struct outgoing_numbers numbers;

    /* what a request or a report needs */
    uint64_t report_due_us;
    unsigned reports_since_switch;
    enum media_kind kind;
    struct endpoint_slot_line line;
    struct rtx_stream rtx;
    struct token_bucket resend_budget;
    struct resend_limiter resends;
};

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
    stream_gate_close(&track->gate);
    return track;
}

struct subscribed_track *subscribed_track_destroy(struct subscribed_track *track)
{
    if (track) {
        published_track_remove_listener(&track->listener);
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
    stream_gate_close(&track->gate);
    track->numbers.deviation_us = 0;
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

static struct rtp_header header_for(struct subscribed_track *track,
                                    const struct packet_buffer *packet,
                                    const struct media_payload *payload, uint16_t sequence,
                                    uint32_t timestamp)
{
    return (struct rtp_header){
        .marker = packet->rtp.marker,
        .payload_type = payload->payload_type,
        .sequence = sequence,
        .timestamp = timestamp,
        .ssrc = track->line.ssrc,
        .mid = track->line.mid,
        .has_transport_sequence = payload->transport_cc,
        .transport_sequence =
            payload->transport_cc ? track->subscriber->next_transport_sequence++ : (uint16_t)0,
        .audio_level = packet->audio_level,
    };
}

static void forward(struct subscribed_track *track, const struct routed_packet *routed,
                    const struct line_format *format)
{
    const struct packet_buffer *packet = routed->packet;
    const uint32_t source = routed->stream->source;
    uint8_t descriptor[VP8_DESCRIPTOR_SIZE_MAX];
    uint8_t head[RTP_HEADER_SIZE_MAX];
    struct sequence_rewriter_result place;
    size_t replaced = 0;

    const int descriptor_size = outgoing_numbers_write_descriptor(
        &track->numbers, source, routed->codec, packet, descriptor, &replaced);
    if (descriptor_size < 0) {
        return;
    }
    if (sequence_rewriter_forward(&track->numbers.sequence, source, packet->rtp.sequence,
                                  packet->rtp.timestamp, &place) < 0) {
        return;
    }
    const struct rtp_header_numbers numbers = {
        .marker = packet->rtp.marker,
        .sequence = place.sequence,
        .timestamp = place.timestamp,
        .transport_sequence = track->subscriber->next_transport_sequence,
        .audio_level = packet->audio_level,
    };
    track->subscriber->next_transport_sequence += format->payload->transport_cc;
    const struct sink_part parts[] = {
        {head, rtp_header_template_write(&format->header, &numbers, head)},
        {descriptor, (size_t)descriptor_size},
        {rtp_packet_payload(&packet->rtp) + replaced, packet->rtp.payload_size - replaced},
    };
    (void)sink_send(&track->subscriber->sink, SINK_RTP, parts, ARRAY_LENGTH(parts));
    track->packets_sent++;
    track->octets_sent += (uint32_t)(parts[1].size + parts[2].size);
    track->sent_at_us = routed->now_us;
}

/* A key frame whose first packet came late, or by retransmission: the rest of it has come before.
 */
static void forward_rest(struct subscribed_track *track, const struct routed_packet *first,
                         const struct line_format *format)
{
    struct routed_packet routed = *first;
    struct published_stream *stream = first->stream;
    const uint16_t newest = (uint16_t)stream->statistics.highest;
    uint16_t sequence = first->packet->rtp.sequence;
    while (stream->history && sequence_is_newer(newest, sequence)) {
        routed.packet = packet_history_find(stream->history, ++sequence, first->now_us);
        if (routed.packet) {
            outgoing_numbers_follow(&track->numbers, stream->source, routed.packet, lead_us(track));
            forward(track, &routed, format);
        }
    }
}

static void on_packet(struct track_listener *listener, const struct routed_packet *routed)
{
    struct subscribed_track *track = CONTAINER_OF(listener, struct subscribed_track, listener);
    if (!track->subscriber->open) {
        return;
    }
    const struct line_format *format =
        line_format_for(&track->format, &track->line, &track->subscriber->extensions, routed->codec,
                        routed->packet->audio_level.present);
    if (!format->payload && track->gate.source == 0) {
        return;
    }
    if (!format->payload) {
        sequence_rewriter_leave_out(&track->numbers.sequence, routed->stream->source,
                                    routed->packet->rtp.sequence);
        return;
    }
    switch (stream_gate_decide(&track->gate, track->source, routed)) {
    case STREAM_GATE_DROP:
        return;
    case STREAM_GATE_SWITCH:
        outgoing_numbers_switch(&track->numbers, track->gate.source, routed->codec, routed->packet,
                                lead_us(track));
        track->report_due_us = routed->now_us;
        track->reports_since_switch = 0;
        forward(track, routed, format);
        forward_rest(track, routed, format);
        return;
    case STREAM_GATE_PASS:
        outgoing_numbers_follow(&track->numbers, track->gate.source, routed->packet,
                                lead_us(track));
        break;
    }
    forward(track, routed, format);
}

/* ---- what its receiver asks for ---- */

static struct published_stream *find_stream(const struct subscribed_track *track, uint32_t source)
{
    for (size_t i = 0; track->source && i < track->source->stream_count; i++) {
        if (track->source->streams[i].source == source) {
            return &track->source->streams[i];
        }
    }
    return NULL;
}

static void send_again(struct subscribed_track *track, uint16_t sequence,
                       const struct sequence_rewriter_origin *origin,
                       const struct packet_buffer *packet)
{
    uint8_t head[RTX_HEADER_SIZE_MAX];
    uint8_t descriptor[VP8_DESCRIPTOR_SIZE_MAX];
    size_t replaced = 0;
    bool is_rtx = false;
    const struct media_payload *from =
        published_track_payload(track->source, packet->rtp.payload_type, &is_rtx);
    const struct media_payload *to = from ? line_format_payload(&track->line, from->codec) : NULL;
    if (!to || to->rtx_payload_type == MEDIA_PAYLOAD_TYPE_NONE) {
        return;
    }
    const int descriptor_size = outgoing_numbers_write_descriptor(
        &track->numbers, origin->source, from->codec, packet, descriptor, &replaced);
    if (descriptor_size < 0) {
        return;
    }
    const struct rtp_header header =
        header_for(track, packet, to, sequence, packet->rtp.timestamp + origin->timestamp_offset);
    const int head_size = rtx_stream_write(&track->rtx, &header, to->rtx_payload_type,
                                           &track->subscriber->extensions, head, sizeof(head));
    if (head_size < 0) {
        return;
    }
    const size_t header_size = (size_t)head_size - RTX_OSN_SIZE;
    const struct sink_part parts[] = {
        {head, header_size},
        {head + header_size, RTX_OSN_SIZE},
        {descriptor, (size_t)descriptor_size},
        {rtp_packet_payload(&packet->rtp) + replaced, packet->rtp.payload_size - replaced},
    };
    (void)sink_send(&track->subscriber->sink, SINK_RTP, parts, ARRAY_LENGTH(parts));
    track->subscriber->packets_retransmitted++;
}

void subscribed_track_on_nack(struct subscribed_track *track, const uint16_t *sequences,
                              size_t count, uint64_t now_us)
{
    if (track->line.rtx_ssrc == 0 || !track->subscriber->open) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        struct sequence_rewriter_origin origin;
        if (sequence_rewriter_origin(&track->numbers.sequence, sequences[i], &origin) < 0) {
            continue;
        }
        const struct published_stream *stream = find_stream(track, origin.source);
        const struct packet_buffer *packet =
            stream && stream->history
                ? packet_history_find(stream->history, origin.sequence, now_us)
                : NULL;
        if (!packet || !resend_limiter_allow(&track->resends, sequences[i], now_us,
                                             track->subscriber->rtt_us)) {
            continue;
        }
        if (!token_bucket_take(&track->resend_budget, now_us)) {
            return;
        }
        send_again(track, sequences[i], &origin, packet);
    }
}

void subscribed_track_want_keyframe(struct subscribed_track *track, uint64_t now_us)
{
    if (track->source && track->subscriber->open) {
        begin(track, now_us);
    }
}

/* ---- sender reports ---- */

bool subscribed_track_report_is_due(const struct subscribed_track *track, uint64_t now_us)
{
    return track->source && track->subscriber->open && track->sent_at_us != 0 &&
           now_us - track->sent_at_us < STILL_FLOWS_US && now_us >= track->report_due_us;
}

int subscribed_track_write_report(struct subscribed_track *track, struct byte_writer *writer,
                                  uint64_t now_us)
{
    const struct rtcp_sender_info info = {
        .ssrc = track->line.ssrc,
        .ntp = ntp_time_from_unix_us(clock_wall_us_of(now_us)),
        .rtp_timestamp = outgoing_numbers_timestamp_at(&track->numbers, now_us),
        .packet_count = track->packets_sent,
        .octet_count = track->octets_sent,
    };
    int r = rtcp_write_sender_report(writer, &info, NULL, 0);
    if (r < 0) {
        return r;
    }
    track->report_due_us =
        now_us + (track->reports_since_switch++ == 0 ? SECOND_REPORT_AFTER_US : REPORT_INTERVAL_US);
    return 0;
}
