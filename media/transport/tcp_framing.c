#include "media/transport/tcp_framing.h"

#include <assert.h>
#include <errno.h>

int tcp_framing_next(const uint8_t *bytes, size_t size, const uint8_t **ret_packet,
                     size_t *ret_packet_size)
{
    if (size < TCP_FRAMING_HEADER_SIZE) {
        return 0;
    }
    const size_t length = (size_t)bytes[0] << 8 | bytes[1];
    if (length > TCP_FRAMING_PACKET_SIZE_MAX) {
        return -EMSGSIZE;
    }
    if (size < TCP_FRAMING_HEADER_SIZE + length) {
        return 0;
    }
    *ret_packet = bytes + TCP_FRAMING_HEADER_SIZE;
    *ret_packet_size = length;
    return (int)(TCP_FRAMING_HEADER_SIZE + length);
}

void tcp_framing_write_header(size_t packet_size, uint8_t ret_header[TCP_FRAMING_HEADER_SIZE])
{
    assert(packet_size <= TCP_FRAMING_PACKET_SIZE_MAX);
    ret_header[0] = (uint8_t)(packet_size >> 8);
    ret_header[1] = (uint8_t)packet_size;
}
