#include "media/rtp/rtcp_packet.h"

#include "gateway/base/cleanup.h"

#include <errno.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void walks_over_a_compound(void **state)
{
    (void)state;
    static const uint8_t compound[] = {
        0x80, 201, 0, 1, 1,    2,  3, 4, /* RR without blocks */
        0x81, 202, 0, 3, 1,    2,  3, 4, 1, 3, 'a', 'b',
        'c',  0,   0, 0, 0x80, 99, 0, 0,               /* a type of the future */
        0xa1, 203, 0, 2, 9,    9,  9, 9, 0, 0, 0,   4, /* BYE, padded */
    };
    static const uint8_t types[] = {201, 202, 99, 203};
    static const size_t body_sizes[] = {4, 12, 0, 4};
    struct rtcp_walk walk;
    struct rtcp_packet packet;
    rtcp_walk_begin(&walk, compound, sizeof(compound));
    for (size_t i = 0; i < ARRAY_LENGTH(types); i++) {
        assert_int_equal(rtcp_walk_next(&walk, &packet), 1);
        assert_int_equal(packet.type, types[i]);
        assert_int_equal(packet.body_size, body_sizes[i]);
    }
    uint32_t ssrc;
    assert_int_equal(rtcp_bye_read(&packet, 0, &ssrc), 0);
    assert_true(ssrc == 0x09090909);
    assert_int_equal(rtcp_bye_read(&packet, 1, &ssrc), -ENOENT);
    assert_int_equal(rtcp_walk_next(&walk, &packet), 0);
    rtcp_walk_begin(&walk, compound, 0);
    assert_int_equal(rtcp_walk_next(&walk, &packet), 0);
}

static void refuses_what_is_malformed(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        uint8_t bytes[40];
        size_t size;
        int expected;
    } cases[] = {
        {"three bytes", {0x80, 201, 0}, 3, -EBADMSG},
        {"four bytes", {0x80, 201, 0, 0}, 4, -EBADMSG},
        {"version 0", {0x00, 201, 0, 1, 0, 0, 0, 0}, 8, -EBADMSG},
        {"length past the end", {0x80, 201, 0, 2, 0, 0, 0, 0}, 8, -EBADMSG},
        {"length of 256 KiB", {0x80, 201, 0xff, 0xff, 0, 0, 0, 0}, 8, -EBADMSG},
        {"RR", {0x80, 201, 0, 1, 0, 0, 0, 0}, 8, 1},
        {"RR with a block that is not there", {0x81, 201, 0, 1, 0, 0, 0, 0}, 8, -EBADMSG},
        {"SR of half its size", {0x80, 200, 0, 3}, 16, -EBADMSG},
        {"SR", {0x80, 200, 0, 6}, 28, 1},
        {"SR whose block is cut", {0x81, 200, 0, 9}, 40, -EBADMSG},
        {"BYE of two, with one", {0x82, 203, 0, 1}, 8, -EBADMSG},
        {"SDES chunk of four bytes", {0x81, 202, 0, 1}, 8, -EBADMSG},
        {"feedback without SSRCs", {0x81, 206, 0, 1}, 8, -EBADMSG},
        {"padding of 0", {0xa0, 201, 0, 2}, 12, -EBADMSG},
        {"padding of 3", {0xa0, 201, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3}, 12, -EBADMSG},
        {"padding over the header", {0xa0, 99, 0, 1, 0, 0, 0, 8}, 8, -EBADMSG},
        {"padding over the minimum", {0xa0, 201, 0, 1, 0, 0, 0, 4}, 8, -EBADMSG},
        {"padding, but not in the last",
         {0xa0, 99, 0, 1, 0, 0, 0, 4, 0x80, 99, 0, 0},
         12,
         -EBADMSG},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct rtcp_walk walk;
        struct rtcp_packet packet;
        rtcp_walk_begin(&walk, cases[i].bytes, cases[i].size);
        const int rc = rtcp_walk_next(&walk, &packet);
        if (rc != cases[i].expected) {
            fail_msg("%s: %d", cases[i].what, rc);
        }
        if (rc < 0) {
            assert_int_equal(rtcp_walk_next(&walk, &packet), 0);
        }
    }
}

static struct rtcp_packet first_packet(const struct byte_writer *writer)
{
    struct rtcp_walk walk;
    struct rtcp_packet packet;
    rtcp_walk_begin(&walk, writer->data, writer->size);
    assert_int_equal(rtcp_walk_next(&walk, &packet), 1);
    assert_int_equal(walk.position, writer->size);
    return packet;
}

static const struct rtcp_report_block blocks[] = {
    {.ssrc = 1,
     .fraction_lost = 255,
     .cumulative_lost = 0x7fffff,
     .extended_highest_sequence = 0x0001ffff,
     .jitter_rtp_ticks = 3,
     .last_sr = 4,
     .delay_since_last_sr = 5},
    {.ssrc = 0xffffffff, .cumulative_lost = -1, .extended_highest_sequence = 7},
};

