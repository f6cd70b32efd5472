#include "signaling/session/signaling_session.h"

#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/base/secret.h"
#include "gateway/visits/admission.h"
#include "gateway/visits/permission_table.h"
#include "gateway/visits/store_gate.h"
#include "gateway/visits/visit_arrival.h"
#include "gateway/visits/visit_conduct.h"
#include "gateway/visits/visit_delay.h"
#include "gateway/visits/visit_doors.h"
#include "gateway/visits/visit_emergency.h"
#include "gateway/visits/visit_help.h"
#include "gateway/visits/visit_invite.h"
#include "gateway/visits/visit_recording.h"
#include "media/worker/worker_pool.h"
#include "signaling/session/help_view.h"
#include "signaling/session/session_internal.h"
#include "signaling/session/turn_servers.h"

#include <string.h>

LOG_TOPIC("session");

/* ---- sending ---- */

void signaling_session_send(struct signaling_session *session, json_t *message)
{
    if (session->socket) {
        char *text = json_dumps(message, JSON_COMPACT);
        websocket_session_send(session->socket, text, strlen(text));
        free(text);
    }
    json_decref(message);
}

void signaling_session_send_error(struct signaling_session *session, int reply_to, const char *code,
                                  const char *message, const char *where)
{
    session->hub->totals.message_errors++;
    signaling_session_send(session, signaling_reply_error(reply_to, code, message, where));
}

static void close_socket(struct signaling_session *session, enum websocket_close_code code,
                         const char *reason)
{
    if (session->socket) {
        websocket_session_close(session->socket, code, reason);
        session->socket = NULL;
    }
}

void signaling_session_dismiss(struct signaling_session *session, const char *reason,
                               const char *message)
{
    if (session->seat) {
        session->seat->session = NULL;
        session->seat->away_since_us = clock_now_us();
        session->seat = NULL;
    }
    signaling_session_send(
        session, json_pack("{s:s, s:s, s:s}", "type", "bye", "reason", reason, "message", message));
    close_socket(session, WEBSOCKET_CLOSE_NORMAL, reason);
}

/* ---- results ---- */

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

/* ---- tasks ---- */

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

static void answer_early_requests(struct signaling_hub *hub, uint64_t session_id);

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
        answer_early_requests(task->hub, task->session_id);
    }
}

static struct session_task *
create_task(struct signaling_session *session, const struct signaling_request *request,
            int (*operation)(struct session_task *, struct visit_service *))
{
    struct session_task *task = g_new0(struct session_task, 1);
    task->task.message.destroy = session_task_destroy;
    task->task.run = run_session_task;
    task->task.done = on_session_task_done;
    task->session_id = session->id;
    task->request_id = request->id;
    task->hub = session->hub;
    task->operation = operation;
    if (session->seat) {
        task->actor = session->seat->actor;
    }
    return task;
}

static void post(struct session_task *task)
{
    store_gate_post(task->hub->config.store, &task->task);
}

/* ---- join ---- */

static int run_join(struct session_task *task, struct visit_service *service)
{
    int result = visit_arrival_resolve_seat(service, task->token, &task->actor);
    if (result == 0) {
        AUTO(visit_picture) picture = NULL;
        result = task->for_help ? visit_help_sit(service, &task->actor, &picture)
                                : visit_conduct_enter(service, &task->actor, &picture);
        task->denied = result == REFUSAL_DENIED;
    }
    if (task->denied) { /* the seat stays; whoever was told "not now" may still be let in later */
        AUTO(visit_picture) picture = NULL;
        result = visit_conduct_presence(service, &task->actor, true, &picture);
    }
    return result == 0 ? visit_conduct_snapshot(service, &task->actor, task->actor.visit_id,
                                                &task->snapshot)
                       : result;
}

static bool resumes(const struct seat *seat, const char *resume)
{
    return resume && strlen(resume) == strlen(seat->session_token) &&
           secret_equal(resume, seat->session_token, strlen(resume));
}

