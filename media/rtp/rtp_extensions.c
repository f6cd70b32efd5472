#include "media/rtp/rtp_extensions.h"

#include "gateway/base/byte_writer.h"

#include <errno.h>
#include <string.h>

#define ONE_BYTE_PROFILE 0xBEDE
#define TWO_BYTE_PROFILE 0x1000
#define ONE_BYTE_ID_MAX 14
#define EXTENSION_HEAD_SIZE 4
#define PLAYOUT_DELAY_UNIT_MS 10
/* At most: as long as browsers do by themselves. At 0 they would stop smoothing. */
#define PLAYOUT_DELAY_MAX_MS 10000

static void read_text(const struct rtp_extension_element *element, struct rtp_extension_text *text)
{
    const bool fits = element->size > 0 && element->size <= RTP_EXTENSION_TEXT_SIZE_MAX &&
                      !memchr(element->data, 0, element->size);
    if (text->size == 0 && fits) {
        text->data = element->data;
        text->size = element->size;
    }
}

static void read_audio_level(const struct rtp_extension_element *element,
                             struct rtp_audio_level *level)
{
    if (!level->present && element->size == 1) {
        level->present = true;
        level->voice = element->data[0] & 0x80;
        level->minus_dbov = element->data[0] & 0x7f;
    }
}

static void read_transport_sequence(const struct rtp_extension_element *element,
                                    struct rtp_extensions *extensions)
{
    if (!extensions->has_transport_sequence && element->size == 2) {
        extensions->has_transport_sequence = true;
        extensions->transport_sequence = (uint16_t)(element->data[0] << 8 | element->data[1]);
    }
}

int rtp_extensions_read(const struct rtp_packet *packet, const struct media_extension_ids *ids,
                        struct rtp_extensions *ret_extensions)
{
    struct rtp_extensions extensions = {.mid.size = 0};
    struct rtp_extension_element element;
    struct rtp_extension_walk walk;
    rtp_extension_walk_begin(&walk, packet);

    /* A walk never yields id 0, so what was not negotiated (0) matches nothing. */
    int rc;
    while ((rc = rtp_extension_walk_next(&walk, &element)) > 0) {
        if (element.id == ids->transport_cc) {
            read_transport_sequence(&element, &extensions);
        } else if (element.id == ids->audio_level) {
            read_audio_level(&element, &extensions.audio_level);
        } else if (element.id == ids->mid) {
            read_text(&element, &extensions.mid);
        } else if (element.id == ids->rid) {
            read_text(&element, &extensions.rid);
        } else if (element.id == ids->repaired_rid) {
            read_text(&element, &extensions.repaired_rid);
        }
    }
    if (rc < 0) {
        return rc;
    }
    *ret_extensions = extensions;
    return 0;
}

bool rtp_extension_text_equals(const struct rtp_extension_text *text, const char *expected)
{
    return text->size > 0 && strlen(expected) == text->size &&
           memcmp(text->data, expected, text->size) == 0;
}

static void write_element(struct byte_writer *writer, bool two_byte, uint8_t id, const void *data,
                          uint8_t size)
{
    if (two_byte) {
        byte_writer_u8(writer, id);
        byte_writer_u8(writer, size);
    } else {
        byte_writer_u8(writer, (uint8_t)(id << 4 | (size - 1)));
    }
    byte_writer_bytes(writer, data, size);
}

/* Two numbers of twelve bits: the least and the most. */
static void write_playout_delay(struct byte_writer *writer, bool two_byte, uint8_t id,
                                const struct rtp_playout_delay *delay)
{
    const unsigned most = PLAYOUT_DELAY_MAX_MS / PLAYOUT_DELAY_UNIT_MS;
    const unsigned wanted = delay->min_ms / PLAYOUT_DELAY_UNIT_MS;
    const unsigned least = wanted < most ? wanted : most;
    const uint8_t bytes[] = {(uint8_t)(least >> 4), (uint8_t)(least << 4 | most >> 8),
                             (uint8_t)most};
    write_element(writer, two_byte, id, bytes, sizeof(bytes));
}

int rtp_header_write(const struct rtp_header *header, const struct media_extension_ids *ids,
                     uint8_t *ret_bytes, size_t capacity)
{
    const size_t mid_size = header->mid ? strnlen(header->mid, RTP_EXTENSION_TEXT_SIZE_MAX) : 0;
    const uint8_t sequence_id = header->has_transport_sequence ? ids->transport_cc : 0;
    const uint8_t mid_id = mid_size > 0 ? ids->mid : 0;
    const uint8_t level_id = header->audio_level.present ? ids->audio_level : 0;
    const uint8_t delay_id = header->playout_delay.present ? ids->playout_delay : 0;
    const bool extended = sequence_id || mid_id || level_id || delay_id;
    const bool two_byte = sequence_id > ONE_BYTE_ID_MAX || mid_id > ONE_BYTE_ID_MAX ||
                          level_id > ONE_BYTE_ID_MAX || delay_id > ONE_BYTE_ID_MAX;

    struct byte_writer writer = byte_writer_over(ret_bytes, capacity);
    byte_writer_u8(&writer, extended ? 0x90 : 0x80);
    byte_writer_u8(&writer, (uint8_t)((header->marker ? 0x80 : 0) | (header->payload_type & 0x7f)));
    byte_writer_u16(&writer, header->sequence);
    byte_writer_u32(&writer, header->timestamp);
    byte_writer_u32(&writer, header->ssrc);
    if (extended) {
        byte_writer_u16(&writer, two_byte ? TWO_BYTE_PROFILE : ONE_BYTE_PROFILE);
        byte_writer_u16(&writer, 0); /* the length, below */
        if (sequence_id) {
            const uint8_t bytes[] = {(uint8_t)(header->transport_sequence >> 8),
                                     (uint8_t)header->transport_sequence};
            write_element(&writer, two_byte, sequence_id, bytes, sizeof(bytes));
        }
        if (level_id) {
            const uint8_t byte = (uint8_t)((header->audio_level.voice ? 0x80 : 0) |
                                           (header->audio_level.minus_dbov & 0x7f));
            write_element(&writer, two_byte, level_id, &byte, 1);
        }
        if (mid_id) {
            write_element(&writer, two_byte, mid_id, header->mid, (uint8_t)mid_size);
        }
        if (delay_id) {
            write_playout_delay(&writer, two_byte, delay_id, &header->playout_delay);
        }
        byte_writer_zeros(&writer, -writer.size & 3);
    }
    if (byte_writer_failed(&writer)) {
        return -ENOBUFS;
    }
    if (extended) {
        const size_t words =
            (writer.size - RTP_FIXED_HEADER_SIZE - EXTENSION_HEAD_SIZE) / sizeof(uint32_t);
        ret_bytes[RTP_FIXED_HEADER_SIZE + 3] = (uint8_t)words;
    }
    return (int)writer.size;
}
