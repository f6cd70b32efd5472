/* Free slots, and visits booked into them. */
#include "gateway/visits/team_booking.h"

#include "gateway/base/allocate.h"
#include "gateway/visits/case_steps.h"
#include "gateway/visits/visit_records.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MS_PER_MINUTE 60000LL
#define MS_PER_DAY 86400000LL

struct slot_list *slot_list_destroy(struct slot_list *list)
{
    if (list) {
        free(list->slots);
        team_destroy(list->team);
        free(list);
    }
    return NULL;
}

int team_booking_find_free(struct visit_service *service, const struct expert *expert,
                           const struct expert_wanted *wanted, struct time_interval range,
                           struct interval_list **ret_free)
{
    const struct visit_store_ops *ops = service->store->ops;
    struct expert_hours hours;
    AUTO(interval_list) busy = interval_list_create();
    int result = ops->teams.read_hours(service->store, expert->id, &hours);
    if (result == 0) {
        result = ops->expert_time.list_busy(service->store, expert->staff_key, wanted->case_id,
                                            wanted->but, range, busy);
    }
    if (result < 0) {
        return result;
    }
    AUTO(interval_list) left = expert_hours_free(&hours, range, busy->intervals, busy->count);
    if (!left) { /* tzdata has lost the zone since it was written down: no hours, rather than wrong
                  */
        left = interval_list_create();
    }
    *ret_free = TAKE(left);
    return 0;
}

/* ---- free slots ---- */

static bool is_asked_for(const struct slot_request *request, const struct expert *expert)
{
    return (!request->expert_id || strcmp(request->expert_id, expert->id) == 0) &&
           (!request->subspecialty ||
            word_list_has(expert->subspecialties, request->subspecialty)) &&
           (!request->languages || languages_meet(expert->languages, request->languages));
}

int team_booking_add_slots(struct visit_service *service, const struct expert *expert,
                           const struct expert_wanted *wanted, struct time_interval range,
                           unsigned minutes, struct slot_list *list)
{
    AUTO(interval_list) left = NULL;
    /* One more than are shown: whether there are more. */
    AUTO_FREE struct time_interval *times = allocate_zeroed(SLOTS_MAX + 1, sizeof(*times));
    const int result = team_booking_find_free(service, expert, wanted, range, &left);
    if (result < 0) {
        return result;
    }
    const size_t found = interval_list_cut_slots(left, minutes, times, SLOTS_MAX + 1);
    struct free_slot *grown =
        reallocarray(list->slots, list->count + found + 1, sizeof(*list->slots));
    if (!grown) {
        abort();
    }
    list->slots = grown;
    for (size_t i = 0; i < found; i++) {
        struct free_slot *slot = &list->slots[list->count++];
        memcpy(slot->expert_id, expert->id, sizeof(slot->expert_id));
        slot->time = times[i];
    }
    return 0;
}

static int compare_slots(const void *left, const void *right)
{
    const struct free_slot *a = left;
    const struct free_slot *b = right;
    if (a->time.from_ms != b->time.from_ms) {
        return a->time.from_ms < b->time.from_ms ? -1 : 1;
    }
    return strcmp(a->expert_id, b->expert_id);
}

static int list_slots(struct visit_service *service, const struct slot_request *request,
                      struct slot_list *list)
{
    static const struct expert_wanted for_any_case;
    int result = 0;
    for (size_t i = 0; result == 0 && i < list->team->expert_count; i++) {
        if (is_asked_for(request, &list->team->experts[i])) {
            result = team_booking_add_slots(service, &list->team->experts[i], &for_any_case,
                                            request->range, request->minutes, list);
        }
    }
    if (result == 0 && list->count > 0) {
        qsort(list->slots, list->count, sizeof(*list->slots), compare_slots);
    }
    if (list->count > SLOTS_MAX) {
        list->count = SLOTS_MAX;
        list->cut = true;
    }
    return result;
}

