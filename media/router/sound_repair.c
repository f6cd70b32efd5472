#include "media/router/sound_repair.h"

#include "gateway/base/byte_writer.h"
#include "gateway/base/sequence_number.h"
#include "media/rtp/opus_packet.h"

#include <assert.h>
#include <errno.h>

/* A frame this many packets ago is of no use to anybody. */
#define PACKETS_AGO_MAX 16

static const uint32_t TICKS_PER_MS = 48; /* RFC 7587, 4.1 */

void sound_repair_init(struct sound_repair *repair)
{
    *repair = (struct sound_repair){.started = false};
}

/* What is newer than the newest packet was also spoken after it, and the other way round. (After
 * silence that was not sent the newest one itself may seem to be from long ago.) */
static bool is_in_order(const struct sound_repair *repair, uint16_t sequence, uint32_t timestamp)
{
    const int32_t after = timestamp_distance(timestamp, repair->timestamp);
    return after != 0 && sequence_is_newer(sequence, repair->sequence) == (after > 0);
}

/* Which packet a frame came in: as many before the `next` as frames of its length fit in between.
 * Returns false when they don't fit. */
static bool place(const struct red_audio_frame *frame, const struct sound_repair_frame *next,
                  uint16_t *ret_sequence)
{
    const uint32_t lasts = opus_packet_duration_us(frame->data, frame->size) * TICKS_PER_MS / 1000;
    const uint32_t before = next->frame.timestamp - frame->timestamp;
    if (lasts == 0 || before < lasts || before % lasts != 0 || before / lasts > PACKETS_AGO_MAX) {
        return false;
    }
    *ret_sequence = (uint16_t)(next->sequence - before / lasts);
    return true;
}

static int find_missing(const struct sound_repair *repair, const struct receive_window *came,
                        uint16_t sequence, const struct red_audio *red,
                        struct sound_repair_frame *ret_missing)
{
    struct sound_repair_frame at = {.sequence = sequence, .frame = red->own};
    struct sound_repair_frame found[RED_AUDIO_EARLIER_MAX];
    int count = 0;
    for (size_t i = red->earlier_count; i > 0; i--) {
        const struct red_audio_frame *frame = &red->earlier[i - 1];
        uint16_t place_of_it = 0;
        if (!place(frame, &at, &place_of_it)) {
            break;
        }
        at = (struct sound_repair_frame){.sequence = place_of_it, .frame = *frame};
        if (!receive_window_has(came, at.sequence) &&
            is_in_order(repair, at.sequence, frame->timestamp)) {
            found[count++] = at;
        }
    }
    for (int i = 0; i < count; i++) {
        ret_missing[i] = found[count - 1 - i];
    }
    return count;
}

int sound_repair_open(const struct sound_repair *repair, const struct receive_window *came,
                      struct packet_buffer *packet, uint8_t payload_type,
                      struct sound_repair_frame ret_missing[RED_AUDIO_EARLIER_MAX])
{
    struct red_audio red;
    struct rtp_packet *rtp = &packet->rtp;
    const int r = red_audio_parse(rtp_packet_payload(rtp), rtp->payload_size, payload_type,
                                  rtp->timestamp, &red);
    if (r < 0) {
        return r;
    }
    rtp->payload_type = payload_type;
    rtp->payload_offset = (uint16_t)(red.own.data - rtp->bytes);
    rtp->payload_size = (uint16_t)red.own.size;
    return repair->started ? find_missing(repair, came, rtp->sequence, &red, ret_missing) : 0;
}

void sound_repair_on_packet(struct sound_repair *repair, const struct rtp_packet *rtp)
{
    if (!repair->started || sequence_is_newer(rtp->sequence, repair->sequence)) {
        *repair = (struct sound_repair){
            .started = true, .sequence = rtp->sequence, .timestamp = rtp->timestamp};
    }
}

void sound_repair_fill(struct packet_buffer *empty, const struct packet_buffer *carrier,
                       const struct sound_repair_frame *missing)
{
    struct byte_writer writer = byte_writer_over(empty->data, sizeof(empty->data));
    byte_writer_u8(&writer, 0x80); /* version 2 and nothing else */
    byte_writer_u8(&writer, carrier->rtp.payload_type);
    byte_writer_u16(&writer, missing->sequence);
    byte_writer_u32(&writer, missing->frame.timestamp);
    byte_writer_u32(&writer, carrier->rtp.ssrc);
    byte_writer_bytes(&writer, missing->frame.data, missing->frame.size);
    assert(!byte_writer_failed(&writer));
    empty->size = (uint16_t)writer.size;
    empty->retransmitted = true;
    empty->arrival_us = carrier->arrival_us;
    empty->audio_level = carrier->audio_level;
    const int r = rtp_packet_parse(empty->data, empty->size, &empty->rtp);
    assert(r == 0);
    (void)r;
}
