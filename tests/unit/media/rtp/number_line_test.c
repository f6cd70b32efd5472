#include "media/rtp/number_line.h"

#include <errno.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define A 1
#define B 2

/* Where a number lies, or the error. */
static int place(struct number_line *line, uint32_t source, uint32_t number)
{
    struct number_line_place found;
    const int rc = number_line_place(line, source, number, &found);
    return rc < 0 ? rc : (int)found.out;
}

static int find(const struct number_line *line, uint32_t source, uint32_t number)
{
    struct number_line_place found;
    const int rc = number_line_find(line, source, number, &found);
    return rc < 0 ? rc : (int)found.out;
}

static void counts_on_across_sources(void **state)
{
    (void)state;
    struct number_line line;
    number_line_init(&line, 100);
    assert_int_equal(place(&line, A, 1), -ESTALE); /* no source yet */
    number_line_switch(&line, A, 16, 65534, 7);
    assert_int_equal(find(&line, A, 65534), -ESTALE);
    assert_int_equal(place(&line, A, 65534), 100);
    assert_int_equal(place(&line, A, 65535), 101);
    assert_int_equal(place(&line, A, 0), 102);
    assert_int_equal(place(&line, A, 2), 104);
    number_line_switch(&line, B, 16, 5000, 8);
    assert_int_equal(place(&line, B, 5000), 105);
    assert_int_equal(place(&line, A, 1), 103);     /* late, its place was kept */
    assert_int_equal(place(&line, A, 3), -ESTALE); /* too late: the line has left this source */
    assert_int_equal(place(&line, B, 4999), -ESTALE);
    assert_int_equal(place(&line, B, 5001), 106);
    number_line_switch(&line, A, 16, 50, 9);
    assert_int_equal(place(&line, A, 50), 107);
    assert_int_equal(place(&line, A, 2), 104);
    assert_int_equal(place(&line, A, 49), -ENOENT); /* sent while the line was elsewhere */

    struct number_line_place found;
    assert_int_equal(number_line_origin(&line, 104, 16, &found), 0);
    assert_true(found.source == A && found.number == 2 && found.note == 7);
    assert_int_equal(number_line_origin(&line, 106, 16, &found), 0);
    assert_true(found.source == B && found.number == 5001 && found.note == 8);
    assert_int_equal(number_line_origin(&line, 108, 16, &found), -ESTALE);
    assert_int_equal(number_line_origin(&line, 99, 16, &found), -ESTALE);
}

static void leaves_no_hole_for_what_is_left_out(void **state)
{
    (void)state;
    struct number_line line;
    number_line_init(&line, 1);
    number_line_switch(&line, A, 16, 10, 0);
    assert_int_equal(place(&line, A, 10), 1);
    assert_int_equal(number_line_leave_out(&line, A, 11), 0);
    assert_int_equal(number_line_leave_out(&line, A, 11), 0); /* again: nothing new */
    assert_int_equal(number_line_leave_out(&line, A, 12), 0);
    assert_int_equal(place(&line, A, 13), 2);
    assert_int_equal(place(&line, A, 11), -ENOENT);
    assert_int_equal(find(&line, A, 12), -ENOENT);
    /* 14 is missing before 15 is left out: it may have been one to send */
    assert_int_equal(number_line_leave_out(&line, A, 15), 0);
    assert_int_equal(place(&line, A, 16), 4);
    assert_int_equal(place(&line, A, 14), 3);
    assert_int_equal(number_line_leave_out(&line, A, 14), -EALREADY);
    /* missing between two that are left out: it goes with them */
    assert_int_equal(number_line_leave_out(&line, A, 17), 0);
    assert_int_equal(number_line_leave_out(&line, A, 19), 0);
    assert_int_equal(place(&line, A, 20), 5);
    assert_int_equal(place(&line, A, 18), -ENOENT);
    assert_int_equal(number_line_leave_out(&line, B, 18), -ESTALE);
}

static void may_begin_with_one_left_out(void **state)
{
    (void)state;
    struct number_line line;
    number_line_init(&line, 1);
    number_line_switch(&line, A, 16, 10, 0);
    assert_int_equal(number_line_leave_out(&line, A, 10), 0);
    assert_int_equal(place(&line, A, 11), 1);
    number_line_switch(&line, B, 16, 5, 0); /* nothing of B is ever placed */
    number_line_switch(&line, A, 16, 12, 0);
    assert_int_equal(place(&line, A, 12), 2);
    assert_int_equal(place(&line, A, 11), 1);
}

