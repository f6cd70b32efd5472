#include "media/router/outgoing_numbers.h"

#include "gateway/base/random.h"
#include "gateway/base/sequence_number.h"

static const int64_t VIDEO_OFF_LINE_MAX_US = 15000;

void outgoing_numbers_init(struct outgoing_numbers *numbers, enum media_kind kind)
{
    *numbers = (struct outgoing_numbers){
        .kind = kind,
        .timeline = {.first = random_u32(), .clock_rate = kind == MEDIA_KIND_AUDIO ? 48000 : 90000},
    };
    sequence_rewriter_init(&numbers->sequence, numbers->timeline.clock_rate,
                           (uint16_t)random_below(1u << 15), numbers->timeline.first);
    vp8_picture_rewriter_init(&numbers->pictures, (uint16_t)random_below(1u << 15),
                              (uint8_t)random_below(1u << 8));
}

static void put_on_line(struct outgoing_numbers *numbers, uint32_t source,
                        const struct packet_buffer *packet, int64_t lead_us)
{
    const int64_t time_us = packet->media_time_us + lead_us;
    if (!numbers->started) {
        numbers->timeline.origin_us = (uint64_t)time_us;
        numbers->started = true;
    }
    sequence_rewriter_switch(&numbers->sequence, source, packet->rtp.sequence,
                             packet->rtp.timestamp, time_us);
}

/* How far a packet of the current source is ahead of the line. */
static int64_t off_line_us(const struct outgoing_numbers *numbers,
                           const struct packet_buffer *packet, int64_t lead_us)
{
    uint32_t offset = 0;
    if (sequence_rewriter_timestamp_offset(&numbers->sequence, &offset) < 0) {
        return 0;
    }
    const uint32_t is = packet->rtp.timestamp + offset;
    const uint32_t should_be =
        slot_timeline_at(&numbers->timeline, (uint64_t)(packet->media_time_us + lead_us));
    return us_of_rtp_ticks(timestamp_distance(is, should_be), numbers->timeline.clock_rate);
}

void outgoing_numbers_switch(struct outgoing_numbers *numbers, uint32_t source,
                             enum media_codec codec, const struct packet_buffer *packet,
                             int64_t lead_us)
{
    put_on_line(numbers, source, packet, lead_us);
    if (codec == MEDIA_CODEC_VP8) {
        vp8_picture_rewriter_switch(&numbers->pictures, source, &packet->payload.vp8);
    }
    numbers->last_sequence = packet->rtp.sequence;
    numbers->last_timestamp = packet->rtp.timestamp;
    if (numbers->kind == MEDIA_KIND_AUDIO) {
        numbers->deviation_us = off_line_us(numbers, packet, 0);
    }
}

void outgoing_numbers_follow(struct outgoing_numbers *numbers, uint32_t source,
                             const struct packet_buffer *packet, int64_t lead_us)
{
    if (!sequence_is_newer(packet->rtp.sequence, numbers->last_sequence)) {
        return; /* late: it keeps the numbers that were set aside for it */
    }
    /* Not across a gap: what is lost there keeps its numbers too. */
    const bool new_frame = packet->rtp.timestamp != numbers->last_timestamp &&
                           packet->rtp.sequence == (uint16_t)(numbers->last_sequence + 1);
    numbers->last_sequence = packet->rtp.sequence;
    numbers->last_timestamp = packet->rtp.timestamp;
    if (numbers->kind == MEDIA_KIND_AUDIO) {
        numbers->deviation_us = off_line_us(numbers, packet, 0);
        return;
    }
    const int64_t off_us = new_frame ? off_line_us(numbers, packet, lead_us) : 0;
    if (off_us > VIDEO_OFF_LINE_MAX_US || off_us < -VIDEO_OFF_LINE_MAX_US) {
        put_on_line(numbers, source, packet, lead_us);
    }
}

int outgoing_numbers_write_descriptor(struct outgoing_numbers *numbers, uint32_t source,
                                      enum media_codec codec, const struct packet_buffer *packet,
                                      uint8_t ret_descriptor[VP8_DESCRIPTOR_SIZE_MAX],
                                      size_t *ret_replaced)
{
    if (codec != MEDIA_CODEC_VP8) {
        *ret_replaced = 0;
        return 0;
    }
    const struct vp8_payload *parsed = &packet->payload.vp8;
    int r = vp8_picture_rewriter_forward(&numbers->pictures, source,
                                         rtp_packet_payload(&packet->rtp), parsed, ret_descriptor);
    if (r >= 0) {
        *ret_replaced = parsed->descriptor_size;
    }
    return r;
}

void outgoing_numbers_leave_out(struct outgoing_numbers *numbers, uint32_t source,
                                enum media_codec codec, const struct packet_buffer *packet)
{
    sequence_rewriter_leave_out(&numbers->sequence, source, packet->rtp.sequence);
    if (codec == MEDIA_CODEC_VP8) {
        vp8_picture_rewriter_leave_out(&numbers->pictures, source, &packet->payload.vp8);
    }
    if (sequence_is_newer(packet->rtp.sequence, numbers->last_sequence)) {
        numbers->last_sequence = packet->rtp.sequence;
        numbers->last_timestamp = packet->rtp.timestamp;
    }
}
