#include "gateway/base/sequence_number.h"
#include "media/router/subscribed_track_state.h"

#include <errno.h>
#include <string.h>

/* Of how many of the last packets padding is made. */
static const uint16_t PADDING_OF_LAST = 32;
/* Smaller ones are not worth their header; a packet that carries nothing pads more. */
static const uint16_t PADDING_SIZE_MIN = 200;
#define PADDING_ONLY_SIZE 224

/* Where an outgoing packet came from (source 0: it was never sent, or too long ago), and the packet
 * if it is still kept. */
static const struct packet_buffer *find_sent(const struct subscribed_track *track,
                                             uint16_t sequence, uint64_t now_us,
                                             struct sequence_rewriter_origin *ret_origin)
{
    ret_origin->source = 0;
    if (sequence_rewriter_origin(&track->numbers.sequence, sequence, ret_origin) < 0) {
        return NULL;
    }
    const struct published_stream *stream =
        published_track_find_stream(track->source, ret_origin->source);
    return stream && stream->history
               ? packet_history_find(stream->history, ret_origin->sequence, now_us)
               : NULL;
}

static struct rtp_header header_for(const struct subscribed_track *track,
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
        .transport_sequence = downlink_number(&track->subscriber->downlink),
        .audio_level = packet->audio_level,
        .playout_delay = track->format.playout_delay,
    };
}

static bool is_numbered(const struct subscribed_track *track, const struct media_payload *payload)
{
    return payload->transport_cc && track->subscriber->extensions.transport_cc != 0;
}

/* Returns 0, or -ENOENT when it cannot be sent as RTX. */
static int send_again(struct subscribed_track *track, uint16_t sequence,
                      const struct sequence_rewriter_origin *origin,
                      const struct packet_buffer *packet, uint64_t now_us)
{
    uint8_t head[RTX_HEADER_SIZE_MAX];
    uint8_t descriptor[VP8_DESCRIPTOR_SIZE_MAX];
    size_t replaced = 0;
    bool is_rtx = false;
    const struct media_payload *from =
        published_track_payload(track->source, packet->rtp.payload_type, &is_rtx);
    const struct media_payload *to = from ? line_format_payload(&track->line, from->codec) : NULL;
    if (!to || to->rtx_payload_type == MEDIA_PAYLOAD_TYPE_NONE) {
        return -ENOENT;
    }
    const int descriptor_size = outgoing_numbers_write_descriptor(
        &track->numbers, origin->source, from->codec, packet, descriptor, &replaced);
    if (descriptor_size < 0) {
        return -ENOENT;
    }
    const struct rtp_header header =
        header_for(track, packet, to, sequence, packet->rtp.timestamp + origin->timestamp_offset);
    const int head_size = rtx_stream_write(&track->rtx, &header, to->rtx_payload_type,
                                           &track->subscriber->extensions, head, sizeof(head));
    if (head_size < 0) {
        return -ENOENT;
    }
    const size_t header_size = (size_t)head_size - RTX_OSN_SIZE;
    const struct packet_part parts[] = {
        {head, header_size},
        {head + header_size, RTX_OSN_SIZE},
        {descriptor, (size_t)descriptor_size},
        {rtp_packet_payload(&packet->rtp) + replaced, packet->rtp.payload_size - replaced},
    };
    downlink_send(&track->subscriber->downlink, parts, ARRAY_LENGTH(parts), is_numbered(track, to),
                  now_us);
    return 0;
}

/* ---- what its receiver asks for ---- */

void subscribed_track_resend(struct subscribed_track *track, uint16_t sequence, uint64_t now_us)
{
    struct sequence_rewriter_origin origin;
    const struct packet_buffer *packet = find_sent(track, sequence, now_us, &origin);
    if (packet && track->subscriber->open &&
        send_again(track, sequence, &origin, packet, now_us) == 0) {
        track->subscriber->packets_retransmitted++;
    }
}

static void resend_in_turn(struct subscribed_track *track, uint16_t sequence, uint16_t size,
                           uint64_t now_us)
{
    struct downlink *downlink = &track->subscriber->downlink;
    const enum pacer_class class = track->kind == MEDIA_KIND_AUDIO ? PACER_SOUND : PACER_REPAIR;
    if (downlink_is_clear(downlink, class, now_us)) {
        subscribed_track_resend(track, sequence, now_us);
        return;
    }
    const struct paced_packet waiting = {.line = track, .sequence = sequence, .size = size};
    downlink_wait(downlink, PACER_REPAIR, &waiting, now_us);
}

static void answer(struct subscribed_track *track, uint16_t sequence, uint16_t size,
                   uint64_t now_us)
{
    struct downlink *downlink = &track->subscriber->downlink;
    resend_in_turn(track, sequence, size, now_us);
    if (picture_protection_repeats_answers(&downlink->protection)) {
        downlink_repeat(downlink, track, sequence, size, PICTURE_PROTECTION_ANSWER_AGAIN_AFTER_US,
                        now_us);
    }
}

