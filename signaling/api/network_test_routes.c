#include "signaling/api/network_test_routes.h"

#include "gateway/base/clock.h"
#include "gateway/visits/visit_device_check.h"
#include "signaling/protocol/signaling_message.h"
#include "signaling/session/network_tests.h"
#include "signaling/session/signaling_hub.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

/* Whose seat it is, and that they may, is known on the store thread; the test is the control
 * thread's. */
static int run_may_try(struct api_task *task, struct visit_service *service)
{
    return visit_device_check_may_try(service, &task->actor);
}

static struct api_task *create_task(struct api *api, struct http_exchange *exchange,
                                    const struct api_parameters *parameters,
                                    void (*answer)(struct api_task *, struct http_exchange *))
{
    struct api_task *task = api_task_create(api, exchange, parameters, API_SEAT, run_may_try);
    task->answer = answer;
    return task;
}

static struct network_tests *tests_of(const struct api_task *task)
{
    return signaling_hub_network_tests(task->api->hub);
}

static void fail_unknown(struct http_exchange *exchange)
{
    http_exchange_fail(exchange, 404, "not_found", "This test is over. Begin another.", NULL);
}

/* ---- beginning ---- */

static void refuse_test(struct http_exchange *exchange, int result)
{
    if (result == -EAGAIN) {
        http_exchange_add_header(exchange, "Retry-After", "60");
        http_exchange_fail(exchange, 429, "too_fast",
                           "The connection was tested a few times just now. Try again in a minute.",
                           NULL);
        return;
    }
    http_exchange_add_header(exchange, "Retry-After", "30");
    http_exchange_fail(exchange, 503, "busy",
                       "The gateway has no room for a test now. Visits come first.", NULL);
}

static void answer_begin(struct api_task *task, struct http_exchange *exchange)
{
    json_t *description = NULL;
    if (!exchange) {
        return;
    }
    const int result = network_tests_begin(tests_of(task), task->actor.participant_id,
                                           clock_now_us(), &description);
    if (result < 0) {
        refuse_test(exchange, result);
        return;
    }
    http_exchange_reply_json(exchange, 201, description);
}

void network_test_routes_begin(struct api *api, struct http_exchange *exchange,
                               const struct api_parameters *parameters)
{
    json_t *body = api_read_body(exchange);
    if (body && api_read_texts(exchange, body, NULL, 0)) {
        api_task_post(create_task(api, exchange, parameters, answer_begin));
    }
    json_decref(body);
}

/* ---- connecting ---- */

struct wanted_connection {
    char *sdp;
    bool measured;
};

static void wanted_connection_destroy(void *data)
{
    struct wanted_connection *wanted = data;
    g_free(wanted->sdp);
    g_free(wanted);
}

static void refuse_connection(struct http_exchange *exchange, int result,
                              const struct sdp_problem *problem)
{
    if (result == -EBADMSG) {
        http_exchange_fail(exchange, 422, "bad_offer", problem->message, problem->where);
    } else if (result == -ENOSPC) {
        http_exchange_fail(exchange, 409, "too_many", "This test has all of its connections.",
                           NULL);
    } else {
        fail_unknown(exchange);
    }
}

static void answer_connect(struct api_task *task, struct http_exchange *exchange)
{
    const struct wanted_connection *wanted = task->data;
    const struct network_test_offer offer = {
        .participant_id = task->actor.participant_id,
        .test_id = task->parameters.values[0],
        .sdp = wanted->sdp,
        .sdp_size = strlen(wanted->sdp),
        .measured = wanted->measured,
    };
    struct sdp_problem problem;
    json_t *answer = NULL;
    if (!exchange) {
        return;
    }
    const int result = network_tests_connect(tests_of(task), &offer, &answer, &problem);
    if (result < 0) {
        refuse_connection(exchange, result, &problem);
        return;
    }
    http_exchange_reply_json(exchange, 201, answer);
}

/* Returns NULL, having answered, for a body that is none. */
static struct wanted_connection *read_wanted(struct http_exchange *exchange, json_t *body)
{
    const char *sdp;
    size_t size;
    int measured;
    json_error_t error;
    if (json_unpack_ex(body, &error, JSON_STRICT, "{s:s%, s:b}", "sdp", &sdp, &size, "measured",
                       &measured) < 0) {
        http_exchange_fail(exchange, 400, "bad_request", error.text, NULL);
        return NULL;
    }
    if (size > SIGNALING_SDP_SIZE_MAX || strlen(sdp) != size) {
        http_exchange_fail(exchange, 422, "bad_offer", "The offer is too long, or no text.", "sdp");
        return NULL;
    }
    struct wanted_connection *wanted = g_new0(struct wanted_connection, 1);
    wanted->sdp = g_strndup(sdp, size);
    wanted->measured = measured != 0;
    return wanted;
}

void network_test_routes_connect(struct api *api, struct http_exchange *exchange,
                                 const struct api_parameters *parameters)
{
    json_t *body = api_read_body(exchange);
    struct wanted_connection *wanted = body ? read_wanted(exchange, body) : NULL;
    if (wanted) {
        struct api_task *task = create_task(api, exchange, parameters, answer_connect);
        task->data = wanted;
        task->data_destroy = wanted_connection_destroy;
        api_task_post(task);
    }
    json_decref(body);
}

/* ---- looking, ending ---- */

static void answer_show(struct api_task *task, struct http_exchange *exchange)
{
    if (!exchange) {
        return;
    }
    json_t *found =
        network_tests_show(tests_of(task), task->actor.participant_id, task->parameters.values[0]);
    if (found) {
        http_exchange_reply_json(exchange, 200, found);
    } else {
        fail_unknown(exchange);
    }
}

void network_test_routes_show(struct api *api, struct http_exchange *exchange,
                              const struct api_parameters *parameters)
{
    api_task_post(create_task(api, exchange, parameters, answer_show));
}

static void answer_end(struct api_task *task, struct http_exchange *exchange)
{
    const int result =
        network_tests_end(tests_of(task), task->actor.participant_id, task->parameters.values[0]);
    if (!exchange) {
        return;
    }
    if (result < 0) {
        fail_unknown(exchange);
    } else {
        http_exchange_reply(exchange, 204, NULL, NULL, 0);
    }
}

void network_test_routes_end(struct api *api, struct http_exchange *exchange,
                             const struct api_parameters *parameters)
{
    api_task_post(create_task(api, exchange, parameters, answer_end));
}