/* The seat of the actor: the one that was kept, or a new one. */
static struct seat *take_seat(struct signaling_session *session, struct session_task *task,
                              bool *ret_resumed)
{
    struct visit_room *room = signaling_hub_open_room(session->hub, task->actor.visit_id);
    struct seat *seat = visit_room_find_seat(room, task->actor.participant_id);
    *ret_resumed = seat && seat->endpoint_id != 0 && resumes(seat, task->resume);
    if (seat && seat->session && seat->session != session) {
        seat_say_goodbye(seat, "taken_over",
                         "The visit goes on in another window or on another device.");
    }
    if (seat && !*ret_resumed) {
        visit_room_remove_seat(room, seat);
        seat = NULL;
    }
    if (!seat) {
        seat = visit_room_add_seat(room, &task->actor);
    }
    seat->actor = task->actor;
    seat->session = session;
    seat->for_help = task->for_help;
    seat->away = VISIT_VIEW_HERE; /* who joins is here, until the page says otherwise */
    session->seat = seat;
    seat_forget_news(seat);
    return seat;
}

static json_t *joined_reply(const struct session_task *task, struct seat *seat, bool resumed)
{
    const struct visit_view view = visit_room_view(seat->room, seat_participant(seat));
    const struct visit_view_place place = visit_room_place(seat->room);
    const bool open = visit_picture_opens_contents(view.viewer);
    const struct signaling_hub *hub = seat->room->hub;
    json_t *reply = json_pack("{s:s, s:i, s:s, s:b, s:i}", "type", "joined", "reply_to",
                              task->request_id, "session", seat->session_token, "resumed", resumed,
                              "resume_seconds", (int)hub->config.resume_seconds);
    json_object_set_new(reply, "you", visit_view_participant(&view, view.viewer));
    json_object_set_new(reply, "visit", visit_view_visit(&view, &place));
    json_object_set_new(reply, "permissions", visit_view_permissions(&view));
    json_object_set_new(
        reply, "ice_servers",
        turn_servers_mint(hub->config.turn, seat->participant_id, clock_wall_ms() / 1000));
    json_object_set_new(reply, "roster", visit_view_roster(&view));
    json_object_set_new(reply, "slots", resumed ? seat_slots_json(seat) : json_array());
    json_object_set_new(reply, "chat",
                        open ? visit_view_chat_list(&view, task->snapshot->chat) : json_array());
    json_object_set_new(reply, "recording", visit_view_recording(&view));
    json_object_set_new(reply, "consent", visit_view_consent(&view));
    json_object_set_new(reply, "huddle", visit_view_huddle(&view));
    if (visit_picture_is_in_help(view.picture, view.viewer)) {
        json_object_set_new(reply, "help", help_view(&view, seat->room->help_words));
    }
    return reply;
}

/* It ended while the person came. */
static void refuse_help_that_is_over(struct session_task *task, struct signaling_session *session)
{
    struct seat *seat = session->seat;
    struct visit_room *room = seat->room;
    session->seat = NULL;
    signaling_hub_post_presence(task->hub, &seat->actor, false);
    visit_room_remove_seat(room, seat);
    signaling_session_send_error(session, task->request_id, "wrong_state",
                                 sentence_of_result(REFUSAL_WRONG_STATE), NULL);
    signaling_hub_check_room(task->hub, room);
}

