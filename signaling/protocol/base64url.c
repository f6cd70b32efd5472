#include "signaling/protocol/base64url.h"

#include <errno.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void base64url_write(const void *bytes, size_t size, char *ret_text)
{
    const uint8_t *from = bytes;
    uint32_t bits = 0;
    unsigned count = 0;
    for (size_t i = 0; i < size; i++) {
        bits = bits << 8 | from[i];
        for (count += 8; count >= 6; count -= 6) {
            *ret_text++ = alphabet[bits >> (count - 6) & 63];
        }
    }
    if (count > 0) {
        *ret_text++ = alphabet[bits << (6 - count) & 63];
    }
    *ret_text = 0;
}

static int value_of(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    return c == '-' ? 62 : c == '_' ? 63 : -1;
}

ssize_t base64url_read(const char *text, size_t length, void *ret_bytes, size_t capacity)
{
    uint8_t *to = ret_bytes;
    uint32_t bits = 0;
    unsigned count = 0;
    size_t size = 0;
    for (size_t i = 0; i < length; i++) {
        const int value = value_of(text[i]);
        if (value < 0) {
            return -EBADMSG;
        }
        bits = bits << 6 | (uint32_t)value;
        count += 6;
        if (count < 8) {
            continue;
        }
        count -= 8;
        if (size == capacity) {
            return -ENOBUFS;
        }
        to[size++] = (uint8_t)(bits >> count);
    }
    /* What is left over: no bits of a further byte, and no whole character. */
    return count >= 6 || (bits & ((1u << count) - 1)) != 0 ? -EBADMSG : (ssize_t)size;
}
