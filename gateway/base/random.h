/* random.h - ids, ICE credentials and tokens from getrandom(2). Nothing else in the product makes
 * random numbers. Running out of entropy aborts.
 * Thread: any. */
#ifndef BEDSIDE_BASE_RANDOM_H
#define BEDSIDE_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

void random_bytes(void *ret_bytes, size_t size);
uint32_t random_u32(void);
/* Uniform in 0..bound-1; `bound` > 0. */
uint32_t random_below(uint32_t bound);

/* Writes `length` characters of the ice-char set without '+' and '/' (A-Z a-z 0-9: 5.95 bits each)
 * and a terminating 0; `ret_text` holds length + 1 bytes. */
void random_alphanumeric(char *ret_text, size_t length);

/* A bearer secret: 256 bits, base64url without padding, 43 characters and a terminating 0. */
#define RANDOM_TOKEN_SIZE 44
void random_token(char ret_token[RANDOM_TOKEN_SIZE]);

/* UUIDv7 (RFC 9562, 5.7) as 36 characters and a terminating 0; later ids sort after earlier ones,
 * also within one millisecond of one process. */
#define UUID_TEXT_SIZE 37
void random_uuid_v7(char ret_text[UUID_TEXT_SIZE]);

#endif
