/* digest.h - SHA-256, HMAC-SHA-256 and HMAC-SHA-1 (OpenSSL), and their hexadecimal form.
 * Thread: any; a struct digest_stream belongs to one. */
#ifndef BEDSIDE_BASE_DIGEST_H
#define BEDSIDE_BASE_DIGEST_H

#include "gateway/base/cleanup.h"

#include <stddef.h>
#include <stdint.h>

#define DIGEST_SHA256_SIZE 32
#define DIGEST_SHA1_SIZE 20
#define DIGEST_SHA256_HEX_SIZE 65 /* with the terminating 0 */

void digest_sha256(const void *data, size_t size, uint8_t ret_digest[DIGEST_SHA256_SIZE]);
void digest_hmac_sha256(const void *key, size_t key_size, const void *data, size_t size,
                        uint8_t ret_digest[DIGEST_SHA256_SIZE]);
/* For what others prescribe (TURN's credentials); nothing of ours is built on SHA-1. */
void digest_hmac_sha1(const void *key, size_t key_size, const void *data, size_t size,
                      uint8_t ret_digest[DIGEST_SHA1_SIZE]);
void digest_to_hex(const uint8_t digest[DIGEST_SHA256_SIZE], char ret_hex[DIGEST_SHA256_HEX_SIZE]);
/* How bearer secrets are stored: SHA-256 of the text, in hexadecimal. */
void digest_of_token(const char *token, char ret_hex[DIGEST_SHA256_HEX_SIZE]);

struct digest_stream;
struct digest_stream *digest_stream_create(void);
struct digest_stream *digest_stream_destroy(struct digest_stream *stream);
DEFINE_AUTO(digest_stream)
void digest_stream_update(struct digest_stream *stream, const void *data, size_t size);
/* Ends the stream; only destroy may follow. */
void digest_stream_finish(struct digest_stream *stream, uint8_t ret_digest[DIGEST_SHA256_SIZE]);

#endif
