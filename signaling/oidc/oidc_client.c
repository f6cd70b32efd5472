#include "signaling/oidc/oidc_client.h"

#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/base/secret.h"
#include "signaling/oidc/id_token.h"
#include "signaling/oidc/provider_document.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

LOG_TOPIC("oidc");

#define DISCOVERY_PATH ".well-known/openid-configuration"
#define KEPT_US (3600 * 1000000ull)
#define TOKEN_ANSWER_SIZE_MAX 65536
#define CLIENT_SECRET_SIZE_MAX 1024

struct oidc_client {
    struct oidc_client_config config;
    char *secret; /* owned, wiped; NULL: none */
    struct provider_document *document;
    uint64_t document_at_us;
    struct key_set *keys;
    uint64_t keys_at_us;
};

static void go_on(struct oidc_attempt *attempt);

static void wipe(char *text)
{
    if (text) {
        secret_wipe(text, strlen(text));
        g_free(text);
    }
}

/* ---- the client ---- */

static int read_secret(const char *path, char **ret_secret)
{
    g_autofree char *text = NULL;
    gsize size = 0;
    g_autoptr(GError) error = NULL;
    if (!g_file_get_contents(path, &text, &size, &error)) {
        return g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_ACCES) ? -EACCES : -ENOENT;
    }
    while (size > 0 && strchr("\r\n", text[size - 1])) {
        text[--size] = '\0';
    }
    bool good = size > 0 && size < CLIENT_SECRET_SIZE_MAX;
    for (gsize i = 0; i < size && good; i++) {
        good = g_ascii_isprint(text[i]);
    }
    if (!good) {
        secret_wipe(text, size);
        return -EBADMSG;
    }
    *ret_secret = g_steal_pointer(&text);
    return 0;
}

int oidc_client_create(const struct oidc_client_config *config, struct oidc_client **ret_client)
{
    AUTO(oidc_client) client = g_new0(struct oidc_client, 1);
    client->config = *config;
    const int result =
        config->client_secret_path ? read_secret(config->client_secret_path, &client->secret) : 0;
    if (result < 0) {
        return result;
    }
    *ret_client = TAKE(client);
    return 0;
}

struct oidc_client *oidc_client_destroy(struct oidc_client *client)
{
    if (client) {
        wipe(client->secret);
        provider_document_destroy(client->document);
        key_set_destroy(client->keys);
        g_free(client);
    }
    return NULL;
}

/* ---- attempts ---- */

struct oidc_attempt *oidc_attempt_create(const struct sign_in_secret *secret)
{
    struct oidc_attempt *attempt = g_new0(struct oidc_attempt, 1);
    attempt->secret = *secret;
    return attempt;
}

struct oidc_attempt *oidc_attempt_destroy(struct oidc_attempt *attempt)
{
    if (attempt) {
        secret_wipe(&attempt->secret, sizeof(attempt->secret));
        wipe(attempt->code);
        wipe(attempt->id_token);
        g_free(attempt->location);
        g_free(attempt);
    }
    return NULL;
}

static void destroy_attempt(void *data)
{
    oidc_attempt_destroy(data);
}

static void finish(struct oidc_attempt *attempt, enum oidc_fault fault, const char *reason)
{
    attempt->fault = fault;
    attempt->reason = reason;
    if (fault == OIDC_UNREACHABLE || fault == OIDC_MISMATCH) {
        log_warning("provider_failed", "issuer=%s reason=%s", attempt->client->config.issuer,
                    reason);
    }
    attempt->done(attempt);
    oidc_attempt_destroy(attempt);
}

static void ask(struct oidc_attempt *attempt, struct http_fetch *fetch,
                void (*done)(struct http_fetch *fetch))
{
    const struct oidc_client_config *config = &attempt->client->config;
    fetch->reply = config->answers;
    fetch->done = done;
    fetch->data = attempt;
    fetch->data_destroy = destroy_attempt;
    config->fetch->start(config->fetcher, fetch);
}

void oidc_answers_take(struct mailbox *answers)
{
    struct mailbox_message *message;
    while ((message = mailbox_take(answers))) {
        struct http_fetch *fetch = CONTAINER_OF(message, struct http_fetch, message);
        fetch->done(fetch);
        http_fetch_destroy(fetch);
    }
}

/* ---- discovery ---- */

