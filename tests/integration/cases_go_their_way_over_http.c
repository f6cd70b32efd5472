/* A case from the order to the booked visit, through the gateway's own HTTP face. */
#include "tests/integration/signaling_rig.h"

#include "gateway/base/clock.h"
#include "gateway/visits/participant.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define DAY_MS 86400000LL
#define PATH_SIZE 256

static struct signaling_rig rig;
static struct browser *operator_browser;
static struct answer answer;

/* ---- asking ---- */

/* Changes come from a page of ours. */
static void ask(struct browser *browser, const char *method, const char *path, const char *body)
{
    browser_ask(
        browser,
        &(struct request){
            .method = method, .path = path, .body = body, .origin = method ? rig.origin : NULL},
        &answer);
}

static void operate(const char *method, const char *path, const char *body, long status)
{
    ask(operator_browser, method, path, body);
    if (answer.status != status) {
        fail_msg("%s %s: %ld %s", method, path, answer.status, answer.body);
    }
}

static const char *text_at(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

static int64_t number_at(const json_t *object, const char *name)
{
    return json_integer_value(json_object_get(object, name));
}

static void assert_problem(long status, const char *code, const char *where)
{
    assert_int_equal(answer.status, status);
    assert_string_equal(text_at(answer.json, "code"), code);
    assert_string_equal(text_at(answer.json, "where"), where);
}

static char *load(const char *name)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof(path), "%s/%s", SOURCE_FOLDER, name);
    json_t *document = json_load_file(path, 0, NULL);
    assert_non_null(document);
    char *text = json_dumps(document, JSON_COMPACT);
    json_decref(document);
    return text;
}

#define TEAM(key)                                                                                  \
    "{\"programme\":\"p\",\"key\":\"" key "\",\"name\":\"Team " key "\","                          \
    "\"subspecialty\":\"breast\",\"experts\":[{\"staff\":\"rao\",\"name\":\"Dr. Mira Rao\","       \
    "\"languages\":[\"en\",\"es\"],\"subspecialties\":[\"breast\"],\"time_zone\":\"UTC\","         \
    "\"hours\":{\"weekly\":["                                                                      \
    "{\"day\":\"monday\",\"from\":\"09:00\",\"until\":\"12:00\"},"                                 \
    "{\"day\":\"thursday\",\"from\":\"09:00\",\"until\":\"12:00\"}]}}]}"

/* ---- the tests ---- */

static char case_id[64];
static char team_id[64];
static char expert_id[64];

static void a_team_is_made_and_made_again(void **state)
{
    (void)state;
    operate(NULL, "/api/v1/teams", TEAM("breast"), 201);
    snprintf(team_id, sizeof(team_id), "%s", text_at(answer.json, "id"));
    const json_t *expert = json_array_get(json_object_get(answer.json, "experts"), 0);
    snprintf(expert_id, sizeof(expert_id), "%s", text_at(expert, "id"));
    operate(NULL, "/api/v1/teams", TEAM("breast"), 200);
    assert_string_equal(text_at(answer.json, "id"), team_id);

    char path[PATH_SIZE];
    snprintf(path, sizeof(path), "/api/v1/experts/%s/hours", expert_id);
    operate(NULL, path, NULL, 200);
    assert_int_equal(json_array_size(json_object_get(answer.json, "weekly")), 2);
    char *hours = json_dumps(answer.json, 0);
    operate("PUT", path, hours, 200);
    free(hours);
    operate("PUT", path, "{\"time_zone\":\"UTC\",\"weekly\":[{\"day\":\"someday\"}]}", 422);
    assert_problem(422, "bad_document", "weekly[0].day");
    operate("PUT", path, "[]", 400);

    snprintf(path, sizeof(path), "/api/v1/teams/%s", team_id);
    operate(NULL, path, NULL, 200);
    char *team = json_dumps(answer.json, 0);
    operate("PUT", path, team, 200); /* what is shown can be sent back */
    free(team);
    operate("PUT", "/api/v1/teams/unknown", TEAM("breast"), 404);
}

