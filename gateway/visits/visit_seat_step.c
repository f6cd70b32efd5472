#include "gateway/visits/visit_seat_step.h"

#include "gateway/visits/visit_act.h"

#include <errno.h>
#include <string.h>

int visit_seat_step_tell(struct visit_service *service, const struct visit_actor *actor,
                         enum seat_step step, unsigned problems)
{
    struct visit_act act = {.operation = OPERATION_SEAT_STEP, .actor = actor, .quiet = true};
    int result = visit_act_begin_in_visit(service, &act, actor->visit_id);
    if (result == 0 && !act.has_seat) {
        result = REFUSAL_NOT_PERMITTED;
    }
    if (result == 0 && act.visit.state == VISIT_ENDED) {
        result = REFUSAL_VISIT_ENDED;
    }
    if (result == 0 &&
        (!seat_step_is_told_by_seat(step) || !seat_step_fits_problems(step, problems))) {
        result = REFUSAL_INVALID;
    }
    if (result == 0) {
        result = service->store->ops->seat_steps.put(service->store, act.seat.id, step, problems,
                                                     service->now_ms);
    }
    return visit_act_end(service, &act, result, NULL);
}

/* Whose link it is, while it leads somewhere. */
static int find_seat(struct visit_service *service, const char *link_secret,
                     struct participant *seat, struct visit *visit)
{
    const struct visit_store_ops *ops = service->store->ops;
    struct join_link link;
    if (!join_link_secret_is_well_formed(link_secret)) {
        return REFUSAL_LINK_UNKNOWN;
    }
    char digest[DIGEST_SHA256_HEX_SIZE];
    digest_of_token(link_secret, digest);
    int result = ops->find_join_link(service->store, digest, &link);
    if (result == -ENOENT) {
        return REFUSAL_LINK_UNKNOWN;
    }
    result = result != 0 ? result : (int)join_link_check(&link, service->now_ms);
    result =
        result != 0 ? result : ops->read_participant(service->store, link.participant_id, seat);
    result = result != 0 ? result : ops->read_visit(service->store, link.visit_id, visit);
    return result == 0 && visit->state == VISIT_ENDED ? REFUSAL_VISIT_ENDED : result;
}

int visit_seat_step_tell_by_link(struct visit_service *service, const char *link_secret,
                                 enum seat_step step)
{
    struct participant seat = {0};
    struct visit visit = {0};
    int result = service->store->ops->begin(service->store);
    if (result < 0) {
        return result;
    }
    result = seat_step_is_told_by_link(step) ? find_seat(service, link_secret, &seat, &visit)
                                             : REFUSAL_INVALID;
    struct visit_actor stranger = {.role = seat.person.role};
    memcpy(stranger.participant_id, seat.id, sizeof(stranger.participant_id));
    struct visit_act act = {
        .operation = OPERATION_SEAT_STEP, .actor = &stranger, .visit = visit, .quiet = true};
    memcpy(act.case_id, visit.case_id, sizeof(act.case_id));
    if (result == 0 && !permission_allows(seat.person.role, act.operation)) {
        result = REFUSAL_NOT_PERMITTED;
    }
    if (result == 0) {
        result =
            service->store->ops->seat_steps.put(service->store, seat.id, step, 0, service->now_ms);
    }
    return visit_act_end(service, &act, result, NULL);
}
