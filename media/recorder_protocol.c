#include "media/recorder_protocol.h"

#include "gateway/base/byte_reader.h"
#include "gateway/base/byte_writer.h"
#include "gateway/base/cleanup.h"

#include <errno.h>

#define RTP_FIXED_HEADER_SIZE 12

/* A label becomes part of a file's name, so nothing but letters, digits and - _ may be in it. */
static bool label_is_good(const uint8_t *label, size_t size)
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
    if (!label_is_good(label, label_size)) {
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
    return message->payload_size >= RTP_FIXED_HEADER_SIZE ? 0 : -EBADMSG;
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

int recorder_message_parse(const uint8_t *datagram, size_t size,
                           struct recorder_message *ret_message)
{
    if (size > RECORDER_MESSAGE_SIZE_MAX) {
        return -EBADMSG;
    }
    struct byte_reader reader = byte_reader_over(datagram, size);
    const uint8_t type = byte_reader_u8(&reader);
    const uint8_t version = byte_reader_u8(&reader);
    struct recorder_message message = {
        .type = type,
        .track = byte_reader_u16(&reader),
        .media_time_us = byte_reader_u64(&reader),
    };
    if (byte_reader_failed(&reader) || version != RECORDER_PROTOCOL_VERSION ||
        type >= ARRAY_LENGTH(payload_parsers) || !payload_parsers[type]) {
        return -EBADMSG;
    }
    message.payload_size = byte_reader_remaining(&reader);
    message.payload = byte_reader_take(&reader, message.payload_size);
    const int error = payload_parsers[type](&message);
    if (error < 0) {
        return error;
    }
    *ret_message = message;
    return 0;
}

size_t recorder_message_write(const struct recorder_message *message,
                              uint8_t ret_datagram[RECORDER_MESSAGE_SIZE_MAX])
{
    struct byte_writer writer = byte_writer_over(ret_datagram, RECORDER_MESSAGE_SIZE_MAX);
    byte_writer_u8(&writer, (uint8_t)message->type);
    byte_writer_u8(&writer, RECORDER_PROTOCOL_VERSION);
    byte_writer_u16(&writer, message->track);
    byte_writer_u64(&writer, message->media_time_us);
    if (message->type == RECORDER_TRACK) {
        byte_writer_u8(&writer, (uint8_t)message->codec);
        byte_writer_bytes(&writer, message->label,
                          strnlen(message->label, RECORDER_LABEL_SIZE_MAX - 1));
    } else if (message->type == RECORDER_FLOW || message->type == RECORDER_PAUSE) {
        byte_writer_u64(&writer, (uint64_t)message->wall_ms);
    }
    return writer.size;
}
