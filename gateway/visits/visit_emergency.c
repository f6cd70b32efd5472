#include "gateway/visits/visit_emergency.h"

#include "gateway/visits/visit_act.h"

#include <stdio.h>
#include <string.h>

static const char *const step_names[] = {
    [EMERGENCY_BEGIN] = "begin", [EMERGENCY_TELL] = "tell", [EMERGENCY_END] = "end"};

/* About the patient; in a visit without one, about whoever calls. */
static int find_whom(struct visit_service *service, const struct visit_act *act,
                     char ret_id[UUID_TEXT_SIZE])
{
    struct participant seats[VISIT_PARTICIPANTS_MAX];
    size_t count = 0;
    const int result =
        service->store->ops->list_participants(service->store, act->visit.id, seats, &count);
    memcpy(ret_id, act->seat.id, UUID_TEXT_SIZE);
    for (size_t i = 0; result == 0 && i < count; i++) {
        if (seats[i].person.role == ROLE_PATIENT) {
            memcpy(ret_id, seats[i].id, UUID_TEXT_SIZE);
        }
    }
    return result;
}

static int begin(struct visit_service *service, const struct visit_act *act,
                 struct visit_emergency *emergency)
{
    char whom[UUID_TEXT_SIZE];
    if (emergency->began_at_ms != 0) {
        return 0;
    }
    *emergency = (struct visit_emergency){.began_at_ms = service->now_ms};
    memcpy(emergency->began_by, act->seat.id, sizeof(emergency->began_by));
    int result = find_whom(service, act, whom);
    if (result == 0) {
        result =
            visit_act_note(service, act, EVENT_EMERGENCY_BEGAN, whom, NULL, NULL, service->now_ms);
    }
    return result < 0 ? result : visit_alert_raise_emergency(service, act, whom);
}

static int tell(struct visit_service *service, const struct visit_act *act,
                struct visit_emergency *emergency)
{
    if (emergency->began_at_ms == 0) {
        return REFUSAL_WRONG_STATE;
    }
    if (emergency->told_at_ms != 0) {
        return 0;
    }
    emergency->told_at_ms = service->now_ms;
    return visit_act_note(service, act, EVENT_EMERGENCY_TOLD, NULL, NULL, NULL, service->now_ms);
}

static int end(struct visit_service *service, const struct visit_act *act,
               struct visit_emergency *emergency)
{
    if (emergency->began_at_ms == 0) {
        return REFUSAL_WRONG_STATE;
    }
    *emergency = (struct visit_emergency){0};
    return visit_act_note(service, act, EVENT_EMERGENCY_ENDED, NULL, NULL, NULL, service->now_ms);
}

static int step_on(struct visit_service *service, const struct visit_act *act,
                   enum emergency_step step)
{
    static int (*const steps[])(struct visit_service *, const struct visit_act *,
                                struct visit_emergency *) = {
        [EMERGENCY_BEGIN] = begin, [EMERGENCY_TELL] = tell, [EMERGENCY_END] = end};
    const struct emergency_store_ops *ops = &service->store->ops->emergencies;
    struct visit_emergency emergency;
    if (!act->has_seat || act->seat.state != SEAT_IN_VISIT) {
        return REFUSAL_NOT_IN_VISIT;
    }
    if (act->visit.state == VISIT_ENDED) {
        return REFUSAL_VISIT_ENDED;
    }
    int result = ops->read(service->store, act->visit.id, &emergency);
    result = result != 0 ? result : steps[step](service, act, &emergency);
    return result != 0 ? result : ops->put(service->store, act->visit.id, &emergency);
}

int visit_emergency_step(struct visit_service *service, const struct visit_actor *actor,
                         enum emergency_step step, struct visit_picture **ret_picture)
{
    struct visit_act act = {.operation = OPERATION_EMERGENCY, .actor = actor};
    int result = visit_act_begin_in_visit(service, &act, actor->visit_id);
    snprintf(act.detail, sizeof(act.detail), "%s", step_names[step]);
    if (result == 0) {
        result = step_on(service, &act, step);
    }
    return visit_act_end(service, &act, result, ret_picture);
}
