#include "media/router/picture_lag.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Frames of two packets, as late as is said. */
static void frames(struct picture_lag *lag, unsigned count, int64_t late_ms, int64_t hold_ms)
{
    for (unsigned i = 0; i < count; i++) {
        picture_lag_note(lag, late_ms * 1000 / 2);
        picture_lag_note(lag, late_ms * 1000);
        picture_lag_on_frame(lag, hold_ms * 1000);
    }
}

static void test_what_is_told(void **state)
{
    static const struct {
        int64_t late_ms;
        int64_t hold_ms;
        int64_t told_least_ms;
        int64_t told_most_ms;
    } cases[] = {
        {0, 0, 0, 0},                               /* in time */
        {-20, 0, 0, 0},                             /* before its sound */
        {PICTURE_LAG_TOLERANCE_US / 1000, 0, 0, 0}, /* lips that lag a little are not noticed */
        {450, 0, 300, 450},
        {1150, 0, 1000, 1150},
        {100, 160, 160, 160}, /* held back by its receiver: by no less is it told */
        {100, 40, 0, 0},      /* not worth a step */
        {100, 60, 60, 60},
        {450, 160, 300, 450}, /* held back, and late all the same */
        {60000, 0, PICTURE_LAG_TOLD_MAX_US / 1000 - 100, PICTURE_LAG_TOLD_MAX_US / 1000 + 100},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct picture_lag lag = {0};
        frames(&lag, 240, cases[i].late_ms, cases[i].hold_ms);
        assert_in_range(lag.told_us, cases[i].told_least_ms * 1000, cases[i].told_most_ms * 1000);
    }
}

/* What is told follows once it is off by much, and then all the way. */
static void test_little_is_not_worth_a_step(void **state)
{
    struct picture_lag lag = {0};
    (void)state;
    frames(&lag, 240, 0, 120);
    assert_int_equal(lag.told_us, 120000);
    frames(&lag, 240, 0, 160);
    assert_int_equal(lag.told_us, 120000);
    frames(&lag, 240, 0, 170);
    assert_int_equal(lag.told_us, 170000);
    frames(&lag, 240, 0, 140);
    assert_int_equal(lag.told_us, 170000);
    frames(&lag, 240, 0, 100);
    assert_int_equal(lag.told_us, 100000);
    frames(&lag, 240, 0, 0);
    assert_int_equal(lag.told_us, 0);
}

/* No receiver takes a step for more than a frame that came a little early or late. */
static void test_steps_are_small_and_end(void **state)
{
    struct picture_lag lag = {0};
    (void)state;
    for (unsigned i = 0; i < 4000; i++) {
        const int64_t before_us = lag.told_us;
        frames(&lag, 1, i < 100 ? 900 : 20, 0);
        const int64_t step_us = lag.told_us - before_us;
        assert_true(step_us <= 40000 && step_us >= -4000);
    }
    assert_int_equal(lag.told_us, 0);
}

/* One late frame in a while, and the voice need not wait for the next such one either. */
static void test_a_late_key_frame_is_remembered(void **state)
{
    struct picture_lag lag = {0};
    (void)state;
    for (unsigned i = 0; i < 10; i++) {
        frames(&lag, 1, 800, 0);
        frames(&lag, 71, 40, 0);
    }
    assert_true(lag.told_us >= 400000);
}

/* What comes late by turns is late by its mean, and its receiver builds a buffer for the rest. */
static void test_what_varies_needs_a_buffer(void **state)
{
    struct picture_lag lag = {0};
    (void)state;
    for (unsigned i = 0; i < 240; i++) {
        frames(&lag, 1, i % 2 ? 700 : 100, 0);
    }
    assert_in_range(lag.told_us, 850000, 1050000);
}

static void test_what_was_repaired_holds_the_sound(void **state)
{
    static const struct {
        uint32_t rtt_ms;
        unsigned repairs;
        uint64_t since_ms;
        int64_t expected_ms;
    } cases[] = {
        {100, PICTURE_LAG_REPAIRS_MIN - 1, 0, 0},
        {100, PICTURE_LAG_REPAIRS_MIN, 0, 90},
        {600, PICTURE_LAG_REPAIRS_MIN, 0, PICTURE_LAG_REPAIR_MAX_US / 1000},
        {600, 100, PICTURE_LAG_REPAIRS_LAST_US / 1000 - 1, PICTURE_LAG_REPAIR_MAX_US / 1000},
        {600, 100, PICTURE_LAG_REPAIRS_LAST_US / 1000, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const uint64_t began_us = 500000000;
        struct picture_lag lag = {0};
        for (unsigned r = 0; r < cases[i].repairs; r++) {
            picture_lag_on_repair(&lag, began_us);
        }
        const uint64_t now_us = began_us + cases[i].since_ms * 1000;
        const uint32_t rtt_us = cases[i].rtt_ms * 1000;
        assert_int_equal(picture_lag_repair_us(&lag, rtt_us, now_us), cases[i].expected_ms * 1000);
    }
}

/* Repairs long ago do not count together with new ones. */
static void test_repairs_are_forgotten(void **state)
{
    struct picture_lag lag = {0};
    (void)state;
    for (unsigned i = 0; i < 10; i++) {
        const uint64_t now_us = (i + 1) * (uint64_t)PICTURE_LAG_REPAIRS_LAST_US;
        picture_lag_on_repair(&lag, now_us);
        assert_int_equal(picture_lag_repair_us(&lag, 600000, now_us), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_told),
        cmocka_unit_test(test_little_is_not_worth_a_step),
        cmocka_unit_test(test_steps_are_small_and_end),
        cmocka_unit_test(test_a_late_key_frame_is_remembered),
        cmocka_unit_test(test_what_varies_needs_a_buffer),
        cmocka_unit_test(test_what_was_repaired_holds_the_sound),
        cmocka_unit_test(test_repairs_are_forgotten),
    };
    return cmocka_run_group_tests_name("picture_lag", tests, NULL, NULL);
}
