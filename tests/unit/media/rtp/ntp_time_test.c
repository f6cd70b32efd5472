#include "media/rtp/ntp_time.h"

#include "gateway/base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void converts_known_moments(void **state)
{
    (void)state;
    static const struct {
        uint64_t unix_us;
        uint64_t ntp;
    } cases[] = {
        {0, UINT64_C(0x83aa7e80) << 32},
        {1500000, UINT64_C(0x83aa7e81) << 32 | 0x80000000},
        /* 2036-02-07T06:28:16Z, where the seconds of NTP begin again */
        {UINT64_C(2085978496) * 1000000, 0},
        {UINT64_C(2085978496) * 1000000 + 250000, 0x40000000},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_true(ntp_time_from_unix_us(cases[i].unix_us) == cases[i].ntp);
        assert_true(ntp_time_to_unix_us(cases[i].ntp) == cases[i].unix_us);
    }
    for (uint64_t us = UINT64_C(1795217768000000); us < UINT64_C(1795217769000000); us += 977) {
        assert_true(ntp_time_to_unix_us(ntp_time_from_unix_us(us)) == us);
    }
}

static void converts_compact_durations(void **state)
{
    (void)state;
    assert_int_equal(ntp_time_compact_from_us(0), 0);
    assert_int_equal(ntp_time_compact_from_us(1000000), 0x10000);
    assert_int_equal(ntp_time_compact_from_us(250000), 0x4000);
    assert_true(ntp_time_compact_to_us(0x18000) == 1500000);
    assert_true(ntp_time_compact(UINT64_C(0x0123456789abcdef)) == 0x456789ab);
}

static void measures_the_round_trip(void **state)
{
    (void)state;
    static const struct {
        uint32_t now;
        uint32_t last_sr;
        uint32_t delay;
        uint32_t expected_us;
    } cases[] = {
        /* RFC 3550, 6.4.1, figure 2: A 0xb710:8000, LSR 0xb705:2000, DLSR 0x0005:4000 is 6.125 s */
        {0xb7108000, 0xb7052000, 0x00054000, 6125000},
        {0xb7108000, 0, 0x00054000, 0},               /* no sender report was seen */
        {0x00008000, 0xffffc000, 0x00004000, 500000}, /* the clock wrapped between */
        {0x00010000, 0x00008000, 0x00008000, 1},      /* too short to measure */
        {0x00010000, 0x00008000, 0x00008001, 1},      /* rounding */
        {0x00010000, 0x00008000, 0x00009000, 0},      /* it says it waited longer than it could */
        {0x00200000, 0x00010000, 0, 0},               /* 31 s: nonsense */
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_int_equal(ntp_time_round_trip_us(cases[i].now, cases[i].last_sr, cases[i].delay),
                         cases[i].expected_us);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(converts_known_moments),
        cmocka_unit_test(converts_compact_durations),
        cmocka_unit_test(measures_the_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
