#include "media/transport/srtp_packet_index.h"

#include "gateway/base/cleanup.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* An index whose newest packet is `newest`, and nothing else was seen. */
static struct srtp_packet_index at(uint64_t newest)
{
    struct srtp_packet_index index = {0};
    srtp_packet_index_record(&index, newest);
    return index;
}

static void test_guesses_the_nearest_index(void **state)
{
    (void)state;
    static const struct {
        uint64_t newest;
        uint16_t sequence_number;
        uint64_t guess;
    } rows[] = {
        {5, 6, 6},
        {5, 4, 4},
        /* Nothing precedes rollover 0. */
        {5, 65535, 65535},
        {0, 32768, 32768},
        {0, 32769, 32769},
        {32767, 65535, 65535},
        /* Ahead across the wrap, from the middle of the numbers on. */
        {32768, 0, 0x0},
        {32769, 0, 0x10000},
        {65535, 0, 0x10000},
        {65535, 32766, 0x17ffe},
        {65535, 32767, 0x7fff}, /* exactly half away: RFC 3711 stays */
        {0xffff, 0x8000, 0x8000},
        /* Back across the wrap, in the first half. */
        {0x10000, 65535, 0xffff},
        {0x10000, 32769, 0x8001},
        {0x10000, 32768, 0x18000}, /* exactly half away: RFC 3711 stays */
        {0x17fff, 65535, 0x1ffff}, /* exactly half again */
        {0x17ffe, 65535, 0xffff},
        {0x18000, 0, 0x10000},
        /* The last rollover. */
        {0xfffffffe8000, 1, 0xfffffffe0001},
        {0xfffffffeffff, 1, 0xffffffff0001},
        {0xffffffff0000, 65535, 0xfffffffeffff},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const struct srtp_packet_index index = at(rows[i].newest);
        uint64_t guess = 0;
        const int result = srtp_packet_index_guess(&index, rows[i].sequence_number, &guess);
        const bool too_old =
            rows[i].guess < rows[i].newest && rows[i].newest - rows[i].guess >= SRTP_REPLAY_WINDOW;
        assert_int_equal(result, too_old ? -EALREADY : 0);
        if (result == 0) {
            assert_true(guess == rows[i].guess);
        }
    }
}

static void test_numbers_are_used_up_once(void **state)
{
    (void)state;
    struct srtp_packet_index index = at(SRTP_PACKET_INDEX_MAX - 1);
    uint64_t guess = 0;
    assert_int_equal(srtp_packet_index_guess(&index, 0xffff, &guess), 0);
    assert_true(guess == SRTP_PACKET_INDEX_MAX);
    srtp_packet_index_record(&index, guess);
    assert_int_equal(srtp_packet_index_guess(&index, 0xffff, &guess), -EALREADY);
    assert_int_equal(srtp_packet_index_guess(&index, 0, &guess), -EKEYEXPIRED);
    assert_int_equal(srtp_packet_index_guess(&index, 0x7ffe, &guess), -EKEYEXPIRED);
    /* What was missing before the end is still let through. */
    assert_int_equal(srtp_packet_index_guess(&index, 0xfff0, &guess), 0);
    assert_true(guess == SRTP_PACKET_INDEX_MAX - 15);
}

static void test_the_window_has_its_size_to_the_bit(void **state)
{
    (void)state;
    struct srtp_packet_index index = at(100000);
    uint64_t guess = 0;
    assert_int_equal(srtp_packet_index_guess(&index, (uint16_t)100000, &guess), -EALREADY);
    assert_int_equal(
        srtp_packet_index_guess(&index, (uint16_t)(100000 - SRTP_REPLAY_WINDOW + 1), &guess), 0);
    assert_int_equal(
        srtp_packet_index_guess(&index, (uint16_t)(100000 - SRTP_REPLAY_WINDOW), &guess),
        -EALREADY);
}

/* Against a list of everything that ever was. */
static void test_agrees_with_a_plain_list(void **state)
{
    (void)state;
    enum { NUMBERS = 400000 };
    static bool seen[NUMBERS];
    static const uint64_t steps[] = {0, 1, 1, 1, 2, 5, 63, 64, 65, 1023, 1024, 1025, 3000};
    struct srtp_packet_index index = {0};
    uint64_t newest = 0;
    srandom(7);
    while (newest < NUMBERS - 4000) {
        uint64_t next = newest + steps[(size_t)random() % ARRAY_LENGTH(steps)];
        const uint64_t back = (uint64_t)random() % 1100;
        if (random() % 2 == 0) {
            next = next > back ? next - back : 0;
        }
        uint64_t guess = 0;
        const int result = srtp_packet_index_guess(&index, (uint16_t)next, &guess);
        const bool expected = next > newest || (newest - next < SRTP_REPLAY_WINDOW && !seen[next]);
        assert_int_equal(result, expected ? 0 : -EALREADY);
        if (result == 0) {
            assert_true(guess == next);
            srtp_packet_index_record(&index, guess);
            seen[next] = true;
            newest = next > newest ? next : newest;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_guesses_the_nearest_index),
        cmocka_unit_test(test_numbers_are_used_up_once),
        cmocka_unit_test(test_the_window_has_its_size_to_the_bit),
        cmocka_unit_test(test_agrees_with_a_plain_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
