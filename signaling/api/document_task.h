/* document_task.h - a task whose input is a JSON document in the body, read strictly.
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_API_DOCUMENT_TASK_H
#define BEDSIDE_SIGNALING_API_DOCUMENT_TASK_H

#include "signaling/api/api.h"
#include "signaling/api/document_reader.h"

struct document_task {
    void *data;                   /* owned, zeroed: what is read */
    void (*data_destroy)(void *); /* g_free() or more */
    int (*read)(const json_t *body, void *data, struct document_problem *problem);
    int (*operation)(struct api_task *task, struct visit_service *service);
    unsigned callers;
};

/* Reads the body into `data` and makes the task with it. Returns NULL, having answered with 400 or
 * 422 (and destroyed `data`), when it cannot be read. */
struct api_task *document_task_create(struct api *api, struct http_exchange *exchange,
                                      const struct api_parameters *parameters,
                                      const struct document_task *what);

/* In an operation, before it changes something: 0, or REFUSAL_CHANGED when the request's If-Match
 * is for something else than what `show` makes the output; or what `show` returned. */
int document_task_check_match(struct api_task *task, struct visit_service *service,
                              int (*show)(struct api_task *task, struct visit_service *service));

#endif
