/* Two doors, sending out and back, and huddles, over a real server and a real store; the media
 * workers write down who is to hear whom. */
#include "gateway/visits/visit_records.h"
#include "tests/fakes/fake_worker_pool.h"
#include "tests/integration/prompt_recorder.h"
#include "tests/integration/visit_people.h"
#include "tests/unit/signaling/schema_checker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct signaling_rig rig;
static unsigned visits_made;
static json_t *schema;

static int start(void **state)
{
    (void)state;
    schema = schema_checker_load();
    signaling_rig_start_recording(&rig, prompt_recorder_ops(), &rig);
    return 0;
}

static int start_hasty(void **state)
{
    (void)state;
    schema = schema_checker_load();
    signaling_rig_start_impatient(&rig, 1);
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
    snprintf(number, sizeof(number), "DOORS-%u", ++visits_made);
    appointment_make(&rig, number, &appointment);
    return appointment;
}

/* ---- shorthand ---- */

static bool asks(struct visit_client *client, json_t *message, const char *code)
{
    json_t *reply = visit_client_request(client, message);
    const bool found = is_error(reply, code);
    json_decref(reply);
    return found;
}

static json_t *about(const char *type, const struct appointment *visit, enum person_name person)
{
    return json_pack("{s:s, s:s}", "type", type, "participant", visit->participants[person]);
}

static json_t *huddle(const char *action)
{
    return json_pack("{s:s, s:s}", "type", "huddle", "action", action);
}

static json_t *said(const char *text)
{
    return json_pack("{s:s, s:s}", "type", "chat", "text", text);
}

static bool worker_did(const struct appointment *visit, const char *verb, enum person_name person)
{
    char line[32];
    snprintf(line, sizeof(line), "%s e%d", verb,
             fake_worker_pool_endpoint_of(visit->participants[person]));
    return fake_worker_pool_wait(line);
}

static int line_of(const struct appointment *visit, const char *verb, enum person_name person)
{
    char line[32];
    snprintf(line, sizeof(line), "%s e%d", verb,
             fake_worker_pool_endpoint_of(visit->participants[person]));
    return fake_worker_pool_find(line);
}

/* Joins, and offers before being let in, as browsers do. */
static struct visit_client *come(struct appointment *visit, enum person_name person)
{
    struct visit_client *client = appointment_join(visit, person, NULL);
    json_decref(visit_client_request(client, offer_message("chromium_admitted", person)));
    assert_true(is_ok(client, json_pack("{s:s}", "type", "ready")));
    return client;
}

/* As a browser does when it was admitted. */
static void step_in(struct visit_client *client, enum person_name person)
{
    json_decref(visit_client_wait(client, "admitted"));
    json_t *answer = visit_client_request(client, offer_message("chromium_admitted", person));
    assert_true(json_is_true(json_object_get(answer, "active")));
    json_decref(answer);
}

static struct visit_client *let_in(struct appointment *visit, struct visit_client *keeper,
                                   enum person_name person)
{
    struct visit_client *client = come(visit, person);
    assert_true(is_ok(keeper, about("admit", visit, person)));
    step_in(client, person);
    assert_true(worker_did(visit, "enter", person));
    return client;
}

static const json_t *in_roster(const json_t *roster, const struct appointment *visit,
                               enum person_name person)
{
    size_t index;
    json_t *one;
    json_array_foreach(json_object_get(roster, "participants"), index, one)
    {
        if (strcmp(text_in(one, "id"), visit->participants[person]) == 0) {
            return one;
        }
    }
    return NULL;
}

