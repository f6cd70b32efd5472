/* staff_seat.h - as whom a case, and a visit, knows a member of staff who signed in. Private to
 * gateway/visits. Thread: the store thread. */
#ifndef BEDSIDE_VISITS_STAFF_SEAT_H
#define BEDSIDE_VISITS_STAFF_SEAT_H

#include "gateway/visits/visit_act.h"

/* Everybody of a visit; and room for one who comes. */
struct staff_scene {
    struct participant seats[VISIT_PARTICIPANTS_MAX + 1];
    size_t count;
};
int staff_seat_set_scene(struct visit_service *service, const struct visit_act *act,
                         struct staff_scene *ret_scene);
/* NULL: nobody. */
struct participant *staff_seat_find_in_scene(struct staff_scene *scene, const char *participant_id);

/* Of an account's people and seats only those whose role it bears: roles are taken away, too. */
bool staff_seat_may_sit_as(const struct visit_act *act, enum participant_role role);
/* As whom the case means the actor: by their link, or by the account's key. -ENOENT: as nobody. */
int staff_seat_find_person(struct visit_service *service, const struct visit_act *act,
                           struct person *ret_person);
/* The person's seat, when the actor may sit in it. NULL: there is none. */
struct participant *staff_seat_of_person(const struct visit_act *act, struct staff_scene *scene,
                                         const struct person *person);

#endif
