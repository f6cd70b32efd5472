#include "media/transport/packet_demux.h"

#include "media/transport/ice_lite.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Only their addresses matter. */
static char places[8];
#define PEER(i) ((struct peer_transport *)(void *)&places[i])

static void test_the_first_bytes_tell_the_kind(void **state)
{
    (void)state;
    for (unsigned first = 0; first < 256; first++) {
        for (unsigned second = 0; second < 256; second++) {
            const uint8_t bytes[] = {(uint8_t)first, (uint8_t)second};
            enum packet_kind expected = PACKET_KIND_UNKNOWN;
            if (first <= 3) {
                expected = PACKET_KIND_STUN;
            } else if (first >= 20 && first <= 63) {
                expected = PACKET_KIND_DTLS;
            } else if (first >= 128 && first <= 191) {
                expected = second >= 192 && second <= 223 ? PACKET_KIND_RTCP : PACKET_KIND_RTP;
            }
            assert_int_equal(packet_kind_of(bytes, 2), expected);
            assert_int_equal(packet_kind_of(bytes, 1), PACKET_KIND_UNKNOWN);
        }
    }
    assert_int_equal(packet_kind_of(NULL, 0), PACKET_KIND_UNKNOWN);
}

/* A binding request with one attribute before the USERNAME. Returns its size. */
static size_t make_check(uint8_t *bytes, const char *username)
{
    static const uint8_t start[] = {0, 1, 0,  0,  0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4, 5, 6, 7,
                                    8, 9, 10, 11, 12,   0xc0, 0x57, 0,    3, 1, 2, 3, 0, 0, 6};
    const size_t length = strlen(username);
    const size_t padded = (length + 3) / 4 * 4;
    memcpy(bytes, start, sizeof(start));
    bytes[30] = (uint8_t)(length >> 8);
    bytes[31] = (uint8_t)length;
    memset(bytes + 32, 0, padded);
    memcpy(bytes + 32, username, length);
    const size_t size = 32 + padded;
    bytes[2] = (uint8_t)((size - 20) >> 8);
    bytes[3] = (uint8_t)(size - 20);
    return size;
}

static void test_the_ufrag_is_what_stands_before_the_colon(void **state)
{
    (void)state;
    static const struct {
        const char *username;
        int length;
    } cases[] = {{"abcd:efgh", 4}, {"a:b", 1},        {"ab:cd:ef", 2}, {":x", 0},
                 {"abcd:", 4},     {"abcd", -ENOENT}, {"", -ENOENT}};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        /* Exactly as long as it must be, so that a sanitizer sees a byte too far; at each
         * alignment. */
        for (size_t shift = 0; shift < 4; shift++) {
            uint8_t check[128];
            const size_t size = make_check(check, cases[i].username);
            AUTO_FREE uint8_t *exact = malloc(size + shift);
            memcpy(exact + shift, check, size);
            const uint8_t *ufrag = NULL;
            assert_int_equal(packet_stun_ufrag(exact + shift, size, &ufrag), cases[i].length);
            if (cases[i].length > 0) {
                assert_memory_equal(ufrag, cases[i].username, cases[i].length);
            }
        }
    }
}

static void test_malformed_messages_have_no_ufrag(void **state)
{
    (void)state;
    uint8_t good[128];
    const uint8_t *ufrag = NULL;
    const size_t size = make_check(good, "abcd:efgh");
    for (size_t cut = 0; cut < size; cut++) {
        AUTO_FREE uint8_t *exact = malloc(cut + 1);
        memcpy(exact, good, cut);
        assert_int_equal(packet_stun_ufrag(exact, cut, &ufrag), -EBADMSG);
    }
    static const struct {
        size_t offset;
        uint8_t value;
    } faults[] = {
        {0, 0x40},  /* not STUN */
        {2, 0xff},  /* longer than the datagram */
        {3, 25},    /* not a multiple of four */
        {4, 0},     /* no cookie */
        {22, 0xff}, /* an attribute past the end */
        {31, 0xff}, /* the USERNAME past the end */
    };
    for (size_t i = 0; i < ARRAY_LENGTH(faults); i++) {
        uint8_t bad[128];
        memcpy(bad, good, size);
        bad[faults[i].offset] = faults[i].value;
        assert_int_equal(packet_stun_ufrag(bad, size, &ufrag), -EBADMSG);
    }
    assert_null(ufrag);
}

static struct peer_transport *find_ufrag(const struct packet_demux *demux, const char *username)
{
    uint8_t check[700];
    const struct network_address anywhere = {0};
    const size_t size = make_check(check, username);
    return packet_demux_find(demux, PACKET_KIND_STUN, check, size, &anywhere);
}

