/* Wall clock to time line: only what was consented to has a place. */
#include "gateway/base/cleanup.h"
#include "media/recorder/consent_timeline.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void intervals_are_sorted_and_joined(void **state)
{
    (void)state;
    struct recorder_interval intervals[] = {{5000, 6000}, {1000, 2000}, {3000, 3000},
                                            {1500, 2500}, {2500, 2600}, {9000, 8000}};
    const size_t count = consent_timeline_normalise(intervals, ARRAY_LENGTH(intervals));
    assert_int_equal(count, 2);
    assert_int_equal(intervals[0].start_ms, 1000);
    assert_int_equal(intervals[0].end_ms, 2600);
    assert_int_equal(intervals[1].start_ms, 5000);
    assert_int_equal(intervals[1].end_ms, 6000);
    assert_int_equal(consent_timeline_duration_us(intervals, count), 2600000);
}

static void moments_have_a_place_only_within(void **state)
{
    (void)state;
    static const struct recorder_interval intervals[] = {{1000, 2000}, {5000, 6000}};
    static const struct {
        int64_t wall_us;
        bool inside;
        uint64_t timeline_us;
    } rows[] = {
        {999999, false, 0},       {1000000, true, 0},  {1999999, true, 999999},
        {2000000, false, 0},      {4999999, false, 0}, {5000000, true, 1000000},
        {5500000, true, 1500000}, {6000000, false, 0}, {-1, false, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        uint64_t timeline_us = 0;
        assert_int_equal(consent_timeline_place(intervals, 2, rows[i].wall_us, &timeline_us),
                         rows[i].inside);
        assert_int_equal(timeline_us, rows[i].timeline_us);
    }
    uint64_t untouched = 7;
    assert_false(consent_timeline_place(NULL, 0, 0, &untouched));
    assert_int_equal(untouched, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_are_sorted_and_joined),
        cmocka_unit_test(moments_have_a_place_only_within),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
