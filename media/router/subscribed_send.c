/* Packets that leave for one receiver, in the form that it takes. */
#include "gateway/base/cleanup.h"
#include "media/router/subscribed_track_state.h"

#include <string.h>

/* Sound leaves in the form that its receiver needs now. */
static void send_sound(struct subscribed_track *track, const struct paced_packet *out,
                       const struct line_format *format, const struct rtp_header_numbers *numbers,
                       uint64_t now_us)
{
    const struct published_stream *stream = published_track_find_stream(track->source, out->source);
    const bool is_numbered = format->header.transport_sequence_at != 0;
    uint8_t head[RTP_HEADER_SIZE_MAX];
    struct packet_part parts[1 + SOUND_LINE_PARTS_MAX];
    struct sound_packet sound;
    sound_line_pack(track->sound, format->payload, out->packet, stream ? &stream->recent : NULL,
                    &sound);
    parts[0] =
        (struct packet_part){head, rtp_header_template_write(&format->header, numbers, head)};
    if (sound.is_red) {
        rtp_packet_set_payload_type(head, format->payload->red_payload_type);
    }
    for (size_t i = 0; i < sound.part_count; i++) {
        parts[1 + i] = sound.parts[i];
        track->octets_sent += (uint32_t)sound.parts[i].size;
    }
    downlink_send(&track->subscriber->downlink, parts, 1 + sound.part_count, is_numbered, now_us);
    sound_line_on_sent(track->sound, out->packet, &sound, numbers->sequence, is_numbered,
                       numbers->transport_sequence, now_us);
}

static bool is_of_keyframe(const struct subscribed_track *track, const struct paced_packet *out)
{
    const struct published_stream *stream = published_track_find_stream(track->source, out->source);
    return stream && stream->keyframes.has_keyframe &&
           stream->keyframes.keyframe_timestamp == out->packet->rtp.timestamp;
}

static void protect(struct subscribed_track *track, const struct paced_packet *out,
                    uint16_t sequence, uint64_t now_us)
{
    struct downlink *downlink = &track->subscriber->downlink;
    if (picture_protection_repeats(&downlink->protection, is_of_keyframe(track, out),
                                   out->packet->payload.temporal_layer == 0)) {
        downlink_repeat(downlink, track, sequence, out->packet->rtp.size,
                        PICTURE_PROTECTION_REPEAT_AFTER_US, now_us);
    }
}

/* The receiver's descriptor stands in the shared packet for as long as that is being sent, in the
 * place of the publisher's and of the end of its header, which is longer than any descriptor: in
 * one piece a payload is encrypted straight into the datagram, in two it had to be copied first. */
static void send_picture(struct subscribed_track *track, const struct paced_packet *out,
                         const struct line_format *format, const struct rtp_header_numbers *numbers,
                         const struct packet_part *descriptor, size_t replaced, uint64_t now_us)
{
    const struct rtp_packet *rtp = &out->packet->rtp;
    uint8_t head[RTP_HEADER_SIZE_MAX];
    uint8_t before[VP8_DESCRIPTOR_SIZE_MAX];
    uint8_t *payload = out->packet->data + rtp->payload_offset + replaced - descriptor->size;
    const struct packet_part parts[] = {
        {head, rtp_header_template_write(&format->header, numbers, head)},
        {payload, descriptor->size + rtp->payload_size - replaced},
    };
    struct downlink *downlink = &track->subscriber->downlink;
    memcpy(before, payload, descriptor->size);
    memcpy(payload, descriptor->data, descriptor->size);
    downlink_send(downlink, parts, ARRAY_LENGTH(parts), format->header.transport_sequence_at != 0,
                  now_us);
    memcpy(payload, before, descriptor->size);
    track->octets_sent += (uint32_t)parts[1].size;
    if (downlink_is_lossy(downlink) && track->line.rtx_ssrc != 0) {
        protect(track, out, numbers->sequence, now_us);
    }
}

void subscribed_track_send(struct subscribed_track *track, const struct paced_packet *out,
                           const struct line_format *format, uint64_t now_us)
{
    const struct packet_buffer *packet = out->packet;
    uint8_t descriptor[VP8_DESCRIPTOR_SIZE_MAX];
    struct sequence_rewriter_result place;
    size_t replaced = 0;

    const int descriptor_size = outgoing_numbers_write_descriptor(
        &track->numbers, out->source, out->codec, packet, descriptor, &replaced);
    if (descriptor_size < 0) {
        return;
    }
    if (sequence_rewriter_forward(&track->numbers.sequence, out->source, packet->rtp.sequence,
                                  packet->rtp.timestamp, &place) < 0) {
        return;
    }
    const struct rtp_header_numbers numbers = {
        .marker = packet->rtp.marker,
        .sequence = place.sequence,
        .timestamp = place.timestamp,
        .transport_sequence = downlink_number(&track->subscriber->downlink),
        .audio_level = packet->audio_level,
    };
    if (track->sound) {
        send_sound(track, out, format, &numbers, now_us);
    } else {
        const struct packet_part written = {descriptor, (size_t)descriptor_size};
        send_picture(track, out, format, &numbers, &written, replaced, now_us);
    }
    track->packets_sent++;
    track->sent_at_us = now_us;
}
