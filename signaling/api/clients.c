#include "signaling/api/clients.h"

#include "gateway/visits/api_client.h"
#include "signaling/api/client_assertion.h"
#include "signaling/api/page_of.h"
#include "signaling/signaling_server.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

/* ---- what is said of a client ---- */

/* `keys`: its JWK Set; NULL in lists. */
static json_t *client_json(const struct api_client *client, const char *keys)
{
    char scopes[API_SCOPES_SIZE];
    api_scopes_write(client->scopes, scopes);
    json_t *json = json_pack(
        "{s:s, s:s, s:o, s:s, s:b, s:o, s:o, s:o}", "id", client->id, "name", client->name,
        "programme", api_text_or_null(client->programme), "scope", scopes, "development",
        client->development, "created_at", api_time(client->created_at_ms), "used_at",
        api_time(client->used_at_ms), "revoked_at", api_time(client->revoked_at_ms));
    json_t *set = keys && *keys ? json_loads(keys, 0, NULL) : NULL;
    if (set) {
        json_object_set_new(json, "keys", set);
    }
    return json;
}

/* ---- what a body says ---- */

/* Of a new client, or what is to change: texts that are NULL stay. */
struct client_words {
    const char *name;
    const char *scope;
    const char *programme;
    const json_t *keys;
    const json_t *development;
};

struct client_task {
    struct api_client client; /* of a new one; of a change what was sent */
    bool has_name, has_scope, has_programme;
    char *keys;          /* NULL: none were sent */
    const char *problem; /* out: a field that makes no sense */
};

static void client_task_destroy(void *data)
{
    struct client_task *task = data;
    g_free(task->keys);
    g_free(task);
}

static bool copy_text(const char *text, char *ret_text, size_t size)
{
    return g_strlcpy(ret_text, text, size) < size;
}

/* Returns NULL, or the field that is wrong. `ret_sentence` says why when it is not obvious. */
static const char *read_keys(const json_t *keys, struct client_task *ret_task,
                             const char **ret_sentence)
{
    char *text = json_dumps(keys, JSON_COMPACT);
    AUTO(key_set) set = NULL;
    const int result =
        key_set_read(text, strlen(text), CLIENT_ASSERTION_ALGORITHMS, &set, ret_sentence);
    ret_task->keys = g_strdup(text);
    free(text);
    return result < 0 ? "keys" : NULL;
}

static const char *read_words(const struct client_words *words, struct client_task *ret_task,
                              const char **ret_sentence)
{
    struct api_client *client = &ret_task->client;
    ret_task->has_name = words->name != NULL;
    ret_task->has_scope = words->scope != NULL;
    ret_task->has_programme = words->programme != NULL;
    if (words->name && !copy_text(words->name, client->name, sizeof(client->name))) {
        return "name";
    }
    if (words->programme &&
        !copy_text(words->programme, client->programme, sizeof(client->programme))) {
        return "programme";
    }
    if (words->scope && api_scopes_read(words->scope, &client->scopes) < 0) {
        return "scope";
    }
    client->development = json_is_true(words->development);
    return words->keys ? read_keys(words->keys, ret_task, ret_sentence) : NULL;
}

static const struct {
    const char *name;
    size_t offset;
    enum { MEMBER_TEXT, MEMBER_OBJECT, MEMBER_SWITCH } type;
} members[] = {
    {"name", offsetof(struct client_words, name), MEMBER_TEXT},
    {"scope", offsetof(struct client_words, scope), MEMBER_TEXT},
    {"programme", offsetof(struct client_words, programme), MEMBER_TEXT},
    {"keys", offsetof(struct client_words, keys), MEMBER_OBJECT},
    {"development", offsetof(struct client_words, development), MEMBER_SWITCH},
};

/* Returns false for a value of the wrong type. */
static bool take_member(struct client_words *words, size_t index, const json_t *value)
{
    void *at = (char *)words + members[index].offset;
    if (members[index].type == MEMBER_TEXT) {
        *(const char **)at = json_string_value(value);
        return json_is_string(value);
    }
    *(const json_t **)at = value;
    return members[index].type == MEMBER_OBJECT ? json_is_object(value) : json_is_boolean(value);
}

/* Returns NULL, or the name of a member that is not ours or of the wrong type. */
static const char *find_words(const json_t *body, struct client_words *ret_words)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)body, key, value)
    {
        size_t i = 0;
        while (i < G_N_ELEMENTS(members) && strcmp(members[i].name, key) != 0) {
            i++;
        }
        if (i == G_N_ELEMENTS(members)) {
            return strlen(key) < 64 ? key : "?";
        }
        if (!take_member(ret_words, i, value)) {
            return members[i].name;
        }
    }
    return NULL;
}

/* Reads the body. Returns NULL, having answered. Owned. */
static struct client_task *read_body(struct http_exchange *exchange)
{
    json_t *body = api_read_body(exchange);
    if (!body) {
        return NULL;
    }
    struct client_words words = {0};
    struct client_task *task = g_new0(struct client_task, 1);
    const char *sentence = "The field makes no sense here.";
    const char *problem = find_words(body, &words);
    problem = problem ? problem : read_words(&words, task, &sentence);
    if (problem) {
        http_exchange_fail(exchange, 422, "bad_field", sentence, problem);
        client_task_destroy(task);
        task = NULL;
    }
    json_decref(body);
    return task;
}

static void answer_client(struct api_task *task, struct http_exchange *exchange)
{
    const struct client_task *client = task->data;
    if (exchange && client->problem) {
        http_exchange_fail(exchange, 422, "bad_field", "The field makes no sense here.",
                           client->problem);
    } else if (exchange) {
        api_answer(task, exchange);
    }
}

