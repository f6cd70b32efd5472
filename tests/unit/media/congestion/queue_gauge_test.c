#include "media/congestion/queue_gauge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct feeder {
    struct queue_gauge gauge;
    uint64_t now_us;
};

static void begin(struct feeder *feeder)
{
    queue_gauge_init(&feeder->gauge);
    feeder->now_us = 1000000;
}

/* Packets every 20 ms that wait for `wait_us`, and every third for `more_us` more. */
static void feed(struct feeder *feeder, unsigned count, uint64_t wait_us, uint64_t more_us)
{
    for (unsigned i = 0; i < count; i++) {
        feeder->now_us += 20000;
        const uint64_t delay_us = 500000000 + wait_us + (i % 3 ? 0 : more_us);
        queue_gauge_add(&feeder->gauge, feeder->now_us, feeder->now_us + delay_us);
    }
}

static uint32_t floor_us(const struct feeder *feeder)
{
    return queue_gauge_floor_us(&feeder->gauge, 200000, 5);
}

static void sees_what_stands_and_not_what_passes(void **state)
{
    (void)state;
    struct feeder feeder;
    begin(&feeder);
    assert_int_equal(floor_us(&feeder), 0);
    feed(&feeder, 4, 0, 0);
    assert_int_equal(floor_us(&feeder), 0);
    feed(&feeder, 50, 0, 40000);
    assert_int_equal(floor_us(&feeder), 0);
    assert_in_range(queue_gauge_unevenness_us(&feeder.gauge), 20000, 30000);
    feed(&feeder, 12, 30000, 40000);
    assert_int_equal(floor_us(&feeder), 30000);
    feed(&feeder, 1, 0, 0);
    assert_int_equal(floor_us(&feeder), 0);
    assert_int_equal(queue_gauge_wait_us(&feeder.gauge, feeder.now_us, feeder.now_us + 500070000),
                     70000);
}

static void follows_a_clock_that_drifts(void **state)
{
    (void)state;
    struct feeder feeder;
    begin(&feeder);
    for (unsigned second = 0; second < 600; second++) {
        feed(&feeder, 50, second * 200, 0); /* 200 ppm */
        assert_in_range(floor_us(&feeder), 0, 30 * 200);
    }
}

static void can_be_told_that_it_is_the_path(void **state)
{
    (void)state;
    struct feeder feeder;
    begin(&feeder);
    feed(&feeder, 50, 0, 0);
    feed(&feeder, 50, 90000, 0);
    assert_int_equal(floor_us(&feeder), 90000);
    queue_gauge_rebase(&feeder.gauge, false, feeder.now_us);
    assert_int_equal(floor_us(&feeder), 0);
    feed(&feeder, 50, 120000, 0);
    assert_int_equal(floor_us(&feeder), 30000);
}

/* Behind an uneven link packets that are sent closer are slower without any queue. */
static void allows_for_what_unevenness_adds_and_forgets_it(void **state)
{
    (void)state;
    struct feeder feeder;
    begin(&feeder);
    feed(&feeder, 50, 0, 0);
    feed(&feeder, 50, 40000, 0);
    assert_int_equal(floor_us(&feeder), 40000);
    queue_gauge_rebase(&feeder.gauge, true, feeder.now_us);
    assert_int_equal(floor_us(&feeder), 0);
    feed(&feeder, 1, 0, 0); /* the base is what it was */
    feed(&feeder, 50, 70000, 0);
    assert_in_range(floor_us(&feeder), 30000, 35000);
    for (unsigned i = 0; i < 10; i++) {
        feed(&feeder, 50, 0, 0);
    }
    feed(&feeder, 250, 70000, 0);
    assert_true(floor_us(&feeder) > 40000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sees_what_stands_and_not_what_passes),
        cmocka_unit_test(follows_a_clock_that_drifts),
        cmocka_unit_test(can_be_told_that_it_is_the_path),
        cmocka_unit_test(allows_for_what_unevenness_adds_and_forgets_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
