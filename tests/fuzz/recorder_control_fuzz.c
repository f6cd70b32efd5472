/* fuzz-links: bedside_recorder_protocol */
/* What a recorder that was taken over may say to the gateway. */
#include "media/recorder_control.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct recorder_control_message message;
    static uint8_t written[RECORDER_CONTROL_SIZE_MAX];
    if (recorder_control_parse(data, size, &message) < 0) {
        return 0;
    }
    if (strchr(message.file.name, '/') || recorder_control_write(&message, written) != size) {
        abort();
    }
    return 0;
}
