#include "signaling/api/api_repeat.h"

#include "gateway/visits/audit_event.h"
#include "gateway/visits/idempotency.h"

#include <glib.h>
#include <string.h>

#define KEY_SIZE_MAX 128

struct api_repeat {
    struct idempotent_request request; /* its caller is set by run */
    char *route;
};

/* The key without quotes. Owned. */
static char *key_of(const struct http_request *request)
{
    char *key = g_strdup(request->idempotency_key);
    const size_t length = strlen(key);
    if (length >= 2 && key[0] == '"' && key[length - 1] == '"') {
        key[length - 1] = 0;
        memmove(key, key + 1, length - 1);
    }
    return key;
}

bool api_repeat_key_is_lawful(const struct http_request *request)
{
    if (!*request->idempotency_key) {
        return true;
    }
    g_autofree char *key = key_of(request);
    const size_t length = strlen(key);
    for (size_t i = 0; i < length; i++) {
        if (key[i] <= ' ' || key[i] > '~' || key[i] == '"') {
            return false;
        }
    }
    return length >= 1 && length <= KEY_SIZE_MAX;
}

struct api_repeat *api_repeat_create(const struct http_request *request)
{
    if (!*request->idempotency_key) {
        return NULL;
    }
    g_autofree char *key = key_of(request);
    struct api_repeat *repeat = g_new0(struct api_repeat, 1);
    repeat->route = g_strdup_printf("%s %s", http_method_name(request->method), request->path);
    repeat->request.route = repeat->route;
    digest_of_token(key, repeat->request.key_sha256);
    uint8_t digest[DIGEST_SHA256_SIZE];
    digest_sha256(request->body, request->body_size, digest);
    digest_to_hex(digest, repeat->request.body_sha256);
    return repeat;
}

struct api_repeat *api_repeat_destroy(struct api_repeat *repeat)
{
    if (repeat) {
        g_free(repeat->route);
        g_free(repeat);
    }
    return NULL;
}

static int take_answer(struct api_task *task, unsigned status, const char *text)
{
    task->output = json_loads(text, JSON_DECODE_ANY, NULL);
    task->status = status;
    task->replayed = true;
    return 0;
}

static int run_and_keep(const struct idempotent_request *request, struct api_task *task,
                        struct visit_service *service)
{
    const int result = task->operation(task, service);
    if (result != 0 || !task->output) {
        return result; /* what was refused did nothing: it may be tried again */
    }
    char *text = json_dumps(task->output, JSON_COMPACT);
    const int kept = idempotency_keep(service, request, task->status, text);
    free(text);
    return kept;
}

int api_repeat_run(const struct api_repeat *repeat, struct api_task *task,
                   struct visit_service *service)
{
    struct visit_store *store = visit_service_store(service);
    struct audit_event who = {0};
    audit_event_set_actor(&who, &task->actor, task->actor.role);
    g_autofree char *caller = g_strdup_printf("%s:%s", who.actor_role, who.actor_id);
    struct idempotent_request request = repeat->request;
    request.caller = caller;
    int result = store->ops->begin(store);
    if (result < 0) {
        return result;
    }
    unsigned status;
    AUTO_FREE char *text = NULL;
    result = idempotency_find(service, &request, &status, &text);
    result = result == 0                   ? take_answer(task, status, text)
             : result == REFUSAL_NOT_FOUND ? run_and_keep(&request, task, service)
                                           : result;
    if (result < 0) {
        /* Nothing has happened: nobody may hear of it. */
        task->picture = visit_picture_destroy(task->picture);
        store->ops->rollback(store);
        return result;
    }
    const int committed = store->ops->commit(store);
    return committed < 0 ? committed : result;
}
