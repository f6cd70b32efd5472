/* api_repeat.h - a request that creates something, sent again with the same Idempotency-Key, is
 * answered as it was and done once (gateway/visits/idempotency.h).
 * Thread: create and destroy control, run the store thread. */
#ifndef BEDSIDE_SIGNALING_API_API_REPEAT_H
#define BEDSIDE_SIGNALING_API_API_REPEAT_H

#include "signaling/api/api.h"

struct api_repeat;

/* Whether the request's key, if it has one, is 1 to 128 visible characters, in quotes or not. */
bool api_repeat_key_is_lawful(const struct http_request *request);
/* Returns NULL when the request has no key. Owned. */
struct api_repeat *api_repeat_create(const struct http_request *request);
struct api_repeat *api_repeat_destroy(struct api_repeat *repeat);
DEFINE_AUTO(api_repeat)

/* Runs the task's operation, or takes the answer that was kept (then `task->replayed` is set). */
int api_repeat_run(const struct api_repeat *repeat, struct api_task *task,
                   struct visit_service *service);

#endif
