/* What staff are told and may do for a person's safety, over a real server and a real store:
 * licences at the door, help at once, and a visit that begins later. */
#include "gateway/visits/emergency_site.h"
#include "gateway/visits/visit_alert.h"
#include "gateway/visits/visit_licence.h"
#include "signaling/api/api.h"
#include "tests/integration/visit_people.h"
#include "tests/unit/signaling/schema_checker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct licence_rules rules = {
    .rules = {{"US-MT", LICENCE_ACTION_BLOCK, LICENCE_ACTION_WARN, true, 0},
              {"US-ID", LICENCE_ACTION_WARN, LICENCE_ACTION_WARN, false, 0}},
    .count = 2,
    .place_unknown = LICENCE_ACTION_WARN,
};

static const struct emergency_site site = {
    .numbers = {{"US-*", "911", ""}, {"US-MT", "911", "+1 406 555 0191"}},
    .number_count = 2,
    .scripts = {{.language = "en", .lines = {"Stay with the patient."}, .line_count = 1}},
    .script_count = 1,
};

static struct signaling_rig rig;
static unsigned visits_made;
static json_t *schema;

static int start(void **state)
{
    (void)state;
    schema = schema_checker_load();
    signaling_rig_start_of_site(&rig, &rules, &site);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    signaling_rig_stop(&rig);
    json_decref(schema);
    return 0;
}

static struct appointment make_visit(void)
{
    struct appointment appointment;
    char number[32];
    snprintf(number, sizeof(number), "SAFE-%u", ++visits_made);
    appointment_make(&rig, number, &appointment);
    return appointment;
}

/* ---- licences ---- */

struct licensing {
    const char *staff_key;
    const char *state; /* NULL: none */
};

static int license(void *context, struct visit_service *service)
{
    const struct licensing *licensing = context;
    struct licence licence = {.number = "INVENTED-1", .status = LICENCE_ACTIVE};
    if (licensing->state) {
        strcpy(licence.state, licensing->state);
    }
    const struct visit_actor operator= visit_actor_operator(0);
    return visit_licence_replace(service, &operator, licensing->staff_key, &licence,
                                 licensing->state ? 1 : 0, NULL);
}

static void give_licence(const char *staff_key, const char *state)
{
    struct licensing licensing = {.staff_key = staff_key, .state = state};
    assert_int_equal(signaling_rig_on_store(&rig, license, &licensing), 0);
}

static void say_where(struct appointment *visit, enum person_name person, const char *state)
{
    char body[64];
    char header[128];
    struct answer answer = {0};
    AUTO(browser) browser = browser_create(&rig);
    snprintf(body, sizeof(body), "{\"state\":\"%s\"}", state);
    snprintf(header, sizeof(header), "Cookie: " API_SEAT_COOKIE "=%s", visit->tokens[person]);
    browser_ask(browser,
                &(struct request){.path = "/api/v1/seat/place", .body = body, .header = header},
                &answer);
    assert_int_equal(answer.status, 204);
    answer_clear(&answer);
}

static json_t *admit(const struct appointment *visit, enum person_name person, bool knows)
{
    json_t *message =
        json_pack("{s:s, s:s}", "type", "admit", "participant", visit->participants[person]);
    if (knows) {
        json_object_set_new(message, "knows_licence", json_true());
    }
    return message;
}

static bool refuses(struct visit_client *client, json_t *message, const char *code)
{
    json_t *reply = visit_client_request(client, message);
    schema_checker_assert(schema, "reply", reply);
    const bool found = is_error(reply, code);
    json_decref(reply);
    return found;
}

/* Of the first physician of the demonstration visit. */
static const char *outcome_in(const json_t *event)
{
    const json_t *licence = json_object_get(event, "licence");
    return text_in(json_array_get(json_object_get(licence, "physicians"), 0), "outcome");
}

static bool blocks(const json_t *event)
{
    return strcmp(outcome_in(event), "blocked") == 0;
}

static bool warns(const json_t *event)
{
    const json_t *licence = json_object_get(event, "licence");
    return strcmp(outcome_in(event), "warning") == 0 && text_in(licence, "place")[0];
}

static bool is_consultation(const json_t *event)
{
    return json_object_get(json_object_get(event, "licence"), "consultation") != NULL;
}

static bool is_none(const json_t *event)
{
    return !is_consultation(event) && blocks(event);
}

