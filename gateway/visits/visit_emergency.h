/* visit_emergency.h - somebody in a visit needs help at once.
 *
 *     none --begin--> on --end--> none
 *                     on --tell--> on, and the patient's page says that help is being arranged
 *
 * A physician far away cannot reach the patient's emergency service by dialing: whoever of the team
 * begins sees where the patient is and whom to call (signaling/session/emergency_view.h), the
 * coordinator gets an alert, and the visit goes on as it was. Thread: the store thread; the struct
 * belongs to one. */
#ifndef BEDSIDE_VISITS_VISIT_EMERGENCY_H
#define BEDSIDE_VISITS_VISIT_EMERGENCY_H

#include "gateway/base/random.h"

#include <stdint.h>

struct visit_actor;
struct visit_picture;
struct visit_service;

struct visit_emergency {
    int64_t began_at_ms; /* 0: there is none now */
    char began_by[UUID_TEXT_SIZE];
    int64_t told_at_ms; /* 0: the patient has not been told */
};

enum emergency_step { EMERGENCY_BEGIN, EMERGENCY_TELL, EMERGENCY_END };

/* By somebody of the team, in the visit. To begin what is on already is done: two people press at
 * the same time. Refusals: NOT_IN_VISIT, VISIT_ENDED, WRONG_STATE (tell or end what is not on). */
int visit_emergency_step(struct visit_service *service, const struct visit_actor *actor,
                         enum emergency_step step, struct visit_picture **ret_picture);

#endif
