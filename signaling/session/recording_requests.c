/* What people ask about being recorded: yes and no, start, pause, resume, stop. */
#include "gateway/visits/permission_table.h"
#include "gateway/visits/visit_recording.h"
#include "signaling/session/session_internal.h"
#include "signaling/session/session_task.h"

static int run_consent(struct session_task *task, struct visit_service *service)
{
    const struct consent_request consent = {
        .purpose = CONSENT_RECORDING,
        .answer = task->answer,
        .method = CONSENT_BY_BUTTON,
        .text_version = task->text_version,
        .language = task->language,
    };
    return visit_recording_answer_consent(service, &task->actor, &consent, &task->picture);
}

void recording_request_consent(struct signaling_session *session, struct signaling_request *request)
{
    static const enum consent_answer answers[] = {
        [SIGNALING_GIVEN] = CONSENT_GIVEN,
        [SIGNALING_REFUSED] = CONSENT_REFUSED,
        [SIGNALING_WITHDRAWN] = CONSENT_WITHDRAWN,
    };
    struct session_task *task = session_task_create(session, request->id, run_consent);
    task->answer = answers[request->answer];
    g_strlcpy(task->text_version, request->text_version, sizeof(task->text_version));
    task->language = g_strdup(request->language);
    if (task->answer != CONSENT_GIVEN && seat_is_in_visit(session->seat)) {
        session_task_hold_recording(session, task);
    }
    session_task_post(task);
}

static int run_recording(struct session_task *task, struct visit_service *service)
{
    return visit_recording_command(service, &task->actor, task->command, &task->picture);
}

static void on_recording_commanded(struct session_task *task, struct signaling_session *session)
{
    struct visit_room *room = signaling_hub_find_room(task->hub, task->actor.visit_id);
    if (room &&
        (task->command == RECORDING_COMMAND_PAUSE || task->command == RECORDING_COMMAND_STOP)) {
        room->stopped_by_patient = task->actor.role == ROLE_PATIENT;
    }
    if (session) {
        signaling_session_send(session, signaling_reply_ok(task->request_id));
    }
}

static const struct {
    enum recording_command command;
    enum operation operation;
} recording_actions[] = {
    [SIGNALING_RECORDING_START] = {RECORDING_COMMAND_START, OPERATION_RECORDING_START},
    [SIGNALING_RECORDING_PAUSE] = {RECORDING_COMMAND_PAUSE, OPERATION_RECORDING_PAUSE},
    [SIGNALING_RECORDING_RESUME] = {RECORDING_COMMAND_RESUME, OPERATION_RECORDING_RESUME},
    [SIGNALING_RECORDING_STOP] = {RECORDING_COMMAND_STOP, OPERATION_RECORDING_STOP},
};

void recording_request_command(struct signaling_session *session, struct signaling_request *request)
{
    const struct signaling_hub_config *config = &session->hub->config;
    if (request->action == SIGNALING_RECORDING_START &&
        !config->recording->is_available(config->recording_context)) {
        signaling_session_send_error(session, request->id, "wrong_state",
                                     "This gateway does not record.", NULL);
        return;
    }
    struct session_task *task = session_task_create(session, request->id, run_recording);
    task->finished = on_recording_commanded;
    task->command = recording_actions[request->action].command;
    const bool ends =
        request->action == SIGNALING_RECORDING_PAUSE || request->action == SIGNALING_RECORDING_STOP;
    if (ends) {
        session_task_hold_recording(session, task);
    }
    session_task_post(task);
}

enum operation recording_request_operation(const struct signaling_request *request)
{
    return recording_actions[request->action].operation;
}
