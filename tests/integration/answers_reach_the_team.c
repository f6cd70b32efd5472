/* What people answer before a visit, over HTTP: kept as they go, read by the team, and told to one
 * role after the other while nobody acknowledges it. Each answer is held against docs/openapi.json.
 */
#include "gateway/visits/staff_sign_in.h"
#include "signaling/api/screening_settings.h"
#include "tests/integration/visit_people.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define PATH_SIZE 256
#define DISTRESS "urn:bedside:questionnaire:distress"
#define PLACE "urn:bedside:questionnaire:place-and-contact"

static struct signaling_rig rig;
static struct screening_settings *settings;
static struct appointment visit;
static struct answer answer;

/* ---- asking ---- */

/* With the cookie of a seat, or of an account. */
static void ask_as(const char *cookie, const char *token, const char *method, const char *path,
                   const char *body)
{
    AUTO(browser) browser = browser_create(&rig);
    char header[256];
    snprintf(header, sizeof(header), "Cookie: %s=%s", cookie, token);
    browser_ask(browser,
                &(struct request){.method = method,
                                  .path = path,
                                  .body = body,
                                  .header = header,
                                  .origin = method || body ? rig.origin : NULL},
                &answer);
}

static void ask(enum person_name person, const char *method, const char *path, const char *body)
{
    ask_as("__Host-bedside-seat", visit.tokens[person], method, path, body);
}

static void assert_status(long status)
{
    if (answer.status != status) {
        fail_msg("%ld instead of %ld: %s", answer.status, status, answer.body ? answer.body : "");
    }
}

static int64_t number_in(const json_t *object, const char *name)
{
    return json_integer_value(json_object_get(object, name));
}

static const json_t *find(const json_t *list, const char *name, const char *value)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *object = json_array_get(list, i);
        if (strcmp(text_in(object, name), value) == 0) {
            return object;
        }
    }
    return NULL;
}

/* The questionnaire of the list that was answered last. */
static const json_t *asked(const char *url)
{
    return find(json_object_get(answer.json, "questionnaires"), "url", url);
}

static void give(enum person_name person, const char *url, const char *body, long status)
{
    char path[PATH_SIZE];
    ask(person, NULL, "/api/v1/seat/questionnaires", NULL);
    assert_status(200);
    const json_t *questionnaire = asked(url);
    assert_non_null(questionnaire);
    snprintf(path, sizeof(path), "/api/v1/seat/questionnaires/%s/answers",
             text_in(questionnaire, "id"));
    ask(person, "PUT", path, body);
    assert_status(status);
}

static void say_distress(enum person_name person, int value, const char *follow)
{
    char body[128];
    snprintf(body, sizeof(body),
             "{\"answers\":[{\"link_id\":\"distress\",\"value\":%d}],\"complete\":true}", value);
    give(person, DISTRESS, body, 200);
    assert_string_equal(text_in(answer.json, "follow"), follow);
}

static void read_screening(enum person_name person)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof(path), "/api/v1/visits/%s/screening", visit.visit_id);
    ask(person, NULL, path, NULL);
}

/* The one alert about the person. */
static const json_t *alert_of(enum person_name person)
{
    read_screening(RAO);
    assert_status(200);
    const json_t *alerts = json_object_get(answer.json, "alerts");
    for (size_t i = 0; i < json_array_size(alerts); i++) {
        const json_t *alert = json_array_get(alerts, i);
        if (strcmp(text_in(json_object_get(alert, "person"), "id"), visit.participants[person]) ==
            0) {
            return alert;
        }
    }
    fail_msg("no alert: %s", answer.body);
    return NULL;
}

static void step(enum person_name person, const char *alert, const char *body, long status)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof(path), "/api/v1/alerts/%s/steps", alert);
    ask(person, NULL, path, body);
    assert_status(status);
}

/* ---- the tests ---- */

