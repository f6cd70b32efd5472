/* oidc_client.h - this gateway as a client of the organisation's OpenID provider: authorization
 * code flow with PKCE (OpenID Connect Core 1.0, 3.1; RFC 7636).
 *
 *   begin   [discovery] ------------------------------------> where to send the browser
 *   finish  [discovery] --> token endpoint --> [keys] --> ID token --> who it is
 *
 * What stands in brackets is kept for an hour; the keys are read again, once for each sign-in, when
 * a token names one that is not among them.
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_OIDC_OIDC_CLIENT_H
#define BEDSIDE_SIGNALING_OIDC_OIDC_CLIENT_H

#include "gateway/base/http_fetch.h"
#include "signaling/oidc/sign_in_secret.h"
#include "signaling/oidc/staff_claims.h"

/* Borrowed, but for what it says. */
struct oidc_client_config {
    const char *issuer;
    const char *client_id;
    const char *client_secret_path; /* a file of one line; NULL: a public client, PKCE alone */
    const char *scopes;             /* with openid */
    const char *redirect_uri;
    const char *signed_out_uri; /* where the provider sends people after they signed out there */
    struct staff_claims_rules claims;
    const struct http_fetch_ops *fetch;
    void *fetcher;
    struct mailbox *answers; /* its owner calls oidc_client_on_answers() */
};

struct oidc_client;

/* Returns 0; the errno of the secret file; -EBADMSG: it is not one line of text. */
int oidc_client_create(const struct oidc_client_config *config, struct oidc_client **ret_client);
/* What is under way is forgotten: no `done` is called any more. */
struct oidc_client *oidc_client_destroy(struct oidc_client *client);
DEFINE_AUTO(oidc_client)

enum oidc_fault {
    OIDC_GOOD,
    OIDC_UNREACHABLE, /* the provider does not answer, or not as itself */
    OIDC_MISMATCH, /* it answers, and we do not understand each other: a matter of configuration */
    OIDC_CODE,     /* it does not know the code (any more): begin again */
    OIDC_TOKEN,    /* the ID token proves nothing */
    OIDC_NO_ROLE,  /* it is proven who it is; nothing says what they may do here */
    OIDC_FAULT_COUNT,
};

struct oidc_attempt {
    struct sign_in_secret secret;
    char *code;                                 /* owned, wiped: finish; NULL: begin */
    void (*done)(struct oidc_attempt *attempt); /* once; the attempt is destroyed behind it */
    void *context;
    uint64_t number; /* of who asks */
    /* What came of it: */
    enum oidc_fault fault;
    const char *reason;            /* static: for log and audit trail */
    char *location;                /* begin; owned */
    struct staff_account identity; /* finish */
    /* The client's: */
    struct oidc_client *client;
    char *id_token; /* owned, wiped */
    bool keys_were_read;
};

/* Owned; code, done, context and number are the caller's to set. */
struct oidc_attempt *oidc_attempt_create(const struct sign_in_secret *secret);
struct oidc_attempt *oidc_attempt_destroy(struct oidc_attempt *attempt);
DEFINE_AUTO(oidc_attempt)

/* Takes ownership. May call `done` before it returns. */
void oidc_client_start(struct oidc_client *client, struct oidc_attempt *attempt);
/* Whether the way back names the right provider: `issuer` is the address's iss, or NULL (RFC 9207:
 * a provider that says that it names itself has to). */
bool oidc_client_is_issuer(const struct oidc_client *client, const char *issuer);
/* Where to send a browser that signed out here (RP-Initiated Logout 1.0, 2). Owned; NULL: the
 * provider has no such place, or was not asked yet. */
char *oidc_client_logout_location(const struct oidc_client *client);

/* Takes messages out of the mailbox of answers. Messages of a mailbox that outlives the client may
 * be destroyed unread. */
void oidc_answers_take(struct mailbox *answers);

#endif
