#include "signaling/session/seat_news.h"

#include "gateway/visits/permission_table.h"
#include "signaling/session/emergency_view.h"
#include "signaling/session/help_view.h"
#include "signaling/session/hub_internal.h"
#include "signaling/session/licence_view.h"
#include "signaling/session/seat_media.h"
#include "signaling/session/visit_room.h"

void seat_forget_news(struct seat *seat)
{
    for (size_t i = 0; i < NEWS_COUNT; i++) {
        g_clear_pointer(&seat->told[i], g_free);
    }
    seat->told_words = (struct help_words_told){.said = 0};
}

void seat_tell(struct seat *seat, json_t *event)
{
    if (seat->session) {
        signaling_session_send(seat->session, event);
    } else {
        json_decref(event);
    }
}

/* Whether it is something else than was told last; from now on it is what was. */
static bool is_new(struct seat *seat, enum seat_news news, const json_t *event)
{
    char *text = json_dumps(event, JSON_COMPACT);
    const bool differs = g_strcmp0(seat->told[news], text) != 0;
    if (differs) {
        g_free(seat->told[news]);
        seat->told[news] = g_strdup(text);
    }
    free(text);
    return differs;
}

/* Takes `event`; sends it unless it is what was told last. */
static void tell_news(struct seat *seat, enum seat_news news, json_t *event)
{
    if (seat->session && is_new(seat, news, event)) {
        seat_tell(seat, event);
    } else {
        json_decref(event);
    }
}

static void tell_those(struct visit_room *room, json_t *event,
                       bool (*belongs)(const struct seat *seat))
{
    for (guint i = 0; i < room->seats->len; i++) {
        struct seat *seat = room->seats->pdata[i];
        if (belongs(seat)) {
            seat_tell(seat, json_incref(event));
        }
    }
    json_decref(event);
}

void visit_room_tell_all(struct visit_room *room, json_t *event)
{
    tell_those(room, event, seat_is_in_visit);
}

void visit_room_tell_hearers(struct visit_room *room, json_t *event)
{
    tell_those(room, event, seat_hears);
}

static bool is_of_team(const struct seat *seat)
{
    return seat_is_in_visit(seat) && visit_huddle_seats(seat->actor.role);
}

void visit_room_tell_team(struct visit_room *room, json_t *event)
{
    tell_those(room, event, is_of_team);
}

void visit_room_tell_apart(struct visit_room *room, json_t *event)
{
    tell_those(room, event, seat_is_apart);
}

void seat_say_goodbye(struct seat *seat, const char *reason, const char *message)
{
    if (seat->session) {
        signaling_session_dismiss(seat->session, reason, message);
    }
}

/* Whoever may call for help is told all of it, in the visit; patient and family, when somebody said
 * so, that help is coming. Who joins is told nothing while there is nothing to tell. */
static void tell_of_emergency(struct seat *seat, const struct visit_view *view)
{
    const bool may_call = permission_allows(view->viewer->person.role, OPERATION_EMERGENCY);
    const bool is_on = may_call ? emergency_view_is_open(view) : emergency_view_is_told(view);
    if (!is_on && !seat->told[NEWS_EMERGENCY]) {
        return;
    }
    tell_news(seat, NEWS_EMERGENCY,
              may_call ? json_pack("{s:s, s:o}", "type", "emergency", "emergency",
                                   emergency_view(view, seat->room->hub->config.emergency))
                       : json_pack("{s:s, s:b}", "type", "help", "coming", is_on));
}

json_t *seat_help_json(struct seat *seat)
{
    const struct visit_view view = visit_room_view(seat->room, seat_participant(seat));
    json_t *help = help_view(&view);
    help_view_add_words(help, &seat->room->help_words, &seat->told_words);
    return help;
}

/* Who joins is told nothing of what is over. Words are told once. */
static void tell_of_help(struct seat *seat, const struct visit_view *view)
{
    json_t *help = help_view(view);
    if (!seat->told[NEWS_HELP] && (json_is_null(help) || help_view_is_over(view))) {
        json_decref(help);
        return;
    }
    json_t *event = json_pack("{s:s, s:o}", "type", "help_session", "help", help);
    const bool differs = is_new(seat, NEWS_HELP, event);
    const bool speaks = help_view_add_words(help, &seat->room->help_words, &seat->told_words);
    if (differs || speaks) {
        seat_tell(seat, event);
    } else {
        json_decref(event);
    }
}

static void tell_of_people(struct seat *seat, const struct visit_view *view)
{
    if (view->viewer->state == SEAT_IN_VISIT) {
        if (!seat->told_admitted && !seat->for_help) {
            seat->told_admitted = true;
            seat_tell(seat, json_pack("{s:s}", "type", "admitted"));
        }
        tell_news(
            seat, NEWS_RECORDING,
            json_pack("{s:s, s:o}", "type", "recording", "recording", visit_view_recording(view)));
        tell_news(seat, NEWS_CONSENT,
                  json_pack("{s:s, s:o}", "type", "consent", "consent", visit_view_consent(view)));
        tell_news(seat, NEWS_HUDDLE,
                  json_pack("{s:s, s:o}", "type", "huddle", "huddle", visit_view_huddle(view)));
    } else {
        seat->told_admitted = false;
        tell_news(seat, NEWS_WAITING, visit_view_waiting(view));
    }
    tell_news(seat, NEWS_ROSTER,
              json_pack("{s:s, s:o}", "type", "roster", "participants", visit_view_roster(view)));
    if (participant_role_is_staff(view->viewer->person.role)) {
        tell_news(seat, NEWS_LICENCE,
                  json_pack("{s:s, s:o}", "type", "licence", "licence", licence_view(view)));
    }
    tell_of_emergency(seat, view);
}

static void tell_of_denial(struct seat *seat, const struct participant *participant)
{
    const bool denied = participant->state == SEAT_DENIED;
    if (denied && !seat->told_denied) {
        seat_tell(
            seat,
            json_pack(
                "{s:s, s:s}", "type", "denied", "message",
                "The physician can't let you in now. Please stay nearby: you may ask again."));
    }
    seat->told_denied = denied;
}

void seat_news_tell(struct seat *seat)
{
    const struct participant *participant = seat_participant(seat);
    if (!participant || !seat->session) {
        return;
    }
    const struct visit_view view = visit_room_view(seat->room, participant);
    json_t *visit = json_pack("{s:s, s:s, s:I}", "type", "visit", "state",
                              visit_state_name(view.picture->visit.state), "starts_at",
                              (json_int_t)view.picture->visit.scheduled_at_ms);
    visit_view_add_delay(&view, visit);
    tell_news(seat, NEWS_VISIT, visit);
    tell_of_denial(seat, participant);
    tell_of_people(seat, &view);
    tell_of_help(seat, &view);
    if (seat->ready) {
        tell_news(seat, NEWS_SLOTS,
                  json_pack("{s:s, s:o}", "type", "slots", "slots", seat_slots_json(seat)));
    }
}