static void teams_come_in_pages(void **state)
{
    (void)state;
    operate(NULL, "/api/v1/teams", TEAM("a"), 201);
    operate(NULL, "/api/v1/teams", TEAM("z"), 201);
    char path[PATH_SIZE] = "/api/v1/teams?programme=p&limit=1";
    static const char *const keys[] = {"a", "breast", "z"};
    for (size_t i = 0; i < ARRAY_LENGTH(keys); i++) {
        operate(NULL, path, NULL, 200);
        const json_t *teams = json_object_get(answer.json, "teams");
        assert_int_equal(json_array_size(teams), 1);
        assert_string_equal(text_at(json_array_get(teams, 0), "key"), keys[i]);
        snprintf(path, sizeof(path), "/api/v1/teams?programme=p&limit=1&cursor=%s",
                 text_at(answer.json, "next"));
    }
    assert_true(json_is_null(json_object_get(answer.json, "next")));
    operate(NULL, "/api/v1/teams?limit=0", NULL, 400);
    operate(NULL, "/api/v1/teams?cursor=bm90aGluZw", NULL, 400);
    /* The ones that are in the way of routing. */
    static const char *const ends[] = {"a", "z"};
    for (size_t i = 0; i < ARRAY_LENGTH(ends); i++) {
        operate(NULL, "/api/v1/teams", i == 0 ? TEAM("a") : TEAM("z"), 200);
        snprintf(path, sizeof(path), "/api/v1/teams/%s", text_at(answer.json, "id"));
        operate("DELETE", path, NULL, 200);
        assert_true(json_is_true(json_object_get(answer.json, "retired")));
        operate("DELETE", path, NULL, 409);
    }
    operate(NULL, "/api/v1/teams?programme=p", NULL, 200);
    assert_int_equal(json_array_size(json_object_get(answer.json, "teams")), 1);
    operate(NULL, "/api/v1/teams?programme=p&retired=true", NULL, 200);
    assert_int_equal(json_array_size(json_object_get(answer.json, "teams")), 3);
}

static void an_order_becomes_a_case(void **state)
{
    (void)state;
    char *order = load("tests/vectors/service_request.json");
    browser_ask(operator_browser,
                &(struct request){.path = "/api/v1/orders?programme=p",
                                  .body = order,
                                  .content_type = "application/fhir+json"},
                &answer);
    assert_int_equal(answer.status, 201);
    snprintf(case_id, sizeof(case_id), "%s", text_at(answer.json, "id"));
    operate(NULL, "/api/v1/orders?programme=p", order, 200);
    assert_string_equal(text_at(answer.json, "id"), case_id);
    assert_true(json_is_false(json_object_get(answer.json, "new")));
    operate(NULL, "/api/v1/orders", order, 400);
    assert_problem(400, "bad_field", "programme");
    operate(NULL, "/api/v1/orders?programme=p", "{\"resourceType\":\"Patient\"}", 422);
    assert_problem(422, "bad_document", "resourceType");
    free(order);
}

