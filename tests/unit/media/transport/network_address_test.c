#include "media/transport/network_address.h"

#include "gateway/base/cleanup.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void test_ipv4_has_one_form_whichever_socket_it_came_through(void **state)
{
    (void)state;
    struct sockaddr_storage native = {0};
    struct sockaddr_storage mapped = {0};
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(4711)};
    struct sockaddr_in6 in6 = {
        .sin6_family = AF_INET6, .sin6_port = htons(4711), .sin6_scope_id = 3};
    inet_pton(AF_INET, "192.0.2.7", &in.sin_addr);
    inet_pton(AF_INET6, "::ffff:192.0.2.7", &in6.sin6_addr);
    memcpy(&native, &in, sizeof(in));
    memcpy(&mapped, &in6, sizeof(in6));
    struct network_address a;
    struct network_address b;
    struct network_address c;
    assert_int_equal(network_address_from_sockaddr(&native, &a), 0);
    assert_int_equal(network_address_from_sockaddr(&mapped, &b), 0);
    assert_int_equal(network_address_parse("192.0.2.7", 4711, &c), 0);
    assert_true(network_address_equal(&a, &b));
    assert_true(network_address_equal(&a, &c));
    assert_true(network_address_is_ipv4(&a));

    struct sockaddr_storage to;
    assert_int_equal(network_address_to_native_sockaddr(&b, &to), sizeof(in));
    assert_memory_equal(&to, &in, sizeof(in));
    assert_int_equal(network_address_to_sockaddr(&a, AF_INET, &to), sizeof(in));
    assert_memory_equal(&to, &in, sizeof(in));
    in6.sin6_scope_id = 0;
    assert_int_equal(network_address_to_sockaddr(&a, AF_INET6, &to), sizeof(in6));
    assert_memory_equal(&to, &in6, sizeof(in6));
}

static void test_ipv6_goes_there_and_back(void **state)
{
    (void)state;
    struct network_address address;
    struct network_address again;
    struct sockaddr_storage to;
    assert_int_equal(network_address_parse("2001:db8::1", 9, &address), 0);
    assert_false(network_address_is_ipv4(&address));
    assert_int_equal(network_address_to_sockaddr(&address, AF_INET, &to), 0);
    assert_int_equal(network_address_to_native_sockaddr(&address, &to),
                     sizeof(struct sockaddr_in6));
    assert_int_equal(network_address_from_sockaddr(&to, &again), 0);
    assert_true(network_address_equal(&address, &again));
    again.port++;
    assert_false(network_address_equal(&address, &again));
}

static void test_the_scope_counts_for_link_local_addresses_alone(void **state)
{
    (void)state;
    static const struct {
        const char *ip;
        uint32_t scope;
    } cases[] = {{"fe80::1", 3}, {"2001:db8::1", 0}};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_scope_id = 3};
        struct sockaddr_storage from = {0};
        struct network_address address;
        inet_pton(AF_INET6, cases[i].ip, &in6.sin6_addr);
        memcpy(&from, &in6, sizeof(in6));
        assert_int_equal(network_address_from_sockaddr(&from, &address), 0);
        assert_int_equal(address.scope_id, cases[i].scope);
    }
}

static void test_what_is_no_address_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "localhost", "1.2.3", "1.2.3.4:5", "[::1]", "::g"};
    struct network_address address;
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        assert_int_equal(network_address_parse(texts[i], 1, &address), -EINVAL);
    }
    const struct sockaddr_storage unix_socket = {.ss_family = AF_UNIX};
    assert_int_equal(network_address_from_sockaddr(&unix_socket, &address), -EAFNOSUPPORT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ipv4_has_one_form_whichever_socket_it_came_through),
        cmocka_unit_test(test_ipv6_goes_there_and_back),
        cmocka_unit_test(test_the_scope_counts_for_link_local_addresses_alone),
        cmocka_unit_test(test_what_is_no_address_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
