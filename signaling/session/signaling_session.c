#include "signaling/session/signaling_session.h"

#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/visits/permission_table.h"
#include "signaling/session/session_internal.h"

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
    [SIGNALING_JOIN] = {ANYBODY, OPERATION_COUNT, session_join},
    [SIGNALING_OFFER] = {SEATED, OPERATION_COUNT, media_request_offer},
    [SIGNALING_READY] = {SEATED, OPERATION_COUNT, media_request_ready},
    [SIGNALING_SLOTS] = {WITH_OTHERS, OPERATION_COUNT, media_request_slots},
    [SIGNALING_MUTE] = {WITH_OTHERS, OPERATION_COUNT, media_request_mute},
    [SIGNALING_AWAY] = {WITH_OTHERS, OPERATION_COUNT, media_request_away},
    [SIGNALING_FIGURES] = {WITH_OTHERS, OPERATION_COUNT, media_request_figures},
    [SIGNALING_REPAIR] = {WITH_OTHERS, OPERATION_COUNT, media_request_repair},
    [SIGNALING_CHAT] = {IN_THE_VISIT, OPERATION_CHAT_SEND, visit_request_chat},
    [SIGNALING_CONSENT] = {SEATED, OPERATION_CONSENT_ANSWER, recording_request_consent},
    [SIGNALING_RECORDING] = {IN_THE_VISIT, OPERATION_RECORDING_STOP, recording_request_command},
    [SIGNALING_ADMIT] = {IN_THE_VISIT, OPERATION_ADMIT, door_request_admit},
    [SIGNALING_DENY] = {IN_THE_VISIT, OPERATION_DENY, door_request_deny},
    [SIGNALING_INVITE] = {IN_THE_VISIT, OPERATION_INVITE, door_request_invite},
    [SIGNALING_LATE] = {IN_THE_VISIT, OPERATION_VISIT_DELAY, visit_request_late},
    [SIGNALING_EMERGENCY] = {IN_THE_VISIT, OPERATION_EMERGENCY, visit_request_emergency},
    [SIGNALING_SEND_OUT] = {IN_THE_VISIT, OPERATION_SEND_OUT, door_request_send_out},
    [SIGNALING_SEND_BACK] = {IN_THE_VISIT, OPERATION_SEND_BACK, door_request_send_back},
    [SIGNALING_HUDDLE] = {IN_THE_VISIT, OPERATION_HUDDLE, door_request_huddle},
    [SIGNALING_HELP] = {SEATED, OPERATION_HELP_ANSWER, visit_request_help},
    [SIGNALING_KNOCK] = {SEATED, OPERATION_KNOCK, door_request_knock},
    [SIGNALING_DEVICE] = {SEATED, OPERATION_DEVICE_CONFIRM_OWN, visit_request_device},
    [SIGNALING_PING] = {ANYBODY, OPERATION_COUNT, handle_ping},
    [SIGNALING_LEAVE] = {SEATED, OPERATION_SEAT_LEAVE, visit_request_leave},
    [SIGNALING_END] = {IN_THE_VISIT, OPERATION_VISIT_END, visit_request_end},
};

static enum operation operation_of(const struct signaling_request *request)
{
    return request->type == SIGNALING_RECORDING ? recording_request_operation(request)
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

void signaling_session_answer_early(struct signaling_hub *hub, uint64_t session_id)
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
