#include "media/transport/source_limiter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct network_address address_of(const char *ip, uint16_t port)
{
    struct network_address address;
    assert_int_equal(network_address_parse(ip, port, &address), 0);
    return address;
}

static void test_a_source_is_muted_after_its_burst_and_heard_again_later(void **state)
{
    (void)state;
    AUTO(source_limiter) limiter = source_limiter_create(10, 5);
    const struct network_address bad = address_of("192.0.2.1", 1);
    const struct network_address bad_elsewhere = address_of("192.0.2.1", 2);
    const struct network_address good = address_of("192.0.2.2", 1);
    uint64_t now_us = 1000000000;
    for (unsigned i = 0; i < 5; i++) {
        source_limiter_charge(limiter, &bad, now_us);
        assert_true(source_limiter_allows(limiter, &bad, now_us));
    }
    source_limiter_charge(limiter, &bad, now_us);
    assert_false(source_limiter_allows(limiter, &bad, now_us));
    assert_false(source_limiter_allows(limiter, &bad_elsewhere, now_us));
    assert_true(source_limiter_allows(limiter, &good, now_us));
    assert_false(source_limiter_allows(limiter, &bad, now_us + 999999));
    now_us += 1000000;
    assert_true(source_limiter_allows(limiter, &bad, now_us));
    /* The bucket has filled to its burst, no further. */
    for (unsigned i = 0; i < 5; i++) {
        source_limiter_charge(limiter, &bad, now_us);
    }
    assert_true(source_limiter_allows(limiter, &bad, now_us));
    source_limiter_charge(limiter, &bad, now_us);
    assert_false(source_limiter_allows(limiter, &bad, now_us));
}

static void test_any_number_of_sources_fits(void **state)
{
    (void)state;
    AUTO(source_limiter) limiter = source_limiter_create(1, 1);
    struct network_address address = address_of("2001:db8::1", 1);
    for (unsigned i = 0; i < 100000; i++) {
        address.ip[13] = (uint8_t)(i >> 16);
        address.ip[14] = (uint8_t)(i >> 8);
        address.ip[15] = (uint8_t)i;
        source_limiter_charge(limiter, &address, 1000000);
        source_limiter_charge(limiter, &address, 1000000);
        assert_false(source_limiter_allows(limiter, &address, 1000000));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_source_is_muted_after_its_burst_and_heard_again_later),
        cmocka_unit_test(test_any_number_of_sources_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
