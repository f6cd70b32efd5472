#include "media/rtp/rtcp_feedback.h"

#include "gateway/base/cleanup.h"

#include <errno.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct rtcp_packet first_packet(const struct byte_writer *writer)
{
    struct rtcp_walk walk;
    struct rtcp_packet packet;
    rtcp_walk_begin(&walk, writer->data, writer->size);
    assert_int_equal(rtcp_walk_next(&walk, &packet), 1);
    assert_int_equal(walk.position, writer->size);
    return packet;
}

static void writes_nacks_tightly_and_reads_them(void **state)
{
    (void)state;
    static const struct {
        uint16_t sequences[8];
        size_t count;
        size_t fci_count;
    } cases[] = {
        {{5}, 1, 1},
        {{5, 6, 21}, 3, 1},
        {{5, 22}, 2, 2},
        {{65534, 65535, 0, 14}, 4, 1},
        {{65534, 15, 16, 40000}, 4, 3},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        uint8_t buffer[64];
        uint16_t found[16];
        uint32_t media_ssrc;
        struct byte_writer writer = byte_writer_over(buffer, sizeof(buffer));
        assert_int_equal(rtcp_write_nack(&writer, 7, 9, cases[i].sequences, cases[i].count), 0);
        assert_int_equal(writer.size, 12 + 4 * cases[i].fci_count);
        const struct rtcp_packet packet = first_packet(&writer);
        assert_int_equal(rtcp_feedback_kind_of(&packet), RTCP_FEEDBACK_NACK);
        const int count = rtcp_nack_read(&packet, &media_ssrc, found, ARRAY_LENGTH(found));
        assert_int_equal(count, cases[i].count);
        assert_int_equal(media_ssrc, 9);
        assert_memory_equal(found, cases[i].sequences, cases[i].count * sizeof(found[0]));

        for (size_t capacity = 0; capacity < writer.size; capacity++) {
            struct byte_writer tight = byte_writer_over(buffer, capacity);
            assert_int_equal(rtcp_write_nack(&tight, 7, 9, cases[i].sequences, cases[i].count),
                             -ENOBUFS);
            assert_int_equal(tight.size, 0);
        }
    }
}

static void bounds_what_a_nack_asks_for(void **state)
{
    (void)state;
    uint8_t body[1400] = {0};
    for (size_t at = 8; at < sizeof(body); at += 4) {
        body[at + 2] = body[at + 3] = 0xff;
    }
    const struct rtcp_packet packet = {
        .type = RTCP_TRANSPORT_FEEDBACK, .count = 1, .body = body, .body_size = sizeof(body)};
    uint16_t found[RTCP_NACK_SEQUENCES_MAX + 1];
    uint32_t ssrc;
    assert_int_equal(rtcp_nack_read(&packet, &ssrc, found, ARRAY_LENGTH(found)),
                     RTCP_NACK_SEQUENCES_MAX);
    found[3] = 0xa5a5;
    assert_int_equal(rtcp_nack_read(&packet, &ssrc, found, 3), 3);
    assert_int_equal(found[3], 0xa5a5);

    const struct rtcp_packet empty = {
        .type = RTCP_TRANSPORT_FEEDBACK, .count = 1, .body = body, .body_size = 8};
    assert_int_equal(rtcp_nack_read(&empty, &ssrc, found, 1), -EBADMSG);
}

