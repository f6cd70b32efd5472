/* What a page asks about its own media: offers, what it shows, mutes, how it goes. */
#include "gateway/base/clock.h"
#include "media/worker/worker_pool.h"
#include "signaling/protocol/packed_text.h"
#include "signaling/session/seat_media.h"
#include "signaling/session/session_internal.h"

#include <errno.h>
#include <string.h>

static void open_or_restart(struct seat *seat, const struct peer_negotiation_outcome *outcome)
{
    struct signaling_hub *hub = seat->room->hub;
    if (outcome->is_new) {
        seat_close_endpoint(seat);
        seat->endpoint_id = signaling_hub_next_id(hub);
        worker_pool_open_endpoint(hub->config.workers, seat->room->id, seat->endpoint_id,
                                  seat->participant_id, &outcome->transport);
        worker_pool_set_endpoint_priority(hub->config.workers, seat->endpoint_id,
                                          seat->actor.role == ROLE_PATIENT
                                              ? PICTURE_PRIORITY_PATIENT
                                              : PICTURE_PRIORITY_ORDINARY);
    } else if (outcome->ice_restart) {
        hub->totals.ice_restarts++;
        worker_pool_restart_ice(hub->config.workers, seat->endpoint_id, &outcome->transport);
    }
}

/* The offer's text: owned, g_free(). NULL: it was refused. */
static char *read_sdp(struct signaling_session *session, const struct signaling_request *request,
                      size_t *ret_size)
{
    char *sdp = NULL;
    if (!request->packed) {
        *ret_size = strlen(request->sdp);
        return g_strndup(request->sdp, *ret_size);
    }
    const int result = packed_text_unpack(request->sdp, SIGNALING_SDP_SIZE_MAX, &sdp, ret_size);
    if (result < 0) {
        session->hub->totals.offers_refused++;
        signaling_session_send_error(
            session, request->id, "bad_offer",
            result == -E2BIG ? "The offer is too long." : "The offer cannot be unpacked.", "sdp");
    }
    return sdp;
}

/* In the same way as it was asked. */
static json_t *answer_to(const struct signaling_request *request, const char *sdp, bool active)
{
    g_autofree char *packed = request->packed ? packed_text_pack(sdp) : NULL;
    json_t *answer = json_pack("{s:s, s:i, s:s, s:b}", "type", "answer", "reply_to", request->id,
                               "sdp", packed ? packed : sdp, "active", active);
    if (packed) {
        json_object_set_new(answer, "packed", json_true());
    }
    return answer;
}

void media_request_offer(struct signaling_session *session, struct signaling_request *request)
{
    struct seat *seat = session->seat;
    struct visit_room *room = seat->room;
    struct signaling_hub *hub = session->hub;
    size_t receiver_count;
    size_t sdp_size;
    hub->totals.offers++;
    g_autofree char *sdp = read_sdp(session, request, &sdp_size);
    if (!sdp) {
        return;
    }
    g_autofree const struct endpoint_media **receivers =
        visit_room_receivers(room, seat, &receiver_count);
    const struct peer_negotiation_request offer = {
        .sdp = sdp,
        .sdp_size = sdp_size,
        .active = seat_takes_part(seat),
        .port = worker_pool_room_port(hub->config.workers, room->id),
        .receivers = receivers,
        .receiver_count = receiver_count,
    };
    g_autofree struct peer_negotiation_outcome *outcome =
        g_new0(struct peer_negotiation_outcome, 1);
    struct sdp_problem problem;
    if (peer_negotiation_offer(seat->negotiation, &offer, outcome, &problem) < 0) {
        hub->totals.offers_refused++;
        signaling_session_send_error(session, request->id, "bad_offer", problem.message,
                                     problem.where);
        return;
    }
    if (!outcome->is_new && seat->endpoint_id == 0) {
        g_free(outcome->answer);
        signaling_session_send_error(
            session, request->id, "wrong_state",
            "This connection was given up. Make a new PeerConnection and offer from it.", NULL);
        return;
    }
    open_or_restart(seat, outcome);
    seat->asked_to_renegotiate = false;
    worker_pool_set_media(hub->config.workers, seat->endpoint_id, &outcome->media);
    signaling_session_send(session, answer_to(request, outcome->answer, offer.active));
    g_free(outcome->answer);
    visit_room_refresh(room);
}

void media_request_ready(struct signaling_session *session, struct signaling_request *request)
{
    struct seat *seat = session->seat;
    if (!peer_negotiation_has_media(seat->negotiation) || seat->endpoint_id == 0) {
        signaling_session_send_error(session, request->id, "wrong_state", "Offer first.", NULL);
        return;
    }
    seat->ready = true;
    g_clear_pointer(&seat->told[NEWS_SLOTS], g_free);
    signaling_session_send(session, signaling_reply_ok(request->id));
    visit_room_refresh(seat->room);
}

void media_request_slots(struct signaling_session *session, struct signaling_request *request)
{
    struct seat *seat = session->seat;
    for (size_t i = 0; i < request->slot_count; i++) {
        if ((size_t)request->slots[i].slot >= seat->slots.slot_count) {
            signaling_session_send_error(session, request->id, "not_found",
                                         "There is no such slot.", "slots");
            return;
        }
    }
    for (size_t i = 0; i < request->slot_count; i++) {
        const struct signaling_slot_wish *wish = &request->slots[i];
        slot_assignment_show(&seat->slots, (size_t)wish->slot, wish->video, (uint32_t)wish->width,
                             (uint32_t)wish->height);
    }
    signaling_session_send(session, signaling_reply_ok(request->id));
    visit_room_refresh(seat->room);
}

void media_request_mute(struct signaling_session *session, struct signaling_request *request)
{
    session->seat->audio_muted = request->audio;
    if (session->seat->video_muted && !request->video) {
        session->seat->video_started_at_us = clock_now_us();
    }
    session->seat->video_muted = request->video;
    signaling_session_send(session, signaling_reply_ok(request->id));
    picture_notices_review(session->seat->room);
    visit_room_refresh(session->seat->room);
}

void media_request_away(struct signaling_session *session, struct signaling_request *request)
{
    static const enum visit_view_away reasons[] = {
        [SIGNALING_AWAY_HIDDEN] = VISIT_VIEW_AWAY_HIDDEN,
        [SIGNALING_AWAY_CALL] = VISIT_VIEW_AWAY_CALL,
        [SIGNALING_AWAY_DEVICE] = VISIT_VIEW_AWAY_DEVICE,
    };
    session->seat->away = request->away ? reasons[request->away_reason] : VISIT_VIEW_HERE;
    signaling_session_send(session, signaling_reply_ok(request->id));
    visit_room_refresh(session->seat->room);
}

void media_request_figures(struct signaling_session *session, struct signaling_request *request)
{
    signaling_session_send(session, signaling_reply_ok(request->id));
    seat_link_on_figures(session->seat, request);
}

void media_request_repair(struct signaling_session *session, struct signaling_request *request)
{
    struct seat *seat = session->seat;
    if ((size_t)request->slot >= seat->slots.slot_count) {
        signaling_session_send_error(session, request->id, "not_found", "There is no such slot.",
                                     "slot");
        return;
    }
    signaling_session_send(session, signaling_reply_ok(request->id));
    seat_link_repair_slot(seat, (size_t)request->slot, (enum signaling_media)request->media);
}
