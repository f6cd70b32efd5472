/* id_token.h - whether an ID token says who has just signed in here (OpenID Connect Core 1.0,
 * 3.1.3.7): signed by a key of the provider with that key's one algorithm, made by it, for us
 * alone, just now, for this browser's sign-in.
 * Pure: time arrives. Thread: any. */
#ifndef BEDSIDE_SIGNALING_OIDC_ID_TOKEN_H
#define BEDSIDE_SIGNALING_OIDC_ID_TOKEN_H

#include "signaling/protocol/key_set.h"

#define ID_TOKEN_SKEW_MS 60000     /* how wrong a clock may be */
#define ID_TOKEN_AGE_MAX_MS 600000 /* it is made while the browser is away */
#define ID_TOKEN_ALGORITHMS                                                                        \
    (KEY_ALGORITHM_BIT(KEY_RS256) | KEY_ALGORITHM_BIT(KEY_RS384) | KEY_ALGORITHM_BIT(KEY_ES256) |  \
     KEY_ALGORITHM_BIT(KEY_ES384))

enum id_token_fault {
    ID_TOKEN_GOOD,
    ID_TOKEN_MALFORMED, /* for who reads it */
    ID_TOKEN_HEADER,    /* of another type, or brings a key */
    ID_TOKEN_KEY,       /* by a key that the provider does not (yet) show */
    ID_TOKEN_ALGORITHM, /* not that of the key */
    ID_TOKEN_SIGNATURE,
    ID_TOKEN_ISSUER,
    ID_TOKEN_AUDIENCE, /* for somebody else, or for others too */
    ID_TOKEN_PARTY,    /* azp is not us */
    ID_TOKEN_SUBJECT,
    ID_TOKEN_NONCE, /* of another sign-in */
    ID_TOKEN_TIME,  /* exp or iat is missing or no time */
    ID_TOKEN_EXPIRED,
    ID_TOKEN_NOT_YET,
    ID_TOKEN_TOO_OLD,
    ID_TOKEN_FAULT_COUNT,
};
/* "audience", ...: for log and audit trail. */
const char *id_token_fault_name(enum id_token_fault fault);

struct id_token_rules {
    const char *issuer;
    const char *client_id;
    const char *nonce;
    int64_t now_ms;
};
enum id_token_fault id_token_check(const struct compact_jws *token, const struct key_set *keys,
                                   const struct id_token_rules *rules);

#endif
