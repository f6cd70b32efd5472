#include "media/rtp/retransmission_reach.h"

#include "gateway/base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void reaches_farther_where_packets_are_lost(void **state)
{
    static const struct {
        uint32_t rtt_us;
        bool is_lossy;
        uint32_t keep_us;
    } cases[] = {
        {0, false, 300000},      {100000, false, 300000},  {100001, false, 300002},
        {250000, false, 600000}, {450000, false, 1000000}, {UINT32_MAX, false, 1000000},
        {0, true, 700000},       {20000, true, 300000},    {60000, true, 500000},
        {260000, true, 1500000}, {600000, true, 1500000},  {UINT32_MAX, true, 1500000},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct retransmission_reach reach;
        retransmission_reach_init(&reach);
        assert_int_equal(retransmission_reach_us(&reach), RETRANSMISSION_REACH_WAIT_US);
        const uint32_t needed_us = retransmission_reach_for(cases[i].rtt_us, cases[i].is_lossy);
        assert_int_equal(needed_us, cases[i].keep_us);
        assert_int_equal(retransmission_reach_update(&reach, needed_us, 1), cases[i].keep_us);
        assert_int_equal(retransmission_reach_us(&reach), cases[i].keep_us);
    }
}

static uint32_t update(struct retransmission_reach *reach, uint32_t rtt_us, uint64_t now_us)
{
    return retransmission_reach_update(reach, retransmission_reach_for(rtt_us, false), now_us);
}

static void shrinks_slowly_and_grows_at_once(void **state)
{
    (void)state;
    struct retransmission_reach reach;
    retransmission_reach_init(&reach);
    assert_int_equal(update(&reach, 350000, 1000000), 800000);
    assert_int_equal(update(&reach, 10000, 1999999), 800000);
    assert_int_equal(update(&reach, 10000, 2000000), 700000);
    assert_int_equal(update(&reach, 10000, 2000001), 700000);
    assert_int_equal(update(&reach, 340000, 2100000), 780000);
    uint64_t now_us = 2100000;
    for (unsigned second = 0; second < 30; second++) {
        now_us += 1000000;
        (void)update(&reach, 10000, now_us);
    }
    assert_int_equal(retransmission_reach_us(&reach), 120000);
    for (unsigned second = 0; second < 30; second++) { /* nobody receives */
        now_us += 1000000;
        (void)retransmission_reach_update(&reach, 0, now_us);
    }
    assert_int_equal(retransmission_reach_us(&reach), RETRANSMISSION_REACH_WAIT_US);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reaches_farther_where_packets_are_lost),
        cmocka_unit_test(shrinks_slowly_and_grows_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
