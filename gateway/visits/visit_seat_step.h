/* visit_seat_step.h - pages tell how far their people are (seat_step.h). Thread: the store thread.
 */
#ifndef BEDSIDE_VISITS_VISIT_SEAT_STEP_H
#define BEDSIDE_VISITS_VISIT_SEAT_STEP_H

#include "gateway/visits/seat_step.h"
#include "gateway/visits/visit_service.h"

/* From the actor's own seat. Refusals: INVALID, VISIT_ENDED. */
int visit_seat_step_tell(struct visit_service *service, const struct visit_actor *actor,
                         enum seat_step step, unsigned problems);
/* Before arriving, by the secret of the link. Refusals: INVALID, LINK_UNKNOWN, LINK_EXPIRED,
 * VISIT_ENDED. */
int visit_seat_step_tell_by_link(struct visit_service *service, const char *link_secret,
                                 enum seat_step step);

#endif