/* A key frame that came late may begin a stretch before numbers that were on the line already. */
static void may_come_back_to_earlier_numbers(void **state)
{
    (void)state;
    struct number_line line;
    number_line_init(&line, 1);
    number_line_switch(&line, A, 16, 10, 0);
    assert_int_equal(place(&line, A, 10), 1);
    assert_int_equal(place(&line, A, 20), 11);
    number_line_switch(&line, A, 16, 15, 0);
    assert_int_equal(place(&line, A, 15), 12);
    assert_int_equal(number_line_leave_out(&line, A, 16), 0);
    assert_int_equal(place(&line, A, 17), 13);
    assert_int_equal(place(&line, A, 16), -ENOENT); /* not its place of before */
    assert_int_equal(place(&line, A, 20), 16);
}

static void forgets_the_oldest_segments(void **state)
{
    (void)state;
    struct number_line line;
    number_line_init(&line, 0);
    number_line_switch(&line, A, 16, 0, 0);
    for (uint32_t i = 0; i < 200; i += 2) {
        assert_int_equal(place(&line, A, i), i / 2);
        assert_int_equal(number_line_leave_out(&line, A, i + 1), 0);
    }
    struct number_line_place found;
    for (uint32_t i = 0; i < 100; i++) {
        const bool kept = i >= 100 - NUMBER_LINE_SEGMENTS;
        assert_int_equal(number_line_origin(&line, i, 16, &found), kept ? 0 : -ESTALE);
        assert_int_equal(find(&line, A, 2 * i), kept ? (int)i : -ESTALE);
    }
}

static void does_not_follow_a_leap(void **state)
{
    (void)state;
    struct number_line line;
    number_line_init(&line, 0);
    number_line_switch(&line, A, 16, 0, 0);
    assert_int_equal(place(&line, A, 0), 0);
    assert_int_equal(place(&line, A, NUMBER_LINE_LEAP_MAX + 1), NUMBER_LINE_LEAP_MAX + 1);
    const int next = NUMBER_LINE_LEAP_MAX + 2;
    const uint32_t far = 2 * NUMBER_LINE_LEAP_MAX + 3;
    assert_int_equal(place(&line, A, far), next + 1); /* one free place tells of the loss */
    assert_int_equal(place(&line, A, far - 1), -ENOENT);
    assert_int_equal(place(&line, A, (far + 30000) & 0xffff), next + 3);
    assert_int_equal(number_line_leave_out(&line, A, (far + 60000) & 0xffff), 0);
    assert_int_equal(place(&line, A, (far + 60001) & 0xffff), next + 5);
}

static void runs_for_long_in_every_width(void **state)
{
    (void)state;
    static const uint8_t widths[] = {7, 15, 16};
    for (size_t w = 0; w < sizeof(widths); w++) {
        const uint32_t mask = (1u << widths[w]) - 1;
        struct number_line line;
        struct number_line_place found;
        number_line_init(&line, 40000);
        number_line_switch(&line, A, widths[w], 3, 0);
        uint32_t expected = 40000;
        for (uint32_t i = 3; i < 300000; i++) {
            if (i % 3 == 0 && i % 7 == 0) {
                assert_int_equal(number_line_leave_out(&line, A, i & mask), 0);
                assert_int_equal(find(&line, A, i & mask), -ENOENT);
            } else {
                assert_int_equal(place(&line, A, i & mask), expected);
                assert_int_equal(number_line_origin(&line, expected & 0x7fff, 15, &found), 0);
                assert_int_equal(found.number, i & mask);
                expected++;
            }
        }
    }
}

/* The outgoing numbers themselves may wrap, too. */
static void survives_the_wrap_of_unwrapped_numbers(void **state)
{
    (void)state;
    struct number_line line;
    struct number_line_place found;
    number_line_init(&line, UINT32_MAX - 5);
    number_line_switch(&line, A, 16, 0, 0);
    for (uint32_t i = 0; i < 20; i += 2) {
        assert_int_equal(number_line_place(&line, A, i, &found), 0);
        assert_true(found.out == UINT32_MAX - 5 + i);
    }
    assert_int_equal(number_line_origin(&line, (UINT32_MAX - 5 + 9) & 0xffff, 16, &found), 0);
    assert_int_equal(found.number, 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_on_across_sources),
        cmocka_unit_test(leaves_no_hole_for_what_is_left_out),
        cmocka_unit_test(may_begin_with_one_left_out),
        cmocka_unit_test(may_come_back_to_earlier_numbers),
        cmocka_unit_test(forgets_the_oldest_segments),
        cmocka_unit_test(does_not_follow_a_leap),
        cmocka_unit_test(runs_for_long_in_every_width),
        cmocka_unit_test(survives_the_wrap_of_unwrapped_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
