/* visit_doors.h - the doors while a visit runs: knocking, sending out, sending back, huddles.
 * Letting in and saying no are visit_conduct_admit() and visit_conduct_deny(); the rules are in
 * admission.h. Each returns the whole picture. Thread: the store thread. */
#ifndef BEDSIDE_VISITS_VISIT_DOORS_H
#define BEDSIDE_VISITS_VISIT_DOORS_H

#include "gateway/visits/visit_service.h"

struct visit_act;

/* Who waits lets it be known. Refusals: WRONG_STATE (does not wait, or was sent out), TOO_SOON,
 * VISIT_ENDED. */
int visit_doors_knock(struct visit_service *service, const struct visit_actor *actor,
                      struct visit_picture **ret_picture);
/* The patient sends a guest out for a while. Refusals: NOT_FOUND, NOT_IN_VISIT, NOT_PERMITTED (not
 * a guest), WRONG_STATE (not in the visit). */
int visit_doors_send_out(struct visit_service *service, const struct visit_actor *actor,
                         const char *participant_id, struct visit_picture **ret_picture);
/* The team sends the patient or a guest back to the waiting room. Refusals: likewise. */
int visit_doors_send_back(struct visit_service *service, const struct visit_actor *actor,
                          const char *participant_id, struct visit_picture **ret_picture);
/* The team begins (`begins`) or ends a huddle. It takes two of the team to begin. Refusals:
 * NOT_IN_VISIT, WRONG_STATE. */
int visit_doors_huddle(struct visit_service *service, const struct visit_actor *actor, bool begins,
                       struct visit_picture **ret_picture);

/* By the gateway: nobody of the team is connected any more, so the huddle is over, and who was in
 * the calm room goes back to the waiting room: the team lets them in again, and nobody who returns
 * and believes to be in private is heard. When somebody has returned, nothing happens. */
int visit_doors_abandon_huddle(struct visit_service *service, const char *visit_id,
                               struct visit_picture **ret_picture);

/* After somebody of the team left for good: a huddle of nobody is over. Private to gateway/visits.
 */
int visit_doors_follow_leaving(struct visit_service *service, struct visit_act *act);

#endif
