#include "tests/bench/load/incoming_stream.h"

#include "tests/bench/endpoint/srtp_gcm.h"
#include "tests/bench/load/latency_histogram.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void the_index_follows_the_sequence_over_its_end(void **state)
{
    (void)state;
    static const struct {
        uint64_t highest;
        uint16_t sequence;
        uint64_t index;
    } table[] = {
        {0x0fffe, 0xffff, 0x0ffff}, {0x0ffff, 0x0000, 0x10000}, {0x10002, 0xfffe, 0x0fffe},
        {0x1ffff, 0x0003, 0x20003}, {0x20003, 0xffff, 0x1ffff},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        const struct incoming_stream stream = {.started = true, .highest_index = table[i].highest};
        assert_int_equal(incoming_stream_index(&stream, table[i].sequence), table[i].index);
    }
    const struct incoming_stream fresh = {.ssrc = 1};
    assert_int_equal(incoming_stream_index(&fresh, 40000), 40000);
}

static void gaps_are_counted_once_and_forgotten_by_a_reset(void **state)
{
    (void)state;
    struct incoming_stream stream = {.ssrc = 1};
    static const uint64_t numbers[] = {100, 101, 104, 103, 107};
    for (size_t i = 0; i < 5; i++) {
        incoming_stream_count(&stream, numbers[i]);
    }
    assert_int_equal(stream.last_number - stream.first_number + 1 - stream.packets, 3);
    incoming_stream_reset(&stream);
    incoming_stream_count(&stream, 108);
    assert_int_equal(stream.last_number - stream.first_number + 1 - stream.packets, 0);
}

static void one_of_a_hundred_is_asked_for_until_it_comes(void **state)
{
    (void)state;
    struct incoming_stream stream = {.ssrc = 1, .is_video = true};
    uint16_t asked[INCOMING_MISSING_MAX];
    unsigned dropped = 0;
    for (uint16_t sequence = 1; sequence <= 300; sequence++) {
        dropped += incoming_stream_drops(&stream, sequence);
    }
    assert_int_equal(dropped, 3);
    assert_int_equal(incoming_stream_take_missing(&stream, 1000000, asked), 3);
    assert_int_equal(asked[0], 100);
    assert_int_equal(asked[2], 300);
    assert_int_equal(incoming_stream_take_missing(&stream, 1050000, asked), 0);
    assert_true(incoming_stream_came_again(&stream, 200));
    assert_false(incoming_stream_came_again(&stream, 200));
    assert_false(incoming_stream_came_again(&stream, 201));
    assert_int_equal(incoming_stream_take_missing(&stream, 1100000, asked), 2);
    unsigned times = 2;
    for (uint64_t now_us = 1200000; now_us < 5000000; now_us += 100000) {
        times += incoming_stream_take_missing(&stream, now_us, asked) > 0;
    }
    assert_int_equal(times, 10);
    assert_int_equal(stream.missing_count, 0);
}

static void a_report_tells_what_was_thrown_away(void **state)
{
    (void)state;
    struct incoming_stream stream = {.ssrc = 7, .is_video = true};
    struct rtcp_report_block block;
    for (uint64_t index = 1000; index < 1200; index++) {
        incoming_stream_on_packet(&stream, index, (uint32_t)index * 3000, index * 33333);
        stream.kept += !incoming_stream_drops(&stream, (uint16_t)index);
    }
    incoming_stream_report(&stream, 50000000, &block);
    assert_int_equal(block.ssrc, 7);
    assert_int_equal(block.fraction_lost, 2 * 256 / 200);
    assert_int_equal(block.cumulative_lost, 2);
    assert_int_equal(block.extended_highest_sequence, 1199);
    assert_int_equal(block.last_sr, 0);
    incoming_stream_report(&stream, 51000000, &block);
    assert_int_equal(block.fraction_lost, 0);
    assert_int_equal(block.cumulative_lost, 2);
}

static void quantiles_are_those_of_all_values(void **state)
{
    (void)state;
    struct latency_histogram *histogram = calloc(1, sizeof(*histogram));
    assert_non_null(histogram);
    assert_int_equal(latency_histogram_quantile(histogram, 0.99), 0);
    for (uint64_t us = 1; us <= 1000; us++) {
        latency_histogram_add(histogram, us);
    }
    latency_histogram_add(histogram, 10 * LATENCY_HISTOGRAM_US_MAX);
    assert_int_equal(latency_histogram_quantile(histogram, 0.5), 500);
    assert_int_equal(latency_histogram_quantile(histogram, 0.99), 990);
    assert_int_equal(latency_histogram_quantile(histogram, 1), LATENCY_HISTOGRAM_US_MAX);
    assert_int_equal(histogram->max_us, 10 * LATENCY_HISTOGRAM_US_MAX);
    free(histogram);
}

static void both_engines_write_the_same_and_refuse_the_same(void **state)
{
    (void)state;
    static const uint8_t key[SRTP_GCM_KEY_SIZE] = {1, 2, 3};
    static const uint8_t salt[SRTP_GCM_SALT_SIZE] = {4, 5, 6};
    uint8_t packet[12] = {0x80, 96, 0x12, 0x34, 0, 0, 0, 1, 0xca, 0xfe, 0xba, 0xbe};
    uint8_t clear[500];
    uint8_t sealed[2][sizeof(clear) + SRTP_GCM_TAG_SIZE];
    uint8_t opened[sizeof(clear)];
    memset(clear, 0x5a, sizeof(clear));
    const enum gcm_engine engines[] = {GCM_ENGINE_OPENSSL, gcm_engine_best()};
    for (size_t i = 0; i < 2; i++) {
        struct srtp_direction out;
        struct srtp_direction in;
        srtp_direction_init(&out, engines[i], key, salt, true);
        srtp_direction_init(&in, engines[1 - i], key, salt, false);
        srtp_seal(&out, packet, sizeof(packet), 3, clear, sizeof(clear), sealed[i]);
        assert_true(
            srtp_open(&in, packet, sizeof(packet), 3, sealed[i], sizeof(sealed[i]), opened));
        assert_memory_equal(opened, clear, sizeof(clear));
        assert_false(
            srtp_open(&in, packet, sizeof(packet), 4, sealed[i], sizeof(sealed[i]), opened));
        assert_false(srtp_open(&in, packet, sizeof(packet), 3, sealed[i], 7, opened));

        uint8_t compound[64] = {0x80, 201, 0, 1, 0, 0, 0, 1};
        const size_t size = srtcp_seal(&out, compound, 8 + 24);
        assert_int_equal(srtcp_open(&in, compound, size), 8 + 24);
        assert_int_equal(compound[8], 0);
        (void)srtcp_seal(&out, compound, 8 + 24);
        compound[9] ^= 1;
        assert_true(srtcp_open(&in, compound, size) < 0);
        srtp_direction_finish(&out);
        srtp_direction_finish(&in);
    }
    assert_memory_equal(sealed[0], sealed[1], sizeof(sealed[0]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_index_follows_the_sequence_over_its_end),
        cmocka_unit_test(gaps_are_counted_once_and_forgotten_by_a_reset),
        cmocka_unit_test(one_of_a_hundred_is_asked_for_until_it_comes),
        cmocka_unit_test(a_report_tells_what_was_thrown_away),
        cmocka_unit_test(quantiles_are_those_of_all_values),
        cmocka_unit_test(both_engines_write_the_same_and_refuse_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
