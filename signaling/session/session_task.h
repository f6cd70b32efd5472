/* session_task.h - a request on its way to the record and back: what it asks of the visit service,
 * and what its page is told of what came of it. Private to this folder.
 *
 *   create --the request's fields--> post --(store thread) operation--> 0: finished(), or `ok`
 *                                                                   '-> else: the page is refused
 *
 * The page may be gone when a task comes back: what the record says counts all the same.
 * Thread: control, but for `operation`, which sees nothing besides the task and the service. */
#ifndef BEDSIDE_SIGNALING_SESSION_SESSION_TASK_H
#define BEDSIDE_SIGNALING_SESSION_SESSION_TASK_H

#include "gateway/visits/chat_message.h"
#include "gateway/visits/consent.h"
#include "gateway/visits/visit_emergency.h"
#include "gateway/visits/visit_help.h"
#include "gateway/visits/visit_invite.h"
#include "gateway/visits/visit_recording.h"
#include "gateway/visits/visit_task.h"
#include "signaling/session/session_internal.h"

struct session_task {
    struct visit_task task;
    uint64_t session_id;
    int request_id;
    struct signaling_hub *hub;
    struct visit_actor actor;
    int (*operation)(struct session_task *task, struct visit_service *service);
    /* After 0; NULL: `ok` is all there is to say. */
    void (*finished)(struct session_task *task, struct signaling_session *session);
    struct visit_picture *picture; /* out */
    /* In: */
    bool is_join;
    bool for_help;
    bool is_coming; /* counted in the hub's joins_coming */
    char *token;
    char *resume;
    char *text;
    char participant_id[UUID_TEXT_SIZE];
    char device_id[UUID_TEXT_SIZE];
    bool allow;
    bool knows_licence;
    enum help_step help;
    enum participant_role guest_role;
    char *relation;
    char *language;
    enum emergency_step emergency;
    uint32_t minutes;
    int64_t at_ms;
    enum recording_command command;
    enum consent_answer answer;
    char text_version[CONSENT_VERSION_SIZE];
    bool holds_recording; /* room_recording_hold() was called for it */
    /* Out: */
    struct visit_snapshot *snapshot;
    struct chat_message message;
    struct visit_invited invited;
    bool denied;
};

/* Returns an owned task of the page, whose actor is whoever sits there, if anybody does. */
struct session_task *session_task_create(struct signaling_session *session, int request_id,
                                         int (*operation)(struct session_task *task,
                                                          struct visit_service *service));
/* Takes the task. */
void session_task_post(struct session_task *task);
/* A yes that is taken back, a no, a pause, a stop, by somebody who is recorded: nothing flows from
 * here on, before anybody has decided. Until the task comes back. */
void session_task_hold_recording(struct signaling_session *session, struct session_task *task);
/* Tells the page why not: `result` is what a task returned, or would have returned: an enum
 * visit_refusal, or a negative errno. */
void session_task_refuse(struct signaling_session *session, int request_id, int result);

#endif
