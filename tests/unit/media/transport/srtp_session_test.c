#include "media/transport/srtp_session.h"

#include "gateway/base/byte_writer.h"
#include "tests/unit/media/transport/transport_fixture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const enum srtp_profile profiles[] = {
    SRTP_PROFILE_AEAD_AES_128_GCM, SRTP_PROFILE_AEAD_AES_256_GCM, SRTP_PROFILE_AES128_CM_SHA1_80};

/* Who does RTP's AES-GCM in this round of tests; NULL: libsrtp2. */
static const struct srtp_aead_provider *provider;

struct pair {
    struct srtp_session *server;
    struct srtp_session *client;
};

static struct pair make_pair(enum srtp_profile profile)
{
    uint8_t block[2 * (SRTP_KEY_SIZE_MAX + SRTP_SALT_SIZE_MAX)];
    for (size_t i = 0; i < sizeof(block); i++) {
        block[i] = (uint8_t)(i * 7 + 1);
    }
    struct srtp_keys server;
    struct srtp_keys client;
    struct pair pair = {0};
    srtp_keys_from_block(profile, block, true, &server);
    srtp_keys_from_block(profile, block, false, &client);
    assert_int_equal(srtp_session_create(&server, provider, &pair.server), 0);
    assert_int_equal(srtp_session_create(&client, provider, &pair.client), 0);
    return pair;
}

static void free_pair(struct pair *pair)
{
    srtp_session_destroy(pair->server);
    srtp_session_destroy(pair->client);
}

static int protect(struct srtp_session *session, const uint8_t *packet, size_t size, uint8_t *to,
                   size_t capacity)
{
    const struct packet_part parts[] = {{packet, 12}, {packet + 12, size - 12}};
    return srtp_session_protect_rtp(session, parts, 2, to, capacity);
}

/* Protects a packet of the client's. Returns its size. */
static size_t from_client(const struct pair *pair, uint32_t ssrc, uint16_t seq, uint8_t *to)
{
    uint8_t packet[300];
    const int size =
        protect(pair->client, packet, make_rtp(packet, ssrc, seq, 100, (uint8_t)seq), to, 2048);
    assert_true(size > 0);
    return (size_t)size;
}

static int at_server(const struct pair *pair, const uint8_t *packet, size_t size)
{
    _Alignas(4) uint8_t clear[2048];
    return srtp_session_unprotect_rtp(pair->server, packet, size, clear, sizeof(clear));
}

static void test_every_profile_goes_there_and_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(profiles); i++) {
        struct pair pair = make_pair(profiles[i]);
        _Alignas(4) uint8_t wire[2048];
        _Alignas(4) uint8_t clear[2048];
        uint8_t packet[1300];
        const size_t size = make_rtp(packet, 9, 1, 1200, 0x5a);
        const int sent = protect(pair.server, packet, size, wire, sizeof(wire));
        assert_int_equal(sent, size + srtp_profile_rtp_overhead(profiles[i]));
        assert_memory_equal(wire, packet, 12);
        assert_null(memmem(wire, (size_t)sent, packet + 12, 16)); /* encrypted */
        uint8_t copy[2048];
        memcpy(copy, wire, (size_t)sent);
        assert_int_equal(
            srtp_session_unprotect_rtp(pair.client, wire, (size_t)sent, clear, sizeof(clear)),
            size);
        assert_memory_equal(clear, packet, size);
        assert_memory_equal(wire, copy, (size_t)sent); /* the input is never written */

        static const uint8_t report[] = {0x80, 201, 0, 1, 0, 0, 0, 9};
        const int rtcp =
            srtp_session_protect_rtcp(pair.client, report, sizeof(report), wire, sizeof(wire));
        assert_in_range(rtcp, sizeof(report) + 4 + 10, sizeof(report) + SRTP_OVERHEAD_MAX);
        assert_int_equal(
            srtp_session_unprotect_rtcp(pair.server, wire, (size_t)rtcp, clear, sizeof(clear)),
            sizeof(report));
        assert_memory_equal(clear, report, sizeof(report));
        /* Not the other direction's keys. */
        assert_int_equal(
            srtp_session_unprotect_rtcp(pair.client, wire, (size_t)rtcp, clear, sizeof(clear)),
            -EACCES);
        assert_non_null(srtp_profile_name(profiles[i]));
        free_pair(&pair);
    }
}