static void test_checks_are_found_by_ufrag_and_the_rest_by_address(void **state)
{
    (void)state;
    AUTO(packet_demux) demux = packet_demux_create(4);
    struct network_address address;
    assert_int_equal(network_address_parse("192.0.2.1", 1000, &address), 0);
    assert_int_equal(packet_demux_add_ufrag(demux, "one", PEER(1)), 0);
    assert_int_equal(packet_demux_add_ufrag(demux, "two", PEER(2)), 0);
    assert_int_equal(packet_demux_add_ufrag(demux, "two", PEER(1)), -EEXIST);
    assert_int_equal(packet_demux_add_address(demux, &address, PEER(2)), 0);
    assert_int_equal(packet_demux_add_address(demux, &address, PEER(1)), -EEXIST);
    assert_ptr_equal(find_ufrag(demux, "one:x"), PEER(1));
    assert_ptr_equal(find_ufrag(demux, "two:x"), PEER(2));
    assert_null(find_ufrag(demux, "on:x"));
    assert_null(find_ufrag(demux, ":x"));
    assert_null(find_ufrag(demux, "one"));
    static const enum packet_kind kinds[] = {PACKET_KIND_DTLS, PACKET_KIND_RTP, PACKET_KIND_RTCP};
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        assert_ptr_equal(packet_demux_find(demux, kinds[i], NULL, 0, &address), PEER(2));
    }
    assert_null(packet_demux_find(demux, PACKET_KIND_UNKNOWN, NULL, 0, &address));
    struct network_address near = address;
    near.port++;
    assert_null(packet_demux_find(demux, PACKET_KIND_RTP, NULL, 0, &near));
    /* Nobody removes what is another's. */
    packet_demux_remove_ufrag(demux, "two", PEER(1));
    packet_demux_remove_address(demux, &address, PEER(1));
    assert_ptr_equal(find_ufrag(demux, "two:x"), PEER(2));
    assert_ptr_equal(packet_demux_find(demux, PACKET_KIND_RTP, NULL, 0, &address), PEER(2));
    packet_demux_remove_ufrag(demux, "two", PEER(2));
    packet_demux_remove_address(demux, &address, PEER(2));
    assert_null(find_ufrag(demux, "two:x"));
    assert_null(packet_demux_find(demux, PACKET_KIND_RTP, NULL, 0, &address));
}

static void test_ufrags_of_every_allowed_length_are_found(void **state)
{
    (void)state;
    AUTO(packet_demux) demux = packet_demux_create(200);
    char ufrag[300];
    for (size_t length = 1; length <= 257; length++) {
        memset(ufrag, 'u', length);
        ufrag[length] = '\0';
        assert_int_equal(packet_demux_add_ufrag(demux, ufrag, PEER(length % 8)),
                         length <= 256 ? 0 : -EINVAL);
    }
    for (size_t length = 1; length <= 257; length++) {
        char username[310];
        memset(username, 'u', length);
        snprintf(username + length, sizeof(username) - length, ":them");
        assert_ptr_equal(find_ufrag(demux, username), length <= 256 ? PEER(length % 8) : NULL);
    }
    assert_int_equal(packet_demux_add_ufrag(demux, "", PEER(0)), -EINVAL);
}

static void test_full_maps_say_so(void **state)
{
    (void)state;
    AUTO(packet_demux) demux = packet_demux_create(1);
    struct network_address address;
    for (uint16_t i = 0; i < ICE_LITE_ADDRESSES_MAX; i++) {
        assert_int_equal(network_address_parse("192.0.2.1", i, &address), 0);
        assert_int_equal(packet_demux_add_address(demux, &address, PEER(0)), 0);
    }
    address.port = 999;
    assert_int_equal(packet_demux_add_address(demux, &address, PEER(0)), -ENOSPC);
    assert_int_equal(packet_demux_add_ufrag(demux, "a", PEER(0)), 0);
    assert_int_equal(packet_demux_add_ufrag(demux, "b", PEER(0)), 0);
    assert_int_equal(packet_demux_add_ufrag(demux, "c", PEER(0)), 0);
    assert_int_equal(packet_demux_add_ufrag(demux, "d", PEER(0)), -ENOSPC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_bytes_tell_the_kind),
        cmocka_unit_test(test_the_ufrag_is_what_stands_before_the_colon),
        cmocka_unit_test(test_malformed_messages_have_no_ufrag),
        cmocka_unit_test(test_checks_are_found_by_ufrag_and_the_rest_by_address),
        cmocka_unit_test(test_ufrags_of_every_allowed_length_are_found),
        cmocka_unit_test(test_full_maps_say_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
