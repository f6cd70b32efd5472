#include "media/transport/udp_socket.h"

#include "gateway/base/clock.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

static struct network_address loopback(const struct udp_socket *socket)
{
    struct network_address address;
    assert_int_equal(network_address_parse("127.0.0.1", udp_socket_port(socket), &address), 0);
    return address;
}

/* Loopback delivers at once; the poll only waits for the kernel's other half. */
static size_t receive(struct udp_socket *socket, const struct udp_datagram **ret_datagrams)
{
    struct pollfd waiting = {.fd = udp_socket_fd(socket), .events = POLLIN};
    assert_int_equal(poll(&waiting, 1, 5000), 1);
    return udp_socket_receive(socket, ret_datagrams);
}

static void test_datagrams_arrive_in_order_whatever_their_sizes(void **state)
{
    (void)state;
    AUTO(udp_socket) from = NULL;
    AUTO(udp_socket) to = NULL;
    assert_int_equal(udp_socket_create("127.0.0.1", 0, &from), 0);
    assert_int_equal(udp_socket_create("::", 0, &to), 0);
    const struct network_address destination = loopback(to);
    /* Runs of equal size, a shorter end, a longer successor, an empty one: more than a queue and a
     * batch. */
    static const size_t sizes[] = {1200, 1200, 1200, 300, 300, 2048, 0, 1, 1200, 1200, 100, 1200};
    enum { COUNT = 700 };
    for (size_t i = 0; i < COUNT; i++) {
        uint8_t *slot = udp_socket_reserve(from);
        const size_t size = sizes[i % (sizeof(sizes) / sizeof(sizes[0]))];
        memset(slot, (int)(i & 0xff), size);
        udp_socket_commit(from, &destination, size);
    }
    udp_socket_flush(from);
    size_t received = 0;
    while (received < COUNT) {
        const struct udp_datagram *datagrams = NULL;
        const size_t count = receive(to, &datagrams);
        assert_in_range(count, 1, UDP_BATCH_SIZE);
        for (size_t i = 0; i < count; i++, received++) {
            const size_t size = sizes[received % (sizeof(sizes) / sizeof(sizes[0]))];
            assert_int_equal(datagrams[i].size, size);
            assert_int_equal(datagrams[i].source.port, udp_socket_port(from));
            assert_true(network_address_is_ipv4(&datagrams[i].source));
            if (size > 0) {
                assert_int_equal(datagrams[i].data[0], received & 0xff);
                assert_int_equal(datagrams[i].data[size - 1], received & 0xff);
            }
        }
    }
    assert_int_equal(udp_socket_statistics(from)->datagrams_sent, COUNT);
    assert_int_equal(udp_socket_statistics(from)->send_dropped, 0);
    assert_int_equal(udp_socket_statistics(to)->datagrams_received, COUNT);
    assert_int_equal(udp_socket_statistics(from)->bytes_sent,
                     udp_socket_statistics(to)->bytes_received);
    assert_true(udp_socket_statistics(from)->system_calls < 10);
}

static void test_a_refused_datagram_does_not_hold_up_the_others(void **state)
{
    (void)state;
    AUTO(udp_socket) from = NULL;
    AUTO(udp_socket) to = NULL;
    assert_int_equal(udp_socket_create("127.0.0.1", 0, &from), 0);
    assert_int_equal(udp_socket_create("127.0.0.1", 0, &to), 0);
    struct network_address good = loopback(to);
    struct network_address ipv6;  /* an IPv4 socket cannot reach it */
    struct network_address other; /* nor a socket bound to loopback this */
    assert_int_equal(network_address_parse("2001:db8::1", 9, &ipv6), 0);
    assert_int_equal(network_address_parse("192.0.2.1", 9, &other), 0);
    assert_int_equal(udp_socket_queue(from, &ipv6, "x", 1), 0);
    assert_int_equal(udp_socket_queue(from, &good, "first", 5), 0);
    assert_int_equal(udp_socket_queue(from, &other, "x", 1), 0);
    assert_int_equal(udp_socket_queue(from, &good, "second", 6), 0);
    udp_socket_flush(from);
    const struct udp_datagram *datagrams = NULL;
    assert_int_equal(receive(to, &datagrams), 2);
    assert_memory_equal(datagrams[0].data, "first", 5);
    assert_memory_equal(datagrams[1].data, "second", 6);
    assert_int_equal(udp_socket_statistics(from)->datagrams_sent, 2);
    assert_int_equal(udp_socket_statistics(from)->send_dropped, 2);
}

