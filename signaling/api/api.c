#include "signaling/api/api.h"

#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/base/secret.h"
#include "gateway/visits/staff_sign_in.h"
#include "gateway/visits/store_gate.h"
#include "gateway/visits/visit_arrival.h"
#include "signaling/api/api_repeat.h"
#include "signaling/api/bearer.h"
#include "signaling/api/entity_tag.h"
#include "signaling/session/signaling_hub.h"

#include <errno.h>
#include <glib.h>
#include <stddef.h>
#include <string.h>

LOG_TOPIC("api");

/* ---- results ---- */

static const struct {
    unsigned status;
    const char *code; /* NULL: visit_refusal_code() */
} answers[REFUSAL_COUNT] = {
    [REFUSAL_NOT_PERMITTED] = {403, NULL},
    [REFUSAL_NOT_FOUND] = {404, NULL},
    [REFUSAL_INVALID] = {422, NULL},
    [REFUSAL_LINK_UNKNOWN] = {404, "unknown_link"},
    [REFUSAL_LINK_EXPIRED] = {410, "link_expired"},
    [REFUSAL_BIRTH_DATE_NEEDED] = {403, "birth_date_needed"},
    [REFUSAL_BIRTH_DATE_WRONG] = {403, "wrong_birth_date"},
    [REFUSAL_LINK_LOCKED] = {423, "locked"},
    [REFUSAL_SECOND_DEVICE_PENDING] = {202, NULL},
    [REFUSAL_DEVICE_REPLACED] = {401, NULL},
    [REFUSAL_DEVICE_REFUSED] = {403, "refused"},
    [REFUSAL_SEAT_UNKNOWN] = {401, NULL},
    [REFUSAL_SESSION_EXPIRED] = {401, NULL},
    [REFUSAL_VISIT_ENDED] = {410, "visit_ended"},
    [REFUSAL_VISIT_NOT_OPEN] = {409, NULL},
    [REFUSAL_DENIED] = {403, NULL},
    [REFUSAL_NOT_IN_VISIT] = {403, NULL},
    [REFUSAL_WRONG_STATE] = {409, NULL},
    [REFUSAL_CONSENT_TEXT_OUTDATED] = {409, NULL},
    [REFUSAL_CASE_EXISTS] = {409, NULL},
    [REFUSAL_TOO_MANY] = {409, NULL},
    [REFUSAL_CHANGED] = {412, NULL},
    [REFUSAL_KEY_REUSED] = {422, NULL},
    [REFUSAL_TOKEN_UNKNOWN] = {401, NULL},
    [REFUSAL_ASSERTION_USED] = {400, NULL},
    [REFUSAL_SLOT_TAKEN] = {409, NULL},
    [REFUSAL_HELP_TAKEN] = {409, NULL},
    [REFUSAL_NO_LICENCE] = {403, NULL},
    [REFUSAL_LICENCE_WARNING] = {409, NULL},
    [REFUSAL_TOO_SOON] = {409, NULL},
    [REFUSAL_NOT_IN_PRACTICE] = {409, NULL},
};

void api_fail_with(struct http_exchange *exchange, int result, json_t *members)
{
    if (result > 0 && result < REFUSAL_COUNT && answers[result].status != 0) {
        const enum visit_refusal refusal = (enum visit_refusal)result;
        http_exchange_fail_with(exchange, answers[result].status,
                                answers[result].code ? answers[result].code
                                                     : visit_refusal_code(refusal),
                                visit_refusal_sentence(refusal), members);
        return;
    }
    log_error("store_failed", "result=%d", result);
    http_exchange_fail_with(
        exchange, 503, "store_failed",
        "It could not be written down or looked up, so it did not happen. Please try again.",
        members);
}

void api_fail(struct http_exchange *exchange, int result)
{
    api_fail_with(exchange, result, NULL);
}

/* ---- tasks ---- */

static void wipe_and_free(char *secret)
{
    if (secret) {
        secret_wipe(secret, strlen(secret));
        g_free(secret);
    }
}

static void api_task_destroy(struct mailbox_message *message)
{
    struct api_task *task = CONTAINER_OF(message, struct api_task, task.message);
    wipe_and_free(task->seat_token);
    wipe_and_free(task->staff_token);
    wipe_and_free(task->account_token);
    g_free(task->if_match);
    api_repeat_destroy(task->repeat);
    json_decref(task->input);
    json_decref(task->output);
    visit_picture_destroy(task->picture);
    if (task->data_destroy) {
        task->data_destroy(task->data);
    }
    g_free(task);
}

/* ---- who asks ---- */

static int find_account(struct api_task *task, struct visit_service *service)
{
    struct staff_session_opened session;
    const int result = staff_sign_in_resolve(service, task->account_token, &session);
    if (result == 0) {
        task->actor = session.actor;
    }
    return result;
}

