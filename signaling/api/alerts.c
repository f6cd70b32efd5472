#include "signaling/api/alerts.h"

#include "signaling/api/document_task.h"
#include "signaling/api/page_of.h"
#include "signaling/api/query_fields.h"
#include "signaling/session/signaling_hub.h"

#include <glib.h>
#include <string.h>

#define OPEN_STATES (1u << ALERT_PRESSING | 1u << ALERT_ACKNOWLEDGED)
#define ALL_STATES ((1u << ALERT_STATE_COUNT) - 1)
#define CALLERS (API_STAFF | API_SEAT)

/* ---- an alert as people see it ---- */

static json_t *named_json(const char *id, const char *name)
{
    return *id ? json_pack("{s:s, s:s}", "id", id, "name", name) : json_null();
}

static json_t *acknowledged_json(const struct alert_row *row)
{
    return row->alert.acknowledged_at_ms > 0
               ? json_pack("{s:o, s:s, s:s}", "at", api_time(row->alert.acknowledged_at_ms), "id",
                           row->alert.acknowledged_by, "name", row->acknowledged_name)
               : json_null();
}

json_t *alert_row_json(const struct visit_service *service, const struct alert_row *row)
{
    const struct alert *alert = &row->alert;
    json_t *object = json_pack(
        "{s:s, s:s, s:s, s:i, s:i, s:i, s:s, s:o, s:s, s:o, s:o, s:s, s:o}", "id", alert->id,
        "state", alert_state_name(alert_state_of(alert)), "score", alert->score, "value",
        (int)alert->value, "maximum", (int)row->maximum, "at_least", (int)alert->at_least, "follow",
        screening_follow_name(alert->follow), "raised_at", api_time(alert->raised_at_ms), "told",
        participant_role_name(visit_alert_told(service, alert)), "owner",
        named_json(alert->owner_id, row->owner_name), "acknowledged", acknowledged_json(row),
        "note", alert->note, "closed_at", api_time(alert->closed_at_ms));
    json_object_set_new(object, "person",
                        json_pack("{s:s, s:s, s:s}", "id", alert->participant_id, "name",
                                  row->person_name, "role",
                                  participant_role_name(row->person_role)));
    json_object_set_new(object, "visit",
                        json_pack("{s:s, s:s, s:o}", "id", alert->visit_id, "title",
                                  row->visit_title, "starts_at", api_time(row->visit_at_ms)));
    json_object_set_new(object, "case",
                        json_pack("{s:s, s:s}", "id", row->case_id, "number", row->case_reference));
    return object;
}

/* ---- the list ---- */

struct list_query {
    struct page_request page;
    unsigned states;
    char *owner; /* NULL: anybody's */
};

static void list_query_destroy(void *data)
{
    struct list_query *query = data;
    g_free(query->owner);
    g_free(query);
}

/* "pressing,closed", "open" or "all". */
static bool read_states(const char *text, unsigned *ret_states)
{
    unsigned states = 0;
    if (!text || strcmp(text, "open") == 0 || strcmp(text, "all") == 0) {
        *ret_states = g_strcmp0(text, "all") == 0 ? ALL_STATES : OPEN_STATES;
        return true;
    }
    g_auto(GStrv) names = g_strsplit(text, ",", ALERT_STATE_COUNT + 1);
    for (size_t i = 0; names[i]; i++) {
        enum alert_state state;
        if (alert_state_from_name(names[i], &state) < 0) {
            return false;
        }
        states |= 1u << state;
    }
    *ret_states = states;
    return states != 0;
}

static bool read_list_query(struct http_exchange *exchange, struct list_query *query)
{
    struct query_field fields[] = {{"state", 64, NULL}, {"owner", UUID_TEXT_SIZE - 1, NULL}};
    if (!page_of_query(exchange, &query->page) ||
        !query_fields_read(exchange, fields, G_N_ELEMENTS(fields))) {
        return false;
    }
    const bool good = read_states(fields[0].value, &query->states);
    query->owner = g_steal_pointer(&fields[1].value);
    query_fields_free(fields, G_N_ELEMENTS(fields));
    if (!good) {
        query_field_fail(exchange, "state");
    } else if (query->page.after[0] && strlen(query->page.after) != UUID_TEXT_SIZE - 1) {
        query_field_fail(exchange, "cursor");
        return false;
    }
    return good;
}