static void on_discovery(struct http_fetch *fetch)
{
    struct oidc_attempt *attempt = TAKE(fetch->data);
    struct oidc_client *client = attempt->client;
    struct provider_document *document = NULL;
    const char *problem = NULL;
    if (fetch->result < 0 || fetch->status != 200) {
        log_warning("discovery_failed", "error=%d status=%u", -fetch->result, fetch->status);
        finish(attempt, OIDC_UNREACHABLE, "discovery");
        return;
    }
    if (provider_document_read(fetch->body, fetch->body_size, client->config.issuer, &document,
                               &problem) < 0) {
        log_warning("discovery_unusable", "problem=\"%s\"", problem);
        finish(attempt, OIDC_MISMATCH, "discovery");
        return;
    }
    provider_document_destroy(client->document);
    client->document = document;
    client->document_at_us = clock_now_us();
    go_on(attempt);
}

static void ask_discovery(struct oidc_attempt *attempt)
{
    const char *issuer = attempt->client->config.issuer;
    const char *slash = g_str_has_suffix(issuer, "/") ? "" : "/";
    g_autofree char *url = g_strconcat(issuer, slash, DISCOVERY_PATH, NULL);
    ask(attempt, http_fetch_create(url, PROVIDER_DOCUMENT_SIZE_MAX), on_discovery);
}

/* ---- addresses ---- */

static void add_parameter(GString *text, const char *name, const char *value)
{
    g_autofree char *escaped = g_uri_escape_string(value, NULL, false);
    if (text->len > 0 && !strchr("?&", text->str[text->len - 1])) {
        g_string_append_c(text, '&');
    }
    g_string_append_printf(text, "%s=%s", name, escaped);
    secret_wipe(escaped, strlen(escaped));
}

static GString *begin_query(const char *endpoint)
{
    GString *text = g_string_new(endpoint);
    g_string_append_c(text, strchr(endpoint, '?') ? '&' : '?');
    return text;
}

static void say_where_to(struct oidc_attempt *attempt)
{
    const struct oidc_client_config *config = &attempt->client->config;
    GString *text = begin_query(attempt->client->document->authorization_endpoint);
    add_parameter(text, "response_type", "code");
    add_parameter(text, "client_id", config->client_id);
    add_parameter(text, "redirect_uri", config->redirect_uri);
    add_parameter(text, "scope", config->scopes);
    add_parameter(text, "state", attempt->secret.state);
    add_parameter(text, "nonce", attempt->secret.nonce);
    add_parameter(text, "code_challenge", attempt->secret.challenge);
    add_parameter(text, "code_challenge_method", "S256");
    attempt->location = g_string_free(text, FALSE);
    finish(attempt, OIDC_GOOD, "good");
}

char *oidc_client_logout_location(const struct oidc_client *client)
{
    if (!client->document || !client->document->end_session_endpoint) {
        return NULL;
    }
    GString *text = begin_query(client->document->end_session_endpoint);
    add_parameter(text, "client_id", client->config.client_id);
    add_parameter(text, "post_logout_redirect_uri", client->config.signed_out_uri);
    return g_string_free(text, FALSE);
}

bool oidc_client_is_issuer(const struct oidc_client *client, const char *issuer)
{
    if (!issuer) {
        return !client->document || !client->document->names_itself;
    }
    return strcmp(issuer, client->config.issuer) == 0;
}

/* ---- code to ID token ---- */

/* Errors of RFC 6749, 5.2. Only their names are ours to log: the rest is the provider's text. */
static void on_token_refused(struct oidc_attempt *attempt, const json_t *root)
{
    static const char *const names[] = {"invalid_client", "invalid_request", "invalid_scope",
                                        "unauthorized_client", "unsupported_grant_type"};
    const char *error = compact_jws_text(root, "error");
    if (error && strcmp(error, "invalid_grant") == 0) {
        finish(attempt, OIDC_CODE, "invalid_grant");
        return;
    }
    const char *known = "token_endpoint";
    for (size_t i = 0; error && i < G_N_ELEMENTS(names); i++) {
        known = strcmp(error, names[i]) == 0 ? names[i] : known;
    }
    finish(attempt, OIDC_MISMATCH, known);
}

static void on_token(struct http_fetch *fetch)
{
    struct oidc_attempt *attempt = TAKE(fetch->data);
    if (fetch->result < 0 || fetch->status >= 500) {
        log_warning("token_endpoint_failed", "error=%d status=%u", -fetch->result, fetch->status);
        finish(attempt, OIDC_UNREACHABLE, "token_endpoint");
        return;
    }
    json_t *root = json_loadb(fetch->body, fetch->body_size, JSON_REJECT_DUPLICATES, NULL);
    const char *token = compact_jws_text(root, "id_token");
    if (fetch->status != 200) {
        on_token_refused(attempt, root);
    } else if (!token) {
        finish(attempt, OIDC_MISMATCH, "no_id_token");
    } else {
        attempt->id_token = g_strdup(token);
        go_on(attempt);
    }
    json_decref(root);
}

