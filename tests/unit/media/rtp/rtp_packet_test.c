#include "media/rtp/rtp_packet.h"

#include "gateway/base/cleanup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void reads_every_field(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {
        0xb2, 0xe0, 0x12, 0x34, 0xde, 0xad, 0xbe, 0xef,
        0xca, 0xfe, 0xf0, 0x0d,                      /* P, X, 2 CSRCs, M, 96 */
        0,    0,    0,    1,    0,    0,    0,    2, /* CSRCs */
        0xbe, 0xde, 0,    1,    0x10, 0x7f, 0,    0, /* extension */
        1,    2,    3,                               /* payload */
        0,    2,                                     /* padding */
    };
    struct rtp_packet packet;
    assert_int_equal(rtp_packet_parse(bytes, sizeof(bytes), &packet), 0);
    assert_int_equal(packet.size, sizeof(bytes));
    assert_true(packet.marker);
    assert_int_equal(packet.payload_type, 96);
    assert_int_equal(packet.sequence, 0x1234);
    assert_true(packet.timestamp == 0xdeadbeef);
    assert_true(packet.ssrc == 0xcafef00d);
    assert_int_equal(packet.extension_profile, 0xbede);
    assert_int_equal(packet.extension_offset, 24);
    assert_int_equal(packet.extension_size, 4);
    assert_int_equal(packet.payload_offset, 28);
    assert_int_equal(packet.payload_size, 3);
    assert_int_equal(packet.padding_size, 2);
    assert_int_equal(rtp_packet_payload(&packet)[0], 1);
}

#define HEAD(first) first, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3

static void refuses_what_is_malformed(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        uint8_t bytes[32];
        size_t size;
        int expected;
    } cases[] = {
        {"nothing", {0}, 0, -EBADMSG},
        {"eleven bytes", {HEAD(0x80)}, 11, -EBADMSG},
        {"header alone", {HEAD(0x80)}, 12, 0},
        {"version 1", {HEAD(0x40)}, 12, -EBADMSG},
        {"version 3", {HEAD(0xc0)}, 12, -EBADMSG},
        {"a CSRC that is not there", {HEAD(0x81)}, 15, -EBADMSG},
        {"a CSRC", {HEAD(0x81)}, 16, 0},
        {"fifteen CSRCs in a short packet", {HEAD(0x8f)}, 32, -EBADMSG},
        {"extension without a head", {HEAD(0x90), 0xbe, 0xde, 0}, 15, -EBADMSG},
        {"empty extension", {HEAD(0x90), 0xbe, 0xde, 0, 0}, 16, 0},
        {"extension past the end", {HEAD(0x90), 0xbe, 0xde, 0, 1, 0, 0, 0}, 19, -EBADMSG},
        {"extension of 256 KiB", {HEAD(0x90), 0xbe, 0xde, 0xff, 0xff}, 16, -EBADMSG},
        {"padding of 0", {HEAD(0xa0), 7, 0}, 14, -EBADMSG},
        {"padding without a byte", {HEAD(0xa0)}, 12, -EBADMSG},
        {"padding that is all", {HEAD(0xa0), 0, 2}, 14, 0},
        {"padding over the header", {HEAD(0xa0), 0, 3}, 14, -EBADMSG},
        {"padding over the extension", {HEAD(0xb0), 0xbe, 0xde, 0, 0, 2}, 17, -EBADMSG},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct rtp_packet packet = {.size = 777};
        const int rc = rtp_packet_parse(cases[i].bytes, cases[i].size, &packet);
        if (rc != cases[i].expected) {
            fail_msg("%s: %d", cases[i].what, rc);
        }
        assert_int_equal(packet.size, rc < 0 ? 777 : (int)cases[i].size);
    }
    static const uint8_t huge[UINT16_MAX + 1] = {HEAD(0x80)};
    struct rtp_packet packet;
    assert_int_equal(rtp_packet_parse(huge, UINT16_MAX, &packet), 0);
    assert_int_equal(rtp_packet_parse(huge, UINT16_MAX + 1, &packet), -EBADMSG);
}