static void assert_blocks(const struct rtcp_packet *packet)
{
    struct rtcp_report_block block;
    assert_int_equal(packet->count, 2);
    for (size_t i = 0; i < ARRAY_LENGTH(blocks); i++) {
        assert_int_equal(rtcp_report_block_read(packet, i, &block), 0);
        assert_true(block.ssrc == blocks[i].ssrc &&
                    block.fraction_lost == blocks[i].fraction_lost &&
                    block.cumulative_lost == blocks[i].cumulative_lost &&
                    block.extended_highest_sequence == blocks[i].extended_highest_sequence &&
                    block.jitter_rtp_ticks == blocks[i].jitter_rtp_ticks &&
                    block.last_sr == blocks[i].last_sr &&
                    block.delay_since_last_sr == blocks[i].delay_since_last_sr);
    }
    assert_int_equal(rtcp_report_block_read(packet, 2, &block), -ENOENT);
}

static void writes_and_reads_reports(void **state)
{
    (void)state;
    static const struct rtcp_sender_info info = {.ssrc = 0xaabbccdd,
                                                 .ntp = UINT64_C(0x1122334455667788),
                                                 .rtp_timestamp = 0x99aabbcc,
                                                 .packet_count = 10,
                                                 .octet_count = 20};
    uint8_t buffer[256];
    struct rtcp_sender_info read;
    uint32_t ssrc;
    struct byte_writer writer = byte_writer_over(buffer, sizeof(buffer));
    assert_int_equal(rtcp_write_sender_report(&writer, &info, blocks, 2), 0);
    assert_int_equal(writer.size, 28 + 48);
    struct rtcp_packet packet = first_packet(&writer);
    assert_int_equal(rtcp_sender_report_read(&packet, &read), 0);
    assert_true(read.ssrc == info.ssrc && read.ntp == info.ntp &&
                read.rtp_timestamp == info.rtp_timestamp &&
                read.packet_count == info.packet_count && read.octet_count == info.octet_count);
    assert_blocks(&packet);

    writer = byte_writer_over(buffer, sizeof(buffer));
    assert_int_equal(rtcp_write_receiver_report(&writer, 0x42, blocks, 2), 0);
    packet = first_packet(&writer);
    assert_blocks(&packet);
    assert_int_equal(rtcp_sender_report_read(&packet, &read), -EINVAL);
    assert_int_equal(rtcp_bye_read(&packet, 0, &ssrc), -EINVAL);
}

static void writes_the_cname(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "ab", "abc", "abcd", "abcde", "0123456789abcdef"};
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        static const uint8_t ssrc[] = {0, 0, 0x12, 0x34};
        static const uint8_t padding[4] = {0};
        const size_t size = strlen(names[i]);
        uint8_t buffer[64];
        struct byte_writer writer = byte_writer_over(buffer, sizeof(buffer));
        assert_int_equal(rtcp_write_cname(&writer, 0x1234, names[i]), 0);
        const struct rtcp_packet packet = first_packet(&writer);
        assert_int_equal(packet.type, RTCP_SOURCE_DESCRIPTION);
        assert_int_equal(packet.count, 1);
        assert_memory_equal(packet.body, ssrc, 4);
        assert_int_equal(packet.body[4], 1); /* CNAME */
        assert_int_equal(packet.body[5], size);
        assert_memory_equal(packet.body + 6, names[i], size);
        assert_in_range(packet.body_size, 6 + size + 1,
                        6 + size + 4); /* ended by one to four zeros */
        assert_memory_equal(packet.body + 6 + size, padding, packet.body_size - 6 - size);
    }
}

static void writes_whole_packets_or_nothing(void **state)
{
    (void)state;
    static const uint32_t ssrcs[] = {1, 2, 3};
    static const struct rtcp_sender_info info = {.ssrc = 1};
    uint8_t buffer[64];
    for (size_t capacity = 0; capacity < 16; capacity++) {
        struct byte_writer writer = byte_writer_over(buffer, capacity);
        assert_int_equal(rtcp_write_bye(&writer, ssrcs, 3), -ENOBUFS);
        assert_int_equal(rtcp_write_cname(&writer, 1, "0123456789"), -ENOBUFS);
        assert_int_equal(rtcp_write_sender_report(&writer, &info, NULL, 0), -ENOBUFS);
        assert_int_equal(rtcp_write_receiver_report(&writer, 1, blocks, 1), -ENOBUFS);
        assert_int_equal(writer.size, 0);
        assert_false(byte_writer_failed(&writer));
    }
    struct byte_writer writer = byte_writer_over(buffer, 16);
    assert_int_equal(rtcp_write_bye(&writer, ssrcs, 3), 0);
    const struct rtcp_packet packet = first_packet(&writer);
    uint32_t ssrc;
    assert_int_equal(rtcp_bye_read(&packet, 2, &ssrc), 0);
    assert_int_equal(ssrc, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walks_over_a_compound),
        cmocka_unit_test(refuses_what_is_malformed),
        cmocka_unit_test(writes_and_reads_reports),
        cmocka_unit_test(writes_the_cname),
        cmocka_unit_test(writes_whole_packets_or_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
