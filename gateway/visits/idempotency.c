#include "gateway/visits/idempotency.h"

#include "gateway/visits/visit_act.h"

#include <errno.h>
#include <string.h>

#define KEPT_MS (IDEMPOTENCY_HOURS * 3600000ll)

int idempotency_find(struct visit_service *service, const struct idempotent_request *request,
                     unsigned *ret_status, char **ret_text)
{
    struct idempotent_answer answer;
    const int result =
        service->store->ops->api_clients.find_answer(service->store, request, &answer);
    if (result < 0) {
        return visit_act_or_not_found(result);
    }
    AUTO_FREE char *text = answer.text;
    if (answer.created_at_ms <= service->now_ms - KEPT_MS) {
        return REFUSAL_NOT_FOUND;
    }
    if (strcmp(answer.body_sha256, request->body_sha256) != 0) {
        return REFUSAL_KEY_REUSED;
    }
    *ret_status = answer.status;
    *ret_text = TAKE(text);
    return 0;
}

int idempotency_keep(struct visit_service *service, const struct idempotent_request *request,
                     unsigned status, const char *text)
{
    AUTO_FREE char *copy = strdup(text);
    struct idempotent_answer answer = {
        .status = status, .text = copy, .created_at_ms = service->now_ms};
    memcpy(answer.body_sha256, request->body_sha256, sizeof(answer.body_sha256));
    return service->store->ops->api_clients.insert_answer(service->store, request, &answer,
                                                          service->now_ms - KEPT_MS);
}
