#include "signaling/api/device_checks.h"

#include "gateway/visits/visit_device_check.h"
#include "signaling/api/device_check_document.h"

#include <glib.h>

/* ---- by who sits at the device ---- */

static int run_record(struct api_task *task, struct visit_service *service)
{
    struct device_check *check = task->data;
    const int result = visit_device_check_record(service, &task->actor, check);
    if (result == 0) {
        task->output = device_check_document_write(check, true);
        task->status = 201;
    }
    return result;
}

void device_checks_record(struct api *api, struct http_exchange *exchange,
                          const struct api_parameters *parameters)
{
    json_t *body = api_read_body(exchange);
    if (!body) {
        return;
    }
    struct device_check *check = g_new0(struct device_check, 1);
    struct document_problem problem;
    if (device_check_document_read(body, check, &problem) < 0) {
        http_exchange_fail(exchange, 422, "bad_field", problem.message, problem.where);
        g_free(check);
    } else {
        struct api_task *task = api_task_create(api, exchange, parameters, API_SEAT, run_record);
        task->data = check;
        task->data_destroy = g_free;
        api_task_post(task);
    }
    json_decref(body);
}

static int run_show_own(struct api_task *task, struct visit_service *service)
{
    struct device_check check;
    const int result = visit_device_check_own(service, &task->actor, &check);
    if (result == 0) {
        task->output = device_check_document_write(&check, true);
    }
    return result;
}

void device_checks_show_own(struct api *api, struct http_exchange *exchange,
                            const struct api_parameters *parameters)
{
    api_task_post(api_task_create(api, exchange, parameters, API_SEAT, run_show_own));
}

/* ---- by the team ---- */

static json_t *row_json(const struct device_check *check)
{
    struct device_check_summary summary;
    json_t *json = device_check_document_write(check, false);
    device_check_summarise(check, &summary);
    json_object_set_new(json, "worst",
                        json_pack("{s:s, s:s, s:s}", "item", check_item_name(summary.item),
                                  "verdict", check_verdict_name(summary.verdict), "reason",
                                  check_reason_name(summary.reason)));
    return json;
}

static int run_list(struct api_task *task, struct visit_service *service)
{
    g_autofree struct device_check_list *list = g_new0(struct device_check_list, 1);
    const int result =
        visit_device_check_list(service, &task->actor, task->parameters.values[0], list);
    if (result != 0) {
        return result;
    }
    json_t *rows = json_array();
    for (size_t i = 0; i < list->count; i++) {
        json_array_append_new(rows, row_json(&list->checks[i]));
    }
    task->output = json_pack("{s:o}", "device_checks", rows);
    return 0;
}

void device_checks_list(struct api *api, struct http_exchange *exchange,
                        const struct api_parameters *parameters)
{
    api_task_post(
        api_task_create(api, exchange, parameters, API_STAFF | API_OPERATOR | API_SEAT, run_list));
}