static int run_list(struct api_task *task, struct visit_service *service)
{
    const struct list_query *query = task->data;
    const struct alert_filter filter = {
        .states = query->states,
        .owner_id = g_strcmp0(query->owner, "none") == 0 ? "" : query->owner,
        .after_id = query->page.after,
        .limit = query->page.limit + 1};
    AUTO(alert_row_list) list = NULL;
    const int result = visit_alert_list_all(service, &task->actor, &filter, &list);
    if (result != 0) {
        return result;
    }
    const bool more = list->count > query->page.limit;
    const size_t count = more ? query->page.limit : list->count;
    json_t *alerts = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(alerts, alert_row_json(service, &list->rows[i]));
    }
    task->output = page_of_items("alerts", alerts, more ? list->rows[count - 1].alert.id : NULL);
    return 0;
}

void alerts_list(struct api *api, struct http_exchange *exchange,
                 const struct api_parameters *parameters)
{
    struct list_query *query = g_new0(struct list_query, 1);
    if (!read_list_query(exchange, query)) {
        list_query_destroy(query);
        return;
    }
    struct api_task *task = api_task_create(api, exchange, parameters, API_STAFF, run_list);
    task->data = query;
    task->data_destroy = list_query_destroy;
    api_task_post(task);
}

/* ---- one ---- */

static int run_show(struct api_task *task, struct visit_service *service)
{
    struct alert_row row;
    const int result = visit_alert_read(service, &task->actor, task->parameters.values[0], &row);
    if (result == 0) {
        task->output = alert_row_json(service, &row);
    }
    return result;
}

void alerts_show(struct api *api, struct http_exchange *exchange,
                 const struct api_parameters *parameters)
{
    api_task_post(api_task_create(api, exchange, parameters, CALLERS, run_show));
}

struct wanted_step {
    enum alert_step step;
    bool has_note;
    char note[ALERT_NOTE_SIZE];
    char visit_id[UUID_TEXT_SIZE]; /* out */
};

static int read_step(const json_t *body, void *data, struct document_problem *problem)
{
    static const char *const fields[] = {"step", "note", NULL};
    static const char *const steps[] = {"take", "acknowledge", "close"};
    const struct document_place place = {"", problem};
    struct wanted_step *wanted = data;
    char step[16] = "";
    int result = document_check_fields(&place, body, fields);
    if (result == 0) {
        result = document_read_text(&place, body, "step", true, step, sizeof(step));
    }
    if (result == 0) {
        result =
            document_read_text(&place, body, "note", false, wanted->note, sizeof(wanted->note));
    }
    if (result < 0) {
        return result;
    }
    wanted->has_note = wanted->note[0] != '\0';
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
        if (strcmp(step, steps[i]) == 0) {
            wanted->step = (enum alert_step)i;
            return 0;
        }
    }
    return document_fail(&place, "step", "A step is take, acknowledge or close.");
}

static int run_step(struct api_task *task, struct visit_service *service)
{
    struct wanted_step *wanted = task->data;
    struct alert_row row;
    int result = document_task_check_match(task, service, run_show);
    if (result == 0) {
        result = visit_alert_step(service, &task->actor, task->parameters.values[0], wanted->step,
                                  wanted->has_note ? wanted->note : NULL);
    }
    if (result == 0) {
        result = visit_alert_read(service, &task->actor, task->parameters.values[0], &row);
    }
    if (result == 0) {
        memcpy(wanted->visit_id, row.alert.visit_id, sizeof(wanted->visit_id));
        task->output = alert_row_json(service, &row);
    }
    return result;
}

static void answer_step(struct api_task *task, struct http_exchange *exchange)
{
    const struct wanted_step *wanted = task->data;
    signaling_hub_screening_changed(task->api->hub, wanted->visit_id);
    if (exchange) {
        http_exchange_reply_json(exchange, 200, TAKE(task->output));
    }
}

void alerts_step(struct api *api, struct http_exchange *exchange,
                 const struct api_parameters *parameters)
{
    const struct document_task what = {
        g_new0(struct wanted_step, 1), g_free, read_step, run_step, CALLERS,
    };
    struct api_task *task = document_task_create(api, exchange, parameters, &what);
    if (task) {
        task->answer = answer_step;
        api_task_post(task);
    }
}
