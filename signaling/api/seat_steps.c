#include "signaling/api/seat_steps.h"

#include "gateway/base/clock.h"
#include "gateway/base/secret.h"
#include "gateway/visits/visit_seat_step.h"

#include <glib.h>
#include <string.h>

#define SECRET_SIZE_MAX 128
#define STEP_SIZE_MAX 40

struct told_step {
    char *secret; /* of the link; NULL: by the seat; wiped */
    enum seat_step step;
    unsigned problems;
};

static void told_step_destroy(void *data)
{
    struct told_step *told = data;
    if (told->secret) {
        secret_wipe(told->secret, strlen(told->secret));
    }
    g_free(told->secret);
    g_free(told);
}

static int run_tell(struct api_task *task, struct visit_service *service)
{
    const struct told_step *told = task->data;
    return told->secret ? visit_seat_step_tell_by_link(service, told->secret, told->step)
                        : visit_seat_step_tell(service, &task->actor, told->step, told->problems);
}

static void answer_tell(struct api_task *task, struct http_exchange *exchange)
{
    (void)task;
    if (exchange) {
        http_exchange_reply(exchange, 204, NULL, NULL, 0);
    }
}

/* Whoever tells too much is stopped, seat by seat: one address may be a whole hospital. A seat is
 * known here by its secret alone, whose buckets are a fixed number; two may share one. */
static bool may_tell(struct api *api, struct http_exchange *exchange, const char *secret)
{
    struct token_bucket *bucket =
        &api->step_limits[g_str_hash(secret) % G_N_ELEMENTS(api->step_limits)];
    const uint64_t now_us = clock_now_us();
    if (bucket->burst == 0) {
        token_bucket_init(bucket, SEAT_STEPS_PER_SECOND, SEAT_STEPS_BURST, now_us);
    }
    if (token_bucket_take(bucket, now_us)) {
        return true;
    }
    http_exchange_add_header(exchange, "Retry-After", "5");
    http_exchange_fail(exchange, 429, "too_fast", "Steps come too fast. Try again soon.", NULL);
    return false;
}

/* ["camera", "microphone"], each once. */
static bool read_problems(const json_t *list, unsigned *ret_problems)
{
    size_t index;
    json_t *name;
    if (list && !json_is_array(list)) {
        return false;
    }
    json_array_foreach(list, index, name)
    {
        const unsigned before = *ret_problems;
        if (!json_is_string(name) || seat_problem_add(json_string_value(name), ret_problems) < 0 ||
            *ret_problems == before) {
            return false;
        }
    }
    return true;
}

/* Reads what is told, but for the secret. Returns false, having answered with 422. */
static bool read_step(struct http_exchange *exchange, const char *name, const json_t *problems,
                      bool by_link, struct told_step *told)
{
    const bool is_step =
        seat_step_from_name(name, &told->step) == 0 &&
        (by_link ? seat_step_is_told_by_link(told->step) : seat_step_is_told_by_seat(told->step));
    if (is_step && read_problems(problems, &told->problems) &&
        seat_step_fits_problems(told->step, told->problems)) {
        return true;
    }
    http_exchange_fail(exchange, 422, "bad_field",
                       is_step ? "The problems do not fit the step."
                               : "Nobody tells this step, or not in this way.",
                       is_step ? "problems" : "step");
    return false;
}

static void tell(struct api *api, struct http_exchange *exchange,
                 const struct api_parameters *parameters, json_t *body)
{
    json_t *problems = json_incref(json_object_get(body, "problems"));
    json_object_del(body, "problems");
    const char *step = NULL;
    const char *secret = NULL;
    const struct api_text texts[] = {{"!step", &step, STEP_SIZE_MAX},
                                     {"secret", &secret, SECRET_SIZE_MAX}};
    struct told_step told = {0};
    if (api_read_texts(exchange, body, texts, G_N_ELEMENTS(texts)) &&
        read_step(exchange, step, problems, secret != NULL, &told)) {
        struct api_task *task =
            api_task_create(api, exchange, parameters, secret ? 0 : API_SEAT, run_tell);
        told.secret = g_strdup(secret);
        task->data = g_memdup2(&told, sizeof(told));
        task->data_destroy = told_step_destroy;
        task->answer = answer_tell;
        const char *whose = secret ? secret : task->seat_token ? task->seat_token : "";
        if (may_tell(api, exchange, whose)) {
            api_task_post(task);
        } else {
            mailbox_message_destroy(&task->task.message);
        }
    }
    json_decref(problems);
}

void seat_steps_tell(struct api *api, struct http_exchange *exchange,
                     const struct api_parameters *parameters)
{
    json_t *body = api_read_body(exchange);
    if (body) {
        tell(api, exchange, parameters, body);
    }
    json_decref(body);
}