static void a_link_says_what_will_be_asked(void **state)
{
    (void)state;
    static const struct {
        enum person_name person;
        bool asked;
    } rows[] = {{RUTH, true}, {ANA, true}, {RAO, false}, {QUILL, false}};
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        AUTO(browser) browser = browser_create(&rig);
        char body[128];
        snprintf(body, sizeof(body), "{\"secret\":\"%s\"}", visit.secrets[rows[i].person]);
        browser_ask(browser, &(struct request){.path = "/api/v1/join-links/look", .body = body},
                    &answer);
        assert_status(200);
        const json_t *asks = json_object_get(answer.json, "asks");
        assert_int_equal(json_is_true(json_object_get(asks, "place")), rows[i].asked);
        assert_int_equal(json_is_true(json_object_get(asks, "questions")), rows[i].asked);
    }
}

static void each_is_asked_what_is_theirs(void **state)
{
    (void)state;
    ask(RUTH, NULL, "/api/v1/seat/questionnaires", NULL);
    assert_status(200);
    const json_t *list = json_object_get(answer.json, "questionnaires");
    assert_int_equal(json_array_size(list), 5);
    assert_string_equal(text_in(json_array_get(list, 0), "url"), PLACE);
    assert_null(asked("urn:bedside:questionnaire:caregiver-strain"));
    const json_t *crisis = json_array_get(json_object_get(answer.json, "crisis"), 1);
    assert_string_equal(text_in(crisis, "language"), "es");
    /* The case knows where she lives and whom to call: to be confirmed. */
    const json_t *prefill = json_object_get(asked(PLACE), "prefill");
    assert_string_equal(text_in(find(prefill, "link_id", "phone"), "value"), "+1 406 555 0101");
    assert_string_equal(text_in(find(prefill, "link_id", "contact-name"), "value"),
                        "Ana Alder (daughter)");
    assert_int_equal(json_array_size(json_object_get(asked(PLACE), "answers")), 0);

    ask(ANA, NULL, "/api/v1/seat/questionnaires", NULL);
    assert_non_null(asked("urn:bedside:questionnaire:caregiver-strain"));
    assert_null(asked("urn:bedside:questionnaire:phq-4"));
    ask(RAO, NULL, "/api/v1/seat/questionnaires", NULL);
    assert_status(403);
}

static void answers_are_kept_as_they_come(void **state)
{
    (void)state;
    static const char partial[] =
        "{\"answers\":[{\"link_id\":\"state\",\"value\":\"US-ID\"},"
        "{\"link_id\":\"address\",\"value\":\"1 Lake Road\\nCoeur d'Alene\"}]}";
    for (int i = 0; i < 2; i++) { /* sent again, nothing is different */
        give(RUTH, PLACE, partial, 200);
        assert_string_equal(text_in(answer.json, "follow"), "nothing");
    }
    ask(RUTH, NULL, "/api/v1/seat/questionnaires", NULL);
    const json_t *answers = json_object_get(asked(PLACE), "answers");
    assert_int_equal(json_array_size(answers), 2);
    assert_string_equal(text_in(find(answers, "link_id", "state"), "value"), "US-ID");
    assert_true(json_is_true(json_object_get(asked(PLACE), "started")));
    assert_true(json_is_false(json_object_get(asked(PLACE), "complete")));
}

static void what_makes_no_sense_is_refused_where_it_stands(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        long status;
        const char *code, *where, *problem;
    } rows[] = {
        {"{}", 422, "bad_field", "answers", ""},
        {"{\"answers\":[],\"more\":1}", 422, "bad_field", "more", ""},
        {"{\"answers\":[],\"complete\":1}", 422, "bad_field", "complete", ""},
        {"{\"answers\":[{\"link_id\":\"nothing\",\"value\":1}]}", 422, "bad_field",
         "answers[0].link_id", ""},
        {"{\"answers\":[{\"link_id\":\"distress\"}]}", 422, "bad_field", "answers[0].value", ""},
        {"{\"answers\":[{\"link_id\":\"distress\",\"value\":\"6\"}]}", 422, "bad_field",
         "answers[0].value", ""},
        {"{\"answers\":[{\"link_id\":\"distress\",\"value\":6},{\"link_id\":\"distress\","
         "\"value\":7}]}",
         422, "bad_field", "answers[1].link_id", ""},
        {"{\"answers\":[{\"link_id\":\"distress\",\"value\":11}]}", 422, "invalid", "",
         "out_of_range"},
        {"{\"answers\":[],\"complete\":true}", 422, "invalid", "", "missing"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        give(RUTH, DISTRESS, rows[i].body, rows[i].status);
        assert_string_equal(text_in(answer.json, "code"), rows[i].code);
        assert_string_equal(text_in(answer.json, "where"), rows[i].where);
        assert_string_equal(text_in(answer.json, "problem"), rows[i].problem);
    }
    ask(RUTH, "PUT", "/api/v1/seat/questionnaires/0000/answers", "{\"answers\":[]}");
    assert_status(404);
    ask_as("__Host-bedside-seat", "nobody", NULL, "/api/v1/seat/questionnaires", NULL);
    assert_status(401);
}

