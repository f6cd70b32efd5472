#include "signaling/api/notifications.h"

#include "gateway/visits/visit_notification.h"

#include <glib.h>

/* Never an address: who reads this knows the people, or need not. */
static json_t *notification_json(const struct notification *notification)
{
    json_t *json = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:i}", "id", notification->id, "participant_id",
        notification->participant_id, "kind", notification_kind_name(notification->kind), "channel",
        notification_channel_name(notification->channel), "state",
        notification_state_name(notification->state), "attempts", (int)notification->attempts);
    json_object_set_new(json, "due_at", api_time(notification->due_at_ms));
    json_object_set_new(json, "settled_at", api_time(notification->settled_at_ms));
    json_object_set_new(json, "detail", api_text_or_null(notification->detail));
    return json;
}

static int run_list(struct api_task *task, struct visit_service *service)
{
    g_autofree struct notification_list *list = g_new0(struct notification_list, 1);
    const int result =
        visit_notification_list(service, &task->actor, task->parameters.values[0], list);
    if (result == 0) {
        json_t *entries = json_array();
        for (size_t i = 0; i < list->count; i++) {
            json_array_append_new(entries, notification_json(&list->notifications[i]));
        }
        task->output = json_pack("{s:o}", "notifications", entries);
    }
    return result;
}

void notifications_list(struct api *api, struct http_exchange *exchange,
                        const struct api_parameters *parameters)
{
    api_task_post(api_task_create(api, exchange, parameters, API_OPERATOR | API_STAFF | API_SYSTEM,
                                  run_list));
}

static int run_send(struct api_task *task, struct visit_service *service)
{
    const enum notification_channel *channel = task->data;
    struct notification notification;
    const int result =
        visit_notification_request(service, &task->actor, task->parameters.values[0],
                                   task->parameters.values[1], *channel, &notification);
    if (result == 0) {
        task->output = notification_json(&notification);
        task->status = 201;
    }
    return result;
}

void notifications_send(struct api *api, struct http_exchange *exchange,
                        const struct api_parameters *parameters)
{
    json_t *body = api_read_body(exchange);
    const char *word = NULL;
    const struct api_text texts[] = {{"channel", &word, 8}};
    enum notification_channel channel = NOTIFICATION_ANY;
    if (body && api_read_texts(exchange, body, texts, G_N_ELEMENTS(texts))) {
        if (word && notification_channel_from_name(word, &channel) < 0) {
            http_exchange_fail(exchange, 422, "bad_field", "A channel is any, mail or text.",
                               "channel");
        } else {
            struct api_task *task = api_task_create(
                api, exchange, parameters, API_OPERATOR | API_STAFF | API_SYSTEM, run_send);
            enum notification_channel *asked = g_new0(enum notification_channel, 1);
            *asked = channel;
            task->data = asked;
            task->data_destroy = g_free;
            api_task_do_once(task, exchange);
            api_task_post(task);
        }
    }
    json_decref(body);
}
