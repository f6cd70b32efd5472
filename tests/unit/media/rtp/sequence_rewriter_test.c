#include "media/rtp/sequence_rewriter.h"

#include <errno.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define A 11
#define B 22
#define RATE 90000

/* Outgoing sequence number, or the error; the timestamp in last_timestamp. */
static uint32_t last_timestamp;

static int forward(struct sequence_rewriter *rewriter, uint32_t source, uint16_t sequence,
                   uint32_t timestamp)
{
    struct sequence_rewriter_result result;
    const int rc = sequence_rewriter_forward(rewriter, source, sequence, timestamp, &result);
    if (rc < 0) {
        return rc;
    }
    last_timestamp = result.timestamp;
    return result.sequence;
}

static void hands_a_slot_from_one_source_to_another(void **state)
{
    (void)state;
    struct sequence_rewriter rewriter;
    sequence_rewriter_init(&rewriter, RATE, 1000, 0xfffffff0);
    assert_int_equal(forward(&rewriter, A, 1, 1), -ESTALE); /* nobody has the slot */
    sequence_rewriter_switch(&rewriter, A, 65535, 500, 10000000);
    assert_int_equal(forward(&rewriter, A, 65535, 500), 1000);
    assert_true(last_timestamp == 0xfffffff0);
    assert_int_equal(forward(&rewriter, A, 0, 500 + 3000), 1001);
    assert_true(last_timestamp == (uint32_t)(0xfffffff0 + 3000)); /* wrapped */
    assert_int_equal(forward(&rewriter, A, 2, 500 + 6000), 1003);

    /* B begins 100 ms after A began; its own numbers and timestamps are anything. */
    sequence_rewriter_switch(&rewriter, B, 40000, 0x80000000, 10100000);
    assert_int_equal(forward(&rewriter, B, 40000, 0x80000000), 1004);
    assert_true(last_timestamp == (uint32_t)(0xfffffff0 + 9000));
    assert_int_equal(forward(&rewriter, A, 1, 500 + 3000), 1002); /* reordered around the switch */
    assert_true(last_timestamp == (uint32_t)(0xfffffff0 + 3000));
    assert_int_equal(forward(&rewriter, A, 1, 500 + 3000), -EALREADY);
    assert_int_equal(forward(&rewriter, A, 3, 500 + 9000), -ESTALE);
    assert_int_equal(forward(&rewriter, B, 39999, 0x80000000), -ESTALE);
    assert_int_equal(forward(&rewriter, B, 40001, 0x80000000), 1005);

    uint32_t offset;
    assert_int_equal(sequence_rewriter_timestamp_offset(&rewriter, &offset), 0);
    assert_true((uint32_t)(0x80000000 + offset) == (uint32_t)(0xfffffff0 + 9000));
}

static void keeps_timestamps_rising(void **state)
{
    (void)state;
    struct sequence_rewriter rewriter;
    sequence_rewriter_init(&rewriter, RATE, 0, 0);
    sequence_rewriter_switch(&rewriter, A, 0, 0, 5000000);
    forward(&rewriter, A, 0, 0);
    forward(&rewriter, A, 1, 90000); /* one second on */
    /* B's first picture was captured before A's last one was. */
    sequence_rewriter_switch(&rewriter, B, 0, 0, 5900000);
    assert_int_equal(forward(&rewriter, B, 0, 0), 2);
    assert_int_equal(last_timestamp, 90000 + 90);
    /* A pause of an hour is an hour on the line; the line does not wander with the correction
     * above. */
    sequence_rewriter_switch(&rewriter, A, 100, 12345, 5000000 + INT64_C(3600000000));
    assert_int_equal(forward(&rewriter, A, 100, 12345), 3);
    assert_int_equal(last_timestamp, 3600 * 90000);
}

static void leaves_out_without_a_hole(void **state)
{
    (void)state;
    struct sequence_rewriter rewriter;
    sequence_rewriter_init(&rewriter, RATE, 100, 0);
    sequence_rewriter_switch(&rewriter, A, 10, 0, 0);
    assert_int_equal(forward(&rewriter, A, 10, 0), 100);
    sequence_rewriter_leave_out(&rewriter, A, 11);
    sequence_rewriter_leave_out(&rewriter, A, 12);
    assert_int_equal(forward(&rewriter, A, 14, 0), 102); /* 13 may still come */
    assert_int_equal(forward(&rewriter, A, 12, 0), -ENOENT);
    assert_int_equal(forward(&rewriter, A, 13, 0), 101);
}

