#include "media/rtp/jitter_estimator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void is_nothing_for_an_even_stream(void **state)
{
    (void)state;
    struct jitter_estimator jitter;
    jitter_estimator_init(&jitter, 48000);
    uint32_t timestamp = 0xffffff00; /* wraps soon */
    for (uint64_t at_us = 1000000; at_us < 3000000; at_us += 20000, timestamp += 960) {
        jitter_estimator_on_packet(&jitter, timestamp, at_us);
    }
    assert_int_equal(jitter_estimator_rtp_ticks(&jitter), 0);
}

/* RFC 3550, A.8: J += (|D| - J) / 16 settles at |D|. */
static void settles_at_the_mean_change(void **state)
{
    (void)state;
    struct jitter_estimator jitter;
    jitter_estimator_init(&jitter, 48000);
    uint32_t timestamp = 0;
    for (unsigned i = 0; i < 500; i++, timestamp += 960) {
        jitter_estimator_on_packet(&jitter, timestamp, 1000000 + i * 20000 + (i % 2) * 5000);
    }
    assert_in_range(jitter_estimator_rtp_ticks(&jitter), 239, 241); /* 5 ms are 240 ticks */
}

static void counts_a_frame_once_and_no_jumps(void **state)
{
    (void)state;
    struct jitter_estimator jitter;
    jitter_estimator_init(&jitter, 90000);
    for (unsigned i = 0; i < 100; i++) {
        jitter_estimator_on_packet(&jitter, i * 3000, 1000000 + i * 1000000 / 30);
        jitter_estimator_on_packet(&jitter, i * 3000, 1000000 + i * 1000000 / 30 + 9000);
        jitter_estimator_on_packet(&jitter, (i - 1) * 3000, 1000000 + i * 1000000 / 30 + 9500);
    }
    assert_in_range(jitter_estimator_rtp_ticks(&jitter), 0, 2); /* rounding of a third */
    jitter_estimator_on_packet(&jitter, 3000000000u, 5000000);
    jitter_estimator_on_packet(&jitter, 1000, 5033333);
    jitter_estimator_on_packet(&jitter, 4000, 5066666);
    assert_in_range(jitter_estimator_rtp_ticks(&jitter), 0, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_nothing_for_an_even_stream),
        cmocka_unit_test(settles_at_the_mean_change),
        cmocka_unit_test(counts_a_frame_once_and_no_jumps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