/* A part of user and password is form-encoded before it is put together (RFC 6749, 2.3.1). */
static char *encoded(const char *text)
{
    g_autofree char *escaped = g_uri_escape_string(text, NULL, false);
    char *copy = strdup(escaped);
    secret_wipe(escaped, strlen(escaped));
    return copy;
}

static void ask_token(struct oidc_attempt *attempt)
{
    const struct oidc_client *client = attempt->client;
    const bool posts_secret =
        client->secret && !client->document->takes_basic && client->document->takes_post;
    struct http_fetch *fetch =
        http_fetch_create(client->document->token_endpoint, TOKEN_ANSWER_SIZE_MAX);
    GString *form = g_string_sized_new(4096);
    add_parameter(form, "grant_type", "authorization_code");
    add_parameter(form, "code", attempt->code);
    add_parameter(form, "redirect_uri", client->config.redirect_uri);
    add_parameter(form, "code_verifier", attempt->secret.verifier);
    if (!client->secret || posts_secret) {
        add_parameter(form, "client_id", client->config.client_id);
    }
    if (posts_secret) {
        add_parameter(form, "client_secret", client->secret);
    } else if (client->secret) {
        fetch->user = encoded(client->config.client_id);
        fetch->password = encoded(client->secret);
    }
    fetch->form = strdup(form->str);
    secret_wipe(form->str, form->len);
    g_string_free(form, TRUE);
    ask(attempt, fetch, on_token);
}

/* ---- keys ---- */

static void on_keys(struct http_fetch *fetch)
{
    struct oidc_attempt *attempt = TAKE(fetch->data);
    struct oidc_client *client = attempt->client;
    struct key_set *keys = NULL;
    const char *problem = NULL;
    if (fetch->result < 0 || fetch->status != 200) {
        log_warning("keys_failed", "error=%d status=%u", -fetch->result, fetch->status);
        finish(attempt, OIDC_UNREACHABLE, "keys");
        return;
    }
    if (key_set_read(fetch->body, fetch->body_size, ID_TOKEN_ALGORITHMS, &keys, &problem) < 0) {
        log_warning("keys_unusable", "problem=\"%s\"", problem);
        finish(attempt, OIDC_MISMATCH, "keys");
        return;
    }
    key_set_destroy(client->keys);
    client->keys = keys;
    client->keys_at_us = clock_now_us();
    attempt->keys_were_read = true;
    go_on(attempt);
}

static void ask_keys(struct oidc_attempt *attempt)
{
    ask(attempt, http_fetch_create(attempt->client->document->jwks_uri, KEY_SET_TEXT_SIZE_MAX),
        on_keys);
}

/* ---- who it is ---- */

static void read_claims(struct oidc_attempt *attempt, const json_t *claims)
{
    const enum staff_claims_fault fault =
        staff_claims_read(claims, &attempt->client->config.claims, &attempt->identity);
    finish(attempt, fault == STAFF_CLAIMS_GOOD ? OIDC_GOOD : OIDC_NO_ROLE,
           staff_claims_fault_name(fault));
}

static void judge(struct oidc_attempt *attempt)
{
    const struct oidc_client *client = attempt->client;
    const struct id_token_rules rules = {
        .issuer = client->config.issuer,
        .client_id = client->config.client_id,
        .nonce = attempt->secret.nonce,
        .now_ms = clock_wall_ms(),
    };
    AUTO(compact_jws) token = NULL;
    enum id_token_fault fault = ID_TOKEN_MALFORMED;
    if (compact_jws_read(attempt->id_token, strlen(attempt->id_token), &token) == 0) {
        fault = id_token_check(token, client->keys, &rules);
    }
    if (fault == ID_TOKEN_KEY && !attempt->keys_were_read) {
        ask_keys(attempt); /* the provider may have changed its keys */
    } else if (fault == ID_TOKEN_GOOD) {
        read_claims(attempt, token->claims);
    } else {
        log_warning("id_token_refused", "reason=%s", id_token_fault_name(fault));
        finish(attempt, OIDC_TOKEN, id_token_fault_name(fault));
    }
}

/* ---- the way ---- */

static bool is_kept(const void *object, uint64_t at_us)
{
    return object && clock_now_us() - at_us < KEPT_US;
}

static void go_on(struct oidc_attempt *attempt)
{
    const struct oidc_client *client = attempt->client;
    if (!is_kept(client->document, client->document_at_us)) {
        ask_discovery(attempt);
    } else if (!attempt->code) {
        say_where_to(attempt);
    } else if (!attempt->id_token) {
        ask_token(attempt);
    } else if (!is_kept(client->keys, client->keys_at_us)) {
        ask_keys(attempt);
    } else {
        judge(attempt);
    }
}

void oidc_client_start(struct oidc_client *client, struct oidc_attempt *attempt)
{
    attempt->client = client;
    go_on(attempt);
}
