#include "media/recorder/segment_description.h"

#include "gateway/base/byte_reader.h"
#include "gateway/base/byte_writer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DESCRIPTION_VERSION 1
#define NUMBER_DIGITS 5

size_t segment_description_write(const struct segment_description *description,
                                 uint8_t ret_bytes[SEGMENT_DESCRIPTION_SIZE_MAX])
{
    struct byte_writer writer = byte_writer_over(ret_bytes, SEGMENT_DESCRIPTION_SIZE_MAX);
    byte_writer_u8(&writer, DESCRIPTION_VERSION);
    byte_writer_u8(&writer, (uint8_t)description->kind);
    byte_writer_u8(&writer, (uint8_t)description->codec);
    byte_writer_u32(&writer, description->number);
    byte_writer_u64(&writer, (uint64_t)description->interval_start_ms);
    byte_writer_bytes(&writer, description->label, strlen(description->label));
    return writer.size;
}

int segment_description_parse(const uint8_t *bytes, size_t size,
                              struct segment_description *ret_description)
{
    struct byte_reader reader = byte_reader_over(bytes, size);
    struct segment_description description = {0};
    const uint8_t version = byte_reader_u8(&reader);
    description.kind = byte_reader_u8(&reader);
    description.codec = byte_reader_u8(&reader);
    description.number = byte_reader_u32(&reader);
    description.interval_start_ms = (int64_t)byte_reader_u64(&reader);
    const size_t label_size = byte_reader_remaining(&reader);
    const uint8_t *label = byte_reader_take(&reader, label_size);
    const bool audio =
        description.kind == MEDIA_KIND_AUDIO && description.codec == MEDIA_CODEC_OPUS;
    const bool video =
        description.kind == MEDIA_KIND_VIDEO &&
        (description.codec == MEDIA_CODEC_VP8 || description.codec == MEDIA_CODEC_H264);
    if (byte_reader_failed(&reader) || version != DESCRIPTION_VERSION || !(audio || video) ||
        !recorder_label_is_good(label, label_size)) {
        return -EBADMSG;
    }
    memcpy(description.label, label, label_size);
    *ret_description = description;
    return 0;
}

void segment_name_write(const struct segment_description *description,
                        char ret_name[SEGMENT_NAME_SIZE])
{
    snprintf(ret_name, SEGMENT_NAME_SIZE, "%0*" PRIu32 "-%s-%s" SEGMENT_SUFFIX, NUMBER_DIGITS,
             description->number, description->kind == MEDIA_KIND_AUDIO ? "audio" : "video",
             description->label);
}

bool segment_name_parse(const char *name, uint32_t *ret_number)
{
    const size_t size = strlen(name);
    const size_t suffix_size = sizeof SEGMENT_SUFFIX - 1;
    uint32_t number = 0;
    size_t digits = 0;
    while (name[digits] >= '0' && name[digits] <= '9' && digits < 9) {
        number = 10 * number + (uint32_t)(name[digits++] - '0');
    }
    if (digits < NUMBER_DIGITS || name[digits] != '-' || size <= suffix_size ||
        size >= SEGMENT_NAME_SIZE || strcmp(name + size - suffix_size, SEGMENT_SUFFIX) != 0) {
        return false;
    }
    *ret_number = number;
    return true;
}
