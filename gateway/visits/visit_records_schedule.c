/* Schedules, and the links by which people find a visit. */
#include "gateway/visits/visit_records.h"

#include "gateway/base/allocate.h"
#include "gateway/base/secret.h"
#include "gateway/visits/admission.h"
#include "gateway/visits/case_steps.h"
#include "gateway/visits/join_link.h"
#include "gateway/visits/team_booking.h"
#include "gateway/visits/visit_act.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MS_PER_MINUTE 60000
#define MS_PER_HOUR 3600000

static bool is_invited(const struct visit_schedule_request *request, const struct person *person)
{
    if (request->person_count == 0) {
        return visit_shape_seats(request->shape, person->role);
    }
    for (size_t i = 0; i < request->person_count; i++) {
        if (strcmp(request->person_ids[i], person->id) == 0) {
            return true;
        }
    }
    return false;
}

static bool title_is_good(const char *title)
{
    return !title || (strlen(title) < VISIT_TITLE_SIZE && person_text_is_clean(title, false));
}

static int check_schedule(const struct visit_schedule_request *request,
                          const struct clinical_case *clinical_case)
{
    if ((unsigned)request->shape >= VISIT_SHAPE_COUNT || request->scheduled_at_ms <= 0 ||
        request->minutes == 0 || request->minutes > VISIT_MINUTES_MAX ||
        !title_is_good(request->title) || !time_zone_is_well_formed(request->time_zone)) {
        return REFUSAL_INVALID;
    }
    for (size_t i = 0; i < request->person_count; i++) {
        if (!clinical_case_find_person(clinical_case, request->person_ids[i])) {
            return REFUSAL_NOT_FOUND;
        }
    }
    size_t invited = request->guest_count;
    bool has_staff = false;
    for (size_t i = 0; i < request->guest_count; i++) {
        const struct person *guest = &request->guests[i];
        if (person_find_problem(guest) || guest->role == ROLE_PATIENT ||
            !visit_shape_seats(request->shape, guest->role)) {
            return REFUSAL_INVALID;
        }
        has_staff = has_staff || admission_role_opens_door(guest->role, request->shape);
    }
    for (size_t i = 0; i < clinical_case->person_count; i++) {
        const struct person *person = &clinical_case->people[i];
        if (!is_invited(request, person)) {
            continue;
        }
        if (!visit_shape_seats(request->shape, person->role)) {
            return REFUSAL_INVALID;
        }
        invited++;
        has_staff = has_staff || admission_role_opens_door(person->role, request->shape);
    }
    /* Somebody must be able to open the door. */
    return invited > VISIT_INVITED_MAX ? REFUSAL_TOO_MANY : has_staff ? 0 : REFUSAL_INVALID;
}

/* How the person is called in this visit; NULL: as always. */
static const char *label_of(const struct visit_schedule_request *request,
                            const struct person *person)
{
    for (size_t i = 0; request->person_labels && i < request->person_count; i++) {
        if (strcmp(request->person_ids[i], person->id) == 0) {
            return request->person_labels[i];
        }
    }
    return NULL;
}

static int invite(struct visit_service *service, const struct visit *visit,
                  const struct person *person, const char *label)
{
    struct participant seat = {.person = *person, .state = SEAT_INVITED};
    if (label) {
        snprintf(seat.person.label, sizeof(seat.person.label), "%s", label);
    }
    random_uuid_v7(seat.id);
    memcpy(seat.visit_id, visit->id, sizeof(seat.visit_id));
    if (!seat.person.time_zone[0]) {
        memcpy(seat.person.time_zone, visit->time_zone, sizeof(seat.person.time_zone));
    }
    return service->store->ops->insert_participant(service->store, &seat);
}

/* Somebody new to the case: kept with its people, then invited. */
static int add_guest(struct visit_service *service, const struct visit *visit,
                     const struct person *guest)
{
    struct person person = *guest;
    random_uuid_v7(person.id);
    const int result = service->store->ops->insert_person(service->store, visit->case_id, &person);
    return result == -ENOSPC ? REFUSAL_TOO_MANY
           : result == 0     ? invite(service, visit, &person, NULL)
                             : result;
}

