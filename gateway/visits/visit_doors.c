#include "gateway/visits/visit_doors.h"

#include "gateway/visits/admission.h"
#include "gateway/visits/visit_act.h"
#include "gateway/visits/visit_conduct.h"

#include <stdio.h>
#include <string.h>

/* Reads another seat of the act's visit. */
static int read_other(struct visit_service *service, const struct visit_act *act,
                      const char *participant_id, struct participant *ret_seat)
{
    struct participant seat;
    const int result = visit_act_or_not_found(
        service->store->ops->read_participant(service->store, participant_id, &seat));
    if (result != 0) {
        return result;
    }
    if (strcmp(seat.visit_id, act->visit.id) != 0) {
        return REFUSAL_NOT_FOUND;
    }
    *ret_seat = seat;
    return 0;
}

struct door_scene {
    struct participant seats[VISIT_PARTICIPANTS_MAX];
    size_t count;
    struct admission_scene admission;
};

/* Doors are kept from inside. */
static int set_scene(struct visit_service *service, const struct visit_act *act,
                     struct door_scene *ret_scene)
{
    if (!act->has_seat || act->seat.state != SEAT_IN_VISIT) {
        return REFUSAL_NOT_IN_VISIT;
    }
    const int result = service->store->ops->list_participants(service->store, act->visit.id,
                                                              ret_scene->seats, &ret_scene->count);
    ret_scene->admission = (struct admission_scene){
        .visit = &act->visit,
        .has_patient = result == 0 && admission_has_patient(ret_scene->seats, ret_scene->count),
        .keeper = act->seat.person.role,
    };
    return result;
}

static bool keeps_a_door(const struct admission_scene *scene)
{
    return admission_role_keeps(scene->keeper, DOOR_OF_TEAM, scene->visit->shape) ||
           admission_role_keeps(scene->keeper, DOOR_OF_PATIENT, scene->visit->shape);
}

/* What an operation at a door does to the seat, and how the timeline calls it. */
struct door_step {
    enum operation operation;
    enum visit_event_kind event;
    enum visit_refusal (*take)(struct participant *seat, const struct admission_scene *scene,
                               int64_t now_ms);
};

static enum visit_refusal deny(struct participant *seat, const struct admission_scene *scene,
                               int64_t now_ms)
{
    (void)now_ms;
    return admission_deny(seat, scene);
}

static const struct door_step steps[] = {
    {OPERATION_ADMIT, EVENT_ADMITTED, admission_admit},
    {OPERATION_DENY, EVENT_DENIED, deny},
    {OPERATION_SEND_OUT, EVENT_SENT_OUT, admission_send_out},
    {OPERATION_SEND_BACK, EVENT_SENT_BACK, admission_send_back},
};

static int take_step(struct visit_service *service, struct visit_act *act,
                     const struct door_step *step, const char *participant_id, bool knows_licence)
{
    struct door_scene scene;
    struct participant seat;
    int result = set_scene(service, act, &scene);
    if (result == 0 && !keeps_a_door(&scene.admission)) {
        result = REFUSAL_NOT_PERMITTED;
    }
    if (result == 0) {
        result = read_other(service, act, participant_id, &seat);
    }
    if (result == 0) {
        result = (int)step->take(&seat, &scene.admission, service->now_ms);
    }
    if (result == 0 && step->operation == OPERATION_ADMIT) {
        result = visit_licence_check_meeting(service, act, &seat, knows_licence);
    }
    if (result != 0) {
        return result;
    }
    result = service->store->ops->update_participant(service->store, &seat);
    if (result == 0) {
        result = visit_act_note(service, act, step->event, seat.id, NULL, NULL, service->now_ms);
    }
    return result < 0 ? result : visit_licence_follow(service, act);
}

static int act_at_door(struct visit_service *service, const struct visit_actor *actor,
                       enum operation operation, const char *participant_id, bool knows_licence,
                       struct visit_picture **ret_picture)
{
    struct visit_act act = {.operation = operation, .actor = actor, .subject = participant_id};
    const struct door_step *step = steps;
    while (step->operation != operation) {
        step++;
    }
    int result = visit_act_begin_in_visit(service, &act, actor->visit_id);
    if (result == 0) {
        result = take_step(service, &act, step, participant_id, knows_licence);
    }
    return visit_act_end(service, &act, result, ret_picture);
}

int visit_conduct_admit(struct visit_service *service, const struct visit_actor *actor,
                        const char *participant_id, bool knows_licence,
                        struct visit_picture **ret_picture)
{
    return act_at_door(service, actor, OPERATION_ADMIT, participant_id, knows_licence, ret_picture);
}

int visit_conduct_deny(struct visit_service *service, const struct visit_actor *actor,
                       const char *participant_id, struct visit_picture **ret_picture)
{
    return act_at_door(service, actor, OPERATION_DENY, participant_id, false, ret_picture);
}

int visit_doors_send_out(struct visit_service *service, const struct visit_actor *actor,
                         const char *participant_id, struct visit_picture **ret_picture)
{
    return act_at_door(service, actor, OPERATION_SEND_OUT, participant_id, false, ret_picture);
}

int visit_doors_send_back(struct visit_service *service, const struct visit_actor *actor,
                          const char *participant_id, struct visit_picture **ret_picture)
{
    return act_at_door(service, actor, OPERATION_SEND_BACK, participant_id, false, ret_picture);
}

