/* api_client.h - programs that use the API: an electronic record, a scheduling system. An operator
 * registers each with its public keys; it proves who it is with a signed assertion (SMART Backend
 * Services; signaling/api/client_assertion.h) and then acts as ROLE_SYSTEM, within its scopes and
 * its programme.
 *
 * Keys are kept as text, a JWK Set (RFC 7517): whoever registers has checked them.
 * Thread: the store thread; api_client_find_problem() any. */
#ifndef BEDSIDE_VISITS_API_CLIENT_H
#define BEDSIDE_VISITS_API_CLIENT_H

#include "gateway/base/digest.h"
#include "gateway/visits/api_scope.h"
#include "gateway/visits/clinical_case.h"
#include "gateway/visits/idempotency.h"
#include "gateway/visits/visit_actor.h"

struct visit_service;

#define API_CLIENT_KEYS_SIZE 16385

struct api_client {
    char id[UUID_TEXT_SIZE];             /* the client_id of its assertions */
    char name[PERSON_NAME_SIZE];         /* for operators */
    char programme[CASE_PROGRAMME_SIZE]; /* whose cases it reaches; empty: all */
    unsigned scopes;                     /* API_SCOPE_BIT() of each */
    bool development;                    /* with a key that was made for it: never in production */
    int64_t created_at_ms;
    int64_t used_at_ms;    /* when it last got a token; 0: never */
    int64_t revoked_at_ms; /* 0: good */
};

struct api_client_list {
    struct api_client *clients; /* owned, oldest first */
    size_t count;
};
struct api_client_list *api_client_list_create(void);
struct api_client_list *api_client_list_destroy(struct api_client_list *list);
DEFINE_AUTO(api_client_list)

/* Checks every field; `keys` may be NULL. Returns NULL, or the name of the first bad one (static).
 */
const char *api_client_find_problem(const struct api_client *client, const char *keys);

/* Gives the client its id. Refusal: INVALID (ask api_client_find_problem() first). */
int api_client_add(struct visit_service *service, const struct visit_actor *actor,
                   struct api_client *client, const char *keys);
/* The clients behind `after`, at most `limit`. */
int api_client_list_page(struct visit_service *service, const struct visit_actor *actor,
                         const char *after, size_t limit, struct api_client_list **ret_list);
/* `ret_keys` is owned text. Refusal: NOT_FOUND. */
int api_client_show(struct visit_service *service, const struct visit_actor *actor,
                    const char *client_id, struct api_client *ret_client, char **ret_keys);
/* Name, programme, scopes and keys; `keys` may be NULL: they stay. Tokens that were
 * given before lose what it loses. Refusals: NOT_FOUND, INVALID, WRONG_STATE (revoked). */
int api_client_change(struct visit_service *service, const struct visit_actor *actor,
                      const struct api_client *client, const char *keys);
/* At once, and for good. Refusals: NOT_FOUND, WRONG_STATE (it was). */
int api_client_revoke(struct visit_service *service, const struct visit_actor *actor,
                      const char *client_id);

/* What an assertion is checked against; of nobody's right yet. Refusal: NOT_FOUND (unknown, or
 * revoked). */
int api_client_find_keys(struct visit_service *service, const char *client_id,
                         struct api_client *ret_client, char **ret_keys);

struct api_token_request {
    const char *client_id;
    unsigned scopes; /* 0: all that it has */
    const char *jti_sha256;
    int64_t assertion_ends_at_ms;
};
/* The assertion was good: notes that it came, once, and makes the actor that a token stands for.
 * Refusals: NOT_PERMITTED (revoked, or the scopes are not its own), ASSERTION_USED. */
int api_token_issue(struct visit_service *service, const struct api_token_request *request,
                    struct visit_actor *ret_actor);
/* Audits an assertion (TOKEN_ISSUE) or a token (TOKEN_USE) that was no good. `client_id`: whose it
 * says it is; `reason`: a code. */
int api_token_note_refusal(struct visit_service *service, enum operation operation,
                           const char *client_id, const char *reason);

#endif
