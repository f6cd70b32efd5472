#include "media/transport/consent_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* RFC 5769, 2.2. */
static const uint8_t rfc5769_response[] =
    "\x01\x01\x00\x3c\x21\x12\xa4\x42\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae"
    "\x80\x22\x00\x0btest vector "
    "\x00\x20\x00\x08\x00\x01\xa1\x47\xe1\x12\xa6\x43"
    "\x00\x08\x00\x14\x2b\x91\xf5\x99\xfd\x9e\x90\xc3\x8c\x74\x89\xf9\x2a\xf9\xba\x53\xf0\x6b\xe7"
    "\xd7"
    "\x80\x28\x00\x04\xc0\x7d\x4c\x96";
#define RFC5769_SIZE (sizeof(rfc5769_response) - 1)
#define RFC5769_TRANSACTION (rfc5769_response + 8)

static const struct stun_credentials credentials = {.local_ufrag = "evtj",
                                                    .local_pwd = "ours",
                                                    .remote_ufrag = "h6vY",
                                                    .remote_pwd = "VOkJxbRl1RmTxUk/WvJxBt"};

static bool believes(const struct stun_credentials *of, const uint8_t *transaction,
                     const uint8_t *data, size_t size)
{
    AUTO(consent_checker) checker = consent_checker_create();
    return consent_checker_believes(checker, of, transaction, data, size);
}

static void test_the_response_of_rfc_5769_is_believed_at_every_offset(void **state)
{
    (void)state;
    for (size_t offset = 0; offset < 8; offset++) {
        AUTO_FREE uint8_t *buffer = malloc(RFC5769_SIZE + offset);
        memcpy(buffer + offset, rfc5769_response, RFC5769_SIZE);
        assert_true(believes(&credentials, RFC5769_TRANSACTION, buffer + offset, RFC5769_SIZE));
    }
}

static void test_every_changed_bit_and_every_missing_byte_is_refused(void **state)
{
    (void)state;
    for (size_t bit = 0; bit < 8 * RFC5769_SIZE; bit++) {
        uint8_t changed[RFC5769_SIZE];
        memcpy(changed, rfc5769_response, RFC5769_SIZE);
        changed[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(believes(&credentials, RFC5769_TRANSACTION, changed, RFC5769_SIZE));
        assert_false(believes(&credentials, changed + 8, changed, RFC5769_SIZE));
    }
    for (size_t size = 0; size < RFC5769_SIZE; size++) {
        AUTO_FREE uint8_t *cut = malloc(size + 1);
        memcpy(cut, rfc5769_response, size);
        assert_false(believes(&credentials, RFC5769_TRANSACTION, cut, size));
    }
}

static void test_another_transaction_or_password_is_refused(void **state)
{
    (void)state;
    static const uint8_t another[CONSENT_TRANSACTION_SIZE] = {1};
    static const char *const passwords[] = {"VOkJxbRl1RmTxUk/WvJxBT", "ours", "", NULL};
    assert_false(believes(&credentials, another, rfc5769_response, RFC5769_SIZE));
    for (size_t i = 0; i < ARRAY_LENGTH(passwords); i++) {
        struct stun_credentials other = credentials;
        other.remote_pwd = passwords[i];
        assert_false(believes(&other, RFC5769_TRANSACTION, rfc5769_response, RFC5769_SIZE));
    }
}

static void test_a_request_is_small_the_same_each_time_and_needs_a_password(void **state)
{
    (void)state;
    static const uint8_t transaction[CONSENT_TRANSACTION_SIZE] = {1, 2, 3};
    uint8_t first[CONSENT_REQUEST_SIZE_MAX];
    uint8_t again[CONSENT_REQUEST_SIZE_MAX];
    AUTO(consent_checker) checker = consent_checker_create();
    const size_t size = consent_checker_write(checker, &credentials, transaction, first);
    /* Header, PRIORITY, ICE-CONTROLLED, USERNAME of 9 characters, integrity, fingerprint. */
    assert_int_equal(size, 20 + 8 + 12 + 16 + 24 + 8);
    assert_memory_equal(first, "\x00\x01", 2);
    assert_memory_equal(first + 8, transaction, sizeof(transaction));
    assert_non_null(memmem(first, size, "h6vY:evtj", 9));
    /* More often than libnice's agent has places for what it sent. */
    for (unsigned i = 0; i < 1000; i++) {
        assert_int_equal(consent_checker_write(checker, &credentials, transaction, again), size);
        assert_memory_equal(again, first, size);
    }
    struct stun_credentials without = credentials;
    without.remote_pwd = "";
    assert_int_equal(consent_checker_write(checker, &without, transaction, again), 0);
}

static void test_the_longest_credentials_fit(void **state)
{
    (void)state;
    static const uint8_t transaction[CONSENT_TRANSACTION_SIZE] = {1};
    char longest[257];
    memset(longest, 'a', 256);
    longest[256] = '\0';
    const struct stun_credentials of = {
        .local_ufrag = longest, .remote_ufrag = longest, .remote_pwd = longest};
    uint8_t request[CONSENT_REQUEST_SIZE_MAX];
    AUTO(consent_checker) checker = consent_checker_create();
    assert_int_equal(consent_checker_write(checker, &of, transaction, request),
                     20 + 8 + 12 + 4 + 516 + 24 + 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_response_of_rfc_5769_is_believed_at_every_offset),
        cmocka_unit_test(test_every_changed_bit_and_every_missing_byte_is_refused),
        cmocka_unit_test(test_another_transaction_or_password_is_refused),
        cmocka_unit_test(test_a_request_is_small_the_same_each_time_and_needs_a_password),
        cmocka_unit_test(test_the_longest_credentials_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
