#include "tests/unit/signaling/assertion_maker.h"

#include "gateway/base/cleanup.h"
#include "signaling/protocol/base64url.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct made_key {
    EVP_PKEY *pair;
    enum made_key_kind kind;
    char id[64];
};

static void must(int good)
{
    if (!good) {
        fprintf(stderr, "OpenSSL refused to make what the test needs\n");
        abort();
    }
}

static int is_rsa(const struct made_key *key)
{
    return key->kind == MADE_RSA_2048 || key->kind == MADE_RSA_1024;
}

struct made_key *made_key_create(enum made_key_kind kind, const char *key_id)
{
    struct made_key *key = calloc(1, sizeof(*key));
    must(key != NULL);
    key->kind = kind;
    snprintf(key->id, sizeof(key->id), "%s", key_id);
    key->pair = is_rsa(key) ? EVP_RSA_gen(kind == MADE_RSA_2048 ? 2048 : 1024)
                            : EVP_EC_gen(kind == MADE_P384 ? "P-384" : "P-256");
    must(key->pair != NULL);
    return key;
}

struct made_key *made_key_destroy(struct made_key *key)
{
    if (key) {
        EVP_PKEY_free(key->pair);
        free(key);
    }
    return NULL;
}

/* A number of the key in base64url, `size` bytes of it; 0: as many as it has. */
static void write_number(const struct made_key *key, const char *name, int size, char *ret_text)
{
    BIGNUM *number = NULL;
    unsigned char bytes[512];
    must(EVP_PKEY_get_bn_param(key->pair, name, &number));
    size = size > 0 ? size : BN_num_bytes(number);
    must(BN_bn2binpad(number, bytes, size) == size);
    base64url_write(bytes, (size_t)size, ret_text);
    BN_free(number);
}

char *made_key_jwk(const struct made_key *key)
{
    char first[1024];
    char second[1024];
    char *text = NULL;
    if (is_rsa(key)) {
        write_number(key, OSSL_PKEY_PARAM_RSA_N, 0, first);
        write_number(key, OSSL_PKEY_PARAM_RSA_E, 0, second);
        must(asprintf(&text, "{\"kty\":\"RSA\",\"kid\":\"%s\",\"n\":\"%s\",\"e\":\"%s\"}", key->id,
                      first, second) > 0);
        return text;
    }
    const int size = key->kind == MADE_P384 ? 48 : 32;
    write_number(key, OSSL_PKEY_PARAM_EC_PUB_X, size, first);
    write_number(key, OSSL_PKEY_PARAM_EC_PUB_Y, size, second);
    must(asprintf(&text, "{\"kty\":\"EC\",\"crv\":\"%s\",\"kid\":\"%s\",\"x\":\"%s\",\"y\":\"%s\"}",
                  key->kind == MADE_P384 ? "P-384" : "P-256", key->id, first, second) > 0);
    return text;
}

char *made_key_set(const struct made_key *key)
{
    AUTO_FREE char *jwk = made_key_jwk(key);
    char *text = NULL;
    must(asprintf(&text, "{\"keys\":[%s]}", jwk) > 0);
    return text;
}

static char *signed_part(const char *header, const char *claims)
{
    AUTO_FREE char *first = malloc(BASE64URL_SIZE(strlen(header)));
    AUTO_FREE char *second = malloc(BASE64URL_SIZE(strlen(claims)));
    char *text = NULL;
    must(first && second);
    base64url_write(header, strlen(header), first);
    base64url_write(claims, strlen(claims), second);
    must(asprintf(&text, "%s.%s", first, second) > 0);
    return text;
}

char *made_token_with(const char *header, const char *claims, const void *signature, size_t size)
{
    AUTO_FREE char *part = signed_part(header, claims);
    AUTO_FREE char *last = malloc(BASE64URL_SIZE(size));
    char *text = NULL;
    must(last != NULL);
    base64url_write(signature, size, last);
    must(asprintf(&text, "%s.%s", part, last) > 0);
    return text;
}

/* r and s, each as long as the curve's numbers. */
static size_t raw_of_der(const struct made_key *key, const unsigned char *der, size_t size,
                         unsigned char *ret_raw)
{
    const int half = key->kind == MADE_P384 ? 48 : 32;
    ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &der, (long)size);
    must(signature != NULL);
    must(BN_bn2binpad(ECDSA_SIG_get0_r(signature), ret_raw, half) == half);
    must(BN_bn2binpad(ECDSA_SIG_get0_s(signature), ret_raw + half, half) == half);
    ECDSA_SIG_free(signature);
    return 2 * (size_t)half;
}

static size_t sign(const struct made_key *key, const char *text, enum made_signature how,
                   unsigned char ret_signature[1024])
{
    const EVP_MD *digest = how == MADE_WITH_SHA256 ? EVP_sha256() : EVP_sha384();
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *options = NULL;
    unsigned char made[1024];
    size_t size = sizeof(made);
    must(EVP_DigestSignInit(context, &options, digest, NULL, key->pair));
    if (how == MADE_WITH_PSS) {
        must(EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) > 0);
    }
    must(EVP_DigestSign(context, made, &size, (const unsigned char *)text, strlen(text)));
    EVP_MD_CTX_free(context);
    if (is_rsa(key) || how == MADE_AS_DER) {
        memcpy(ret_signature, made, size);
        return size;
    }
    return raw_of_der(key, made, size, ret_signature);
}

char *made_token(const struct made_key *key, const char *header, const char *claims,
                 enum made_signature how)
{
    AUTO_FREE char *part = signed_part(header, claims);
    AUTO_FREE char *public_text = made_key_jwk(key);
    unsigned char signature[1024];
    unsigned size = 0;
    if (how == MADE_WITH_HMAC) {
        HMAC(EVP_sha384(), public_text, (int)strlen(public_text), (const unsigned char *)part,
             strlen(part), signature, &size);
    } else if (how != MADE_EMPTY) {
        size = (unsigned)sign(key, part, how, signature);
    }
    return made_token_with(header, claims, signature, size);
}
