#include "signaling/session/visit_view.h"

#include "gateway/base/cleanup.h"
#include "gateway/visits/admission.h"
#include "gateway/visits/permission_table.h"

#include <string.h>

const char *visit_view_answer(enum consent_answer answer)
{
    static const char *const names[CONSENT_ANSWER_COUNT] = {
        [CONSENT_NOT_ASKED] = "none",
        [CONSENT_GIVEN] = "given",
        [CONSENT_REFUSED] = "refused",
        [CONSENT_WITHDRAWN] = "withdrawn",
    };
    return names[answer];
}

static const char *const away_names[] = {
    [VISIT_VIEW_HERE] = NULL,
    [VISIT_VIEW_AWAY_CONNECTION] = "connection",
    [VISIT_VIEW_AWAY_HIDDEN] = "hidden",
    [VISIT_VIEW_AWAY_CALL] = "call",
    [VISIT_VIEW_AWAY_DEVICE] = "device",
    [VISIT_VIEW_AWAY_HELP] = "help",
};

/* NULL: in the visit and there, or not in the visit. */
static const char *away_of(const struct participant *subject, enum visit_view_away away)
{
    if (subject->state != SEAT_IN_VISIT) {
        return NULL;
    }
    return away_names[subject->connected ? away : VISIT_VIEW_AWAY_CONNECTION];
}

static const char *seat_state(const struct participant *subject, enum visit_view_away away)
{
    if (subject->state != SEAT_IN_VISIT) {
        return "waiting";
    }
    return away_of(subject, away) ? "away" : "in_visit";
}

static size_t index_of(const struct visit_view *view, const struct participant *subject)
{
    return (size_t)(subject - view->picture->participants);
}

static int64_t since_of(const struct participant *subject)
{
    if (subject->state == SEAT_WAITING && subject->waiting_since_ms > 0) {
        return subject->waiting_since_ms;
    }
    return subject->admitted_at_ms > 0 ? subject->admitted_at_ms : subject->last_seen_ms;
}

/* Why somebody is not in the visit. */
static const char *outside_of(const struct participant *subject)
{
    static const char *const names[SEAT_HOLD_COUNT] = {
        [SEAT_HOLD_NONE] = "waits",
        [SEAT_HOLD_PATIENT] = "sent_out",
        [SEAT_HOLD_TEAM] = "sent_back",
    };
    return subject->state == SEAT_DENIED ? "refused" : names[subject->hold];
}

/* What the viewer may do with somebody at the doors now. Owned; NULL: nothing. */
static json_t *powers_over(const struct visit_view *view, const struct participant *subject)
{
    const struct visit_picture *picture = view->picture;
    const struct admission_scene scene = {
        .visit = &picture->visit,
        .has_patient = admission_has_patient(picture->participants, picture->participant_count),
        .keeper = view->viewer->person.role,
    };
    const struct admission_powers powers = admission_powers_over(subject, &scene);
    const struct {
        const char *name;
        bool has;
        enum operation operation;
    } all[] = {
        {"admit", powers.admit, OPERATION_ADMIT},
        {"deny", powers.deny, OPERATION_DENY},
        {"send_out", powers.send_out, OPERATION_SEND_OUT},
        {"send_back", powers.send_back, OPERATION_SEND_BACK},
    };
    json_t *list = json_array();
    for (size_t i = 0; view->viewer->state == SEAT_IN_VISIT && i < ARRAY_LENGTH(all); i++) {
        if (all[i].has && permission_allows(scene.keeper, all[i].operation)) {
            json_array_append_new(list, json_string(all[i].name));
        }
    }
    if (json_array_size(list) > 0) {
        return list;
    }
    json_decref(list);
    return NULL;
}