static void the_case_goes_its_way(void **state)
{
    (void)state;
    char flow[PATH_SIZE];
    char moves[PATH_SIZE];
    snprintf(flow, sizeof(flow), "/api/v1/cases/%s/flow", case_id);
    snprintf(moves, sizeof(moves), "/api/v1/cases/%s/moves", case_id);
    operate(NULL, flow, NULL, 200);
    assert_string_equal(text_at(answer.json, "step"), "requested");
    assert_string_equal(text_at(answer.json, "subspecialty"), "breast");
    assert_string_equal(text_at(answer.json, "priority"), "urgent");
    assert_string_equal(text_at(json_object_get(answer.json, "team"), "id"), team_id);
    assert_true(json_is_null(json_object_get(answer.json, "owner")));
    assert_int_equal(number_at(answer.json, "due_at") - number_at(answer.json, "since"), DAY_MS);

    operate(NULL, moves, "{\"move\":\"advance\",\"from\":\"requested\"}", 200);
    assert_string_equal(text_at(answer.json, "step"), "records_collected");
    operate(NULL, moves, "{\"move\":\"advance\",\"from\":\"requested\"}", 409);
    assert_problem(409, "wrong_state", "");
    operate(NULL, moves, "{\"move\":\"send_back\",\"from\":\"records_collected\"}", 422);
    assert_problem(422, "bad_document", "reason");
    operate(NULL, moves, "{\"move\":\"fly\",\"from\":\"records_collected\"}", 422);
    assert_problem(422, "bad_document", "move");
    operate(NULL, moves, "{\"move\":\"visit_held\",\"from\":\"records_collected\"}", 422);
    operate(NULL, moves,
            "{\"move\":\"send_back\",\"from\":\"records_collected\",\"reason\":\"No slides.\"}",
            200);
    operate(NULL, flow, NULL, 200);
    const json_t *history = json_object_get(answer.json, "history");
    const json_t *last = json_array_get(history, json_array_size(history) - 1);
    assert_string_equal(text_at(last, "from"), "records_collected");
    assert_string_equal(text_at(last, "to"), "requested");
    assert_string_equal(text_at(last, "reason"), "No slides.");
    assert_string_equal(text_at(json_object_get(last, "by"), "role"), "operator");

    operate("PATCH", flow, "{\"due_at\":1900000000000,\"team\":null,\"priority\":\"routine\"}",
            200);
    assert_int_equal(number_at(answer.json, "due_at"), 1900000000000);
    assert_true(json_is_null(json_object_get(answer.json, "team")));
    operate("PATCH", flow, "{\"team\":\"auto\"}", 200);
    assert_string_equal(text_at(json_object_get(answer.json, "team"), "id"), team_id);
    operate("PATCH", flow, "{\"owner\":\"me\"}", 404); /* the operator has no account */
    operate("PATCH", flow, "{\"due_at\":\"soon\"}", 422);
    operate("PATCH", flow, "{\"colour\":\"red\"}", 422);
    operate("PATCH", "/api/v1/cases/unknown/flow", "{}", 404);
    operate(NULL, "/api/v1/coordinators", NULL, 200);
}

