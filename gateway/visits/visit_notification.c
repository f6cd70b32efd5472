#include "gateway/visits/visit_notification.h"

#include "gateway/base/allocate.h"
#include "gateway/base/secret.h"
#include "gateway/visits/visit_act.h"
#include "gateway/visits/visit_records.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MS_PER_MINUTE 60000LL
#define LEASE_MS (10 * MS_PER_MINUTE) /* longer than any one delivery */
#define OF_ONE_SEAT_MAX 40

static const struct notification_rules nobody_is_written_to;

static const struct notification_rules *rules_of(const struct visit_service *service)
{
    return service->config.notification_rules ? service->config.notification_rules
                                              : &nobody_is_written_to;
}

static const struct notification_store_ops *ops_of(const struct visit_service *service)
{
    return &service->store->ops->notifications;
}

struct notification_job *notification_job_destroy(struct notification_job *job)
{
    if (job) {
        secret_wipe(job, sizeof(*job));
        free(job);
    }
    return NULL;
}

/* ---- plans ---- */

static int add(struct visit_service *service, const struct participant *seat,
               enum notification_kind kind, enum notification_channel channel, uint32_t sequence,
               int64_t due_at_ms)
{
    struct notification notification = {
        .kind = kind, .channel = channel, .sequence = sequence, .due_at_ms = due_at_ms};
    random_uuid_v7(notification.id);
    memcpy(notification.visit_id, seat->visit_id, sizeof(notification.visit_id));
    memcpy(notification.participant_id, seat->id, sizeof(notification.participant_id));
    return ops_of(service)->insert(service->store, &notification);
}

static int plan_for(struct visit_service *service, const struct visit *visit,
                    const struct participant *seat, enum notification_kind kind, uint32_t sequence)
{
    int64_t due_ms[NOTIFICATION_REMINDERS_MAX];
    int result = add(service, seat, kind, NOTIFICATION_ANY, sequence, service->now_ms);
    const size_t count =
        kind == NOTIFICATION_CANCELLED
            ? 0
            : notification_plan_reminders(rules_of(service), visit, service->now_ms, due_ms);
    for (size_t i = 0; result == 0 && i < count; i++) {
        result = add(service, seat, NOTIFICATION_REMINDER, NOTIFICATION_ANY, sequence, due_ms[i]);
    }
    return result;
}

/* Of the appointment as people's calendars have it; 0: they have none. */
static int read_sequence(struct visit_service *service, const char *visit_id,
                         uint32_t *ret_sequence)
{
    *ret_sequence = 0;
    const int result = ops_of(service)->read_last_sequence(service->store, visit_id, ret_sequence);
    return result == -ENOENT ? 0 : result;
}

int visit_notification_plan(struct visit_service *service, const struct visit *visit,
                            enum notification_kind kind)
{
    struct participant seats[VISIT_PARTICIPANTS_MAX];
    size_t count = 0;
    uint32_t sequence = 0;
    if (visit_is_practice(visit) || (!rules_of(service)->by_mail && !rules_of(service)->by_text)) {
        return 0;
    }
    int result = ops_of(service)->drop_pending(service->store, visit->id, NOTIFICATION_KIND_COUNT,
                                               service->now_ms);
    result = result == 0 ? read_sequence(service, visit->id, &sequence) : result;
    sequence += kind != NOTIFICATION_INVITATION;
    if (result == 0) {
        result = service->store->ops->list_participants(service->store, visit->id, seats, &count);
    }
    for (size_t i = 0; result == 0 && i < count; i++) {
        result = plan_for(service, visit, &seats[i], kind, sequence);
    }
    return result;
}

/* ---- running late ---- */

static bool was_told_of_delay(const struct notification *notifications, size_t count,
                              const struct participant *seat)
{
    for (size_t i = 0; i < count; i++) {
        if (notifications[i].kind == NOTIFICATION_LATE &&
            notifications[i].state == NOTIFICATION_SENT &&
            strcmp(notifications[i].participant_id, seat->id) == 0) {
            return true;
        }
    }
    return false;
}

