#include "signaling/api/case_progress.h"

#include "gateway/base/clock.h"
#include "gateway/visits/case_work.h"
#include "signaling/api/case_list.h"
#include "signaling/api/document_task.h"
#include "signaling/api/team_document.h"

#include <glib.h>
#include <string.h>

#define CALLERS (API_STAFF | API_OPERATOR | API_SYSTEM)

/* ---- one case's way ---- */

static json_t *event_json(const struct case_event *event)
{
    json_t *object = json_pack("{s:o, s:s, s:{s:s, s:s}}", "at", api_time(event->at_ms), "kind",
                               case_event_kind_name(event->kind), "by", "role", event->actor_role,
                               "id", event->actor_id);
    if (event->kind == CASE_EVENT_MOVED) {
        g_auto(GStrv) words = g_strsplit(event->detail, " ", 3);
        static const char *const names[] = {"from", "to", "move"};
        for (size_t i = 0; i < G_N_ELEMENTS(names) && words[i]; i++) {
            json_object_set_new(object, names[i], json_string(words[i]));
        }
    } else if (event->detail[0]) {
        json_object_set_new(object, "detail", json_string(event->detail));
    }
    if (event->subject_id[0]) {
        json_object_set_new(object, "of", json_string(event->subject_id));
    }
    if (event->reason[0]) {
        json_object_set_new(object, "reason", json_string(event->reason));
    }
    return object;
}

static int run_show(struct api_task *task, struct visit_service *service)
{
    AUTO(case_progress) progress = NULL;
    const int result = case_work_read(service, &task->actor, task->parameters.values[0], &progress);
    if (result != 0) {
        return result;
    }
    json_t *history = json_array();
    for (size_t i = 0; i < progress->events->count; i++) {
        json_array_append_new(history, event_json(&progress->events->events[i]));
    }
    task->output = case_list_row_json(&progress->row);
    json_object_set_new(task->output, "history", history);
    json_object_set_new(task->output, "plan", plan_document_write(&progress->plan));
    return 0;
}

void case_flow_show(struct api *api, struct http_exchange *exchange,
                    const struct api_parameters *parameters)
{
    api_task_post(api_task_create(api, exchange, parameters, CALLERS, run_show));
}

/* ---- moves ---- */

struct move_input {
    char reason[CASE_REASON_SIZE];
    bool has_reason;
    enum case_move move;
    enum case_step from;
};

static int read_move(const json_t *body, void *data, struct document_problem *problem)
{
    struct move_input *input = data;
    static const char *const names[] = {"move", "from", "reason", NULL};
    const struct document_place top = {"", problem};
    const char *move = json_string_value(json_object_get(body, "move"));
    const char *from = json_string_value(json_object_get(body, "from"));
    const char *reason = json_string_value(json_object_get(body, "reason"));
    const int result = document_check_fields(&top, body, names);
    if (result < 0) {
        return result;
    }
    input->move = CASE_MOVE_COUNT;
    for (unsigned i = 0; i <= CASE_MOVE_CLOSE; i++) {
        if (g_strcmp0(move, case_move_name((enum case_move)i)) == 0) {
            input->move = (enum case_move)i;
        }
    }
    if (input->move == CASE_MOVE_COUNT) {
        return document_fail(&top, "move", "A move is advance, send_back or close.");
    }
    if (!from || case_step_from_name(from, &input->from) < 0) {
        return document_fail(&top, "from", "The step where the case is now belongs here.");
    }
    input->has_reason = json_object_get(body, "reason") != NULL;
    if (case_move_needs_reason(input->move) && !input->has_reason) {
        return document_fail(&top, "reason", "This needs a reason.");
    }
    if (input->has_reason && !case_reason_is_good(reason)) {
        return document_fail(&top, "reason", "A text of 1 to 400 bytes belongs here.");
    }
    g_strlcpy(input->reason, reason ? reason : "", sizeof(input->reason));
    return 0;
}

static int run_move(struct api_task *task, struct visit_service *service)
{
    const struct move_input *input = task->data;
    const struct case_move_request request = {input->move, input->from,
                                              input->has_reason ? input->reason : NULL};
    struct case_row row;
    const int result =
        case_work_move(service, &task->actor, task->parameters.values[0], &request, &row);
    task->output = result == 0 ? case_list_row_json(&row) : NULL;
    return result;
}

void case_moves_make(struct api *api, struct http_exchange *exchange,
                     const struct api_parameters *parameters)
{
    const struct document_task what = {g_new0(struct move_input, 1), g_free, read_move, run_move,
                                       CALLERS};
    struct api_task *task = document_task_create(api, exchange, parameters, &what);
    if (task) {
        api_task_do_once(task, exchange);
        api_task_post(task);
    }
}

/* ---- changes ---- */

struct change_input {
    char owner[UUID_TEXT_SIZE];
    char team[UUID_TEXT_SIZE];
    char subspecialty[SUBSPECIALTY_SIZE];
    int64_t due_at_ms;
    enum case_priority priority;
    struct case_change change; /* of what is above */
};

/* A text, or null for none of it. */
static int read_or_null(const struct document_place *top, const json_t *body, const char *name,
                        char *text, size_t size, const char **ret_text)
{
    const json_t *value = json_object_get(body, name);
    if (!value) {
        return 0;
    }
    *ret_text = text;
    return json_is_null(value) ? 0 : document_read_text(top, body, name, true, text, size);
}

static int read_change(const json_t *body, void *data, struct document_problem *problem)
{
    struct change_input *input = data;
    static const char *const names[] = {"owner",  "team",     "subspecialty",
                                        "due_at", "priority", NULL};
    const struct document_place top = {"", problem};
    struct case_change *change = &input->change;
    int result = document_check_fields(&top, body, names);
    result = result < 0 ? result
                        : read_or_null(&top, body, "owner", input->owner, sizeof(input->owner),
                                       &change->owner_id);
    result = result < 0 ? result
                        : read_or_null(&top, body, "team", input->team, sizeof(input->team),
                                       &change->team_id);
    result = result < 0 ? result
                        : read_or_null(&top, body, "subspecialty", input->subspecialty,
                                       sizeof(input->subspecialty), &change->subspecialty);
    const json_t *due = json_object_get(body, "due_at");
    if (result == 0 && due) {
        change->due_at_ms = &input->due_at_ms;
        result = json_is_null(due) ? 0
                                   : document_read_number(&top, body, "due_at", true, 1,
                                                          WALL_MS_MAX, &input->due_at_ms);
    }
    const json_t *priority = json_object_get(body, "priority");
    if (result == 0 && priority) {
        change->priority = &input->priority;
        const char *name = json_string_value(priority);
        if (!name || case_priority_from_name(name, &input->priority) < 0) {
            result = document_fail(&top, "priority", "A priority is routine or urgent.");
        }
    }
    return result;
}

static int run_change(struct api_task *task, struct visit_service *service)
{
    const struct change_input *input = task->data;
    struct case_row row;
    int result = document_task_check_match(task, service, run_show);
    result = result != 0 ? result
                         : case_work_change(service, &task->actor, task->parameters.values[0],
                                            &input->change, &row);
    task->output = result == 0 ? case_list_row_json(&row) : NULL;
    return result;
}

void case_flow_change(struct api *api, struct http_exchange *exchange,
                      const struct api_parameters *parameters)
{
    const struct document_task what = {g_new0(struct change_input, 1), g_free, read_change,
                                       run_change, CALLERS};
    struct api_task *task = document_task_create(api, exchange, parameters, &what);
    if (task) {
        api_task_post(task);
    }
}
