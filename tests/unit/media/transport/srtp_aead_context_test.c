#include "media/transport/srtp_aead_context.h"

#include "media/transport/srtp_ssrc_table.h"
#include "tests/unit/media/transport/srtp_vectors.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

#define HEADER_SIZE 12

static const struct srtp_aead_provider *provider; /* under test in this round */
static const uint8_t key[16] = {3, 1, 4, 1, 5, 9, 2, 6};
static const uint8_t salt[SRTP_AEAD_NONCE_SIZE] = {2, 7, 1, 8, 2, 8};

struct ends {
    struct srtp_aead_context *sender;
    struct srtp_aead_context *receiver;
};

static int setup(void **state)
{
    static struct ends ends;
    const struct srtp_aead_keys keys = {key, sizeof(key), salt};
    ends.sender = srtp_aead_context_create(provider, &keys, SRTP_AEAD_SEAL);
    ends.receiver = srtp_aead_context_create(provider, &keys, SRTP_AEAD_OPEN);
    *state = &ends;
    return 0;
}

static int teardown(void **state)
{
    struct ends *ends = *state;
    ends->sender = srtp_aead_context_destroy(ends->sender);
    ends->receiver = srtp_aead_context_destroy(ends->receiver);
    return 0;
}

static int send_packet(struct ends *ends, uint32_t ssrc, uint16_t seq, uint8_t *ret_wire)
{
    const uint8_t header[HEADER_SIZE] = {
        0x80,
        96,
        (uint8_t)(seq >> 8),
        (uint8_t)seq,
        0,
        0,
        0,
        0,
        (uint8_t)(ssrc >> 24),
        (uint8_t)(ssrc >> 16),
        (uint8_t)(ssrc >> 8),
        (uint8_t)ssrc,
    };
    const struct packet_part parts[] = {{header, sizeof(header)}, {(const uint8_t *)"words", 5}};
    return srtp_aead_context_protect(ends->sender, parts, 2, ret_wire);
}

static int receive(struct ends *ends, const uint8_t *wire)
{
    uint8_t clear[64];
    return srtp_aead_context_unprotect(ends->receiver, wire, HEADER_SIZE + 5 + SRTP_AEAD_TAG_SIZE,
                                       HEADER_SIZE, clear);
}

/* The nonce is made of SSRC, ROC and sequence number here. */
static void test_protects_the_packets_of_rfc_7714(void **state)
{
    (void)state;
    for (size_t i = 0; i < SRTP_VECTORS; i++) {
        uint8_t session_key[32];
        uint8_t session_salt[SRTP_AEAD_NONCE_SIZE];
        uint8_t packet[SRTP_VECTOR_SIZE_MAX];
        uint8_t protected[SRTP_VECTOR_SIZE_MAX];
        uint8_t result[SRTP_VECTOR_SIZE_MAX];
        const struct srtp_aead_keys keys = {session_key, from_hex(srtp_vectors[i].key, session_key),
                                            session_salt};
        from_hex(srtp_vectors[i].salt, session_salt);
        const size_t size = from_hex(srtp_vectors[i].packet, packet);
        const size_t protected_size = from_hex(srtp_vectors[i].protected, protected);

        AUTO(srtp_aead_context)
        sender = srtp_aead_context_create(provider, &keys, SRTP_AEAD_SEAL);
        const struct packet_part parts[] = {
            {packet, HEADER_SIZE}, {packet + HEADER_SIZE, 7}, {packet + 19, size - 19}};
        assert_int_equal(srtp_aead_context_protect(sender, parts, 3, result), protected_size);
        assert_memory_equal(result, protected, protected_size);
        assert_int_equal(srtp_aead_context_protect(sender, parts, 3, result), -EALREADY);

        AUTO(srtp_aead_context)
        receiver = srtp_aead_context_create(provider, &keys, SRTP_AEAD_OPEN);
        assert_int_equal(
            srtp_aead_context_unprotect(receiver, protected, protected_size, HEADER_SIZE, result),
            size);
        assert_memory_equal(result, packet, size);
        assert_int_equal(
            srtp_aead_context_unprotect(receiver, protected, protected_size, HEADER_SIZE, result),
            -EALREADY);
    }
}

/* An SSRC's first compound has index 1. */
static void protect_until(struct srtp_aead_context *sender, const uint8_t *compound, size_t size,
                          unsigned index)
{
    uint8_t wire[SRTP_VECTOR_SIZE_MAX];
    for (unsigned i = 1; i < index; i++) {
        assert_int_equal(srtp_aead_context_protect_rtcp(sender, compound, size, wire),
                         size + SRTCP_AEAD_OVERHEAD);
    }
}

static void test_protects_the_compounds_of_rfc_7714(void **state)
{
    (void)state;
    for (size_t i = 0; i < SRTP_VECTORS; i++) {
        uint8_t session_key[32];
        uint8_t session_salt[SRTP_AEAD_NONCE_SIZE];
        uint8_t compound[SRTP_VECTOR_SIZE_MAX];
        uint8_t protected[SRTP_VECTOR_SIZE_MAX];
        uint8_t result[SRTP_VECTOR_SIZE_MAX];
        const struct srtp_aead_keys keys = {
            session_key, from_hex(srtcp_vectors[i].key, session_key), session_salt};
        from_hex(srtcp_vectors[i].salt, session_salt);
        const size_t size = from_hex(srtcp_vectors[i].compound, compound);
        const size_t protected_size = from_hex(srtcp_vectors[i].protected, protected);

        AUTO(srtp_aead_context)
        sender = srtp_aead_context_create(provider, &keys, SRTP_AEAD_SEAL);
        protect_until(sender, compound, size, SRTCP_VECTOR_INDEX);
        assert_int_equal(srtp_aead_context_protect_rtcp(sender, compound, size, result),
                         protected_size);
        assert_memory_equal(result, protected, protected_size);

        AUTO(srtp_aead_context)
        receiver = srtp_aead_context_create(provider, &keys, SRTP_AEAD_OPEN);
        assert_int_equal(
            srtp_aead_context_unprotect_rtcp(receiver, protected, protected_size, result), size);
        assert_memory_equal(result, compound, size);
        assert_int_equal(
            srtp_aead_context_unprotect_rtcp(receiver, protected, protected_size, result),
            -EALREADY);
    }
}

