/* rtp_packet.h - a view of one RTP packet (RFC 3550, 5.1) that lies in somebody else's memory.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |                           timestamp                           |
 *  |                             SSRC                              |
 *  |                     CSRC (0 to 15 of them)                    |
 *  |      0xBEDE or 0x100y         |  length of what follows / 4   |  if X
 *  |              elements of the header extension                 |
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |                       payload, padding                        |
 *
 * Pure. Thread: any. */
#ifndef BEDSIDE_MEDIA_RTP_RTP_PACKET_H
#define BEDSIDE_MEDIA_RTP_RTP_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RTP_FIXED_HEADER_SIZE 12

/* Offsets are from the first byte of the packet. */
struct rtp_packet {
    const uint8_t *bytes; /* borrowed */
    uint16_t size;
    uint16_t payload_offset; /* after CSRCs and header extension */
    uint16_t payload_size;   /* without padding; 0 in a packet that only pads */
    uint16_t extension_offset;
    uint16_t extension_size;    /* of the elements, in bytes */
    uint16_t extension_profile; /* 0 without header extension */
    uint16_t sequence;
    uint8_t padding_size;
    uint8_t payload_type;
    bool marker;
    uint32_t timestamp;
    uint32_t ssrc;
};

/* Returns 0, or -EBADMSG: too short, too long (64 KiB), not version 2, CSRCs, extension or padding
 * that do not fit. The elements of the extension are checked by those who walk over them. */
int rtp_packet_parse(const uint8_t *bytes, size_t size, struct rtp_packet *ret_packet);

static inline const uint8_t *rtp_packet_payload(const struct rtp_packet *packet)
{
    return packet->bytes + packet->payload_offset;
}

/* Setters rewrite a packet in place; `bytes` begins a packet that was parsed before. Views of it
 * that exist keep the old values. */
void rtp_packet_set_payload_type(uint8_t *bytes, uint8_t payload_type);
void rtp_packet_set_sequence(uint8_t *bytes, uint16_t sequence);
void rtp_packet_set_timestamp(uint8_t *bytes, uint32_t timestamp);
void rtp_packet_set_ssrc(uint8_t *bytes, uint32_t ssrc);

/* One element of a header extension, in the one-byte (RFC 8285, 4.2) or two-byte form (4.3). */
struct rtp_extension_element {
    uint8_t id;
    uint8_t size;
    const uint8_t *data; /* borrowed from the packet */
};

struct rtp_extension_walk {
    const uint8_t *data;
    uint16_t size;
    uint16_t position;
    bool two_byte;
};

void rtp_extension_walk_begin(struct rtp_extension_walk *walk, const struct rtp_packet *packet);
/* Returns 1 with the next element, 0 after the last one (also when the extension is of neither
 * form), or -EBADMSG for an element that passes the end. */
int rtp_extension_walk_next(struct rtp_extension_walk *walk,
                            struct rtp_extension_element *ret_element);

#endif
