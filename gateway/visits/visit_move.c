#include "gateway/visits/visit_move.h"

#include "gateway/base/allocate.h"
#include "gateway/visits/case_steps.h"
#include "gateway/visits/team_booking.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MS_PER_MINUTE 60000LL
#define TIMES_SIZE 48 /* two times in milliseconds */

/* Whoever of an expert's calendar is gone from the books leaves the visit in nobody's. */
static int find_expert(struct visit_service *service, const struct visit *visit,
                       struct expert *ret_expert)
{
    *ret_expert = (struct expert){0};
    if (!visit->expert_id[0]) {
        return 0;
    }
    const int result =
        service->store->ops->teams.read_expert(service->store, visit->expert_id, ret_expert);
    return result == -ENOENT ? 0 : result;
}

/* ---- what is agreed ---- */

static int read_schedule(struct visit_service *service, const struct visit_act *act,
                         struct visit_schedule *schedule)
{
    schedule->visit = act->visit;
    int result = find_expert(service, &act->visit, &schedule->expert);
    result = result < 0 ? result
                        : service->store->ops->list_participants(service->store, act->visit.id,
                                                                 schedule->people,
                                                                 &schedule->people_count);
    return result < 0 ? result
                      : visit_notification_find_ways(service, schedule->people,
                                                     schedule->people_count, schedule->ways);
}

int visit_move_read(struct visit_service *service, const struct visit_actor *actor,
                    const char *visit_id, struct visit_schedule *ret_schedule)
{
    struct visit_act act = {.operation = OPERATION_VISIT_MOVE, .actor = actor, .quiet = true};
    int result = visit_act_begin_in_visit(service, &act, visit_id);
    *ret_schedule = (struct visit_schedule){0};
    result = result != 0 ? result : read_schedule(service, &act, ret_schedule);
    return visit_act_end(service, &act, result, NULL);
}

void visit_slots_clear(struct visit_slots *slots)
{
    slots->list = slot_list_destroy(slots->list);
}

static int list_slots(struct visit_service *service, const struct visit_act *act,
                      struct time_interval range, unsigned minutes, struct visit_slots *slots)
{
    const struct expert_wanted wanted = {.case_id = act->case_id, .but = act->visit.id};
    if (!team_booking_range_is_good(range, minutes)) {
        return REFUSAL_INVALID;
    }
    if (range.from_ms < service->now_ms) {
        range.from_ms = service->now_ms;
    }
    slots->list = allocate_zeroed(1, sizeof(*slots->list));
    int result = find_expert(service, &act->visit, &slots->expert);
    if (result == 0 && slots->expert.id[0] && range.from_ms < range.until_ms) {
        result =
            team_booking_add_slots(service, &slots->expert, &wanted, range, minutes, slots->list);
    }
    slots->list->cut = slots->list->count > SLOTS_MAX;
    slots->list->count = slots->list->cut ? SLOTS_MAX : slots->list->count;
    return result;
}

int visit_move_list_slots(struct visit_service *service, const struct visit_actor *actor,
                          const char *visit_id, struct time_interval range, unsigned minutes,
                          struct visit_slots *ret_slots)
{
    struct visit_act act = {.operation = OPERATION_VISIT_MOVE, .actor = actor, .quiet = true};
    int result = visit_act_begin_in_visit(service, &act, visit_id);
    *ret_slots = (struct visit_slots){.list = NULL};
    if (result == 0) {
        result = list_slots(service, &act, range,
                            minutes > 0 ? minutes : act.visit.scheduled_minutes, ret_slots);
    }
    result = visit_act_end(service, &act, result, NULL);
    if (result != 0) {
        visit_slots_clear(ret_slots);
    }
    return result;
}

/* ---- the move ---- */

static int check_time(struct visit_service *service, const struct visit *visit)
{
    const struct expert_wanted wanted = {.case_id = visit->case_id, .but = visit->id};
    const struct time_interval time = {visit->scheduled_at_ms,
                                       visit->scheduled_at_ms +
                                           (int64_t)visit->scheduled_minutes * MS_PER_MINUTE};
    struct expert expert;
    const int result = find_expert(service, visit, &expert);
    return result < 0 || !expert.id[0] ? result
                                       : team_booking_check_free(service, &expert, &wanted, time);
}

/* What was said of the time before does not hold for the new one. */
static int forget_delay(struct visit_service *service, const struct visit *visit)
{
    struct visit_delay delay;
    const int result = service->store->ops->delays.read(service->store, visit->id, &delay);
    if (result < 0 || delay.expected_at_ms == 0) {
        return result;
    }
    delay = (struct visit_delay){.said_at_ms = service->now_ms};
    return service->store->ops->delays.put(service->store, visit->id, &delay);
}

static int write_move(struct visit_service *service, struct visit_act *act,
                      const struct visit *before, const char *times)
{
    int result = service->store->ops->update_visit(service->store, &act->visit);
    result = result < 0 ? result : forget_delay(service, &act->visit);
    result = result < 0 ? result : visit_records_keep_links_good(service, &act->visit);
    result = result < 0 ? result
                        : visit_act_note(service, act, EVENT_VISIT_MOVED, NULL, NULL, times,
                                         service->now_ms);
    result = result < 0 ? result : case_steps_visit_moved(service, act, before);
    return result < 0 ? result : visit_notification_plan(service, &act->visit, NOTIFICATION_MOVED);
}

static int move(struct visit_service *service, struct visit_act *act,
                const struct visit_new_time *time)
{
    const struct visit before = act->visit;
    const int64_t starts_at_ms = time->starts_at_ms;
    const uint32_t minutes = time->minutes > 0 ? time->minutes : before.scheduled_minutes;
    if (before.state != VISIT_SCHEDULED) {
        return before.state == VISIT_ENDED ? REFUSAL_VISIT_ENDED : REFUSAL_WRONG_STATE;
    }
    if (before.scheduled_at_ms == starts_at_ms && before.scheduled_minutes == minutes) {
        act->quiet = true;
        return 0;
    }
    if (visit_move_to(&act->visit, starts_at_ms, minutes, service->now_ms) < 0) {
        return REFUSAL_INVALID;
    }
    char times[TIMES_SIZE];
    snprintf(times, sizeof(times), "%" PRId64 " %" PRId64, before.scheduled_at_ms, starts_at_ms);
    snprintf(act->detail, sizeof(act->detail), "%s", times);
    int result = case_steps_may_schedule(service, act->case_id);
    result = result != 0 ? result : check_time(service, &act->visit);
    result = result != 0 ? result : team_booking_check_overlap(service, act, time->allow_overlap);
    return result != 0 ? result : write_move(service, act, &before, times);
}

int visit_move(struct visit_service *service, const struct visit_actor *actor, const char *visit_id,
               const struct visit_new_time *time, struct visit_picture **ret_picture)
{
    struct visit_act act = {.operation = OPERATION_VISIT_MOVE, .actor = actor};
    int result = visit_act_begin_in_visit(service, &act, visit_id);
    result = result != 0 ? result : move(service, &act, time);
    return visit_act_end(service, &act, result, ret_picture);
}
