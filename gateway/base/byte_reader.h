/* byte_reader.h - bounded big-endian cursor for input; it cannot pass its end.
 *
 * A read past the end yields 0, moves nothing, and makes byte_reader_failed() true for good, so
 * that a parser may read a whole header and check once. Pure. Thread: any. */
#ifndef BEDSIDE_BASE_BYTE_READER_H
#define BEDSIDE_BASE_BYTE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct byte_reader {
    const uint8_t *data; /* borrowed */
    size_t size;
    size_t position;
    bool failed;
};

static inline struct byte_reader byte_reader_over(const void *data, size_t size)
{
    return (struct byte_reader){.data = (const uint8_t *)data, .size = size};
}

static inline bool byte_reader_failed(const struct byte_reader *reader)
{
    return reader->failed;
}

static inline size_t byte_reader_remaining(const struct byte_reader *reader)
{
    return reader->size - reader->position;
}

/* Returns a borrowed pointer to the next `count` bytes and moves past them, or NULL. */
static inline const uint8_t *byte_reader_take(struct byte_reader *reader, size_t count)
{
    if (reader->failed || count > byte_reader_remaining(reader)) {
        reader->failed = true;
        return NULL;
    }
    const uint8_t *bytes = reader->data + reader->position;
    reader->position += count;
    return bytes;
}

static inline void byte_reader_skip(struct byte_reader *reader, size_t count)
{
    (void)byte_reader_take(reader, count);
}

static inline uint8_t byte_reader_u8(struct byte_reader *reader)
{
    const uint8_t *b = byte_reader_take(reader, 1);
    return b ? b[0] : 0;
}

static inline uint16_t byte_reader_u16(struct byte_reader *reader)
{
    const uint8_t *b = byte_reader_take(reader, 2);
    return b ? (uint16_t)(b[0] << 8 | b[1]) : 0;
}

static inline uint32_t byte_reader_u24(struct byte_reader *reader)
{
    const uint8_t *b = byte_reader_take(reader, 3);
    return b ? (uint32_t)b[0] << 16 | (uint32_t)b[1] << 8 | b[2] : 0;
}

static inline uint32_t byte_reader_u32(struct byte_reader *reader)
{
    const uint8_t *b = byte_reader_take(reader, 4);
    return b ? (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3] : 0;
}

static inline uint64_t byte_reader_u64(struct byte_reader *reader)
{
    const uint64_t high = byte_reader_u32(reader);
    return high << 32 | byte_reader_u32(reader);
}

#endif