static void post_client_task(struct api *api, struct http_exchange *exchange,
                             const struct api_parameters *parameters, struct client_task *client,
                             int (*operation)(struct api_task *, struct visit_service *))
{
    struct api_task *task = api_task_create(api, exchange, parameters, API_OPERATOR, operation);
    task->data = client;
    task->data_destroy = client_task_destroy;
    task->answer = answer_client;
    task->answers_all = true;
    if (http_exchange_request(exchange)->method == HTTP_POST) {
        api_task_do_once(task, exchange);
    }
    api_task_post(task);
}

/* ---- adding ---- */

static int run_add(struct api_task *task, struct visit_service *service)
{
    struct client_task *made = task->data;
    const char *keys = made->keys ? made->keys : "";
    made->problem = api_client_find_problem(&made->client, keys);
    const int result = made->problem ? (int)REFUSAL_INVALID
                                     : api_client_add(service, &task->actor, &made->client, keys);
    if (result == 0) {
        task->output = client_json(&made->client, keys);
        task->status = 201;
    }
    return result;
}

void clients_add(struct api *api, struct http_exchange *exchange,
                 const struct api_parameters *parameters)
{
    struct client_task *client = read_body(exchange);
    if (client && client->client.development && !api->config->development) {
        http_exchange_fail(exchange, 403, "production",
                           "A development key is of no use in production mode.", NULL);
        client_task_destroy(client);
    } else if (client) {
        post_client_task(api, exchange, parameters, client, run_add);
    }
}

/* ---- listing and showing ---- */

static int run_list(struct api_task *task, struct visit_service *service)
{
    const struct page_request *page = task->data;
    AUTO(api_client_list) list = NULL;
    const int result =
        api_client_list_page(service, &task->actor, page->after, page->limit + 1, &list);
    if (result != 0) {
        return result;
    }
    json_t *clients = json_array();
    for (size_t i = 0; i < list->count && i < page->limit; i++) {
        json_array_append_new(clients, client_json(&list->clients[i], NULL));
    }
    const bool more = list->count > page->limit;
    task->output =
        page_of_items("clients", clients, more ? list->clients[page->limit - 1].id : NULL);
    return 0;
}

void clients_list(struct api *api, struct http_exchange *exchange,
                  const struct api_parameters *parameters)
{
    struct page_request page;
    if (page_of_query(exchange, &page)) {
        struct api_task *task = api_task_create(api, exchange, parameters, API_OPERATOR, run_list);
        task->data = g_memdup2(&page, sizeof(page));
        task->data_destroy = g_free;
        api_task_post(task);
    }
}

static int run_show(struct api_task *task, struct visit_service *service)
{
    struct api_client client;
    AUTO_FREE char *keys = NULL;
    const int result =
        api_client_show(service, &task->actor, task->parameters.values[0], &client, &keys);
    if (result == 0) {
        task->output = client_json(&client, keys);
    }
    return result;
}

void clients_show(struct api *api, struct http_exchange *exchange,
                  const struct api_parameters *parameters)
{
    api_task_post(api_task_create(api, exchange, parameters, API_OPERATOR, run_show));
}

/* ---- changing ---- */

/* What is there, with what was sent in its place. */
static void merge(struct client_task *sent, const struct api_client *known, const char *known_keys)
{
    struct api_client merged = *known;
    const struct api_client *client = &sent->client;
    if (sent->has_name) {
        memcpy(merged.name, client->name, sizeof(merged.name));
    }
    if (sent->has_scope) {
        merged.scopes = client->scopes;
    }
    if (sent->has_programme) {
        memcpy(merged.programme, client->programme, sizeof(merged.programme));
    }
    if (!sent->keys) {
        sent->keys = g_strdup(known_keys);
    }
    sent->client = merged;
}

static int run_change(struct api_task *task, struct visit_service *service)
{
    struct client_task *sent = task->data;
    struct api_client known;
    AUTO_FREE char *keys = NULL;
    int result = api_client_show(service, &task->actor, task->parameters.values[0], &known, &keys);
    if (result != 0) {
        return result;
    }
    json_t *current = client_json(&known, keys);
    result = api_task_check_match(task, current);
    json_decref(current);
    if (result != 0) {
        return result;
    }
    merge(sent, &known, keys);
    sent->problem = api_client_find_problem(&sent->client, sent->keys);
    result = sent->problem ? (int)REFUSAL_INVALID
                           : api_client_change(service, &task->actor, &sent->client, sent->keys);
    if (result == 0) {
        task->output = client_json(&sent->client, sent->keys);
    }
    return result;
}

void clients_change(struct api *api, struct http_exchange *exchange,
                    const struct api_parameters *parameters)
{
    struct client_task *client = read_body(exchange);
    if (client && client->client.development) {
        http_exchange_fail(exchange, 422, "bad_field", "A client stays what it was made for.",
                           "development");
        client_task_destroy(client);
    } else if (client) {
        post_client_task(api, exchange, parameters, client, run_change);
    }
}

static int run_revoke(struct api_task *task, struct visit_service *service)
{
    return api_client_revoke(service, &task->actor, task->parameters.values[0]);
}

static void answer_revoke(struct api_task *task, struct http_exchange *exchange)
{
    (void)task;
    if (exchange) {
        http_exchange_reply(exchange, 204, NULL, NULL, 0);
    }
}

void clients_revoke(struct api *api, struct http_exchange *exchange,
                    const struct api_parameters *parameters)
{
    struct api_task *task = api_task_create(api, exchange, parameters, API_OPERATOR, run_revoke);
    task->answer = answer_revoke;
    api_task_post(task);
}