/* Of a visit what is pending about a delay is dropped, and what was sent is looked at. */
static int begin_anew(struct visit_service *service, const char *visit_id,
                      struct notification_list *sent, uint32_t *ret_sequence)
{
    int result =
        ops_of(service)->drop_pending(service->store, visit_id, NOTIFICATION_LATE, service->now_ms);
    result = result < 0 ? result
                        : ops_of(service)->list(service->store, visit_id, sent->notifications,
                                                VISIT_NOTIFICATIONS_MAX, &sent->count);
    return result < 0 ? result : read_sequence(service, visit_id, ret_sequence);
}

int visit_notification_tell_delay(struct visit_service *service, const struct visit_act *act,
                                  const struct visit_delay *delay)
{
    AUTO_FREE struct notification_list *sent = allocate_zeroed(1, sizeof(*sent));
    struct participant seats[VISIT_PARTICIPANTS_MAX];
    size_t count = 0;
    uint32_t sequence = 0;
    const struct notification late = {.kind = NOTIFICATION_LATE};
    if (visit_is_practice(&act->visit) ||
        (!rules_of(service)->by_mail && !rules_of(service)->by_text)) {
        return 0;
    }
    int result = begin_anew(service, act->visit.id, sent, &sequence);
    result = result < 0 ? result
                        : service->store->ops->list_participants(service->store, act->visit.id,
                                                                 seats, &count);
    for (size_t i = 0; result == 0 && i < count; i++) {
        const bool is_told = delay->expected_at_ms != 0 ||
                             was_told_of_delay(sent->notifications, sent->count, &seats[i]);
        if (is_told && notification_is_wanted(&late, &act->visit, &seats[i], service->now_ms)) {
            result = add(service, &seats[i], NOTIFICATION_LATE, NOTIFICATION_ANY, sequence,
                         service->now_ms);
        }
    }
    return result;
}

/* ---- by hand ---- */

int visit_notification_list(struct visit_service *service, const struct visit_actor *actor,
                            const char *visit_id, struct notification_list *ret_list)
{
    struct visit_act act = {
        .operation = OPERATION_NOTIFICATION_READ, .actor = actor, .quiet = true};
    size_t count = 0;
    int result = visit_act_begin_in_visit(service, &act, visit_id);
    if (result == 0) {
        result = ops_of(service)->list(service->store, visit_id, ret_list->notifications,
                                       VISIT_NOTIFICATIONS_MAX, &count);
    }
    result = visit_act_end(service, &act, result, NULL);
    ret_list->count = result == 0 ? count : 0;
    return result;
}

static int request(struct visit_service *service, const struct visit_act *act,
                   enum notification_channel channel, struct notification *notification)
{
    struct participant seat;
    size_t count = 0;
    if (act->visit.state == VISIT_ENDED) {
        return REFUSAL_VISIT_ENDED;
    }
    int result = visit_act_or_not_found(
        service->store->ops->read_participant(service->store, act->subject, &seat));
    if (result != 0 || strcmp(seat.visit_id, act->visit.id) != 0) {
        return result != 0 ? result : REFUSAL_NOT_FOUND;
    }
    *notification = (struct notification){
        .kind = NOTIFICATION_LINK, .channel = channel, .due_at_ms = service->now_ms};
    if (notification_choose_channel(notification, rules_of(service), &seat.person) ==
        NOTIFICATION_ANY) {
        return REFUSAL_INVALID;
    }
    result = ops_of(service)->count(service->store, seat.id, &count);
    if (result != 0 || count >= OF_ONE_SEAT_MAX) {
        return result != 0 ? result : REFUSAL_TOO_MANY;
    }
    result = read_sequence(service, act->visit.id, &notification->sequence);
    if (result != 0) {
        return result;
    }
    random_uuid_v7(notification->id);
    memcpy(notification->visit_id, seat.visit_id, sizeof(notification->visit_id));
    memcpy(notification->participant_id, seat.id, sizeof(notification->participant_id));
    return ops_of(service)->insert(service->store, notification);
}

