/* What people say and do in a visit besides its media, its doors and its recording. */
#include "gateway/visits/chat_message.h"
#include "gateway/visits/visit_arrival.h"
#include "gateway/visits/visit_conduct.h"
#include "gateway/visits/visit_delay.h"
#include "gateway/visits/visit_emergency.h"
#include "gateway/visits/visit_help.h"
#include "gateway/visits/visit_refusal.h"
#include "signaling/session/seat_news.h"
#include "signaling/session/session_internal.h"
#include "signaling/session/session_task.h"

#include <string.h>

static int run_chat(struct session_task *task, struct visit_service *service)
{
    return visit_conduct_chat(service, &task->actor, task->text, &task->message);
}

static void on_chat_kept(struct session_task *task, struct signaling_session *session)
{
    if (session) {
        signaling_session_send(session, signaling_reply_ok(task->request_id));
    }
    struct visit_room *room = signaling_hub_find_room(task->hub, task->actor.visit_id);
    const struct participant *sender =
        room && room->picture ? visit_picture_find(room->picture, task->actor.participant_id)
                              : NULL;
    if (sender) {
        const struct visit_view view = visit_room_view(room, sender);
        json_t *event = json_pack("{s:s, s:o}", "type", "chat", "message",
                                  visit_view_chat(&view, &task->message));
        if (task->message.in_huddle) {
            visit_room_tell_team(room, event);
        } else {
            visit_room_tell_all(room, event);
        }
    }
}

void visit_request_chat(struct signaling_session *session, struct signaling_request *request)
{
    struct session_task *task = session_task_create(session, request->id, run_chat);
    task->finished = on_chat_kept;
    task->text = g_strdup(request->text);
    session_task_post(task);
}

static int run_late(struct session_task *task, struct visit_service *service)
{
    return visit_delay_say(service, &task->actor, task->minutes, task->at_ms, &task->picture);
}

void visit_request_late(struct signaling_session *session, struct signaling_request *request)
{
    struct session_task *task = session_task_create(session, request->id, run_late);
    task->minutes = (uint32_t)request->minutes;
    task->at_ms = request->at;
    session_task_post(task);
}

static int run_emergency(struct session_task *task, struct visit_service *service)
{
    return visit_emergency_step(service, &task->actor, task->emergency, &task->picture);
}

void visit_request_emergency(struct signaling_session *session, struct signaling_request *request)
{
    static const enum emergency_step steps[] = {
        [SIGNALING_EMERGENCY_BEGIN] = EMERGENCY_BEGIN,
        [SIGNALING_EMERGENCY_TELL] = EMERGENCY_TELL,
        [SIGNALING_EMERGENCY_END] = EMERGENCY_END,
    };
    struct session_task *task = session_task_create(session, request->id, run_emergency);
    task->emergency = steps[request->emergency];
    session_task_post(task);
}

static int run_help(struct session_task *task, struct visit_service *service)
{
    return visit_help_step(service, &task->actor, task->help, &task->picture);
}

/* Words go from one to the other and are kept nowhere. */
static void say_in_help(struct signaling_session *session, const struct signaling_request *request)
{
    if (!request->text || !chat_body_is_valid(request->text)) {
        signaling_session_send_error(session, request->id, "bad_message",
                                     "Say something, in words.", "text");
    } else if (!visit_room_say_in_help(session->seat, request->text)) {
        session_task_refuse(session, request->id, REFUSAL_WRONG_STATE);
    } else {
        signaling_session_send(session, signaling_reply_ok(request->id));
    }
}

/* Steps that nobody asked for do not keep the store busy. */
static bool foresees_step(const struct seat *seat, enum help_step step)
{
    const struct participant *participant = seat_participant(seat);
    return !participant || help_session_allows(&seat->room->picture->help, participant->id, step);
}

void visit_request_help(struct signaling_session *session, struct signaling_request *request)
{
    static const enum help_step steps[] = {
        [SIGNALING_HELP_ACCEPT] = HELP_STEP_ACCEPT,
        [SIGNALING_HELP_DECLINE] = HELP_STEP_DECLINE,
        [SIGNALING_HELP_END] = HELP_STEP_END,
    };
    if (request->action == SIGNALING_HELP_SAY) {
        say_in_help(session, request);
        return;
    }
    if (!foresees_step(session->seat, steps[request->action])) {
        session_task_refuse(session, request->id, REFUSAL_WRONG_STATE);
        return;
    }
    struct session_task *task = session_task_create(session, request->id, run_help);
    task->help = steps[request->action];
    session_task_post(task);
}

static int run_device(struct session_task *task, struct visit_service *service)
{
    return visit_arrival_answer_second_device(service, &task->actor, task->device_id, task->allow,
                                              task->participant_id, &task->picture);
}

static void on_device_answered(struct session_task *task, struct signaling_session *session)
{
    if (session) {
        signaling_session_send(session, signaling_reply_ok(task->request_id));
    }
    if (task->allow) {
        signaling_hub_device_replaced(task->hub, task->actor.visit_id, task->participant_id);
    }
}

void visit_request_device(struct signaling_session *session, struct signaling_request *request)
{
    struct session_task *task = session_task_create(session, request->id, run_device);
    if (strlen(request->request) < sizeof(task->device_id)) {
        g_strlcpy(task->device_id, request->request, sizeof(task->device_id));
    }
    task->allow = request->allow;
    task->finished = on_device_answered;
    session_task_post(task);
}

static int run_leave(struct session_task *task, struct visit_service *service)
{
    return visit_conduct_leave(service, &task->actor, &task->picture);
}

void visit_request_leave(struct signaling_session *session, struct signaling_request *request)
{
    session_task_post(
        session_task_create(session, request->id,
                            run_leave)); /* the picture says "left": bye and the end of the seat */
}

static int run_end(struct session_task *task, struct visit_service *service)
{
    return visit_conduct_end(service, &task->actor, task->actor.visit_id, &task->picture);
}

void visit_request_end(struct signaling_session *session, struct signaling_request *request)
{
    session_task_post(session_task_create(session, request->id, run_end));
}
