#include "gateway/base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void monotonic_time_is_never_zero_and_never_goes_back(void **state)
{
    (void)state;
    uint64_t last_us = clock_now_us();
    assert_int_not_equal(last_us, 0);
    for (int i = 0; i < 1000; i++) {
        const uint64_t now_us = clock_now_us();
        assert_true(now_us >= last_us);
        last_us = now_us;
    }
}

static void wall_time_is_in_this_century(void **state)
{
    (void)state;
    assert_in_range(clock_wall_ms(), 1577836800000, 4102444800000); /* 2020 to 2100 */
}

static void wall_time_of_a_moment_keeps_its_distance_to_others(void **state)
{
    (void)state;
    const uint64_t now_us = clock_now_us();
    const uint64_t first_us = clock_wall_us_of(now_us);
    assert_int_equal(clock_wall_us_of(now_us), first_us);
    assert_int_equal(clock_wall_us_of(now_us + 1234567), first_us + 1234567);
    /* The two ways to ask for the wall clock agree to the hour. */
    assert_in_range(first_us / 1000, clock_wall_ms() - 3600000, clock_wall_ms() + 3600000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(monotonic_time_is_never_zero_and_never_goes_back),
        cmocka_unit_test(wall_time_is_in_this_century),
        cmocka_unit_test(wall_time_of_a_moment_keeps_its_distance_to_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
