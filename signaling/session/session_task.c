#include "signaling/session/session_task.h"

#include "gateway/base/secret.h"
#include "gateway/visits/store_gate.h"
#include "gateway/visits/visit_conduct.h"
#include "gateway/visits/visit_refusal.h"
#include "signaling/session/session_internal.h"

#include <string.h>

/* The protocol's error code for what the service returned: > 0 an enum visit_refusal, < 0 a
 * negative errno. */
static const char *code_of_result(int result)
{
    static const char *const codes[REFUSAL_COUNT] = {
        [REFUSAL_NOT_PERMITTED] = "not_allowed", [REFUSAL_NOT_FOUND] = "not_found",
        [REFUSAL_INVALID] = "bad_message",       [REFUSAL_NOT_IN_VISIT] = "not_admitted",
        [REFUSAL_SEAT_UNKNOWN] = "bad_token",    [REFUSAL_DEVICE_REPLACED] = "bad_token",
        [REFUSAL_DEVICE_REFUSED] = "bad_token",  [REFUSAL_SECOND_DEVICE_PENDING] = "bad_token",
        [REFUSAL_SESSION_EXPIRED] = "bad_token", [REFUSAL_LINK_UNKNOWN] = "bad_token",
        [REFUSAL_LINK_EXPIRED] = "bad_token",    [REFUSAL_LINK_LOCKED] = "bad_token",
        [REFUSAL_NO_LICENCE] = "no_licence",     [REFUSAL_LICENCE_WARNING] = "licence_warning",
        [REFUSAL_TOO_SOON] = "too_fast",
    };
    if (result < 0) {
        return "store_failed";
    }
    return result < REFUSAL_COUNT && codes[result] ? codes[result] : "wrong_state";
}

static const char *sentence_of_result(int result)
{
    return result < 0 ? "It could not be written down, so it did not happen. Please try again."
                      : visit_refusal_sentence((enum visit_refusal)result);
}

static void session_task_destroy(struct mailbox_message *message)
{
    struct session_task *task = CONTAINER_OF(message, struct session_task, task.message);
    if (task->token) {
        secret_wipe(task->token, strlen(task->token));
    }
    g_free(task->token);
    g_free(task->resume);
    g_free(task->text);
    g_free(task->relation);
    g_free(task->language);
    secret_wipe(&task->invited, sizeof(task->invited));
    free(task->message.body);
    visit_snapshot_destroy(task->snapshot);
    visit_picture_destroy(task->picture);
    g_free(task);
}

static int run_session_task(struct visit_task *visit_task, struct visit_service *service)
{
    struct session_task *task = CONTAINER_OF(visit_task, struct session_task, task);
    return task->operation(task, service);
}

static void release_recording(struct session_task *task)
{
    struct visit_room *room =
        task->holds_recording ? signaling_hub_find_room(task->hub, task->actor.visit_id) : NULL;
    if (room) {
        room_recording_release(&room->recording);
    }
}

/* A seat of a visit that has ended is no seat any more. */
static const char *code_of(const struct session_task *task, int result)
{
    return task->is_join && result == REFUSAL_VISIT_ENDED ? "bad_token" : code_of_result(result);
}

static const char *sentence_of(const struct session_task *task, int result)
{
    return task->is_join && result == REFUSAL_NOT_PERMITTED
               ? "This seat is for helping one person. It does not lead into the visit."
               : sentence_of_result(result);
}

static void on_session_task_done(struct visit_task *visit_task, void *context)
{
    (void)context;
    struct session_task *task = CONTAINER_OF(visit_task, struct session_task, task);
    struct signaling_session *session = g_hash_table_lookup(task->hub->sessions, &task->session_id);
    const int result = visit_task->result;
    task->hub->joins_coming -= task->is_coming;
    if (session && result != 0) {
        session->joining = false;
        signaling_session_send_error(session, task->request_id, code_of(task, result),
                                     sentence_of(task, result), NULL);
    } else if (session && result == 0 && !task->finished) {
        signaling_session_send(session, signaling_reply_ok(task->request_id));
    }
    if (result == 0 && task->finished) {
        task->finished(task, session);
    }
    if (result == 0 && task->picture) {
        signaling_hub_take_picture(task->hub, TAKE(task->picture));
    }
    release_recording(task);
    if (task->is_join) {
        signaling_session_answer_early(task->hub, task->session_id);
    }
}

struct session_task *session_task_create(struct signaling_session *session, int request_id,
                                         int (*operation)(struct session_task *,
                                                          struct visit_service *))
{
    struct session_task *task = g_new0(struct session_task, 1);
    task->task.message.destroy = session_task_destroy;
    task->task.run = run_session_task;
    task->task.done = on_session_task_done;
    task->session_id = session->id;
    task->request_id = request_id;
    task->hub = session->hub;
    task->operation = operation;
    if (session->seat) {
        task->actor = session->seat->actor;
    }
    return task;
}

void session_task_post(struct session_task *task)
{
    store_gate_post(task->hub->config.store, &task->task);
}

void session_task_hold_recording(struct signaling_session *session, struct session_task *task)
{
    room_recording_hold(&session->seat->room->recording);
    task->holds_recording = true;
}

void session_task_refuse(struct signaling_session *session, int request_id, int result)
{
    signaling_session_send_error(session, request_id, code_of_result(result),
                                 sentence_of_result(result), NULL);
}
