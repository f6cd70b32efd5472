/* client_assertion.h - the signed statement by which a program says who it is: RFC 7523 as SMART
 * Backend Services has it (client_assertion_type jwt-bearer; RS384 or ES384).
 *
 *   client_assertion_read()    what it says; nothing of it is proven
 *   client_assertion_check()   the key of that client, the signature, then audience and time
 *
 * Until the signature is known to be good, a fault says no more than that. That it comes once is
 * the store's to know (api_client.h).
 * Pure: time arrives. Thread: any; an object belongs to one. */
#ifndef BEDSIDE_SIGNALING_API_CLIENT_ASSERTION_H
#define BEDSIDE_SIGNALING_API_CLIENT_ASSERTION_H

#include "gateway/base/digest.h"
#include "gateway/base/random.h"
#include "signaling/protocol/key_set.h"

#define CLIENT_ASSERTION_SIZE_MAX 8192
#define CLIENT_ASSERTION_LIFE_MS 300000 /* the furthest end, from now */
#define CLIENT_ASSERTION_SKEW_MS 60000  /* how wrong a client's clock may be */
#define CLIENT_ASSERTION_ALGORITHMS (KEY_ALGORITHM_BIT(KEY_RS384) | KEY_ALGORITHM_BIT(KEY_ES384))

enum assertion_fault {
    ASSERTION_GOOD,
    ASSERTION_MALFORMED, /* no token of three parts */
    ASSERTION_HEADER,    /* brings its own key, has no kid, is of another type ... */
    ASSERTION_ALGORITHM, /* not one of ours, or not the one of the key */
    ASSERTION_ISSUER,    /* iss and sub are not one client id */
    ASSERTION_CLIENT,    /* which is not registered; for who looks it up */
    ASSERTION_KEY,       /* the client has no such key */
    ASSERTION_SIGNATURE,
    ASSERTION_AUDIENCE, /* meant for somebody else */
    ASSERTION_TIME,     /* exp, nbf or iat is missing or no time */
    ASSERTION_EXPIRED,
    ASSERTION_TOO_LONG, /* ends later than five minutes from now */
    ASSERTION_NOT_YET,  /* nbf or iat lies ahead */
    ASSERTION_JTI,      /* has no number of its own */
    ASSERTION_USED,     /* came before; for who knows */
    ASSERTION_FAULT_COUNT,
};
/* "audience", ...: for the audit trail. */
const char *assertion_fault_name(enum assertion_fault fault);
/* One sentence for the people who build the client. */
const char *assertion_fault_sentence(enum assertion_fault fault);

struct client_assertion {
    struct compact_jws *jws;
    char client_id[UUID_TEXT_SIZE]; /* what it says it is */
    char jti_sha256[DIGEST_SHA256_HEX_SIZE];
    int64_t ends_at_ms; /* set by check: until then it would be taken again, clocks included */
};

/* Owned. */
enum assertion_fault client_assertion_read(const char *text, size_t size,
                                           struct client_assertion **ret_assertion);
struct client_assertion *client_assertion_destroy(struct client_assertion *assertion);
DEFINE_AUTO(client_assertion)

struct client_assertion_rules {
    const char *const *audiences; /* the token endpoint, under each of our names */
    size_t audience_count;
    int64_t now_ms;
};
enum assertion_fault client_assertion_check(struct client_assertion *assertion,
                                            const struct key_set *keys,
                                            const struct client_assertion_rules *rules);

#endif
