/* base64url.h - bytes as text without padding (RFC 4648, 5), one text for the same bytes.
 * Pure. Thread: any. */
#ifndef BEDSIDE_SIGNALING_PROTOCOL_BASE64URL_H
#define BEDSIDE_SIGNALING_PROTOCOL_BASE64URL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Characters for `size` bytes, with the terminating 0. */
#define BASE64URL_SIZE(size) (((size)*4 + 2) / 3 + 1)

void base64url_write(const void *bytes, size_t size, char *ret_text);
/* Returns how many bytes the text stands for; -EBADMSG for a text that base64url_write() does not
 * write (another alphabet, padding, bits that are none); -ENOBUFS. */
ssize_t base64url_read(const char *text, size_t length, void *ret_bytes, size_t capacity);

#endif
