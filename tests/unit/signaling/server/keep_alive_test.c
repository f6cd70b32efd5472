#include "signaling/server/keep_alive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define SECOND UINT64_C(1000000)
static const uint64_t opened_us = 5000 * SECOND;

static struct keep_alive opened(void)
{
    struct keep_alive alive = {.asked = true};
    keep_alive_heard(&alive, opened_us);
    return alive;
}

static void test_who_answers_is_asked_every_ten_seconds_for_ever(void **state)
{
    (void)state;
    struct keep_alive alive = opened();
    unsigned asked = 0;
    for (uint64_t second = 1; second <= 3600; second++) {
        const uint64_t now_us = opened_us + second * SECOND;
        const enum keep_alive_step step = keep_alive_look(&alive, now_us);
        assert_int_not_equal(step, KEEP_ALIVE_GIVE_UP);
        if (step == KEEP_ALIVE_ASK) {
            asked++;
            keep_alive_heard(&alive, now_us);
        }
    }
    assert_int_equal(asked, 360);
}

static void test_who_is_silent_is_asked_once_and_given_up(void **state)
{
    (void)state;
    struct keep_alive alive = opened();
    for (uint64_t second = 1; second < 25; second++) {
        assert_int_equal(keep_alive_look(&alive, opened_us + second * SECOND),
                         second == 10 ? KEEP_ALIVE_ASK : KEEP_ALIVE_WAIT);
    }
    assert_int_equal(keep_alive_look(&alive, opened_us + 25 * SECOND), KEEP_ALIVE_GIVE_UP);
}

static void test_a_late_answer_counts(void **state)
{
    (void)state;
    struct keep_alive alive = opened();
    assert_int_equal(keep_alive_look(&alive, opened_us + 10 * SECOND), KEEP_ALIVE_ASK);
    keep_alive_heard(&alive, opened_us + 24 * SECOND);
    assert_int_equal(keep_alive_look(&alive, opened_us + 25 * SECOND), KEEP_ALIVE_WAIT);
    assert_int_equal(keep_alive_look(&alive, opened_us + 34 * SECOND), KEEP_ALIVE_ASK);
}

/* The sweep's reading of the clock may be older than the answer. */
static void test_an_answer_from_after_the_look_is_no_silence(void **state)
{
    (void)state;
    struct keep_alive alive = opened();
    assert_int_equal(keep_alive_look(&alive, opened_us - 1), KEEP_ALIVE_WAIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_answers_is_asked_every_ten_seconds_for_ever),
        cmocka_unit_test(test_who_is_silent_is_asked_once_and_given_up),
        cmocka_unit_test(test_a_late_answer_counts),
        cmocka_unit_test(test_an_answer_from_after_the_look_is_no_silence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
