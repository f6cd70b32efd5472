#include "media/recorder_control.h"

#include "gateway/base/byte_reader.h"
#include "gateway/base/byte_writer.h"
#include "gateway/base/cleanup.h"

#include <errno.h>

/* A text is its size in 16 bits and its bytes, without a terminating 0. */
static void write_text(struct byte_writer *writer, const char *text, size_t capacity)
{
    const size_t size = strnlen(text, capacity - 1);
    byte_writer_u16(writer, (uint16_t)size);
    byte_writer_bytes(writer, text, size);
}

static int read_text(struct byte_reader *reader, char *ret_text, size_t capacity)
{
    const size_t size = byte_reader_u16(reader);
    const uint8_t *bytes = byte_reader_take(reader, size);
    if (!bytes || size >= capacity || memchr(bytes, 0, size)) {
        return -EBADMSG;
    }
    memcpy(ret_text, bytes, size);
    ret_text[size] = 0;
    return 0;
}

static void write_configuration(struct byte_writer *writer,
                                const struct recorder_control_message *message)
{
    const struct recorder_configuration *configuration = &message->configuration;
    byte_writer_u8(writer, (uint8_t)configuration->mode);
    byte_writer_u8(writer, configuration->allow_weak_sandbox);
    byte_writer_u32(writer, configuration->uid);
    byte_writer_u32(writer, configuration->gid);
    byte_writer_u64(writer, configuration->minimum_free_bytes);
    byte_writer_u64(writer, configuration->memory_limit_bytes);
    byte_writer_bytes(writer, configuration->data_key, sizeof configuration->data_key);
    write_text(writer, configuration->directory, sizeof configuration->directory);
    byte_writer_u16(writer, (uint16_t)configuration->interval_count);
    for (size_t i = 0; i < configuration->interval_count; i++) {
        byte_writer_u64(writer, (uint64_t)configuration->intervals[i].start_ms);
        byte_writer_u64(writer, (uint64_t)configuration->intervals[i].end_ms);
    }
}

static int read_configuration(struct byte_reader *reader, struct recorder_control_message *message)
{
    struct recorder_configuration *configuration = &message->configuration;
    configuration->mode = byte_reader_u8(reader);
    configuration->allow_weak_sandbox = byte_reader_u8(reader) != 0;
    configuration->uid = byte_reader_u32(reader);
    configuration->gid = byte_reader_u32(reader);
    configuration->minimum_free_bytes = byte_reader_u64(reader);
    configuration->memory_limit_bytes = byte_reader_u64(reader);
    const uint8_t *key = byte_reader_take(reader, sizeof configuration->data_key);
    if (!key || read_text(reader, configuration->directory, sizeof configuration->directory) < 0) {
        return -EBADMSG;
    }
    memcpy(configuration->data_key, key, sizeof configuration->data_key);
    configuration->interval_count = byte_reader_u16(reader);
    if (configuration->interval_count > RECORDER_INTERVALS_MAX) {
        return -EBADMSG;
    }
    for (size_t i = 0; i < configuration->interval_count; i++) {
        configuration->intervals[i].start_ms = (int64_t)byte_reader_u64(reader);
        configuration->intervals[i].end_ms = (int64_t)byte_reader_u64(reader);
    }
    const bool known =
        configuration->mode == RECORDER_MODE_RECORD || configuration->mode == RECORDER_MODE_FINISH;
    return known && configuration->directory[0] ? 0 : -EBADMSG;
}

static void write_file(struct byte_writer *writer, const struct recorder_control_message *message)
{
    const struct recorder_file_report *file = &message->file;
    write_text(writer, file->name, sizeof file->name);
    write_text(writer, file->label, sizeof file->label);
    byte_writer_u8(writer, (uint8_t)file->kind);
    byte_writer_u8(writer, (uint8_t)file->codec);
    byte_writer_u32(writer, file->number);
    byte_writer_u8(writer, file->complete);
    byte_writer_u64(writer, (uint64_t)file->interval_start_ms);
    byte_writer_u64(writer, (uint64_t)file->interval_end_ms);
    byte_writer_u64(writer, file->start_us);
    byte_writer_u64(writer, file->end_us);
    byte_writer_u64(writer, file->size);
    byte_writer_u64(writer, file->plain_size);
    byte_writer_bytes(writer, file->sha256, sizeof file->sha256);
    write_text(writer, file->mime, sizeof file->mime);
}

/* The gateway believes little of a recorder, which has parsed what strangers sent: a name stays in
 * its directory, and a type is one that a player takes. */
static bool name_is_good(const char *name)
{
    return name[0] && name[0] != '.' && !strchr(name, '/');
}

