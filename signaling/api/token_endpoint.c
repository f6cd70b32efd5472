#include "signaling/api/token_endpoint.h"

#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/base/secret.h"
#include "gateway/visits/api_client.h"
#include "signaling/api/access_tokens.h"
#include "signaling/api/client_assertion.h"
#include "signaling/api/form_fields.h"
#include "signaling/signaling_server.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

LOG_TOPIC("token");

#define ASSERTION_TYPE "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

/* ---- answers of RFC 6749, 5: a form of their own, which every OAuth client knows ---- */

static void refuse(struct http_exchange *exchange, unsigned status, const char *error,
                   const char *description)
{
    http_exchange_reply_json(
        exchange, status,
        json_pack("{s:s, s:s}", "error", error, "error_description", description));
}

static void grant(struct api *api, struct http_exchange *exchange, const struct visit_actor *actor)
{
    char token[RANDOM_TOKEN_SIZE];
    char scopes[API_SCOPES_SIZE];
    access_tokens_issue(api->tokens, actor, clock_now_us(), token);
    api_scopes_write(actor->scopes, scopes);
    http_exchange_add_header(exchange, "Pragma", "no-cache");
    http_exchange_reply_json(exchange, 200,
                             json_pack("{s:s, s:s, s:i, s:s}", "access_token", token, "token_type",
                                       "bearer", "expires_in", ACCESS_TOKEN_LIFE_SECONDS, "scope",
                                       scopes));
    secret_wipe(token, sizeof(token));
}

/* ---- asking ---- */

struct asking {
    struct client_assertion *assertion; /* NULL: not even that */
    enum assertion_fault fault;
    unsigned scopes; /* 0: all */
    bool scopes_are_bad;
    struct visit_actor actor;
};

static void asking_destroy(void *data)
{
    struct asking *asking = data;
    client_assertion_destroy(asking->assertion);
    g_free(asking);
}

/* The address of this endpoint under each of our names. */
static enum assertion_fault check(struct api *api, struct asking *asking,
                                  const struct key_set *keys)
{
    const struct signaling_server_config *config = api->config;
    g_autoptr(GPtrArray) audiences = g_ptr_array_new_with_free_func(g_free);
    for (size_t i = 0; i < config->public_origin_count; i++) {
        g_ptr_array_add(audiences,
                        g_strconcat(config->public_origins[i], TOKEN_ENDPOINT_PATH, NULL));
    }
    const struct client_assertion_rules rules = {
        .audiences = (const char *const *)audiences->pdata,
        .audience_count = audiences->len,
        .now_ms = clock_wall_ms(),
    };
    return client_assertion_check(asking->assertion, keys, &rules);
}

/* Sets the fault when the assertion is not that of a client of ours. Returns a negative errno when
 * the store failed. */
static int authenticate(struct api *api, struct asking *asking, struct visit_service *service)
{
    struct api_client client;
    AUTO_FREE char *text = NULL;
    AUTO(key_set) keys = NULL;
    const char *problem = NULL;
    const int result = api_client_find_keys(service, asking->assertion->client_id, &client, &text);
    if (result < 0) {
        return result;
    }
    if (result > 0 || (client.development && !api->config->development)) {
        asking->fault = ASSERTION_CLIENT;
        return 0;
    }
    if (key_set_read(text, strlen(text), CLIENT_ASSERTION_ALGORITHMS, &keys, &problem) < 0) {
        log_warning("keys_unusable", "client=%s problem=\"%s\"", client.id, problem);
        asking->fault = ASSERTION_KEY;
        return 0;
    }
    asking->fault = check(api, asking, keys);
    return 0;
}

static int issue(struct asking *asking, struct visit_service *service)
{
    const struct api_token_request request = {
        .client_id = asking->assertion->client_id,
        .scopes = asking->scopes,
        .jti_sha256 = asking->assertion->jti_sha256,
        .assertion_ends_at_ms = asking->assertion->ends_at_ms,
    };
    const int result = api_token_issue(service, &request, &asking->actor);
    if (result == REFUSAL_ASSERTION_USED) {
        asking->fault = ASSERTION_USED;
    }
    asking->scopes_are_bad = result == REFUSAL_NOT_PERMITTED;
    return result;
}

static int run_ask(struct api_task *task, struct visit_service *service)
{
    struct asking *asking = task->data;
    const int result =
        asking->fault == ASSERTION_GOOD ? authenticate(task->api, asking, service) : 0;
    if (result < 0) {
        return result;
    }
    const char *client_id = asking->assertion ? asking->assertion->client_id : "";
    if (asking->fault != ASSERTION_GOOD) {
        return api_token_note_refusal(service, OPERATION_TOKEN_ISSUE, client_id,
                                      assertion_fault_name(asking->fault));
    }
    return asking->scopes_are_bad
               ? api_token_note_refusal(service, OPERATION_TOKEN_ISSUE, client_id, "scope")
               : issue(asking, service);
}