static void the_list_is_asked(void **state)
{
    (void)state;
    static const struct {
        const char *query;
        long status;
        size_t count;
    } rows[] = {
        {"", 200, 1},
        {"?step=requested", 200, 1},
        {"?step=in_review,requested", 200, 1},
        {"?step=closed", 200, 0},
        {"?step=all", 200, 1},
        {"?step=lost", 400, 0},
        {"?step=", 400, 0},
        {"?owner=none", 200, 1},
        {"?owner=me", 200, 0},
        {"?team=none", 200, 0},
        {"?programme=p", 200, 1},
        {"?programme=q", 200, 0},
        {"?due=overdue", 200, 0},
        {"?due=1900000000001", 200, 1},
        {"?due=tomorrow", 400, 0},
        {"?limit=201", 400, 0},
        {"?limit=1", 200, 1},
        {"?cursor=AAAA", 400, 0},
        {"?step=open&step=all", 400, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        char path[PATH_SIZE];
        snprintf(path, sizeof(path), "/api/v1/cases%s", rows[i].query);
        operate(NULL, path, NULL, rows[i].status);
        assert_int_equal(json_array_size(json_object_get(answer.json, "cases")), rows[i].count);
    }
    operate(NULL, "/api/v1/cases", NULL, 200);
    const json_t *row = json_array_get(json_object_get(answer.json, "cases"), 0);
    assert_string_equal(text_at(row, "id"), case_id);
    assert_string_equal(text_at(row, "patient"), "Ruth Ann Alder");
    assert_true(json_is_null(json_object_get(answer.json, "next")));
}

static void a_visit_is_booked_into_a_free_slot(void **state)
{
    (void)state;
    char path[PATH_SIZE];
    char body[PATH_SIZE];
    const int64_t from_ms = (clock_wall_ms() / DAY_MS + 1) * DAY_MS;
    snprintf(path, sizeof(path), "/api/v1/teams/%s/slots?from=%lld&until=%lld&minutes=60", team_id,
             (long long)from_ms, (long long)(from_ms + 7 * DAY_MS));
    operate(NULL, path, NULL, 200);
    const json_t *slots = json_object_get(answer.json, "slots");
    assert_int_equal(json_array_size(slots), 6);
    const json_t *slot = json_array_get(slots, 1);
    assert_string_equal(text_at(json_object_get(slot, "expert"), "name"), "Dr. Mira Rao");
    const int64_t starts_at_ms = number_at(slot, "starts_at");
    assert_int_equal(number_at(slot, "ends_at") - starts_at_ms, 3600000);

    char bookings[PATH_SIZE];
    snprintf(bookings, sizeof(bookings), "/api/v1/cases/%s/bookings", case_id);
    snprintf(body, sizeof(body), "{\"expert\":\"%s\",\"starts_at\":%lld,\"minutes\":60}", expert_id,
             (long long)starts_at_ms);
    operate(NULL, bookings, body, 201);
    char visit_id[64];
    snprintf(visit_id, sizeof(visit_id), "%s", text_at(answer.json, "id"));
    assert_string_equal(text_at(answer.json, "time_zone"), "America/Denver"); /* the patient's */
    operate(NULL, bookings, body, 409);
    assert_problem(409, "slot_taken", "");
    operate(NULL, path, NULL, 200);
    assert_int_equal(json_array_size(json_object_get(answer.json, "slots")), 5);
    operate(NULL, bookings, "{\"expert\":\"x\",\"starts_at\":1900000000000}", 404);
    operate(NULL, bookings, "{\"expert\":\"x\"}", 422);
    assert_problem(422, "bad_document", "starts_at");
    operate(NULL, bookings, "{\"expert\":\"x\",\"starts_at\":1,\"shape\":\"round\"}", 422);

    snprintf(path, sizeof(path), "/api/v1/visits/%s", visit_id);
    operate(NULL, path, NULL, 200);
    assert_int_equal(json_array_size(json_object_get(answer.json, "participants")), 3);
    snprintf(path, sizeof(path), "/api/v1/cases/%s/flow", case_id);
    operate(NULL, path, NULL, 200);
    assert_string_equal(text_at(json_object_get(answer.json, "next_visit"), "id"), visit_id);
    /* The opinion is not written yet: the step waits for it. */
    assert_string_equal(text_at(answer.json, "step"), "requested");
    snprintf(path, sizeof(path), "/api/v1/teams/%s/slots", team_id);
    operate(NULL, path, NULL, 400);
}

/* With the tag of what was read: who comes late is told, and what is done already is done. */
static void put_time(const char *path, int64_t starts_at_ms, const char *tag, long status)
{
    char body[PATH_SIZE];
    char header[160];
    snprintf(body, sizeof(body), "{\"starts_at\":%lld}", (long long)starts_at_ms);
    snprintf(header, sizeof(header), "If-Match: %s", tag);
    browser_ask(
        operator_browser,
        &(struct request){
            .method = "PUT", .path = path, .body = body, .origin = rig.origin, .header = header},
        &answer);
    if (answer.status != status) {
        fail_msg("%s: %ld %s", body, answer.status, answer.body);
    }
}

static void a_booked_visit_is_moved(void **state)
{
    (void)state;
    char path[PATH_SIZE];
    char slots_path[PATH_SIZE];
    char visit_id[64];
    snprintf(path, sizeof(path), "/api/v1/cases/%s/flow", case_id);
    operate(NULL, path, NULL, 200);
    const json_t *next = json_object_get(answer.json, "next_visit");
    snprintf(visit_id, sizeof(visit_id), "%s", text_at(next, "id"));
    const int64_t starts_at_ms = number_at(next, "starts_at");

    snprintf(path, sizeof(path), "/api/v1/visits/%s/schedule", visit_id);
    operate(NULL, path, NULL, 200);
    AUTO_FREE char *tag = answer_header(&answer, "ETag");
    assert_non_null(tag);
    assert_int_equal(number_at(answer.json, "starts_at"), starts_at_ms);
    assert_string_equal(text_at(json_object_get(answer.json, "expert"), "name"), "Dr. Mira Rao");
    const json_t *person = json_array_get(json_object_get(answer.json, "people"), 0);
    assert_true(json_is_null(json_object_get(person, "way"))); /* this site writes to nobody */

    snprintf(slots_path, sizeof(slots_path), "/api/v1/visits/%s/slots?from=%lld&until=%lld",
             visit_id, (long long)(starts_at_ms - DAY_MS), (long long)(starts_at_ms + 7 * DAY_MS));
    operate(NULL, slots_path, NULL, 200);
    const json_t *slots = json_object_get(answer.json, "slots");
    const int64_t other_ms =
        number_at(json_array_get(slots, json_array_size(slots) - 1), "starts_at");
    assert_int_not_equal(other_ms, starts_at_ms);

    put_time(path, other_ms, tag, 200);
    assert_int_equal(number_at(answer.json, "starts_at"), other_ms);
    put_time(path, other_ms, tag, 200); /* the answer was lost, and the request comes again */
    put_time(path, starts_at_ms, tag, 412);
    assert_problem(412, "changed", "");
    operate("PUT", path, "{\"starts_at\":1}", 422);
    assert_problem(422, "invalid", "");
    operate("PUT", path, "{\"starts_at\":\"soon\"}", 422);
    assert_problem(422, "bad_document", "starts_at");
    operate("PUT", path, "{\"starts_at\":2,\"shape\":\"round\"}", 422);
    put_time(path, other_ms + 20 * 3600000LL, "*", 409); /* in the middle of the night */
    assert_problem(409, "slot_taken", "");
    operate(NULL, "/api/v1/visits/x/schedule", NULL, 404);
    snprintf(slots_path, sizeof(slots_path), "/api/v1/visits/%s/slots", visit_id);
    operate(NULL, slots_path, NULL, 400);

    snprintf(path, sizeof(path), "/api/v1/cases/%s/flow", case_id);
    operate(NULL, path, NULL, 200);
    next = json_object_get(answer.json, "next_visit");
    assert_int_equal(number_at(next, "starts_at"), other_ms);
    const json_t *history = json_object_get(answer.json, "history");
    const json_t *last = json_array_get(history, json_array_size(history) - 1);
    assert_string_equal(text_at(last, "kind"), "visit_moved");
    assert_string_equal(text_at(last, "of"), visit_id);
}

/* The case has a visit with Dr. Rao; another case wants him at the same time. */
static void what_is_scheduled_keeps_out_of_the_experts_other_visits(void **state)
{
    (void)state;
    char path[PATH_SIZE];
    snprintf(path, sizeof(path), "/api/v1/cases/%s/flow", case_id);
    operate(NULL, path, NULL, 200);
    const int64_t taken_ms = number_at(json_object_get(answer.json, "next_visit"), "starts_at");
    char time[PERSON_DATE_SIZE + 16];
    const time_t taken_s = (time_t)(taken_ms / 1000);
    struct tm utc;
    strftime(time, sizeof(time), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&taken_s, &utc));

    char *case_text = load("deploy/demo/case.json");
    operate(NULL, "/api/v1/cases", case_text, 201);
    free(case_text);
    json_t *visit =
        json_pack("{s:s, s:s, s:s, s:s, s:[{s:b}, {s:s}]}", "case", text_at(answer.json, "id"),
                  "starts_at", time, "time_zone", "UTC", "title", "Again", "participants",
                  "patient", true, "care_team", "rao");
    assert_non_null(visit);
    static const struct {
        const char *allow; /* NULL: it is not said */
        long status;
        const char *code;
        const char *where;
    } rows[] = {
        {NULL, 409, "slot_taken", "starts_at"},
        {"false", 409, "slot_taken", "starts_at"},
        {"\"yes\"", 422, "bad_document", "allow_overlap"},
        {"true", 201, "", ""},
        {NULL, 409, "slot_taken", "starts_at"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        json_object_del(visit, "allow_overlap");
        if (rows[i].allow) {
            json_object_set_new(visit, "allow_overlap",
                                json_loads(rows[i].allow, JSON_DECODE_ANY, NULL));
        }
        char *body = json_dumps(visit, JSON_COMPACT);
        operate(NULL, "/api/v1/visits", body, rows[i].status);
        free(body);
        if (rows[i].status != 201) {
            assert_problem(rows[i].status, rows[i].code, rows[i].where);
        } else {
            snprintf(path, sizeof(path), "/api/v1/visits/%s/schedule", text_at(answer.json, "id"));
        }
    }
    json_decref(visit);
    char body[PATH_SIZE];
    static const struct {
        const char *more;
        long status;
    } moves[] = {{"", 409}, {",\"allow_overlap\":1", 422}, {",\"allow_overlap\":true", 200}};
    for (size_t i = 0; i < ARRAY_LENGTH(moves); i++) {
        snprintf(body, sizeof(body), "{\"starts_at\":%lld%s}", (long long)taken_ms + 60000,
                 moves[i].more);
        operate("PUT", path, body, moves[i].status);
    }
}

static void plans_and_due_days_are_kept(void **state)
{
    (void)state;
    char path[PATH_SIZE];
    snprintf(path, sizeof(path), "/api/v1/cases/%s/plan", case_id);
    operate("PUT", path,
            "{\"items\":[{\"what\":\"Blood test\",\"how\":\"in_person\",\"where\":\"Hamilton\"}]}",
            200);
    operate("PUT", path, "{\"items\":[{\"what\":\"Blood test\",\"how\":\"in_person\"}]}", 422);
    assert_problem(422, "bad_document", "items[0].where");
    operate(NULL, path, NULL, 200);
    const json_t *item = json_array_get(json_object_get(answer.json, "items"), 0);
    assert_string_equal(text_at(item, "how"), "in_person");

    operate(NULL, "/api/v1/programmes/p/due-days", NULL, 200);
    json_object_set_new(json_object_get(answer.json, "days"), "in_review", json_integer(21));
    char *days = json_dumps(answer.json, 0);
    operate("PUT", "/api/v1/programmes/p/due-days", days, 200);
    free(days);
    operate(NULL, "/api/v1/programmes/p/due-days", NULL, 200);
    assert_int_equal(number_at(json_object_get(answer.json, "days"), "in_review"), 21);
    operate("PUT", "/api/v1/programmes/p/due-days", "{\"days\":{\"in_review\":21}}", 422);
}

static void who_comes_late_is_told_and_what_repeats_is_done_once(void **state)
{
    (void)state;
    char path[PATH_SIZE];
    char header[PATH_SIZE];
    snprintf(path, sizeof(path), "/api/v1/cases/%s/flow", case_id);
    operate(NULL, path, NULL, 200);
    AUTO_FREE char *tag = answer_header(&answer, "ETag");
    assert_non_null(tag);
    snprintf(header, sizeof(header), "If-Match: %s", tag);
    const struct request change = {
        .method = "PATCH", .path = path, .body = "{\"priority\":\"urgent\"}", .header = header};
    browser_ask(operator_browser, &change, &answer);
    assert_int_equal(answer.status, 200);
    browser_ask(operator_browser, &change, &answer); /* it has changed since */
    assert_problem(412, "changed", "");

    snprintf(path, sizeof(path), "/api/v1/cases/%s/moves", case_id);
    const struct request move = {.path = path,
                                 .body = "{\"move\":\"advance\",\"from\":\"requested\"}",
                                 .header = "Idempotency-Key: once"};
    for (int i = 0; i < 2; i++) {
        browser_ask(operator_browser, &move, &answer);
        assert_int_equal(answer.status, 200);
        assert_string_equal(text_at(answer.json, "step"), "records_collected");
    }
    operate(NULL, path, "{\"move\":\"advance\",\"from\":\"requested\"}", 409);
}

/* Whoever is not known gets nothing; who has one case gets no list. */
static void strangers_and_single_cases_list_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *method;
        const char *path;
        const char *body;
    } routes[] = {
        {NULL, "/api/v1/cases", NULL},
        {NULL, "/api/v1/cases/x/flow", NULL},
        {"PATCH", "/api/v1/cases/x/flow", "{}"},
        {NULL, "/api/v1/cases/x/moves", "{\"move\":\"advance\",\"from\":\"requested\"}"},
        {NULL, "/api/v1/cases/x/plan", NULL},
        {"PUT", "/api/v1/cases/x/plan", "{\"items\":[]}"},
        {NULL, "/api/v1/cases/x/bookings", "{\"expert\":\"x\",\"starts_at\":1}"},
        {NULL, "/api/v1/teams", NULL},
        {NULL, "/api/v1/teams", TEAM("s")},
        {NULL, "/api/v1/teams/x", NULL},
        {"PUT", "/api/v1/teams/x", TEAM("s")},
        {"DELETE", "/api/v1/teams/x", NULL},
        {NULL, "/api/v1/teams/x/slots?from=1&until=2", NULL},
        {NULL, "/api/v1/experts/x/hours", NULL},
        {"PUT", "/api/v1/experts/x/hours", "{\"time_zone\":\"UTC\",\"weekly\":[]}"},
        {NULL, "/api/v1/programmes/p/due-days", NULL},
        {NULL, "/api/v1/coordinators", NULL},
    };
    AUTO(browser) stranger = browser_create(&rig);
    AUTO(browser) treating = browser_create(&rig);
    char path[PATH_SIZE];
    char body[PATH_SIZE];
    operate(NULL, "/api/v1/cases", NULL, 200);
    const json_t *row = json_array_get(json_object_get(answer.json, "cases"), 0);
    snprintf(path, sizeof(path), "/api/v1/visits/%s/links",
             text_at(json_object_get(row, "next_visit"), "id"));
    operate(NULL, path, "{}", 200);
    const json_t *link = json_array_get(json_object_get(answer.json, "staff"), 0);
    assert_string_equal(text_at(link, "role"), "treating_physician");
    snprintf(body, sizeof(body), "{\"secret\":\"%s\"}", strchr(text_at(link, "url"), '#') + 1);
    ask(treating, NULL, "/api/v1/staff-sessions", body);
    assert_int_equal(answer.status, 201);
    for (size_t i = 0; i < ARRAY_LENGTH(routes); i++) {
        ask(stranger, routes[i].method, routes[i].path, routes[i].body);
        assert_int_equal(answer.status, 401);
        ask(treating, routes[i].method, routes[i].path, routes[i].body);
        if (answer.status != 403 && answer.status != 404) {
            fail_msg("%s: %ld", routes[i].path, answer.status);
        }
    }
    /* The own case is read, and not moved. */
    snprintf(path, sizeof(path), "/api/v1/cases/%s/flow", case_id);
    ask(treating, NULL, path, NULL);
    assert_int_equal(answer.status, 200);
    snprintf(path, sizeof(path), "/api/v1/cases/%s/moves", case_id);
    ask(treating, NULL, path, "{\"move\":\"advance\",\"from\":\"requested\"}");
    assert_int_equal(answer.status, 403);
}

static int start(void **state)
{
    (void)state;
    signaling_rig_start(&rig);
    operator_browser = browser_create_operator(&rig);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    operator_browser = browser_destroy(operator_browser);
    answer_clear(&answer);
    signaling_rig_stop(&rig);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_team_is_made_and_made_again),
        cmocka_unit_test(teams_come_in_pages),
        cmocka_unit_test(an_order_becomes_a_case),
        cmocka_unit_test(the_case_goes_its_way),
        cmocka_unit_test(the_list_is_asked),
        cmocka_unit_test(a_visit_is_booked_into_a_free_slot),
        cmocka_unit_test(a_booked_visit_is_moved),
        cmocka_unit_test(plans_and_due_days_are_kept),
        cmocka_unit_test(who_comes_late_is_told_and_what_repeats_is_done_once),
        cmocka_unit_test(strangers_and_single_cases_list_nothing),
        cmocka_unit_test(what_is_scheduled_keeps_out_of_the_experts_other_visits),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
