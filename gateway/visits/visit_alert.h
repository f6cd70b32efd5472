/* visit_alert.h - alerts of a visit: the team sees them, takes them, acknowledges and closes them;
 * the gateway tells the next role when nobody does (alert.h has the rules). Thread: the store
 * thread. */
#ifndef BEDSIDE_VISITS_VISIT_ALERT_H
#define BEDSIDE_VISITS_VISIT_ALERT_H

#include "gateway/visits/alert.h"
#include "gateway/visits/visit_service.h"

/* Of visits whose alerts changed, in one round of the clock, at most so many are named. */
#define ALERT_ROUND_VISITS_MAX 64

struct alert_row_list *alert_row_list_create(void);
struct alert_row_list *alert_row_list_destroy(struct alert_row_list *list);
DEFINE_AUTO(alert_row_list)

enum alert_state alert_state_of(const struct alert *alert);
/* "pressing", "acknowledged", "closed" */
const char *alert_state_name(enum alert_state state);
int alert_state_from_name(const char *name, enum alert_state *ret_state);

/* For staff of the case: the coordinator, and the physician at the door; oldest first. Refusal:
 * NOT_FOUND. */
int visit_alert_list(struct visit_service *service, const struct visit_actor *actor,
                     const char *visit_id, struct alert_row_list **ret_list);
/* Of all cases that the actor reaches: for who signed in. `owner_id` "me": the actor's own.
 * Refusal: NOT_PERMITTED (a seat, or a link to one case). */
int visit_alert_list_all(struct visit_service *service, const struct visit_actor *actor,
                         const struct alert_filter *filter, struct alert_row_list **ret_list);
/* Refusal: NOT_FOUND. */
int visit_alert_read(struct visit_service *service, const struct visit_actor *actor,
                     const char *alert_id, struct alert_row *ret_row);
/* Who has been told last. */
enum participant_role visit_alert_told(const struct visit_service *service,
                                       const struct alert *alert);

enum alert_step { ALERT_TAKE, ALERT_ACKNOWLEDGE, ALERT_CLOSE };
/* TAKE: the actor sees to it. ACKNOWLEDGE: the actor knows, and sees to it when nobody does. CLOSE:
 * it is dealt with; it counts as acknowledged. `note` may be NULL. Refusals: NOT_FOUND,
 * INVALID (the note), WRONG_STATE (closed, or acknowledged before). */
int visit_alert_step(struct visit_service *service, const struct visit_actor *actor,
                     const char *alert_id, enum alert_step step, const char *note);

struct alert_round {
    size_t told;                       /* alerts of which the next role was told */
    size_t pressing[ALERT_LEVELS_MAX]; /* that nobody has acknowledged, by who was told last */
    char visits[ALERT_ROUND_VISITS_MAX][UUID_TEXT_SIZE]; /* of those that were told */
    size_t visit_count;
};
/* Tells the next role of what nobody acknowledged in time. */
int visit_alert_escalate(struct visit_service *service, struct alert_round *ret_round);
/* How often to do so, that nobody is told much later than the ladder says: at most a minute. */
uint32_t alert_ladder_beat_seconds(const struct alert_ladder *ladder);

#endif
