/* Who comes in and who stands outside: admitting, inviting, sending out and back, knocking, and the
 * huddle, for which the others wait. */
#include "gateway/base/clock.h"
#include "gateway/visits/admission.h"
#include "gateway/visits/permission_table.h"
#include "gateway/visits/visit_conduct.h"
#include "gateway/visits/visit_doors.h"
#include "gateway/visits/visit_invite.h"
#include "gateway/visits/visit_refusal.h"
#include "signaling/session/session_internal.h"
#include "signaling/session/session_task.h"

#include <string.h>

static int run_admit(struct session_task *task, struct visit_service *service)
{
    return visit_conduct_admit(service, &task->actor, task->participant_id, task->knows_licence,
                               &task->picture);
}

static int run_deny(struct session_task *task, struct visit_service *service)
{
    return visit_conduct_deny(service, &task->actor, task->participant_id, &task->picture);
}

static void post_about_participant(struct signaling_session *session,
                                   struct signaling_request *request, const char *participant_id,
                                   int (*operation)(struct session_task *, struct visit_service *))
{
    struct session_task *task = session_task_create(session, request->id, operation);
    /* An id that does not fit is nobody's: it stays empty and is not found. */
    if (strlen(participant_id) < sizeof(task->participant_id)) {
        g_strlcpy(task->participant_id, participant_id, sizeof(task->participant_id));
    }
    task->knows_licence = request->knows_licence;
    session_task_post(task);
}

void door_request_admit(struct signaling_session *session, struct signaling_request *request)
{
    post_about_participant(session, request, request->participant, run_admit);
}

void door_request_deny(struct signaling_session *session, struct signaling_request *request)
{
    post_about_participant(session, request, request->participant, run_deny);
}

static int run_invite(struct session_task *task, struct visit_service *service)
{
    const struct visit_invitation invitation = {.name = task->text,
                                                .role = task->guest_role,
                                                .relation = task->relation,
                                                .language = task->language};
    return visit_invite(service, &task->actor, &invitation, &task->invited, &task->picture);
}

/* The secret is told to who invited, and to nobody else. */
static void on_invited(struct session_task *task, struct signaling_session *session)
{
    if (session) {
        signaling_session_send(session, json_pack("{s:s, s:i, s:s, s:s}", "type", "invited",
                                                  "reply_to", task->request_id, "participant",
                                                  task->invited.participant_id, "secret",
                                                  task->invited.secret));
    }
}

void door_request_invite(struct signaling_session *session, struct signaling_request *request)
{
    static const enum participant_role roles[] = {
        [SIGNALING_GUEST_CAREGIVER] = ROLE_CAREGIVER,
        [SIGNALING_GUEST_INTERPRETER] = ROLE_INTERPRETER,
        [SIGNALING_GUEST_TRAINEE] = ROLE_TRAINEE,
        [SIGNALING_GUEST_TECHNICAL_HELPER] = ROLE_TECHNICAL_HELPER,
    };
    struct session_task *task = session_task_create(session, request->id, run_invite);
    task->finished = on_invited;
    task->text = g_strdup(request->name);
    task->guest_role = roles[request->guest];
    task->relation = g_strdup(request->relation);
    task->language = g_strdup(request->language);
    session_task_post(task);
}

static int run_send_out(struct session_task *task, struct visit_service *service)
{
    return visit_doors_send_out(service, &task->actor, task->participant_id, &task->picture);
}

void door_request_send_out(struct signaling_session *session, struct signaling_request *request)
{
    post_about_participant(session, request, request->participant, run_send_out);
}

static int run_send_back(struct session_task *task, struct visit_service *service)
{
    return visit_doors_send_back(service, &task->actor, task->participant_id, &task->picture);
}

void door_request_send_back(struct signaling_session *session, struct signaling_request *request)
{
    post_about_participant(session, request, request->participant, run_send_back);
}

static int run_knock(struct session_task *task, struct visit_service *service)
{
    return visit_doors_knock(service, &task->actor, &task->picture);
}

static enum visit_refusal foresee_knock(const struct seat *seat)
{
    const struct participant *participant = seat_participant(seat);
    if (!participant) {
        return REFUSAL_NONE;
    }
    struct participant knocking = *participant;
    return admission_knock(&knocking, &seat->room->picture->visit, clock_wall_ms());
}

/* Whoever knocks on and on does not keep the store busy. */
void door_request_knock(struct signaling_session *session, struct signaling_request *request)
{
    const int refusal = (int)foresee_knock(session->seat);
    if (refusal != REFUSAL_NONE) {
        session_task_refuse(session, request->id, refusal);
        return;
    }
    session_task_post(session_task_create(session, request->id, run_knock));
}

static int run_huddle(struct session_task *task, struct visit_service *service)
{
    return visit_doors_huddle(service, &task->actor, task->allow, &task->picture);
}

void door_request_huddle(struct signaling_session *session, struct signaling_request *request)
{
    struct session_task *task = session_task_create(session, request->id, run_huddle);
    task->allow = request->action == SIGNALING_HUDDLE_BEGIN;
    if (task->allow) {
        session_task_hold_recording(session, task);
    }
    session_task_post(task);
}