static void test_parts_are_put_together(void **state)
{
    (void)state;
    struct pair pair = make_pair(SRTP_PROFILE_AEAD_AES_128_GCM);
    _Alignas(4) uint8_t wire[256];
    _Alignas(4) uint8_t clear[256];
    /* A CSRC, and an extension of one word. */
    const uint8_t header[] = {0x91, 96, 0, 1, 0,    0,    0, 0, 0,    0, 0, 9,
                              0,    0,  0, 1, 0xbe, 0xde, 0, 1, 0x10, 7, 0, 0};
    const struct packet_part parts[] = {{header, sizeof(header)},
                                        {(const uint8_t *)"ab", 2},
                                        {NULL, 0},
                                        {(const uint8_t *)"cde", 3}};
    const int size = srtp_session_protect_rtp(pair.client, parts, 4, wire, sizeof(wire));
    assert_int_equal(size, sizeof(header) + 5 + 16);
    assert_int_equal(
        srtp_session_unprotect_rtp(pair.server, wire, (size_t)size, clear, sizeof(clear)),
        sizeof(header) + 5);
    assert_memory_equal(clear, header, sizeof(header));
    assert_memory_equal(clear + sizeof(header), "abcde", 5);
    /* The first part is the whole header, no more and no less. */
    const struct packet_part cut[] = {{header, sizeof(header) - 4},
                                      {header + sizeof(header) - 4, 4}};
    assert_int_equal(srtp_session_protect_rtp(pair.client, cut, 2, wire, sizeof(wire)), -EBADMSG);
    free_pair(&pair);
}

static void test_no_index_is_protected_twice(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(profiles); i++) {
        struct pair pair = make_pair(profiles[i]);
        _Alignas(4) uint8_t wire[2048];
        uint8_t packet[200];
        for (uint16_t seq = 100; seq < 110; seq++) {
            assert_true(protect(pair.server, packet, make_rtp(packet, 9, seq, 50, 1), wire,
                                sizeof(wire)) > 0);
        }
        for (uint16_t seq = 100; seq < 110; seq++) {
            assert_int_equal(
                protect(pair.server, packet, make_rtp(packet, 9, seq, 50, 2), wire, sizeof(wire)),
                -EALREADY);
        }
        /* Another SSRC has its own numbers; a late packet that was never sent is fine. */
        assert_true(
            protect(pair.server, packet, make_rtp(packet, 8, 100, 50, 1), wire, sizeof(wire)) > 0);
        assert_true(
            protect(pair.server, packet, make_rtp(packet, 9, 99, 50, 1), wire, sizeof(wire)) > 0);
        free_pair(&pair);
    }
}

static void test_wrapped_numbers_with_loss_and_disorder_are_decrypted(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(profiles); i++) {
        struct pair pair = make_pair(profiles[i]);
        _Alignas(4) uint8_t wire[2048];
        /* Both ends have come near the wrap in steps that leave no doubt. */
        for (unsigned seq = 1000; seq < 65500; seq += 8000) {
            const size_t size = from_client(&pair, 9, (uint16_t)seq, wire);
            assert_true(at_server(&pair, wire, size) > 0);
        }
        /* Twice around; every third packet is lost, neighbours change places. */
        static uint8_t sent[200][200];
        for (unsigned round = 0; round < 2; round++) {
            size_t sizes[200];
            for (unsigned j = 0; j < 200; j++) {
                sizes[j] = from_client(&pair, 9, (uint16_t)(65430 + j), sent[j]);
            }
            for (unsigned j = 0; j < 200; j += 2) {
                for (unsigned k = 2; k-- > 0;) {
                    if ((j + k) % 3 != 0) {
                        assert_int_equal(at_server(&pair, sent[j + k], sizes[j + k]), 112);
                    }
                }
            }
            for (unsigned seq = 8000; seq < 65400; seq += 8000) {
                const size_t size = from_client(&pair, 9, (uint16_t)seq, wire);
                assert_true(at_server(&pair, wire, size) > 0);
            }
        }
        assert_int_equal(srtp_session_statistics(pair.server)->unauthentic, 0);
        free_pair(&pair);
    }
}

