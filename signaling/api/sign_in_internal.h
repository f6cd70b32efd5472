/* sign_in_internal.h - what the files of sign_in.h share. Private to them.
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_API_SIGN_IN_INTERNAL_H
#define BEDSIDE_SIGNALING_API_SIGN_IN_INTERNAL_H

#include "gateway/visits/staff_account.h"
#include "signaling/api/sign_in.h"

struct development_staff;
struct oidc_client;

#define SIGN_IN_COOKIE "__Host-bedside-sign-in"

struct sign_in {
    struct sign_in_config config;
    struct oidc_client *client;         /* NULL: none is configured */
    struct development_staff *invented; /* NULL: none is configured */
    char *redirect_uri;
    char *signed_out_uri;
};

/* Opens a session for somebody who is known now. `by_redirect`: the browser came from the provider,
 * and goes on to the page; else it gets JSON. */
void sign_in_open(struct api *api, struct http_exchange *exchange,
                  const struct staff_account *identity, bool by_redirect);
/* Writes down that a sign-in came to nothing, and sends the browser to the page. `problem` is what
 * the page says, `reason` what the audit trail says; both static. */
void sign_in_refuse(struct api *api, struct http_exchange *exchange, const char *problem,
                    const char *reason);
/* `problem`: NULL when all is well. */
void sign_in_send_to_page(struct http_exchange *exchange, const char *problem);
/* The one of a sign-in that is under way; 0 seconds: none any more. */
void sign_in_set_cookie(struct http_exchange *exchange, const char *value, long seconds);

#endif
