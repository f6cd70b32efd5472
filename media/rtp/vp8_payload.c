#include "media/rtp/vp8_payload.h"

#include "gateway/base/byte_reader.h"

#include <errno.h>

/* RFC 6386, 9.1: three bytes of frame tag, start code, width, height; little endian. */
#define KEYFRAME_HEADER_SIZE 10
#define DIMENSION_MASK 0x3fff /* without the scale in the upper bits */

static void parse_optional(struct byte_reader *reader, struct vp8_payload *payload)
{
    const uint8_t flags = byte_reader_u8(reader);
    if (flags & 0x80) {
        const uint8_t first = byte_reader_u8(reader);
        payload->has_picture_id = true;
        payload->wide_picture_id = first & 0x80;
        payload->picture_id = first & 0x7f;
        if (payload->wide_picture_id) {
            payload->picture_id = (uint16_t)(payload->picture_id << 8 | byte_reader_u8(reader));
        }
    }
    if (flags & 0x40) {
        payload->has_tl0_index = true;
        payload->tl0_index = byte_reader_u8(reader);
    }
    if (flags & 0x30) {
        const uint8_t layer = byte_reader_u8(reader);
        payload->has_temporal_layer = flags & 0x20;
        payload->temporal_layer = payload->has_temporal_layer ? layer >> 6 : 0;
        payload->layer_sync = payload->has_temporal_layer && (layer & 0x20);
    }
}

static void parse_frame_tag(const uint8_t *frame, size_t size, struct vp8_payload *payload)
{
    payload->keyframe = !(frame[0] & 0x01);
    const bool has_size = payload->keyframe && size >= KEYFRAME_HEADER_SIZE && frame[3] == 0x9d &&
                          frame[4] == 0x01 && frame[5] == 0x2a;
    if (has_size) {
        payload->width = (uint16_t)((frame[7] << 8 | frame[6]) & DIMENSION_MASK);
        payload->height = (uint16_t)((frame[9] << 8 | frame[8]) & DIMENSION_MASK);
    }
}

int vp8_payload_parse(const uint8_t *payload, size_t size, struct vp8_payload *ret_payload)
{
    struct byte_reader reader = byte_reader_over(payload, size);
    const uint8_t first = byte_reader_u8(&reader);
    struct vp8_payload parsed = {
        .non_reference = first & 0x20,
        .frame_start = (first & 0x10) && (first & 0x07) == 0,
    };
    if (first & 0x80) {
        parse_optional(&reader, &parsed);
    }
    if (byte_reader_failed(&reader) || byte_reader_remaining(&reader) == 0) {
        return -EBADMSG;
    }
    parsed.descriptor_size = (uint8_t)reader.position;
    if (parsed.frame_start) {
        parse_frame_tag(payload + reader.position, byte_reader_remaining(&reader), &parsed);
    }
    *ret_payload = parsed;
    return 0;
}
