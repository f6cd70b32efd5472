/* Who sees what, and that it is what the schema says. */
#include "signaling/session/visit_view.h"

#include "gateway/base/cleanup.h"
#include "signaling/session/licence_view.h"
#include "tests/unit/signaling/schema_checker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static json_t *schema;

static int load_schema(void **state)
{
    (void)state;
    schema = schema_checker_load();
    return 0;
}

static int forget_schema(void **state)
{
    (void)state;
    json_decref(schema);
    return 0;
}

static void add(struct visit_picture *picture, enum participant_role role, enum seat_state seat,
                bool connected, enum consent_answer answer)
{
    struct participant *participant = &picture->participants[picture->participant_count];
    snprintf(participant->id, sizeof(participant->id), "%s", participant_role_name(role));
    snprintf(participant->person.display_name, sizeof(participant->person.display_name),
             "<b>%s</b>", participant_role_name(role));
    participant->person.role = role;
    participant->state = seat;
    participant->connected = connected;
    picture->recording_consents[picture->participant_count++] = answer;
}

static struct visit_picture *sample(void)
{
    struct visit_picture *picture = visit_picture_create();
    strcpy(picture->visit.id, "visit");
    strcpy(picture->visit.case_id, "case");
    strcpy(picture->visit.title, "A title");
    strcpy(picture->visit.time_zone, "America/Denver");
    picture->visit.state = VISIT_OPEN;
    add(picture, ROLE_PATIENT, SEAT_IN_VISIT, true, CONSENT_GIVEN);
    add(picture, ROLE_REVIEWING_PHYSICIAN, SEAT_IN_VISIT, true, CONSENT_NOT_ASKED);
    add(picture, ROLE_CAREGIVER, SEAT_WAITING, true, CONSENT_NOT_ASKED);
    add(picture, ROLE_TREATING_PHYSICIAN, SEAT_IN_VISIT, false, CONSENT_REFUSED);
    add(picture, ROLE_INTERPRETER, SEAT_INVITED, false, CONSENT_NOT_ASKED);
    add(picture, ROLE_TRAINEE, SEAT_LEFT, false, CONSENT_NOT_ASKED);
    add(picture, ROLE_TECHNICAL_HELPER, SEAT_DENIED, true, CONSENT_NOT_ASKED);
    return picture;
}

static const struct consent_words words = {
    .version = "1",
    .texts = {{.language = "en", .text = "The words."},
              {.language = "es", .text = "Las palabras."}},
    .count = 2,
};

static struct visit_view view_of(const struct visit_picture *picture, size_t viewer)
{
    return (struct visit_view){
        .picture = picture, .viewer = &picture->participants[viewer], .consent_words = &words};
}

/* The ids on the list, separated by spaces. */
static void check_roster(const struct visit_view *view, const char *expected)
{
    char found[256] = "";
    json_t *roster = visit_view_roster(view);
    size_t index;
    json_t *entry;
    json_array_foreach(roster, index, entry)
    {
        strcat(found, index > 0 ? " " : "");
        strcat(found, json_string_value(json_object_get(entry, "id")));
        schema_checker_assert(schema, "participant", entry);
    }
    assert_string_equal(found, expected);
    json_decref(roster);
}

static void everybody_sees_whom_they_may(void **state)
{
    (void)state;
    AUTO(visit_picture) picture = sample();
    const struct visit_view patient = view_of(picture, 0);
    const struct visit_view physician = view_of(picture, 1);
    const struct visit_view waiting = view_of(picture, 2);
    /* The patient also sees which guests stand at their door. */
    check_roster(&patient,
                 "patient reviewing_physician caregiver treating_physician technical_helper");
    check_roster(&physician,
                 "patient reviewing_physician caregiver treating_physician technical_helper");
    check_roster(&waiting, "patient reviewing_physician caregiver treating_physician");
}

static void answers_of_others_are_for_staff(void **state)
{
    (void)state;
    AUTO(visit_picture) picture = sample();
    const struct visit_view patient = view_of(picture, 0);
    const struct visit_view physician = view_of(picture, 1);
    json_t *of_other = visit_view_participant(&patient, &picture->participants[1]);
    json_t *of_self = visit_view_participant(&patient, &picture->participants[0]);
    json_t *for_staff = visit_view_participant(&physician, &picture->participants[3]);
    assert_null(json_object_get(of_other, "consent"));
    assert_string_equal(json_string_value(json_object_get(of_self, "consent")), "given");
    assert_string_equal(json_string_value(json_object_get(for_staff, "consent")), "refused");
    assert_string_equal(json_string_value(json_object_get(for_staff, "state")), "away");
    json_decref(of_other);
    json_decref(of_self);
    json_decref(for_staff);
}