int visit_records_schedule_within(struct visit_service *service, struct visit_act *act,
                                  const struct visit_schedule_request *request)
{
    const struct visit_store_ops *ops = service->store->ops;
    AUTO(clinical_case) clinical_case = NULL;
    int result =
        visit_act_or_not_found(ops->read_case(service->store, request->case_id, &clinical_case));
    result = result != 0 ? result : check_schedule(request, clinical_case);
    result = result != 0 ? result : case_steps_may_schedule(service, clinical_case->id);
    if (result != 0) {
        return result;
    }
    struct visit *visit = &act->visit;
    random_uuid_v7(visit->id);
    memcpy(visit->case_id, clinical_case->id, sizeof(visit->case_id));
    strcpy(visit->title, request->title ? request->title : "");
    visit->shape = request->shape;
    visit->scheduled_at_ms = request->scheduled_at_ms;
    visit->scheduled_minutes = request->minutes;
    strcpy(visit->time_zone, request->time_zone);
    strcpy(visit->expert_id, request->expert_id ? request->expert_id : "");
    result = ops->insert_visit(service->store, visit);
    for (size_t i = 0; result == 0 && i < clinical_case->person_count; i++) {
        if (is_invited(request, &clinical_case->people[i])) {
            result = invite(service, visit, &clinical_case->people[i],
                            label_of(request, &clinical_case->people[i]));
        }
    }
    for (size_t i = 0; result == 0 && i < request->guest_count; i++) {
        result = add_guest(service, visit, &request->guests[i]);
    }
    result =
        result != 0 ? result : team_booking_check_overlap(service, act, request->allow_overlap);
    if (result == 0) {
        result = visit_act_note(service, act, EVENT_VISIT_SCHEDULED, NULL, NULL,
                                visit_shape_name(visit->shape), service->now_ms);
    }
    result =
        result != 0 ? result : visit_notification_plan(service, visit, NOTIFICATION_INVITATION);
    return result != 0 ? result : case_steps_visit_scheduled(service, act);
}

int visit_records_schedule(struct visit_service *service, const struct visit_actor *actor,
                           const struct visit_schedule_request *request,
                           struct visit_picture **ret_picture)
{
    struct visit_act act = {.operation = OPERATION_VISIT_SCHEDULE, .actor = actor};
    int result = visit_act_begin_in_case(service, &act, request->case_id);
    result = result != 0 ? result : case_steps_begin_undoable(service);
    if (result == 0) {
        result =
            case_steps_end_undoable(service, visit_records_schedule_within(service, &act, request));
    }
    if (result != 0) {
        act.visit = (struct visit){0}; /* there is none to tell of */
    }
    return visit_act_end(service, &act, result, ret_picture);
}

/* ---- links ---- */

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t link_expires_at(const struct visit_service *service, const struct visit *visit)
{
    const int64_t ends_at_ms =
        visit->scheduled_at_ms + (int64_t)visit->scheduled_minutes * MS_PER_MINUTE;
    return later(ends_at_ms, service->now_ms) +
           (int64_t)service->config.join_link_hours * MS_PER_HOUR;
}

int visit_records_keep_links_good(struct visit_service *service, const struct visit *visit)
{
    return service->store->ops->set_join_links_expiry(service->store, visit->id,
                                                      link_expires_at(service, visit));
}

static struct minted_link *add_link(struct minted_links *links, const struct person *person)
{
    struct minted_link *minted = &links->links[links->count++];
    minted->role = person->role;
    memcpy(minted->person_id, person->id, sizeof(minted->person_id));
    memcpy(minted->display_name, person->display_name, sizeof(minted->display_name));
    return minted;
}

static int mint_join_link(struct visit_service *service, const struct visit_act *act,
                          const struct participant *seat, struct minted_links *links)
{
    const struct visit_store_ops *ops = service->store->ops;
    const int result = ops->revoke_join_links(service->store, seat->id, service->now_ms);
    if (result < 0) {
        return result;
    }
    struct minted_link *minted = add_link(links, &seat->person);
    minted->expires_at_ms = link_expires_at(service, &act->visit);
    memcpy(minted->participant_id, seat->id, sizeof(minted->participant_id));
    const struct join_link link =
        join_link_mint(seat, service->now_ms, minted->expires_at_ms, minted->secret);
    return ops->insert_join_link(service->store, &link);
}

