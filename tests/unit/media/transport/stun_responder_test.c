#include "media/transport/stun_responder.h"

#include "tests/fakes/test_peer.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <stun/stunagent.h>

#include <cmocka.h>

/* RFC 5769, 2.1: a check by a controlled agent, so that ours, being controlled too, must object. */
static const uint8_t rfc5769_request[] =
    "\x00\x01\x00\x58\x21\x12\xa4\x42\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae"
    "\x80\x22\x00\x10STUN test client"
    "\x00\x24\x00\x04\x6e\x00\x01\xff"
    "\x80\x29\x00\x08\x93\x2f\xf9\xb1\x51\x26\x3b\x36"
    "\x00\x06\x00\x09\x65\x76\x74\x6a\x3a\x68\x36\x76\x59\x20\x20\x20"
    "\x00\x08\x00\x14\x9a\xea\xa7\x0c\xbf\xd8\xcb\x56\x78\x1e\xf2\xb5\xb2\xd3\xf2\x49\xc1\xb5\x71"
    "\xa2"
    "\x80\x28\x00\x04\xe5\x7a\x3b\xcf";
#define RFC5769_SIZE (sizeof(rfc5769_request) - 1)

static const struct stun_credentials rfc5769_credentials = {
    .local_ufrag = "evtj", .local_pwd = "VOkJxbRl1RmTxUk/WvJxBt", .remote_ufrag = "h6vY"};

static enum stun_verdict judge(const uint8_t *data, size_t size,
                               const struct stun_credentials *credentials, const char *source_ip,
                               uint8_t *reply, struct stun_check *check)
{
    AUTO(stun_responder) responder = stun_responder_create();
    struct network_address source;
    assert_int_equal(network_address_parse(source_ip, 32853, &source), 0);
    return stun_responder_judge(responder, data, size, &source, credentials, reply, check);
}

static void test_the_request_of_rfc_5769_is_authentic_at_every_offset(void **state)
{
    (void)state;
    uint8_t reply[STUN_REPLY_SIZE_MAX];
    for (size_t offset = 0; offset < 8; offset++) {
        struct stun_check check = {0};
        AUTO_FREE uint8_t *buffer = malloc(RFC5769_SIZE + offset);
        memcpy(buffer + offset, rfc5769_request, RFC5769_SIZE);
        assert_int_equal(
            judge(buffer + offset, RFC5769_SIZE, &rfc5769_credentials, "192.0.2.1", reply, &check),
            STUN_OBJECTED);
        assert_true(check.reply_size > 0);
        assert_memory_equal(reply, "\x01\x11", 2); /* a binding error response */
        assert_memory_equal(reply + 8, rfc5769_request + 8, 12);
        assert_non_null(memmem(reply, check.reply_size, "\x00\x00\x04\x57", 4)); /* 4 and 87 */
    }
}

static void test_other_credentials_are_refused(void **state)
{
    (void)state;
    static const struct stun_credentials others[] = {
        {"evtj", "VOkJxbRl1RmTxUk/WvJxBT", "h6vY", NULL},
        {"evtJ", "VOkJxbRl1RmTxUk/WvJxBt", "h6vY", NULL},
        {"evtj", "VOkJxbRl1RmTxUk/WvJxBt", "h6vy", NULL},
        {"evtj", "VOkJxbRl1RmTxUk/WvJxBt", "h6v", NULL},
        {"evtj:", "VOkJxbRl1RmTxUk/WvJxBt", "6vY", NULL},
        {"evt", "VOkJxbRl1RmTxUk/WvJxBt", "jh6vY", NULL},
    };
    uint8_t reply[STUN_REPLY_SIZE_MAX];
    struct stun_check check;
    for (size_t i = 0; i < ARRAY_LENGTH(others); i++) {
        assert_int_equal(
            judge(rfc5769_request, RFC5769_SIZE, &others[i], "192.0.2.1", reply, &check),
            STUN_REFUSED);
    }
}