/* Of the picture that is on the line, since its last key frame: what follows cannot be shown
 * without it, as far as anybody knows who does not have it any more. */
static bool is_missed(const struct subscribed_track *track,
                      const struct sequence_rewriter_origin *origin)
{
    const struct published_stream *stream =
        published_track_find_stream(track->source, origin->source);
    return stream && origin->source == track->gate.source && stream->keyframes.has_keyframe &&
           !sequence_is_newer(stream->keyframes.keyframe_sequence, origin->sequence);
}

void subscribed_track_on_nack(struct subscribed_track *track, const uint16_t *sequences,
                              size_t count, uint64_t now_us)
{
    bool is_stuck = false;
    bool is_repaired = false;
    if (track->line.rtx_ssrc == 0 || !track->subscriber->open) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        struct sequence_rewriter_origin origin;
        const struct packet_buffer *packet = find_sent(track, sequences[i], now_us, &origin);
        if (!packet) {
            is_stuck |= origin.source != 0 && is_missed(track, &origin);
            continue;
        }
        is_repaired = true;
        if (!resend_limiter_allow(&track->resends, sequences[i], now_us,
                                  track->subscriber->rtt_us)) {
            continue;
        }
        if (!token_bucket_take(&track->resend_budget, now_us)) {
            break;
        }
        answer(track, sequences[i], packet->rtp.size, now_us);
    }
    if (is_repaired) {
        picture_lag_on_repair(&track->lag, now_us);
    }
    if (is_stuck && track->stuck_since_us == 0) {
        subscribed_track_want_keyframe(track, now_us);
    }
}

/* ---- padding ---- */

/* The padding of a packet that carries nothing is counted in its last byte (RFC 3550, 5.1). */
static int send_padding_only(struct subscribed_track *track, uint64_t now_us)
{
    static const uint8_t padding[PADDING_ONLY_SIZE] = {[PADDING_ONLY_SIZE - 1] = PADDING_ONLY_SIZE};
    uint8_t head[RTX_HEADER_SIZE_MAX];
    const struct media_payload *payload = &track->line.payloads[0];
    if (track->line.payload_count == 0 || payload->rtx_payload_type == MEDIA_PAYLOAD_TYPE_NONE ||
        !is_numbered(track, payload)) {
        return -ENOENT;
    }
    const struct rtp_header header = {
        .timestamp = outgoing_numbers_timestamp_at(&track->numbers, now_us),
        .mid = track->line.mid,
        .has_transport_sequence = true,
        .transport_sequence = downlink_number(&track->subscriber->downlink),
    };
    const int size = rtx_stream_write(&track->rtx, &header, payload->rtx_payload_type,
                                      &track->subscriber->extensions, head, sizeof(head));
    if (size < 0) {
        return -ENOENT;
    }
    head[0] |= 0x20;
    const struct packet_part parts[] = {
        {head, (size_t)size - RTX_OSN_SIZE},
        {padding, sizeof(padding)},
    };
    downlink_send(&track->subscriber->downlink, parts, ARRAY_LENGTH(parts), true, now_us);
    return 0;
}

/* The next old packet that is worth being sent again; its number is remembered. */
static const struct packet_buffer *find_for_padding(struct subscribed_track *track, uint64_t now_us,
                                                    struct sequence_rewriter_origin *ret_origin)
{
    const uint16_t last = (uint16_t)(track->numbers.sequence.line.out_next - 1);
    for (uint16_t i = 0; i < PADDING_OF_LAST; i++) {
        const uint16_t behind = (uint16_t)(last - ++track->pad_sequence);
        if (behind >= PADDING_OF_LAST) {
            track->pad_sequence = (uint16_t)(last - PADDING_OF_LAST + 1);
        }
        const struct packet_buffer *packet =
            find_sent(track, track->pad_sequence, now_us, ret_origin);
        if (packet && packet->rtp.payload_size >= PADDING_SIZE_MIN) {
            return packet;
        }
    }
    return NULL;
}

int subscribed_track_pad(struct subscribed_track *track, uint64_t bytes, uint64_t now_us)
{
    struct sequence_rewriter_origin origin;
    if (track->line.rtx_ssrc == 0 || !track->subscriber->open || track->kind != MEDIA_KIND_VIDEO) {
        return -ENOENT;
    }
    const struct packet_buffer *packet =
        bytes > PADDING_ONLY_SIZE ? find_for_padding(track, now_us, &origin) : NULL;
    if (packet && send_again(track, track->pad_sequence, &origin, packet, now_us) == 0) {
        return 0;
    }
    return send_padding_only(track, now_us);
}
