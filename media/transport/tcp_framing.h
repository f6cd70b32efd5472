/* tcp_framing.h - packets on a byte stream: 16 bits of length, then so many bytes (RFC 4571, 2).
 *
 *    0                   1
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
 *   +-------------------------------+-- - - - -
 *   |            length             |  STUN, DTLS, RTP or RTCP
 *   +-------------------------------+-- - - - -
 *
 * The largest frame is what a datagram may be. The first two bytes of whoever speaks TLS, HTTP or
 * SSH are a length far beyond it.
 *
 * Pure. Thread: any. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_TCP_FRAMING_H
#define BEDSIDE_MEDIA_TRANSPORT_TCP_FRAMING_H

#include <stddef.h>
#include <stdint.h>

#define TCP_FRAMING_HEADER_SIZE 2
#define TCP_FRAMING_PACKET_SIZE_MAX 2048
#define TCP_FRAMING_SIZE_MAX (TCP_FRAMING_HEADER_SIZE + TCP_FRAMING_PACKET_SIZE_MAX)

/* Finds the packet that begins at `bytes`. Returns the size of its whole frame, so that the next
 * one begins there, with the packet (borrowed; it may be empty) in `ret_packet` and
 * `ret_packet_size`; 0 while it is not all there; or -EMSGSIZE when its length exceeds
 * TCP_FRAMING_PACKET_SIZE_MAX: then nothing that follows makes sense. */
int tcp_framing_next(const uint8_t *bytes, size_t size, const uint8_t **ret_packet,
                     size_t *ret_packet_size);
/* Writes the header of a packet of at most TCP_FRAMING_PACKET_SIZE_MAX bytes. */
void tcp_framing_write_header(size_t packet_size, uint8_t ret_header[TCP_FRAMING_HEADER_SIZE]);

#endif