static bool has_climbed(const json_t *event)
{
    (void)event;
    return strcmp(text_in(alert_of(RUTH), "told"), "reviewing_physician") == 0;
}

static void a_high_score_is_told_until_somebody_knows(void **state)
{
    (void)state;
    AUTO(visit_client) desk = appointment_join(&visit, RAO, NULL);
    AUTO(visit_client) patient = appointment_join(&visit, RUTH, NULL);
    say_distress(RUTH, 8, "crisis");
    assert_string_equal(text_in(json_object_get(answer.json, "crisis"), "number"), "988");
    json_decref(visit_client_wait(desk, "screening"));

    const json_t *alert = alert_of(RUTH);
    assert_string_equal(text_in(alert, "state"), "pressing");
    assert_int_equal(number_in(alert, "value"), 8);
    assert_int_equal(number_in(alert, "maximum"), 10);
    assert_string_equal(text_in(json_object_get(alert, "person"), "name"), "Ruth Alder");
    /* The desk hears of each step of the ladder. */
    json_decref(visit_client_wait_for(desk, "screening", has_climbed));
    assert_false(visit_client_has(patient, "screening"));

    char id[UUID_TEXT_SIZE];
    snprintf(id, sizeof(id), "%s", text_in(alert_of(RUTH), "id"));
    visit_client_forget(desk);
    step(RAO, id, "{\"step\":\"acknowledge\",\"note\":\"I talk to her first.\"}", 200);
    assert_string_equal(text_in(answer.json, "state"), "acknowledged");
    assert_string_equal(text_in(json_object_get(answer.json, "acknowledged"), "name"),
                        "Dr. Mira Rao");
    json_decref(visit_client_wait(desk, "screening"));
    step(RAO, id, "{\"step\":\"acknowledge\"}", 409);
    step(RAO, id, "{\"step\":\"forget\"}", 422);
    step(RUTH, id, "{\"step\":\"close\"}", 403);
    step(RAO, "nonsense", "{\"step\":\"close\"}", 404);
    step(RAO, id, "{\"step\":\"close\"}", 200);
    assert_string_equal(text_in(answer.json, "state"), "closed");
}

static void the_team_reads_what_was_said(void **state)
{
    (void)state;
    read_screening(RUTH);
    assert_status(403);
    read_screening(RAO);
    assert_status(200);
    const json_t *responses = json_object_get(answer.json, "responses");
    assert_int_equal(json_array_size(responses), 2);
    const json_t *place = json_array_get(responses, 0);
    const json_t *where = find(json_object_get(place, "answers"), "meaning", "place.state");
    assert_string_equal(text_in(json_object_get(where, "words"), "en"), "Idaho");
    const json_t *score =
        json_array_get(json_object_get(json_array_get(responses, 1), "scores"), 0);
    assert_string_equal(text_in(score, "code"), "distress");
    assert_string_equal(text_in(score, "follow"), "crisis");
}

/* ---- the coordinator's list ---- */

static int sign_in(void *context, struct visit_service *service)
{
    const struct staff_account quill = {
        .issuer = "https://login.example.org",
        .subject = "q",
        .staff_key = "quill",
        .display_name = "Tessa Quill",
        .roles = PARTICIPANT_ROLE_BIT(ROLE_COORDINATOR),
    };
    return staff_sign_in_open(service, &quill, context);
}

