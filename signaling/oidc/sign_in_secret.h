/* sign_in_secret.h - what binds a sign-in to the browser that began it.
 *
 * The browser keeps one secret in a cookie while it is away at the organisation's sign-in. All that
 * the way there and back needs follows from it (HMAC-SHA-256 under the secret), so that the gateway
 * keeps nothing and nobody can crowd out what it keeps:
 *   state      in the address, there and back   (OpenID Connect Core 3.1.2.1)
 *   nonce      in the address and the ID token
 *   verifier   told to the token endpoint alone; its SHA-256 goes ahead (RFC 7636, S256)
 * Pure but for random bytes. Thread: any. */
#ifndef BEDSIDE_SIGNALING_OIDC_SIGN_IN_SECRET_H
#define BEDSIDE_SIGNALING_OIDC_SIGN_IN_SECRET_H

#include "gateway/base/random.h"

#include <stdbool.h>
#include <stdint.h>

#define SIGN_IN_SECRET_SECONDS 600
#define SIGN_IN_COOKIE_SIZE (RANDOM_TOKEN_SIZE + 1 + 12)
#define SIGN_IN_DERIVED_SIZE 44 /* 256 bits as base64url */

struct sign_in_secret {
    char cookie[SIGN_IN_COOKIE_SIZE]; /* secret '.' when it began, in seconds */
    char state[SIGN_IN_DERIVED_SIZE];
    char nonce[SIGN_IN_DERIVED_SIZE];
    char verifier[SIGN_IN_DERIVED_SIZE];
    char challenge[SIGN_IN_DERIVED_SIZE];
};

void sign_in_secret_make(int64_t now_ms, struct sign_in_secret *ret_secret);
/* Returns 0; -EBADMSG: no such cookie; -ETIME: it began too long ago, or later than now. */
int sign_in_secret_read(const char *cookie, int64_t now_ms, struct sign_in_secret *ret_secret);
/* In constant time. */
bool sign_in_secret_is_state(const struct sign_in_secret *secret, const char *state);

#endif
