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
