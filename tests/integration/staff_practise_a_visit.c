/* A member of staff begins a practice visit, a second device plays the patient, and outside nobody
 * hears of it. */
#include "tests/integration/role_holders.h"
#include "tests/integration/visit_people.h"

#include "gateway/visits/practice_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct signaling_rig rig;
static struct answer answer;
static struct holder *rao;   /* who practises */
static struct holder *quill; /* who watches over the day */
static struct holder *bedsidectl;

static int start(void **state)
{
    (void)state;
    signaling_rig_start_asking_with_staff(&rig, NULL,
                                          SOURCE_FOLDER "/tests/vectors/staff_of_every_role.json");
    rao = holder_with_account(&rig, ROLE_REVIEWING_PHYSICIAN);
    quill = holder_with_account(&rig, ROLE_COORDINATOR);
    bedsidectl = holder_operator(&rig);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    answer_clear(&answer);
    holder_destroy(rao);
    holder_destroy(quill);
    holder_destroy(bedsidectl);
    signaling_rig_stop(&rig);
    return 0;
}

static long ask(const struct holder *who, const char *method, const char *path, const char *body)
{
    holder_ask(who, method, path, body, NULL, &answer);
    return answer.status;
}

/* The secret of the link of a role, of the last answer. */
static void take_secret(const char *role, char ret_secret[RANDOM_TOKEN_SIZE])
{
    size_t index;
    json_t *link;
    json_array_foreach(json_object_get(answer.json, "links"), index, link)
    {
        if (strcmp(text_in(link, "role"), role) == 0) {
            snprintf(ret_secret, RANDOM_TOKEN_SIZE, "%s", strchr(text_in(link, "url"), '#') + 1);
            return;
        }
    }
    fail_msg("no link for a %s", role);
}

static long post_secret(struct browser *browser, const char *path, const char *secret,
                        const char *birth_date)
{
    json_t *body = json_pack("{s:s}", "secret", secret);
    if (strstr(path, "arrivals")) {
        json_object_set_new(body, "device", json_string("test"));
    }
    if (birth_date) {
        json_object_set_new(body, "birth_date", json_string(birth_date));
    }
    char *text = json_dumps(body, JSON_COMPACT);
    browser_ask(browser, &(struct request){.path = path, .body = text}, &answer);
    free(text);
    json_decref(body);
    return answer.status;
}

/* Arrives and joins; *ret_joined is owned. */
static struct visit_client *come(const char *secret, const char *birth_date, json_t **ret_joined)
{
    AUTO(browser) browser = browser_create(&rig);
    assert_int_equal(post_secret(browser, "/api/v1/arrivals", secret, birth_date), 201);
    const struct appointment somewhere = {.rig = &rig};
    struct visit_client *client = appointment_connect(&somewhere);
    *ret_joined = visit_client_request(client, json_pack("{s:s, s:s}", "type", "join", "token",
                                                         text_in(answer.json, "seat_token")));
    assert_string_equal(text_in(*ret_joined, "type"), "joined");
    assert_true(json_is_true(json_object_get(json_object_get(*ret_joined, "visit"), "practice")));
    return client;
}

static bool has(const json_t *list, const char *word)
{
    size_t index;
    json_t *one;
    json_array_foreach((json_t *)list, index, one)
    {
        if (strcmp(json_string_value(one), word) == 0) {
            return true;
        }
    }
    return false;
}

static void assert_nobody_hears_of_it(const char *visit_id, const char *case_id)
{
    char path[128];
    static const char *const lists[] = {"/api/v1/board", "/api/v1/alerts", "/api/v1/cases"};
    for (size_t i = 0; i < ARRAY_LENGTH(lists); i++) {
        assert_int_equal(ask(quill, "GET", lists[i], NULL), 200);
        assert_null(strstr(answer.body, visit_id));
        assert_null(strstr(answer.body, case_id));
    }
    snprintf(path, sizeof(path), "/api/v1/cases/%s", case_id);
    assert_int_equal(ask(quill, "GET", path, NULL), 404);
    assert_int_equal(ask(rao, "GET", path, NULL), 404);
    assert_int_equal(ask(bedsidectl, "GET", path, NULL), 404);
    snprintf(path, sizeof(path), "/api/v1/visits/%s", visit_id);
    assert_int_equal(ask(bedsidectl, "GET", path, NULL), 404);
    snprintf(path, sizeof(path), "/api/v1/visits/%s/end", visit_id);
    assert_int_equal(ask(bedsidectl, "POST", path, "{}"), 404);
}

