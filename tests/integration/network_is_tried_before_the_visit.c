/* Somebody with a link tries the way to the gateway: over HTTP, with limits, and beside no visit.
 * Media is the fake one, which writes down what it is told. */
#include "gateway/base/clock.h"
#include "tests/fakes/fake_worker_pool.h"
#include "tests/integration/visit_people.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "signaling/session/network_tests.h"

#define TESTS "/api/v1/seat/network-tests"

static struct signaling_rig rig;
static struct appointment visit;
static struct answer answer;

static int start(void **state)
{
    (void)state;
    signaling_rig_start(&rig);
    appointment_make(&rig, "TEST-1", &visit);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    answer_clear(&answer);
    signaling_rig_stop(&rig);
    return 0;
}

/* ---- asking ---- */

static void ask(struct browser *browser, const char *method, const char *path, const char *body)
{
    browser_ask(
        browser,
        &(struct request){.method = method, .path = path, .body = body, .origin = rig.origin},
        &answer);
}

static void assert_problem(long status, const char *code)
{
    assert_int_equal(answer.status, status);
    assert_string_equal(text_in(answer.json, "code"), code);
}

/* A browser that has the person's seat. */
static struct browser *seated(enum person_name person)
{
    static const char *const birth_dates[PEOPLE_COUNT] = {
        [RUTH] = "1955-03-14", [ANA] = "1955-03-14"};
    char body[256];
    struct browser *browser = browser_create(&rig);
    json_t *arrival = json_pack("{s:s, s:s}", "secret", visit.secrets[person], "device", "iPad");
    if (birth_dates[person]) {
        json_object_set_new(arrival, "birth_date", json_string(birth_dates[person]));
    }
    if (visit.tokens[person][0]) {
        json_object_set_new(arrival, "device_token", json_string(visit.tokens[person]));
    }
    char *text = json_dumps(arrival, JSON_COMPACT);
    snprintf(body, sizeof(body), "%s", text);
    free(text);
    json_decref(arrival);
    ask(browser, "POST", "/api/v1/arrivals", body);
    assert_int_equal(answer.status, 201);
    snprintf(visit.tokens[person], sizeof(visit.tokens[person]), "%s",
             text_in(answer.json, "seat_token"));
    return browser;
}

struct one_test {
    char path[128];
    char connections[160];
};

static void begin(struct browser *browser, struct one_test *ret_test)
{
    ask(browser, "POST", TESTS, "{}");
    assert_int_equal(answer.status, 201);
    assert_int_equal(json_integer_value(json_object_get(answer.json, "seconds")),
                     NETWORK_TEST_SECONDS);
    snprintf(ret_test->path, sizeof(ret_test->path), TESTS "/%s", text_in(answer.json, "id"));
    snprintf(ret_test->connections, sizeof(ret_test->connections), "%s/connections",
             ret_test->path);
}

/* One microphone, one camera, one slot, as a page that tries its network offers. */
static char *short_offer(const char *sdp)
{
    const char *end = sdp;
    for (int lines = 0; lines < 5; lines++) {
        end = strstr(end + 1, "\nm=");
        assert_non_null(end);
    }
    char *text = strndup(sdp, (size_t)(end + 1 - sdp));
    char *group = strstr(text, "a=group:BUNDLE 0 1 2 3");
    assert_non_null(group);
    group += strlen("a=group:BUNDLE 0 1 2 3");
    char *rest = strstr(group, "\r\n");
    memmove(group, rest, strlen(rest) + 1);
    return text;
}

static void connect(struct browser *browser, const struct one_test *test, bool measured)
{
    static unsigned unique = 0;
    json_t *message = offer_message("chromium_admitted", ++unique);
    AUTO_FREE char *sdp = short_offer(text_in(message, "sdp"));
    json_t *offer = json_pack("{s:s, s:b}", "sdp", sdp, "measured", measured);
    char *body = json_dumps(offer, JSON_COMPACT);
    ask(browser, "POST", test->connections, body);
    free(body);
    json_decref(offer);
    json_decref(message);
}

static const json_t *connection(size_t number)
{
    return json_array_get(json_object_get(answer.json, "connections"), number);
}

/* ---- the tests ---- */

static void nobody_without_a_seat_begins_one(void **state)
{
    (void)state;
    AUTO(browser) stranger = browser_create(&rig);
    ask(stranger, "POST", TESTS, "{}");
    assert_int_equal(answer.status, 401);
    ask(stranger, "POST", TESTS "/x/connections", "{\"sdp\":\"v=0\",\"measured\":true}");
    assert_int_equal(answer.status, 401);
    ask(stranger, "GET", TESTS "/x", NULL);
    assert_int_equal(answer.status, 401);
    assert_int_equal(fake_worker_pool_find("test_card"), -1);
}

