#include "signaling/api/bearer.h"

#include "gateway/base/clock.h"
#include "gateway/visits/api_client.h"
#include "signaling/api/access_tokens.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

static const char scheme[] = "Bearer ";
#define SCHEME_SIZE (sizeof(scheme) - 1)

bool bearer_is_shown(const struct http_request *request)
{
    return request->door == HTTP_DOOR_PUBLIC &&
           g_ascii_strncasecmp(request->authorization, scheme, SCHEME_SIZE) == 0;
}

bool bearer_find(const struct api *api, const struct http_request *request,
                 struct visit_actor *ret_actor)
{
    return bearer_is_shown(request) &&
           access_tokens_find(api->tokens, request->authorization + SCHEME_SIZE, clock_now_us(),
                              ret_actor);
}

void bearer_challenge(struct http_exchange *exchange, const char *error)
{
    g_autofree char *text = g_strdup_printf("Bearer realm=\"bedside\", error=\"%s\"", error);
    http_exchange_add_header(exchange, "WWW-Authenticate", text);
}

static int run_note(struct api_task *task, struct visit_service *service)
{
    (void)task;
    return api_token_note_refusal(service, OPERATION_TOKEN_USE, "", "token");
}

static void answer_note(struct api_task *task, struct http_exchange *exchange)
{
    if (exchange) {
        bearer_challenge(exchange, "invalid_token");
        api_fail(exchange, task->task.result < 0 ? task->task.result : (int)REFUSAL_TOKEN_UNKNOWN);
    }
}

/* A guess, or a token that is over: written down, and slowed as other guesses are. */
static void refuse_unknown(struct api *api, struct http_exchange *exchange)
{
    if (!http_server_take_attempt(api->server, http_exchange_request(exchange)->client_address)) {
        http_exchange_add_header(exchange, "Retry-After", "5");
        http_exchange_fail(exchange, 429, "too_fast",
                           "Too many attempts come from your network. Try again soon.", NULL);
        return;
    }
    struct api_task *task = api_task_create(api, exchange, NULL, 0, run_note);
    task->answer = answer_note;
    task->answers_all = true;
    api_task_post(task);
}

bool bearer_admit(struct api *api, struct http_exchange *exchange)
{
    const struct http_request *request = http_exchange_request(exchange);
    struct visit_actor actor;
    const int result = access_tokens_take(api->tokens, request->authorization + SCHEME_SIZE,
                                          clock_now_us(), &actor);
    if (result == -ENOENT) {
        refuse_unknown(api, exchange);
    } else if (result == -EAGAIN) {
        http_exchange_add_header(exchange, "Retry-After", "1");
        http_exchange_fail(exchange, 429, "too_fast",
                           "This client asks too often. Wait a second between bursts.", NULL);
    }
    return result == 0;
}