int visit_notification_request(struct visit_service *service, const struct visit_actor *actor,
                               const char *visit_id, const char *participant_id,
                               enum notification_channel channel,
                               struct notification *ret_notification)
{
    struct visit_act act = {
        .operation = OPERATION_NOTIFICATION_SEND, .actor = actor, .subject = participant_id};
    int result = visit_act_begin_in_visit(service, &act, visit_id);
    if (result == 0) {
        result = request(service, &act, channel, ret_notification);
    }
    return visit_act_end(service, &act, result, NULL);
}

/* ---- delivery ---- */

static int settle(struct visit_service *service, const struct visit_act *act,
                  struct notification *notification, enum notification_state state,
                  const char *detail)
{
    notification->state = state;
    notification->settled_at_ms = service->now_ms;
    snprintf(notification->detail, sizeof(notification->detail), "%s", detail ? detail : "");
    const int result = ops_of(service)->update(service->store, notification);
    if (result != 0 || state == NOTIFICATION_DROPPED) {
        return result;
    }
    return visit_act_note(service, act,
                          state == NOTIFICATION_SENT ? EVENT_NOTIFICATION_SENT
                                                     : EVENT_NOTIFICATION_FAILED,
                          notification->participant_id, NULL,
                          notification_kind_name(notification->kind), service->now_ms);
}

/* The physician whom the others come to see: who wrote the opinion, else who treats. */
static int find_host(struct visit_service *service, const struct visit *visit,
                     char ret_name[PERSON_NAME_SIZE])
{
    struct participant seats[VISIT_PARTICIPANTS_MAX];
    size_t count = 0;
    const int result =
        service->store->ops->list_participants(service->store, visit->id, seats, &count);
    const enum participant_role first =
        visit->shape == VISIT_TREATING_LED ? ROLE_TREATING_PHYSICIAN : ROLE_REVIEWING_PHYSICIAN;
    ret_name[0] = 0;
    for (size_t i = 0; result == 0 && i < count; i++) {
        const struct person *person = &seats[i].person;
        if (person->role == first ||
            (!ret_name[0] && participant_role_is_physician(person->role))) {
            memcpy(ret_name, person->display_name, PERSON_NAME_SIZE);
        }
    }
    return result;
}

/* A member of staff is written to where their account is. */
static int find_address(struct visit_service *service, struct person *person)
{
    if (person->email[0] || !person->staff_key[0]) {
        return 0;
    }
    const int result = service->store->ops->staff.find_email(service->store, person->staff_key,
                                                             person->email, sizeof(person->email));
    return result == -ENOENT ? 0 : result;
}

int visit_notification_find_ways(struct visit_service *service, const struct participant *seats,
                                 size_t count,
                                 enum notification_channel ret_ways[VISIT_PARTICIPANTS_MAX])
{
    const struct notification notification = {.channel = NOTIFICATION_ANY};
    int result = 0;
    for (size_t i = 0; result == 0 && i < count; i++) {
        struct person person = seats[i].person;
        result = find_address(service, &person);
        ret_ways[i] = notification_choose_channel(&notification, rules_of(service), &person);
    }
    return result;
}

/* Whether a letter about a delay still says something: it came to nothing, or its time is past. */
static bool is_stale(const struct notification_job *job, const struct visit *visit, int64_t now_ms)
{
    const int64_t ends_ms =
        visit->scheduled_at_ms + (int64_t)visit->scheduled_minutes * MS_PER_MINUTE;
    return job->notification.kind == NOTIFICATION_LATE &&
           now_ms >= (job->expected_at_ms != 0 ? job->expected_at_ms : ends_ms);
}

static int read_expected(struct visit_service *service, const struct visit *visit,
                         struct notification_job *job)
{
    struct visit_delay delay = {0};
    const int result = service->store->ops->delays.read(service->store, visit->id, &delay);
    job->expected_at_ms = delay.expected_at_ms;
    return result;
}

