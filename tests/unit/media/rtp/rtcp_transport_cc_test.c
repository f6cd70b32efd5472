#include "media/rtp/rtcp_transport_cc.h"

#include "gateway/base/cleanup.h"

#include <errno.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct transport_cc_feedback head = {
    .sender_ssrc = 1, .media_ssrc = 2, .base_sequence = 65530, .feedback_count = 9};

static int read_back(const struct byte_writer *writer, struct transport_cc_status *ret_statuses,
                     size_t capacity)
{
    struct rtcp_walk walk;
    struct rtcp_packet packet;
    struct transport_cc_feedback feedback;
    rtcp_walk_begin(&walk, writer->data, writer->size);
    assert_int_equal(rtcp_walk_next(&walk, &packet), 1);
    assert_int_equal(walk.position, writer->size);
    const int count = rtcp_transport_cc_read(&packet, &feedback, ret_statuses, capacity);
    if (count >= 0) {
        assert_int_equal(feedback.sender_ssrc, head.sender_ssrc);
        assert_int_equal(feedback.media_ssrc, head.media_ssrc);
        assert_int_equal(feedback.base_sequence, head.base_sequence);
        assert_int_equal(feedback.feedback_count, head.feedback_count);
    }
    return count;
}

/* Writes `count` arrivals and finds the same ones again, as far as they were told. Returns how far.
 */
static int round_trip(const uint64_t *arrivals_us, size_t count, size_t capacity)
{
    static const int64_t wrap_us = (INT64_C(1) << 24) * TRANSPORT_CC_REFERENCE_US;
    static uint8_t buffer[2048];
    static struct transport_cc_status statuses[TRANSPORT_CC_STATUSES_MAX];
    struct byte_writer writer = byte_writer_over(buffer, capacity);
    const int told = rtcp_write_transport_cc(&writer, &head, arrivals_us, count);
    if (told < 0) {
        assert_int_equal(writer.size, 0);
        return told;
    }
    assert_int_equal(read_back(&writer, statuses, ARRAY_LENGTH(statuses)), told);
    for (int i = 0; i < told; i++) {
        assert_int_equal(statuses[i].sequence, (uint16_t)(head.base_sequence + i));
        assert_int_equal(statuses[i].received, arrivals_us[i] != 0);
        const int64_t expected_us =
            (int64_t)(arrivals_us[i] / TRANSPORT_CC_DELTA_US * TRANSPORT_CC_DELTA_US);
        assert_true(statuses[i].arrival_us == expected_us % wrap_us);
    }
    return told;
}

static void tells_arrivals_and_losses(void **state)
{
    (void)state;
    const uint64_t t = 5000000123;
    const uint64_t cases[][8] = {
        {t},
        {t, t + 250, t + 500, t + 63750 + 500, t + 200000, t + 100000, t, t + 8000000},
        {0, 0, t, 0, t + 1, 0, 0, t + 2},
        {t, 0, 0, 0, 0, 0, 0, 0},
        {0, 0, 0, 0, 0, 0, 0, t},
        {t, t - 4000000, t + 1, 0, 0, 0, 0, 0},
        {64000, 1, 2, 3, 4, 5, 6, 7},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_int_equal(round_trip(cases[i], 8, 2048), 8);
    }
    const uint64_t around_wrap = (UINT64_C(1) << 24) * TRANSPORT_CC_REFERENCE_US;
    const uint64_t wrapping[] = {around_wrap - 300, around_wrap + 300, around_wrap + 100000};
    assert_int_equal(round_trip(wrapping, 3, 2048), 3);
}

static void tells_long_patterns_of_every_kind(void **state)
{
    (void)state;
    uint64_t arrivals[TRANSPORT_CC_STATUSES_MAX + 100];
    uint32_t random = 1;
    for (unsigned density = 0; density < 8; density++) {
        uint64_t now = 777777777;
        for (size_t i = 0; i < ARRAY_LENGTH(arrivals); i++) {
            random = random * 1664525 + 1013904223;
            now += random >> 28 == 0 ? 90000 : random >> 20;
            arrivals[i] = i == 0 || random >> 29 >= density ? now : 0;
        }
        assert_int_equal(round_trip(arrivals, ARRAY_LENGTH(arrivals), 2048),
                         TRANSPORT_CC_STATUSES_MAX);
    }
}

static void is_as_small_as_the_pattern_allows(void **state)
{
    (void)state;
    uint64_t arrivals[400];
    for (size_t i = 0; i < ARRAY_LENGTH(arrivals); i++) {
        arrivals[i] = 64000 + i * 1000;
    }
    uint8_t buffer[2048];
    struct byte_writer writer = byte_writer_over(buffer, sizeof(buffer));
    assert_int_equal(rtcp_write_transport_cc(&writer, &head, arrivals, 400), 400);
    assert_int_equal(writer.size, 4 + 16 + 404); /* one run, one byte each, two of padding */
}

static void stops_where_it_must(void **state)
{
    (void)state;
    const uint64_t far_apart[] = {1000000, 1000250, 1000000 + 9000000, 1000000 + 9000250};
    assert_int_equal(round_trip(far_apart, 4, 2048), 2);
    assert_int_equal(round_trip(far_apart + 2, 2, 2048), 2);
    const uint64_t none[] = {0, 0, 0};
    assert_int_equal(round_trip(none, 3, 2048), -EINVAL);
    assert_int_equal(round_trip(none, 0, 2048), -EINVAL);

    uint64_t many[64];
    for (size_t i = 0; i < ARRAY_LENGTH(many); i++) {
        many[i] = 1000000 + i * 250;
    }
    int last = -ENOBUFS;
    for (size_t capacity = 0; capacity < 128; capacity++) {
        const int told = round_trip(many, ARRAY_LENGTH(many), capacity);
        assert_true(told == -ENOBUFS || told > 0);
        assert_true(told >= last);
        last = told;
    }
    assert_int_equal(last, 64);
}

