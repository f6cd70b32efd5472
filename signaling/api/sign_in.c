#include "signaling/api/sign_in_internal.h"

#include "gateway/base/log.h"
#include "gateway/visits/role_mapping.h"
#include "gateway/visits/staff_sign_in.h"
#include "signaling/api/development_staff.h"
#include "signaling/oidc/oidc_client.h"
#include "signaling/signaling_server.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

LOG_TOPIC("sign_in");

/* ---- beginning and end ---- */

static int create_client(struct sign_in *sign_in, const struct sign_in_parts *parts)
{
    const struct sign_in_config *config = &sign_in->config;
    if (!config->issuer || !config->issuer[0]) {
        return 0;
    }
    if (!parts->fetch || !config->client_id[0] || role_mapping_fault(config->roles)) {
        log_error("configuration_unusable", "key=sign_in.issuer");
        return -EINVAL;
    }
    const struct oidc_client_config client = {
        .issuer = config->issuer,
        .client_id = config->client_id,
        .client_secret_path = config->client_secret_path,
        .scopes = config->scopes,
        .redirect_uri = sign_in->redirect_uri,
        .signed_out_uri = sign_in->signed_out_uri,
        .claims = {.roles_claim = config->roles_claim,
                   .roles = config->roles,
                   .staff_key_claim = config->staff_key_claim,
                   .programme_claim = config->programme_claim},
        .fetch = parts->fetch,
        .fetcher = parts->fetcher,
        .answers = parts->answers,
    };
    const int result = oidc_client_create(&client, &sign_in->client);
    if (result < 0) {
        log_error("client_secret_unusable", "path=%s error=%d", config->client_secret_path,
                  -result);
    }
    return result;
}

static int read_invented(struct sign_in *sign_in, bool development)
{
    const char *path = sign_in->config.development_staff_path;
    g_autofree char *text = NULL;
    gsize size = 0;
    const char *problem = "it cannot be read";
    if (!path) {
        return 0;
    }
    if (!development) {
        log_error("configuration_unusable", "key=sign_in.development_staff mode=production");
        return -EINVAL;
    }
    if (g_file_get_contents(path, &text, &size, NULL) &&
        development_staff_read(text, size, &sign_in->invented, &problem) == 0) {
        log_warning("development_sign_in", "people=%zu", sign_in->invented->count);
        return 0;
    }
    log_error("development_staff_unusable", "path=%s problem=\"%s\"", path, problem);
    return -EINVAL;
}

int sign_in_create(const struct sign_in_config *config, const struct sign_in_parts *parts,
                   const char *origin, bool development, struct sign_in **ret_sign_in)
{
    AUTO(sign_in) sign_in = g_new0(struct sign_in, 1);
    sign_in->config = *config;
    sign_in->redirect_uri = g_strconcat(origin, SIGN_IN_CALLBACK_PATH, NULL);
    sign_in->signed_out_uri = g_strconcat(origin, SIGN_IN_PATH "?signed-out", NULL);
    int result = create_client(sign_in, parts);
    result = result < 0 ? result : read_invented(sign_in, development);
    if (result < 0) {
        return result;
    }
    *ret_sign_in = TAKE(sign_in);
    return 0;
}

struct sign_in *sign_in_destroy(struct sign_in *sign_in)
{
    if (sign_in) {
        oidc_client_destroy(sign_in->client);
        development_staff_destroy(sign_in->invented);
        g_free(sign_in->redirect_uri);
        g_free(sign_in->signed_out_uri);
        g_free(sign_in);
    }
    return NULL;
}

/* ---- what there is ---- */

static json_t *roles_json(unsigned roles)
{
    json_t *list = json_array();
    for (unsigned role = 0; role < ROLE_SEATED_COUNT; role++) {
        if (roles & PARTICIPANT_ROLE_BIT(role)) {
            json_array_append_new(list,
                                  json_string(participant_role_name((enum participant_role)role)));
        }
    }
    return list;
}

json_t *sign_in_account_json(const struct staff_account *account, int64_t ends_at_ms)
{
    return json_pack("{s:s, s:o, s:o, s:o}", "name", account->display_name, "roles",
                     roles_json(account->roles), "programme", api_text_or_null(account->programme),
                     "ends_at", api_time(ends_at_ms));
}

static json_t *invented_json(const struct development_staff *invented)
{
    if (!invented) {
        return json_null();
    }
    json_t *list = json_array();
    for (size_t i = 0; i < invented->count; i++) {
        const struct staff_account *person = &invented->people[i];
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:o}", "staff", person->staff_key, "name",
                                        person->display_name, "roles", roles_json(person->roles)));
    }
    return list;
}

void sign_in_show(struct api *api, struct http_exchange *exchange,
                  const struct api_parameters *parameters)
{
    (void)parameters;
    const struct sign_in *sign_in = api->sign_in;
    http_exchange_reply_json(
        exchange, 200,
        json_pack("{s:b, s:o, s:s, s:s, s:i}", "openid", sign_in->client != NULL, "invented",
                  invented_json(sign_in->invented), "organisation", api->config->organisation,
                  "support_phone", api->config->support_phone, "idle_minutes",
                  (int)sign_in->config.idle_minutes));
}

/* ---- the invented staff ---- */

void sign_in_as_invented(struct api *api, struct http_exchange *exchange,
                         const struct api_parameters *parameters)
{
    (void)parameters;
    const struct development_staff *invented = api->sign_in->invented;
    if (!invented) {
        http_exchange_fail(exchange, 404, "not_found", "There is no development sign-in.", NULL);
        return;
    }
    json_t *body = api_read_body(exchange);
    const char *key = NULL;
    const struct api_text texts[] = {{"!staff", &key, PERSON_STAFF_KEY_SIZE}};
    if (body && api_read_texts(exchange, body, texts, G_N_ELEMENTS(texts))) {
        const struct staff_account *person = development_staff_find(invented, key);
        if (person) {
            sign_in_open(api, exchange, person, false);
        } else {
            http_exchange_fail(exchange, 404, "not_found", "There is nobody of that name.",
                               "staff");
        }
    }
    json_decref(body);
}

/* ---- out ---- */

struct leaving {
    bool of_provider; /* it is signed in there still */
};

static int run_end(struct api_task *task, struct visit_service *service)
{
    struct leaving *leaving = task->data;
    struct staff_session_opened session;
    if (!task->account_token || staff_sign_in_look(service, task->account_token, &session) != 0) {
        return 0;
    }
    leaving->of_provider = strcmp(session.account.issuer, DEVELOPMENT_STAFF_ISSUER) != 0;
    return staff_sign_in_end(service, &session.actor);
}

static void answer_end(struct api_task *task, struct http_exchange *exchange)
{
    const struct leaving *leaving = task->data;
    const struct oidc_client *client = task->api->sign_in->client;
    if (!exchange) {
        return;
    }
    api_set_cookie(exchange, API_ACCOUNT_COOKIE, "", 0);
    if (task->task.result != 0) {
        api_fail(exchange, task->task.result);
        return;
    }
    g_autofree char *location =
        leaving->of_provider && client ? oidc_client_logout_location(client) : NULL;
    http_exchange_reply_json(exchange, 200,
                             json_pack("{s:o}", "location", api_text_or_null(location)));
}

void sign_in_end(struct api *api, struct http_exchange *exchange,
                 const struct api_parameters *parameters)
{
    struct api_task *task = api_task_create(api, exchange, parameters, 0, run_end);
    task->data = g_new0(struct leaving, 1);
    task->data_destroy = g_free;
    task->answer = answer_end;
    task->answers_all = true;
    api_task_post(task);
}
