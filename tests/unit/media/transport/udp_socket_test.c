#include "media/transport/udp_socket.h"

#include <errno.h>
#include <netinet/udp.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
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
}

static void test_more_than_a_batch_comes_in_batches(void **state)
{
    (void)state;
    AUTO(udp_socket) to = NULL;
    assert_int_equal(udp_socket_create("::", 0, &to), 0); /* both families */
    const struct network_address destination = loopback(to);
    struct sockaddr_storage name;
    const socklen_t size = network_address_to_sockaddr(&destination, AF_INET, &name);
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    enum { COUNT = UDP_BATCH_SIZE + 10 };
    for (uint8_t i = 0; i < COUNT; i++) {
        assert_int_equal(sendto(fd, &i, 1, 0, (struct sockaddr *)&name, size), 1);
    }
    size_t received = 0;
    while (received < COUNT) {
        const struct udp_datagram *datagrams = NULL;
        const size_t count = receive(to, &datagrams);
        assert_in_range(count, 1, UDP_BATCH_SIZE);
        for (size_t i = 0; i < count; i++, received++) {
            assert_int_equal(datagrams[i].size, 1);
            assert_int_equal(datagrams[i].data[0], received);
            assert_true(network_address_is_ipv4(&datagrams[i].source));
        }
    }
    close(fd);
    assert_int_equal(udp_socket_statistics(to)->datagrams_received, COUNT);
    assert_int_equal(udp_socket_statistics(to)->system_calls, 2);
}

/* Where the kernel takes runs apart before they are received, this holds as well. */
static void test_a_run_is_cut_into_its_datagrams(void **state)
{
    static const struct {
        int segment_size;
        size_t size;
        size_t datagrams;
        size_t last_size;
    } runs[] = {
        {1200, 6000, 5, 1200}, {1200, 3601, 4, 1}, {100, 6400, 64, 100}, {2100, 4201, 1, 1}};
    (void)state;
    AUTO(udp_socket) to = NULL;
    assert_int_equal(udp_socket_create("127.0.0.1", 0, &to), 0);
    const struct network_address destination = loopback(to);
    struct sockaddr_storage name;
    const socklen_t size = network_address_to_sockaddr(&destination, AF_INET, &name);
    uint8_t bytes[6400];
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (uint8_t)(i * 7 >> 3);
    }
    for (size_t r = 0; r < ARRAY_LENGTH(runs); r++) {
        const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        const size_t segment_size = (size_t)runs[r].segment_size;
        assert_int_equal(setsockopt(fd, SOL_UDP, UDP_SEGMENT, &runs[r].segment_size, sizeof(int)),
                         0);
        assert_int_equal(sendto(fd, bytes, runs[r].size, 0, (struct sockaddr *)&name, size),
                         runs[r].size);
        close(fd);
        size_t received = 0;
        while (received < runs[r].datagrams) {
            const struct udp_datagram *datagrams = NULL;
            const size_t count = receive(to, &datagrams);
            for (size_t i = 0; i < count; i++, received++) {
                const bool is_last = received + 1 == runs[r].datagrams;
                const size_t begin =
                    is_last ? runs[r].size - runs[r].last_size : received * segment_size;
                assert_int_equal(datagrams[i].size, is_last ? runs[r].last_size : segment_size);
                assert_memory_equal(datagrams[i].data, bytes + begin, datagrams[i].size);
            }
        }
        assert_int_equal(received, runs[r].datagrams);
    }
    /* 2100 bytes are too long: of that run only the last byte is left. */
    assert_int_equal(udp_socket_statistics(to)->datagrams_truncated, 2);
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
        cmocka_unit_test(test_more_than_a_batch_comes_in_batches),
        cmocka_unit_test(test_too_long_datagrams_are_dropped_whole),
        cmocka_unit_test(test_a_run_is_cut_into_its_datagrams),
        cmocka_unit_test(test_addresses_that_cannot_be_bound_are_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