static void writes_and_reads_picture_requests(void **state)
{
    (void)state;
    uint8_t buffer[64];
    uint32_t ssrc;
    struct byte_writer writer = byte_writer_over(buffer, sizeof(buffer));
    assert_int_equal(rtcp_write_pli(&writer, 1, 0xfffffffe), 0);
    struct rtcp_packet packet = first_packet(&writer);
    assert_int_equal(rtcp_feedback_kind_of(&packet), RTCP_FEEDBACK_PLI);
    assert_int_equal(rtcp_pli_read(&packet, &ssrc), 0);
    assert_true(ssrc == 0xfffffffe);
    struct rtcp_fir_entry entries[2];
    assert_int_equal(rtcp_fir_read(&packet, entries, 2), -EINVAL);

    const struct rtcp_fir_entry wanted = {.ssrc = 0x11223344, .command = 200};
    writer = byte_writer_over(buffer, sizeof(buffer));
    assert_int_equal(rtcp_write_fir(&writer, 1, &wanted), 0);
    assert_int_equal(writer.size, 20);
    packet = first_packet(&writer);
    assert_int_equal(rtcp_feedback_kind_of(&packet), RTCP_FEEDBACK_FIR);
    assert_int_equal(rtcp_fir_read(&packet, entries, 2), 1);
    assert_true(entries[0].ssrc == wanted.ssrc && entries[0].command == 200);
    assert_int_equal(rtcp_pli_read(&packet, &ssrc), -EINVAL);
    packet.body_size = 12; /* half an entry */
    assert_int_equal(rtcp_fir_read(&packet, entries, 2), -EBADMSG);

    struct byte_writer tight = byte_writer_over(buffer, 11);
    assert_int_equal(rtcp_write_pli(&tight, 1, 2), -ENOBUFS);
    assert_int_equal(rtcp_write_fir(&tight, 1, &wanted), -ENOBUFS);
    assert_int_equal(tight.size, 0);
}

static void writes_what_may_be_sent(void **state)
{
    static const uint32_t ssrcs[] = {0x01020304, 0xfffefdfc};
    static const struct {
        uint64_t bps;
        uint8_t rate[3]; /* exponent and mantissa */
    } cases[] = {
        {0, {0, 0, 0}},
        {80000, {0x01, 0x38, 0x80}},
        {262143, {0x03, 0xff, 0xff}},
        {262144, {0x06, 0x00, 0x00}},
        {262145, {0x06, 0x00, 0x00}},
        {1000000000, {0x33, 0xb9, 0xac}},
        {UINT64_MAX, {0xbb, 0xff, 0xff}},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        uint8_t buffer[64];
        uint8_t expected[] = {0x8f, 206, 0, 6, 0, 0, 0, 7, 0, 0, 0,    0,    'R',  'E',
                              'M',  'B', 2, 0, 0, 0, 1, 2, 3, 4, 0xff, 0xfe, 0xfd, 0xfc};
        memcpy(expected + 17, cases[i].rate, 3);
        struct byte_writer writer = byte_writer_over(buffer, sizeof(buffer));
        assert_int_equal(rtcp_write_remb(&writer, 7, cases[i].bps, ssrcs, 2), 0);
        assert_int_equal(writer.size, sizeof(expected));
        assert_memory_equal(buffer, expected, sizeof(expected));
        struct byte_writer tight = byte_writer_over(buffer, sizeof(expected) - 1);
        assert_int_equal(rtcp_write_remb(&tight, 7, cases[i].bps, ssrcs, 2), -ENOBUFS);
        assert_int_equal(tight.size, 0);
    }
}

static void tells_the_kinds_apart(void **state)
{
    (void)state;
    static const uint8_t body[8] = {0};
    static const struct {
        uint8_t type;
        uint8_t format;
        enum rtcp_feedback_kind expected;
    } cases[] = {
        {205, 1, RTCP_FEEDBACK_NACK},  {205, 15, RTCP_FEEDBACK_TRANSPORT_CC},
        {206, 1, RTCP_FEEDBACK_PLI},   {206, 4, RTCP_FEEDBACK_FIR},
        {205, 4, RTCP_FEEDBACK_OTHER}, {206, 2, RTCP_FEEDBACK_OTHER},
        {201, 1, RTCP_FEEDBACK_OTHER},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct rtcp_packet packet = {.type = cases[i].type,
                                           .count = cases[i].format,
                                           .body = body,
                                           .body_size = sizeof(body)};
        assert_int_equal(rtcp_feedback_kind_of(&packet), cases[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_nacks_tightly_and_reads_them),
        cmocka_unit_test(bounds_what_a_nack_asks_for),
        cmocka_unit_test(writes_and_reads_picture_requests),
        cmocka_unit_test(writes_what_may_be_sent),
        cmocka_unit_test(tells_the_kinds_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
