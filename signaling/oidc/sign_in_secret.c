#include "signaling/oidc/sign_in_secret.h"

#include "gateway/base/digest.h"
#include "gateway/base/secret.h"
#include "signaling/protocol/base64url.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SECRET_LENGTH (RANDOM_TOKEN_SIZE - 1)
#define SECONDS_DIGITS 10 /* until the year 2286 */
#define CLOCK_STEP_SECONDS 5

/* The time is under the secret as well: who moves it has another state. */
static void derive(const char *cookie, const char *what, char ret_text[SIGN_IN_DERIVED_SIZE])
{
    char data[64];
    uint8_t digest[DIGEST_SHA256_SIZE];
    const int size = snprintf(data, sizeof(data), "bedside %s%s", what, cookie + SECRET_LENGTH);
    digest_hmac_sha256(cookie, SECRET_LENGTH, data, (size_t)size, digest);
    base64url_write(digest, sizeof(digest), ret_text);
}

static void derive_all(struct sign_in_secret *secret)
{
    uint8_t digest[DIGEST_SHA256_SIZE];
    derive(secret->cookie, "state", secret->state);
    derive(secret->cookie, "nonce", secret->nonce);
    derive(secret->cookie, "verifier", secret->verifier);
    digest_sha256(secret->verifier, strlen(secret->verifier), digest);
    base64url_write(digest, sizeof(digest), secret->challenge);
}

void sign_in_secret_make(int64_t now_ms, struct sign_in_secret *ret_secret)
{
    char token[RANDOM_TOKEN_SIZE];
    random_token(token);
    *ret_secret = (struct sign_in_secret){0};
    snprintf(ret_secret->cookie, sizeof(ret_secret->cookie), "%s.%0*" PRId64, token, SECONDS_DIGITS,
             now_ms / 1000 % 10000000000);
    secret_wipe(token, sizeof(token));
    derive_all(ret_secret);
}

static bool is_well_formed(const char *cookie)
{
    static const char of_secrets[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    return strlen(cookie) == SECRET_LENGTH + 1 + SECONDS_DIGITS &&
           strspn(cookie, of_secrets) == SECRET_LENGTH && cookie[SECRET_LENGTH] == '.' &&
           strspn(cookie + SECRET_LENGTH + 1, "0123456789") == SECONDS_DIGITS;
}

int sign_in_secret_read(const char *cookie, int64_t now_ms, struct sign_in_secret *ret_secret)
{
    if (!is_well_formed(cookie)) {
        return -EBADMSG;
    }
    int64_t began_s = 0;
    for (const char *digit = cookie + SECRET_LENGTH + 1; *digit; digit++) {
        began_s = began_s * 10 + (*digit - '0');
    }
    const int64_t age_s = now_ms / 1000 - began_s;
    if (age_s < -CLOCK_STEP_SECONDS || age_s >= SIGN_IN_SECRET_SECONDS) {
        return -ETIME;
    }
    *ret_secret = (struct sign_in_secret){0};
    strcpy(ret_secret->cookie, cookie);
    derive_all(ret_secret);
    return 0;
}

bool sign_in_secret_is_state(const struct sign_in_secret *secret, const char *state)
{
    return strlen(state) == SIGN_IN_DERIVED_SIZE - 1 &&
           secret_equal(state, secret->state, SIGN_IN_DERIVED_SIZE - 1);
}
