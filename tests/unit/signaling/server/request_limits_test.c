#include "signaling/server/request_limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void sockets_are_counted_per_address(void **state)
{
    (void)state;
    AUTO(request_limits) limits = request_limits_create(100, 2);
    assert_true(request_limits_add_socket(limits, "192.0.2.1"));
    assert_true(request_limits_add_socket(limits, "192.0.2.1"));
    assert_false(request_limits_add_socket(limits, "192.0.2.1"));
    assert_true(request_limits_add_socket(limits, "2001:db8::1"));
    request_limits_remove_socket(limits, "192.0.2.1");
    assert_int_equal(request_limits_sockets(limits, "192.0.2.1"), 1);
    assert_true(request_limits_add_socket(limits, "192.0.2.1"));
}

static void attempts_have_a_burst_and_a_rate(void **state)
{
    (void)state;
    AUTO(request_limits) limits = request_limits_create(100, 2);
    uint64_t now_us = 1000000;
    for (unsigned i = 0; i < REQUEST_LIMITS_ATTEMPTS_BURST; i++) {
        assert_true(request_limits_take_attempt(limits, "192.0.2.1", now_us));
    }
    assert_false(request_limits_take_attempt(limits, "192.0.2.1", now_us));
    assert_true(
        request_limits_take_attempt(limits, "192.0.2.2", now_us)); /* others are not held up */
    now_us += 1000000;
    for (unsigned i = 0; i < REQUEST_LIMITS_ATTEMPTS_PER_SECOND; i++) {
        assert_true(request_limits_take_attempt(limits, "192.0.2.1", now_us));
    }
    assert_false(request_limits_take_attempt(limits, "192.0.2.1", now_us));
}

static void memory_is_bounded_and_given_back(void **state)
{
    (void)state;
    AUTO(request_limits) limits = request_limits_create(3, 1);
    char address[32];
    for (unsigned i = 0; i < 3; i++) {
        snprintf(address, sizeof(address), "192.0.2.%u", i);
        assert_true(request_limits_add_socket(limits, address));
    }
    /* No room for more addresses: strangers share one entry. */
    assert_true(request_limits_add_socket(limits, "198.51.100.1"));
    assert_false(request_limits_add_socket(limits, "198.51.100.2"));
    request_limits_remove_socket(limits, "198.51.100.1");
    assert_true(request_limits_add_socket(limits, "198.51.100.2"));
    request_limits_remove_socket(limits, "198.51.100.2");
    request_limits_remove_socket(limits, "192.0.2.0");
    request_limits_sweep(limits, 1);
    assert_true(request_limits_add_socket(limits, "198.51.100.3"));
    assert_int_equal(request_limits_sockets(limits, "198.51.100.3"), 1);
}

static void an_address_is_remembered_until_its_bucket_is_full(void **state)
{
    (void)state;
    AUTO(request_limits) limits = request_limits_create(3, 1);
    uint64_t now_us = 1000000;
    for (unsigned i = 0; i < REQUEST_LIMITS_ATTEMPTS_BURST; i++) {
        request_limits_take_attempt(limits, "192.0.2.1", now_us);
    }
    request_limits_sweep(limits, now_us + 1000);
    assert_false(request_limits_take_attempt(limits, "192.0.2.1",
                                             now_us + 1000)); /* a sweep forgives nothing */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sockets_are_counted_per_address),
        cmocka_unit_test(attempts_have_a_burst_and_a_rate),
        cmocka_unit_test(memory_is_bounded_and_given_back),
        cmocka_unit_test(an_address_is_remembered_until_its_bucket_is_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