static bool has_power(const json_t *person, const char *power)
{
    size_t index;
    json_t *one;
    json_array_foreach(json_object_get(person, "may"), index, one)
    {
        if (strcmp(json_string_value(one), power) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- what is waited for ---- */

static const struct appointment *watched;
static enum person_name watched_person;
static const char *watched_outside;

static bool shows_outside(const json_t *roster)
{
    const json_t *one = in_roster(roster, watched, watched_person);
    const json_t *outside = json_object_get(one, "outside");
    return one &&
           (watched_outside ? outside && strcmp(json_string_value(outside), watched_outside) == 0
                            : !outside);
}

/* Until the roster says that the person is outside so (NULL: inside). Owned. */
static json_t *wait_outside(struct visit_client *client, const struct appointment *visit,
                            enum person_name person, const char *outside)
{
    watched = visit;
    watched_person = person;
    watched_outside = outside;
    json_t *roster = visit_client_wait_for(client, "roster", shows_outside);
    schema_checker_assert(schema, "event", roster);
    return roster;
}

static const char *watched_state;

static bool has_state(const json_t *event)
{
    const json_t *body = json_object_get(event, text_in(event, "type"));
    return strcmp(text_in(body, "state"), watched_state) == 0;
}

static json_t *wait_state(struct visit_client *client, const char *type, const char *state)
{
    watched_state = state;
    json_t *event = visit_client_wait_for(client, type, has_state);
    schema_checker_assert(schema, "event", event);
    return event;
}

/* ---- the patient's door ---- */

static void guests_come_in_when_the_patient_says_yes(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    AUTO(visit_client) ana = come(&visit, ANA);
    json_t *waiting = visit_client_wait(ana, "waiting");
    schema_checker_assert(schema, "event", waiting);
    assert_string_equal(text_in(waiting, "door"), "patient");
    assert_string_equal(text_in(waiting, "outside"), "waits");
    json_decref(waiting);
    AUTO(visit_client) rao = appointment_enter(&visit, RAO);
    assert_true(asks(rao, about("admit", &visit, ANA), "not_allowed"));
    AUTO(visit_client) ruth = come(&visit, RUTH);
    /* The patient is not in the visit yet either. */
    assert_true(asks(ruth, about("admit", &visit, ANA), "not_admitted"));
    assert_true(is_ok(rao, about("admit", &visit, RUTH)));
    step_in(ruth, RUTH);
    json_t *roster = wait_outside(ruth, &visit, ANA, "waits");
    const json_t *guest = in_roster(roster, &visit, ANA);
    assert_true(has_power(guest, "admit") && has_power(guest, "deny"));
    assert_false(has_power(guest, "send_out") || has_power(guest, "send_back"));
    json_decref(roster);
    assert_int_equal(line_of(&visit, "enter", ANA), -1);
    assert_true(is_ok(ruth, about("admit", &visit, ANA)));
    step_in(ana, ANA);
    assert_true(worker_did(&visit, "enter", ANA));
    roster = wait_outside(ruth, &visit, ANA, NULL);
    assert_true(has_power(in_roster(roster, &visit, ANA), "send_out"));
    assert_false(has_power(in_roster(roster, &visit, RAO), "send_out"));
    json_decref(roster);
}

static void a_refused_guest_is_told_kindly_and_may_be_let_in_later(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    AUTO(visit_client) rao = appointment_enter(&visit, RAO);
    AUTO(visit_client) ruth = let_in(&visit, rao, RUTH);
    AUTO(visit_client) ana = come(&visit, ANA);
    assert_true(is_ok(ruth, about("deny", &visit, ANA)));
    json_decref(visit_client_wait(ana, "denied"));
    json_t *roster = wait_outside(ruth, &visit, ANA, "refused");
    assert_true(has_power(in_roster(roster, &visit, ANA), "admit"));
    json_decref(roster);
    assert_int_equal(line_of(&visit, "enter", ANA), -1);
    assert_true(is_ok(ruth, about("admit", &visit, ANA)));
    step_in(ana, ANA);
    assert_true(worker_did(&visit, "enter", ANA));
}

static void a_guest_sent_out_stays_out_whatever_they_do(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    AUTO(visit_client) rao = appointment_enter(&visit, RAO);
    AUTO(visit_client) ruth = let_in(&visit, rao, RUTH);
    AUTO(visit_client) ana = let_in(&visit, ruth, ANA);
    assert_true(asks(ruth, about("send_out", &visit, RAO), "not_allowed"));
    assert_true(asks(rao, about("send_out", &visit, ANA), "not_allowed"));
    fake_worker_pool_forget();
    visit_client_forget(ana);
    assert_true(is_ok(ruth, about("send_out", &visit, ANA)));
    assert_true(worker_did(&visit, "leave", ANA));
    json_t *waiting = visit_client_wait(ana, "waiting");
    assert_string_equal(text_in(waiting, "outside"), "sent_out");
    assert_string_equal(text_in(waiting, "door"), "patient");
    json_decref(waiting);
    assert_true(asks(ana, said("May I?"), "not_admitted"));
    json_decref(wait_outside(rao, &visit, ANA, "sent_out"));
    assert_true(asks(rao, about("admit", &visit, ANA), "not_allowed"));

    /* A reload, and a whole way out and in again. */
    json_t *joined;
    AUTO(visit_client) again = appointment_join(&visit, ANA, &joined);
    schema_checker_assert(schema, "reply", joined);
    assert_string_equal(text_in(json_object_get(joined, "you"), "state"), "waiting");
    assert_string_equal(text_in(json_object_get(joined, "you"), "outside"), "sent_out");
    json_decref(joined);
    assert_true(is_ok(again, json_pack("{s:s}", "type", "leave")));
    AUTO(visit_client) back = come(&visit, ANA);
    assert_int_equal(line_of(&visit, "enter", ANA), -1);
    visit_client_forget(ruth);
    assert_true(is_ok(ruth, about("admit", &visit, ANA)));
    step_in(back, ANA);
    assert_true(worker_did(&visit, "enter", ANA));
}

static void the_team_sends_back_and_lets_in_again(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    AUTO(visit_client) rao = appointment_enter(&visit, RAO);
    AUTO(visit_client) feld = appointment_enter(&visit, FELD);
    AUTO(visit_client) ruth = let_in(&visit, rao, RUTH);
    assert_true(asks(rao, about("send_back", &visit, FELD), "not_allowed"));
    assert_true(asks(ruth, about("send_back", &visit, FELD), "not_allowed"));
    fake_worker_pool_forget();
    visit_client_forget(ruth);
    assert_true(is_ok(feld, about("send_back", &visit, RUTH)));
    assert_true(worker_did(&visit, "leave", RUTH));
    json_t *waiting = visit_client_wait(ruth, "waiting");
    assert_string_equal(text_in(waiting, "outside"), "sent_back");
    assert_string_equal(text_in(waiting, "door"), "team");
    json_decref(waiting);
    assert_true(is_ok(rao, about("admit", &visit, RUTH)));
    step_in(ruth, RUTH);
    assert_true(worker_did(&visit, "enter", RUTH));
}

/* ---- huddles ---- */

static void a_huddle_is_of_the_team_alone(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    AUTO(visit_client) rao = appointment_enter(&visit, RAO);
    AUTO(visit_client) ruth = let_in(&visit, rao, RUTH);
    assert_true(asks(rao, huddle("begin"), "wrong_state")); /* with whom? */
    AUTO(visit_client) feld = appointment_enter(&visit, FELD);
    AUTO(visit_client) ana = let_in(&visit, ruth, ANA);
    assert_true(asks(ruth, huddle("begin"), "not_allowed"));
    assert_true(is_ok(rao, said("Before")));
    fake_worker_pool_forget();
    assert_true(is_ok(rao, huddle("begin")));
    json_decref(wait_state(ruth, "huddle", "calm"));
    json_decref(wait_state(ana, "huddle", "calm"));
    json_decref(wait_state(feld, "huddle", "inside"));
    assert_true(worker_did(&visit, "leave", RUTH));
    assert_true(worker_did(&visit, "leave", ANA));
    assert_true(worker_did(&visit, "huddle", RAO));
    assert_true(worker_did(&visit, "huddle", FELD));
    assert_true(worker_did(&visit, "bind", FELD)); /* they hear each other again */
    assert_int_equal(line_of(&visit, "bind", RUTH), -1);
    assert_true(asks(rao, huddle("begin"), "wrong_state"));

    /* What is written meanwhile stays with them. */
    assert_true(is_ok(rao, said("Among us")));
    assert_true(asks(ruth, said("Hello?"), "not_admitted"));
    json_decref(visit_client_wait(ruth, "chat")); /* "Before" */
    json_decref(visit_client_wait(feld, "chat"));
    json_t *heard = visit_client_wait(feld, "chat");
    assert_string_equal(text_in(json_object_get(heard, "message"), "text"), "Among us");
    json_decref(heard);

    fake_worker_pool_forget();
    assert_true(is_ok(feld, huddle("end")));
    json_decref(wait_state(ruth, "huddle", "none"));
    assert_true(worker_did(&visit, "enter", RUTH));
    assert_true(worker_did(&visit, "enter", RAO));
    assert_true(worker_did(&visit, "bind", RUTH));
    assert_true(is_ok(rao, said("After")));
    heard = visit_client_wait(ruth, "chat");
    assert_string_equal(text_in(json_object_get(heard, "message"), "text"), "After");
    json_decref(heard);
    json_t *joined;
    AUTO(visit_client) again = appointment_join(&visit, RUTH, &joined);
    assert_int_equal(json_array_size(json_object_get(joined, "chat")), 2);
    json_decref(joined);
    assert_true(asks(feld, huddle("end"), "wrong_state"));
}

static void who_reloads_in_a_huddle_is_where_they_were(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    AUTO(visit_client) rao = appointment_enter(&visit, RAO);
    AUTO(visit_client) feld = appointment_enter(&visit, FELD);
    AUTO(visit_client) ruth = let_in(&visit, rao, RUTH);
    assert_true(is_ok(rao, huddle("begin")));
    json_decref(wait_state(ruth, "huddle", "calm"));
    fake_worker_pool_forget();
    json_t *joined;
    AUTO(visit_client) again = appointment_join(&visit, RUTH, &joined);
    assert_string_equal(text_in(json_object_get(joined, "huddle"), "state"), "calm");
    assert_string_equal(text_in(json_object_get(joined, "you"), "state"), "in_visit");
    json_decref(joined);
    json_decref(visit_client_request(again, offer_message("chromium_admitted", 77)));
    assert_true(is_ok(again, json_pack("{s:s}", "type", "ready")));
    assert_true(is_ok(rao, said("Still among us")));
    assert_int_equal(line_of(&visit, "enter", RUTH), -1);
    assert_int_equal(line_of(&visit, "bind", RUTH), -1);
    assert_false(visit_client_has(again, "chat"));

    /* The last of the team goes: there is nobody left to huddle. */
    assert_true(is_ok(feld, json_pack("{s:s}", "type", "leave")));
    assert_false(visit_client_has(again, "bye"));
    assert_true(is_ok(rao, json_pack("{s:s}", "type", "leave")));
    json_decref(wait_state(again, "huddle", "none"));
}

static void nothing_of_a_huddle_is_recorded(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    AUTO(visit_client) rao = appointment_enter(&visit, RAO);
    AUTO(visit_client) feld = appointment_enter(&visit, FELD);
    AUTO(visit_client) ruth = let_in(&visit, rao, RUTH);
    struct visit_client *all[] = {rao, feld, ruth};
    assert_true(is_ok(rao, json_pack("{s:s, s:s}", "type", "recording", "action", "start")));
    for (size_t i = 0; i < ARRAY_LENGTH(all); i++) {
        assert_true(is_ok(all[i], json_pack("{s:s, s:s, s:s}", "type", "consent", "answer", "given",
                                            "text_version", "1")));
    }
    json_decref(wait_state(ruth, "recording", "recording"));
    fake_worker_pool_forget();
    assert_true(is_ok(rao, huddle("begin")));
    json_t *paused = wait_state(ruth, "recording", "paused");
    assert_string_equal(text_in(json_object_get(paused, "recording"), "reason"), "huddle");
    json_decref(paused);
    assert_true(worker_did(&visit, "huddle", RAO));
    assert_true(fake_worker_pool_find("pause") >= 0);
    assert_true(fake_worker_pool_find("pause") < line_of(&visit, "huddle", RAO));
    /* Nobody can start it meanwhile, nor does somebody's yes. */
    assert_true(is_ok(rao, json_pack("{s:s, s:s}", "type", "recording", "action", "pause")));
    assert_true(is_ok(rao, json_pack("{s:s, s:s}", "type", "recording", "action", "resume")));
    assert_int_equal(fake_worker_pool_find("resume"), -1);
    assert_true(is_ok(rao, huddle("end")));
    json_decref(wait_state(ruth, "recording", "recording"));
    assert_true(fake_worker_pool_find("resume") >= 0);
}

static void who_comes_back_in_is_asked_about_recording(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    AUTO(visit_client) rao = appointment_enter(&visit, RAO);
    AUTO(visit_client) ruth = let_in(&visit, rao, RUTH);
    AUTO(visit_client) ana = let_in(&visit, ruth, ANA);
    assert_true(is_ok(ruth, about("send_out", &visit, ANA)));
    /* Who is out need not agree. */
    assert_true(is_ok(rao, json_pack("{s:s, s:s}", "type", "recording", "action", "start")));
    struct visit_client *inside[] = {rao, ruth};
    for (size_t i = 0; i < ARRAY_LENGTH(inside); i++) {
        assert_true(is_ok(inside[i], json_pack("{s:s, s:s, s:s}", "type", "consent", "answer",
                                               "given", "text_version", "1")));
    }
    json_decref(wait_state(ruth, "recording", "recording"));
    fake_worker_pool_forget();
    visit_client_forget(ana);
    assert_true(is_ok(ruth, about("admit", &visit, ANA)));
    step_in(ana, ANA);
    assert_true(worker_did(&visit, "enter", ANA));
    assert_true(fake_worker_pool_find("pause") >= 0);
    assert_true(fake_worker_pool_find("pause") < line_of(&visit, "enter", ANA));
    json_t *paused = wait_state(ruth, "recording", "paused");
    assert_string_equal(text_in(json_object_get(paused, "recording"), "reason"), "newcomer");
    json_decref(paused);
    json_t *question = visit_client_wait(ana, "consent");
    assert_true(json_is_true(json_object_get(json_object_get(question, "consent"), "asked")));
    json_decref(question);
}

/* ---- a team that never returns ---- */

static bool waits_again(const json_t *event)
{
    return strcmp(text_in(event, "outside"), "waits") == 0;
}

static bool has_no_huddle(const json_t *event)
{
    return strcmp(text_in(json_object_get(event, "huddle"), "state"), "none") == 0;
}

static void a_huddle_whose_team_is_gone_is_not_waited_for(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    AUTO(visit_client) rao = come(&visit, RAO);
    AUTO(visit_client) feld = come(&visit, FELD);
    AUTO(visit_client) ruth = come(&visit, RUTH);
    assert_true(is_ok(rao, about("admit", &visit, RUTH)));
    step_in(ruth, RUTH);
    assert_true(is_ok(rao, huddle("begin")));
    visit_client_forget(ruth);
    visit_client_cut(rao);
    visit_client_cut(feld);
    json_t *event = visit_client_wait_for(ruth, "waiting", waits_again);
    schema_checker_assert(schema, "event", event);
    json_decref(event);
    /* Whoever returns is not heard by her before they have let her in again. */
    AUTO(visit_client) back = come(&visit, RAO);
    assert_true(is_ok(back, about("admit", &visit, RUTH)));
    step_in(ruth, RUTH);
    json_decref(visit_client_wait_for(ruth, "huddle", has_no_huddle));
}

/* ---- knocking ---- */

static bool has_knocked(const json_t *roster)
{
    size_t index;
    json_t *one;
    json_array_foreach(json_object_get(roster, "participants"), index, one)
    {
        if (json_integer_value(json_object_get(one, "knocked")) > 0) {
            return true;
        }
    }
    return false;
}

static json_t *knock(void)
{
    return json_pack("{s:s}", "type", "knock");
}

static int verify_audit(void *context, struct visit_service *service)
{
    const struct visit_actor operator_actor = visit_actor_operator(1000);
    return visit_records_verify_audit(service, &operator_actor, context);
}

static uint64_t count_audit(void)
{
    struct audit_verdict verdict;
    assert_int_equal(signaling_rig_on_store(&rig, verify_audit, &verdict), 0);
    assert_true(verdict.intact);
    return verdict.rows;
}

static void who_waits_is_heard_at_the_door(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    AUTO(visit_client) rao = come(&visit, RAO);
    AUTO(visit_client) ruth = come(&visit, RUTH);
    assert_true(is_ok(ruth, knock()));
    json_t *told = visit_client_wait_for(rao, "roster", has_knocked);
    schema_checker_assert(schema, "event", told);
    assert_true(json_integer_value(json_object_get(in_roster(told, &visit, RUTH), "knocked")) > 0);
    json_decref(told);
    assert_true(asks(ruth, knock(), "too_fast"));
    assert_true(asks(rao, knock(), "not_allowed"));
    assert_true(is_ok(rao, about("admit", &visit, RUTH)));
    step_in(ruth, RUTH);
    const uint64_t rows = count_audit();
    assert_true(asks(ruth, knock(), "wrong_state"));
    assert_int_equal(count_audit(), rows + 1); /* the look itself: the store was not asked */
    /* A guest is heard at the patient's door. */
    visit_client_forget(ruth);
    AUTO(visit_client) ana = come(&visit, ANA);
    assert_true(is_ok(ana, knock()));
    told = visit_client_wait_for(ruth, "roster", has_knocked);
    assert_non_null(in_roster(told, &visit, ANA));
    json_decref(told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guests_come_in_when_the_patient_says_yes),
        cmocka_unit_test(a_refused_guest_is_told_kindly_and_may_be_let_in_later),
        cmocka_unit_test(a_guest_sent_out_stays_out_whatever_they_do),
        cmocka_unit_test(the_team_sends_back_and_lets_in_again),
        cmocka_unit_test(a_huddle_is_of_the_team_alone),
        cmocka_unit_test(who_reloads_in_a_huddle_is_where_they_were),
        cmocka_unit_test(nothing_of_a_huddle_is_recorded),
        cmocka_unit_test(who_comes_back_in_is_asked_about_recording),
        cmocka_unit_test(who_waits_is_heard_at_the_door),
    };
    const struct CMUnitTest hasty_tests[] = {
        cmocka_unit_test(a_huddle_whose_team_is_gone_is_not_waited_for),
    };
    return cmocka_run_group_tests(tests, start, stop) +
           cmocka_run_group_tests(hasty_tests, start_hasty, stop);
}
