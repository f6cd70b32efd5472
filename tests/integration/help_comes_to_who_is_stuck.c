/* Help for one person of a visit, over a real server and a real store; the media workers write down
 * who is to hear whom. */
#include "gateway/visits/staff_sign_in.h"
#include "gateway/visits/visit_conduct.h"
#include "tests/fakes/fake_worker_pool.h"
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
    signaling_rig_start_impatient(&rig, 4);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    signaling_rig_stop(&rig);
    json_decref(schema);
    return 0;
}

/* ---- people ---- */

static struct appointment make_visit(void)
{
    struct appointment appointment;
    char number[32];
    snprintf(number, sizeof(number), "HELP-%u", ++visits_made);
    appointment_make(&rig, number, &appointment);
    return appointment;
}

/* A coordinator beyond the case, signed in. */
struct coordinator {
    struct staff_account account;
    char cookie[128];
    struct browser *browser;
    struct answer answer;
    char participant[UUID_TEXT_SIZE]; /* of the newest offer */
};

static int open_session(void *context, struct visit_service *service)
{
    struct coordinator *coordinator = context;
    struct staff_session_opened session;
    const int result = staff_sign_in_open(service, &coordinator->account, &session);
    if (result == 0) {
        snprintf(coordinator->cookie, sizeof(coordinator->cookie),
                 "Cookie: __Host-bedside-account=%s", session.token);
    }
    return result;
}

static void sign_in(struct coordinator *coordinator, const char *key)
{
    *coordinator =
        (struct coordinator){.account = {.issuer = "https://id.example",
                                         .display_name = "Maria Lopez",
                                         .time_zone = "UTC",
                                         .roles = PARTICIPANT_ROLE_BIT(ROLE_COORDINATOR)}};
    snprintf(coordinator->account.subject, sizeof(coordinator->account.subject), "%s", key);
    snprintf(coordinator->account.staff_key, sizeof(coordinator->account.staff_key), "%s", key);
    assert_int_equal(signaling_rig_on_store(&rig, open_session, coordinator), 0);
    coordinator->browser = browser_create(&rig);
}

static void sign_out(struct coordinator *coordinator)
{
    answer_clear(&coordinator->answer);
    coordinator->browser = browser_destroy(coordinator->browser);
}

static long offer(struct coordinator *coordinator, const struct appointment *visit,
                  enum person_name person)
{
    char path[256];
    snprintf(path, sizeof(path), "/api/v1/visits/%s/participants/%s/help", visit->visit_id,
             visit->participants[person]);
    browser_ask(coordinator->browser,
                &(struct request){.path = path, .body = "{}", .header = coordinator->cookie},
                &coordinator->answer);
    if (coordinator->answer.status == 201) {
        snprintf(coordinator->participant, sizeof(coordinator->participant), "%s",
                 text_in(coordinator->answer.json, "participant"));
    }
    return coordinator->answer.status;
}

static json_t *join_for_help(struct visit_client *client, const char *token)
{
    return visit_client_request(
        client, json_pack("{s:s, s:s, s:b}", "type", "join", "token", token, "for_help", 1));
}

/* Offers, and is there. */
static struct visit_client *come_to_help(struct coordinator *coordinator,
                                         const struct appointment *visit, enum person_name person)
{
    assert_int_equal(offer(coordinator, visit, person), 201);
    struct visit_client *client = appointment_connect(visit);
    json_t *joined = join_for_help(client, text_in(coordinator->answer.json, "seat_token"));
    assert_string_equal(text_in(joined, "type"), "joined");
    schema_checker_assert(schema, "reply", joined);
    json_decref(joined);
    return client;
}

static json_t *help(const char *action)
{
    return json_pack("{s:s, s:s}", "type", "help", "action", action);
}

static json_t *say(const char *text)
{
    return json_pack("{s:s, s:s, s:s}", "type", "help", "action", "say", "text", text);
}

static bool asks(struct visit_client *client, json_t *message, const char *code)
{
    json_t *reply = visit_client_request(client, message);
    const bool found = is_error(reply, code);
    json_decref(reply);
    return found;
}

static void offer_media(struct visit_client *client, unsigned unique, bool active)
{
    json_t *answer = visit_client_request(client, offer_message("chromium_admitted", unique));
    assert_int_equal(json_is_true(json_object_get(answer, "active")), active);
    json_decref(answer);
    assert_true(is_ok(client, json_pack("{s:s}", "type", "ready")));
}

static const char *awaited_state;
static const char *awaited_words;

