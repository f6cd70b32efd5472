#include "media/rtp/rtx_stream.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

void rtx_stream_init(struct rtx_stream *stream, uint32_t ssrc, uint16_t first_sequence)
{
    assert(first_sequence < 0x8000);
    *stream = (struct rtx_stream){.ssrc = ssrc, .next_sequence = first_sequence};
}

int rtx_stream_write(struct rtx_stream *stream, const struct rtp_header *original,
                     uint8_t rtx_payload_type, const struct media_extension_ids *ids,
                     uint8_t *ret_bytes, size_t capacity)
{
    struct rtp_header header = *original;
    header.ssrc = stream->ssrc;
    header.payload_type = rtx_payload_type;
    header.sequence = stream->next_sequence;
    const int header_size = rtp_header_write(&header, ids, ret_bytes, capacity);
    if (header_size < 0) {
        return header_size;
    }
    if (capacity - (size_t)header_size < RTX_OSN_SIZE) {
        return -ENOBUFS;
    }
    ret_bytes[header_size] = (uint8_t)(original->sequence >> 8);
    ret_bytes[header_size + 1] = (uint8_t)original->sequence;
    stream->next_sequence++;
    return header_size + RTX_OSN_SIZE;
}

int rtx_unwrap(uint8_t *bytes, struct rtp_packet *packet, uint32_t media_ssrc,
               uint8_t media_payload_type)
{
    assert(packet->bytes == bytes);
    if (packet->payload_size == 0) {
        return -ENODATA;
    }
    if (packet->payload_size <= RTX_OSN_SIZE) {
        return -EBADMSG;
    }
    uint8_t *payload = bytes + packet->payload_offset;
    const uint16_t original = (uint16_t)(payload[0] << 8 | payload[1]);
    packet->payload_size = (uint16_t)(packet->payload_size - RTX_OSN_SIZE);
    memmove(payload, payload + RTX_OSN_SIZE, packet->payload_size);

    bytes[0] &= (uint8_t)~0x20; /* the padding is cut off */
    rtp_packet_set_sequence(bytes, original);
    rtp_packet_set_ssrc(bytes, media_ssrc);
    rtp_packet_set_payload_type(bytes, media_payload_type);
    packet->size = (uint16_t)(packet->payload_offset + packet->payload_size);
    packet->padding_size = 0;
    packet->sequence = original;
    packet->ssrc = media_ssrc;
    packet->payload_type = media_payload_type;
    return 0;
}
