#include "signaling/server/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cmocka.h>

static int connect_v4(const char *address, uint16_t port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, address, &at.sin_addr);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (struct sockaddr *)&at, sizeof(at)) < 0) {
        const int error = -errno;
        close(fd);
        return error;
    }
    return fd;
}

static int connect_v6(const char *address, uint16_t port)
{
    struct sockaddr_in6 at = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    inet_pton(AF_INET6, address, &at.sin6_addr);
    const int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (struct sockaddr *)&at, sizeof(at)) < 0) {
        const int error = -errno;
        close(fd);
        return error;
    }
    return fd;
}

/* libwebsockets 4.1.6 listens everywhere when it is told 127.0.0.1. */
static void it_listens_where_it_was_told_and_nowhere_else(void **state)
{
    (void)state;
    AUTO(listener) listener = NULL;
    assert_int_equal(listener_open_tcp("127.0.0.1", 0, &listener), 0);
    const uint16_t port = listener_port(listener);
    assert_int_not_equal(port, 0);
    const int here = connect_v4("127.0.0.1", port);
    assert_true(here >= 0);
    close(here);
    assert_int_equal(connect_v4("127.0.0.2", port), -ECONNREFUSED);
    assert_int_equal(connect_v6("::1", port), -ECONNREFUSED);

    AUTO(listener) v6 = NULL;
    assert_int_equal(listener_open_tcp("::1", 0, &v6), 0);
    assert_int_equal(connect_v4("127.0.0.1", listener_port(v6)), -ECONNREFUSED);
    const int there = connect_v6("::1", listener_port(v6));
    assert_true(there >= 0);
    close(there);
}

static void both_families_are_taken_on_request(void **state)
{
    (void)state;
    AUTO(listener) listener = NULL;
    assert_int_equal(listener_open_tcp("::", 0, &listener), 0);
    const int fds[] = {connect_v4("127.0.0.1", listener_port(listener)),
                       connect_v6("::1", listener_port(listener))};
    const char *const expected[] = {"127.0.0.1", "::1"};
    for (size_t i = 0; i < 2; i++) {
        char address[LISTENER_ADDRESS_SIZE];
        assert_true(fds[i] >= 0);
        const int accepted = listener_accept(listener, address);
        assert_true(accepted >= 0);
        assert_string_equal(address, expected[i]); /* a mapped IPv4 address is an IPv4 address */
        assert_true(fcntl(accepted, F_GETFL) & O_NONBLOCK);
        close(accepted);
        close(fds[i]);
    }
    char address[LISTENER_ADDRESS_SIZE];
    assert_int_equal(listener_accept(listener, address), -EAGAIN);
}

static void wrong_addresses_are_named(void **state)
{
    (void)state;
    AUTO(listener) listener = NULL;
    assert_int_equal(listener_open_tcp("localhost", 0, &listener), -EINVAL);
    assert_int_equal(listener_open_tcp("", 0, &listener), -EINVAL);
    assert_int_equal(listener_open_tcp("192.0.2.1", 0, &listener), -EADDRNOTAVAIL);
    assert_int_equal(listener_open_tcp("127.0.0.1", 0, &listener), 0);
    struct listener *second = NULL;
    assert_int_equal(listener_open_tcp("127.0.0.1", listener_port(listener), &second), -EADDRINUSE);
}

static void the_unix_socket_is_for_its_owner(void **state)
{
    (void)state;
    char folder[] = "/tmp/bedside-listener-XXXXXX";
    assert_non_null(mkdtemp(folder));
    char path[64];
    snprintf(path, sizeof(path), "%s/socket", folder);
    AUTO(listener) listener = NULL;
    assert_int_equal(listener_open_unix(path, &listener), 0);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    struct listener *second = NULL;
    assert_int_equal(listener_open_unix(path, &second), -EADDRINUSE);
    listener = listener_destroy(listener);
    assert_int_equal(stat(path, &status), -1);

    /* What a killed process leaves behind is replaced, a file that is no socket is not. */
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    strcpy(at.sun_path, path);
    const int dead = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(dead, (struct sockaddr *)&at, sizeof(at)), 0);
    close(dead);
    assert_int_equal(listener_open_unix(path, &listener), 0);
    listener = listener_destroy(listener);
    FILE *file = fopen(path, "w");
    fclose(file);
    assert_int_equal(listener_open_unix(path, &listener), -EADDRINUSE);
    unlink(path);
    rmdir(folder);
}

static void a_shortage_of_descriptors_is_survived(void **state)
{
    (void)state;
    AUTO(listener) listener = NULL;
    assert_int_equal(listener_open_tcp("127.0.0.1", 0, &listener), 0);
    const int client = connect_v4("127.0.0.1", listener_port(listener));
    assert_true(client >= 0);
    struct rlimit before;
    getrlimit(RLIMIT_NOFILE, &before);
    const int highest = dup(client); /* every number below it is taken */
    close(highest);
    const struct rlimit none_left = {.rlim_cur = (rlim_t)highest, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none_left), 0);
    char address[LISTENER_ADDRESS_SIZE];
    assert_int_equal(listener_accept(listener, address), -EMFILE);
    setrlimit(RLIMIT_NOFILE, &before);
    char byte;
    assert_int_equal(recv(client, &byte, 1, 0), 0); /* closed at once, not left waiting */
    close(client);
    const int next = connect_v4("127.0.0.1", listener_port(listener));
    const int accepted = listener_accept(listener, address);
    assert_true(accepted >= 0);
    close(accepted);
    close(next);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_listens_where_it_was_told_and_nowhere_else),
        cmocka_unit_test(both_families_are_taken_on_request),
        cmocka_unit_test(wrong_addresses_are_named),
        cmocka_unit_test(the_unix_socket_is_for_its_owner),
        cmocka_unit_test(a_shortage_of_descriptors_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
