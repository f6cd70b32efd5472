/* assertion_maker.h - keys, and tokens signed with them by OpenSSL alone: what a program outside
 * would send, right or wrong in every way. For tests. Thread: the test's. */
#ifndef BEDSIDE_TESTS_ASSERTION_MAKER_H
#define BEDSIDE_TESTS_ASSERTION_MAKER_H

#include <stddef.h>
#include <stdint.h>

enum made_key_kind { MADE_RSA_2048, MADE_RSA_1024, MADE_P384, MADE_P256 };

struct made_key;

struct made_key *made_key_create(enum made_key_kind kind, const char *key_id);
struct made_key *made_key_destroy(struct made_key *key);
/* The public key as a JWK. Owned: free(). */
char *made_key_jwk(const struct made_key *key);
/* A set of one. Owned: free(). */
char *made_key_set(const struct made_key *key);

/* How a token is signed; the header says what it likes. */
enum made_signature {
    MADE_AS_AGREED, /* PKCS #1 or ECDSA with SHA-384, as RFC 7518 has them */
    MADE_WITH_SHA256,
    MADE_WITH_PSS,
    MADE_AS_DER,    /* ECDSA as other protocols have it */
    MADE_WITH_HMAC, /* SHA-384 with the public key's text as the secret */
    MADE_EMPTY,
};
/* header.claims.signature of the two texts. Owned: free(). */
char *made_token(const struct made_key *key, const char *header, const char *claims,
                 enum made_signature signature);
/* The same with a signature of the test's own. Owned: free(). */
char *made_token_with(const char *header, const char *claims, const void *signature, size_t size);

#endif
