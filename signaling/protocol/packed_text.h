/* packed_text.h - a long text made short for a thin link: base64 (RFC 4648) of its raw deflate
 * (RFC 1951). For SDP, whose lines repeat each other: 16 kB become 2 kB.
 *
 * The whole conversation is left as it is, on purpose: compressing a secret beside text that
 * somebody else chose tells of the secret by its length. In an SDP there is nothing but what the
 * two ends of it say. Pure. Thread: any. */
#ifndef BEDSIDE_SIGNALING_PROTOCOL_PACKED_TEXT_H
#define BEDSIDE_SIGNALING_PROTOCOL_PACKED_TEXT_H

#include <stddef.h>

/* Returns the packed text: owned, g_free(). */
char *packed_text_pack(const char *text);

/* Hostile input. Returns 0 and the text (owned, g_free(); its size without the 0), -EBADMSG for
 * what is not packed, was cut, or has a 0 in it, -E2BIG for more than `most` bytes. */
int packed_text_unpack(const char *packed, size_t most, char **ret_text, size_t *ret_size);

#endif