static bool mime_is_good(const char *mime)
{
    static const char *const kinds[] = {"audio/webm", "video/webm", "video/mp4"};
    for (const char *c = mime; *c; c++) {
        if (*c < 0x20 || *c > 0x7e) {
            return false;
        }
    }
    const size_t size = strcspn(mime, ";");
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        if (strlen(kinds[i]) == size && memcmp(mime, kinds[i], size) == 0) {
            return true;
        }
    }
    return mime[0] == 0; /* of a segment */
}

static int read_file(struct byte_reader *reader, struct recorder_control_message *message)
{
    struct recorder_file_report *file = &message->file;
    if (read_text(reader, file->name, sizeof file->name) < 0 ||
        read_text(reader, file->label, sizeof file->label) < 0) {
        return -EBADMSG;
    }
    file->kind = byte_reader_u8(reader);
    file->codec = byte_reader_u8(reader);
    file->number = byte_reader_u32(reader);
    file->complete = byte_reader_u8(reader) != 0;
    file->interval_start_ms = (int64_t)byte_reader_u64(reader);
    file->interval_end_ms = (int64_t)byte_reader_u64(reader);
    file->start_us = byte_reader_u64(reader);
    file->end_us = byte_reader_u64(reader);
    file->size = byte_reader_u64(reader);
    file->plain_size = byte_reader_u64(reader);
    const uint8_t *sha256 = byte_reader_take(reader, sizeof file->sha256);
    if (!sha256 || read_text(reader, file->mime, sizeof file->mime) < 0) {
        return -EBADMSG;
    }
    memcpy(file->sha256, sha256, sizeof file->sha256);
    const bool known = (file->kind == MEDIA_KIND_AUDIO || file->kind == MEDIA_KIND_VIDEO) &&
                       file->codec <= MEDIA_CODEC_H264;
    return known && name_is_good(file->name) && mime_is_good(file->mime) ? 0 : -EBADMSG;
}

static void write_reason(struct byte_writer *writer, const struct recorder_control_message *message)
{
    write_text(writer, message->reason, sizeof message->reason);
}

static int read_reason(struct byte_reader *reader, struct recorder_control_message *message)
{
    return read_text(reader, message->reason, sizeof message->reason);
}

static void write_nothing(struct byte_writer *writer,
                          const struct recorder_control_message *message)
{
    (void)writer;
    (void)message;
}

static int read_nothing(struct byte_reader *reader, struct recorder_control_message *message)
{
    (void)reader;
    (void)message;
    return 0;
}

static const struct {
    void (*write)(struct byte_writer *writer, const struct recorder_control_message *message);
    int (*read)(struct byte_reader *reader, struct recorder_control_message *message);
} bodies[] = {
    [RECORDER_CONTROL_CONFIGURE] = {write_configuration, read_configuration},
    [RECORDER_CONTROL_STOP] = {write_nothing, read_nothing},
    [RECORDER_CONTROL_READY] = {write_reason, read_reason},
    [RECORDER_CONTROL_SEGMENT_OPENED] = {write_file, read_file},
    [RECORDER_CONTROL_SEGMENT_CLOSED] = {write_file, read_file},
    [RECORDER_CONTROL_SEGMENT_CHECKED] = {write_file, read_file},
    [RECORDER_CONTROL_PLAYABLE] = {write_file, read_file},
    [RECORDER_CONTROL_DISK_FULL] = {write_reason, read_reason},
    [RECORDER_CONTROL_FAILED] = {write_reason, read_reason},
    [RECORDER_CONTROL_DONE] = {write_nothing, read_nothing},
};

int recorder_control_parse(const uint8_t *datagram, size_t size,
                           struct recorder_control_message *ret_message)
{
    struct byte_reader reader = byte_reader_over(datagram, size);
    const uint8_t type = byte_reader_u8(&reader);
    const uint8_t version = byte_reader_u8(&reader);
    if (byte_reader_failed(&reader) || version != RECORDER_CONTROL_VERSION ||
        type >= ARRAY_LENGTH(bodies) || !bodies[type].read) {
        return -EBADMSG;
    }
    struct recorder_control_message message = {.type = type};
    if (bodies[type].read(&reader, &message) < 0 || byte_reader_failed(&reader) ||
        byte_reader_remaining(&reader) != 0) {
        return -EBADMSG;
    }
    *ret_message = message;
    return 0;
}

size_t recorder_control_write(const struct recorder_control_message *message,
                              uint8_t ret_datagram[RECORDER_CONTROL_SIZE_MAX])
{
    struct byte_writer writer = byte_writer_over(ret_datagram, RECORDER_CONTROL_SIZE_MAX);
    byte_writer_u8(&writer, (uint8_t)message->type);
    byte_writer_u8(&writer, RECORDER_CONTROL_VERSION);
    bodies[message->type].write(&writer, message);
    return writer.size;
}