static void test_a_closed_peer_is_no_error(void **state)
{
    (void)state;
    AUTO(udp_socket) from = NULL;
    struct udp_socket *gone = NULL;
    assert_int_equal(udp_socket_create("127.0.0.1", 0, &from), 0);
    assert_int_equal(udp_socket_create("127.0.0.1", 0, &gone), 0);
    const struct network_address nobody = loopback(gone);
    const struct network_address self = loopback(from);
    gone = udp_socket_destroy(gone);
    for (unsigned i = 0; i < 10; i++) {
        assert_int_equal(udp_socket_queue(from, &nobody, "x", 1), 0);
        udp_socket_flush(from);
    }
    assert_int_equal(udp_socket_queue(from, &self, "alive", 5), 0);
    udp_socket_flush(from);
    const struct udp_datagram *datagrams = NULL;
    assert_int_equal(receive(from, &datagrams), 1);
    assert_memory_equal(datagrams[0].data, "alive", 5);
    assert_int_equal(udp_socket_receive(from, &datagrams), 0);
}

static void test_too_long_datagrams_are_dropped_whole(void **state)
{
    (void)state;
    AUTO(udp_socket) to = NULL;
    assert_int_equal(udp_socket_create("127.0.0.1", 0, &to), 0);
    const struct network_address destination = loopback(to);
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct sockaddr_storage name;
    const socklen_t size = network_address_to_sockaddr(&destination, AF_INET, &name);
    static uint8_t bytes[4000];
    assert_int_equal(sendto(fd, bytes, 2049, 0, (struct sockaddr *)&name, size), 2049);
    assert_int_equal(sendto(fd, bytes, 4000, 0, (struct sockaddr *)&name, size), 4000);
    assert_int_equal(sendto(fd, bytes, 2048, 0, (struct sockaddr *)&name, size), 2048);
    close(fd);
    const struct udp_datagram *datagrams = NULL;
    assert_int_equal(receive(to, &datagrams), 1);
    assert_int_equal(datagrams[0].size, 2048);
    assert_int_equal(udp_socket_statistics(to)->datagrams_truncated, 2);
    assert_int_equal(udp_socket_queue(to, &destination, bytes, 2049), -EMSGSIZE);
}

static void test_addresses_that_cannot_be_bound_are_errors(void **state)
{
    (void)state;
    AUTO(udp_socket) first = NULL;
    struct udp_socket *second = NULL;
    assert_int_equal(udp_socket_create("127.0.0.1", 0, &first), 0);
    assert_int_equal(udp_socket_create("127.0.0.1", udp_socket_port(first), &second), -EADDRINUSE);
    assert_int_equal(udp_socket_create("192.0.2.1", 0, &second), -EADDRNOTAVAIL);
    assert_int_equal(udp_socket_create("eth0", 0, &second), -EINVAL);
    assert_null(second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_datagrams_arrive_in_order_whatever_their_sizes),
        cmocka_unit_test(test_a_refused_datagram_does_not_hold_up_the_others),
        cmocka_unit_test(test_a_closed_peer_is_no_error),
        cmocka_unit_test(test_too_long_datagrams_are_dropped_whole),
        cmocka_unit_test(test_addresses_that_cannot_be_bound_are_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