static bool is_awaited(const json_t *event)
{
    const json_t *session = json_object_get(event, "help");
    const json_t *words = json_object_get(session, "words");
    const json_t *last = json_array_get(words, json_array_size(words) - 1);
    return session && strcmp(text_in(session, "state"), awaited_state) == 0 &&
           (!awaited_words || (last && strcmp(text_in(last, "text"), awaited_words) == 0));
}

/* Until the session is in the state, and the last words are these (NULL: any). Owned. */
static json_t *wait_help(struct visit_client *client, const char *state, const char *words)
{
    awaited_state = state;
    awaited_words = words;
    json_t *event = visit_client_wait_for(client, "help_session", is_awaited);
    schema_checker_assert(schema, "event", event);
    return event;
}

static bool worker_did(const char *participant, const char *verb)
{
    char line[32];
    snprintf(line, sizeof(line), "%s e%d", verb, fake_worker_pool_endpoint_of(participant));
    return fake_worker_pool_wait(line);
}

static int line_of(const char *participant, const char *verb)
{
    char line[32];
    snprintf(line, sizeof(line), "%s e%d", verb, fake_worker_pool_endpoint_of(participant));
    return fake_worker_pool_find(line);
}

static bool is_bound(const char *receiver, const char *source)
{
    char line[64];
    snprintf(line, sizeof(line), "bind e%d slot=0 source=e%d",
             fake_worker_pool_endpoint_of(receiver), fake_worker_pool_endpoint_of(source));
    return fake_worker_pool_wait(line);
}

/* ---- tests ---- */

static void who_waits_is_helped_and_waits_again(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    struct coordinator maria;
    sign_in(&maria, "maria");
    AUTO(visit_client) rao = appointment_enter(&visit, RAO);
    AUTO(visit_client) ruth = appointment_join(&visit, RUTH, NULL);
    offer_media(ruth, RUTH, false);
    visit_client_forget(rao);
    AUTO(visit_client) helper = come_to_help(&maria, &visit, RUTH);
    offer_media(helper, 50, false);
    json_t *event = wait_help(ruth, "offered", NULL);
    const json_t *with = json_object_get(json_object_get(event, "help"), "with");
    assert_string_equal(text_in(with, "name"), "Maria Lopez");
    assert_string_equal(text_in(with, "role"), "coordinator");
    json_decref(event);

    /* Words at once, media after the yes. */
    assert_true(is_ok(helper, say("Good morning")));
    json_decref(wait_help(ruth, "offered", "Good morning"));
    assert_true(asks(helper, json_pack("{s:s, s:b, s:b}", "type", "mute", "audio", 1, "video", 1),
                     "not_admitted"));
    assert_true(asks(helper, help("accept"), "wrong_state"));
    assert_int_equal(line_of(visit.participants[RUTH], "help"), -1);
    fake_worker_pool_forget();
    assert_true(is_ok(ruth, help("accept")));
    json_decref(wait_help(helper, "open", NULL));
    json_decref(wait_help(ruth, "open", NULL));
    assert_true(worker_did(visit.participants[RUTH], "help"));
    assert_true(worker_did(maria.participant, "help"));
    assert_true(is_bound(visit.participants[RUTH], maria.participant));
    assert_true(is_bound(maria.participant, visit.participants[RUTH]));
    assert_int_equal(line_of(visit.participants[RAO], "bind"), -1);
    offer_media(ruth, RUTH, true);
    offer_media(helper, 50, true);
    assert_true(
        is_ok(helper, json_pack("{s:s, s:b, s:b}", "type", "mute", "audio", 1, "video", 0)));
    assert_true(
        asks(helper, json_pack("{s:s, s:s}", "type", "chat", "text", "To all"), "not_admitted"));
    assert_true(asks(rao, say("And I?"), "wrong_state"));

    fake_worker_pool_forget();
    assert_true(is_ok(ruth, help("end")));
    event = wait_help(helper, "over", NULL);
    assert_string_equal(text_in(json_object_get(event, "help"), "ended"), "by_helped");
    json_decref(event);
    event = visit_client_wait(helper, "bye");
    assert_string_equal(text_in(event, "reason"), "help_over");
    schema_checker_assert(schema, "event", event);
    json_decref(event);
    json_decref(wait_help(ruth, "over", NULL));
    assert_true(worker_did(visit.participants[RUTH], "leave"));
    assert_int_equal(line_of(visit.participants[RUTH], "enter"), -1);
    assert_false(visit_client_has(rao, "help_session"));
    /* Where she was: at the door. */
    assert_true(is_ok(
        rao, json_pack("{s:s, s:s}", "type", "admit", "participant", visit.participants[RUTH])));
    assert_true(worker_did(visit.participants[RUTH], "enter"));
    sign_out(&maria);
}

