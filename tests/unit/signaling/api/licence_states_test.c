/* For which states licences are written down: what the site asks and what its rules name. */
#include "signaling/api/licence_states.h"

#include "signaling/api/screening_settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define QUESTIONNAIRES TEST_VECTORS "/../../deploy/questionnaires"

static const char *state_at(const json_t *states, size_t index)
{
    return json_string_value(json_object_get(json_array_get(states, index), "state"));
}

static const char *words_at(const json_t *states, size_t index, const char *language)
{
    const json_t *words = json_object_get(json_array_get(states, index), "words");
    return json_string_value(json_object_get(words, language));
}

static void a_site_that_names_none_has_none(void **state)
{
    (void)state;
    json_t *states = licence_states_json(NULL, NULL);
    assert_int_equal(json_array_size(states), 0);
    json_decref(states);
}

static void rules_name_states_and_countries(void **state)
{
    (void)state;
    static const struct licence_rules rules = {
        .rules = {{.state = "*"}, {.state = "US-*"}, {.state = "CA-ON"}}, .count = 3};
    json_t *states = licence_states_json(NULL, &rules);
    assert_int_equal(json_array_size(states), 2);
    assert_string_equal(state_at(states, 0), "US-*");
    assert_string_equal(state_at(states, 1), "CA-ON");
    assert_true(json_is_null(json_object_get(json_array_get(states, 1), "words")));
    json_decref(states);
}

static void a_rule_for_all_others_leaves_them_to_choose(void **state)
{
    (void)state;
    static const struct licence_rules rules = {.rules = {{.state = "US-CA"}, {.state = "*"}},
                                               .count = 2};
    json_t *states = licence_states_json(NULL, &rules);
    assert_int_equal(json_array_size(states), 2);
    assert_string_equal(state_at(states, 0), "US-CA");
    assert_string_equal(state_at(states, 1), "US-*");
    json_decref(states);
}

static void what_people_are_offered_comes_first_and_once(void **state)
{
    (void)state;
    static const struct licence_rules rules = {.rules = {{.state = "US-AL"}, {.state = "CA-ON"}},
                                               .count = 2};
    AUTO(screening_settings) settings = NULL;
    struct screening_settings_problem problem;
    assert_int_equal(screening_settings_load(QUESTIONNAIRES, NULL, &settings, &problem), 0);
    json_t *offered = licence_states_json(settings, NULL);
    json_t *states = licence_states_json(settings, &rules);
    const size_t last = json_array_size(offered);
    assert_true(last >= 51);
    assert_int_equal(json_array_size(states), last + 1);
    assert_string_equal(state_at(states, 0), "US-AL");
    assert_string_equal(words_at(states, 0, "es"), "Alabama");
    assert_string_equal(state_at(states, last), "CA-ON");
    for (size_t i = 0; i < last; i++) {
        assert_string_not_equal(state_at(states, i), "XX-XX"); /* offered, but no place */
    }
    json_decref(offered);
    json_decref(states);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_site_that_names_none_has_none),
        cmocka_unit_test(rules_name_states_and_countries),
        cmocka_unit_test(a_rule_for_all_others_leaves_them_to_choose),
        cmocka_unit_test(what_people_are_offered_comes_first_and_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
