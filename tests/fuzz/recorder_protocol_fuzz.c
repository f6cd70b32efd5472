/* fuzz-links: bedside_recorder_protocol */
/* Whatever is read from a datagram is written again and is the same, in the same place, and the
 * walk comes to an end. */
#include "media/recorder_protocol.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct recorder_message *message)
{
    uint8_t written[RECORDER_MESSAGE_SIZE_MAX];
    const size_t size = recorder_message_write(message, written, sizeof(written));
    if (size != RECORDER_HEADER_SIZE + message->payload_size) {
        abort();
    }
    const size_t known = message->type == RECORDER_RTP ? RECORDER_HEADER_SIZE : size;
    if (memcmp(written, message->payload - RECORDER_HEADER_SIZE, known) != 0) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct recorder_walk walk;
    struct recorder_message message;
    int r = 0;
    size_t steps = 0;
    recorder_walk_begin(&walk, data, size);
    while ((r = recorder_walk_next(&walk, &message)) != 0) {
        if (r > 0) {
            check(&message);
        }
        if (++steps > size / RECORDER_HEADER_SIZE + 1) {
            abort();
        }
    }
    return 0;
}
