#include "media/rtp/resend_limiter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define RTT_US 50000

static void sends_again_after_half_a_round_trip(void **state)
{
    (void)state;
    struct resend_limiter limiter;
    resend_limiter_init(&limiter);
    assert_true(resend_limiter_allow(&limiter, 0, 1000000, RTT_US));
    assert_false(resend_limiter_allow(&limiter, 0, 1024999, RTT_US));
    assert_true(resend_limiter_allow(&limiter, 1, 1024999, RTT_US));
    assert_true(resend_limiter_allow(&limiter, 0, 1025000, RTT_US));
    assert_false(resend_limiter_allow(&limiter, 0, 1049999, RTT_US));
}

static void ends_after_the_most_resends(void **state)
{
    (void)state;
    struct resend_limiter limiter;
    resend_limiter_init(&limiter);
    unsigned sent = 0;
    for (uint64_t now_us = 1; now_us < 100000000; now_us += 60000) {
        sent += resend_limiter_allow(&limiter, 7, now_us, RTT_US);
    }
    assert_int_equal(sent, RESEND_LIMITER_RESENDS_MAX);
}

static void keeps_round_trips_in_bounds(void **state)
{
    (void)state;
    static const struct {
        uint32_t rtt_us;
        uint32_t expected_us;
    } cases[] = {{0, 50000}, {1, 5000}, {70000, 35000}, {UINT32_MAX, 500000}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct resend_limiter limiter;
        resend_limiter_init(&limiter);
        const uint32_t rtt_us = cases[i].rtt_us;
        assert_true(resend_limiter_allow(&limiter, 7, 1, rtt_us));
        assert_false(resend_limiter_allow(&limiter, 7, cases[i].expected_us, rtt_us));
        assert_true(resend_limiter_allow(&limiter, 7, cases[i].expected_us + 1, rtt_us));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sends_again_after_half_a_round_trip),
        cmocka_unit_test(ends_after_the_most_resends),
        cmocka_unit_test(keeps_round_trips_in_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