json_t *visit_view_participant(const struct visit_view *view, const struct participant *subject)
{
    const size_t index = index_of(view, subject);
    const struct visit_view_live *live = &view->live[index];
    const bool you = subject == view->viewer;
    json_t *object = json_pack(
        "{s:s, s:s, s:s, s:s, s:b, s:b, s:b, s:I}", "id", subject->id, "name",
        subject->person.display_name, "role", participant_role_name(subject->person.role), "state",
        seat_state(subject, live->away), "you", you, "audio_muted", live->audio_muted,
        "video_muted", live->video_muted, "since", (json_int_t)since_of(subject));
    if (away_of(subject, live->away)) {
        json_object_set_new(object, "away", json_string(away_of(subject, live->away)));
    }
    if (subject->state != SEAT_IN_VISIT) {
        json_object_set_new(object, "outside", json_string(outside_of(subject)));
    }
    if (admission_knocked_at_ms(subject) > 0) {
        json_object_set_new(object, "knocked",
                            json_integer((json_int_t)admission_knocked_at_ms(subject)));
    }
    json_t *may = powers_over(view, subject);
    if (may) {
        json_object_set_new(object, "may", may);
    }
    if (subject->person.label[0]) {
        json_object_set_new(object, "relation", json_string(subject->person.label));
    }
    if (subject->person.role == ROLE_INTERPRETER && subject->person.languages[0]) {
        /* The first of them is the one that they bring. */
        json_object_set_new(
            object, "language",
            json_stringn(subject->person.languages, strcspn(subject->person.languages, " ")));
    }
    if (you || participant_role_is_staff(view->viewer->person.role)) {
        json_object_set_new(
            object, "consent",
            json_string(visit_view_answer(view->picture->recording_consents[index])));
    }
    return object;
}

/* On the list are people in the visit, those who stand at the door now, and of who is helped and
 * who helps the other. */
static bool is_listed(const struct visit_view *view, const struct participant *subject)
{
    if (!visit_picture_shows(view->picture, view->viewer, subject)) {
        return false;
    }
    return subject == view->viewer || subject->state == SEAT_IN_VISIT ||
           (visit_picture_is_in_help(view->picture, view->viewer) &&
            visit_picture_is_in_help(view->picture, subject)) ||
           ((subject->state == SEAT_WAITING || subject->state == SEAT_DENIED) &&
            subject->connected);
}

json_t *visit_view_roster(const struct visit_view *view)
{
    json_t *roster = json_array();
    for (size_t i = 0; i < view->picture->participant_count; i++) {
        const struct participant *subject = &view->picture->participants[i];
        if (is_listed(view, subject)) {
            json_array_append_new(roster, visit_view_participant(view, subject));
        }
    }
    return roster;
}

void visit_view_add_delay(const struct visit_view *view, json_t *object)
{
    const struct visit_delay *delay = &view->picture->delay;
    if (delay->expected_at_ms == 0) {
        return;
    }
    const struct participant *by = visit_picture_find(view->picture, delay->said_by);
    json_t *expected = json_pack("{s:I}", "at", (json_int_t)delay->expected_at_ms);
    if (by) {
        json_object_set_new(expected, "by", json_string(by->person.display_name));
    }
    json_object_set_new(object, "expected", expected);
}

json_t *visit_view_visit(const struct visit_view *view, const struct visit_view_place *place)
{
    const struct visit *visit = &view->picture->visit;
    const char *zone =
        view->viewer->person.time_zone[0] ? view->viewer->person.time_zone : visit->time_zone;
    json_t *object = json_pack(
        "{s:s, s:s, s:s, s:I, s:s, s:s, s:s, s:s, s:i, s:b}", "id", visit->id, "case",
        visit->case_id, "title", place->title, "starts_at", (json_int_t)visit->scheduled_at_ms,
        "time_zone", zone, "state", visit_state_name(visit->state), "organisation",
        place->organisation, "support_phone", place->support_phone, "slots_max",
        (int)place->slots_max, "opinion", view->picture->has_opinion);
    visit_view_add_delay(view, object);
    if (visit_is_practice(visit)) {
        json_object_set_new(object, "practice", json_true());
    }
    return object;
}