#define FIXED 0, 0, 0, 1, 0, 0, 0, 2

/* draft-holmer-rmcat-transport-wide-cc-extensions-01, 3.1.1 to 3.1.4 */
static void reads_what_others_write(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        uint8_t body[32];
        size_t size;
        int expected; /* count or error */
        const char *received;
    } cases[] = {
        {"run of three", {FIXED, 0, 5, 0, 3, 0, 0, 1, 0, 0x20, 0x03, 1, 2, 3}, 21, 3, "111"},
        {"run longer than the count",
         {FIXED, 0, 5, 0, 2, 0, 0, 1, 0, 0x3f, 0xff, 1, 2, 0},
         21,
         2,
         "11"},
        {"one-bit vector", {FIXED, 0, 5, 0, 5, 0, 0, 1, 0, 0xa8, 0x00, 1, 2, 0}, 21, 5, "10100"},
        {"two-bit vector",
         {FIXED, 0, 5, 0, 4, 0, 0, 1, 0, 0xd2, 0x00, 1, 0xff, 0xff, 0, 0},
         22,
         4,
         "1020"},
        {"no packet", {FIXED, 0, 5, 0, 0, 0, 0, 1, 0}, 16, -EBADMSG, ""},
        {"cut in the head", {FIXED, 0, 5, 0, 1}, 12, -EBADMSG, ""},
        {"no chunk", {FIXED, 0, 5, 0, 1, 0, 0, 1, 0}, 16, -EBADMSG, ""},
        {"empty runs", {FIXED, 0, 5, 0, 1, 0, 0, 1, 0, 0, 0, 0x20, 0}, 20, -EBADMSG, ""},
        {"reserved symbol in a run",
         {FIXED, 0, 5, 0, 1, 0, 0, 1, 0, 0x60, 1, 0, 0},
         20,
         -EBADMSG,
         ""},
        {"reserved symbol in a vector",
         {FIXED, 0, 5, 0, 1, 0, 0, 1, 0, 0xf0, 0, 0, 0},
         20,
         -EBADMSG,
         ""},
        {"deltas are missing",
         {FIXED, 0, 5, 0, 8, 0, 0, 1, 0, 0x20, 8, 1, 2, 3, 4},
         22,
         -EBADMSG,
         ""},
        {"65535 packets in two bytes",
         {FIXED, 0, 5, 0xff, 0xff, 0, 0, 1, 0, 0x1f, 0xff, 0, 0},
         20,
         -ENOBUFS,
         ""},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct rtcp_packet packet = {.type = RTCP_TRANSPORT_FEEDBACK,
                                           .count = 15,
                                           .body = cases[i].body,
                                           .body_size = cases[i].size};
        struct transport_cc_feedback feedback;
        struct transport_cc_status statuses[8];
        const int rc = rtcp_transport_cc_read(&packet, &feedback, statuses, ARRAY_LENGTH(statuses));
        if (rc != cases[i].expected) {
            fail_msg("%s: %d", cases[i].what, rc);
        }
        for (int at = 0; at < rc; at++) {
            assert_int_equal(statuses[at].sequence, 5 + at);
            assert_int_equal(statuses[at].received, cases[i].received[at] != '0');
        }
    }
    /* A large delta may be negative; the second packet of the two-bit vector came before the first.
     */
    const struct rtcp_packet packet = {.type = RTCP_TRANSPORT_FEEDBACK,
                                       .count = 15,
                                       .body = cases[3].body,
                                       .body_size = cases[3].size};
    struct transport_cc_feedback feedback;
    struct transport_cc_status statuses[8];
    assert_int_equal(rtcp_transport_cc_read(&packet, &feedback, statuses, 8), 4);
    assert_int_equal(statuses[0].arrival_us, 64000 + 250);
    assert_int_equal(statuses[2].arrival_us, 64000);
}

/* libwebrtc fills a feedback up to a word, with as many bytes as it takes, and puts several into
 * one compound. */
static void reads_what_libwebrtc_pads(void **state)
{
    (void)state;
    static const uint8_t compound[] = {
        0xaf, 205, 0, 5, 0,    0, 0, 1,
        0,    0,   0, 2, 0,    7, 0, 1, /* of packet 7 */
        0,    0,   1, 0, 0x20, 1, 4, 1, /* a small delta, one byte of padding */
        0xaf, 205, 0, 5, 0,    0, 0, 1,
        0,    0,   0, 2, 0,    8, 0, 1, /* of packet 8, in the same compound */
        0,    0,   1, 1, 0x20, 1, 4, 1,
    };
    struct rtcp_walk walk;
    struct rtcp_packet packet;
    rtcp_walk_begin(&walk, compound, sizeof(compound));
    for (uint16_t sequence = 7; sequence <= 8; sequence++) {
        struct transport_cc_feedback feedback;
        struct transport_cc_status status;
        assert_int_equal(rtcp_walk_next(&walk, &packet), 1);
        assert_int_equal(rtcp_transport_cc_read(&packet, &feedback, &status, 1), 1);
        assert_int_equal(status.sequence, sequence);
        assert_true(status.received);
    }
    assert_int_equal(rtcp_walk_next(&walk, &packet), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_libwebrtc_pads),
        cmocka_unit_test(tells_arrivals_and_losses),
        cmocka_unit_test(tells_long_patterns_of_every_kind),
        cmocka_unit_test(is_as_small_as_the_pattern_allows),
        cmocka_unit_test(stops_where_it_must),
        cmocka_unit_test(reads_what_others_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
