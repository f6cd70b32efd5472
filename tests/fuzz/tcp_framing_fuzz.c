/* Any stream of bytes, cut anywhere: what a connection hands on must be what the framing finds in
 * the whole. The first byte says how long the pieces are. fuzz-links: bedside_media_transport
 * bedside_base
 */
#include "media/transport/tcp_connection.h"
#include "media/transport/tcp_framing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is still expected. */
struct stream {
    const uint8_t *bytes;
    size_t size;
    size_t at;
};

static bool on_packet(void *context, const uint8_t *packet, size_t size)
{
    struct stream *stream = context;
    const uint8_t *expected = NULL;
    size_t expected_size = 0;
    do {
        const int frame = tcp_framing_next(stream->bytes + stream->at, stream->size - stream->at,
                                           &expected, &expected_size);
        if (frame <= 0) {
            abort(); /* there is none */
        }
        stream->at += (size_t)frame;
    } while (expected_size == 0);
    if (size != expected_size || memcmp(packet, expected, size) != 0) {
        abort();
    }
    return true;
}

/* Only frames of nothing, or one that is too long or not whole, may be left. */
static void check_rest(struct stream *stream, int result)
{
    const uint8_t *packet = NULL;
    size_t size = 0;
    int frame;
    while ((frame = tcp_framing_next(stream->bytes + stream->at, stream->size - stream->at, &packet,
                                     &size)) > 0) {
        stream->at += (size_t)frame;
        if (size > 0) {
            abort();
        }
    }
    if (frame < 0 && result != frame) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t scratch[TCP_CONNECTION_SCRATCH_SIZE];
    int ends[2];
    if (size < 1 || size > 32768 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) < 0) {
        return 0;
    }
    const size_t piece = (size_t)data[0] * 9 + 1;
    struct stream stream = {.bytes = data + 1, .size = size - 1};
    struct tcp_connection *connection = tcp_connection_create(ends[0]);
    int result = 0;
    for (size_t at = 0; at < stream.size && result >= 0; at += piece) {
        const size_t length = stream.size - at < piece ? stream.size - at : piece;
        if (send(ends[1], stream.bytes + at, length, 0) != (ssize_t)length) {
            abort();
        }
        result = tcp_connection_receive(connection, scratch, on_packet, &stream);
    }
    check_rest(&stream, result);
    tcp_connection_destroy(connection, true);
    close(ends[1]);
    return 0;
}
