/* fuzz-links: bedside_signaling
 * A Range header of any bytes: what is served lies within the file. */
#include "signaling/server/byte_range.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char header[256];
    uint64_t whole;
    if (size < sizeof(whole) || size - sizeof(whole) >= sizeof(header)) {
        return 0;
    }
    memcpy(&whole, data, sizeof(whole));
    memcpy(header, data + sizeof(whole), size - sizeof(whole));
    header[size - sizeof(whole)] = '\0';
    const struct byte_range range = byte_range_parse(header, whole);
    assert(range.kind != BYTE_RANGE_PART || (range.first <= range.last && range.last < whole));
    return 0;
}
