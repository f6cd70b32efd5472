#include "signaling/api/document_task.h"

#include "signaling/server/http_exchange.h"

struct api_task *document_task_create(struct api *api, struct http_exchange *exchange,
                                      const struct api_parameters *parameters,
                                      const struct document_task *what)
{
    struct document_problem problem;
    json_t *body = api_read_body(exchange);
    const bool good = body && what->read(body, what->data, &problem) == 0;
    if (body && !good) {
        http_exchange_fail(exchange, 422, "bad_document", problem.message, problem.where);
    }
    json_decref(body);
    if (!good) {
        what->data_destroy(what->data);
        return NULL;
    }
    struct api_task *task =
        api_task_create(api, exchange, parameters, what->callers, what->operation);
    task->data = what->data;
    task->data_destroy = what->data_destroy;
    return task;
}

int document_task_check_match(struct api_task *task, struct visit_service *service,
                              int (*show)(struct api_task *task, struct visit_service *service))
{
    if (!*task->if_match) {
        return 0;
    }
    int result = show(task, service);
    result = result != 0 ? result : api_task_check_match(task, task->output);
    json_decref(TAKE(task->output));
    return result;
}
