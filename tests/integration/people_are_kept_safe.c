/* What staff are told and may do for a person's safety, over a real server and a real store:
 * licences at the door. */
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

static struct signaling_rig rig;
static unsigned visits_made;
static json_t *schema;

static int start(void **state)
{
    (void)state;
    schema = schema_checker_load();
    signaling_rig_start_with_rules(&rig, &rules);
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
                                 licensing->state ? 1 : 0);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_missing_licence_keeps_the_door_shut),
        cmocka_unit_test(a_licensed_colleague_makes_it_a_consultation),
        cmocka_unit_test(a_physician_without_one_does_not_walk_in),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
