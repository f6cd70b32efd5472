/* admission.h - the waiting room: who waits, who opens the door.
 *
 * Physicians and the coordinator enter directly. Everybody else waits until a physician admits them
 * (in a nurse-led visit the coordinator may, too). Admission lasts for the visit: whoever returns
 * sits down again. Pure: decides on a seat's next state, changes it, and stamps it. Thread: any. */
#ifndef BEDSIDE_VISITS_ADMISSION_H
#define BEDSIDE_VISITS_ADMISSION_H

#include "gateway/visits/participant.h"
#include "gateway/visits/visit.h"
#include "gateway/visits/visit_refusal.h"

/* Each returns REFUSAL_NONE and changes `seat`, or says why not and changes nothing. */
enum visit_refusal admission_arrive(struct participant *seat, const struct visit *visit);
enum visit_refusal admission_enter(struct participant *seat, const struct visit *visit,
                                   int64_t now_ms);
enum visit_refusal admission_admit(struct participant *seat, const struct visit *visit,
                                   int64_t now_ms);
enum visit_refusal admission_deny(struct participant *seat, const struct visit *visit);
enum visit_refusal admission_leave(struct participant *seat);

/* Whether the role opens the door in a visit of this shape (the permission table allows it in
 * general). */
bool admission_role_opens_door(enum participant_role role, enum visit_shape shape);

#endif