static void test_a_forged_compound_moves_nothing(void **state)
{
    struct ends *ends = *state;
    const uint8_t compound[12] = {0x80, 201, 0, 2, 0, 0, 0, 7, 'w', 'o', 'r', 'd'};
    uint8_t wire[64];
    uint8_t clear[64];
    const size_t size =
        (size_t)srtp_aead_context_protect_rtcp(ends->sender, compound, sizeof(compound), wire);
    for (size_t at = 0; at < 8 * size; at++) {
        wire[at / 8] ^= (uint8_t)(1u << at % 8);
        assert_int_equal(srtp_aead_context_unprotect_rtcp(ends->receiver, wire, size, clear),
                         -EACCES);
        wire[at / 8] ^= (uint8_t)(1u << at % 8);
    }
    assert_int_equal(srtp_aead_context_unprotect_rtcp(ends->receiver, wire, size, clear),
                     sizeof(compound));
    assert_memory_equal(clear, compound, sizeof(compound));
}

static void test_compounds_of_too_many_ssrcs_are_refused(void **state)
{
    struct ends *ends = *state;
    uint8_t compound[8] = {0x80, 201, 0, 1};
    uint8_t wire[64];
    uint8_t clear[64];
    for (unsigned ssrc = 0; ssrc < SRTP_SSRCS_MAX; ssrc++) {
        compound[7] = (uint8_t)ssrc;
        const int size =
            srtp_aead_context_protect_rtcp(ends->sender, compound, sizeof(compound), wire);
        assert_int_equal(
            srtp_aead_context_unprotect_rtcp(ends->receiver, wire, (size_t)size, clear),
            sizeof(compound));
    }
    compound[7] = SRTP_SSRCS_MAX;
    assert_int_equal(srtp_aead_context_protect_rtcp(ends->sender, compound, sizeof(compound), wire),
                     -ENOSPC);
    memcpy(wire, compound, sizeof(compound));
    assert_int_equal(srtp_aead_context_unprotect_rtcp(
                         ends->receiver, wire, sizeof(compound) + SRTCP_AEAD_OVERHEAD, clear),
                     -ENOSPC);
}

/* One forged packet far ahead would otherwise carry the rollover counter away. */
static void test_a_forgery_moves_nothing(void **state)
{
    struct ends *ends = *state;
    uint8_t wire[64];
    assert_int_equal(send_packet(ends, 9, 1000, wire), HEADER_SIZE + 5 + SRTP_AEAD_TAG_SIZE);
    assert_int_equal(receive(ends, wire), HEADER_SIZE + 5);
    for (unsigned seq = 0; seq < 65536; seq += 5) {
        wire[2] = (uint8_t)(seq >> 8);
        wire[3] = (uint8_t)seq;
        const int result = receive(ends, wire);
        assert_true(result == -EACCES || (result == -EALREADY && seq <= 1000));
    }
    send_packet(ends, 9, 999, wire);
    assert_int_equal(receive(ends, wire), HEADER_SIZE + 5);
    send_packet(ends, 9, 1001, wire);
    assert_int_equal(receive(ends, wire), HEADER_SIZE + 5);
}

static void test_forgeries_take_no_place_of_an_ssrc(void **state)
{
    struct ends *ends = *state;
    uint8_t wire[64];
    send_packet(ends, 1, 1, wire);
    for (unsigned ssrc = 2; ssrc < 256; ssrc++) {
        wire[11] = (uint8_t)ssrc;
        assert_int_equal(receive(ends, wire), -EACCES);
    }
    wire[11] = 1;
    for (uint32_t ssrc = 2; ssrc <= SRTP_SSRCS_MAX; ssrc++) {
        assert_int_equal(receive(ends, wire), HEADER_SIZE + 5);
        assert_true(send_packet(ends, ssrc, 1, wire) > 0);
    }
    assert_int_equal(receive(ends, wire), HEADER_SIZE + 5);
    assert_int_equal(send_packet(ends, 0x1000, 1, wire), -ENOSPC);
    wire[10] = 0x10;
    assert_int_equal(receive(ends, wire), -ENOSPC);
}

static int test_provider(enum srtp_aead_choice choice)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_protects_the_packets_of_rfc_7714),
        cmocka_unit_test(test_protects_the_compounds_of_rfc_7714),
        cmocka_unit_test_setup_teardown(test_a_forged_compound_moves_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_compounds_of_too_many_ssrcs_are_refused, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_forgery_moves_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_forgeries_take_no_place_of_an_ssrc, setup, teardown),
    };
    const char *obstacle = NULL;
    provider = srtp_aead_choose(choice, &obstacle);
    if (!provider) {
        print_message("not tested: %s\n", obstacle);
        return 0;
    }
    return cmocka_run_group_tests_name(provider->name, tests, NULL, NULL);
}

int main(void)
{
    return test_provider(SRTP_AEAD_CHOICE_OPENSSL) + test_provider(SRTP_AEAD_CHOICE_IPSEC_MB);
}