bool team_booking_range_is_good(struct time_interval range, unsigned minutes)
{
    return minutes > 0 && minutes <= VISIT_MINUTES_MAX && range.from_ms > 0 &&
           range.from_ms < range.until_ms &&
           range.until_ms - range.from_ms <= EXPERT_DAYS_MAX * MS_PER_DAY;
}

int team_work_list_slots(struct visit_service *service, const struct visit_actor *actor,
                         const struct slot_request *request, struct slot_list **ret_list)
{
    struct slot_request asked = *request;
    AUTO(slot_list) list = allocate_zeroed(1, sizeof(*list));
    int result = team_work_read(service, actor, request->team_id, &list->team);
    if (result != 0) {
        return result;
    }
    if (!team_booking_range_is_good(request->range, request->minutes)) {
        return REFUSAL_INVALID;
    }
    if (request->expert_id && !team_find_expert(list->team, request->expert_id)) {
        return REFUSAL_NOT_FOUND;
    }
    if (asked.range.from_ms < service->now_ms) {
        asked.range.from_ms = service->now_ms;
    }
    if (list->team->retired_at_ms == 0) {
        result = list_slots(service, &asked, list);
    }
    if (result == 0) {
        *ret_list = TAKE(list);
    }
    return result;
}

/* ---- one visit at a time ---- */

/* Behind whatever else is written down of the act. */
static void write_down(struct visit_act *act, const char *visit_id)
{
    const size_t length = strlen(act->detail);
    snprintf(act->detail + length, sizeof(act->detail) - length, "%soverlaps=%s",
             length > 0 ? " " : "", visit_id);
}

int team_booking_check_overlap(struct visit_service *service, struct visit_act *act, bool allowed)
{
    char other_id[UUID_TEXT_SIZE];
    const struct visit *visit = &act->visit;
    const struct time_interval time = {visit->scheduled_at_ms,
                                       visit->scheduled_at_ms +
                                           (int64_t)visit->scheduled_minutes * MS_PER_MINUTE};
    const int result =
        service->store->ops->expert_time.find_overlap(service->store, visit->id, time, other_id);
    if (result < 0) {
        return result == -ENOENT ? 0 : result;
    }
    write_down(act, other_id);
    return allowed ? 0 : REFUSAL_SLOT_TAKEN;
}

/* ---- booking ---- */

/* The expert as one of the case's people. */
static int find_person(struct visit_service *service, const struct visit_act *act,
                       const struct expert *expert, struct person *person)
{
    int result = service->store->ops->staff.find_person(service->store, act->case_id,
                                                        expert->staff_key, person);
    if (result != -ENOENT) {
        return result;
    }
    *person = (struct person){.role = ROLE_REVIEWING_PHYSICIAN};
    random_uuid_v7(person->id);
    memcpy(person->staff_key, expert->staff_key, sizeof(person->staff_key));
    memcpy(person->display_name, expert->display_name, sizeof(person->display_name));
    memcpy(person->label, expert->label, sizeof(person->label));
    memcpy(person->languages, expert->languages, sizeof(person->languages));
    memcpy(person->time_zone, expert->time_zone, sizeof(person->time_zone));
    result = service->store->ops->insert_person(service->store, act->case_id, person);
    return result == -ENOSPC ? REFUSAL_TOO_MANY : result;
}

/* Of the case's programme, and at work. */
static int check_expert(struct visit_service *service, const char *programme, const char *expert_id,
                        struct expert *expert)
{
    bool is_of = false;
    int result = visit_act_or_not_found(
        service->store->ops->teams.read_expert(service->store, expert_id, expert));
    if (result == 0) {
        result =
            service->store->ops->teams.is_expert_of(service->store, expert_id, programme, &is_of);
    }
    return result == 0 && !is_of ? REFUSAL_NOT_FOUND : result;
}

