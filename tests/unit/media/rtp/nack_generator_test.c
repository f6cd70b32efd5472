#include "media/rtp/nack_generator.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct nack_generator_config config = {
    .max_missing = 8, .reorder_wait_us = 5000, .retry_min_us = 20000, .max_tries = 3};
static const struct nack_generator_config repeating = {.max_missing = 8,
                                                       .reorder_wait_us = 5000,
                                                       .retry_min_us = 20000,
                                                       .retry_late_us = 5000,
                                                       .repeat_us = 15000,
                                                       .max_tries = 3};

#define RTT_US 40000

/* What is due, as text. */
static const char *due(struct nack_generator *generator, uint64_t now_us)
{
    static char text[256];
    uint16_t sequences[16];
    const int count = nack_generator_due(generator, now_us, RTT_US, sequences, 16);
    if (count < 0) {
        assert_int_equal(count, -ENOBUFS);
        return "beyond repair";
    }
    text[0] = 0;
    for (int i = 0; i < count; i++) {
        sprintf(text + strlen(text), "%s%u", i > 0 ? " " : "", sequences[i]);
    }
    return text;
}

static void asks_for_what_is_missing(void **state)
{
    (void)state;
    AUTO(nack_generator) generator = nack_generator_create(&config);
    assert_int_equal(nack_generator_on_packet(generator, 65534, 1000), 0);
    assert_int_equal(nack_generator_on_packet(generator, 65534, 1000), -EALREADY);
    assert_int_equal(nack_generator_on_packet(generator, 2, 2000), 0);
    assert_string_equal(due(generator, 2000), ""); /* might be merely reordered */
    assert_int_equal(nack_generator_on_packet(generator, 0, 3000), 0);
    assert_int_equal(nack_generator_on_packet(generator, 0, 3000), -EALREADY);
    assert_string_equal(due(generator, 7000), "65535 1");
    assert_string_equal(due(generator, 7000), "");
    assert_string_equal(due(generator, 46999), "");
    assert_string_equal(due(generator, 47000), "65535 1");
    assert_int_equal(nack_generator_on_packet(generator, 65535, 60000), 0);
    assert_string_equal(due(generator, 87000), "1");

    const struct nack_generator_statistics *statistics = nack_generator_statistics(generator);
    assert_int_equal(statistics->missed, 3);
    assert_int_equal(statistics->recovered, 2);
    assert_int_equal(statistics->requested, 5);
    assert_int_equal(statistics->lost_for_good, 0);
}

static void gives_up_and_wants_a_keyframe(void **state)
{
    (void)state;
    AUTO(nack_generator) generator = nack_generator_create(&config);
    nack_generator_on_packet(generator, 10, 0);
    nack_generator_on_packet(generator, 12, 0);
    uint64_t now_us = 5000;
    for (unsigned tries = 0; tries < config.max_tries; tries++, now_us += RTT_US) {
        assert_string_equal(due(generator, now_us), "11");
    }
    assert_string_equal(due(generator, now_us), "");
    assert_string_equal(due(generator, now_us), "beyond repair"); /* once */
    assert_string_equal(due(generator, now_us + 1000000), "");
    assert_int_equal(nack_generator_statistics(generator)->lost_for_good, 1);
    assert_int_equal(nack_generator_on_packet(generator, 11, now_us), -EALREADY);
}

static void bounds_what_it_remembers(void **state)
{
    (void)state;
    AUTO(nack_generator) generator = nack_generator_create(&config);
    nack_generator_on_packet(generator, 0, 0);
    nack_generator_on_packet(generator, 7, 0);  /* 1 to 6 */
    nack_generator_on_packet(generator, 12, 0); /* 8 to 11 push out 1 and 2 */
    assert_string_equal(due(generator, 5000), "beyond repair");
    assert_string_equal(due(generator, 5000), "3 4 5 6 8 9 10 11");
    assert_int_equal(nack_generator_statistics(generator)->lost_for_good, 2);

    nack_generator_on_packet(generator, 22, 6000); /* nine at once */
    assert_string_equal(due(generator, 20000), "beyond repair");
    assert_string_equal(due(generator, 20000), "");
    assert_int_equal(nack_generator_statistics(generator)->lost_for_good, 2 + 8 + 9);

    nack_generator_on_packet(generator, 24, 30000);
    assert_string_equal(due(generator, 35000), "23");
}