static void rewrites_in_place(void **state)
{
    (void)state;
    uint8_t bytes[] = {HEAD(0x80), 9};
    struct rtp_packet packet;
    rtp_packet_set_payload_type(bytes, 0xff); /* only seven bits of it */
    rtp_packet_set_sequence(bytes, 0xfffe);
    rtp_packet_set_timestamp(bytes, 0x80000001);
    rtp_packet_set_ssrc(bytes, 0xffffffff);
    assert_int_equal(rtp_packet_parse(bytes, sizeof(bytes), &packet), 0);
    assert_false(packet.marker);
    assert_int_equal(packet.payload_type, 127);
    assert_int_equal(packet.sequence, 0xfffe);
    assert_true(packet.timestamp == 0x80000001);
    assert_true(packet.ssrc == 0xffffffff);
    assert_int_equal(bytes[12], 9);
}

/* Walks over `elements` and writes what it finds as "id:size " text. */
static int walk(uint16_t profile, const uint8_t *elements, size_t size, char *ret_text)
{
    const struct rtp_packet packet = {
        .bytes = elements,
        .extension_profile = profile,
        .extension_size = (uint16_t)size,
    };
    struct rtp_extension_walk cursor;
    rtp_extension_walk_begin(&cursor, &packet);
    struct rtp_extension_element element;
    int rc;
    ret_text[0] = 0;
    while ((rc = rtp_extension_walk_next(&cursor, &element)) > 0) {
        assert_true(element.data >= elements && element.data + element.size <= elements + size);
        ret_text += sprintf(ret_text, "%u:%u ", element.id, element.size);
    }
    if (rc < 0) {
        assert_int_equal(rtp_extension_walk_next(&cursor, &element), 0);
    }
    return rc;
}

static void walks_over_extensions_of_both_forms(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        uint16_t profile;
        uint8_t elements[12];
        size_t size;
        int expected;
        const char *found;
    } cases[] = {
        {"none", 0xbede, {0}, 0, 0, ""},
        {"padding alone", 0xbede, {0, 0, 0, 0}, 4, 0, ""},
        {"two and padding", 0xbede, {0x10, 9, 0, 0, 0x32, 1, 2, 3}, 8, 0, "1:1 3:3 "},
        {"one past the end", 0xbede, {0x10, 9, 0x2f, 1}, 4, -EBADMSG, "1:1 "},
        {"id 15 ends it", 0xbede, {0x10, 9, 0xf0, 1, 0x20, 1, 0, 0}, 8, 0, "1:1 "},
        {"id 0 with a length ends it", 0xbede, {0x10, 9, 0x01, 1, 0x20, 1, 0, 0}, 8, 0, "1:1 "},
        {"a head without data", 0xbede, {0x10}, 1, -EBADMSG, ""},
        {"two bytes", 0x1000, {1, 1, 9, 0, 200, 2, 7, 7}, 8, 0, "1:1 200:2 "},
        {"two bytes, application bits", 0x100f, {5, 0, 6, 1, 1, 0, 0, 0}, 8, 0, "5:0 6:1 "},
        {"two bytes, cut in the head", 0x1000, {1, 1, 9, 4}, 4, -EBADMSG, "1:1 "},
        {"two bytes, past the end", 0x1000, {1, 3, 9, 4}, 4, -EBADMSG, ""},
        {"neither form", 0x1234, {0x10, 9, 0, 0}, 4, 0, ""},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        char found[64];
        const int rc = walk(cases[i].profile, cases[i].elements, cases[i].size, found);
        if (rc != cases[i].expected || strcmp(found, cases[i].found) != 0) {
            fail_msg("%s: %d, '%s'", cases[i].what, rc, found);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_field),
        cmocka_unit_test(refuses_what_is_malformed),
        cmocka_unit_test(rewrites_in_place),
        cmocka_unit_test(walks_over_extensions_of_both_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