static void on_joined(struct session_task *task, struct signaling_session *session)
{
    struct visit_picture *picture = TAKE(task->snapshot->picture);
    if (!session || !session->socket) {
        /* The socket went while the store worked: the record believes that the person is here. */
        signaling_hub_take_picture(task->hub, picture);
        struct visit_room *room = signaling_hub_find_room(task->hub, task->actor.visit_id);
        if (!room || !visit_room_find_seat(room, task->actor.participant_id)) {
            signaling_hub_post_presence(task->hub, &task->actor, false);
        }
        return;
    }
    session->joining = false;
    struct visit_room *room = signaling_hub_open_room(task->hub, task->actor.visit_id);
    visit_room_take_picture(room, picture); /* a pause for the newcomer comes before their seat */
    bool resumed = false;
    struct seat *seat = take_seat(session, task, &resumed);
    const struct participant *participant = seat_participant(seat);
    if (!participant || room->picture->visit.state == VISIT_ENDED) {
        visit_room_remove_seat(room, seat);
        session->seat = NULL;
        signaling_session_send_error(session, task->request_id, "bad_token", "The visit has ended.",
                                     NULL);
        signaling_hub_check_room(task->hub, room);
        return;
    }
    websocket_session_set_authenticated(session->socket);
    seat->told_admitted = seat_is_in_visit(seat);
    if (task->for_help && !visit_picture_is_in_help(room->picture, participant)) {
        refuse_help_that_is_over(task, session);
        return;
    }
    session->hub->totals.joins++;
    session->hub->totals.resumes += resumed;
    log_info("joined", "visit=%s participant=%s state=%s resumed=%d", room->visit_id,
             seat->participant_id, seat_state_name(participant->state), resumed);
    signaling_session_send(session, joined_reply(task, seat, resumed));
    picture_notices_repeat(seat);
    seat_link_repeat(seat);
    visit_room_refresh(room);
}

static bool may_join_again(const struct signaling_session *session)
{
    const struct participant *participant = session->seat ? seat_participant(session->seat) : NULL;
    return !session->seat || (participant && participant->state == SEAT_DENIED);
}

/* ---- when the gateway is full, or nearly ---- */

static void post_join(struct session_task *task)
{
    task->operation = run_join;
    task->finished = on_joined;
    task->is_coming = true;
    task->hub->joins_coming++;
    post(task);
}

static int run_resolve(struct session_task *task, struct visit_service *service)
{
    return visit_arrival_resolve_seat(service, task->token, &task->actor);
}

/* Who has a seat here, connected or just away, comes back into it; nobody else is let in, and
 * nothing has been written down of them. */
static void on_resolved(struct session_task *task, struct signaling_session *session)
{
    if (!session || !session->socket) {
        return;
    }
    struct signaling_hub *hub = task->hub;
    const struct visit_room *room = signaling_hub_find_room(hub, task->actor.visit_id);
    const bool has_seat = room && visit_room_find_seat(room, task->actor.participant_id);
    if (has_seat ||
        worker_pool_takes_person(hub->config.workers, room ? room->id : 0, hub->joins_coming)) {
        struct session_task *join = g_new0(struct session_task, 1);
        *join = (struct session_task){.task = {.message.destroy = session_task_destroy,
                                               .run = run_session_task,
                                               .done = on_session_task_done},
                                      .session_id = task->session_id,
                                      .request_id = task->request_id,
                                      .hub = hub,
                                      .is_join = true,
                                      .for_help = task->for_help,
                                      .token = TAKE(task->token),
                                      .resume = TAKE(task->resume)};
        post_join(join);
        return;
    }
    session->joining = false;
    hub->totals.joins_refused_full++;
    log_warning("join_refused", "reason=full visit=%s participant=%s", task->actor.visit_id,
                task->actor.participant_id);
    signaling_session_send_error(
        session, task->request_id, "full",
        "This gateway is full: it takes no more people now. Please try again soon.", NULL);
}

static void handle_join(struct signaling_session *session, struct signaling_request *request)
{
    if (session->joining || !may_join_again(session)) {
        signaling_session_send_error(session, request->id, "wrong_state",
                                     "You have joined already.", NULL);
        return;
    }
    if (!http_server_take_attempt(session->hub->config.server,
                                  websocket_session_address(session->socket))) {
        signaling_session_send_error(session, request->id, "too_fast",
                                     "Too many attempts come from your network. Try again soon.",
                                     NULL);
        return;
    }
    session->joining = true;
    struct session_task *task = create_task(session, request, run_join);
    task->is_join = true;
    task->token = g_strdup(request->token);
    task->resume = g_strdup(request->resume);
    task->for_help = request->for_help;
    if (worker_pool_takes_anybody(session->hub->config.workers, session->hub->joins_coming)) {
        post_join(task);
    } else {
        task->operation = run_resolve;
        task->finished = on_resolved;
        post(task);
    }
}

