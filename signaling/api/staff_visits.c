#include "signaling/api/staff_visits.h"

#include "gateway/base/secret.h"
#include "gateway/visits/permission_table.h"
#include "gateway/visits/staff_entry.h"
#include "signaling/api/arrivals.h"
#include "signaling/api/query_fields.h"
#include "signaling/session/signaling_hub.h"

#include <glib.h>

#define DEVICE_SIZE_MAX 120
#define PERIOD_MS_MAX (INT64_C(31) * 24 * 3600 * 1000)
#define YEAR_2200_MS INT64_C(7258118400000)

/* ---- one's visits ---- */

struct listing {
    int64_t from_ms;
    int64_t until_ms;
    struct staff_visit_list list;
};

/* The case page is for those who may read the case. */
static json_t *case_json(const struct staff_visit *visit)
{
    return permission_allows(visit->role, OPERATION_CASE_READ) ? json_string(visit->visit.case_id)
                                                               : json_null();
}

static json_t *visit_json(const struct staff_visit *visit)
{
    return json_pack(
        "{s:s, s:o, s:s, s:s, s:I, s:o, s:i, s:s, s:o, s:{s:s, s:s, s:s}}", "id", visit->visit.id,
        "case", case_json(visit), "title", visit->visit.title, "state",
        visit_state_name(visit->visit.state), "starts_at", (json_int_t)visit->visit.scheduled_at_ms,
        "expected_at", api_time(visit->expected_at_ms), "minutes",
        (int)visit->visit.scheduled_minutes, "time_zone", visit->visit.time_zone, "patient",
        api_text_or_null(visit->patient_name), "you", "participant", visit->participant_id, "role",
        participant_role_name(visit->role), "state", seat_state_name(visit->state));
}

static int run_list(struct api_task *task, struct visit_service *service)
{
    struct listing *listing = task->data;
    const int result = staff_entry_list(service, &task->actor, listing->from_ms, listing->until_ms,
                                        &listing->list);
    json_t *visits = json_array();
    for (size_t i = 0; result == 0 && i < listing->list.count; i++) {
        json_array_append_new(visits, visit_json(&listing->list.visits[i]));
    }
    task->output = json_pack("{s:o}", "visits", visits);
    return result;
}

static bool read_period(struct http_exchange *exchange, struct listing *listing)
{
    struct query_field fields[] = {{"from", 20, NULL}, {"until", 20, NULL}};
    if (!query_fields_read(exchange, fields, G_N_ELEMENTS(fields))) {
        return false;
    }
    bool good = true;
    for (size_t i = 0; good && i < G_N_ELEMENTS(fields); i++) {
        good = fields[i].value != NULL;
        if (!good) {
            query_field_fail(exchange, fields[i].name);
        }
    }
    good = good && query_field_number(exchange, &fields[0], 0, YEAR_2200_MS, 0, &listing->from_ms);
    good = good && query_field_number(exchange, &fields[1], listing->from_ms + 1,
                                      listing->from_ms + PERIOD_MS_MAX, 0, &listing->until_ms);
    query_fields_free(fields, G_N_ELEMENTS(fields));
    return good;
}

void staff_visits_list(struct api *api, struct http_exchange *exchange,
                       const struct api_parameters *parameters)
{
    struct listing *listing = g_new0(struct listing, 1);
    if (!read_period(exchange, listing)) {
        g_free(listing);
        return;
    }
    struct api_task *task = api_task_create(api, exchange, parameters, API_ACCOUNT, run_list);
    task->data = listing;
    task->data_destroy = g_free;
    api_task_post(task);
}

/* ---- one's seat ---- */

struct taking {
    char *device;
    struct staff_entered entered;
};

static void taking_destroy(void *data)
{
    struct taking *taking = data;
    visit_picture_destroy(taking->entered.picture);
    secret_wipe(&taking->entered, sizeof(taking->entered));
    g_free(taking->device);
    g_free(taking);
}

static int run_take(struct api_task *task, struct visit_service *service)
{
    struct taking *taking = task->data;
    const int result =
        staff_entry_take(service, &task->actor, task->parameters.values[0], &taking->entered);
    task->picture = TAKE(taking->entered.picture);
    return result;
}

static void answer_take(struct api_task *task, struct http_exchange *exchange)
{
    const struct taking *taking = task->data;
    const struct visit_actor *seat = &taking->entered.seat;
    const int result = task->task.result;
    if (result == 0 && taking->entered.replaced_device) {
        signaling_hub_device_replaced(task->api->hub, seat->visit_id, seat->participant_id);
    }
    if (result == REFUSAL_SECOND_DEVICE_PENDING) {
        signaling_hub_second_device(task->api->hub, seat, taking->device);
    }
    if (!exchange) {
        return;
    }
    if (result == 0) {
        arrivals_reply_seated(exchange, taking->entered.seat_token, seat->participant_id,
                              seat->visit_id);
    } else if (result == REFUSAL_SECOND_DEVICE_PENDING) {
        http_exchange_reply_json(exchange, 202,
                                 json_pack("{s:s}", "pending", taking->entered.seat_token));
    } else {
        api_fail(exchange, result);
    }
}

void staff_visits_take_seat(struct api *api, struct http_exchange *exchange,
                            const struct api_parameters *parameters)
{
    json_t *body = api_may_try(api, exchange) ? api_read_body(exchange) : NULL;
    const char *device = NULL;
    const struct api_text texts[] = {{"device", &device, DEVICE_SIZE_MAX}};
    if (body && api_read_texts(exchange, body, texts, G_N_ELEMENTS(texts))) {
        struct api_task *task = api_task_create(api, exchange, parameters, API_ACCOUNT, run_take);
        struct taking *taking = g_new0(struct taking, 1);
        taking->device = g_strdup(device ? device : "another device");
        task->data = taking;
        task->data_destroy = taking_destroy;
        task->answer = answer_take;
        task->answers_all = true;
        api_task_post(task);
    }
    json_decref(body);
}
