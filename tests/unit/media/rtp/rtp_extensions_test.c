#include "media/rtp/rtp_extensions.h"

#include "gateway/base/cleanup.h"

#include <errno.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct media_extension_ids all_ids = {
    .mid = 4, .rid = 10, .repaired_rid = 11, .audio_level = 1, .transport_cc = 3};

static int read_elements(const uint8_t *elements, size_t size, uint16_t profile,
                         const struct media_extension_ids *ids, struct rtp_extensions *ret)
{
    const struct rtp_packet packet = {
        .bytes = elements, .extension_profile = profile, .extension_size = (uint16_t)size};
    return rtp_extensions_read(&packet, ids, ret);
}

static void reads_what_was_negotiated(void **state)
{
    (void)state;
    static const uint8_t elements[] = {0x10, 0x85, 0x31, 0xab, 0xcd, 0x40, '0', 0xa0,
                                       'h',  0xb1, 'h',  'i',  0x50, 1,    0,   0};
    struct rtp_extensions found;
    assert_int_equal(read_elements(elements, sizeof(elements), 0xbede, &all_ids, &found), 0);
    assert_true(found.audio_level.present && found.audio_level.voice);
    assert_int_equal(found.audio_level.minus_dbov, 5);
    assert_true(found.has_transport_sequence);
    assert_int_equal(found.transport_sequence, 0xabcd);
    assert_true(rtp_extension_text_equals(&found.mid, "0"));
    assert_true(rtp_extension_text_equals(&found.rid, "h"));
    assert_true(rtp_extension_text_equals(&found.repaired_rid, "hi"));
    assert_false(rtp_extension_text_equals(&found.repaired_rid, "h"));
    assert_false(rtp_extension_text_equals(&found.repaired_rid, "hix"));

    static const struct media_extension_ids none = {0};
    assert_int_equal(read_elements(elements, sizeof(elements), 0xbede, &none, &found), 0);
    assert_false(found.audio_level.present || found.has_transport_sequence);
    assert_int_equal(found.mid.size + found.rid.size + found.repaired_rid.size, 0);
    assert_false(rtp_extension_text_equals(&found.mid, ""));
}

static void counts_the_misshapen_as_absent(void **state)
{
    (void)state;
    static const struct {
        uint8_t elements[24];
        size_t size;
        uint16_t profile;
        int expected;
    } cases[] = {
        {{0x30, 1, 0x11, 1, 2, 0}, 6, 0xbede, 0}, /* wrong sizes */
        {{4, 0, 0, 0}, 4, 0x1000, 0},             /* mid of no byte */
        {{0x41, 'a', 0, 0}, 4, 0xbede, 0},        /* mid with a 0 in it */
        {{4, 17, 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'a',
          'a'},
         19,
         0x1000,
         0},                                         /* mid of 17 bytes */
        {{0x40, 'a', 0x3f, 0}, 4, 0xbede, -EBADMSG}, /* past the end */
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct rtp_extensions found;
        memset(&found, 0, sizeof(found));
        assert_int_equal(
            read_elements(cases[i].elements, cases[i].size, cases[i].profile, &all_ids, &found),
            cases[i].expected);
        assert_false(found.audio_level.present || found.has_transport_sequence);
        assert_int_equal(found.mid.size, 0);
    }
}

static void believes_the_first_of_two(void **state)
{
    (void)state;
    static const uint8_t elements[] = {0x40, 'a', 0x40, 'b', 0x31, 0, 1,    0x31,
                                       0,    2,   0x10, 3,   0x10, 4, 0xf0, 0};
    struct rtp_extensions found;
    assert_int_equal(read_elements(elements, sizeof(elements), 0xbede, &all_ids, &found), 0);
    assert_true(rtp_extension_text_equals(&found.mid, "a"));
    assert_int_equal(found.transport_sequence, 1);
    assert_int_equal(found.audio_level.minus_dbov, 3);
}

static const struct rtp_header full_header = {
    .marker = true,
    .payload_type = 111,
    .sequence = 0x7fff,
    .timestamp = 0x01020304,
    .ssrc = 0xa0b0c0d0,
    .mid = "0123456789abcdef",
    .has_transport_sequence = true,
    .transport_sequence = 0xbeef,
    .audio_level = {.present = true, .voice = true, .minus_dbov = 42},
    .playout_delay = {.present = true, .min_ms = 140},
};