/* The words of a list, separated by spaces. */
static void check_words(const json_t *object, const char *name, const char *expected)
{
    char found[128] = "";
    size_t index;
    json_t *entry;
    json_array_foreach(json_object_get(object, name), index, entry)
    {
        strcat(found, index > 0 ? " " : "");
        strcat(found, json_string_value(entry));
    }
    assert_string_equal(found, expected);
}

static void everybody_is_told_what_they_may_do_at_the_doors(void **state)
{
    (void)state;
    AUTO(visit_picture) picture = sample();
    static const struct {
        size_t viewer;
        size_t subject;
        enum seat_state seat;
        enum seat_hold hold;
        const char *may;
        const char *outside;
    } cases[] = {
        {0, 2, SEAT_WAITING, SEAT_HOLD_NONE, "admit deny", "waits"},
        {0, 2, SEAT_DENIED, SEAT_HOLD_NONE, "admit", "refused"},
        {0, 2, SEAT_IN_VISIT, SEAT_HOLD_NONE, "send_out", NULL},
        {0, 2, SEAT_WAITING, SEAT_HOLD_PATIENT, "admit", "sent_out"},
        {0, 2, SEAT_WAITING, SEAT_HOLD_TEAM, "", "sent_back"},
        {1, 2, SEAT_WAITING, SEAT_HOLD_NONE, "", "waits"},
        {1, 2, SEAT_IN_VISIT, SEAT_HOLD_NONE, "send_back", NULL},
        {1, 2, SEAT_WAITING, SEAT_HOLD_PATIENT, "", "sent_out"},
        {1, 2, SEAT_WAITING, SEAT_HOLD_TEAM, "admit", "sent_back"},
        {1, 0, SEAT_WAITING, SEAT_HOLD_NONE, "admit deny", "waits"},
        {1, 0, SEAT_IN_VISIT, SEAT_HOLD_NONE, "send_back", NULL},
        {0, 1, SEAT_IN_VISIT, SEAT_HOLD_NONE, "", NULL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct participant *subject = &picture->participants[cases[i].subject];
        picture->participants[0].state = SEAT_IN_VISIT;
        subject->state = cases[i].seat;
        subject->hold = cases[i].hold;
        const struct visit_view view = view_of(picture, cases[i].viewer);
        json_t *shown = visit_view_participant(&view, subject);
        schema_checker_assert(schema, "participant", shown);
        check_words(shown, "may", cases[i].may);
        const json_t *outside = json_object_get(shown, "outside");
        assert_int_equal(outside != NULL, cases[i].outside != NULL);
        assert_true(!outside || strcmp(json_string_value(outside), cases[i].outside) == 0);
        json_decref(shown);
        subject->hold = SEAT_HOLD_NONE;
    }
    /* Who waits opens nothing. */
    picture->participants[0].state = SEAT_WAITING;
    picture->participants[2].state = SEAT_WAITING;
    const struct visit_view waiting = view_of(picture, 0);
    json_t *shown = visit_view_participant(&waiting, &picture->participants[2]);
    check_words(shown, "may", "");
    json_decref(shown);
}

static void a_huddle_has_two_sides(void **state)
{
    (void)state;
    AUTO(visit_picture) picture = sample();
    picture->visit.huddle_since_ms = 7;
    picture->recording.state = RECORDING_STATE_PAUSED;
    picture->recording.reason = RECORDING_REASON_HUDDLE;
    picture->recording_consents[0] = CONSENT_NOT_ASKED;
    static const char *const sides[] = {"calm", "inside"};
    for (size_t viewer = 0; viewer < 2; viewer++) {
        const struct visit_view view = view_of(picture, viewer);
        json_t *huddle = visit_view_huddle(&view);
        schema_checker_assert(schema, "huddle", huddle);
        assert_string_equal(json_string_value(json_object_get(huddle, "state")), sides[viewer]);
        json_decref(huddle);
        json_t *recording = visit_view_recording(&view);
        assert_string_equal(json_string_value(json_object_get(recording, "reason")), "huddle");
        check_words(recording, "waiting_for", "");
        json_decref(recording);
        json_t *question = visit_view_consent(&view);
        assert_true(json_is_false(json_object_get(question, "asked"))); /* it can wait */
        const json_t *texts = json_object_get(question, "texts");
        assert_int_equal(json_array_size(texts), 2);
        assert_string_equal(
            json_string_value(json_object_get(json_array_get(texts, 1), "language")), "es");
        assert_string_equal(json_string_value(json_object_get(json_array_get(texts, 1), "text")),
                            "Las palabras.");
        json_decref(question);
    }
}

static void the_waiting_room_says_who_is_there(void **state)
{
    (void)state;
    AUTO(visit_picture) picture = sample();
    struct visit_view waiting = view_of(picture, 2);
    json_t *event = visit_view_waiting(&waiting);
    schema_checker_assert(schema, "event", event);
    assert_true(json_is_true(json_object_get(event, "physician_told")));
    assert_int_equal(json_array_size(json_object_get(event, "present")), 2);
    json_decref(event);
    waiting.live[1].away = VISIT_VIEW_AWAY_CONNECTION; /* the physician's socket is lost */
    event = visit_view_waiting(&waiting);
    assert_true(json_is_false(json_object_get(event, "physician_told")));
    assert_int_equal(json_array_size(json_object_get(event, "present")), 1);
    json_decref(event);
}

static void who_opens_the_door_depends_on_who_leads_the_visit(void **state)
{
    (void)state;
    static const struct {
        enum visit_shape shape;
        bool opens;
    } rows[] = {
        {VISIT_EXPERT_LED, false},
        {VISIT_TREATING_LED, false},
        {VISIT_PHYSICIANS_ONLY, false},
        {VISIT_NURSE_LED, true},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        AUTO(visit_picture) picture = sample();
        picture->visit.shape = rows[i].shape;
        picture->participants[1].person.role = ROLE_COORDINATOR;
        const struct visit_view waiting = view_of(picture, 2);
        json_t *event = visit_view_waiting(&waiting);
        schema_checker_assert(schema, "event", event);
        const json_t *coordinator = json_array_get(json_object_get(event, "present"), 1);
        assert_string_equal(json_string_value(json_object_get(coordinator, "role")), "coordinator");
        assert_int_equal(json_is_true(json_object_get(coordinator, "opens")), rows[i].opens);
        assert_int_equal(json_is_true(json_object_get(event, "physician_told")), rows[i].opens);
        json_decref(event);
    }
}

static void recording_says_why(void **state)
{
    (void)state;
    static const struct {
        enum recording_state recording;
        enum recording_reason reason;
        bool flowing;
        int64_t recorded_ms;
        bool by_patient;
        const char *state;
        const char *why;
        size_t waiting_for;
    } cases[] = {
        {RECORDING_STATE_OFF, RECORDING_REASON_NONE, false, 0, false, "off", "none", 0},
        {RECORDING_STATE_ASKING, RECORDING_REASON_CONSENT_MISSING, false, 0, false, "asking",
         "waiting_for_consent", 1},
        {RECORDING_STATE_RECORDING, RECORDING_REASON_NONE, false, 0, false, "asking", "none", 0},
        {RECORDING_STATE_RECORDING, RECORDING_REASON_NONE, true, 0, false, "recording", "none", 0},
        {RECORDING_STATE_RECORDING, RECORDING_REASON_NONE, false, 900, false, "paused", "none", 0},
        {RECORDING_STATE_PAUSED, RECORDING_REASON_CONSENT_MISSING, false, 900, false, "paused",
         "newcomer", 1},
        {RECORDING_STATE_PAUSED, RECORDING_REASON_CONSENT_REFUSED, false, 900, false, "paused",
         "refused", 1},
        {RECORDING_STATE_PAUSED, RECORDING_REASON_CONSENT_WITHDRAWN, false, 900, false, "paused",
         "withdrawn", 1},
        {RECORDING_STATE_PAUSED, RECORDING_REASON_BY_HAND, false, 900, false, "paused",
         "by_physician", 1},
        {RECORDING_STATE_STOPPED, RECORDING_REASON_BY_HAND, false, 900, true, "stopped",
         "by_patient", 0},
        {RECORDING_STATE_STOPPED, RECORDING_REASON_NO_SPACE, false, 900, false, "stopped",
         "disk_full", 0},
        {RECORDING_STATE_STOPPED, RECORDING_REASON_RECORDER_FAILED, false, 0, false, "stopped",
         "recorder_failed", 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        AUTO(visit_picture) picture = sample();
        picture->recording.state = cases[i].recording;
        picture->recording.reason = cases[i].reason;
        picture->recording.flowing = cases[i].flowing;
        struct visit_view view = view_of(picture, 0);
        view.recorded_ms = cases[i].recorded_ms;
        view.stopped_by_patient = cases[i].by_patient;
        json_t *recording = visit_view_recording(&view);
        schema_checker_assert(schema, "recording_state", recording);
        assert_string_equal(json_string_value(json_object_get(recording, "state")), cases[i].state);
        assert_string_equal(json_string_value(json_object_get(recording, "reason")), cases[i].why);
        assert_int_equal(json_array_size(json_object_get(recording, "waiting_for")),
                         cases[i].waiting_for);
        json_decref(recording);
    }
}

static void who_is_asked_is_told_to_those_who_may_see_them(void **state)
{
    (void)state;
    static const size_t expected[] = {1, 1, 1, 1, 0, 0, 0}; /* one for each viewer of the sample */
    AUTO(visit_picture) picture = sample();
    picture->recording.state = RECORDING_STATE_ASKING;
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        const struct visit_view view = view_of(picture, i);
        json_t *recording = visit_view_recording(&view);
        assert_int_equal(json_array_size(json_object_get(recording, "waiting_for")), expected[i]);
        json_decref(recording);
    }
}

static void the_question_is_shown_to_who_has_not_answered(void **state)
{
    (void)state;
    static const struct {
        size_t viewer;
        enum recording_state recording;
        bool asked;
    } cases[] = {
        {0, RECORDING_STATE_ASKING, false},  {1, RECORDING_STATE_ASKING, true},
        {1, RECORDING_STATE_OFF, false},     {1, RECORDING_STATE_PAUSED, true},
        {1, RECORDING_STATE_STOPPED, false}, {2, RECORDING_STATE_PAUSED, false},
        {3, RECORDING_STATE_PAUSED, false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        AUTO(visit_picture) picture = sample();
        picture->recording.state = cases[i].recording;
        const struct visit_view view = view_of(picture, cases[i].viewer);
        json_t *question = visit_view_consent(&view);
        schema_checker_assert(schema, "consent_question", question);
        assert_int_equal(json_is_true(json_object_get(question, "asked")), cases[i].asked);
        json_decref(question);
    }
}

static void the_rest_is_valid(void **state)
{
    (void)state;
    AUTO(visit_picture) picture = sample();
    const struct visit_view view = view_of(picture, 1);
    const struct visit_view_place place = {
        .title = "A title", .organisation = "A hospital", .support_phone = "1", .slots_max = 8};
    json_t *visit = visit_view_visit(&view, &place);
    schema_checker_assert(schema, "visit", visit);
    json_decref(visit);
    json_t *permissions = visit_view_permissions(&view);
    for (size_t i = 0; i < json_array_size(permissions); i++) {
        schema_checker_assert(schema, "permission", json_array_get(permissions, i));
    }
    json_decref(permissions);
    char body[] = "Hello";
    const struct chat_message message = {
        .id = "m", .participant_id = "patient", .body = body, .sent_at_ms = 5};
    json_t *chat = visit_view_chat(&view, &message);
    schema_checker_assert(schema, "chat_message", chat);
    json_decref(chat);
}

static void licences_are_told_with_the_place(void **state)
{
    (void)state;
    AUTO(visit_picture) picture = sample();
    struct visit_view view = view_of(picture, 1);
    json_t *nothing = licence_view(&view);
    schema_checker_assert(schema, "licence_state", nothing);
    assert_null(json_object_get(nothing, "place"));
    assert_null(json_object_get(nothing, "consultation"));
    assert_int_equal(json_array_size(json_object_get(nothing, "physicians")), 2);
    json_decref(nothing);

    strcpy(picture->participants[0].subdivision, "US-MT");
    picture->participants[0].placed_at_ms = 17;
    picture->licences[1] = (struct licence_verdict){.outcome = LICENCE_CONSULTATION,
                                                    .reason = LICENCE_REASON_EXPIRED,
                                                    .expires = "2026-01-31",
                                                    .consultation_helps = true};
    picture->visit.consultation_since_ms = 18;
    strcpy(picture->licensed_colleague_id, "treating_physician");
    json_t *told = licence_view(&view);
    schema_checker_assert(schema, "licence_state", told);
    assert_string_equal(json_string_value(json_object_get(told, "place")), "US-MT");
    const json_t *first = json_array_get(json_object_get(told, "physicians"), 0);
    assert_string_equal(json_string_value(json_object_get(first, "outcome")), "consultation");
    assert_string_equal(json_string_value(json_object_get(first, "reason")), "expired");
    assert_string_equal(json_string_value(json_object_get(first, "expires")), "2026-01-31");
    const json_t *consultation = json_object_get(told, "consultation");
    assert_string_equal(json_string_value(json_object_get(consultation, "colleague")),
                        "treating_physician");
    json_decref(told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_sees_whom_they_may),
        cmocka_unit_test(answers_of_others_are_for_staff),
        cmocka_unit_test(everybody_is_told_what_they_may_do_at_the_doors),
        cmocka_unit_test(a_huddle_has_two_sides),
        cmocka_unit_test(the_waiting_room_says_who_is_there),
        cmocka_unit_test(who_opens_the_door_depends_on_who_leads_the_visit),
        cmocka_unit_test(recording_says_why),
        cmocka_unit_test(who_is_asked_is_told_to_those_who_may_see_them),
        cmocka_unit_test(the_question_is_shown_to_who_has_not_answered),
        cmocka_unit_test(licences_are_told_with_the_place),
        cmocka_unit_test(the_rest_is_valid),
    };
    return cmocka_run_group_tests(tests, load_schema, forget_schema);
}
