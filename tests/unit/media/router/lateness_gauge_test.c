#include "media/router/lateness_gauge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SECOND UINT64_C(1000000)
#define MS INT64_C(1000)
#define RATE 90000u
#define FRAME_US 40000
#define FRAME_TICKS (RATE / 25)

struct stream {
    struct lateness_gauge gauge;
    uint32_t timestamp;
    uint64_t captured_us;
};

/* Frames for a quarter of a second, late by this and every third one by more. */
static int64_t quarter(struct stream *stream, int64_t late_us, int64_t more_us)
{
    int64_t ret_late_us = INT64_MAX;
    for (int i = 0; i < 6; i++) {
        const int64_t by_us = late_us + (i % 3 == 0 ? more_us : 0);
        lateness_gauge_note(&stream->gauge, stream->timestamp, RATE,
                            stream->captured_us + (uint64_t)by_us);
        stream->timestamp += FRAME_TICKS;
        stream->captured_us += FRAME_US;
    }
    assert_true(lateness_gauge_take(&stream->gauge, stream->captured_us, &ret_late_us));
    return ret_late_us;
}

static struct stream begin(uint32_t timestamp)
{
    return (struct stream){.timestamp = timestamp, .captured_us = 1000 * SECOND};
}

static void all_that_are_late_are_told_single_ones_are_not(void **state)
{
    struct stream stream = begin(UINT32_MAX - 40000); /* it wraps soon */
    (void)state;
    (void)quarter(&stream, 20 * MS, 0);
    for (int i = 0; i < 20; i++) {
        assert_in_range(quarter(&stream, 20 * MS, 300 * MS) + MS, 0, 2 * MS);
    }
    assert_in_range(quarter(&stream, 400 * MS, 50 * MS), 370 * MS, 380 * MS);
    assert_in_range(quarter(&stream, 120 * MS, 0), 90 * MS, 100 * MS);
    assert_in_range(quarter(&stream, 20 * MS, 0) + 10 * MS, 0, 10 * MS);
}

static void a_queue_from_the_beginning_shows_when_it_drains(void **state)
{
    struct stream stream = begin(7);
    (void)state;
    assert_int_equal(quarter(&stream, 900 * MS, 0), 0);
    assert_in_range(-quarter(&stream, 800 * MS, 0), 99 * MS, 101 * MS);
    assert_in_range(-quarter(&stream, 500 * MS, 0), 299 * MS, 301 * MS);
    assert_in_range(quarter(&stream, 500 * MS, 0) + MS, 0, 2 * MS);
}

static void the_earliest_is_forgotten_slowly(void **state)
{
    struct stream stream = begin(7);
    (void)state;
    (void)quarter(&stream, 0, 0);
    const int64_t at_first_us = quarter(&stream, 300 * MS, 0);
    for (int i = 0; i < 600; i++) { /* of 240 ms */
        (void)quarter(&stream, 300 * MS, 0);
    }
    const int64_t later_us = quarter(&stream, 300 * MS, 0);
    assert_in_range(at_first_us - later_us, 130 * MS, 160 * MS);
}

static void another_clock_begins_anew(void **state)
{
    struct stream stream = begin(7);
    (void)state;
    (void)quarter(&stream, 0, 0);
    stream.timestamp += 1000000000;
    assert_in_range(quarter(&stream, 0, 0) + MS, 0, MS);
    assert_in_range(quarter(&stream, 200 * MS, 0), 199 * MS, 201 * MS);
}

static void nothing_came(void **state)
{
    struct stream stream = begin(7);
    int64_t late_us;
    (void)state;
    assert_false(lateness_gauge_take(&stream.gauge, SECOND, &late_us));
    (void)quarter(&stream, 0, 0);
    assert_false(lateness_gauge_take(&stream.gauge, stream.captured_us, &late_us));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_are_late_are_told_single_ones_are_not),
        cmocka_unit_test(a_queue_from_the_beginning_shows_when_it_drains),
        cmocka_unit_test(the_earliest_is_forgotten_slowly),
        cmocka_unit_test(another_clock_begins_anew),
        cmocka_unit_test(nothing_came),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