/* Nothing is recorded: nobody is asked, and nobody starts it. */
static bool is_left_out_of_practice(enum operation operation)
{
    return operation == OPERATION_RECORDING_START || operation == OPERATION_RECORDING_STOP ||
           operation == OPERATION_CONSENT_ANSWER;
}

json_t *visit_view_permissions(const struct visit_view *view)
{
    static const struct {
        const char *name;
        enum operation operation;
    } permissions[] = {
        {"admit", OPERATION_ADMIT},
        {"chat", OPERATION_CHAT_SEND},
        {"consent", OPERATION_CONSENT_ANSWER},
        {"recording_start", OPERATION_RECORDING_START},
        {"recording_stop", OPERATION_RECORDING_STOP},
        {"end", OPERATION_VISIT_END},
        {"emergency", OPERATION_EMERGENCY},
        {"late", OPERATION_VISIT_DELAY},
        {"huddle", OPERATION_HUDDLE},
        {"invite", OPERATION_INVITE},
        {"opinion", OPERATION_OPINION_READ},
        {"device_confirm", OPERATION_DEVICE_CONFIRM_OWN},
    };
    const enum participant_role role = view->viewer->person.role;
    const bool practice = visit_is_practice(&view->picture->visit);
    json_t *list = json_array();
    for (size_t i = 0; i < sizeof(permissions) / sizeof(permissions[0]); i++) {
        if (permission_allows(role, permissions[i].operation) &&
            !(practice && is_left_out_of_practice(permissions[i].operation)) &&
            (permissions[i].operation != OPERATION_ADMIT ||
             admission_role_opens_door(role, view->picture->visit.shape))) {
            json_array_append_new(list, json_string(permissions[i].name));
        }
    }
    return list;
}

static const char *reason_of(const struct visit_view *view)
{
    const struct recording_status *status = &view->picture->recording;
    switch (status->reason) {
    case RECORDING_REASON_CONSENT_MISSING:
        return status->state == RECORDING_STATE_ASKING ? "waiting_for_consent" : "newcomer";
    case RECORDING_REASON_CONSENT_REFUSED:
        return "refused";
    case RECORDING_REASON_CONSENT_WITHDRAWN:
        return "withdrawn";
    case RECORDING_REASON_BY_HAND:
        if (view->picture->visit.state == VISIT_ENDED) {
            return "visit_ended";
        }
        return view->stopped_by_patient ? "by_patient" : "by_physician";
    case RECORDING_REASON_VISIT_NOT_OPEN:
        return "visit_ended";
    case RECORDING_REASON_HUDDLE:
        return "huddle";
    case RECORDING_REASON_NO_SPACE:
        return "disk_full";
    case RECORDING_REASON_RECORDER_FAILED:
        return "recorder_failed";
    default:
        return "none";
    }
}

/* It is "recording" when packets flow into the recorder, not when they soon will. */
static const char *state_of(const struct visit_view *view)
{
    const struct recording_status *status = &view->picture->recording;
    if (status->state == RECORDING_STATE_RECORDING && !status->flowing) {
        return view->recorded_ms > 0 ? "paused" : "asking";
    }
    return recording_state_name(status->state);
}

json_t *visit_view_recording(const struct visit_view *view)
{
    const struct visit_picture *picture = view->picture;
    json_t *waiting_for = json_array();
    const bool asks = picture->visit.huddle_since_ms == 0 &&
                      (picture->recording.state == RECORDING_STATE_ASKING ||
                       picture->recording.state == RECORDING_STATE_PAUSED);
    for (size_t i = 0; asks && i < picture->participant_count; i++) {
        if (participant_is_present(&picture->participants[i]) &&
            picture->recording_consents[i] != CONSENT_GIVEN &&
            visit_picture_shows(picture, view->viewer, &picture->participants[i])) {
            json_array_append_new(waiting_for, json_string(picture->participants[i].id));
        }
    }
    return json_pack("{s:s, s:s, s:o, s:I, s:I}", "state", state_of(view), "reason",
                     reason_of(view), "waiting_for", waiting_for, "since",
                     (json_int_t)view->recording_since_ms, "recorded_ms",
                     (json_int_t)view->recorded_ms);
}