static bool says_away_for_help(const json_t *roster)
{
    size_t index;
    json_t *one;
    json_array_foreach(json_object_get(roster, "participants"), index, one)
    {
        const json_t *away = json_object_get(one, "away");
        if (away && strcmp(json_string_value(away), "help") == 0) {
            return true;
        }
    }
    return false;
}

static bool says_nobody_is_away(const json_t *roster)
{
    return !says_away_for_help(roster);
}

static void who_is_in_the_visit_is_apart_and_comes_back(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    struct coordinator maria;
    sign_in(&maria, "maria");
    AUTO(visit_client) rao = appointment_enter(&visit, RAO);
    AUTO(visit_client) feld = appointment_enter(&visit, FELD);
    AUTO(visit_client) helper = come_to_help(&maria, &visit, FELD);
    offer_media(helper, 51, false);
    fake_worker_pool_forget();
    visit_client_forget(rao);
    assert_true(is_ok(feld, help("accept")));
    assert_true(worker_did(visit.participants[FELD], "help"));
    assert_true(worker_did(maria.participant, "help"));
    json_t *roster = visit_client_wait_for(rao, "roster", says_away_for_help);
    schema_checker_assert(schema, "event", roster);
    json_decref(roster);
    assert_true(is_bound(visit.participants[FELD], maria.participant));
    /* The helper's page breaks: Feld is back in the visit. */
    fake_worker_pool_forget();
    visit_client_forget(rao);
    visit_client_cut(helper);
    json_t *event = wait_help(feld, "over", NULL);
    assert_string_equal(text_in(json_object_get(event, "help"), "ended"), "lost");
    json_decref(event);
    assert_true(worker_did(visit.participants[FELD], "enter"));
    assert_true(is_bound(visit.participants[FELD], visit.participants[RAO]));
    json_decref(visit_client_wait_for(rao, "roster", says_nobody_is_away));
    sign_out(&maria);
}

static void the_helper_is_told_when_the_person_leaves_or_says_no(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    struct coordinator maria;
    sign_in(&maria, "maria");
    AUTO(visit_client) ruth = appointment_join(&visit, RUTH, NULL);
    AUTO(visit_client) helper = come_to_help(&maria, &visit, RUTH);
    json_decref(wait_help(ruth, "offered", NULL));
    assert_true(is_ok(ruth, help("decline")));
    json_t *event = wait_help(helper, "over", NULL);
    assert_string_equal(text_in(json_object_get(event, "help"), "ended"), "declined");
    json_decref(event);
    AUTO(visit_client) again = come_to_help(&maria, &visit, RUTH);
    json_decref(wait_help(ruth, "offered", NULL));
    assert_true(is_ok(ruth, help("accept")));
    assert_true(is_ok(ruth, json_pack("{s:s}", "type", "leave")));
    event = wait_help(again, "over", NULL);
    assert_string_equal(text_in(json_object_get(event, "help"), "ended"), "left");
    json_decref(event);
    sign_out(&maria);
}

static void two_helpers_at_once_are_one_too_many(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    struct coordinator maria;
    struct coordinator second;
    sign_in(&maria, "maria");
    sign_in(&second, "second");
    assert_int_equal(offer(&maria, &visit, RUTH), 409); /* she has not arrived */
    assert_string_equal(text_in(maria.answer.json, "code"), "wrong_state");
    AUTO(visit_client) ruth = appointment_join(&visit, RUTH, NULL);
    AUTO(visit_client) helper = come_to_help(&maria, &visit, RUTH);
    assert_int_equal(offer(&second, &visit, RUTH), 409);
    assert_string_equal(text_in(second.answer.json, "code"), "help_taken");
    json_decref(wait_help(ruth, "offered", NULL));
    sign_out(&maria);
    sign_out(&second);
}

