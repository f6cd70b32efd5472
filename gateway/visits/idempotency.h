/* idempotency.h - answers kept for a day, so that a request which is sent again is done once
 * (draft-ietf-httpapi-idempotency-key-header).
 * Thread: the store thread. */
#ifndef BEDSIDE_VISITS_IDEMPOTENCY_H
#define BEDSIDE_VISITS_IDEMPOTENCY_H

#include "gateway/base/digest.h"

struct visit_service;

#define IDEMPOTENCY_HOURS 24

struct idempotent_request {
    const char *caller; /* keys are each caller's own */
    const char *route;  /* method and path */
    char key_sha256[DIGEST_SHA256_HEX_SIZE];
    char body_sha256[DIGEST_SHA256_HEX_SIZE];
};

struct idempotent_answer {
    char body_sha256[DIGEST_SHA256_HEX_SIZE]; /* of the request that it answered */
    unsigned status;
    char *text; /* owned */
    int64_t created_at_ms;
};

/* Looks for the answer that was given. Returns 0 with owned *ret_text; REFUSAL_NOT_FOUND: do it;
 * REFUSAL_KEY_REUSED: the key belongs to a request with another body. */
int idempotency_find(struct visit_service *service, const struct idempotent_request *request,
                     unsigned *ret_status, char **ret_text);
/* Keeps the answer; in the transaction of what was done. */
int idempotency_keep(struct visit_service *service, const struct idempotent_request *request,
                     unsigned status, const char *text);

#endif