static void wait_for_licence(struct visit_client *client, bool (*accepts)(const json_t *))
{
    json_t *event = visit_client_wait_for(client, "licence", accepts);
    schema_checker_assert(schema, "event", event);
    json_decref(event);
}

static void a_missing_licence_keeps_the_door_shut(void **state)
{
    (void)state;
    give_licence("rao", NULL);
    give_licence("feld", NULL);
    struct appointment visit = make_visit();
    AUTO(visit_client) rao = appointment_enter(&visit, RAO);
    AUTO(visit_client) ruth = appointment_join(&visit, RUTH, NULL);
    say_where(&visit, RUTH, "US-MT");
    wait_for_licence(rao, blocks);
    assert_true(refuses(rao, admit(&visit, RUTH, false), "no_licence"));
    assert_true(refuses(rao, admit(&visit, RUTH, true), "no_licence"));
    /* She travels: what was blocked is a warning now, and told at once. */
    say_where(&visit, RUTH, "US-ID");
    wait_for_licence(rao, warns);
    assert_true(refuses(rao, admit(&visit, RUTH, false), "licence_warning"));
    assert_true(is_ok(rao, admit(&visit, RUTH, true)));
    json_decref(visit_client_wait(ruth, "admitted"));
    /* What staff are told is not for the patient. */
    assert_false(visit_client_has(ruth, "licence"));
}

static void a_licensed_colleague_makes_it_a_consultation(void **state)
{
    (void)state;
    give_licence("rao", NULL);
    give_licence("feld", "US-MT");
    struct appointment visit = make_visit();
    AUTO(visit_client) rao = appointment_enter(&visit, RAO);
    AUTO(visit_client) ruth = appointment_join(&visit, RUTH, NULL);
    say_where(&visit, RUTH, "US-MT");
    wait_for_licence(rao, blocks);
    AUTO(visit_client) feld = appointment_enter(&visit, FELD);
    assert_true(is_ok(rao, admit(&visit, RUTH, false)));
    json_decref(visit_client_wait(ruth, "admitted"));
    wait_for_licence(rao, is_consultation);
    assert_true(is_ok(feld, json_pack("{s:s}", "type", "leave")));
    wait_for_licence(rao, is_none);
}

static void a_physician_without_one_does_not_walk_in(void **state)
{
    (void)state;
    give_licence("rao", "US-MT");
    give_licence("feld", NULL);
    struct appointment visit = make_visit();
    AUTO(visit_client) rao = appointment_enter(&visit, RAO);
    AUTO(visit_client) ruth = appointment_join(&visit, RUTH, NULL);
    say_where(&visit, RUTH, "US-MT");
    assert_true(is_ok(rao, admit(&visit, RUTH, false)));
    json_decref(visit_client_wait(ruth, "admitted"));
    assert_int_equal(appointment_arrive(&visit, FELD), 201);
    AUTO(visit_client) feld = appointment_connect(&visit);
    assert_true(refuses(feld, json_pack("{s:s, s:s}", "type", "join", "token", visit.tokens[FELD]),
                        "no_licence"));
}

/* ---- emergencies ---- */

static json_t *emergency(const char *action)
{
    return json_pack("{s:s, s:s}", "type", "emergency", "action", action);
}

static bool is_on(const json_t *event)
{
    return json_is_object(json_object_get(event, "emergency"));
}

static bool is_over(const json_t *event)
{
    return json_is_null(json_object_get(event, "emergency"));
}

static bool help_comes(const json_t *event)
{
    return json_is_true(json_object_get(event, "coming"));
}

static bool help_does_not_come(const json_t *event)
{
    return json_is_false(json_object_get(event, "coming"));
}

static void wait_valid(struct visit_client *client, const char *type,
                       bool (*accepts)(const json_t *))
{
    json_t *event = visit_client_wait_for(client, type, accepts);
    schema_checker_assert(schema, "event", event);
    json_decref(event);
}

/* The coordinator has one to see to, whoever pressed. */
static int check_alert(void *context, struct visit_service *service)
{
    struct visit_store *store = visit_service_store(service);
    const struct case_reach everything = {.everything = true};
    const struct alert_filter filter = {
        .states = 1u << ALERT_PRESSING, .visit_id = context, .limit = 8};
    AUTO(alert_row_list) list = alert_row_list_create();
    const int result = store->ops->alerts.list_rows(store, &everything, &filter, list);
    return result == 0 && list->count == 1 &&
                   strcmp(list->rows[0].alert.score, ALERT_SCORE_EMERGENCY) == 0
               ? 0
               : -1;
}