static json_t *consent_texts(const struct consent_words *words)
{
    json_t *texts = json_array();
    for (size_t i = 0; i < words->count; i++) {
        json_array_append_new(texts, json_pack("{s:s, s:s}", "language", words->texts[i].language,
                                               "text", words->texts[i].text));
    }
    return texts;
}

json_t *visit_view_consent(const struct visit_view *view)
{
    const struct recording_status *status = &view->picture->recording;
    const enum consent_answer answer =
        view->picture->recording_consents[index_of(view, view->viewer)];
    /* In a huddle nothing is recorded: the question waits until it is over. */
    const bool wanted =
        view->picture->visit.huddle_since_ms == 0 &&
        (status->state == RECORDING_STATE_ASKING || status->state == RECORDING_STATE_RECORDING ||
         status->state == RECORDING_STATE_PAUSED);
    const bool asked =
        wanted && answer == CONSENT_NOT_ASKED && view->viewer->state == SEAT_IN_VISIT;
    return json_pack("{s:b, s:o, s:s, s:s}", "asked", asked, "texts",
                     consent_texts(view->consent_words), "text_version",
                     view->consent_words->version, "answer", visit_view_answer(answer));
}

json_t *visit_view_waiting(const struct visit_view *view)
{
    json_t *present = json_array();
    bool told = false;
    for (size_t i = 0; i < view->picture->participant_count; i++) {
        const struct participant *subject = &view->picture->participants[i];
        if (!participant_is_present(subject) || view->live[i].away == VISIT_VIEW_AWAY_CONNECTION) {
            continue;
        }
        /* A coordinator who does not lead the visit is there, and does not open. */
        const bool opens =
            admission_role_opens_door(subject->person.role, view->picture->visit.shape);
        told |= opens;
        if (visit_picture_shows(view->picture, view->viewer, subject)) {
            json_array_append_new(
                present, json_pack("{s:s, s:s, s:b}", "name", subject->person.display_name, "role",
                                   participant_role_name(subject->person.role), "opens", opens));
        }
    }
    const bool has_patient =
        admission_has_patient(view->picture->participants, view->picture->participant_count);
    const bool patient_opens =
        view->viewer->hold == SEAT_HOLD_PATIENT ||
        (view->viewer->hold == SEAT_HOLD_NONE &&
         admission_door_of(view->viewer->person.role, has_patient) == DOOR_OF_PATIENT);
    return json_pack("{s:s, s:o, s:b, s:s, s:s}", "type", "waiting", "present", present,
                     "physician_told", told, "outside", outside_of(view->viewer), "door",
                     patient_opens ? "patient" : "team");
}

json_t *visit_view_huddle(const struct visit_view *view)
{
    const struct visit *visit = &view->picture->visit;
    const char *state = "none";
    if (visit->huddle_since_ms != 0) {
        state = visit_huddle_seats(view->viewer->person.role) ? "inside" : "calm";
    }
    return json_pack("{s:s, s:I}", "state", state, "since", (json_int_t)visit->huddle_since_ms);
}

json_t *visit_view_chat(const struct visit_view *view, const struct chat_message *message)
{
    const struct participant *sender = visit_picture_find(view->picture, message->participant_id);
    return json_pack("{s:s, s:s, s:s, s:s, s:I}", "id", message->id, "participant",
                     message->participant_id, "name", sender ? sender->person.display_name : "",
                     "text", message->body, "at", (json_int_t)message->sent_at_ms);
}

json_t *visit_view_chat_list(const struct visit_view *view, const struct chat_list *chat)
{
    json_t *list = json_array();
    for (size_t i = 0; chat && i < chat->count; i++) {
        json_array_append_new(list, visit_view_chat(view, &chat->messages[i]));
    }
    return list;
}