/* ---- the visit ---- */

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

static void handle_chat(struct signaling_session *session, struct signaling_request *request)
{
    struct session_task *task = create_task(session, request, run_chat);
    task->finished = on_chat_kept;
    task->text = g_strdup(request->text);
    post(task);
}

/* A yes that is taken back, a no, a pause, a stop, by somebody who is recorded: nothing flows from
 * here on, before anybody has decided. */
static void hold_recording(struct signaling_session *session, struct session_task *task)
{
    room_recording_hold(&session->seat->room->recording);
    task->holds_recording = true;
}

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

static void handle_consent(struct signaling_session *session, struct signaling_request *request)
{
    static const enum consent_answer answers[] = {
        [SIGNALING_GIVEN] = CONSENT_GIVEN,
        [SIGNALING_REFUSED] = CONSENT_REFUSED,
        [SIGNALING_WITHDRAWN] = CONSENT_WITHDRAWN,
    };
    struct session_task *task = create_task(session, request, run_consent);
    task->answer = answers[request->answer];
    g_strlcpy(task->text_version, request->text_version, sizeof(task->text_version));
    task->language = g_strdup(request->language);
    if (task->answer != CONSENT_GIVEN && seat_is_in_visit(session->seat)) {
        hold_recording(session, task);
    }
    post(task);
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

static void handle_recording(struct signaling_session *session, struct signaling_request *request)
{
    const struct signaling_hub_config *config = &session->hub->config;
    if (request->action == SIGNALING_RECORDING_START &&
        !config->recording->is_available(config->recording_context)) {
        signaling_session_send_error(session, request->id, "wrong_state",
                                     "This gateway does not record.", NULL);
        return;
    }
    struct session_task *task = create_task(session, request, run_recording);
    task->finished = on_recording_commanded;
    task->command = recording_actions[request->action].command;
    const bool ends =
        request->action == SIGNALING_RECORDING_PAUSE || request->action == SIGNALING_RECORDING_STOP;
    if (ends) {
        hold_recording(session, task);
    }
    post(task);
}

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
    struct session_task *task = create_task(session, request, operation);
    /* An id that does not fit is nobody's: it stays empty and is not found. */
    if (strlen(participant_id) < sizeof(task->participant_id)) {
        g_strlcpy(task->participant_id, participant_id, sizeof(task->participant_id));
    }
    task->knows_licence = request->knows_licence;
    post(task);
}

static void handle_admit(struct signaling_session *session, struct signaling_request *request)
{
    post_about_participant(session, request, request->participant, run_admit);
}

static void handle_deny(struct signaling_session *session, struct signaling_request *request)
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

static void handle_invite(struct signaling_session *session, struct signaling_request *request)
{
    static const enum participant_role roles[] = {
        [SIGNALING_GUEST_CAREGIVER] = ROLE_CAREGIVER,
        [SIGNALING_GUEST_INTERPRETER] = ROLE_INTERPRETER,
        [SIGNALING_GUEST_TRAINEE] = ROLE_TRAINEE,
        [SIGNALING_GUEST_TECHNICAL_HELPER] = ROLE_TECHNICAL_HELPER,
    };
    struct session_task *task = create_task(session, request, run_invite);
    task->finished = on_invited;
    task->text = g_strdup(request->name);
    task->guest_role = roles[request->guest];
    task->relation = g_strdup(request->relation);
    task->language = g_strdup(request->language);
    post(task);
}

static int run_late(struct session_task *task, struct visit_service *service)
{
    return visit_delay_say(service, &task->actor, task->minutes, task->at_ms, &task->picture);
}

static void handle_late(struct signaling_session *session, struct signaling_request *request)
{
    struct session_task *task = create_task(session, request, run_late);
    task->minutes = (uint32_t)request->minutes;
    task->at_ms = request->at;
    post(task);
}

