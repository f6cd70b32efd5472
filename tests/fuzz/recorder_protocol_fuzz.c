/* fuzz-links: bedside_recorder_protocol */
/* Whatever parses is written again and is the same. */
#include "media/recorder_protocol.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct recorder_message message;
    uint8_t written[RECORDER_MESSAGE_SIZE_MAX];
    if (recorder_message_parse(data, size, &message) < 0) {
        return 0;
    }
    const size_t written_size = recorder_message_write(&message, written);
    const size_t expected = message.type == RECORDER_RTP ? RECORDER_HEADER_SIZE : size;
    if (written_size != expected || memcmp(written, data, written_size) != 0) {
        abort();
    }
    return 0;
}
