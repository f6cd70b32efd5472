#include "media/rtp/h264_payload.h"

#include "gateway/base/byte_reader.h"

#include <errno.h>

#define FORBIDDEN_BIT 0x80
#define REFERENCE_BITS 0x60
#define TYPE_BITS 0x1f
#define FU_START_BIT 0x80

enum nal_type {
    NAL_IDR_SLICE = 5,
    NAL_SEQUENCE_PARAMETER_SET = 7,
    NAL_SINGLE_MAX = 23,
    NAL_STAP_A = 24,
    NAL_FU_A = 28,
};

static void note_unit(struct h264_payload *payload, unsigned type)
{
    payload->parameter_sets |= type == NAL_SEQUENCE_PARAMETER_SET;
    payload->idr |= type == NAL_IDR_SLICE;
}

static int parse_stap_a(struct byte_reader *reader, struct h264_payload *payload)
{
    do {
        const size_t size = byte_reader_u16(reader);
        const uint8_t *unit = byte_reader_take(reader, size);
        if (!unit || size == 0 || (unit[0] & FORBIDDEN_BIT)) {
            return -EBADMSG;
        }
        note_unit(payload, unit[0] & TYPE_BITS);
    } while (byte_reader_remaining(reader) > 0);
    return 0;
}

static int parse_fu_a(struct byte_reader *reader, struct h264_payload *payload)
{
    const uint8_t fu_header = byte_reader_u8(reader);
    if (byte_reader_failed(reader) || byte_reader_remaining(reader) == 0) {
        return -EBADMSG;
    }
    if (fu_header & FU_START_BIT) {
        note_unit(payload, fu_header & TYPE_BITS);
    }
    return 0;
}

int h264_payload_parse(const uint8_t *payload, size_t size, struct h264_payload *ret_payload)
{
    struct byte_reader reader = byte_reader_over(payload, size);
    const uint8_t first = byte_reader_u8(&reader);
    const unsigned type = first & TYPE_BITS;
    if (byte_reader_failed(&reader) || (first & FORBIDDEN_BIT)) {
        return -EBADMSG;
    }
    /* RFC 6184, 5.3: an aggregate's nal_ref_idc is the greatest of its units'. */
    struct h264_payload parsed = {.non_reference = (first & REFERENCE_BITS) == 0};
    int rc = 0;
    if (type == NAL_STAP_A) {
        rc = parse_stap_a(&reader, &parsed);
    } else if (type == NAL_FU_A) {
        rc = parse_fu_a(&reader, &parsed);
    } else if (type >= 1 && type <= NAL_SINGLE_MAX) {
        note_unit(&parsed, type);
    } else {
        rc = -EBADMSG;
    }
    if (rc < 0) {
        return rc;
    }
    parsed.keyframe = parsed.parameter_sets;
    *ret_payload = parsed;
    return 0;
}
