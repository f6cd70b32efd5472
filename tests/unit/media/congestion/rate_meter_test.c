#include "media/congestion/rate_meter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void counts_over_any_span(void **state)
{
    (void)state;
    struct rate_meter meter;
    rate_meter_init(&meter);
    assert_int_equal(rate_meter_bps(&meter, 1000000), 0);
    for (unsigned i = 0; i < 300; i++) {
        rate_meter_add(&meter, i < 250 ? 1250 : 2500, 5000000 + i * 10000); /* 1, then 2 Mbit/s */
    }
    assert_int_equal(rate_meter_bps(&meter, 500000), 2000000);
    assert_int_equal(rate_meter_bps(&meter, 1000000), 1500000);
    assert_in_range(rate_meter_bps(&meter, 60000000), 1350000, 1450000); /* no more is kept */
}

static void knows_its_beginning(void **state)
{
    (void)state;
    struct rate_meter meter;
    rate_meter_init(&meter);
    for (unsigned i = 0; i < 10; i++) {
        rate_meter_add(&meter, 1250, 5000000 + i * 10000);
    }
    assert_int_equal(rate_meter_bps(&meter, 1000000), 1000000);
}

static void takes_late_ones_and_forgets_after_holes(void **state)
{
    (void)state;
    struct rate_meter meter;
    rate_meter_init(&meter);
    rate_meter_add(&meter, 1000, 5000000);
    rate_meter_add(&meter, 1000, 5090000);
    rate_meter_add(&meter, 1000, 5010000);
    assert_int_equal(rate_meter_bps(&meter, 100000), 240000);
    rate_meter_add(&meter, 1000, 1000); /* far too late */
    assert_int_equal(rate_meter_bps(&meter, 100000), 240000);
    rate_meter_add(&meter, 1000, 6090000);
    assert_int_equal(rate_meter_bps(&meter, 100000), 80000);
    rate_meter_add(&meter, 1000, 60000000);
    assert_int_equal(rate_meter_bps(&meter, 1000000), 800000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_over_any_span),
        cmocka_unit_test(knows_its_beginning),
        cmocka_unit_test(takes_late_ones_and_forgets_after_holes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
