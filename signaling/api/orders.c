#include "signaling/api/orders.h"

#include "signaling/api/document_task.h"
#include "signaling/api/query_fields.h"
#include "signaling/api/service_request.h"

#include <glib.h>
#include <string.h>

struct order_input {
    struct case_order *order; /* owned */
    char *programme;          /* owned */
};

static void order_input_destroy(void *data)
{
    struct order_input *input = data;
    case_order_destroy(input->order);
    g_free(input->programme);
    g_free(input);
}

static int read_order(const json_t *body, void *data, struct document_problem *problem)
{
    struct order_input *input = data;
    return service_request_read(body, &input->order, problem);
}

static int run_take(struct api_task *task, struct visit_service *service)
{
    const struct order_input *input = task->data;
    char case_id[UUID_TEXT_SIZE];
    bool is_new = false;
    const int result =
        case_order_take(service, &task->actor, input->programme, input->order, case_id, &is_new);
    if (result == 0) {
        task->status = is_new ? 201 : 200;
        task->output = json_pack("{s:s, s:b}", "id", case_id, "new", is_new);
    }
    return result;
}

void orders_take(struct api *api, struct http_exchange *exchange,
                 const struct api_parameters *parameters)
{
    const struct http_request *request = http_exchange_request(exchange);
    struct query_field programme = {"programme", CASE_PROGRAMME_SIZE - 1, NULL};
    if (!query_fields_read(exchange, &programme, 1)) {
        return;
    }
    if (!programme.value) {
        query_field_fail(exchange, "programme");
        return;
    }
    struct order_input *input = g_new0(struct order_input, 1);
    input->programme = programme.value;
    const struct document_task what = {input, order_input_destroy, read_order, run_take,
                                       API_STAFF | API_OPERATOR | API_SYSTEM};
    struct api_task *task = document_task_create(api, exchange, parameters, &what);
    if (task) {
        api_task_do_once(task, exchange);
        input->order->document = strndup(request->body, request->body_size);
        api_task_post(task);
    }
}
