#include "media/rtp/rtx_stream.h"

#include <errno.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct media_extension_ids ids = {.mid = 4, .transport_cc = 3};

static void unwraps_what_it_wrapped(void **state)
{
    (void)state;
    static const struct rtp_header original = {.marker = true,
                                               .payload_type = 96,
                                               .sequence = 0xfffe,
                                               .timestamp = 0x01020304,
                                               .ssrc = 7,
                                               .mid = "v",
                                               .has_transport_sequence = true};
    struct rtx_stream stream;
    rtx_stream_init(&stream, 0x99, 0x7fff);
    for (unsigned i = 0; i < 3; i++) {
        uint8_t bytes[RTX_HEADER_SIZE_MAX + 5];
        int size = rtx_stream_write(&stream, &original, 97, &ids, bytes, RTX_HEADER_SIZE_MAX);
        assert_true(size > 0);
        memcpy(bytes + size, "hello", 5);
        size += 5;
        struct rtp_packet packet;
        assert_int_equal(rtp_packet_parse(bytes, (size_t)size, &packet), 0);
        assert_int_equal(packet.ssrc, 0x99);
        assert_int_equal(packet.sequence, 0x7fff + i); /* its own line */
        assert_int_equal(packet.payload_type, 97);
        assert_true(packet.timestamp == original.timestamp && packet.marker);

        assert_int_equal(rtx_unwrap(bytes, &packet, 7, 96), 0);
        struct rtp_packet again;
        assert_int_equal(rtp_packet_parse(bytes, packet.size, &again), 0);
        assert_int_equal(again.ssrc, 7);
        assert_int_equal(again.payload_type, 96);
        assert_int_equal(again.sequence, 0xfffe);
        assert_true(again.marker);
        assert_int_equal(again.payload_size, 5);
        assert_memory_equal(rtp_packet_payload(&again), "hello", 5);
        assert_true(packet.sequence == again.sequence && packet.ssrc == again.ssrc &&
                    packet.payload_size == again.payload_size && packet.size == again.size &&
                    packet.payload_type == again.payload_type && packet.padding_size == 0);
        struct rtp_extensions extensions;
        assert_int_equal(rtp_extensions_read(&again, &ids, &extensions), 0);
        assert_true(rtp_extension_text_equals(&extensions.mid, "v"));
    }
}

static void cuts_padding_off(void **state)
{
    (void)state;
    uint8_t bytes[] = {0xa0, 97, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0x12, 0x34, 'x', 0, 0, 3};
    struct rtp_packet packet;
    assert_int_equal(rtp_packet_parse(bytes, sizeof(bytes), &packet), 0);
    assert_int_equal(rtx_unwrap(bytes, &packet, 7, 96), 0);
    assert_int_equal(packet.size, 13);
    assert_int_equal(rtp_packet_parse(bytes, packet.size, &packet), 0);
    assert_int_equal(packet.sequence, 0x1234);
    assert_int_equal(packet.payload_size, 1);
    assert_int_equal(rtp_packet_payload(&packet)[0], 'x');
}

static void tells_probes_from_the_malformed(void **state)
{
    (void)state;
    static const struct {
        uint8_t bytes[20];
        size_t size;
        int expected;
    } cases[] = {
        {{0x80, 97, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3}, 12, -ENODATA},
        {{0xa0, 97, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4}, 16, -ENODATA},
        {{0x80, 97, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 1}, 13, -EBADMSG},
        {{0x80, 97, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2}, 14, -EBADMSG},
        {{0x80, 97, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3}, 15, 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t bytes[20];
        struct rtp_packet packet;
        memcpy(bytes, cases[i].bytes, sizeof(bytes));
        assert_int_equal(rtp_packet_parse(bytes, cases[i].size, &packet), 0);
        assert_int_equal(rtx_unwrap(bytes, &packet, 7, 96), cases[i].expected);
    }
}

static void takes_no_number_when_it_cannot_write(void **state)
{
    (void)state;
    static const struct rtp_header original = {.sequence = 5};
    struct rtx_stream stream;
    uint8_t bytes[16];
    rtx_stream_init(&stream, 1, 0);
    assert_int_equal(rtx_stream_write(&stream, &original, 97, &ids, bytes, 11), -ENOBUFS);
    assert_int_equal(rtx_stream_write(&stream, &original, 97, &ids, bytes, 13), -ENOBUFS);
    assert_int_equal(rtx_stream_write(&stream, &original, 97, &ids, bytes, 14), 14);
    assert_int_equal(bytes[3], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unwraps_what_it_wrapped),
        cmocka_unit_test(cuts_padding_off),
        cmocka_unit_test(tells_probes_from_the_malformed),
        cmocka_unit_test(takes_no_number_when_it_cannot_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
