#include "media/rtp/red_audio.h"

#include "gateway/base/byte_reader.h"
#include "gateway/base/byte_writer.h"
#include "gateway/base/sequence_number.h"

#include <assert.h>
#include <errno.h>

#define FOLLOWED 0x80
#define LENGTH_BITS 10

struct block {
    uint8_t payload_type;
    uint16_t offset;
    uint16_t length;
};

/* Returns how many headers stand before the own frame's, or -EBADMSG. */
static int read_headers(struct byte_reader *reader, struct block *ret_blocks,
                        uint8_t *ret_own_payload_type)
{
    for (int count = 0;; count++) {
        const uint8_t first = byte_reader_u8(reader);
        if (!(first & FOLLOWED)) {
            *ret_own_payload_type = first;
            return byte_reader_failed(reader) ? -EBADMSG : count;
        }
        if (count == RED_AUDIO_EARLIER_MAX) {
            return -EBADMSG;
        }
        const uint32_t rest = byte_reader_u24(reader);
        ret_blocks[count] = (struct block){
            .payload_type = first & 0x7f,
            .offset = (uint16_t)(rest >> LENGTH_BITS),
            .length = rest & RED_AUDIO_LENGTH_MAX,
        };
    }
}

/* The order of the frames is not prescribed: they are put in that of time. */
static void add_earlier(struct red_audio *red, const struct red_audio_frame *frame)
{
    size_t at = red->earlier_count;
    while (at > 0 && timestamp_distance(red->earlier[at - 1].timestamp, frame->timestamp) > 0) {
        at--;
    }
    if (at > 0 && red->earlier[at - 1].timestamp == frame->timestamp) {
        return;
    }
    for (size_t i = red->earlier_count++; i > at; i--) {
        red->earlier[i] = red->earlier[i - 1];
    }
    red->earlier[at] = *frame;
}

int red_audio_parse(const uint8_t *payload, size_t size, uint8_t payload_type, uint32_t timestamp,
                    struct red_audio *ret_red)
{
    struct byte_reader reader = byte_reader_over(payload, size);
    struct block blocks[RED_AUDIO_EARLIER_MAX];
    struct red_audio red = {.earlier_count = 0};
    uint8_t own_payload_type = 0;
    const int count = read_headers(&reader, blocks, &own_payload_type);
    if (count < 0 || own_payload_type != payload_type) {
        return -EBADMSG;
    }
    for (int i = 0; i < count; i++) {
        const struct red_audio_frame frame = {
            .timestamp = timestamp - blocks[i].offset,
            .data = byte_reader_take(&reader, blocks[i].length),
            .size = blocks[i].length,
        };
        if (blocks[i].payload_type == payload_type && blocks[i].offset > 0 && frame.size > 0) {
            add_earlier(&red, &frame);
        }
    }
    if (byte_reader_failed(&reader) || byte_reader_remaining(&reader) == 0) {
        return -EBADMSG;
    }
    red.own.timestamp = timestamp;
    red.own.size = byte_reader_remaining(&reader);
    red.own.data = byte_reader_take(&reader, red.own.size);
    *ret_red = red;
    return 0;
}

bool red_audio_can_carry(const struct red_audio_frame *earlier, uint32_t timestamp)
{
    const int32_t offset = timestamp_distance(timestamp, earlier->timestamp);
    return offset > 0 && offset <= RED_AUDIO_OFFSET_MAX && earlier->size > 0 &&
           earlier->size <= RED_AUDIO_LENGTH_MAX;
}

size_t red_audio_write_headers(const struct red_audio_frame *earlier, size_t count,
                               uint8_t payload_type, uint32_t timestamp,
                               uint8_t ret_headers[RED_AUDIO_HEADERS_SIZE_MAX])
{
    assert(count <= RED_AUDIO_EARLIER_MAX);
    struct byte_writer writer = byte_writer_over(ret_headers, RED_AUDIO_HEADERS_SIZE_MAX);
    for (size_t i = 0; i < count; i++) {
        assert(red_audio_can_carry(&earlier[i], timestamp));
        const uint32_t offset = timestamp - earlier[i].timestamp;
        byte_writer_u8(&writer, FOLLOWED | payload_type);
        byte_writer_u24(&writer, offset << LENGTH_BITS | (uint32_t)earlier[i].size);
    }
    byte_writer_u8(&writer, payload_type);
    return writer.size;
}
