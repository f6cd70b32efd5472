#include "signaling/api/team_document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define TEAM                                                                                       \
    "{\"programme\":\"p\",\"key\":\"breast\",\"name\":\"Breast\",\"subspecialty\":\"breast\","     \
    "\"experts\":[{\"staff\":\"rao\",\"name\":\"Dr. Rao\",\"subspecialties\":[\"breast\","         \
    "\"sarcoma\"],\"languages\":[\"en\",\"es-US\"],\"time_zone\":\"America/New_York\","            \
    "\"hours\":{\"weekly\":[{\"day\":\"tuesday\",\"from\":\"13:00\",\"until\":\"24:00\"}]}},"      \
    "{\"staff\":\"lund\",\"name\":\"Dr. Lund\",\"time_zone\":\"UTC\"}]}"

#define HOURS                                                                                      \
    "{\"time_zone\":\"Europe/Berlin\",\"weekly\":[{\"day\":\"monday\",\"from\":\"09:00\","         \
    "\"until\":\"12:30\"},{\"day\":\"sunday\",\"from\":\"00:00\",\"until\":\"24:00\"}],"           \
    "\"exceptions\":[{\"first\":\"2026-12-24\",\"last\":\"2027-01-02\",\"away\":true},"            \
    "{\"first\":\"2026-12-05\",\"from\":\"10:00\",\"until\":\"11:15\",\"away\":false}]}"

#define PLAN                                                                                       \
    "{\"items\":[{\"what\":\"Blood test\",\"how\":\"in_person\",\"where\":\"Hamilton\","           \
    "\"when\":1790000000000},{\"what\":\"Talk\",\"how\":\"video\",\"when\":null}]}"

static json_t *parse(const char *text)
{
    json_error_t error;
    json_t *document = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (!document) {
        fail_msg("%s: %s", text, error.text);
    }
    return document;
}

static void a_team_is_read_and_written(void **state)
{
    (void)state;
    struct document_problem problem;
    AUTO(team_document) read = NULL;
    json_t *document = parse(TEAM);
    assert_int_equal(team_document_read(document, &read, &problem), 0);
    json_decref(document);
    assert_string_equal(read->team->experts[0].subspecialties, "breast sarcoma");
    assert_string_equal(read->team->experts[0].languages, "en es-US");
    assert_non_null(read->hours[0]);
    assert_string_equal(read->hours[0]->time_zone, "America/New_York");
    assert_int_equal(read->hours[0]->windows[0].weekday, 2);
    assert_int_equal(read->hours[0]->windows[0].until_minute, 1440);
    assert_null(read->hours[1]);

    /* What is shown can be sent back. */
    AUTO(team_document) again = NULL;
    json_t *written = team_document_write(read->team);
    assert_int_equal(team_document_read(written, &again, &problem), 0);
    json_t *rewritten = team_document_write(again->team);
    assert_true(json_equal(written, rewritten));
    json_decref(written);
    json_decref(rewritten);
}

static void hours_and_plans_are_read_and_written(void **state)
{
    (void)state;
    struct document_problem problem;
    static struct expert_hours hours;
    static struct hybrid_plan plan;
    json_t *document = parse(HOURS);
    assert_int_equal(hours_document_read(document, &hours, &problem), 0);
    json_decref(document);
    assert_int_equal(hours.window_count, 2);
    assert_int_equal(hours.windows[0].until_minute, 750);
    assert_int_equal(hours.exception_count, 2);
    assert_int_equal(hours.exceptions[0].until_minute, 1440);
    assert_int_equal(hours.exceptions[1].first_day, hours.exceptions[1].last_day);
    document = hours_document_write(&hours);
    assert_int_equal(hours_document_read(document, &hours, &problem), 0);
    json_t *again = hours_document_write(&hours);
    assert_true(json_equal(document, again));
    json_decref(document);
    json_decref(again);

    document = parse(PLAN);
    assert_int_equal(plan_document_read(document, &plan, &problem), 0);
    assert_int_equal(plan.count, 2);
    assert_int_equal(plan.items[0].way, PLAN_IN_PERSON);
    assert_int_equal(plan.items[1].at_ms, 0);
    json_decref(document);
}

static int read_team(const json_t *document, struct document_problem *problem)
{
    AUTO(team_document) read = NULL;
    return team_document_read(document, &read, problem);
}

static int read_hours(const json_t *document, struct document_problem *problem)
{
    static struct expert_hours hours;
    return hours_document_read(document, &hours, problem);
}

static int read_plan(const json_t *document, struct document_problem *problem)
{
    static struct hybrid_plan plan;
    return plan_document_read(document, &plan, problem);
}

/* `path` is "a", "a.0.b": where `value` is put instead; NULL takes it away. */
static void put(json_t *document, const char *path, const char *value)
{
    char rest[64];
    char *next = NULL;
    snprintf(rest, sizeof(rest), "%s", path);
    json_t *object = document;
    char *name = strtok_r(rest, ".", &next);
    for (char *after = strtok_r(NULL, ".", &next); after; after = strtok_r(NULL, ".", &next)) {
        object = json_is_array(object) ? json_array_get(object, (size_t)atoi(name))
                                       : json_object_get(object, name);
        assert_non_null(object);
        name = after;
    }
    if (value) {
        assert_int_equal(
            json_object_set_new(object, name, json_loads(value, JSON_DECODE_ANY, NULL)), 0);
    } else {
        assert_int_equal(json_object_del(object, name), 0);
    }
}

