#include "media/rtp/reception_statistics.h"

#include <errno.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void counts_losses_of_each_interval(void **state)
{
    (void)state;
    struct reception_statistics statistics;
    struct rtcp_report_block block;
    reception_statistics_init(&statistics, 90000);
    assert_int_equal(reception_statistics_report(&statistics, 5, 1000, &block), -ENOENT);

    for (unsigned i = 0; i < 100; i++) {
        if (i % 4 != 3) { /* a quarter is lost */
            reception_statistics_on_packet(&statistics, (uint16_t)(65500 + i), i * 3000, 1000 * i);
        }
    }
    reception_statistics_on_packet(&statistics, (uint16_t)(65500 + 99), 99 * 3000, 99000);
    assert_int_equal(reception_statistics_report(&statistics, 5, 100000, &block), 0);
    assert_int_equal(block.ssrc, 5);
    assert_int_equal(block.cumulative_lost, 24);
    assert_int_equal(block.fraction_lost, 24 * 256 / 100);
    assert_int_equal(block.extended_highest_sequence, 65536 + 63);
    assert_int_equal(block.last_sr, 0);
    assert_int_equal(block.delay_since_last_sr, 0);

    /* Nothing new: no fraction, the sum stays. Then duplicates make the loss negative (RFC 3550,
     * A.3). */
    assert_int_equal(reception_statistics_report(&statistics, 5, 200000, &block), 0);
    assert_int_equal(block.fraction_lost, 0);
    assert_int_equal(block.cumulative_lost, 24);
    for (unsigned i = 0; i < 30; i++) {
        reception_statistics_on_packet(&statistics, 63, 99 * 3000, 99000);
    }
    assert_int_equal(reception_statistics_report(&statistics, 5, 200000, &block), 0);
    assert_int_equal(block.fraction_lost, 0);
    assert_int_equal(block.cumulative_lost, -6);
}

static void loses_all_but_one(void **state)
{
    (void)state;
    struct reception_statistics statistics;
    struct rtcp_report_block block;
    reception_statistics_init(&statistics, 90000);
    reception_statistics_on_packet(&statistics, 10, 0, 0);
    reception_statistics_report(&statistics, 1, 0, &block);
    reception_statistics_on_packet(&statistics, 10 + 20000, 0, 0);
    reception_statistics_report(&statistics, 1, 0, &block);
    assert_int_equal(block.fraction_lost, 255);
    assert_int_equal(block.cumulative_lost, 19999);
    /* before the first one: not expected */
    reception_statistics_init(&statistics, 90000);
    reception_statistics_on_packet(&statistics, 10, 0, 0);
    reception_statistics_on_packet(&statistics, 9, 0, 0);
    reception_statistics_report(&statistics, 1, 0, &block);
    assert_int_equal(block.cumulative_lost, 0);
}

static void answers_the_sender_report(void **state)
{
    (void)state;
    struct reception_statistics statistics;
    struct rtcp_report_block block;
    reception_statistics_init(&statistics, 48000);
    reception_statistics_on_packet(&statistics, 1, 0, 0);
    reception_statistics_on_sender_report(&statistics, UINT64_C(0x1122334455667788), 2000000);
    assert_int_equal(reception_statistics_report(&statistics, 1, 3500000, &block), 0);
    assert_int_equal(block.last_sr, 0x33445566);
    assert_int_equal(block.delay_since_last_sr, 0x18000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_losses_of_each_interval),
        cmocka_unit_test(loses_all_but_one),
        cmocka_unit_test(answers_the_sender_report),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
