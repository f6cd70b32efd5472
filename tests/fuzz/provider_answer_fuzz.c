/* fuzz-links: bedside_signaling bedside_visits bedside_base
 *
 * What an OpenID provider, or who stands in for it, may answer: its description, and the claims of
 * a token. The same bytes as a cookie of a sign-in, and as the way back. */
#include "signaling/oidc/provider_document.h"
#include "signaling/oidc/sign_in_secret.h"
#include "signaling/oidc/staff_claims.h"

#include <assert.h>
#include <glib.h>
#include <string.h>

#include "signaling/api/form_fields.h"

#define ISSUER "https://login.example"
#define NOW_MS 1790000000000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_document(const char *text, size_t size)
{
    AUTO(provider_document) document = NULL;
    const char *problem = NULL;
    const int result = provider_document_read(text, size, ISSUER, &document, &problem);
    assert((result == 0) == (document != NULL) && (result == 0) == (problem == NULL));
    if (document) {
        assert(provider_url_is_good(document->token_endpoint));
        assert(provider_url_is_good(document->jwks_uri));
    }
}

static void read_claims(const char *text, size_t size)
{
    static const struct staff_claims_rules rules = {
        .roles_claim = "realm_access.roles",
        .roles = "desk=coordinator;reviewers=reviewing_physician",
        .staff_key_claim = "employee",
        .programme_claim = "programme",
    };
    json_t *claims = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    struct staff_account identity;
    if (json_is_object(claims) &&
        staff_claims_read(claims, &rules, &identity) == STAFF_CLAIMS_GOOD) {
        assert(identity.roles != 0 && (identity.roles & ~STAFF_ACCOUNT_ROLES) == 0);
        assert(!staff_account_find_problem(&identity));
    }
    json_decref(claims);
}

static void read_way_back(const char *text)
{
    struct sign_in_secret secret;
    g_autofree char *state = NULL;
    if (sign_in_secret_read(text, NOW_MS, &secret) == 0) {
        assert(strcmp(secret.cookie, text) == 0);
        assert(sign_in_secret_is_state(&secret, secret.state));
    }
    sign_in_secret_make(NOW_MS, &secret);
    if (form_field_read(text, "state", &state) == 0) {
        assert(!sign_in_secret_is_state(&secret, state));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    read_document((const char *)data, size);
    read_claims((const char *)data, size);
    read_way_back(text);
    return 0;
}
