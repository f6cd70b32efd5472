#include "media/congestion/delay_trend.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Feeds `count` packets, one each `every_us`, whose delay grows by `growth_us` each. Returns the
 * last trend, and how many there were. */
static unsigned feed(struct delay_trend *trend, unsigned count, uint64_t every_us,
                     int64_t growth_us, double *ret_trend_ms)
{
    unsigned trends = 0;
    for (unsigned i = 0; i < count; i++) {
        const uint64_t sent_us = 1000000 + i * every_us;
        const uint64_t arrival_us = (uint64_t)((int64_t)(sent_us + 9000000) + i * growth_us);
        trends += delay_trend_add(trend, sent_us, arrival_us, ret_trend_ms);
    }
    return trends;
}

static void finds_the_slope(void **state)
{
    (void)state;
    static const struct {
        uint64_t every_us;
        int64_t growth_us;
    } cases[] = {{10000, 0}, {10000, 1000}, {10000, -1000}, {60000, 3000}, {7000, 70}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct delay_trend trend;
        double trend_ms = -1;
        delay_trend_init(&trend);
        feed(&trend, 200, cases[i].every_us, cases[i].growth_us, &trend_ms);
        const double arrival_us = (double)cases[i].every_us + (double)cases[i].growth_us;
        assert_float_equal(trend_ms / (4 * 60), (double)cases[i].growth_us / arrival_us, 1e-3);
    }
}

static void takes_a_burst_for_one(void **state)
{
    (void)state;
    struct delay_trend trend;
    double trend_ms;
    delay_trend_init(&trend);
    assert_int_equal(feed(&trend, 300, 1000, 0, &trend_ms), 300 / 6 - 1 - DELAY_TREND_GROUPS + 0);
}

static void begins_anew_after_a_hole(void **state)
{
    (void)state;
    struct delay_trend trend;
    double trend_ms = 0;
    delay_trend_init(&trend);
    assert_true(feed(&trend, 40, 10000, 0, &trend_ms) > 0);
    assert_false(delay_trend_add(&trend, 9000000, 90000000, &trend_ms));
    for (unsigned i = 1; i <= DELAY_TREND_GROUPS; i++) {
        assert_false(delay_trend_add(&trend, 9000000 + i * 10000, 90000000 + i * 10000, &trend_ms));
    }
    assert_true(delay_trend_add(&trend, 9300000, 90300000, &trend_ms));
    assert_float_equal(trend_ms, 0, 1e-6);
}

static void survives_what_was_overtaken(void **state)
{
    (void)state;
    struct delay_trend trend;
    double trend_ms = 0;
    delay_trend_init(&trend);
    for (unsigned i = 0; i < 100; i++) {
        const uint64_t sent_us = 1000000 + (i ^ 1) * 10000; /* pairs change places */
        delay_trend_add(&trend, sent_us, 5000000 + i * 10000, &trend_ms);
    }
    assert_float_equal(trend_ms, 0, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_slope),
        cmocka_unit_test(takes_a_burst_for_one),
        cmocka_unit_test(begins_anew_after_a_hole),
        cmocka_unit_test(survives_what_was_overtaken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
