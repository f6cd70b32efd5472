#include "signaling/protocol/packed_text.h"

#include <errno.h>
#include <gio/gio.h>
#include <stdbool.h>
#include <string.h>

static const int LEVEL = 6;
#define CHUNK_BYTES 4096

/* Turns all of `bytes` into at most `most` bytes. */
static int convert(GConverter *converter, const void *bytes, size_t size, size_t most,
                   GByteArray *ret_bytes)
{
    const char *from = bytes;
    for (;;) {
        char chunk[CHUNK_BYTES];
        g_autoptr(GError) error = NULL;
        gsize read = 0;
        gsize written = 0;
        const GConverterResult result =
            g_converter_convert(converter, from, size, chunk, sizeof(chunk),
                                G_CONVERTER_INPUT_AT_END, &read, &written, &error);
        if (result == G_CONVERTER_ERROR) {
            return -EBADMSG;
        }
        if (ret_bytes->len + written > most) {
            return -E2BIG;
        }
        g_byte_array_append(ret_bytes, (const guint8 *)chunk, (guint)written);
        from += read;
        size -= read;
        if (result == G_CONVERTER_FINISHED) {
            return size == 0 ? 0 : -EBADMSG;
        }
    }
}

char *packed_text_pack(const char *text)
{
    g_autoptr(GZlibCompressor) deflate = g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_RAW, LEVEL);
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    const int result = convert(G_CONVERTER(deflate), text, strlen(text), G_MAXUINT / 2, bytes);
    g_assert(result == 0);
    return g_base64_encode(bytes->data, bytes->len);
}

/* GLib skips over what is not base64. */
static bool is_base64(const char *text)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const size_t size = strlen(text);
    const size_t body = strspn(text, alphabet);
    return size > 0 && size % 4 == 0 && size - body <= 2 && strspn(text + body, "=") == size - body;
}

int packed_text_unpack(const char *packed, size_t most, char **ret_text, size_t *ret_size)
{
    if (!is_base64(packed)) {
        return -EBADMSG;
    }
    gsize size;
    g_autofree guchar *deflated = g_base64_decode(packed, &size);
    g_autoptr(GZlibDecompressor) inflate = g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_RAW);
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    const int result = convert(G_CONVERTER(inflate), deflated, size, most, bytes);
    if (result < 0) {
        return result;
    }
    if (bytes->len == 0 || memchr(bytes->data, 0, bytes->len)) {
        return -EBADMSG;
    }
    *ret_text = g_strndup((const char *)bytes->data, bytes->len);
    *ret_size = bytes->len;
    return 0;
}
