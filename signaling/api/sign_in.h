/* sign_in.h - staff sign in with the organisation (OpenID Connect), or, in development, as one of
 * the invented staff; and out again.
 *
 *   page --POST start--> cookie "sign-in", address of the provider
 *   provider --GET /sign-in/callback--> code, state --oidc_client--> who it is
 *       --store: staff_sign_in_open()--> cookie "account", back to the page
 *
 * Everything that does not work leads back to the page, which says what to do (?problem=...).
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_API_SIGN_IN_H
#define BEDSIDE_SIGNALING_API_SIGN_IN_H

#include "signaling/api/api.h"

struct http_fetch_ops;
struct mailbox;
struct staff_account;

#define SIGN_IN_PATH "/sign-in"
#define SIGN_IN_CALLBACK_PATH "/sign-in/callback"

/* [sign_in]; borrowed texts. */
struct sign_in_config {
    const char *issuer; /* NULL or empty: nobody signs in with OpenID Connect */
    const char *client_id;
    const char *client_secret_path; /* NULL: a public client */
    const char *scopes;
    const char *roles_claim;
    const char *roles;
    const char *staff_key_claim;
    const char *programme_claim;
    const char *development_staff_path; /* NULL: there is no development sign-in */
    unsigned idle_minutes;
    unsigned absolute_hours;
};

/* How other servers are asked; `fetch` may be NULL where no issuer is configured. Borrowed. */
struct sign_in_parts {
    const struct http_fetch_ops *fetch;
    void *fetcher;
    struct mailbox *answers;
};

/* `origin` is where browsers find us. Returns 0, or -EINVAL or the errno of a file, having logged
 * why. */
int sign_in_create(const struct sign_in_config *config, const struct sign_in_parts *parts,
                   const char *origin, bool development, struct sign_in **ret_sign_in);
struct sign_in *sign_in_destroy(struct sign_in *sign_in);
DEFINE_AUTO(sign_in)

void sign_in_show(struct api *api, struct http_exchange *exchange,
                  const struct api_parameters *parameters);
void sign_in_start(struct api *api, struct http_exchange *exchange,
                   const struct api_parameters *parameters);
void sign_in_come_back(struct api *api, struct http_exchange *exchange,
                       const struct api_parameters *parameters);
void sign_in_as_invented(struct api *api, struct http_exchange *exchange,
                         const struct api_parameters *parameters);
void sign_in_end(struct api *api, struct http_exchange *exchange,
                 const struct api_parameters *parameters);

/* The account as /api/v1/session tells of it. Owned. */
json_t *sign_in_account_json(const struct staff_account *account, int64_t ends_at_ms);

#endif