static void answer_ask(struct api_task *task, struct http_exchange *exchange)
{
    const struct asking *asking = task->data;
    if (!exchange) {
        return;
    }
    if (task->task.result == 0) {
        grant(task->api, exchange, &asking->actor);
    } else if (task->task.result < 0) {
        api_fail(exchange, task->task.result);
    } else if (asking->scopes_are_bad) {
        refuse(exchange, 400, "invalid_scope", "The client was not registered for these scopes.");
    } else {
        refuse(exchange, 401, "invalid_client", assertion_fault_sentence(asking->fault));
    }
}

/* ---- the form ---- */

static const struct {
    const char *name;
    const char *value; /* the one that is taken; NULL: any */
    const char *error; /* for another one */
    const char *description;
} fields[] = {
    {"grant_type", "client_credentials", "unsupported_grant_type",
     "The grant_type is client_credentials."},
    {"client_assertion_type", ASSERTION_TYPE, "invalid_request",
     "The client_assertion_type is " ASSERTION_TYPE "."},
    {"client_assertion", NULL, "invalid_request",
     "There is no client_assertion, or more than one."},
};
enum { FIELD_ASSERTION = 2, FIELD_COUNT = G_N_ELEMENTS(fields) };

/* Returns the assertion (owned), or NULL, having answered. */
static char *read_form(struct http_exchange *exchange)
{
    const char *body = http_exchange_request(exchange)->body;
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        char *value = NULL;
        const int result = form_field_read(body, fields[i].name, &value);
        const bool fits = result == 0 && (!fields[i].value || strcmp(value, fields[i].value) == 0);
        if (!fits) {
            g_free(value);
            refuse(exchange, 400, result == 0 ? fields[i].error : "invalid_request",
                   fields[i].description);
            return NULL;
        }
        if (i == FIELD_ASSERTION) {
            return value;
        }
        g_free(value);
    }
    return NULL;
}

/* `client_id` says again what the assertion says, or nothing. */
static void read_rest(const char *body, struct asking *asking)
{
    g_autofree char *scope = NULL;
    g_autofree char *client_id = NULL;
    int result = form_field_read(body, "scope", &scope);
    asking->scopes_are_bad =
        result == -EBADMSG || (result == 0 && api_scopes_read(scope, &asking->scopes) < 0);
    result = form_field_read(body, "client_id", &client_id);
    if (asking->fault == ASSERTION_GOOD &&
        (result == -EBADMSG ||
         (result == 0 && strcmp(client_id, asking->assertion->client_id) != 0))) {
        asking->fault = ASSERTION_ISSUER;
    }
}

void token_endpoint_ask(struct api *api, struct http_exchange *exchange,
                        const struct api_parameters *parameters)
{
    const struct http_request *request = http_exchange_request(exchange);
    if (!http_server_take_attempt(api->server, request->client_address)) {
        http_exchange_add_header(exchange, "Retry-After", "5");
        http_exchange_fail(exchange, 429, "too_fast",
                           "Too many attempts come from your network. Try again soon.", NULL);
        return;
    }
    if (strlen(request->body) != request->body_size) {
        refuse(exchange, 400, "invalid_request", "The body is no form.");
        return;
    }
    g_autofree char *text = read_form(exchange);
    if (!text) {
        return;
    }
    struct asking *asking = g_new0(struct asking, 1);
    asking->fault = client_assertion_read(text, strlen(text), &asking->assertion);
    read_rest(request->body, asking);
    struct api_task *task = api_task_create(api, exchange, parameters, 0, run_ask);
    task->data = asking;
    task->data_destroy = asking_destroy;
    task->answer = answer_ask;
    task->answers_all = true;
    api_task_post(task);
}

/* ---- what it takes ---- */

void token_endpoint_describe(struct api *api, struct http_exchange *exchange,
                             const struct api_parameters *parameters)
{
    (void)parameters;
    const struct signaling_server_config *config = api->config;
    g_autofree char *endpoint =
        g_strconcat(config->public_origin_count > 0 ? config->public_origins[0] : "",
                    TOKEN_ENDPOINT_PATH, NULL);
    json_t *algorithms = json_array();
    for (int i = 0; i < KEY_ALGORITHM_COUNT; i++) {
        if (CLIENT_ASSERTION_ALGORITHMS & KEY_ALGORITHM_BIT(i)) {
            json_array_append_new(algorithms,
                                  json_string(key_algorithm_name((enum key_algorithm)i)));
        }
    }
    json_t *scopes = json_array();
    for (int i = 0; i < API_SCOPE_COUNT; i++) {
        json_array_append_new(scopes, json_string(api_scope_name((enum api_scope)i)));
    }
    http_exchange_reply_json(exchange, 200,
                             json_pack("{s:s, s:[s], s:[s], s:o, s:o, s:[s]}", "token_endpoint",
                                       endpoint, "grant_types_supported", "client_credentials",
                                       "token_endpoint_auth_methods_supported", "private_key_jwt",
                                       "token_endpoint_auth_signing_alg_values_supported",
                                       algorithms, "scopes_supported", scopes, "capabilities",
                                       "client-confidential-asymmetric"));
}