static void one_press_shows_staff_where_the_patient_is(void **state)
{
    (void)state;
    give_licence("rao", "US-MT");
    struct appointment visit = make_visit();
    AUTO(visit_client) rao = appointment_enter(&visit, RAO);
    AUTO(visit_client) quill = appointment_enter(&visit, QUILL);
    AUTO(visit_client) ruth = appointment_join(&visit, RUTH, NULL);
    say_where(&visit, RUTH, "US-MT");
    assert_true(is_ok(rao, admit(&visit, RUTH, true)));
    assert_true(refuses(ruth, emergency("begin"), "not_allowed"));
    assert_true(refuses(rao, emergency("tell"), "wrong_state"));
    assert_true(is_ok(rao, emergency("begin")));
    assert_true(is_ok(quill, emergency("begin"))); /* both at once */

    json_t *told = visit_client_wait_for(quill, "emergency", is_on);
    schema_checker_assert(schema, "event", told);
    const json_t *what = json_object_get(told, "emergency");
    const json_t *patient = json_object_get(what, "patient");
    assert_string_equal(text_in(what, "by"), visit.participants[RAO]);
    assert_string_equal(text_in(what, "from_afar"), "+1 406 555 0191");
    assert_non_null(strstr(text_in(patient, "address"), "MT"));
    assert_string_equal(text_in(patient, "place"), "US-MT");
    json_decref(told);
    assert_int_equal(signaling_rig_on_store(&rig, check_alert, visit.visit_id), 0);

    /* The patient's page stays as it is until somebody says so. */
    assert_false(visit_client_has(ruth, "help"));
    assert_true(is_ok(rao, emergency("tell")));
    wait_valid(ruth, "help", help_comes);
    assert_false(visit_client_has(ruth, "emergency"));
    assert_true(is_ok(rao, json_pack("{s:s, s:s}", "type", "chat", "text", "We are here.")));
    assert_true(is_ok(quill, emergency("end")));
    wait_valid(rao, "emergency", is_over);
    wait_valid(ruth, "help", help_does_not_come);
    assert_true(refuses(rao, emergency("end"), "wrong_state"));
}

static void who_joins_later_knows_of_it(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    AUTO(visit_client) rao = appointment_enter(&visit, RAO);
    assert_true(is_ok(rao, emergency("begin")));
    AUTO(visit_client) feld = appointment_join(&visit, FELD, NULL);
    wait_valid(feld, "emergency", is_on);
    AUTO(visit_client) ana = appointment_join(&visit, ANA, NULL);
    json_decref(visit_client_wait(ana, "waiting"));
    assert_true(refuses(ana, emergency("end"), "not_allowed"));
    assert_false(visit_client_has(ana, "emergency"));
}

/* Invited on the spot, and let in by the patient. */
static struct visit_client *bring(const struct appointment *visit, struct visit_client *host,
                                  struct visit_client *patient, const char *role,
                                  json_t **ret_invited)
{
    json_t *invited = visit_client_request(
        host, json_pack("{s:s, s:s, s:s}", "type", "invite", "name", "Luz Ortega", "role", role));
    assert_string_equal(text_in(invited, "type"), "invited");
    struct appointment theirs = *visit;
    snprintf(theirs.secrets[FELD], RANDOM_TOKEN_SIZE, "%s", text_in(invited, "secret"));
    theirs.tokens[FELD][0] = 0;
    struct visit_client *client = appointment_join(&theirs, FELD, NULL);
    assert_true(is_ok(patient, json_pack("{s:s, s:s}", "type", "admit", "participant",
                                         text_in(invited, "participant"))));
    json_decref(visit_client_wait(client, "admitted"));
    *ret_invited = invited;
    return client;
}