static int find_staff(struct api_task *task, struct visit_service *service)
{
    struct staff_session session;
    const int result = visit_arrival_resolve_session(service, task->staff_token, &session);
    if (result == 0) {
        task->actor = session.actor;
        secret_wipe(&session, sizeof(session));
    }
    return result;
}

static int find_seat(struct api_task *task, struct visit_service *service)
{
    return visit_arrival_resolve_seat(service, task->seat_token, &task->actor);
}

/* Whose cookies a browser may have, in the order in which they count. */
static const struct cookie_owner {
    unsigned callers; /* enum api_caller */
    size_t token;     /* where in the task */
    int (*find)(struct api_task *task, struct visit_service *service);
} cookie_owners[] = {
    {API_STAFF | API_ACCOUNT, offsetof(struct api_task, account_token), find_account},
    {API_STAFF, offsetof(struct api_task, staff_token), find_staff},
    {API_SEAT, offsetof(struct api_task, seat_token), find_seat},
};

/* Looks for the caller among the owners from `*owner` on, and leaves it at the one behind. */
static int find_cookie_owner(struct api_task *task, struct visit_service *service, size_t *owner)
{
    int result = REFUSAL_SESSION_EXPIRED;
    bool found = false;
    while (!found && *owner < G_N_ELEMENTS(cookie_owners)) {
        const struct cookie_owner *row = &cookie_owners[(*owner)++];
        char *token;
        memcpy(&token, (const char *)task + row->token, sizeof(token));
        if ((task->callers & row->callers) && token) {
            result = row->find(task, service);
            found = result == 0;
        }
    }
    return result;
}

static int find_caller(struct api_task *task, struct visit_service *service, size_t *owner)
{
    const size_t nobody_else = G_N_ELEMENTS(cookie_owners);
    if (task->callers == 0) {
        *owner = nobody_else;
        return 0;
    }
    if (task->has_bearer) {
        *owner = nobody_else;
        task->actor = task->bearer;
        return task->callers & API_SYSTEM ? 0 : REFUSAL_NOT_PERMITTED;
    }
    if ((task->callers & API_OPERATOR) && task->door == HTTP_DOOR_OPERATOR) {
        *owner = nobody_else;
        task->actor = visit_actor_operator(task->uid);
        return 0;
    }
    return find_cookie_owner(task, service, owner);
}

static int run_api_task(struct visit_task *visit_task, struct visit_service *service)
{
    struct api_task *task = CONTAINER_OF(visit_task, struct api_task, task);
    size_t owner = 0;
    int result = find_caller(task, service, &owner);
    if (result != 0) {
        return result;
    }
    result =
        task->repeat ? api_repeat_run(task->repeat, task, service) : task->operation(task, service);
    /* A physician may have the page of one case open and sit in a visit of another. */
    while (result == REFUSAL_NOT_FOUND && find_cookie_owner(task, service, &owner) == 0) {
        result = task->operation(task, service);
    }
    return result;
}

/* What was read has a tag, and is not sent again to who has it (RFC 9110, 13.1.2). */
static void answer_read(struct http_exchange *exchange, json_t *output)
{
    char tag[ENTITY_TAG_SIZE];
    entity_tag_of(output, tag);
    http_exchange_add_header(exchange, "ETag", tag);
    if (entity_tag_if_none_match(http_exchange_request(exchange)->if_none_match, tag)) {
        http_exchange_reply(exchange, 304, NULL, NULL, 0);
        json_decref(output);
    } else {
        http_exchange_reply_json(exchange, 200, output);
    }
}

void api_answer(struct api_task *task, struct http_exchange *exchange)
{
    const int result = task->task.result;
    const enum http_method method = http_exchange_request(exchange)->method;
    if (task->replayed) {
        http_exchange_add_header(exchange, "Idempotency-Replayed", "true");
    }
    if (result == REFUSAL_TOKEN_UNKNOWN) {
        bearer_challenge(exchange, "invalid_token");
    } else if (result == REFUSAL_NOT_PERMITTED && task->has_bearer) {
        bearer_challenge(exchange, "insufficient_scope");
    }
    if (result != 0) {
        api_fail(exchange, result);
    } else if (task->status == 200 && (method == HTTP_GET || method == HTTP_HEAD)) {
        answer_read(exchange, TAKE(task->output));
    } else {
        http_exchange_reply_json(exchange, task->status, TAKE(task->output));
    }
}

static void on_api_task_done(struct visit_task *visit_task, void *context)
{
    (void)context;
    struct api_task *task = CONTAINER_OF(visit_task, struct api_task, task);
    struct http_exchange *exchange =
        http_server_find_exchange(task->api->server, task->exchange_id);
    const int result = visit_task->result;
    if (task->picture) {
        signaling_hub_take_picture(task->api->hub, TAKE(task->picture));
    }
    if (task->answer && (result == 0 || task->answers_all)) {
        task->answer(task, exchange);
    } else if (exchange) {
        api_answer(task, exchange);
    }
}

