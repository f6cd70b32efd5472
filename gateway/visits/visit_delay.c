#include "gateway/visits/visit_delay.h"

#include "gateway/visits/visit_act.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MINUTE_MS 60000ll

/* A time that has just passed while somebody typed it is still one. */
static int find_time(int64_t now_ms, uint32_t minutes, int64_t at_ms, int64_t *ret_at_ms)
{
    const int64_t expected = minutes > 0 ? now_ms + minutes * MINUTE_MS : at_ms;
    if (expected != 0 && (expected < now_ms - MINUTE_MS ||
                          expected > now_ms + VISIT_DELAY_MINUTES_MAX * MINUTE_MS)) {
        return REFUSAL_INVALID;
    }
    *ret_at_ms = expected;
    return 0;
}

static int say(struct visit_service *service, struct visit_act *act, uint32_t minutes,
               int64_t at_ms)
{
    struct visit_delay before = {0};
    struct visit_delay delay = {.said_at_ms = service->now_ms};
    if (!act->has_seat || act->seat.state != SEAT_IN_VISIT) {
        return REFUSAL_NOT_IN_VISIT;
    }
    if (act->visit.state == VISIT_ENDED) {
        return REFUSAL_VISIT_ENDED;
    }
    int result = find_time(service->now_ms, minutes, at_ms, &delay.expected_at_ms);
    if (result != 0) {
        return result;
    }
    memcpy(delay.said_by, act->seat.id, sizeof(delay.said_by));
    snprintf(act->detail, sizeof(act->detail), "%" PRId64, delay.expected_at_ms);
    result = service->store->ops->delays.read(service->store, act->visit.id, &before);
    result = result < 0 ? result
                        : service->store->ops->delays.put(service->store, act->visit.id, &delay);
    result = result < 0 ? result
                        : visit_act_note(service, act, EVENT_VISIT_DELAYED, NULL, NULL, act->detail,
                                         service->now_ms);
    return result < 0 || before.expected_at_ms == delay.expected_at_ms
               ? result
               : visit_notification_tell_delay(service, act, &delay);
}

int visit_delay_say(struct visit_service *service, const struct visit_actor *actor,
                    uint32_t minutes, int64_t at_ms, struct visit_picture **ret_picture)
{
    struct visit_act act = {.operation = OPERATION_VISIT_DELAY, .actor = actor};
    int result = visit_act_begin_in_visit(service, &act, actor->visit_id);
    if (result == 0) {
        result = say(service, &act, minutes, at_ms);
    }
    return visit_act_end(service, &act, result, ret_picture);
}