static int run_emergency(struct session_task *task, struct visit_service *service)
{
    return visit_emergency_step(service, &task->actor, task->emergency, &task->picture);
}

static void handle_emergency(struct signaling_session *session, struct signaling_request *request)
{
    static const enum emergency_step steps[] = {
        [SIGNALING_EMERGENCY_BEGIN] = EMERGENCY_BEGIN,
        [SIGNALING_EMERGENCY_TELL] = EMERGENCY_TELL,
        [SIGNALING_EMERGENCY_END] = EMERGENCY_END,
    };
    struct session_task *task = create_task(session, request, run_emergency);
    task->emergency = steps[request->emergency];
    post(task);
}

static int run_send_out(struct session_task *task, struct visit_service *service)
{
    return visit_doors_send_out(service, &task->actor, task->participant_id, &task->picture);
}

static void handle_send_out(struct signaling_session *session, struct signaling_request *request)
{
    post_about_participant(session, request, request->participant, run_send_out);
}

static int run_send_back(struct session_task *task, struct visit_service *service)
{
    return visit_doors_send_back(service, &task->actor, task->participant_id, &task->picture);
}

static void handle_send_back(struct signaling_session *session, struct signaling_request *request)
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
static void handle_knock(struct signaling_session *session, struct signaling_request *request)
{
    const int refusal = (int)foresee_knock(session->seat);
    if (refusal != REFUSAL_NONE) {
        signaling_session_send_error(session, request->id, code_of_result(refusal),
                                     sentence_of_result(refusal), NULL);
        return;
    }
    post(create_task(session, request, run_knock));
}

static int run_huddle(struct session_task *task, struct visit_service *service)
{
    return visit_doors_huddle(service, &task->actor, task->allow, &task->picture);
}

static void handle_huddle(struct signaling_session *session, struct signaling_request *request)
{
    struct session_task *task = create_task(session, request, run_huddle);
    task->allow = request->action == SIGNALING_HUDDLE_BEGIN;
    if (task->allow) {
        hold_recording(session, task);
    }
    post(task);
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
        signaling_session_send_error(session, request->id, "wrong_state",
                                     sentence_of_result(REFUSAL_WRONG_STATE), NULL);
    } else {
        signaling_session_send(session, signaling_reply_ok(request->id));
    }
}

static void handle_help(struct signaling_session *session, struct signaling_request *request)
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
    struct session_task *task = create_task(session, request, run_help);
    task->help = steps[request->action];
    post(task);
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

static void handle_device(struct signaling_session *session, struct signaling_request *request)
{
    struct session_task *task = create_task(session, request, run_device);
    if (strlen(request->request) < sizeof(task->device_id)) {
        g_strlcpy(task->device_id, request->request, sizeof(task->device_id));
    }
    task->allow = request->allow;
    task->finished = on_device_answered;
    post(task);
}

static int run_leave(struct session_task *task, struct visit_service *service)
{
    return visit_conduct_leave(service, &task->actor, &task->picture);
}

static void handle_leave(struct signaling_session *session, struct signaling_request *request)
{
    post(create_task(session, request,
                     run_leave)); /* the picture says "left": bye and the end of the seat */
}

static int run_end(struct session_task *task, struct visit_service *service)
{
    return visit_conduct_end(service, &task->actor, task->actor.visit_id, &task->picture);
}

static void handle_end(struct signaling_session *session, struct signaling_request *request)
{
    post(create_task(session, request, run_end));
}

static void handle_ping(struct signaling_session *session, struct signaling_request *request)
{
    signaling_session_send(session, signaling_reply_ok(request->id));
}

/* ---- the table ---- */

enum who { ANYBODY, SEATED, WITH_OTHERS, IN_THE_VISIT };

