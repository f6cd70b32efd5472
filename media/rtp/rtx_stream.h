/* rtx_stream.h - retransmissions in a stream of their own (RFC 4588, 4): the original payload
 * behind the original sequence number (OSN), under another SSRC, payload type and numbering.
 *
 *   RTP header (RTX SSRC, RTX payload type, next RTX number, original timestamp and marker)
 *   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *   |             OSN               |  original payload ...
 *
 * Pure; fields are private. Thread: the worker that owns the stream. */
#ifndef BEDSIDE_MEDIA_RTP_RTX_STREAM_H
#define BEDSIDE_MEDIA_RTP_RTX_STREAM_H

#include "media/rtp/rtp_extensions.h"

#define RTX_OSN_SIZE 2
#define RTX_HEADER_SIZE_MAX (RTP_HEADER_SIZE_MAX + RTX_OSN_SIZE)

/* Outgoing. */
struct rtx_stream {
    uint32_t ssrc;
    uint16_t next_sequence;
};

/* `first_sequence` is below 2^15, so that an early loss cannot confuse the receiver's SRTP index.
 */
void rtx_stream_init(struct rtx_stream *stream, uint32_t ssrc, uint16_t first_sequence);
/* Writes header and OSN for the packet that `original` described when it was sent; its payload
 * follows as it was. Takes a new number each time. Returns the size, or -ENOBUFS (never with
 * RTX_HEADER_SIZE_MAX bytes). */
int rtx_stream_write(struct rtx_stream *stream, const struct rtp_header *original,
                     uint8_t rtx_payload_type, const struct media_extension_ids *ids,
                     uint8_t *ret_bytes, size_t capacity);

/* Turns an incoming RTX packet in place into the original; `packet` is its view, and becomes the
 * original's. Padding is removed. Returns 0, -ENODATA for one that carries only padding (a
 * bandwidth probe), -EBADMSG. */
int rtx_unwrap(uint8_t *bytes, struct rtp_packet *packet, uint32_t media_ssrc,
               uint8_t media_payload_type);

#endif