static void finds_what_was_sent(void **state)
{
    (void)state;
    struct sequence_rewriter rewriter;
    struct sequence_rewriter_origin origin;
    sequence_rewriter_init(&rewriter, RATE, 100, 1000);
    uint32_t offset;
    assert_int_equal(sequence_rewriter_timestamp_offset(&rewriter, &offset), -ENOENT);
    assert_int_equal(sequence_rewriter_origin(&rewriter, 100, &origin), -ENOENT);
    sequence_rewriter_switch(&rewriter, A, 65535, 0, 0);
    forward(&rewriter, A, 65535, 0);
    forward(&rewriter, A, 1, 0);
    sequence_rewriter_leave_out(&rewriter, A, 2);
    forward(&rewriter, A, 3, 0);
    assert_int_equal(sequence_rewriter_origin(&rewriter, 100, &origin), 0);
    assert_true(origin.source == A && origin.sequence == 65535 && origin.timestamp_offset == 1000);
    assert_int_equal(sequence_rewriter_origin(&rewriter, 101, &origin), -ENOENT); /* never sent */
    assert_int_equal(sequence_rewriter_origin(&rewriter, 103, &origin), 0);
    assert_int_equal(origin.sequence, 3);
    assert_int_equal(sequence_rewriter_origin(&rewriter, 104, &origin), -ENOENT);
    assert_int_equal(forward(&rewriter, A, 0, 0), 101);
    assert_int_equal(sequence_rewriter_origin(&rewriter, 101, &origin), 0);
    assert_int_equal(origin.sequence, 0);
}

/* Whatever a publisher does, no outgoing number is used twice and none is far from the one before.
 */
static void gives_no_number_twice(void **state)
{
    (void)state;
    static uint64_t used[1 << 21];
    struct sequence_rewriter rewriter;
    sequence_rewriter_init(&rewriter, RATE, 0, 0);
    sequence_rewriter_switch(&rewriter, A, 0, 0, 0);
    uint32_t random = 1;
    uint32_t source = A;
    uint16_t sequence = 0;
    int64_t highest = 0;
    for (unsigned i = 0; i < 300000; i++) {
        random = random * 1664525 + 1013904223;
        const unsigned choice = random >> 24;
        if (choice == 0) {
            source = source == A ? B : A;
            sequence = (uint16_t)(random >> 3);
            sequence_rewriter_switch(&rewriter, source, sequence, random, random);
        } else if (choice == 1) {
            sequence = (uint16_t)(sequence + (random >> 8) % 30000);
        } else {
            sequence++;
        }
        const uint16_t wanted = choice < 64 ? (uint16_t)(sequence - choice) : sequence;
        if (choice >= 240) {
            sequence_rewriter_leave_out(&rewriter, source, sequence);
            continue;
        }
        const int out = forward(&rewriter, choice % 5 == 2 ? A : source, wanted, random);
        if (out < 0) {
            continue;
        }
        const int64_t index = highest + (int16_t)(uint16_t)(out - (uint16_t)highest);
        /* one leap before what is left out, one before what is sent */
        assert_true(index <= highest + 2 * NUMBER_LINE_LEAP_MAX + 2);
        assert_true(index > highest - RECEIVE_WINDOW_SIZE);
        highest = index > highest ? index : highest;
        assert_true(index >= 0 && (size_t)index / 64 < sizeof(used) / sizeof(used[0]));
        assert_false(used[index / 64] >> (index % 64) & 1);
        used[index / 64] |= UINT64_C(1) << (index % 64);
    }
    assert_true(highest > 100000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hands_a_slot_from_one_source_to_another),
        cmocka_unit_test(keeps_timestamps_rising),
        cmocka_unit_test(leaves_out_without_a_hole),
        cmocka_unit_test(finds_what_was_sent),
        cmocka_unit_test(gives_no_number_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