/* The visit is not open, nobody else is there. */
static void a_test_has_a_room_of_its_own(void **state)
{
    (void)state;
    struct one_test test;
    AUTO(browser) ruth = seated(RUTH);
    fake_worker_pool_forget();
    begin(ruth, &test);
    assert_int_equal(fake_worker_pool_find("open_room"), 0);
    assert_int_equal(fake_worker_pool_find("test_card"), 1);

    connect(ruth, &test, false);
    assert_int_equal(answer.status, 201);
    assert_non_null(strstr(text_in(answer.json, "sdp"), "a=ice-ufrag:"));
    assert_int_equal(fake_worker_pool_find("enter"), -1); /* a way alone is in no room */

    connect(ruth, &test, true);
    assert_int_equal(answer.status, 201);
    assert_int_equal(json_integer_value(json_object_get(answer.json, "connection")), 1);
    assert_int_not_equal(fake_worker_pool_find("enter"), -1);
    assert_int_not_equal(fake_worker_pool_find("bind"), -1);

    connect(ruth, &test, true); /* one measurement */
    assert_problem(409, "too_many");
    for (int i = 2; i < NETWORK_TEST_CONNECTIONS_MAX; i++) {
        connect(ruth, &test, false);
        assert_int_equal(answer.status, 201);
    }
    connect(ruth, &test, false);
    assert_problem(409, "too_many");

    ask(ruth, "DELETE", test.path, NULL);
    assert_int_equal(answer.status, 204);
    assert_int_not_equal(fake_worker_pool_find("close_room"), -1);
    ask(ruth, "GET", test.path, NULL);
    assert_problem(404, "not_found");
}

static void what_the_worker_measures_is_shown(void **state)
{
    (void)state;
    struct one_test test;
    AUTO(browser) ruth = seated(RUTH);
    begin(ruth, &test);
    connect(ruth, &test, true);
    assert_int_equal(answer.status, 201);
    const int endpoint = fake_worker_pool_endpoint_of(visit.participants[RUTH]);
    struct worker_endpoint_report report = {.connected = true,
                                            .path = ENDPOINT_PATH_TCP,
                                            .bitrate_up_bps = 900000,
                                            .estimate_down_bps = 1500000,
                                            .packets_received = 100,
                                            .packets_lost_up = 3,
                                            .rtt_us = 42000};
    fake_worker_pool_report(endpoint, &report);
    report.bitrate_up_bps = 100000;
    report.estimate_down_bps = 1700000;
    fake_worker_pool_report(endpoint, &report);
    const json_t *measured;
    do { /* the reports are on their way */
        ask(ruth, "GET", test.path, NULL);
        assert_int_equal(answer.status, 200);
        measured = connection(0);
    } while (json_integer_value(json_object_get(measured, "estimate_down_bps")) != 1700000);
    assert_string_equal(text_in(measured, "path"), "tcp");
    assert_int_equal(json_integer_value(json_object_get(measured, "up_bps")), 900000);
    assert_int_equal(json_integer_value(json_object_get(measured, "lost_up")), 3);
    assert_int_equal(json_integer_value(json_object_get(measured, "rtt_us")), 42000);
    ask(ruth, "DELETE", test.path, NULL);
}

static void nobody_sees_or_ends_the_test_of_another(void **state)
{
    (void)state;
    struct one_test test;
    AUTO(browser) rao = seated(RAO);
    AUTO(browser) feld = seated(FELD);
    begin(rao, &test);
    ask(feld, "GET", test.path, NULL);
    assert_problem(404, "not_found");
    ask(feld, "DELETE", test.path, NULL);
    assert_problem(404, "not_found");
    connect(feld, &test, false);
    assert_problem(404, "not_found");
    ask(rao, "GET", test.path, NULL);
    assert_int_equal(answer.status, 200);
}

static void bad_input_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        long status;
        const char *code;
    } table[] = {
        {"{\"sdp\":\"v=0\"}", 400, "bad_request"},
        {"{\"sdp\":7,\"measured\":true}", 400, "bad_request"},
        {"{\"sdp\":\"\",\"measured\":true}", 422, "bad_offer"},
        {"{\"sdp\":\"v=0\\r\\n\",\"measured\":false}", 422, "bad_offer"},
        {"{\"sdp\":\"v=0\",\"measured\":true,\"more\":1}", 400, "bad_request"},
        {"[]", 400, "bad_json"},
    };
    struct one_test test;
    AUTO(browser) quill = seated(QUILL);
    begin(quill, &test);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        ask(quill, "POST", test.connections, table[i].body);
        if (answer.status != table[i].status) {
            fail_msg("row %zu: %ld %s", i, answer.status, answer.body);
        }
    }
    ask(quill, "POST", TESTS, "{\"more\":1}");
    assert_int_equal(answer.status, 400);
    ask(quill, "GET", TESTS "/../../../etc/passwd", NULL);
    assert_true(answer.status == 404 || answer.status == 400);
    fake_worker_pool_forget();
    ask(quill, "DELETE", test.path, NULL);
    assert_int_equal(answer.status, 204);
    assert_int_equal(fake_worker_pool_find("close e"), -1); /* none was opened */
}