static const struct {
    enum who who;
    enum operation operation; /* the role needs it; OPERATION_COUNT: none (operation_of()) */
    void (*handle)(struct signaling_session *session, struct signaling_request *request);
} handlers[SIGNALING_REQUEST_COUNT] = {
    [SIGNALING_JOIN] = {ANYBODY, OPERATION_COUNT, handle_join},
    [SIGNALING_OFFER] = {SEATED, OPERATION_COUNT, media_request_offer},
    [SIGNALING_READY] = {SEATED, OPERATION_COUNT, media_request_ready},
    [SIGNALING_SLOTS] = {WITH_OTHERS, OPERATION_COUNT, media_request_slots},
    [SIGNALING_MUTE] = {WITH_OTHERS, OPERATION_COUNT, media_request_mute},
    [SIGNALING_AWAY] = {WITH_OTHERS, OPERATION_COUNT, media_request_away},
    [SIGNALING_FIGURES] = {WITH_OTHERS, OPERATION_COUNT, media_request_figures},
    [SIGNALING_REPAIR] = {WITH_OTHERS, OPERATION_COUNT, media_request_repair},
    [SIGNALING_CHAT] = {IN_THE_VISIT, OPERATION_CHAT_SEND, handle_chat},
    [SIGNALING_CONSENT] = {SEATED, OPERATION_CONSENT_ANSWER, handle_consent},
    [SIGNALING_RECORDING] = {IN_THE_VISIT, OPERATION_RECORDING_STOP, handle_recording},
    [SIGNALING_ADMIT] = {IN_THE_VISIT, OPERATION_ADMIT, handle_admit},
    [SIGNALING_DENY] = {IN_THE_VISIT, OPERATION_DENY, handle_deny},
    [SIGNALING_INVITE] = {IN_THE_VISIT, OPERATION_INVITE, handle_invite},
    [SIGNALING_LATE] = {IN_THE_VISIT, OPERATION_VISIT_DELAY, handle_late},
    [SIGNALING_EMERGENCY] = {IN_THE_VISIT, OPERATION_EMERGENCY, handle_emergency},
    [SIGNALING_SEND_OUT] = {IN_THE_VISIT, OPERATION_SEND_OUT, handle_send_out},
    [SIGNALING_SEND_BACK] = {IN_THE_VISIT, OPERATION_SEND_BACK, handle_send_back},
    [SIGNALING_HUDDLE] = {IN_THE_VISIT, OPERATION_HUDDLE, handle_huddle},
    [SIGNALING_HELP] = {SEATED, OPERATION_HELP_ANSWER, handle_help},
    [SIGNALING_KNOCK] = {SEATED, OPERATION_KNOCK, handle_knock},
    [SIGNALING_DEVICE] = {SEATED, OPERATION_DEVICE_CONFIRM_OWN, handle_device},
    [SIGNALING_PING] = {ANYBODY, OPERATION_COUNT, handle_ping},
    [SIGNALING_LEAVE] = {SEATED, OPERATION_SEAT_LEAVE, handle_leave},
    [SIGNALING_END] = {IN_THE_VISIT, OPERATION_VISIT_END, handle_end},
};

static enum operation operation_of(const struct signaling_request *request)
{
    return request->type == SIGNALING_RECORDING ? recording_actions[request->action].operation
                                                : handlers[request->type].operation;
}

static void dispatch(struct signaling_session *session, struct signaling_request *request)
{
    const enum who who = handlers[request->type].who;
    const enum operation operation = operation_of(request);
    if (who != ANYBODY && !session->seat) {
        signaling_session_send_error(session, request->id, "not_joined", "Join first.", NULL);
    } else if (operation != OPERATION_COUNT &&
               !permission_allows(session->seat->actor.role, operation)) {
        signaling_session_send_error(session, request->id, "not_allowed",
                                     "Your role may not do this.", NULL);
    } else if ((who == IN_THE_VISIT && !seat_is_in_visit(session->seat)) ||
               (who == WITH_OTHERS && !seat_takes_part(session->seat))) {
        signaling_session_send_error(session, request->id, "not_admitted",
                                     "You have to be let in first.", NULL);
    } else {
        handlers[request->type].handle(session, request);
    }
}