/* A page that checks devices has no conversation; it asks, and then sits down for help alone. */
static void help_reaches_a_page_on_the_way_in(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    struct coordinator maria;
    sign_in(&maria, "maria");
    assert_int_equal(appointment_arrive(&visit, RUTH), 201);
    AUTO(visit_client) early = appointment_connect(&visit);
    json_t *reply = join_for_help(early, visit.tokens[RUTH]);
    assert_true(is_error(reply, "wrong_state"));
    json_decref(reply);
    AUTO(visit_client) helper = come_to_help(&maria, &visit, RUTH);
    struct browser *browser = browser_create(&rig);
    char cookie[128];
    struct answer answer = {0};
    snprintf(cookie, sizeof(cookie), "Cookie: __Host-bedside-seat=%s", visit.tokens[RUTH]);
    browser_ask(browser, &(struct request){.path = "/api/v1/seat/help", .header = cookie}, &answer);
    assert_string_equal(text_in(json_object_get(answer.json, "help"), "name"), "Maria Lopez");
    answer_clear(&answer);
    browser_destroy(browser);

    AUTO(visit_client) ruth = appointment_connect(&visit);
    json_t *joined = join_for_help(ruth, visit.tokens[RUTH]);
    assert_string_equal(text_in(json_object_get(joined, "help"), "state"), "offered");
    json_decref(joined);
    offer_media(ruth, RUTH, false);
    assert_true(is_ok(ruth, help("accept")));
    assert_true(worker_did(visit.participants[RUTH], "help"));
    assert_true(is_ok(helper, help("end")));
    json_decref(wait_help(ruth, "over", NULL));
    json_t *bye = visit_client_wait(ruth, "bye");
    assert_string_equal(text_in(bye, "reason"), "help_over");
    json_decref(bye);
    sign_out(&maria);
}

/* Somebody of the visit whose page was loaded anew: on the way in again, with the camera open. */
static void who_comes_back_for_help_alone_is_not_in_the_visit(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    struct coordinator maria;
    sign_in(&maria, "maria");
    AUTO(visit_client) rao = appointment_enter(&visit, RAO);
    AUTO(visit_client) before = appointment_enter(&visit, FELD);
    AUTO(visit_client) helper = come_to_help(&maria, &visit, FELD);
    json_decref(wait_help(before, "offered", NULL));
    visit_client_forget(rao);
    AUTO(visit_client) feld = appointment_connect(&visit);
    json_decref(join_for_help(feld, visit.tokens[FELD]));
    fake_worker_pool_forget();
    offer_media(feld, FELD, false);
    assert_true(
        asks(feld, json_pack("{s:s, s:s}", "type", "chat", "text", "To all"), "not_admitted"));
    json_decref(visit_client_wait_for(rao, "roster", says_away_for_help));
    assert_int_equal(line_of(visit.participants[FELD], "enter"), -1);

    assert_true(is_ok(feld, help("accept")));
    assert_true(worker_did(visit.participants[FELD], "help"));
    assert_true(is_ok(helper, help("end")));
    json_t *bye = visit_client_wait(feld, "bye");
    assert_string_equal(text_in(bye, "reason"), "help_over");
    json_decref(bye);
    assert_int_equal(line_of(visit.participants[FELD], "enter"), -1);

    AUTO(visit_client) again = appointment_join(&visit, FELD, NULL);
    offer_media(again, FELD, true);
    assert_true(worker_did(visit.participants[FELD], "enter"));
    sign_out(&maria);
}

/* Their page is loaded again, and closed before it joins; or it never joined. */
static void who_helps_and_does_not_come_back_leaves_nobody_alone(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    struct coordinator maria;
    sign_in(&maria, "maria");
    AUTO(visit_client) ruth = appointment_join(&visit, RUTH, NULL);
    AUTO(visit_client) helper = come_to_help(&maria, &visit, RUTH);
    assert_true(is_ok(ruth, help("accept")));
    json_decref(wait_help(ruth, "open", NULL));
    assert_int_equal(offer(&maria, &visit, RUTH), 201);
    json_t *bye = visit_client_wait(helper, "bye");
    assert_string_equal(text_in(bye, "reason"), "taken_over");
    json_decref(bye);
    json_t *event = wait_help(ruth, "over", NULL);
    assert_string_equal(text_in(json_object_get(event, "help"), "ended"), "lost");
    json_decref(event);

    assert_int_equal(offer(&maria, &visit, RUTH), 201);
    AUTO(visit_client) late = appointment_connect(&visit);
    char token[RANDOM_TOKEN_SIZE];
    snprintf(token, sizeof(token), "%s", text_in(maria.answer.json, "seat_token"));
    json_decref(wait_help(ruth, "over", NULL));
    json_t *reply = join_for_help(late, token);
    assert_true(is_error(reply, "wrong_state"));
    json_decref(reply);
    sign_out(&maria);
}

static int restart(void *context, struct visit_service *service)
{
    (void)context;
    return visit_conduct_recover(service);
}