static void test_replays_are_refused_within_and_before_the_window(void **state)
{
    (void)state;
    struct pair pair = make_pair(SRTP_PROFILE_AEAD_AES_128_GCM);
    static uint8_t sent[1200][200];
    size_t size = 0;
    for (unsigned i = 0; i < 1200; i++) {
        size = from_client(&pair, 9, (uint16_t)i, sent[i]);
    }
    /* The newest first: then the 1023 before it are within the window, once each. */
    assert_true(at_server(&pair, sent[1199], size) > 0);
    for (unsigned i = 1198; i > 1199 - SRTP_REPLAY_WINDOW; i--) {
        assert_int_equal(at_server(&pair, sent[i], size), 112);
    }
    for (unsigned i = 0; i < 1200; i++) {
        assert_int_equal(at_server(&pair, sent[i], size), -EALREADY);
    }
    assert_int_equal(srtp_session_statistics(pair.server)->replayed, 1200);
    assert_true(at_server(&pair, sent[0], from_client(&pair, 9, 1200, sent[0])) > 0);
    free_pair(&pair);
}

static void test_every_changed_bit_is_found_and_leaves_no_trace(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(profiles); i++) {
        struct pair pair = make_pair(profiles[i]);
        _Alignas(4) uint8_t wire[2048];
        const size_t size = from_client(&pair, 9, 1, wire);
        for (size_t bit = 0; bit < 8 * size; bit++) {
            wire[bit / 8] ^= (uint8_t)(1u << bit % 8);
            const int result = at_server(&pair, wire, size);
            assert_true(result == -EACCES || result == -EBADMSG || result == -EALREADY);
            wire[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
        assert_int_equal(at_server(&pair, wire, size), 112);
        free_pair(&pair);
    }
}

static void test_lengths_that_lie_never_reach_the_library(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(profiles); i++) {
        struct pair pair = make_pair(profiles[i]);
        const size_t tag = srtp_profile_rtp_overhead(profiles[i]);
        const struct {
            uint8_t first;
            uint16_t words; /* of the extension, when there is one */
            size_t size;
            int result;
        } cases[] = {
            {0x80, 0, 12 + tag, -EACCES},       {0x80, 0, 11 + tag, -EBADMSG},
            {0x8f, 0, 12 + 60 + tag, -EACCES},  {0x8f, 0, 12 + 59 + tag, -EBADMSG}, /* 15 CSRCs */
            {0x90, 0, 16 + tag, -EACCES},       {0x90, 0, 15 + tag, -EBADMSG},
            {0x90, 10, 16 + 40 + tag, -EACCES}, {0x90, 10, 16 + 39 + tag, -EBADMSG},
            {0x90, 0xffff, 1400, -EBADMSG},     {0x40, 0, 100, -EBADMSG}, /* another version */
        };
        for (size_t j = 0; j < ARRAY_LENGTH(cases); j++) {
            uint8_t *exact = calloc(1, cases[j].size);
            assert_non_null(exact);
            exact[0] = cases[j].first;
            if (cases[j].first == 0x90) {
                exact[14] = (uint8_t)(cases[j].words >> 8);
                exact[15] = cases[j].size > 15 ? (uint8_t)cases[j].words : 0;
            }
            assert_int_equal(at_server(&pair, exact, cases[j].size), cases[j].result);
            free(exact);
        }
        for (size_t size = 0; size < 8 + 4 + tag; size++) {
            _Alignas(4) uint8_t clear[2048];
            uint8_t *exact = malloc(size + 1);
            memset(exact, 0x80, size + 1);
            assert_int_equal(
                srtp_session_unprotect_rtcp(pair.server, exact, size, clear, sizeof(clear)),
                -EBADMSG);
            assert_int_equal(at_server(&pair, exact, size < 12 + tag ? size : 0), -EBADMSG);
            free(exact);
        }
        static const uint8_t great[2049] = {0x80};
        assert_int_equal(at_server(&pair, great, sizeof(great)), -EBADMSG);
        _Alignas(4) uint8_t small[64];
        uint8_t wire[2048];
        const size_t size = from_client(&pair, 9, 1, wire);
        assert_int_equal(srtp_session_unprotect_rtp(pair.server, wire, size, small, sizeof(small)),
                         -EMSGSIZE);
        assert_int_equal(at_server(&pair, wire, size), 112);
        free_pair(&pair);
    }
}

