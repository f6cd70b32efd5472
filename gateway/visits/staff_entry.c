#include "gateway/visits/staff_entry.h"

#include "gateway/base/secret.h"
#include "gateway/visits/admission.h"
#include "gateway/visits/seat_device.h"
#include "gateway/visits/staff_seat.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* ---- one's seat ---- */

/* The account's own seat, by invitation; one from which they only helped leads nowhere. */
static int find_own_seat(struct visit_service *service, const struct visit_act *act,
                         struct staff_scene *scene, struct participant **ret_seat)
{
    struct person person;
    int result = staff_seat_find_person(service, act, &person);
    result = result == 0 ? staff_seat_set_scene(service, act, scene) : result;
    if (result < 0) {
        return visit_act_or_not_found(result);
    }
    *ret_seat = staff_seat_of_person(act, scene, &person);
    return *ret_seat && !(*ret_seat)->beside ? 0 : REFUSAL_NOT_FOUND;
}

static int add_device(struct visit_service *service, const struct visit_act *act,
                      const struct participant *seat, enum device_state state,
                      struct staff_entered *entered)
{
    struct visit_actor *own = &entered->seat;
    *own = (struct visit_actor){.role = seat->person.role};
    memcpy(own->case_id, act->case_id, sizeof(own->case_id));
    memcpy(own->visit_id, act->visit.id, sizeof(own->visit_id));
    memcpy(own->participant_id, seat->id, sizeof(own->participant_id));
    memcpy(own->person_id, seat->person.id, sizeof(own->person_id));
    return seat_device_add(service, seat->id, state, act->actor->session_id, entered->seat_token,
                           own->device_id);
}

static int bind_device(struct visit_service *service, const struct visit_act *act,
                       struct participant *seat, struct staff_entered *entered)
{
    struct device active;
    int result =
        service->store->ops->latest_device(service->store, seat->id, DEVICE_ACTIVE, &active);
    if (result == -ENOENT) {
        return add_device(service, act, seat, DEVICE_ACTIVE, entered);
    }
    if (result < 0) {
        return result;
    }
    const bool is_same = strcmp(active.session_id, act->actor->session_id) == 0;
    const int decided =
        is_same ? SECOND_DEVICE_TAKES_OVER : seat_device_decide(service, &active, seat, true);
    if (decided < 0) {
        return decided;
    }
    if (decided == SECOND_DEVICE_TAKES_OVER) {
        entered->replaced_device = true;
        result = seat_device_replace(service, &active, seat);
        return result < 0 ? result : add_device(service, act, seat, DEVICE_ACTIVE, entered);
    }
    result = seat_device_refuse_pending(service, seat->id);
    result = result < 0 ? result : add_device(service, act, seat, DEVICE_PENDING, entered);
    return result < 0 ? result : REFUSAL_SECOND_DEVICE_PENDING;
}

static int take(struct visit_service *service, struct visit_act *act, struct participant *seat,
                struct staff_entered *entered)
{
    const enum visit_refusal refusal = admission_arrive(seat, &act->visit);
    if (refusal != REFUSAL_NONE) {
        return (int)refusal;
    }
    const int bound = bind_device(service, act, seat, entered);
    if (bound < 0) {
        return bound;
    }
    if (entered->replaced_device) {
        snprintf(act->detail, sizeof(act->detail), "replaced_device");
    }
    int result = service->store->ops->update_participant(service->store, seat);
    if (result == 0 && bound == 0) {
        result = visit_act_note(service, act, EVENT_ARRIVED, seat->id, NULL, NULL, service->now_ms);
    }
    return result < 0 ? result : bound;
}

int staff_entry_take(struct visit_service *service, const struct visit_actor *actor,
                     const char *visit_id, struct staff_entered *ret_entered)
{
    struct visit_act act = {.operation = OPERATION_SEAT_TAKE, .actor = actor};
    struct staff_scene scene;
    struct participant *seat = NULL;
    struct staff_entered entered = {0};
    int result = visit_act_begin_in_visit(service, &act, visit_id);
    result = result != 0 ? result : find_own_seat(service, &act, &scene, &seat);
    if (result == 0) {
        act.subject = seat->id;
        result = take(service, &act, seat, &entered);
    }
    AUTO(visit_picture) picture = NULL;
    if (result == REFUSAL_SECOND_DEVICE_PENDING) {
        const int made = visit_act_make_picture(service, act.visit.id, &picture);
        result = made < 0 ? made : result;
    }
    result = visit_act_end(service, &act, result, &picture);
    if (result == 0 || result == REFUSAL_SECOND_DEVICE_PENDING) {
        *ret_entered = entered;
        ret_entered->picture = TAKE(picture);
    }
    secret_wipe(&entered, sizeof(entered));
    return result;
}

/* ---- one's visits ---- */

static int list(struct visit_service *service, const struct visit_act *act, int64_t from_ms,
                int64_t until_ms, struct staff_visit_list *ret_list)
{
    int result = service->store->ops->staff.list_visits(service->store, act->staff_key, from_ms,
                                                        until_ms, ret_list);
    size_t count = 0;
    for (size_t i = 0; result == 0 && i < ret_list->count; i++) {
        struct staff_visit *visit = &ret_list->visits[i];
        struct visit_delay delay = {0};
        if (!staff_seat_may_sit_as(act, visit->role)) {
            continue;
        }
        result = service->store->ops->delays.read(service->store, visit->visit.id, &delay);
        visit->expected_at_ms = delay.expected_at_ms;
        ret_list->visits[count++] = *visit;
    }
    ret_list->count = count;
    return result;
}

int staff_entry_list(struct visit_service *service, const struct visit_actor *actor,
                     int64_t from_ms, int64_t until_ms, struct staff_visit_list *ret_list)
{
    struct visit_act act = {.operation = OPERATION_OWN_VISITS, .actor = actor};
    int result = visit_act_begin(service, &act);
    ret_list->count = 0;
    result = result != 0 ? result : list(service, &act, from_ms, until_ms, ret_list);
    return visit_act_end(service, &act, result, NULL);
}