static size_t count_in_timeline(const struct appointment *visit, const char *kind)
{
    AUTO(browser) browser = browser_create_operator(&rig);
    struct answer answer = {0};
    char path[128];
    snprintf(path, sizeof(path), "/api/v1/cases/%s", visit->case_id);
    browser_ask(browser, &(struct request){.path = path}, &answer);
    const json_t *first = json_array_get(json_object_get(answer.json, "visits"), 0);
    size_t count = 0;
    size_t index;
    json_t *entry;
    json_array_foreach(json_object_get(first, "timeline"), index, entry)
    {
        count += strcmp(text_in(entry, "kind"), kind) == 0;
    }
    answer_clear(&answer);
    return count;
}

/* What the store does before anything is served. */
static void a_restart_ends_help_in_the_timeline(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    struct coordinator maria;
    sign_in(&maria, "maria");
    AUTO(visit_client) ruth = appointment_join(&visit, RUTH, NULL);
    AUTO(visit_client) helper = come_to_help(&maria, &visit, RUTH);
    json_decref(wait_help(ruth, "offered", NULL));
    assert_true(is_ok(ruth, help("accept")));
    assert_int_equal(count_in_timeline(&visit, "help_ended"), 0);
    assert_int_equal(signaling_rig_on_store(&rig, restart, NULL), 0);
    assert_int_equal(count_in_timeline(&visit, "help_opened"), 1);
    assert_int_equal(count_in_timeline(&visit, "help_ended"), 1);
    /* It can begin anew. */
    AUTO(visit_client) again = come_to_help(&maria, &visit, RUTH);
    sign_out(&maria);
}

static json_t *words_of(const json_t *event)
{
    return json_object_get(json_object_get(event, "help"), "words");
}

/* Each word is told once; who comes back is told all. */
static void words_are_told_once(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    struct coordinator maria;
    sign_in(&maria, "maria");
    AUTO(visit_client) ruth = appointment_join(&visit, RUTH, NULL);
    AUTO(visit_client) helper = come_to_help(&maria, &visit, RUTH);
    json_decref(wait_help(ruth, "offered", NULL));
    static const char *const words[] = {"One", "Two", "Three"};
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        assert_true(is_ok(helper, say(words[i])));
        json_t *event = wait_help(ruth, "offered", words[i]);
        assert_int_equal(json_array_size(words_of(event)), 1);
        json_decref(event);
    }
    json_t *joined = NULL;
    AUTO(visit_client) back = appointment_join(&visit, RUTH, &joined);
    assert_int_equal(json_array_size(words_of(joined)), ARRAY_LENGTH(words));
    json_decref(joined);
    assert_true(is_ok(back, help("accept")));
    json_t *opened = wait_help(back, "open", NULL);
    assert_int_equal(json_array_size(words_of(opened)), 0);
    json_decref(opened);
    sign_out(&maria);
}

/* The token of a seat for help opens nothing else. */
static void a_seat_for_help_does_not_join_the_visit(void **state)
{
    (void)state;
    struct appointment visit = make_visit();
    struct coordinator maria;
    sign_in(&maria, "maria");
    AUTO(visit_client) ruth = appointment_join(&visit, RUTH, NULL);
    assert_int_equal(offer(&maria, &visit, RUTH), 201);
    AUTO(visit_client) client = appointment_connect(&visit);
    const char *token = text_in(maria.answer.json, "seat_token");
    json_t *reply =
        visit_client_request(client, json_pack("{s:s, s:s}", "type", "join", "token", token));
    assert_true(is_error(reply, "not_allowed"));
    json_decref(reply);
    json_t *joined = join_for_help(client, token);
    assert_string_equal(text_in(joined, "type"), "joined");
    assert_string_equal(text_in(json_object_get(joined, "visit"), "state"), "scheduled");
    json_decref(joined);
    sign_out(&maria);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_waits_is_helped_and_waits_again),
        cmocka_unit_test(who_is_in_the_visit_is_apart_and_comes_back),
        cmocka_unit_test(the_helper_is_told_when_the_person_leaves_or_says_no),
        cmocka_unit_test(two_helpers_at_once_are_one_too_many),
        cmocka_unit_test(help_reaches_a_page_on_the_way_in),
        cmocka_unit_test(who_comes_back_for_help_alone_is_not_in_the_visit),
        cmocka_unit_test(who_helps_and_does_not_come_back_leaves_nobody_alone),
        cmocka_unit_test(a_restart_ends_help_in_the_timeline),
        cmocka_unit_test(words_are_told_once),
        cmocka_unit_test(a_seat_for_help_does_not_join_the_visit),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