static const struct {
    const char *document;
    int (*read)(const json_t *document, struct document_problem *problem);
    const char *path;
    const char *value;
    const char *where;
} rows[] = {
    {TEAM, read_team, "programme", "\"a b\"", "programme"},
    {TEAM, read_team, "key", NULL, "key"},
    {TEAM, read_team, "key", "7", "key"},
    {TEAM, read_team, "name", "\"\"", "name"},
    {TEAM, read_team, "subspecialty", "\"a/b\"", "subspecialty"},
    {TEAM, read_team, "colour", "\"red\"", "colour"},
    {TEAM, read_team, "experts", NULL, "experts"},
    {TEAM, read_team, "experts", "{}", "experts"},
    {TEAM, read_team, "experts", "[7]", "experts[0]"},
    {TEAM, read_team, "experts.1.staff", "\"rao\"", "experts[1].staff"},
    {TEAM, read_team, "experts.0.staff", "\"\"", "experts[0].staff"},
    {TEAM, read_team, "experts.0.time_zone", "\"Mars/Olympus\"", "experts[0].time_zone"},
    {TEAM, read_team, "experts.0.subspecialties", "[\"two words\"]", "experts[0].subspecialties"},
    {TEAM, read_team, "experts.0.subspecialties", "[\"a,b\"]", "experts[0].subspecialties"},
    {TEAM, read_team, "experts.0.languages", "\"en\"", "experts[0].languages"},
    {TEAM, read_team, "experts.0.languages", "[\"\"]", "experts[0].languages"},
    {TEAM, read_team, "experts.0.hours", "7", "experts[0].hours"},
    {TEAM, read_team, "experts.0.hours", "{}", "experts[0].hours.weekly"},
    {TEAM, read_team, "experts.0.hours.weekly.0.day", "\"someday\"",
     "experts[0].hours.weekly[0].day"},
    {HOURS, read_hours, "time_zone", NULL, "time_zone"},
    {HOURS, read_hours, "time_zone", "\"Mars/Olympus\"", "time_zone"},
    {HOURS, read_hours, "weekly", NULL, "weekly"},
    {HOURS, read_hours, "weekly.0.from", "\"9:00\"", "weekly[0].from"},
    {HOURS, read_hours, "weekly.0.from", "\"24:01\"", "weekly[0].from"},
    {HOURS, read_hours, "weekly.0.from", "\"12:60\"", "weekly[0].from"},
    {HOURS, read_hours, "weekly.0.from", "\"12:30\"", "weekly[0].until"},
    {HOURS, read_hours, "weekly.0.until", "\"08:00\"", "weekly[0].until"},
    {HOURS, read_hours, "weekly.0.until", "\"1a:00\"", "weekly[0].until"},
    {HOURS, read_hours, "exceptions.0.first", "\"2026-02-30\"", "exceptions[0].first"},
    {HOURS, read_hours, "exceptions.0.last", "\"2026-12-23\"", "exceptions[0].last"},
    {HOURS, read_hours, "exceptions.0.last", "\"2036-12-23\"", "exceptions[0].last"},
    {HOURS, read_hours, "exceptions.0.away", NULL, "exceptions[0].away"},
    {HOURS, read_hours, "exceptions.1.until", "\"10:00\"", "exceptions[1].until"},
    {HOURS, read_hours, "exceptions.1.until", "7", "exceptions[1].until"},
    {PLAN, read_plan, "items", "{}", "items"},
    {PLAN, read_plan, "items.0.where", NULL, "items[0].where"},
    {PLAN, read_plan, "items.0.how", "\"fax\"", "items[0].how"},
    {PLAN, read_plan, "items.0.what", NULL, "items[0].what"},
    {PLAN, read_plan, "items.0.when", "-1", "items[0].when"},
    {PLAN, read_plan, "items.0.when", "\"noon\"", "items[0].when"},
    {PLAN, read_plan, "items.0.who", "\"me\"", "items[0].who"},
};

static void what_makes_no_sense_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct document_problem problem = {.where = "", .message = ""};
        json_t *document = parse(rows[i].document);
        put(document, rows[i].path, rows[i].value);
        const int result = rows[i].read(document, &problem);
        if (result == 0 || strcmp(problem.where, rows[i].where) != 0) {
            fail_msg("%s %s: %d %s %s", rows[i].path, rows[i].value ? rows[i].value : "missing",
                     result, problem.where, problem.message);
        }
        assert_true(problem.message[0]);
        json_decref(document);
    }
}

static void lists_have_an_end(void **state)
{
    (void)state;
    struct document_problem problem;
    json_t *document = parse(PLAN);
    json_t *items = json_object_get(document, "items");
    while (json_array_size(items) <= PLAN_ITEMS_MAX) {
        json_array_append(items, json_array_get(items, 1));
    }
    assert_true(read_plan(document, &problem) < 0);
    assert_string_equal(problem.where, "items");
    json_decref(document);
    document = parse(HOURS);
    json_t *weekly = json_object_get(document, "weekly");
    while (json_array_size(weekly) <= EXPERT_WINDOWS_MAX) {
        json_array_append(weekly, json_array_get(weekly, 0));
    }
    assert_true(read_hours(document, &problem) < 0);
    assert_string_equal(problem.where, "weekly");
    json_decref(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_team_is_read_and_written),
        cmocka_unit_test(hours_and_plans_are_read_and_written),
        cmocka_unit_test(what_makes_no_sense_is_named),
        cmocka_unit_test(lists_have_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
