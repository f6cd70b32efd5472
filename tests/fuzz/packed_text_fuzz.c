/* fuzz-links: bedside_signaling bedside_base
 *
 * A packed text of a client: unpacked within its bound, or refused. What was unpacked can be packed
 * again and is the same. */
#include "signaling/protocol/packed_text.h"

#include <assert.h>
#include <glib.h>
#include <stdint.h>
#include <string.h>

#define MOST 4000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Most inputs are no base64: what the bytes say is tried behind that, too. */
static void unpack(const char *packed)
{
    char *text = NULL;
    size_t size = 0;
    if (packed_text_unpack(packed, MOST, &text, &size) < 0) {
        assert(!text);
        return;
    }
    assert(size > 0 && size <= MOST && strlen(text) == size);
    g_autofree char *again = packed_text_pack(text);
    g_autofree char *same = NULL;
    assert(packed_text_unpack(again, MOST, &same, &size) == 0 && strcmp(text, same) == 0);
    g_free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *as_text = g_strndup((const char *)data, size);
    g_autofree char *as_deflate = g_base64_encode(data, size);
    unpack(as_text);
    unpack(as_deflate);
    return 0;
}