static void visits_come_first(void **state)
{
    (void)state;
    AUTO(browser) ana = seated(ANA);
    fake_worker_pool_set_full(true);
    ask(ana, "POST", TESTS, "{}");
    assert_problem(503, "busy");
    fake_worker_pool_set_full(false);
    /* A refusal costs nothing; then there are some in a row, and a pause. */
    for (int i = 0; i < NETWORK_TESTS_IN_A_ROW; i++) {
        struct one_test test;
        begin(ana, &test);
    }
    ask(ana, "POST", TESTS, "{}");
    assert_problem(429, "too_fast");
    AUTO_FREE char *after = answer_header(&answer, "Retry-After");
    assert_string_equal(after, "60");
}

static const char good_check[] =
    "{\"moment\":\"before\",\"platform\":{\"device\":\"ipad\",\"browser\":\"safari\",\"version\":"
    "18},"
    "\"camera\":{\"verdict\":\"good\",\"mark\":\"0123456789abcdef\"},"
    "\"microphone\":{\"verdict\":\"good\",\"reason\":\"none\",\"mark\":\"fedcba9876543210\"},"
    "\"speaker\":{\"verdict\":\"good\"},\"browser\":{\"verdict\":\"good\"},"
    "\"network\":{\"verdict\":\"good\",\"udp\":\"open\",\"tcp\":\"open\",\"relay\":\"untried\","
    "\"path\":\"udp\",\"up_kbps\":2100,\"down_kbps\":2500,\"rtt_ms\":31,\"jitter_ms\":2,"
    "\"loss_permille\":0,\"seconds\":10}}";

static void the_result_is_kept_and_read_by_the_team(void **state)
{
    (void)state;
    char path[128];
    AUTO(browser) ruth = seated(RUTH);
    AUTO(browser) rao = seated(RAO);
    ask(ruth, "GET", "/api/v1/seat/device-check", NULL);
    assert_int_equal(answer.status, 404);
    ask(ruth, "POST", "/api/v1/seat/device-check", good_check);
    assert_int_equal(answer.status, 201);
    assert_string_equal(text_in(answer.json, "change"), "none");
    ask(ruth, "GET", "/api/v1/seat/device-check", NULL);
    assert_int_equal(answer.status, 200);
    assert_string_equal(text_in(json_object_get(answer.json, "camera"), "mark"),
                        "0123456789abcdef");

    snprintf(path, sizeof(path), "/api/v1/visits/%s/device-checks", visit.visit_id);
    ask(rao, "GET", path, NULL);
    assert_int_equal(answer.status, 200);
    const json_t *row = json_array_get(json_object_get(answer.json, "device_checks"), 0);
    assert_string_equal(text_in(row, "participant"), visit.participants[RUTH]);
    assert_null(json_object_get(json_object_get(row, "camera"), "mark"));
    assert_string_equal(text_in(json_object_get(row, "worst"), "verdict"), "good");
    ask(ruth, "GET", path, NULL);
    assert_problem(403, "not_permitted");
}

static void a_check_that_makes_no_sense_is_refused_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *from;
        const char *to;
        const char *where;
    } table[] = {
        {"\"before\"", "\"later\"", "moment"},
        {"\"ipad\"", "\"fridge\"", "platform.device"},
        {"0123456789abcdef", "0123456789ABCDEF", "camera.mark"},
        {"\"up_kbps\":2100", "\"up_kbps\":-1", "network.up_kbps"},
        {"\"loss_permille\":0", "\"loss_permille\":1001", "network.loss_permille"},
        {"\"speaker\":{\"verdict\":\"good\"}", "\"speaker\":{\"verdict\":\"loud\"}",
         "speaker.verdict"},
        {"\"speaker\":{\"verdict\":\"good\"},", "", "speaker"},
        {"\"seconds\":10", "\"seconds\":10,\"agent\":\"Mozilla\"", "network.agent"},
    };
    AUTO(browser) ruth = seated(RUTH);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char body[1024] = "";
        const char *at = strstr(good_check, table[i].from);
        assert_non_null(at);
        snprintf(body, sizeof(body), "%.*s%s%s", (int)(at - good_check), good_check, table[i].to,
                 at + strlen(table[i].from));
        ask(ruth, "POST", "/api/v1/seat/device-check", body);
        if (answer.status != 422 || strcmp(text_in(answer.json, "where"), table[i].where) != 0) {
            fail_msg("row %zu: %ld %s", i, answer.status, answer.body);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_without_a_seat_begins_one),
        cmocka_unit_test(a_test_has_a_room_of_its_own),
        cmocka_unit_test(what_the_worker_measures_is_shown),
        cmocka_unit_test(nobody_sees_or_ends_the_test_of_another),
        cmocka_unit_test(bad_input_is_refused),
        cmocka_unit_test(visits_come_first),
        cmocka_unit_test(the_result_is_kept_and_read_by_the_team),
        cmocka_unit_test(a_check_that_makes_no_sense_is_refused_with_its_place),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
