#include "gateway/visits/emergency_site.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void the_closest_number_holds(void **state)
{
    (void)state;
    static const struct emergency_site site = {
        .numbers = {{"*", "112", ""}, {"US-*", "911", ""}, {"US-MT", "911", "+1 406 555 0191"}},
        .number_count = 3};
    static const struct {
        const char *place;
        size_t number;
    } cases[] = {{"US-MT", 2}, {"US-ID", 1}, {"FR-75", 0}, {"", 0}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_ptr_equal(emergency_site_find_number(&site, cases[i].place),
                         &site.numbers[cases[i].number]);
    }
    static const struct emergency_site american = {.numbers = {{"US-*", "911", ""}},
                                                   .number_count = 1};
    assert_null(emergency_site_find_number(&american, ""));
    assert_null(emergency_site_find_number(&american, "FR-75"));
}

static void patterns_are_states_countries_or_anywhere(void **state)
{
    (void)state;
    static const char *const good[] = {"*", "US-*", "US-MT", "FR-75C"};
    static const char *const bad[] = {"", "US", "us-*", "US-MT*", "U1-*", "**", "-*"};
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_true(emergency_state_is_pattern(good[i]));
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(emergency_state_is_pattern(bad[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_closest_number_holds),
        cmocka_unit_test(patterns_are_states_countries_or_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
