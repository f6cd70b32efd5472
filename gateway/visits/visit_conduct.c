#include "gateway/visits/visit_conduct.h"

#include "gateway/base/allocate.h"
#include "gateway/visits/admission.h"
#include "gateway/visits/case_steps.h"
#include "gateway/visits/visit_act.h"
#include "gateway/visits/visit_doors.h"
#include "gateway/visits/visit_help.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct visit_snapshot *visit_snapshot_destroy(struct visit_snapshot *snapshot)
{
    if (snapshot) {
        visit_picture_destroy(snapshot->picture);
        chat_list_destroy(snapshot->chat);
        free(snapshot);
    }
    return NULL;
}

int visit_conduct_snapshot(struct visit_service *service, const struct visit_actor *actor,
                           const char *visit_id, struct visit_snapshot **ret_snapshot)
{
    struct visit_act act = {.operation = OPERATION_VISIT_SEE, .actor = actor, .quiet = true};
    AUTO(visit_snapshot) snapshot = allocate_zeroed(1, sizeof(*snapshot));
    int result = visit_act_begin_in_visit(service, &act, visit_id);
    if (result == 0 && (!act.has_seat || visit_picture_opens_contents(&act.seat))) {
        result = service->store->ops->list_chat(service->store, visit_id, &snapshot->chat);
    } else if (result == 0) {
        snapshot->chat = chat_list_create();
    }
    if (result == 0 && !visit_huddle_seats(act.role)) {
        chat_list_leave_out_huddles(snapshot->chat);
    }
    result = visit_act_end(service, &act, result, &snapshot->picture);
    if (result == 0) {
        *ret_snapshot = TAKE(snapshot);
    }
    return result;
}

static int open_visit(struct visit_service *service, struct visit_act *act)
{
    if (!permission_allows(act->seat.person.role, OPERATION_SEAT_ENTER_DIRECTLY) ||
        visit_open(&act->visit, service->now_ms) < 0) {
        return 0;
    }
    const int result = service->store->ops->update_visit(service->store, &act->visit);
    return result < 0 ? result
                      : visit_act_note(service, act, EVENT_VISIT_OPENED, NULL, NULL,
                                       visit_shape_name(act->visit.shape), service->now_ms);
}

static int enter(struct visit_service *service, struct visit_act *act)
{
    struct participant *seat = &act->seat;
    const enum seat_state before = seat->state;
    const enum visit_refusal refusal = admission_enter(seat, &act->visit, service->now_ms);
    if (refusal != REFUSAL_NONE) {
        return (int)refusal;
    }
    /* A door that opens by itself cannot ask whether one knows of a warning: the desk shows it. */
    int result = seat->state == SEAT_IN_VISIT && before != SEAT_IN_VISIT
                     ? visit_licence_check_meeting(service, act, seat, true)
                     : 0;
    if (result != 0) {
        return result;
    }
    if (!seat->connected) {
        seat->connected = true;
        seat->last_seen_ms = service->now_ms;
    }
    result = service->store->ops->update_participant(service->store, seat);
    if (result == 0) {
        result = open_visit(service, act);
    }
    if (result == 0) {
        result = visit_licence_follow(service, act);
    }
    if (result == 0 && seat->state != before) {
        result = visit_act_note(service, act,
                                seat->state == SEAT_IN_VISIT ? EVENT_ENTERED : EVENT_WAITING,
                                seat->id, NULL, NULL, service->now_ms);
    }
    return result;
}

int visit_conduct_enter(struct visit_service *service, const struct visit_actor *actor,
                        struct visit_picture **ret_picture)
{
    struct visit_act act = {
        .operation = OPERATION_SEAT_ENTER, .actor = actor, .subject = actor->participant_id};
    int result = visit_act_begin_in_visit(service, &act, actor->visit_id);
    if (result == 0) {
        result = enter(service, &act);
    }
    snprintf(act.detail, sizeof(act.detail), "%s", seat_state_name(act.seat.state));
    return visit_act_end(service, &act, result, ret_picture);
}

static int set_presence(struct visit_service *service, struct visit_act *act, bool connected)
{
    struct participant *seat = &act->seat;
    if (seat->connected == connected) {
        return 0;
    }
    seat->connected = connected;
    seat->last_seen_ms = service->now_ms;
    int result = service->store->ops->update_participant(service->store, seat);
    if (result == 0) {
        result = visit_act_note(service, act, connected ? EVENT_CONNECTED : EVENT_LOST, seat->id,
                                NULL, NULL, service->now_ms);
    }
    if (result == 0 && !connected) {
        result = visit_help_follow(service, act, seat->id, HELP_LOST);
    }
    return result < 0 ? result : visit_licence_follow(service, act);
}

int visit_conduct_presence(struct visit_service *service, const struct visit_actor *actor,
                           bool connected, struct visit_picture **ret_picture)
{
    struct visit_act act = {.operation = OPERATION_PRESENCE, .actor = actor, .quiet = true};
    int result = visit_act_begin_in_visit(service, &act, actor->visit_id);
    if (result == 0) {
        result = set_presence(service, &act, connected);
    }
    return visit_act_end(service, &act, result, ret_picture);
}

