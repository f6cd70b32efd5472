#include "signaling/api/licences.h"

#include "signaling/api/document_task.h"
#include "signaling/api/licence_document.h"
#include "signaling/api/licence_states.h"
#include "signaling/session/signaling_hub.h"
#include "signaling/signaling_server.h"

#include <glib.h>

/* ---- licences ---- */

static int run_show(struct api_task *task, struct visit_service *service)
{
    struct licence_list list;
    const int result = visit_licence_list(service, &task->actor, task->parameters.values[0], &list);
    if (result == 0) {
        const struct signaling_server_config *config = task->api->config;
        task->output = licence_document_write(&list);
        json_object_set_new(task->output, "states",
                            licence_states_json(config->screening, config->licence_rules));
    }
    return result;
}

void licences_show(struct api *api, struct http_exchange *exchange,
                   const struct api_parameters *parameters)
{
    api_task_post(api_task_create(api, exchange, parameters, API_OPERATOR | API_STAFF, run_show));
}

struct replacement {
    struct licence_list list;
    struct licence_pictures pictures; /* out */
};

static void replacement_destroy(void *data)
{
    struct replacement *replacement = data;
    licence_pictures_clear(&replacement->pictures);
    g_free(replacement);
}

static int run_replace(struct api_task *task, struct visit_service *service)
{
    struct replacement *replacement = task->data;
    const struct licence_list *list = &replacement->list;
    int result = document_task_check_match(task, service, run_show);
    result = result != 0
                 ? result
                 : visit_licence_replace(service, &task->actor, task->parameters.values[0],
                                         list->licences, list->count, &replacement->pictures);
    return result != 0 ? result : run_show(task, service);
}

/* Who is at the door of one of these visits reads what follows. */
static void answer_replace(struct api_task *task, struct http_exchange *exchange)
{
    struct licence_pictures *pictures = &((struct replacement *)task->data)->pictures;
    for (size_t i = 0; i < pictures->count; i++) {
        signaling_hub_take_picture(task->api->hub, TAKE(pictures->pictures[i]));
    }
    pictures->count = 0;
    if (exchange) {
        api_answer(task, exchange);
    }
}

void licences_replace(struct api *api, struct http_exchange *exchange,
                      const struct api_parameters *parameters)
{
    json_t *body = api_read_body(exchange);
    if (!body) {
        return;
    }
    struct replacement *replacement = g_new0(struct replacement, 1);
    struct document_problem problem;
    if (licence_document_read(body, &replacement->list, &problem) < 0) {
        http_exchange_fail(exchange, 422, "bad_field", problem.message, problem.where);
        replacement_destroy(replacement);
    } else {
        struct api_task *task =
            api_task_create(api, exchange, parameters, API_OPERATOR | API_STAFF, run_replace);
        task->data = replacement;
        task->data_destroy = replacement_destroy;
        task->answer = answer_replace;
        api_task_post(task);
    }
    json_decref(body);
}

/* ---- places ---- */

struct stated_place {
    char *state;
    char *address;
    char *phone;
};

static void stated_place_destroy(void *data)
{
    struct stated_place *place = data;
    g_free(place->state);
    g_free(place->address);
    g_free(place->phone);
    g_free(place);
}

static int run_state(struct api_task *task, struct visit_service *service)
{
    const struct stated_place *stated = task->data;
    const struct visit_place place = {
        .subdivision = stated->state, .address = stated->address, .phone = stated->phone};
    return visit_licence_state_place(service, &task->actor, &place, &task->picture);
}

static void answer_state(struct api_task *task, struct http_exchange *exchange)
{
    (void)task;
    if (exchange) {
        http_exchange_reply(exchange, 204, NULL, NULL, 0);
    }
}

void places_state(struct api *api, struct http_exchange *exchange,
                  const struct api_parameters *parameters)
{
    json_t *body = api_read_body(exchange);
    const char *state = NULL;
    const char *address = NULL;
    const char *phone = NULL;
    const struct api_text texts[] = {{"state", &state, SUBDIVISION_SIZE - 1},
                                     {"address", &address, PERSON_ADDRESS_SIZE - 1},
                                     {"phone", &phone, PERSON_PHONE_SIZE - 1}};
    if (body && api_read_texts(exchange, body, texts, G_N_ELEMENTS(texts))) {
        struct api_task *task = api_task_create(api, exchange, parameters, API_SEAT, run_state);
        struct stated_place *place = g_new0(struct stated_place, 1);
        *place = (struct stated_place){g_strdup(state), g_strdup(address), g_strdup(phone)};
        task->data = place;
        task->data_destroy = stated_place_destroy;
        task->answer = answer_state;
        api_task_post(task);
    }
    json_decref(body);
}