static void everybody_of_the_care_team_may_call_for_help(void **state)
{
    (void)state;
    static const char *const roles[] = {"interpreter", "trainee", "technical_helper"};
    give_licence("rao", "US-MT");
    struct appointment visit = make_visit();
    AUTO(visit_client) rao = appointment_enter(&visit, RAO);
    AUTO(visit_client) ruth = appointment_join(&visit, RUTH, NULL);
    say_where(&visit, RUTH, "US-MT");
    assert_true(is_ok(rao, admit(&visit, RUTH, true)));
    for (size_t i = 0; i < ARRAY_LENGTH(roles); i++) {
        json_t *invited;
        AUTO(visit_client) guest = bring(&visit, rao, ruth, roles[i], &invited);
        assert_true(is_ok(guest, emergency("begin")));
        json_t *told = visit_client_wait_for(guest, "emergency", is_on);
        schema_checker_assert(schema, "event", told);
        const json_t *what = json_object_get(told, "emergency");
        assert_string_equal(text_in(what, "by"), text_in(invited, "participant"));
        assert_non_null(strstr(text_in(json_object_get(what, "patient"), "address"), "MT"));
        json_decref(told);
        wait_valid(rao, "emergency", is_on);
        assert_true(is_ok(guest, emergency("end")));
        wait_valid(guest, "emergency", is_over);
        wait_valid(rao, "emergency", is_over);
        json_decref(invited);
    }
}

/* Where the patient is stays with those who are in the visit. */
static void who_was_sent_out_reads_no_more_of_it(void **state)
{
    (void)state;
    give_licence("rao", "US-MT");
    struct appointment visit = make_visit();
    AUTO(visit_client) rao = appointment_enter(&visit, RAO);
    AUTO(visit_client) ruth = appointment_join(&visit, RUTH, NULL);
    say_where(&visit, RUTH, "US-MT");
    assert_true(is_ok(rao, admit(&visit, RUTH, true)));
    json_t *invited;
    AUTO(visit_client) guest = bring(&visit, rao, ruth, "interpreter", &invited);
    assert_true(is_ok(rao, emergency("begin")));
    wait_valid(guest, "emergency", is_on);
    assert_true(is_ok(ruth, json_pack("{s:s, s:s}", "type", "send_out", "participant",
                                      text_in(invited, "participant"))));
    wait_valid(guest, "emergency", is_over);
    assert_true(refuses(guest, emergency("tell"), "not_admitted"));
    assert_true(is_ok(ruth, json_pack("{s:s, s:s}", "type", "admit", "participant",
                                      text_in(invited, "participant"))));
    wait_valid(guest, "emergency", is_on);
    json_decref(invited);
}

/* ---- running late ---- */

static int64_t expected_in(const json_t *object)
{
    return json_integer_value(json_object_get(json_object_get(object, "expected"), "at"));
}

static bool is_late(const json_t *event)
{
    return expected_in(event) > 0;
}

static bool is_on_time(const json_t *event)
{
    return expected_in(event) == 0;
}

static void who_waits_reads_the_new_time(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    AUTO(visit_client) rao = appointment_enter(&visit, RAO);
    assert_true(is_ok(rao, json_pack("{s:s, s:i}", "type", "late", "minutes", 10)));
    json_t *told = visit_client_wait_for(rao, "visit", is_late);
    schema_checker_assert(schema, "event", told);
    const int64_t first = expected_in(told);
    json_decref(told);
    /* Who comes later reads it at once. */
    json_t *joined;
    AUTO(visit_client) ruth = appointment_join(&visit, RUTH, &joined);
    schema_checker_assert(schema, "reply", joined);
    assert_int_equal(expected_in(json_object_get(joined, "visit")), first);
    json_decref(joined);
    assert_true(
        is_ok(rao, json_pack("{s:s, s:I}", "type", "late", "at", (json_int_t)(first + 300000))));
    visit_client_forget(ruth);
    assert_true(
        refuses(ruth, json_pack("{s:s, s:i}", "type", "late", "minutes", 5), "not_allowed"));
    assert_true(refuses(rao, json_pack("{s:s, s:i}", "type", "late", "at", 5), "bad_message"));
    assert_true(
        refuses(rao, json_pack("{s:s, s:I}", "type", "late", "at", (json_int_t)(first + 86400000)),
                "bad_message"));
    assert_true(is_ok(rao, json_pack("{s:s}", "type", "late")));
    wait_valid(ruth, "visit", is_on_time);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_missing_licence_keeps_the_door_shut),
        cmocka_unit_test(a_licensed_colleague_makes_it_a_consultation),
        cmocka_unit_test(a_physician_without_one_does_not_walk_in),
        cmocka_unit_test(one_press_shows_staff_where_the_patient_is),
        cmocka_unit_test(who_joins_later_knows_of_it),
        cmocka_unit_test(everybody_of_the_care_team_may_call_for_help),
        cmocka_unit_test(who_was_sent_out_reads_no_more_of_it),
        cmocka_unit_test(who_waits_reads_the_new_time),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
