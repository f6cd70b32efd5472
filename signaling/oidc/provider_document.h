/* provider_document.h - where an OpenID provider is asked for what (OpenID Connect Discovery 1.0,
 * 3; RFC 8414).
 * Pure. Thread: any; an object belongs to one. */
#ifndef BEDSIDE_SIGNALING_OIDC_PROVIDER_DOCUMENT_H
#define BEDSIDE_SIGNALING_OIDC_PROVIDER_DOCUMENT_H

#include "gateway/base/cleanup.h"

#include <stdbool.h>
#include <stddef.h>

#define PROVIDER_DOCUMENT_SIZE_MAX 131072
#define PROVIDER_URL_SIZE_MAX 2048

struct provider_document {
    char *issuer; /* owned, as all of them */
    char *authorization_endpoint;
    char *token_endpoint;
    char *jwks_uri;
    char *end_session_endpoint; /* NULL: it has none */
    bool takes_basic;           /* how we may show our secret at the token endpoint */
    bool takes_post;
    bool names_itself; /* the way back says who the issuer is (RFC 9207) */
};

/* `issuer` is the one that was asked, and has to be the one that answers. Returns 0 and an owned
 * document, or -EBADMSG with what is wrong in *ret_problem (static). */
int provider_document_read(const char *text, size_t size, const char *issuer,
                           struct provider_document **ret_document, const char **ret_problem);
struct provider_document *provider_document_destroy(struct provider_document *document);
DEFINE_AUTO(provider_document)

/* Whether the text is an https address without user, fragment or characters that do not belong
 * into one. */
bool provider_url_is_good(const char *url);

#endif
