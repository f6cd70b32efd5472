#include "signaling/api/case_plans.h"

#include "gateway/visits/case_work.h"
#include "signaling/api/document_task.h"
#include "signaling/api/query_fields.h"
#include "signaling/api/team_document.h"

#include <glib.h>

#define CALLERS (API_STAFF | API_OPERATOR | API_SYSTEM)

/* ---- hybrid plans ---- */

static int run_show_plan(struct api_task *task, struct visit_service *service)
{
    AUTO(case_progress) progress = NULL;
    const int result = case_work_read(service, &task->actor, task->parameters.values[0], &progress);
    task->output =
        result == 0 ? json_pack("{s:o}", "items", plan_document_write(&progress->plan)) : NULL;
    return result;
}

void case_plan_show(struct api *api, struct http_exchange *exchange,
                    const struct api_parameters *parameters)
{
    api_task_post(api_task_create(api, exchange, parameters, CALLERS, run_show_plan));
}

static int read_plan(const json_t *body, void *data, struct document_problem *problem)
{
    return plan_document_read(body, data, problem);
}

static int run_write_plan(struct api_task *task, struct visit_service *service)
{
    const struct hybrid_plan *plan = task->data;
    int result = document_task_check_match(task, service, run_show_plan);
    result = result != 0
                 ? result
                 : case_work_write_plan(service, &task->actor, task->parameters.values[0], plan);
    task->output = result == 0 ? json_pack("{s:o}", "items", plan_document_write(plan)) : NULL;
    return result;
}

void case_plan_write(struct api *api, struct http_exchange *exchange,
                     const struct api_parameters *parameters)
{
    const struct document_task what = {g_new0(struct hybrid_plan, 1), g_free, read_plan,
                                       run_write_plan, CALLERS};
    struct api_task *task = document_task_create(api, exchange, parameters, &what);
    if (task) {
        api_task_post(task);
    }
}

/* ---- due dates of a programme ---- */

static json_t *due_days_json(const struct case_due_days *due)
{
    json_t *days = json_object();
    for (unsigned step = 0; step < CASE_CLOSED; step++) {
        json_object_set_new(days, case_step_name((enum case_step)step),
                            json_integer(due->days[step]));
    }
    return json_pack("{s:o}", "days", days);
}

static int run_show_due_days(struct api_task *task, struct visit_service *service)
{
    struct case_due_days due;
    const int result =
        case_work_read_due_days(service, &task->actor, task->parameters.values[0], &due);
    task->output = result == 0 ? due_days_json(&due) : NULL;
    return result;
}

void due_days_show(struct api *api, struct http_exchange *exchange,
                   const struct api_parameters *parameters)
{
    api_task_post(api_task_create(api, exchange, parameters, CALLERS, run_show_due_days));
}

/* Every step, so that what is sent is what holds. */
static int read_due_days(const json_t *body, void *data, struct document_problem *problem)
{
    struct case_due_days *due = data;
    static const char *const names[] = {"days", NULL};
    const char *steps[CASE_STEP_COUNT] = {NULL};
    const struct document_place top = {"", problem};
    const struct document_place place = {"days", problem};
    const json_t *days = json_object_get(body, "days");
    for (unsigned step = 0; step < CASE_CLOSED; step++) {
        steps[step] = case_step_name((enum case_step)step);
    }
    int result = document_check_fields(&top, body, names);
    result = result < 0 ? result : document_check_fields(&place, days, steps);
    for (unsigned step = 0; result == 0 && step < CASE_CLOSED; step++) {
        int64_t number = 0;
        result =
            document_read_number(&place, days, steps[step], true, 0, CASE_DUE_DAYS_MAX, &number);
        due->days[step] = (uint16_t)number;
    }
    return result;
}

static int run_write_due_days(struct api_task *task, struct visit_service *service)
{
    const struct case_due_days *due = task->data;
    int result = document_task_check_match(task, service, run_show_due_days);
    result = result != 0
                 ? result
                 : case_work_write_due_days(service, &task->actor, task->parameters.values[0], due);
    task->output = result == 0 ? due_days_json(due) : NULL;
    return result;
}

void due_days_write(struct api *api, struct http_exchange *exchange,
                    const struct api_parameters *parameters)
{
    const struct document_task what = {g_new0(struct case_due_days, 1), g_free, read_due_days,
                                       run_write_due_days, CALLERS};
    struct api_task *task = document_task_create(api, exchange, parameters, &what);
    if (task) {
        api_task_post(task);
    }
}

/* ---- to whom a case can be given ---- */

static int run_list_coordinators(struct api_task *task, struct visit_service *service)
{
    AUTO_FREE struct staff_account *accounts = NULL;
    size_t count = 0;
    const char *programme = task->data;
    const int result = case_work_list_coordinators(service, &task->actor,
                                                   programme ? programme : "", &accounts, &count);
    if (result != 0) {
        return result;
    }
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "id", accounts[i].id, "name",
                                              accounts[i].display_name, "programme",
                                              api_text_or_null(accounts[i].programme)));
    }
    task->output = json_pack("{s:o}", "coordinators", list);
    return 0;
}

void coordinators_list(struct api *api, struct http_exchange *exchange,
                       const struct api_parameters *parameters)
{
    struct query_field programme = {"programme", CASE_PROGRAMME_SIZE - 1, NULL};
    if (!query_fields_read(exchange, &programme, 1)) {
        return;
    }
    struct api_task *task =
        api_task_create(api, exchange, parameters, CALLERS, run_list_coordinators);
    task->data = programme.value;
    task->data_destroy = g_free;
    api_task_post(task);
}