int visit_records_mint_another(struct visit_service *service, const struct visit_act *act,
                               const struct participant *seat, char ret_secret[RANDOM_TOKEN_SIZE])
{
    const struct visit_store_ops *ops = service->store->ops;
    struct join_link older;
    struct join_link link =
        join_link_mint(seat, service->now_ms, link_expires_at(service, &act->visit), ret_secret);
    const int result = ops->latest_join_link(service->store, seat->id, &older);
    if (result == 0 && older.revoked_at_ms == 0) {
        link.created_at_ms = older.created_at_ms;
        link.failed_tries = older.failed_tries;
    }
    return result == 0 || result == -ENOENT ? ops->insert_join_link(service->store, &link) : result;
}

static int mint_staff_link(struct visit_service *service, const struct visit_act *act,
                           const struct person *person, struct minted_links *links)
{
    const struct visit_store_ops *ops = service->store->ops;
    int result = ops->revoke_staff_links(service->store, person->id, service->now_ms);
    if (result < 0) {
        return result;
    }
    struct minted_link *minted = add_link(links, person);
    minted->expires_at_ms =
        service->now_ms + (int64_t)service->config.staff_link_hours * MS_PER_HOUR;
    struct staff_link link = {.created_at_ms = service->now_ms,
                              .expires_at_ms = minted->expires_at_ms};
    random_uuid_v7(link.id);
    memcpy(link.case_id, act->case_id, sizeof(link.case_id));
    memcpy(link.person_id, person->id, sizeof(link.person_id));
    random_token(minted->secret);
    digest_of_token(minted->secret, link.secret_sha256);
    return ops->insert_staff_link(service->store, &link);
}

static int mint_one(struct visit_service *service, const struct visit_act *act,
                    struct minted_links *links)
{
    struct participant seat;
    if (act->visit.state == VISIT_ENDED) {
        return REFUSAL_VISIT_ENDED;
    }
    const int result = visit_act_or_not_found(
        service->store->ops->read_participant(service->store, act->subject, &seat));
    if (result != 0 || strcmp(seat.visit_id, act->visit.id) != 0) {
        return result != 0 ? result : REFUSAL_NOT_FOUND;
    }
    links->links = allocate_zeroed(1, sizeof(*links->links));
    return mint_join_link(service, act, &seat, links);
}

static int mint(struct visit_service *service, const struct visit_act *act,
                struct minted_links *links)
{
    const struct visit_store_ops *ops = service->store->ops;
    AUTO(clinical_case) clinical_case = NULL;
    struct participant seats[VISIT_PARTICIPANTS_MAX];
    size_t count = 0;
    int result = ops->list_participants(service->store, act->visit.id, seats, &count);
    if (result == 0) {
        result = ops->read_case(service->store, act->case_id, &clinical_case);
    }
    if (result < 0) {
        return result;
    }
    links->links = allocate_zeroed(count + clinical_case->person_count, sizeof(*links->links));
    const bool may_join = act->visit.state != VISIT_ENDED;
    for (size_t i = 0; may_join && result == 0 && i < count; i++) {
        result = seats[i].beside ? 0 : mint_join_link(service, act, &seats[i], links);
    }
    for (size_t i = 0; result == 0 && i < clinical_case->person_count; i++) {
        const struct person *person = &clinical_case->people[i];
        if (participant_role_is_staff(person->role)) {
            result = mint_staff_link(service, act, person, links);
        }
    }
    return result;
}

int visit_records_mint_links(struct visit_service *service, const struct visit_actor *actor,
                             const char *visit_id, struct minted_links **ret_links)
{
    struct visit_act act = {.operation = OPERATION_LINKS_MINT, .actor = actor, .subject = visit_id};
    AUTO(minted_links) links = allocate_zeroed(1, sizeof(*links));
    int result = visit_act_begin_in_visit(service, &act, visit_id);
    if (result == 0) {
        result = mint(service, &act, links);
    }
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_links = TAKE(links);
    }
    return result;
}

int visit_records_mint_link(struct visit_service *service, const struct visit_actor *actor,
                            const char *visit_id, const char *participant_id,
                            struct minted_links **ret_links)
{
    struct visit_act act = {
        .operation = OPERATION_LINK_RENEW, .actor = actor, .subject = participant_id};
    AUTO(minted_links) links = allocate_zeroed(1, sizeof(*links));
    int result = visit_act_begin_in_visit(service, &act, visit_id);
    if (result == 0) {
        result = mint_one(service, &act, links);
    }
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_links = TAKE(links);
    }
    return result;
}
