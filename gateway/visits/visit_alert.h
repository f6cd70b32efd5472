/* visit_alert.h - alerts of a visit: the team sees them, takes them, acknowledges and closes them;
 * the gateway tells the next role when nobody does (alert.h has the rules). Thread: the store
 * thread. */
#ifndef BEDSIDE_VISITS_VISIT_ALERT_H
#define BEDSIDE_VISITS_VISIT_ALERT_H

#include "gateway/visits/alert.h"
#include "gateway/visits/visit_service.h"

#define VISIT_ALERTS_MAX 64

struct alert_list {
    struct alert alerts[VISIT_ALERTS_MAX];
    size_t count;
};
/* For staff of the case: the coordinator, and the physician at the door. Refusal: NOT_FOUND. */
int visit_alert_list(struct visit_service *service, const struct visit_actor *actor,
                     const char *visit_id, struct alert_list *ret_list);

enum alert_step { ALERT_TAKE, ALERT_ACKNOWLEDGE, ALERT_CLOSE };
/* TAKE: the actor sees to it. ACKNOWLEDGE: the actor knows, and sees to it when nobody does. CLOSE:
 * it is dealt with; it counts as acknowledged. `note` may be NULL. Refusals: NOT_FOUND,
 * INVALID (the note), WRONG_STATE (closed, or acknowledged before). */
int visit_alert_step(struct visit_service *service, const struct visit_actor *actor,
                     const char *alert_id, enum alert_step step, const char *note);

/* Tells the next role of what nobody acknowledged in time; the gateway asks every minute. */
int visit_alert_escalate(struct visit_service *service, size_t *ret_count);

#endif