static void it_is_begun_played_and_ended(void **state)
{
    (void)state;
    char own_secret[RANDOM_TOKEN_SIZE];
    char patient_secret[RANDOM_TOKEN_SIZE];
    assert_int_equal(ask(rao, "GET", "/api/v1/practice", NULL), 200);
    assert_true(json_is_null(json_object_get(answer.json, "practice")));
    assert_int_equal(ask(rao, "POST", "/api/v1/practice", "{\"language\":\"es\"}"), 201);
    assert_int_equal(json_array_size(json_object_get(answer.json, "links")), 4);
    take_secret("reviewing_physician", own_secret);
    take_secret("patient", patient_secret);
    assert_int_equal(ask(rao, "POST", "/api/v1/practice", "{}"), 409);
    assert_string_equal(text_in(answer.json, "code"), "wrong_state");
    assert_int_equal(ask(rao, "POST", "/api/v1/practice", "{\"shape\":\"x\"}"), 400);

    AUTO(browser) looks = browser_create(&rig);
    assert_int_equal(post_secret(looks, "/api/v1/join-links/look", patient_secret, NULL), 200);
    const json_t *looked = json_object_get(answer.json, "visit");
    assert_true(json_is_true(json_object_get(looked, "practice")));
    assert_string_equal(text_in(looked, "title"), "Visita de práctica");

    json_t *joined = NULL;
    json_t *joined_as_patient = NULL;
    AUTO(visit_client) own = come(own_secret, NULL, &joined);
    const json_t *permissions = json_object_get(joined, "permissions");
    assert_true(has(permissions, "admit") && has(permissions, "huddle") &&
                has(permissions, "emergency") && has(permissions, "invite"));
    assert_false(has(permissions, "recording_start") || has(permissions, "consent"));
    AUTO(visit_client) patient = come(patient_secret, PRACTICE_BIRTH_DATE, &joined_as_patient);
    const json_t *you = json_object_get(joined_as_patient, "you");
    assert_string_equal(text_in(you, "state"), "waiting");
    assert_true(
        is_ok(own, json_pack("{s:s, s:s}", "type", "admit", "participant", text_in(you, "id"))));
    json_decref(visit_client_wait(patient, "admitted"));
    json_t *refused =
        visit_client_request(own, json_pack("{s:s, s:s}", "type", "recording", "action", "start"));
    assert_true(is_error(refused, "wrong_state"));
    json_decref(refused);
    assert_true(is_ok(own, json_pack("{s:s, s:s}", "type", "emergency", "action", "begin")));
    json_decref(visit_client_wait(own, "emergency"));

    const json_t *visit = json_object_get(joined, "visit");
    assert_nobody_hears_of_it(text_in(visit, "id"), text_in(visit, "case"));
    assert_int_equal(ask(rao, "GET", "/api/v1/practice", NULL), 200);
    const json_t *people = json_object_get(json_object_get(answer.json, "practice"), "people");
    assert_true(json_is_true(json_object_get(json_array_get(people, 0), "here")));
    assert_true(json_is_true(json_object_get(json_array_get(people, 0), "you")));
    assert_true(json_is_false(json_object_get(json_array_get(people, 2), "here")));

    assert_int_equal(ask(rao, "POST", "/api/v1/practice/links", "{}"), 200);
    AUTO(browser) late = browser_create(&rig);
    assert_int_not_equal(post_secret(late, "/api/v1/join-links/look", patient_secret, NULL), 200);
    assert_int_equal(ask(quill, "DELETE", "/api/v1/practice", NULL), 404); /* not hers */
    assert_int_equal(ask(rao, "DELETE", "/api/v1/practice", NULL), 200);
    struct visit_client *const both[] = {own, patient};
    for (size_t i = 0; i < ARRAY_LENGTH(both); i++) {
        json_t *bye = visit_client_wait(both[i], "bye");
        assert_string_equal(text_in(bye, "reason"), "ended");
        json_decref(bye);
    }
    assert_int_equal(ask(rao, "GET", "/api/v1/practice", NULL), 200);
    assert_true(json_is_null(json_object_get(answer.json, "practice")));
    assert_int_equal(ask(rao, "POST", "/api/v1/practice", "{}"), 409);
    assert_string_equal(text_in(answer.json, "code"), "too_soon");
    assert_int_equal(ask(bedsidectl, "GET", "/api/v1/audit/verify", NULL), 200);
    assert_true(json_is_true(json_object_get(answer.json, "ok")));
    json_decref(joined);
    json_decref(joined_as_patient);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_begun_played_and_ended),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
