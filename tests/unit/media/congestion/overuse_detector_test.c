#include "media/congestion/overuse_detector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static enum network_usage feed(struct overuse_detector *detector, double trend_ms, unsigned count,
                               uint64_t *now_us)
{
    enum network_usage usage = NETWORK_USAGE_NORMAL;
    for (unsigned i = 0; i < count; i++) {
        *now_us += 10000;
        usage = overuse_detector_update(detector, trend_ms, *now_us);
    }
    return usage;
}

static void tells_over_under_and_normal(void **state)
{
    (void)state;
    static const struct {
        double trend_ms;
        enum network_usage usage;
    } cases[] = {{0, NETWORK_USAGE_NORMAL},
                 {5, NETWORK_USAGE_NORMAL},
                 {40, NETWORK_USAGE_OVER},
                 {-40, NETWORK_USAGE_UNDER}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct overuse_detector detector;
        uint64_t now_us = 1000000;
        overuse_detector_init(&detector);
        assert_int_equal(feed(&detector, cases[i].trend_ms, 5, &now_us), cases[i].usage);
    }
}

static void wants_it_twice(void **state)
{
    (void)state;
    struct overuse_detector detector;
    uint64_t now_us = 1000000;
    overuse_detector_init(&detector);
    assert_int_equal(feed(&detector, 40, 1, &now_us), NETWORK_USAGE_NORMAL);
    assert_int_equal(feed(&detector, 0, 1, &now_us), NETWORK_USAGE_NORMAL);
    assert_int_equal(feed(&detector, 40, 1, &now_us), NETWORK_USAGE_NORMAL);
    /* and not while it already falls */
    assert_int_equal(feed(&detector, 35, 1, &now_us), NETWORK_USAGE_NORMAL);
    assert_int_equal(feed(&detector, 35, 1, &now_us), NETWORK_USAGE_OVER);
}

static void gets_used_to_an_uneven_link(void **state)
{
    (void)state;
    struct overuse_detector detector;
    uint64_t now_us = 1000000;
    overuse_detector_init(&detector);
    for (unsigned i = 0; i < 200; i++) {
        feed(&detector, i % 2 ? 20 : -20, 2, &now_us);
    }
    assert_int_equal(feed(&detector, 18, 5, &now_us), NETWORK_USAGE_NORMAL);
    /* and to an even one again */
    feed(&detector, 0, 200, &now_us);
    assert_int_equal(feed(&detector, 18, 5, &now_us), NETWORK_USAGE_OVER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_over_under_and_normal),
        cmocka_unit_test(wants_it_twice),
        cmocka_unit_test(gets_used_to_an_uneven_link),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
