#include "signaling/api/help_sessions.h"

#include "gateway/base/secret.h"
#include "gateway/visits/visit_help.h"
#include "signaling/session/signaling_hub.h"

#include <glib.h>

/* ---- by staff ---- */

static void offered_destroy(void *data)
{
    secret_wipe(data, sizeof(struct visit_help_offered));
    g_free(data);
}

static int run_offer(struct api_task *task, struct visit_service *service)
{
    return visit_help_offer(service, &task->actor, task->parameters.values[0],
                            task->parameters.values[1], task->data, &task->picture);
}

/* The seat token is told this once, and is no cookie: a page that helps is one of several. */
static void answer_offer(struct api_task *task, struct http_exchange *exchange)
{
    const struct visit_help_offered *offered = task->data;
    if (offered->replaced_device) {
        signaling_hub_device_replaced(task->api->hub, task->parameters.values[0],
                                      offered->participant_id);
    }
    if (exchange) {
        http_exchange_reply_json(exchange, 201,
                                 json_pack("{s:s, s:s, s:s}", "seat_token", offered->seat_token,
                                           "participant", offered->participant_id, "visit",
                                           task->parameters.values[0]));
    }
}

void help_sessions_offer(struct api *api, struct http_exchange *exchange,
                         const struct api_parameters *parameters)
{
    json_t *body = api_read_body(exchange);
    if (body && api_read_texts(exchange, body, NULL, 0)) {
        struct api_task *task = api_task_create(api, exchange, parameters, API_STAFF, run_offer);
        task->data = g_new0(struct visit_help_offered, 1);
        task->data_destroy = offered_destroy;
        task->answer = answer_offer;
        api_task_post(task);
    }
    json_decref(body);
}

/* ---- by who may be helped ---- */

static int run_show_own(struct api_task *task, struct visit_service *service)
{
    struct visit_help_look look;
    const int result = visit_help_look(service, &task->actor, &look);
    if (result == 0) {
        json_t *help = look.is_offered ? json_pack("{s:s, s:s}", "name", look.helper_name, "role",
                                                   participant_role_name(look.helper_role))
                                       : json_null();
        task->output = json_pack("{s:o}", "help", help);
    }
    return result;
}

void help_sessions_show_own(struct api *api, struct http_exchange *exchange,
                            const struct api_parameters *parameters)
{
    api_task_post(api_task_create(api, exchange, parameters, API_SEAT, run_show_own));
}