static int prepare(struct visit_service *service, const struct visit_act *act,
                   struct notification_job *job, bool *ret_ready)
{
    struct notification *notification = &job->notification;
    int result = service->store->ops->read_participant(service->store, notification->participant_id,
                                                       &job->seat);
    result = result == 0 ? find_address(service, &job->seat.person) : result;
    result = result == 0 ? read_expected(service, &act->visit, job) : result;
    if (result != 0) {
        return result;
    }
    if (!notification_is_wanted(notification, &act->visit, &job->seat, service->now_ms) ||
        is_stale(job, &act->visit, service->now_ms)) {
        return settle(service, act, notification, NOTIFICATION_DROPPED, "not_wanted");
    }
    const enum notification_channel channel =
        notification_choose_channel(notification, rules_of(service), &job->seat.person);
    if (channel == NOTIFICATION_ANY) {
        return settle(service, act, notification, NOTIFICATION_FAILED, "no_address");
    }
    notification->attempts++;
    notification->due_at_ms = service->now_ms + LEASE_MS;
    notification->channel = channel;
    result = ops_of(service)->update(service->store, notification);
    job->visit = act->visit;
    result = result == 0 ? find_host(service, &act->visit, job->host) : result;
    if (result == 0 && notification->kind != NOTIFICATION_CANCELLED) {
        result = visit_records_mint_another(service, act, &job->seat, job->secret);
    }
    *ret_ready = result == 0;
    return result;
}

int visit_notification_take(struct visit_service *service, struct notification_job **ret_job)
{
    const struct visit_actor gateway = visit_actor_gateway();
    *ret_job = NULL;
    for (;;) {
        AUTO(notification_job) job = allocate_zeroed(1, sizeof(*job));
        bool ready = false;
        const int found =
            ops_of(service)->next_due(service->store, service->now_ms, &job->notification);
        if (found < 0) {
            return found == -ENOENT ? 0 : found;
        }
        struct visit_act act = {.operation = OPERATION_NOTIFICATION_DELIVER,
                                .actor = &gateway,
                                .subject = job->notification.participant_id,
                                .quiet = true};
        int result = visit_act_begin_in_visit(service, &act, job->notification.visit_id);
        result = result == 0 ? prepare(service, &act, job, &ready) : result;
        result = visit_act_end(service, &act, result, NULL);
        if (result != 0 || ready) {
            *ret_job = result == 0 ? TAKE(job) : NULL;
            return result;
        }
    }
}

static int conclude(struct visit_service *service, const struct visit_act *act,
                    struct notification *notification, enum notification_outcome outcome,
                    const char *detail)
{
    if (notification->state != NOTIFICATION_PENDING) {
        return 0; /* dropped meanwhile */
    }
    if (outcome == NOTIFICATION_DELIVERED) {
        return settle(service, act, notification, NOTIFICATION_SENT, NULL);
    }
    const int64_t again_ms =
        outcome == NOTIFICATION_DELAYED ? notification_retry_at(notification, service->now_ms) : 0;
    if (again_ms == 0) {
        return settle(service, act, notification, NOTIFICATION_FAILED, detail);
    }
    notification->due_at_ms = again_ms;
    return ops_of(service)->update(service->store, notification);
}

int visit_notification_settle(struct visit_service *service, const char *notification_id,
                              enum notification_outcome outcome, const char *detail)
{
    const struct visit_actor gateway = visit_actor_gateway();
    struct notification notification;
    int result = ops_of(service)->read(service->store, notification_id, &notification);
    if (result < 0) {
        return result;
    }
    struct visit_act act = {.operation = OPERATION_NOTIFICATION_DELIVER,
                            .actor = &gateway,
                            .subject = notification.participant_id};
    result = visit_act_begin_in_visit(service, &act, notification.visit_id);
    snprintf(act.detail, sizeof(act.detail), "%s %s", notification_kind_name(notification.kind),
             outcome == NOTIFICATION_DELIVERED ? "delivered"
             : outcome == NOTIFICATION_REFUSED ? "refused"
                                               : "delayed");
    result = result == 0 ? conclude(service, &act, &notification, outcome, detail) : result;
    return visit_act_end(service, &act, result, NULL);
}