/* ---- knocking ---- */

static int knock(struct visit_service *service, struct visit_act *act)
{
    struct participant *seat = &act->seat;
    const enum visit_refusal refusal =
        act->has_seat ? admission_knock(seat, &act->visit, service->now_ms) : REFUSAL_WRONG_STATE;
    if (refusal != REFUSAL_NONE) {
        return (int)refusal;
    }
    const int result = service->store->ops->update_participant(service->store, seat);
    return result < 0
               ? result
               : visit_act_note(service, act, EVENT_KNOCKED, seat->id, NULL, NULL, service->now_ms);
}

int visit_doors_knock(struct visit_service *service, const struct visit_actor *actor,
                      struct visit_picture **ret_picture)
{
    struct visit_act act = {
        .operation = OPERATION_KNOCK, .actor = actor, .subject = actor->participant_id};
    int result = visit_act_begin_in_visit(service, &act, actor->visit_id);
    if (result == 0) {
        result = knock(service, &act);
    }
    act.quiet = result == REFUSAL_TOO_SOON; /* whoever knocks on and on fills no books */
    return visit_act_end(service, &act, result, ret_picture);
}

/* ---- huddles ---- */

static size_t count_team(const struct door_scene *scene, bool connected)
{
    size_t count = 0;
    for (size_t i = 0; i < scene->count; i++) {
        const struct participant *seat = &scene->seats[i];
        count += visit_huddle_seats(seat->person.role) && seat->state == SEAT_IN_VISIT &&
                 (seat->connected || !connected);
    }
    return count;
}

static int keep_huddle(struct visit_service *service, struct visit_act *act)
{
    const int result = service->store->ops->update_visit(service->store, &act->visit);
    return result < 0 ? result
                      : visit_act_note(service, act,
                                       act->visit.huddle_since_ms != 0 ? EVENT_HUDDLE_BEGAN
                                                                       : EVENT_HUDDLE_ENDED,
                                       NULL, NULL, NULL, service->now_ms);
}

static int change_huddle(struct visit_service *service, struct visit_act *act, bool begins)
{
    struct door_scene scene;
    const int result = set_scene(service, act, &scene);
    if (result != 0) {
        return result;
    }
    if (begins && count_team(&scene, true) < 2) {
        return REFUSAL_WRONG_STATE;
    }
    const int changed =
        begins ? visit_huddle_begin(&act->visit, service->now_ms) : visit_huddle_end(&act->visit);
    return changed < 0 ? REFUSAL_WRONG_STATE : keep_huddle(service, act);
}

int visit_doors_huddle(struct visit_service *service, const struct visit_actor *actor, bool begins,
                       struct visit_picture **ret_picture)
{
    struct visit_act act = {
        .operation = OPERATION_HUDDLE, .actor = actor, .subject = actor->visit_id};
    snprintf(act.detail, sizeof(act.detail), "%s", begins ? "begin" : "end");
    int result = visit_act_begin_in_visit(service, &act, actor->visit_id);
    if (result == 0) {
        result = change_huddle(service, &act, begins);
    }
    return visit_act_end(service, &act, result, ret_picture);
}

int visit_doors_follow_leaving(struct visit_service *service, struct visit_act *act)
{
    if (act->visit.huddle_since_ms == 0) {
        return 0;
    }
    struct door_scene scene;
    const int result = service->store->ops->list_participants(service->store, act->visit.id,
                                                              scene.seats, &scene.count);
    /* Whoever lost the connection comes back and believes to be among themselves: they count. */
    if (result < 0 || count_team(&scene, false) > 0) {
        return result;
    }
    (void)visit_huddle_end(&act->visit);
    return keep_huddle(service, act);
}

static int send_to_waiting_room(struct visit_service *service, const struct visit_act *act,
                                struct participant *seat)
{
    admission_wait_again(seat, service->now_ms);
    const int result = service->store->ops->update_participant(service->store, seat);
    return result < 0
               ? result
               : visit_act_note(service, act, EVENT_WAITING, seat->id, NULL, NULL, service->now_ms);
}

static int abandon_huddle(struct visit_service *service, struct visit_act *act)
{
    struct door_scene scene;
    int result = service->store->ops->list_participants(service->store, act->visit.id, scene.seats,
                                                        &scene.count);
    if (result < 0 || count_team(&scene, true) > 0 || visit_huddle_end(&act->visit) < 0) {
        return result;
    }
    result = keep_huddle(service, act);
    for (size_t i = 0; result == 0 && i < scene.count; i++) {
        struct participant *seat = &scene.seats[i];
        if (seat->state == SEAT_IN_VISIT && !visit_huddle_seats(seat->person.role)) {
            result = send_to_waiting_room(service, act, seat);
        }
    }
    return result < 0 ? result : visit_licence_follow(service, act);
}

int visit_doors_abandon_huddle(struct visit_service *service, const char *visit_id,
                               struct visit_picture **ret_picture)
{
    const struct visit_actor gateway = visit_actor_gateway();
    struct visit_act act = {
        .operation = OPERATION_HUDDLE_ABANDON, .actor = &gateway, .subject = visit_id};
    int result = visit_act_begin_in_visit(service, &act, visit_id);
    if (result == 0) {
        result = abandon_huddle(service, &act);
    }
    return visit_act_end(service, &act, result, ret_picture);
}