char *api_cookie(const char *cookies, const char *name)
{
    const size_t name_size = strlen(name);
    for (const char *cursor = cookies; *cursor;) {
        cursor += strspn(cursor, "; ");
        const size_t size = strcspn(cursor, ";");
        if (size > name_size && cursor[name_size] == '=' && strncmp(cursor, name, name_size) == 0) {
            return g_strndup(cursor + name_size + 1, size - name_size - 1);
        }
        cursor += size;
    }
    return NULL;
}

void api_set_cookie(struct http_exchange *exchange, const char *name, const char *value,
                    long max_age_seconds)
{
    g_autofree char *text =
        g_strdup_printf("%s=%s; Path=/; Max-Age=%ld; Secure; HttpOnly; SameSite=Strict", name,
                        value, max_age_seconds);
    http_exchange_add_header(exchange, "Set-Cookie", text);
}

struct api_task *api_task_create(struct api *api, struct http_exchange *exchange,
                                 const struct api_parameters *parameters, unsigned callers,
                                 int (*operation)(struct api_task *task,
                                                  struct visit_service *service))
{
    const struct http_request *request = http_exchange_request(exchange);
    struct api_task *task = g_new0(struct api_task, 1);
    task->task.message.destroy = api_task_destroy;
    task->task.run = run_api_task;
    task->task.done = on_api_task_done;
    task->api = api;
    task->exchange_id = http_exchange_id(exchange);
    task->callers = callers;
    task->door = request->door;
    task->uid = request->client_uid;
    task->has_bearer = bearer_find(api, request, &task->bearer);
    if (!task->has_bearer) {
        task->seat_token = api_cookie(request->cookie, API_SEAT_COOKIE);
        task->staff_token = api_cookie(request->cookie, API_STAFF_COOKIE);
        task->account_token = api_cookie(request->cookie, API_ACCOUNT_COOKIE);
    }
    task->if_match = g_strdup(request->if_match);
    task->operation = operation;
    task->status = 200;
    if (parameters) {
        task->parameters = *parameters;
    }
    return task;
}

void api_task_do_once(struct api_task *task, struct http_exchange *exchange)
{
    task->repeat = api_repeat_create(http_exchange_request(exchange));
}

int api_task_check_match(const struct api_task *task, const json_t *current)
{
    char tag[ENTITY_TAG_SIZE];
    entity_tag_of(current, tag);
    return *task->if_match == 0 || entity_tag_if_match(task->if_match, tag) ? 0 : REFUSAL_CHANGED;
}

void api_task_post(struct api_task *task)
{
    store_gate_post(task->api->store, &task->task);
}

bool api_may_try(struct api *api, struct http_exchange *exchange)
{
    if (http_server_take_attempt(api->server, http_exchange_request(exchange)->client_address)) {
        return true;
    }
    http_exchange_add_header(exchange, "Retry-After", "5");
    http_exchange_fail(exchange, 429, "too_fast",
                       "Too many attempts come from your network. Try again soon.", NULL);
    return false;
}

/* ---- bodies ---- */

json_t *api_read_body(struct http_exchange *exchange)
{
    const struct http_request *request = http_exchange_request(exchange);
    json_error_t error;
    json_t *object = json_loadb(request->body, request->body_size, JSON_REJECT_DUPLICATES, &error);
    if (json_is_object(object)) {
        return object;
    }
    json_decref(object);
    g_autofree char *where = g_strdup_printf("line %d, column %d", error.line, error.column);
    http_exchange_fail(exchange, 400, "bad_body",
                       "The body has to be one JSON object without a key that comes twice.", where);
    return NULL;
}

static const struct api_text *find_text(const struct api_text *texts, size_t count,
                                        const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(texts[i].name + (texts[i].name[0] == '!'), name) == 0) {
            return &texts[i];
        }
    }
    return NULL;
}

bool api_read_texts(struct http_exchange *exchange, const json_t *object,
                    const struct api_text *texts, size_t count)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value)
    {
        const struct api_text *text = find_text(texts, count, key);
        if (!text || !json_is_string(value) || json_string_length(value) > text->size_max) {
            http_exchange_fail(exchange, 400, "bad_field",
                               text ? "The field is a text that is not too long."
                                    : "There is no such field.",
                               strlen(key) < 64 && g_utf8_validate(key, -1, NULL) ? key : "?");
            return false;
        }
        *text->text = json_string_value(value);
    }
    for (size_t i = 0; i < count; i++) {
        if (texts[i].name[0] == '!' && (!*texts[i].text || !**texts[i].text)) {
            http_exchange_fail(exchange, 400, "bad_field", "The field is missing.",
                               texts[i].name + 1);
            return false;
        }
    }
    return true;
}

/* ---- values ---- */

json_t *api_time(int64_t wall_ms)
{
    return wall_ms > 0 ? json_integer((json_int_t)wall_ms) : json_null();
}

json_t *api_text_or_null(const char *text)
{
    json_t *value = text && *text ? json_string(text) : NULL;
    return value ? value : json_null();
}
