#include "media/rtp/rtp_header_template.h"

#include <assert.h>
#include <string.h>

#define TWO_BYTE_PROFILE 0x1000
#define EXTENSION_HEAD_SIZE 4
#define TRANSPORT_SEQUENCE_SIZE 2

static void write_u16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

void rtp_header_template_init(struct rtp_header_template *header_template,
                              const struct rtp_header *header,
                              const struct media_extension_ids *ids)
{
    struct rtp_header empty = *header;
    empty.marker = false;
    *header_template = (struct rtp_header_template){.size = 0};
    const int size =
        rtp_header_write(&empty, ids, header_template->bytes, sizeof(header_template->bytes));
    assert(size > 0);
    header_template->size = (uint8_t)size;

    /* The order of rtp_header_write(): transport-wide sequence number, audio level, mid. */
    const bool two_byte =
        header_template->bytes[RTP_FIXED_HEADER_SIZE] == (uint8_t)(TWO_BYTE_PROFILE >> 8);
    const size_t element_head = two_byte ? 2 : 1;
    size_t at = RTP_FIXED_HEADER_SIZE + EXTENSION_HEAD_SIZE;
    if (header->has_transport_sequence && ids->transport_cc) {
        header_template->transport_sequence_at = (uint8_t)(at + element_head);
        at += element_head + TRANSPORT_SEQUENCE_SIZE;
    }
    if (header->audio_level.present && ids->audio_level) {
        header_template->audio_level_at = (uint8_t)(at + element_head);
    }
}

size_t rtp_header_template_write(const struct rtp_header_template *header_template,
                                 const struct rtp_header_numbers *numbers,
                                 uint8_t ret_bytes[RTP_HEADER_SIZE_MAX])
{
    memcpy(ret_bytes, header_template->bytes, RTP_HEADER_SIZE_MAX);
    ret_bytes[1] |= numbers->marker ? 0x80 : 0;
    write_u16(ret_bytes + 2, numbers->sequence);
    write_u16(ret_bytes + 4, (uint16_t)(numbers->timestamp >> 16));
    write_u16(ret_bytes + 6, (uint16_t)numbers->timestamp);
    if (header_template->transport_sequence_at) {
        write_u16(ret_bytes + header_template->transport_sequence_at, numbers->transport_sequence);
    }
    if (header_template->audio_level_at) {
        ret_bytes[header_template->audio_level_at] =
            (uint8_t)((numbers->audio_level.voice ? 0x80 : 0) |
                      (numbers->audio_level.minus_dbov & 0x7f));
    }
    return header_template->size;
}