/* A client need not wait for `joined` before it offers: that saves a round trip. */
static void hold_early_request(struct signaling_session *session, struct signaling_request *request)
{
    if (session->early_count == EARLY_REQUESTS_MAX) {
        signaling_session_send_error(session, request->id, "too_fast",
                                     "Wait for the answer to join.", NULL);
        signaling_request_destroy(request);
    } else {
        session->early[session->early_count++] = request;
    }
}

static void answer_early_requests(struct signaling_hub *hub, uint64_t session_id)
{
    struct signaling_session *session = g_hash_table_lookup(hub->sessions, &session_id);
    for (size_t i = 0; session && !session->joining && i < session->early_count; i++) {
        AUTO(signaling_request) request = TAKE(session->early[i]);
        if (session->socket) {
            dispatch(session, request);
        }
    }
    if (session && !session->joining) {
        session->early_count = 0;
    }
}

static void count_bad_message(struct signaling_session *session)
{
    if (++session->bad_messages >= SIGNALING_BAD_MESSAGES_MAX) {
        close_socket(session, WEBSOCKET_CLOSE_POLICY, "too many bad messages");
    }
}

static void on_received(void *object, const char *text, size_t size)
{
    struct signaling_session *session = object;
    if (!session->socket) {
        return;
    }
    session->hub->totals.messages++;
    AUTO(signaling_request) request = NULL;
    struct signaling_problem problem;
    const int result = signaling_request_read(text, size, &request, &problem);
    if (!token_bucket_take(&session->requests, clock_now_us())) {
        const int reply_to = request ? request->id : problem.has_id ? problem.id : -1;
        signaling_session_send_error(session, reply_to, "too_fast",
                                     "Too many requests: try again in a second.", NULL);
    } else if (result < 0) {
        signaling_session_send_error(session, problem.has_id ? problem.id : -1, problem.code,
                                     problem.message, problem.where);
        count_bad_message(session);
    } else if (session->joining && request->type != SIGNALING_JOIN) {
        hold_early_request(session, TAKE(request));
    } else {
        dispatch(session, request);
    }
}

/* ---- the socket ---- */

static void *on_opened(void *context, struct websocket_session *socket)
{
    struct signaling_hub *hub = context;
    struct signaling_session *session = g_new0(struct signaling_session, 1);
    session->id = signaling_hub_next_id(hub);
    session->hub = hub;
    session->socket = socket;
    session->opened_us = clock_now_us();
    token_bucket_init(&session->requests, SIGNALING_REQUESTS_PER_SECOND, SIGNALING_REQUESTS_BURST,
                      session->opened_us);
    g_hash_table_insert(hub->sessions, &session->id, session);
    if (hub->closing) {
        signaling_session_dismiss(session, "shutting_down", "The service restarts.");
    }
    return session;
}

static void on_closed(void *object)
{
    struct signaling_session *session = object;
    g_hash_table_remove(session->hub->sessions, &session->id);
    struct seat *seat = session->seat;
    if (seat) {
        seat->session = NULL;
        seat->away_since_us = clock_now_us();
        log_info("socket_lost", "visit=%s participant=%s", seat->room->visit_id,
                 seat->participant_id);
        if (!session->hub->closing) {
            visit_room_refresh(seat->room);
        }
    }
    for (size_t i = 0; i < session->early_count; i++) {
        signaling_request_destroy(session->early[i]);
    }
    g_free(session);
}

void signaling_session_on_tick(struct signaling_session *session, uint64_t now_us)
{
    if (!session->seat && !session->joining && session->socket &&
        now_us - session->opened_us >= SIGNALING_JOIN_SECONDS * 1000000ull) {
        close_socket(session, WEBSOCKET_CLOSE_POLICY, "join first");
    }
}

const struct websocket_handler signaling_websocket_handler = {
    .opened = on_opened, .received = on_received, .closed = on_closed};