static void test_every_changed_bit_and_every_missing_byte_is_refused(void **state)
{
    (void)state;
    uint8_t reply[STUN_REPLY_SIZE_MAX];
    struct stun_check check;
    for (size_t bit = 0; bit < 8 * RFC5769_SIZE; bit++) {
        uint8_t changed[RFC5769_SIZE];
        memcpy(changed, rfc5769_request, RFC5769_SIZE);
        changed[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(
            judge(changed, RFC5769_SIZE, &rfc5769_credentials, "192.0.2.1", reply, &check),
            STUN_REFUSED);
    }
    for (size_t size = 0; size < RFC5769_SIZE; size++) {
        AUTO_FREE uint8_t *cut = malloc(size + 1);
        memcpy(cut, rfc5769_request, size);
        assert_int_equal(judge(cut, size, &rfc5769_credentials, "192.0.2.1", reply, &check),
                         STUN_REFUSED);
    }
}

struct own_check {
    struct test_peer *peer;
    struct stun_credentials credentials;
    uint8_t bytes[512];
    size_t size;
};

static void make_own_check(struct own_check *own, unsigned flags)
{
    own->peer = test_peer_create(NULL);
    const struct test_peer_gateway gateway = {
        .address = "127.0.0.1", .port = 9, .ufrag = "ours", .pwd = "a password of ours"};
    test_peer_set_gateway(own->peer, &gateway);
    own->credentials = (struct stun_credentials){.local_ufrag = "ours",
                                                 .local_pwd = "a password of ours",
                                                 .remote_ufrag = test_peer_ufrag(own->peer)};
    own->size = test_peer_build_check(own->peer, flags, own->bytes, sizeof(own->bytes));
}

static void test_the_answer_maps_the_source_and_says_nothing_else(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        sa_family_t family;
        size_t size;
    } cases[] = {
        {"192.0.2.1", AF_INET, 20 + 12 + 24 + 8},
        {"::ffff:192.0.2.1", AF_INET,
         20 + 12 + 24 + 8}, /* as it comes through a dual-stack socket */
        {"2001:db8::7", AF_INET6, 20 + 24 + 24 + 8},
    };
    struct own_check own;
    make_own_check(&own, TEST_PEER_CHECK_NOMINATE);
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        uint8_t reply[STUN_REPLY_SIZE_MAX];
        struct stun_check check = {0};
        memset(reply, 0xaa, sizeof(reply));
        assert_int_equal(
            judge(own.bytes, own.size, &own.credentials, cases[i].source, reply, &check),
            STUN_ACCEPTED);
        assert_true(check.use_candidate);
        assert_int_equal(check.reply_size, cases[i].size);
        assert_true(check.reply_size <= own.size); /* no amplification */
        StunMessage message = {.buffer = reply, .buffer_len = check.reply_size};
        StunAgent agent;
        stun_agent_init(&agent, (const uint16_t[]){0}, STUN_COMPATIBILITY_RFC5389, 0);
        message.agent = &agent;
        struct sockaddr_storage mapped;
        socklen_t mapped_size = sizeof(mapped);
        assert_int_equal(stun_message_find_xor_addr(&message, STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS,
                                                    &mapped, &mapped_size),
                         STUN_MESSAGE_RETURN_SUCCESS);
        assert_int_equal(mapped.ss_family, cases[i].family);
        struct network_address found;
        struct network_address expected;
        assert_int_equal(network_address_from_sockaddr(&mapped, &found), 0);
        assert_int_equal(network_address_parse(cases[i].source, 32853, &expected), 0);
        assert_true(network_address_equal(&found, &expected));
        for (size_t rest = check.reply_size; rest < sizeof(reply); rest++) {
            assert_int_equal(reply[rest], 0);
        }
    }
    test_peer_destroy(own.peer);
}

static void test_a_thousand_answers_are_equal_but_for_their_transaction(void **state)
{
    (void)state;
    AUTO(stun_responder) responder = stun_responder_create();
    struct own_check own;
    make_own_check(&own, 0);
    struct network_address source;
    assert_int_equal(network_address_parse("192.0.2.1", 9, &source), 0);
    uint8_t first[STUN_REPLY_SIZE_MAX];
    for (unsigned i = 0; i < 1000; i++) {
        uint8_t reply[STUN_REPLY_SIZE_MAX];
        struct stun_check check = {0};
        memset(reply, (int)i, sizeof(reply)); /* nothing of what was there before may leave */
        assert_int_equal(stun_responder_judge(responder, own.bytes, own.size, &source,
                                              &own.credentials, reply, &check),
                         STUN_ACCEPTED);
        assert_false(check.use_candidate);
        if (i == 0) {
            memcpy(first, reply, sizeof(first));
        }
        assert_memory_equal(reply, first, sizeof(first));
    }
    test_peer_destroy(own.peer);
}

static void test_only_whole_requests_with_all_attributes_are_answered(void **state)
{
    (void)state;
    static const struct {
        unsigned flags;
        enum stun_verdict verdict;
    } cases[] = {
        {0, STUN_ACCEPTED},
        {TEST_PEER_CHECK_CONTROLLED, STUN_OBJECTED},
        {TEST_PEER_CHECK_UNKNOWN_REQUIRED, STUN_OBJECTED},
        {TEST_PEER_CHECK_NO_FINGERPRINT, STUN_REFUSED},
        {TEST_PEER_CHECK_NO_INTEGRITY, STUN_REFUSED},
        {TEST_PEER_CHECK_WRONG_USERNAME, STUN_REFUSED},
        {TEST_PEER_CHECK_WRONG_PASSWORD, STUN_REFUSED},
        {TEST_PEER_CHECK_WRONG_PASSWORD | TEST_PEER_CHECK_UNKNOWN_REQUIRED, STUN_REFUSED},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct own_check own;
        uint8_t reply[STUN_REPLY_SIZE_MAX];
        struct stun_check check = {0};
        make_own_check(&own, cases[i].flags);
        assert_int_equal(judge(own.bytes, own.size, &own.credentials, "192.0.2.1", reply, &check),
                         cases[i].verdict);
        /* An indication or a response is nothing that one answers. */
        static const uint8_t types[][2] = {{0, 0x11}, {1, 0x01}, {1, 0x11}, {0, 0x03}};
        for (size_t j = 0; j < ARRAY_LENGTH(types); j++) {
            memcpy(own.bytes, types[j], 2);
            assert_int_equal(
                judge(own.bytes, own.size, &own.credentials, "192.0.2.1", reply, &check),
                STUN_REFUSED);
        }
        test_peer_destroy(own.peer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_request_of_rfc_5769_is_authentic_at_every_offset),
        cmocka_unit_test(test_other_credentials_are_refused),
        cmocka_unit_test(test_every_changed_bit_and_every_missing_byte_is_refused),
        cmocka_unit_test(test_the_answer_maps_the_source_and_says_nothing_else),
        cmocka_unit_test(test_a_thousand_answers_are_equal_but_for_their_transaction),
        cmocka_unit_test(test_only_whole_requests_with_all_attributes_are_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
