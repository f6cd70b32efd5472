/* stun_shape.h - is a STUN message whole, and does it end as ICE demands (RFC 8445, 7.1; RFC 8489,
 * 14)?
 *
 *   | header | ... one USERNAME at most ... | MESSAGE-INTEGRITY, 20 bytes | FINGERPRINT, 4 bytes |
 *
 * libnice compares a MESSAGE-INTEGRITY without asking for its length, and reads an attribute's
 * length before it knows that there is one: what it gets has been walked here.
 *
 * Pure. Thread: any. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_STUN_SHAPE_H
#define BEDSIDE_MEDIA_TRANSPORT_STUN_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STUN_HEADER_SIZE 20

bool stun_has_shape(const uint8_t *data, size_t size, bool *ret_has_username);

#endif