static int leave(struct visit_service *service, struct visit_act *act)
{
    struct participant *seat = &act->seat;
    const enum visit_refusal refusal = admission_leave(seat);
    if (refusal != REFUSAL_NONE) {
        return (int)refusal;
    }
    seat->connected = false;
    seat->last_seen_ms = service->now_ms;
    int result = service->store->ops->update_participant(service->store, seat);
    if (result == 0) {
        result = visit_act_note(service, act, EVENT_LEFT, seat->id, NULL, NULL, service->now_ms);
    }
    if (result == 0) {
        result = visit_doors_follow_leaving(service, act);
    }
    if (result == 0) {
        result = visit_help_follow(service, act, seat->id, HELP_LEFT);
    }
    return result < 0 ? result : visit_licence_follow(service, act);
}

int visit_conduct_leave(struct visit_service *service, const struct visit_actor *actor,
                        struct visit_picture **ret_picture)
{
    struct visit_act act = {
        .operation = OPERATION_SEAT_LEAVE, .actor = actor, .subject = actor->participant_id};
    int result = visit_act_begin_in_visit(service, &act, actor->visit_id);
    if (result == 0) {
        result = leave(service, &act);
    }
    return visit_act_end(service, &act, result, ret_picture);
}

int visit_conduct_end_within(struct visit_service *service, struct visit_act *act)
{
    /* Somebody in a seat ends it from inside, not from the waiting room. */
    if (act->has_seat && act->seat.state != SEAT_IN_VISIT) {
        return REFUSAL_NOT_IN_VISIT;
    }
    if (visit_end(&act->visit, service->now_ms) < 0) {
        return REFUSAL_VISIT_ENDED;
    }
    const struct visit_store_ops *ops = service->store->ops;
    int result = ops->update_visit(service->store, &act->visit);
    struct recording recording;
    if (result == 0) {
        result = ops->latest_recording(service->store, act->visit.id, &recording);
        if (result == 0 && recording.phase == RECORDING_OPEN) {
            result = visit_recording_stop_open(service, act, &recording, "visit_ended");
        }
        result = result == -ENOENT ? 0 : result;
    }
    if (result == 0) {
        result = visit_act_note(service, act, EVENT_VISIT_ENDED, NULL, NULL, NULL, service->now_ms);
    }
    result = result < 0 ? result : visit_help_follow(service, act, NULL, HELP_VISIT_ENDED);
    result = result < 0 ? result : visit_licence_follow(service, act);
    if (result == 0 && act->visit.opened_at_ms == 0) { /* it never took place */
        result = visit_notification_plan(service, &act->visit, NOTIFICATION_CANCELLED);
    }
    return result < 0 ? result : case_steps_visit_ended(service, act);
}

int visit_conduct_end(struct visit_service *service, const struct visit_actor *actor,
                      const char *visit_id, struct visit_picture **ret_picture)
{
    struct visit_act act = {.operation = OPERATION_VISIT_END, .actor = actor, .subject = visit_id};
    int result = visit_act_begin_in_visit(service, &act, visit_id);
    if (result == 0) {
        result = visit_conduct_end_within(service, &act);
    }
    return visit_act_end(service, &act, result, ret_picture);
}

static int send_chat(struct visit_service *service, struct visit_act *act, const char *body,
                     struct chat_message *message)
{
    const struct visit_store_ops *ops = service->store->ops;
    if (act->seat.state != SEAT_IN_VISIT) {
        return REFUSAL_NOT_IN_VISIT;
    }
    if (act->visit.state == VISIT_ENDED) {
        return REFUSAL_VISIT_ENDED;
    }
    message->in_huddle = act->visit.huddle_since_ms != 0;
    if (message->in_huddle && !visit_huddle_seats(act->seat.person.role)) {
        return REFUSAL_NOT_IN_VISIT;
    }
    if (!chat_body_is_valid(body)) {
        return REFUSAL_INVALID;
    }
    size_t count = 0;
    int result = ops->count_chat(service->store, act->visit.id, &count);
    if (result < 0) {
        return result;
    }
    if (count >= CHAT_MESSAGES_MAX) {
        return REFUSAL_TOO_MANY;
    }
    random_uuid_v7(message->id);
    memcpy(message->visit_id, act->visit.id, sizeof(message->visit_id));
    memcpy(message->participant_id, act->seat.id, sizeof(message->participant_id));
    message->sent_at_ms = service->now_ms;
    message->body = memcpy(allocate_zeroed(strlen(body) + 1, 1), body, strlen(body));
    result = ops->insert_chat(service->store, message);
    return result < 0
               ? result
               : visit_act_note(service, act, EVENT_CHAT, message->id, NULL, NULL, service->now_ms);
}

int visit_conduct_chat(struct visit_service *service, const struct visit_actor *actor,
                       const char *body, struct chat_message *ret_message)
{
    struct visit_act act = {.operation = OPERATION_CHAT_SEND, .actor = actor, .quiet = true};
    struct chat_message message = {0};
    int result = visit_act_begin_in_visit(service, &act, actor->visit_id);
    if (result == 0) {
        result = send_chat(service, &act, body, &message);
    }
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_message = message;
    } else {
        free(message.body);
    }
    return result;
}

int visit_conduct_recover(struct visit_service *service)
{
    const struct visit_store_ops *ops = service->store->ops;
    const int result = ops->disconnect_everybody(service->store, service->now_ms);
    return result < 0 ? result : visit_help_recover(service);
}