/* Writes, parses and reads back. Returns the header's size. */
static int round_trip(const struct rtp_header *header, const struct media_extension_ids *ids,
                      uint8_t *bytes, struct rtp_packet *ret_packet,
                      struct rtp_extensions *ret_found)
{
    const int size = rtp_header_write(header, ids, bytes, RTP_HEADER_SIZE_MAX);
    assert_true(size >= RTP_FIXED_HEADER_SIZE && size % 4 == 0);
    assert_int_equal(rtp_packet_parse(bytes, (size_t)size, ret_packet), 0);
    assert_int_equal(ret_packet->payload_offset, size);
    assert_int_equal(rtp_extensions_read(ret_packet, ids, ret_found), 0);
    return size;
}

static void writes_what_it_reads(void **state)
{
    (void)state;
    static const struct media_extension_ids two_byte_ids = {
        .mid = 15, .audio_level = 200, .transport_cc = 3, .playout_delay = 16};
    const struct media_extension_ids *const ids[] = {&all_ids, &two_byte_ids};
    static const int sizes[] = {12 + 4 + 24, /* no delay */ RTP_HEADER_SIZE_MAX};
    for (size_t i = 0; i < ARRAY_LENGTH(ids); i++) {
        uint8_t bytes[RTP_HEADER_SIZE_MAX];
        struct rtp_packet packet;
        struct rtp_extensions found;
        assert_int_equal(round_trip(&full_header, ids[i], bytes, &packet, &found), sizes[i]);
        assert_true(packet.marker);
        assert_int_equal(packet.payload_type, 111);
        assert_int_equal(packet.sequence, 0x7fff);
        assert_true(packet.timestamp == 0x01020304 && packet.ssrc == 0xa0b0c0d0);
        assert_true(rtp_extension_text_equals(&found.mid, full_header.mid));
        assert_int_equal(found.transport_sequence, 0xbeef);
        assert_true(found.audio_level.present && found.audio_level.voice);
        assert_int_equal(found.audio_level.minus_dbov, 42);
    }
}

static void says_how_long_to_keep_pictures_back(void **state)
{
    (void)state;
    static const struct media_extension_ids ids = {.playout_delay = 6};
    static const struct {
        uint16_t min_ms;
        uint8_t bytes[4];
    } cases[] = {
        {0, {0x62, 0x00, 0x03, 0xe8}},
        {140, {0x62, 0x00, 0xe3, 0xe8}},
        {2560, {0x62, 0x10, 0x03, 0xe8}},
        {UINT16_MAX, {0x62, 0x3e, 0x83, 0xe8}},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct rtp_header header = {
            .playout_delay = {.present = true, .min_ms = cases[i].min_ms},
        };
        uint8_t bytes[RTP_HEADER_SIZE_MAX];
        assert_int_equal(rtp_header_write(&header, &ids, bytes, sizeof(bytes)), 20);
        assert_memory_equal(bytes + 16, cases[i].bytes, 4);
    }
}

static void writes_only_what_is_negotiated_and_given(void **state)
{
    (void)state;
    static const struct media_extension_ids none = {0};
    static const struct media_extension_ids only_mid = {.mid = 9};
    uint8_t bytes[RTP_HEADER_SIZE_MAX];
    struct rtp_packet packet;
    struct rtp_extensions found;
    assert_int_equal(round_trip(&full_header, &none, bytes, &packet, &found), 12);
    assert_int_equal(packet.extension_profile, 0);

    struct rtp_header header = full_header;
    header.mid = "1";
    assert_int_equal(round_trip(&header, &only_mid, bytes, &packet, &found), 20);
    assert_true(rtp_extension_text_equals(&found.mid, "1"));

    header.mid = "";
    assert_int_equal(round_trip(&header, &only_mid, bytes, &packet, &found), 12);
    header.mid = NULL;
    header.has_transport_sequence = false;
    header.audio_level.present = false;
    assert_int_equal(round_trip(&header, &all_ids, bytes, &packet, &found), 12);
}

static void never_passes_the_buffer(void **state)
{
    (void)state;
    uint8_t bytes[RTP_HEADER_SIZE_MAX + 1];
    const int size = rtp_header_write(&full_header, &all_ids, bytes, sizeof(bytes));
    for (size_t capacity = 0; capacity < (size_t)size; capacity++) {
        bytes[capacity] = 0xa5;
        assert_int_equal(rtp_header_write(&full_header, &all_ids, bytes, capacity), -ENOBUFS);
        assert_int_equal(bytes[capacity], 0xa5);
    }
    assert_int_equal(rtp_header_write(&full_header, &all_ids, bytes, (size_t)size), size);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_was_negotiated),
        cmocka_unit_test(counts_the_misshapen_as_absent),
        cmocka_unit_test(believes_the_first_of_two),
        cmocka_unit_test(writes_what_it_reads),
        cmocka_unit_test(says_how_long_to_keep_pictures_back),
        cmocka_unit_test(writes_only_what_is_negotiated_and_given),
        cmocka_unit_test(never_passes_the_buffer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
