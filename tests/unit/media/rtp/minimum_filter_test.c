#include "media/rtp/minimum_filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void keeps_the_least_of_two_windows(void **state)
{
    (void)state;
    struct minimum_filter filter;
    minimum_filter_init(&filter, 100);
    assert_int_equal(minimum_filter_add(&filter, 50, 1000), 50);
    assert_int_equal(minimum_filter_add(&filter, 70, 1050), 50);
    assert_int_equal(minimum_filter_add(&filter, -30, 1060), -30);
    assert_int_equal(minimum_filter_add(&filter, 80, 1100), -30); /* a new window */
    assert_int_equal(minimum_filter_add(&filter, 60, 1199), -30);
    assert_int_equal(minimum_filter_add(&filter, 90, 1200), 60); /* the old one is forgotten */
    assert_int_equal(minimum_filter_add(&filter, 100, 5000), 90);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_the_least_of_two_windows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