int team_booking_check_free(struct visit_service *service, const struct expert *expert,
                            const struct expert_wanted *wanted, struct time_interval time)
{
    AUTO(interval_list) left = NULL;
    const int result = team_booking_find_free(service, expert, wanted, time, &left);
    return result == 0 && !interval_list_covers(left, time) ? REFUSAL_SLOT_TAKEN : result;
}

static int check_time(struct visit_service *service, const struct visit_act *act,
                      const struct expert *expert, const struct booking_request *request)
{
    const struct expert_wanted wanted = {.case_id = act->case_id};
    const struct time_interval time = {
        request->starts_at_ms, request->starts_at_ms + (int64_t)request->minutes * MS_PER_MINUTE};
    if (request->minutes == 0 || request->minutes > VISIT_MINUTES_MAX ||
        request->starts_at_ms < service->now_ms ||
        request->starts_at_ms > service->now_ms + VISIT_AHEAD_MAX_MS) {
        return REFUSAL_INVALID;
    }
    return team_booking_check_free(service, expert, &wanted, time);
}

/* Everybody of the case whom the shape seats; of the reviewing
 * physicians the expert alone, so that a visit with one takes no other's time. */
static size_t invite(const struct clinical_case *clinical_case, const struct person *expert,
                     enum visit_shape shape, const char *ret_ids[CASE_PEOPLE_MAX + 1])
{
    size_t count = 0;
    for (size_t i = 0; i < clinical_case->person_count; i++) {
        const struct person *person = &clinical_case->people[i];
        if (strcmp(person->id, expert->id) != 0 && person->role != ROLE_REVIEWING_PHYSICIAN &&
            visit_shape_seats(shape, person->role)) {
            ret_ids[count++] = person->id;
        }
    }
    ret_ids[count++] = expert->id;
    return count;
}

static int book(struct visit_service *service, struct visit_act *act,
                const struct booking_request *request)
{
    AUTO(clinical_case) clinical_case = NULL;
    struct expert expert;
    struct person person;
    int result = visit_act_or_not_found(
        service->store->ops->read_case(service->store, act->case_id, &clinical_case));
    result = result != 0 ? result : case_steps_may_schedule(service, act->case_id);
    result = result != 0
                 ? result
                 : check_expert(service, clinical_case->programme, request->expert_id, &expert);
    result = result != 0 ? result : check_time(service, act, &expert, request);
    result = result != 0 ? result : find_person(service, act, &expert, &person);
    if (result != 0) {
        return result;
    }
    const struct person *patient = clinical_case_patient(clinical_case);
    const char *zone = request->time_zone                 ? request->time_zone
                       : patient && patient->time_zone[0] ? patient->time_zone
                                                          : expert.time_zone;
    const char *ids[CASE_PEOPLE_MAX + 1];
    const struct visit_schedule_request schedule = {
        .case_id = act->case_id,
        .shape = request->shape,
        .scheduled_at_ms = request->starts_at_ms,
        .minutes = request->minutes,
        .time_zone = zone,
        .title = request->title,
        .expert_id = expert.id,
        .person_ids = ids,
        .person_count = invite(clinical_case, &person, request->shape, ids),
    };
    result = visit_records_schedule_within(service, act, &schedule);
    return result != 0
               ? result
               : case_steps_note(service, act, CASE_EVENT_BOOKED, act->visit.id, expert.id, NULL);
}

int team_work_book(struct visit_service *service, const struct visit_actor *actor,
                   const char *case_id, const struct booking_request *request,
                   struct visit_picture **ret_picture)
{
    struct visit_act act = {
        .operation = OPERATION_VISIT_BOOK, .actor = actor, .subject = request->expert_id};
    int result = visit_act_begin_in_case(service, &act, case_id);
    result = result != 0 ? result : case_steps_begin_undoable(service);
    if (result == 0) {
        result = case_steps_end_undoable(service, book(service, &act, request));
    }
    if (result != 0) {
        act.visit = (struct visit){0}; /* there is none to tell of */
    }
    return visit_act_end(service, &act, result, ret_picture);
}
