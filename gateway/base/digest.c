#include "gateway/base/digest.h"

#include "gateway/base/allocate.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

/* SHA-256 fails only without memory or in an OpenSSL that lacks it: neither can be worked with. */
static void require(int succeeded)
{
    if (succeeded != 1) {
        abort();
    }
}

void digest_sha256(const void *data, size_t size, uint8_t ret_digest[DIGEST_SHA256_SIZE])
{
    require(EVP_Digest(data, size, ret_digest, NULL, EVP_sha256(), NULL));
}

void digest_hmac_sha256(const void *key, size_t key_size, const void *data, size_t size,
                        uint8_t ret_digest[DIGEST_SHA256_SIZE])
{
    require(HMAC(EVP_sha256(), key_size > 0 ? key : "", (int)key_size, data, size, ret_digest,
                 NULL) != NULL);
}

void digest_hmac_sha1(const void *key, size_t key_size, const void *data, size_t size,
                      uint8_t ret_digest[DIGEST_SHA1_SIZE])
{
    require(HMAC(EVP_sha1(), key_size > 0 ? key : "", (int)key_size, data, size, ret_digest,
                 NULL) != NULL);
}

void digest_to_hex(const uint8_t digest[DIGEST_SHA256_SIZE], char ret_hex[DIGEST_SHA256_HEX_SIZE])
{
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < DIGEST_SHA256_SIZE; i++) {
        ret_hex[2 * i] = hex[digest[i] >> 4];
        ret_hex[2 * i + 1] = hex[digest[i] & 15];
    }
    ret_hex[DIGEST_SHA256_HEX_SIZE - 1] = '\0';
}

void digest_of_token(const char *token, char ret_hex[DIGEST_SHA256_HEX_SIZE])
{
    uint8_t digest[DIGEST_SHA256_SIZE];
    digest_sha256(token, strlen(token), digest);
    digest_to_hex(digest, ret_hex);
}

struct digest_stream {
    EVP_MD_CTX *context;
};

struct digest_stream *digest_stream_create(void)
{
    struct digest_stream *stream = allocate_zeroed(1, sizeof(*stream));
    stream->context = EVP_MD_CTX_new();
    require(stream->context != NULL);
    require(EVP_DigestInit_ex(stream->context, EVP_sha256(), NULL));
    return stream;
}

struct digest_stream *digest_stream_destroy(struct digest_stream *stream)
{
    if (stream) {
        EVP_MD_CTX_free(stream->context);
        free(stream);
    }
    return NULL;
}

void digest_stream_update(struct digest_stream *stream, const void *data, size_t size)
{
    require(EVP_DigestUpdate(stream->context, data, size));
}

void digest_stream_finish(struct digest_stream *stream, uint8_t ret_digest[DIGEST_SHA256_SIZE])
{
    require(EVP_DigestFinal_ex(stream->context, ret_digest, NULL));
}
