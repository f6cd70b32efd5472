#include "signaling/oidc/provider_document.h"

#include "gateway/base/allocate.h"
#include "signaling/protocol/compact_jws.h"
#include "signaling/protocol/key_set.h"

#include <errno.h>
#include <string.h>

struct provider_document *provider_document_destroy(struct provider_document *document)
{
    if (document) {
        free(document->issuer);
        free(document->authorization_endpoint);
        free(document->token_endpoint);
        free(document->jwks_uri);
        free(document->end_session_endpoint);
        free(document);
    }
    return NULL;
}

bool provider_url_is_good(const char *url)
{
    static const char scheme[] = "https://";
    if (strncmp(url, scheme, sizeof(scheme) - 1) != 0 || strlen(url) > PROVIDER_URL_SIZE_MAX) {
        return false;
    }
    const char *host = url + sizeof(scheme) - 1;
    for (const char *at = host; *at; at++) {
        if (*at <= ' ' || *at > '~' || strchr("\"#<>\\^`{|}", *at)) {
            return false;
        }
    }
    const size_t host_size = strcspn(host, "/?");
    return host_size > 0 && !memchr(host, '@', host_size);
}

/* Whether the list, if there is one, has the text; `otherwise` when there is none. */
static bool list_has(const json_t *root, const char *name, const char *text, bool otherwise)
{
    const json_t *list = json_object_get(root, name);
    size_t index;
    json_t *item;
    if (!json_is_array(list)) {
        return otherwise;
    }
    json_array_foreach(list, index, item)
    {
        if (json_is_string(item) && strcmp(json_string_value(item), text) == 0) {
            return true;
        }
    }
    return false;
}

static bool signs_as_we_verify(const json_t *root)
{
    for (int i = 0; i < KEY_ALGORITHM_COUNT; i++) {
        if (list_has(root, "id_token_signing_alg_values_supported",
                     key_algorithm_name((enum key_algorithm)i), true)) {
            return true;
        }
    }
    return false;
}

static bool take_url(const json_t *root, const char *name, char **ret_url)
{
    const char *url = compact_jws_text(root, name);
    if (!url || !provider_url_is_good(url)) {
        return false;
    }
    *ret_url = strdup(url);
    return true;
}

static const char *take_all(const json_t *root, const char *issuer,
                            struct provider_document *document)
{
    static const char token_methods[] = "token_endpoint_auth_methods_supported";
    const char *named = compact_jws_text(root, "issuer");
    if (!named || strcmp(named, issuer) != 0) {
        return "issuer is another than was asked";
    }
    document->issuer = strdup(named);
    if (!take_url(root, "authorization_endpoint", &document->authorization_endpoint)) {
        return "authorization_endpoint is no https address";
    }
    if (!take_url(root, "token_endpoint", &document->token_endpoint)) {
        return "token_endpoint is no https address";
    }
    if (!take_url(root, "jwks_uri", &document->jwks_uri)) {
        return "jwks_uri is no https address";
    }
    if (json_object_get(root, "end_session_endpoint") &&
        !take_url(root, "end_session_endpoint", &document->end_session_endpoint)) {
        return "end_session_endpoint is no https address";
    }
    if (!list_has(root, "response_types_supported", "code", true)) {
        return "response_types_supported lacks code";
    }
    if (!list_has(root, "code_challenge_methods_supported", "S256", true)) {
        return "code_challenge_methods_supported lacks S256";
    }
    if (!signs_as_we_verify(root)) {
        return "id_token_signing_alg_values_supported lacks RS256, RS384, ES256 and ES384";
    }
    document->takes_basic = list_has(root, token_methods, "client_secret_basic", true);
    document->takes_post = list_has(root, token_methods, "client_secret_post", false);
    document->names_itself =
        json_is_true(json_object_get(root, "authorization_response_iss_parameter_supported"));
    return NULL;
}

int provider_document_read(const char *text, size_t size, const char *issuer,
                           struct provider_document **ret_document, const char **ret_problem)
{
    AUTO(provider_document) document = allocate_zeroed(1, sizeof(*document));
    json_t *root = size <= PROVIDER_DOCUMENT_SIZE_MAX
                       ? json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL)
                       : NULL;
    const char *problem =
        json_is_object(root) ? take_all(root, issuer, document) : "it is no JSON object";
    json_decref(root);
    if (problem) {
        *ret_problem = problem;
        return -EBADMSG;
    }
    *ret_document = TAKE(document);
    return 0;
}
