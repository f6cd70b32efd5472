/* visit_device_check.h - people try their devices before a visit and at its door; the team sees
 * what came of it (device_check.h has the rules). Thread: the store thread. */
#ifndef BEDSIDE_VISITS_VISIT_DEVICE_CHECK_H
#define BEDSIDE_VISITS_VISIT_DEVICE_CHECK_H

#include "gateway/visits/device_check.h"
#include "gateway/visits/visit_service.h"

struct device_check_list {
    struct device_check checks[VISIT_PARTICIPANTS_MAX];
    size_t count;
};

/* Keeps the actor's own check; it is held against the latest of another time, which ended ten
 * minutes ago or more. Of `check` its ids, its time, the outcome of the network and the
 * change are set here. Refusals: INVALID, VISIT_ENDED, NOT_PERMITTED. */
int visit_device_check_record(struct visit_service *service, const struct visit_actor *actor,
                              struct device_check *check);
/* The actor's own latest. Refusal: NOT_FOUND. */
int visit_device_check_own(struct visit_service *service, const struct visit_actor *actor,
                           struct device_check *ret_check);
/* The latest of everybody in a visit, for staff of the case. Refusal: NOT_FOUND. */
int visit_device_check_list(struct visit_service *service, const struct visit_actor *actor,
                            const char *visit_id, struct device_check_list *ret_list);
/* Whether the actor may try their network. Refusals: VISIT_ENDED, NOT_PERMITTED. */
int visit_device_check_may_try(struct visit_service *service, const struct visit_actor *actor);

#endif
