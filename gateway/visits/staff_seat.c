#include "gateway/visits/staff_seat.h"

#include <errno.h>
#include <string.h>

int staff_seat_set_scene(struct visit_service *service, const struct visit_act *act,
                         struct staff_scene *ret_scene)
{
    return service->store->ops->list_participants(service->store, act->visit.id, ret_scene->seats,
                                                  &ret_scene->count);
}

struct participant *staff_seat_find_in_scene(struct staff_scene *scene, const char *participant_id)
{
    for (size_t i = 0; i < scene->count; i++) {
        if (strcmp(scene->seats[i].id, participant_id) == 0) {
            return &scene->seats[i];
        }
    }
    return NULL;
}

bool staff_seat_may_sit_as(const struct visit_act *act, enum participant_role role)
{
    return !act->actor->account_id[0] || staff_account_bears_role(act->roles, role);
}

int staff_seat_find_person(struct visit_service *service, const struct visit_act *act,
                           struct person *ret_person)
{
    const struct visit_store_ops *ops = service->store->ops;
    struct person person;
    if (act->actor->person_id[0]) {
        return ops->read_person(service->store, act->actor->person_id, ret_person);
    }
    const int result = act->staff_key[0] ? ops->staff.find_person(service->store, act->case_id,
                                                                  act->staff_key, &person)
                                         : -ENOENT;
    if (result < 0 || !staff_seat_may_sit_as(act, person.role)) {
        return result < 0 ? result : -ENOENT;
    }
    *ret_person = person;
    return 0;
}

struct participant *staff_seat_of_person(const struct visit_act *act, struct staff_scene *scene,
                                         const struct person *person)
{
    for (size_t i = 0; i < scene->count; i++) {
        struct participant *seat = &scene->seats[i];
        if (strcmp(seat->person.id, person->id) == 0 &&
            staff_seat_may_sit_as(act, seat->person.role)) {
            return seat;
        }
    }
    return NULL;
}