static void a_coordinator_has_them_all_in_a_list(void **state)
{
    (void)state;
    static struct staff_session_opened session;
    assert_int_equal(signaling_rig_on_store(&rig, sign_in, &session), 0);
    const char *cookie = "__Host-bedside-account";
    say_distress(ANA, 5, "alert");
    ask_as(cookie, session.token, NULL, "/api/v1/alerts?state=all&limit=1", NULL);
    assert_status(200);
    assert_int_equal(json_array_size(json_object_get(answer.json, "alerts")), 1);
    char path[PATH_SIZE];
    snprintf(path, sizeof(path), "/api/v1/alerts?state=all&limit=1&cursor=%s",
             text_in(answer.json, "next"));
    ask_as(cookie, session.token, NULL, path, NULL);
    const json_t *ana = json_array_get(json_object_get(answer.json, "alerts"), 0);
    assert_string_equal(text_in(json_object_get(ana, "person"), "name"), "Ana Alder");
    assert_true(json_is_null(json_object_get(answer.json, "next")));
    snprintf(path, sizeof(path), "/api/v1/alerts/%s/steps", text_in(ana, "id"));

    ask_as(cookie, session.token, NULL, path, "{\"step\":\"take\"}");
    assert_status(200);
    assert_string_equal(text_in(json_object_get(answer.json, "owner"), "name"), "Tessa Quill");
    assert_string_equal(text_in(answer.json, "state"), "pressing");
    static const struct {
        const char *query;
        long status;
        size_t count;
    } rows[] = {
        {"", 200, 1},
        {"?owner=me", 200, 1},
        {"?owner=none", 200, 0},
        {"?state=pressing,closed", 200, 2},
        {"?state=acknowledged", 200, 0},
        {"?state=loud", 400, 0},
        {"?limit=0", 400, 0},
        {"?cursor=bm90aGluZw", 400, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        snprintf(path, sizeof(path), "/api/v1/alerts%s", rows[i].query);
        ask_as(cookie, session.token, NULL, path, NULL);
        assert_status(rows[i].status);
        assert_int_equal(json_array_size(json_object_get(answer.json, "alerts")), rows[i].count);
    }
    ask(RAO, NULL, "/api/v1/alerts", NULL); /* a seat reaches one visit */
    assert_status(401);
}

static void metrics_count_and_name_nobody(void **state)
{
    (void)state;
    AUTO(browser) browser = browser_create_operator(&rig);
    browser_ask(browser, &(struct request){.path = "/metrics"}, &answer);
    assert_non_null(strstr(answer.body, "\nbedside_screening_crises_total 1\n"));
    assert_non_null(strstr(answer.body, "\nbedside_alerts_pressing{told=\"coordinator\"} "));
    assert_non_null(strstr(answer.body, "\nbedside_alerts_escalated_total "));
    assert_null(strstr(answer.body, "Alder"));
}

static int setup(void **state)
{
    (void)state;
    struct screening_settings_problem problem;
    assert_int_equal(screening_settings_load(SOURCE_FOLDER "/deploy/questionnaires",
                                             SOURCE_FOLDER "/deploy/screening-rules.json",
                                             &settings, &problem),
                     0);
    for (size_t i = 0; i + 1 < settings->ladder.count; i++) {
        settings->ladder.levels[i].seconds = 1;
    }
    signaling_rig_start_asking(&rig, settings);
    appointment_make(&rig, "answers", &visit);
    static const enum person_name people[] = {RUTH, ANA, RAO};
    for (size_t i = 0; i < ARRAY_LENGTH(people); i++) {
        assert_int_equal(appointment_arrive(&visit, people[i]), 201);
    }
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    answer_clear(&answer);
    signaling_rig_stop(&rig);
    settings = screening_settings_destroy(settings);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_says_what_will_be_asked),
        cmocka_unit_test(each_is_asked_what_is_theirs),
        cmocka_unit_test(answers_are_kept_as_they_come),
        cmocka_unit_test(what_makes_no_sense_is_refused_where_it_stands),
        cmocka_unit_test(a_high_score_is_told_until_somebody_knows),
        cmocka_unit_test(the_team_reads_what_was_said),
        cmocka_unit_test(a_coordinator_has_them_all_in_a_list),
        cmocka_unit_test(metrics_count_and_name_nobody),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
