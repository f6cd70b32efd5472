/* byte_writer.h - bounded big-endian cursor for output; it cannot pass its end.
 *
 * A write that does not fit writes nothing and makes byte_writer_failed() true for good.
 * Pure. Thread: any. */
#ifndef BEDSIDE_BASE_BYTE_WRITER_H
#define BEDSIDE_BASE_BYTE_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct byte_writer {
    uint8_t *data; /* borrowed */
    size_t capacity;
    size_t size;
    bool failed;
};

static inline struct byte_writer byte_writer_over(void *data, size_t capacity)
{
    return (struct byte_writer){.data = (uint8_t *)data, .capacity = capacity};
}

static inline bool byte_writer_failed(const struct byte_writer *writer)
{
    return writer->failed;
}

/* Returns the next `count` bytes for the caller to fill, or NULL. */
static inline uint8_t *byte_writer_reserve(struct byte_writer *writer, size_t count)
{
    if (writer->failed || count > writer->capacity - writer->size) {
        writer->failed = true;
        return NULL;
    }
    uint8_t *bytes = writer->data + writer->size;
    writer->size += count;
    return bytes;
}

static inline void byte_writer_bytes(struct byte_writer *writer, const void *bytes, size_t count)
{
    uint8_t *to = byte_writer_reserve(writer, count);
    if (to && count > 0) {
        memcpy(to, bytes, count);
    }
}

static inline void byte_writer_zeros(struct byte_writer *writer, size_t count)
{
    uint8_t *to = byte_writer_reserve(writer, count);
    if (to) {
        memset(to, 0, count);
    }
}

static inline void byte_writer_u8(struct byte_writer *writer, uint8_t value)
{
    byte_writer_bytes(writer, &value, 1);
}

static inline void byte_writer_u16(struct byte_writer *writer, uint16_t value)
{
    const uint8_t bytes[] = {(uint8_t)(value >> 8), (uint8_t)value};
    byte_writer_bytes(writer, bytes, sizeof(bytes));
}

static inline void byte_writer_u24(struct byte_writer *writer, uint32_t value)
{
    const uint8_t bytes[] = {(uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value};
    byte_writer_bytes(writer, bytes, sizeof(bytes));
}

static inline void byte_writer_u32(struct byte_writer *writer, uint32_t value)
{
    const uint8_t bytes[] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                             (uint8_t)value};
    byte_writer_bytes(writer, bytes, sizeof(bytes));
}

static inline void byte_writer_u64(struct byte_writer *writer, uint64_t value)
{
    byte_writer_u32(writer, (uint32_t)(value >> 32));
    byte_writer_u32(writer, (uint32_t)value);
}

#endif
