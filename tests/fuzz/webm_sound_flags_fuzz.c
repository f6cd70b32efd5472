/* fuzz-links: bedside_media_recorder */
/* Whatever the file is and however it is cut, the same flags are set, and nothing else changes. */
#include "gateway/base/allocate.h"
#include "media/recorder/webm_sound_flags.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes as they are after pieces of `step` bytes. */
static uint8_t *walk(const uint8_t *data, size_t size, size_t step)
{
    AUTO(webm_sound_flags) flags = webm_sound_flags_create();
    uint8_t *bytes = allocate_zeroed(1, size);
    memcpy(bytes, data, size);
    for (size_t at = 0; at < size; at += step) {
        webm_sound_flags_set(flags, at, bytes + at, step < size - at ? step : size - at);
    }
    return bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1) {
        return 0;
    }
    const size_t step = 1u + data[0];
    data++;
    size--;
    AUTO_FREE uint8_t *at_once = walk(data, size, size + 1);
    AUTO_FREE uint8_t *in_pieces = walk(data, size, step);
    if (memcmp(at_once, in_pieces, size) != 0) {
        abort();
    }
    for (size_t i = 0; i < size; i++) {
        if (at_once[i] != data[i] && at_once[i] != (data[i] | 0x80)) {
            abort();
        }
    }
    return 0;
}
