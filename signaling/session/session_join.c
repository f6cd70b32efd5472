/* Joining: a token becomes a seat, one that was kept or a new one, unless the gateway is full. */
#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/base/secret.h"
#include "gateway/visits/visit_arrival.h"
#include "gateway/visits/visit_conduct.h"
#include "gateway/visits/visit_help.h"
#include "gateway/visits/visit_refusal.h"
#include "media/worker/worker_pool.h"
#include "signaling/session/seat_media.h"
#include "signaling/session/seat_news.h"
#include "signaling/session/session_internal.h"
#include "signaling/session/session_task.h"
#include "signaling/session/turn_servers.h"

#include <string.h>

LOG_TOPIC("session");

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
        json_object_set_new(reply, "help", seat_help_json(seat));
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
    session_task_refuse(session, task->request_id, REFUSAL_WRONG_STATE);
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
    session_task_post(task);
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
        struct session_task *join = session_task_create(session, task->request_id, run_join);
        join->is_join = true;
        join->for_help = task->for_help;
        join->token = TAKE(task->token);
        join->resume = TAKE(task->resume);
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

void session_join(struct signaling_session *session, struct signaling_request *request)
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
    struct session_task *task = session_task_create(session, request->id, run_join);
    task->is_join = true;
    task->token = g_strdup(request->token);
    task->resume = g_strdup(request->resume);
    task->for_help = request->for_help;
    if (worker_pool_takes_anybody(session->hub->config.workers, session->hub->joins_coming)) {
        post_join(task);
    } else {
        task->operation = run_resolve;
        task->finished = on_resolved;
        session_task_post(task);
    }
}
