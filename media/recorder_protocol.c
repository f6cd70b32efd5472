#include "media/recorder_protocol.h"

#include "gateway/base/byte_writer.h"
#include "gateway/base/cleanup.h"

#include <errno.h>

#define RTP_FIXED_HEADER_SIZE 12

bool recorder_label_is_good(const uint8_t *label, size_t size)
{
    if (size == 0 || size >= RECORDER_LABEL_SIZE_MAX) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        const uint8_t c = label[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_') {
            return false;
        }
    }
    return true;
}

static int parse_track(struct recorder_message *message)
{
    if (message->payload_size < 2) {
        return -EBADMSG;
    }
    const uint8_t codec = message->payload[0];
    const uint8_t *label = message->payload + 1;
    const size_t label_size = message->payload_size - 1;
    if (codec != MEDIA_CODEC_OPUS && codec != MEDIA_CODEC_VP8 && codec != MEDIA_CODEC_H264) {
        return -EBADMSG;
    }
    if (!recorder_label_is_good(label, label_size)) {
        return -EBADMSG;
    }
    message->codec = codec;
    memcpy(message->label, label, label_size);
    return 0;
}

static int parse_wall(struct recorder_message *message)
{
    struct byte_reader reader = byte_reader_over(message->payload, message->payload_size);
    message->wall_ms = (int64_t)byte_reader_u64(&reader);
    const bool whole = !byte_reader_failed(&reader) && byte_reader_remaining(&reader) == 0;
    return whole && message->wall_ms >= 0 ? 0 : -EBADMSG;
}

static int parse_rtp(struct recorder_message *message)
{
    const bool fits = message->payload_size >= RTP_FIXED_HEADER_SIZE &&
                      message->payload_size <= RECORDER_MESSAGE_SIZE_MAX - RECORDER_HEADER_SIZE;
    return fits ? 0 : -EBADMSG;
}

static int parse_nothing(struct recorder_message *message)
{
    return message->payload_size == 0 ? 0 : -EBADMSG;
}

static int (*const payload_parsers[])(struct recorder_message *message) = {
    [RECORDER_TRACK] = parse_track, [RECORDER_RTP] = parse_rtp,
    [RECORDER_FLOW] = parse_wall,   [RECORDER_PAUSE] = parse_wall,
    [RECORDER_END] = parse_nothing, [RECORDER_KEYFRAME] = parse_nothing,
};

void recorder_walk_begin(struct recorder_walk *walk, const uint8_t *datagram, size_t size)
{
    walk->rest = byte_reader_over(datagram, size);
}

/* Header and payload of the next message, whatever they say. Returns 0, or -EBADMSG when they pass
 * the end. */
static int take_message(struct byte_reader *rest, uint8_t *ret_type, uint8_t *ret_version,
                        struct recorder_message *ret_message)
{
    *ret_type = byte_reader_u8(rest);
    *ret_version = byte_reader_u8(rest);
    ret_message->track = byte_reader_u16(rest);
    ret_message->media_time_us = byte_reader_u64(rest);
    ret_message->payload_size = byte_reader_u16(rest);
    ret_message->payload = byte_reader_take(rest, ret_message->payload_size);
    return byte_reader_failed(rest) ? -EBADMSG : 0;
}

int recorder_walk_next(struct recorder_walk *walk, struct recorder_message *ret_message)
{
    struct recorder_message message = {0};
    uint8_t type = 0;
    uint8_t version = 0;
    if (byte_reader_failed(&walk->rest) || byte_reader_remaining(&walk->rest) == 0) {
        return 0;
    }
    int error = take_message(&walk->rest, &type, &version, &message);
    if (error < 0) {
        return error;
    }
    if (version != RECORDER_PROTOCOL_VERSION || type >= ARRAY_LENGTH(payload_parsers) ||
        !payload_parsers[type]) {
        return -EBADMSG;
    }
    message.type = type;
    error = payload_parsers[type](&message);
    if (error < 0) {
        return error;
    }
    *ret_message = message;
    return 1;
}

static size_t payload_size_of(const struct recorder_message *message)
{
    switch (message->type) {
    case RECORDER_TRACK:
        return 1 + strnlen(message->label, RECORDER_LABEL_SIZE_MAX - 1);
    case RECORDER_RTP:
        return message->payload_size;
    case RECORDER_FLOW:
    case RECORDER_PAUSE:
        return sizeof(uint64_t);
    case RECORDER_END:
    case RECORDER_KEYFRAME:
        break;
    }
    return 0;
}

size_t recorder_message_write(const struct recorder_message *message, uint8_t *ret_bytes,
                              size_t capacity)
{
    const size_t payload_size = payload_size_of(message);
    const size_t size = RECORDER_HEADER_SIZE + payload_size;
    if (size > capacity || size > RECORDER_MESSAGE_SIZE_MAX) {
        return 0;
    }
    struct byte_writer writer = byte_writer_over(ret_bytes, size);
    byte_writer_u8(&writer, (uint8_t)message->type);
    byte_writer_u8(&writer, RECORDER_PROTOCOL_VERSION);
    byte_writer_u16(&writer, message->track);
    byte_writer_u64(&writer, message->media_time_us);
    byte_writer_u16(&writer, (uint16_t)payload_size);
    if (message->type == RECORDER_TRACK) {
        byte_writer_u8(&writer, (uint8_t)message->codec);
        byte_writer_bytes(&writer, message->label, payload_size - 1);
    } else if (message->type == RECORDER_FLOW || message->type == RECORDER_PAUSE) {
        byte_writer_u64(&writer, (uint64_t)message->wall_ms);
    }
    return size;
}
