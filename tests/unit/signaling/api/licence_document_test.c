#include "signaling/api/licence_document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/base/cleanup.h"

#include <errno.h>

static json_t *json_of(const char *text)
{
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    if (!json) {
        fail_msg("not JSON: %s", text);
    }
    return json;
}

static void licences_are_read_and_written(void **state)
{
    (void)state;
    json_t *document = json_of("{\"licences\":[{\"state\":\"US-MT\",\"number\":\"A 1\","
                               "\"status\":\"active\",\"expires\":\"2027-12-31\"},"
                               "{\"state\":\"US-ID\",\"number\":\"2\",\"status\":\"lapsed\"}]}");
    struct licence_list list;
    struct document_problem problem;
    assert_int_equal(licence_document_read(document, &list, &problem), 0);
    assert_int_equal(list.count, 2);
    assert_string_equal(list.licences[0].expires, "2027-12-31");
    assert_int_equal(list.licences[1].status, LICENCE_LAPSED);
    json_t *again = licence_document_write(&list);
    assert_true(json_equal(document, again));
    json_decref(again);
    json_decref(document);
}

static void what_was_read_can_be_sent_back(void **state)
{
    (void)state;
    json_t *document = json_of("{\"licences\":[],\"states\":[{\"state\":\"US-MT\"}]}");
    struct licence_list list;
    struct document_problem problem;
    assert_int_equal(licence_document_read(document, &list, &problem), 0);
    assert_int_equal(list.count, 0);
    json_decref(document);
}

static void bad_licences_are_told_where(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *where;
    } cases[] = {
        {"{}", "licences"},
        {"{\"licences\":{}}", "licences"},
        {"{\"licences\":[],\"more\":1}", "more"},
        {"{\"licences\":[1]}", "licences[0]"},
        {"{\"licences\":[{\"state\":\"US-MT\",\"number\":\"1\"}]}", "licences[0].status"},
        {"{\"licences\":[{\"state\":\"US-MT\",\"number\":\"1\",\"status\":\"active\",\"x\":1}]}",
         "licences[0].x"},
        {"{\"licences\":[{\"state\":\"US-MT\",\"number\":\"1\",\"status\":\"fine\"}]}",
         "licences[0].status"},
        {"{\"licences\":[{\"state\":\"Montana\",\"number\":\"1\",\"status\":\"active\"}]}",
         "licences[0].state"},
        {"{\"licences\":[{\"state\":\"US-MT\",\"number\":\"\",\"status\":\"active\"}]}",
         "licences[0].number"},
        {"{\"licences\":[{\"state\":\"US-MT\",\"number\":\"1\",\"status\":\"active\","
         "\"expires\":\"31.12.2027\"}]}",
         "licences[0].expires"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        json_t *document = json_of(cases[i].text);
        struct licence_list list;
        struct document_problem problem = {0};
        assert_int_equal(licence_document_read(document, &list, &problem), -EBADMSG);
        assert_string_equal(problem.where, cases[i].where);
        assert_true(problem.message[0] != 0);
        json_decref(document);
    }
}

static void the_example_is_read(void **state)
{
    (void)state;
    struct licence_rules rules;
    struct document_problem problem = {0};
    const char *path = TEST_VECTORS "/../../deploy/licence-rules.json";
    assert_int_equal(licence_rules_document_load(path, &rules, &problem), 0);
    assert_int_equal(rules.count, 2);
    const struct licence_rule *rule = licence_rules_find(&rules, "US-MT");
    assert_int_equal(rule->missing, LICENCE_ACTION_BLOCK);
    assert_true(rule->consultation);
    assert_int_equal(rule->expiry_warning_days, 30);
    assert_int_equal(rules.place_unknown, LICENCE_ACTION_WARN);
    assert_int_equal(licence_rules_document_load("/nowhere", &rules, &problem), -ENOENT);
}

static void bad_rules_are_told_where(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *where;
    } cases[] = {
        {"{}", "rules"},
        {"{\"rules\":[]}", "rules"},
        {"{\"rules\":[{\"state\":\"*\",\"missing\":\"warn\"}],\"place_unknown\":\"ask\"}",
         "place_unknown"},
        {"{\"rules\":[{\"state\":\"*\"}]}", "rules[0].missing"},
        {"{\"rules\":[{\"state\":\"*\",\"missing\":\"stop\"}]}", "rules[0].missing"},
        {"{\"rules\":[{\"state\":\"*\",\"missing\":\"warn\",\"restricted\":\"no\"}]}",
         "rules[0].restricted"},
        {"{\"rules\":[{\"state\":\"US*\",\"missing\":\"warn\"}]}", "rules[0].state"},
        {"{\"rules\":[{\"state\":\"*\",\"missing\":\"warn\"},{\"state\":\"*\",\"missing\":\"warn\"}"
         "]"
         "}",
         "rules[1].state"},
        {"{\"rules\":[{\"state\":\"*\",\"missing\":\"warn\",\"expiry_warning_days\":-1}]}",
         "rules[0].expiry_warning_days"},
        {"{\"rules\":[{\"state\":\"*\",\"missing\":\"warn\",\"consultation\":\"yes\"}]}",
         "rules[0].consultation"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        json_t *document = json_of(cases[i].text);
        struct licence_rules rules;
        struct document_problem problem = {0};
        assert_int_equal(licence_rules_document_read(document, &rules, &problem), -EBADMSG);
        assert_string_equal(problem.where, cases[i].where);
        json_decref(document);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(licences_are_read_and_written),
        cmocka_unit_test(what_was_read_can_be_sent_back),
        cmocka_unit_test(bad_licences_are_told_where),
        cmocka_unit_test(the_example_is_read),
        cmocka_unit_test(bad_rules_are_told_where),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