static void test_a_peer_may_bring_64_ssrcs(void **state)
{
    (void)state;
    struct pair pair = make_pair(SRTP_PROFILE_AEAD_AES_128_GCM);
    struct pair more = make_pair(SRTP_PROFILE_AEAD_AES_128_GCM);
    _Alignas(4) uint8_t wire[2048];
    for (uint32_t ssrc = 1; ssrc <= SRTP_SSRCS_MAX + 10; ssrc++) {
        const size_t size = from_client(ssrc <= SRTP_SSRCS_MAX ? &pair : &more, ssrc, 1, wire);
        assert_int_equal(at_server(&pair, wire, size), ssrc <= SRTP_SSRCS_MAX ? 112 : -ENOSPC);
    }
    const size_t size = from_client(&pair, 1, 2, wire);
    assert_int_equal(at_server(&pair, wire, size), 112);
    /* Forged packets fill no places. */
    struct pair other = make_pair(SRTP_PROFILE_AEAD_AES_128_GCM);
    for (uint32_t ssrc = 1; ssrc <= 1000; ssrc++) {
        uint8_t packet[200];
        assert_int_equal(at_server(&other, packet, make_rtp(packet, ssrc, 1, 60, 0)), -EACCES);
    }
    assert_true(at_server(&other, wire, from_client(&other, 5, 1, wire)) > 0);
    free_pair(&pair);
    free_pair(&more);
    free_pair(&other);
}

static void test_packets_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    struct pair pair = make_pair(SRTP_PROFILE_AEAD_AES_128_GCM);
    _Alignas(4) uint8_t wire[2048];
    uint8_t packet[2100];
    assert_int_equal(protect(pair.client, packet, make_rtp(packet, 9, 1, 100, 1), wire, 131),
                     -EMSGSIZE);
    assert_int_equal(protect(pair.client, packet, make_rtp(packet, 9, 1, 100, 1), wire, 132), 128);
    assert_int_equal(
        protect(pair.client, packet, make_rtp(packet, 9, 2, 2040, 1), wire, sizeof(wire)),
        -EMSGSIZE);
    assert_int_equal(srtp_session_protect_rtcp(pair.client, packet, 7, wire, sizeof(wire)),
                     -EBADMSG);
    assert_int_equal(srtp_session_protect_rtcp(pair.client, packet, 2040, wire, sizeof(wire)),
                     -EMSGSIZE);
    const struct srtp_keys unknown = {.profile = (enum srtp_profile)5};
    struct srtp_session *session = NULL;
    assert_int_equal(srtp_session_create(&unknown, provider, &session), -EINVAL);
    assert_null(session);
    free_pair(&pair);
}

static void test_no_more_than_64_ssrcs_are_sent(void **state)
{
    (void)state;
    if (!provider) {
        return; /* libsrtp2 has no bound of its own */
    }
    struct pair pair = make_pair(SRTP_PROFILE_AEAD_AES_128_GCM);
    _Alignas(4) uint8_t wire[2048];
    uint8_t packet[200];
    for (uint32_t ssrc = 1; ssrc <= SRTP_SSRCS_MAX; ssrc++) {
        from_client(&pair, ssrc << 16, 1, wire);
    }
    assert_int_equal(
        protect(pair.client, packet, make_rtp(packet, 7, 1, 50, 1), wire, sizeof(wire)), -ENOSPC);
    for (uint32_t ssrc = 1; ssrc <= SRTP_SSRCS_MAX; ssrc++) {
        from_client(&pair, ssrc << 16, 2, wire);
    }
    free_pair(&pair);
}

static int test_all_with(const char *name)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_profile_goes_there_and_back),
        cmocka_unit_test(test_parts_are_put_together),
        cmocka_unit_test(test_no_index_is_protected_twice),
        cmocka_unit_test(test_wrapped_numbers_with_loss_and_disorder_are_decrypted),
        cmocka_unit_test(test_replays_are_refused_within_and_before_the_window),
        cmocka_unit_test(test_every_changed_bit_is_found_and_leaves_no_trace),
        cmocka_unit_test(test_lengths_that_lie_never_reach_the_library),
        cmocka_unit_test(test_a_peer_may_bring_64_ssrcs),
        cmocka_unit_test(test_no_more_than_64_ssrcs_are_sent),
        cmocka_unit_test(test_packets_that_do_not_fit_are_refused),
    };
    return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}

int main(void)
{
    int failed = test_all_with("libsrtp2");
    static const enum srtp_aead_choice choices[] = {SRTP_AEAD_CHOICE_IPSEC_MB,
                                                    SRTP_AEAD_CHOICE_OPENSSL};
    for (size_t i = 0; i < ARRAY_LENGTH(choices); i++) {
        const char *obstacle = NULL;
        provider = srtp_aead_choose(choices[i], &obstacle);
        if (provider) {
            failed += test_all_with(provider->name);
        } else {
            print_message("not tested: %s\n", obstacle);
        }
    }
    return failed;
}