static void asks_later_for_what_finds_no_room(void **state)
{
    (void)state;
    AUTO(nack_generator) generator = nack_generator_create(&config);
    uint16_t sequence;
    nack_generator_on_packet(generator, 0, 0);
    nack_generator_on_packet(generator, 4, 0);
    assert_int_equal(nack_generator_due(generator, 5000, RTT_US, &sequence, 1), 1);
    assert_int_equal(sequence, 1);
    assert_int_equal(nack_generator_due(generator, 5000, RTT_US, &sequence, 1), 1);
    assert_int_equal(sequence, 2);
    assert_int_equal(nack_generator_due(generator, 5000, RTT_US, &sequence, 0), 0);
    assert_string_equal(due(generator, 5000), "3");
}

static void waits_a_round_trip(void **state)
{
    (void)state;
    static const struct {
        uint32_t rtt_us;
        uint32_t expected_us;
    } cases[] = {{0, 100000}, {1, 20000}, {20000, 20000}, {300000, 300000}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        AUTO(nack_generator) generator = nack_generator_create(&config);
        uint16_t sequence;
        nack_generator_on_packet(generator, 0, 0);
        nack_generator_on_packet(generator, 2, 0);
        const uint32_t rtt_us = cases[i].rtt_us;
        assert_int_equal(nack_generator_due(generator, 5000, rtt_us, &sequence, 1), 1);
        const uint64_t again_us = 5000 + cases[i].expected_us;
        assert_int_equal(nack_generator_due(generator, again_us - 1, rtt_us, &sequence, 1), 0);
        assert_int_equal(nack_generator_due(generator, again_us, rtt_us, &sequence, 1), 1);
    }
}

/* Ten in a hundred are missing, and come at the first request. */
static uint16_t lose_ten_percent(struct nack_generator *generator)
{
    uint16_t sequence = 0;
    for (; sequence < 1000; sequence++) {
        if (sequence % 10 != 5) {
            nack_generator_on_packet(generator, sequence, 0);
        }
        if (sequence % 10 == 6) {
            nack_generator_on_packet(generator, (uint16_t)(sequence - 1), 0);
        }
    }
    return sequence;
}

static void says_how_much_is_lost(void **state)
{
    (void)state;
    AUTO(nack_generator) generator = nack_generator_create(&config);
    for (uint16_t sequence = 0; sequence < 100; sequence++) {
        nack_generator_on_packet(generator, sequence, 0);
    }
    assert_int_equal(nack_generator_loss_ppm(generator), 0);
    nack_generator_on_packet(generator, 20000, 0);
    assert_int_equal(nack_generator_loss_ppm(generator), 1000000);

    AUTO(nack_generator) other = nack_generator_create(&config);
    (void)lose_ten_percent(other);
    assert_in_range(nack_generator_loss_ppm(other), 90000, 125000);
}

static void asks_twice_where_much_is_lost(void **state)
{
    (void)state;
    AUTO(nack_generator) generator = nack_generator_create(&repeating);
    const uint16_t next = lose_ten_percent(generator);
    assert_false(nack_generator_is_missing(generator));
    nack_generator_on_packet(generator, (uint16_t)(next + 1), 0);
    assert_true(nack_generator_is_missing(generator));
    for (uint64_t asked_us = 5000; asked_us < 3 * 45000; asked_us += RTT_US + 5000) {
        assert_string_equal(due(generator, asked_us), "1000");
        assert_string_equal(due(generator, asked_us + 14999), "");
        assert_string_equal(due(generator, asked_us + 15000), "1000");
        assert_string_equal(due(generator, asked_us + RTT_US + 4999), "");
    }
    assert_string_equal(due(generator, 1000000), "");
    assert_string_equal(due(generator, 1000000), "beyond repair");
}

static void asks_once_where_little_is_lost(void **state)
{
    (void)state;
    AUTO(nack_generator) generator = nack_generator_create(&repeating);
    for (uint16_t sequence = 0; sequence < 100; sequence++) {
        nack_generator_on_packet(generator, sequence, 0);
    }
    nack_generator_on_packet(generator, 101, 0);
    assert_string_equal(due(generator, 5000), "100");
    assert_string_equal(due(generator, 5000 + RTT_US), "");
    assert_string_equal(due(generator, 10000 + RTT_US), "100");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_for_what_is_missing),
        cmocka_unit_test(gives_up_and_wants_a_keyframe),
        cmocka_unit_test(bounds_what_it_remembers),
        cmocka_unit_test(asks_later_for_what_finds_no_room),
        cmocka_unit_test(waits_a_round_trip),
        cmocka_unit_test(says_how_much_is_lost),
        cmocka_unit_test(asks_twice_where_much_is_lost),
        cmocka_unit_test(asks_once_where_little_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
