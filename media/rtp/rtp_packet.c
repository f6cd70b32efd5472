#include "media/rtp/rtp_packet.h"

#include <errno.h>

#define VERSION 2
#define ONE_BYTE_PROFILE 0xBEDE
#define TWO_BYTE_PROFILE 0x1000
#define TWO_BYTE_PROFILE_MASK 0xfff0 /* the low bits are the application's */
#define ONE_BYTE_STOP_ID 15

static uint16_t read_u16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static uint32_t read_u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void write_u16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void write_u32(uint8_t *at, uint32_t value)
{
    write_u16(at, (uint16_t)(value >> 16));
    write_u16(at + 2, (uint16_t)value);
}

int rtp_packet_parse(const uint8_t *bytes, size_t size, struct rtp_packet *ret_packet)
{
    if (size < RTP_FIXED_HEADER_SIZE || size > UINT16_MAX || bytes[0] >> 6 != VERSION) {
        return -EBADMSG;
    }
    struct rtp_packet packet = {
        .bytes = bytes,
        .size = (uint16_t)size,
        .marker = bytes[1] & 0x80,
        .payload_type = bytes[1] & 0x7f,
        .sequence = read_u16(bytes + 2),
        .timestamp = read_u32(bytes + 4),
        .ssrc = read_u32(bytes + 8),
    };

    size_t position = RTP_FIXED_HEADER_SIZE + 4 * (size_t)(bytes[0] & 0x0f);
    if (position > size) {
        return -EBADMSG;
    }
    if (bytes[0] & 0x10) {
        if (size - position < 4) {
            return -EBADMSG;
        }
        const size_t extension_size = 4 * (size_t)read_u16(bytes + position + 2);
        if (extension_size > size - position - 4) {
            return -EBADMSG;
        }
        packet.extension_profile = read_u16(bytes + position);
        packet.extension_offset = (uint16_t)(position + 4);
        packet.extension_size = (uint16_t)extension_size;
        position += 4 + extension_size;
    }
    if (bytes[0] & 0x20) {
        /* The last byte counts itself, so 0 is as wrong as more than there is. */
        const uint8_t padding = position < size ? bytes[size - 1] : 0;
        if (padding == 0 || padding > size - position) {
            return -EBADMSG;
        }
        packet.padding_size = padding;
    }
    packet.payload_offset = (uint16_t)position;
    packet.payload_size = (uint16_t)(size - position - packet.padding_size);
    *ret_packet = packet;
    return 0;
}

void rtp_packet_set_payload_type(uint8_t *bytes, uint8_t payload_type)
{
    bytes[1] = (uint8_t)((bytes[1] & 0x80) | (payload_type & 0x7f));
}

void rtp_packet_set_sequence(uint8_t *bytes, uint16_t sequence)
{
    write_u16(bytes + 2, sequence);
}

void rtp_packet_set_timestamp(uint8_t *bytes, uint32_t timestamp)
{
    write_u32(bytes + 4, timestamp);
}

void rtp_packet_set_ssrc(uint8_t *bytes, uint32_t ssrc)
{
    write_u32(bytes + 8, ssrc);
}

void rtp_extension_walk_begin(struct rtp_extension_walk *walk, const struct rtp_packet *packet)
{
    const bool two_byte = (packet->extension_profile & TWO_BYTE_PROFILE_MASK) == TWO_BYTE_PROFILE;
    const bool known = two_byte || packet->extension_profile == ONE_BYTE_PROFILE;
    *walk = (struct rtp_extension_walk){
        .data = packet->bytes + packet->extension_offset,
        .size = known ? packet->extension_size : 0,
        .two_byte = two_byte,
    };
}

int rtp_extension_walk_next(struct rtp_extension_walk *walk,
                            struct rtp_extension_element *ret_element)
{
    while (walk->position < walk->size && walk->data[walk->position] == 0) {
        walk->position++; /* padding between elements */
    }
    if (walk->position == walk->size) {
        return 0;
    }
    const uint8_t *element = walk->data + walk->position;
    const size_t room = (size_t)(walk->size - walk->position);
    const size_t head_size = walk->two_byte ? 2 : 1;
    if (room < head_size) {
        walk->position = walk->size;
        return -EBADMSG;
    }
    const uint8_t id = walk->two_byte ? element[0] : element[0] >> 4;
    const size_t size = walk->two_byte ? element[1] : (size_t)(element[0] & 0x0f) + 1;
    /* RFC 8285, 4.2: both end the extension; a 0 here has a length, so it is no padding. */
    if (!walk->two_byte && (id == ONE_BYTE_STOP_ID || id == 0)) {
        walk->position = walk->size;
        return 0;
    }
    if (size > room - head_size) {
        walk->position = walk->size;
        return -EBADMSG;
    }
    walk->position = (uint16_t)(walk->position + head_size + size);
    *ret_element = (struct rtp_extension_element){
        .id = id,
        .size = (uint8_t)size,
        .data = element + head_size,
    };
    return 1;
}
