#include "media/transport/udp_socket.h"

#include "gateway/base/allocate.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdbool.h>
#include <string.h>

#define KERNEL_BUFFER_BYTES (4 * 1024 * 1024)
#define RUN_BYTES_MAX 65535
/* The kernel makes runs of at most 64; on one machine a sender may make longer ones. */
#define DATAGRAMS_MAX (UDP_BATCH_SIZE * 64)

struct receive_control {
    _Alignas(struct cmsghdr) uint8_t bytes[CMSG_SPACE(sizeof(int))];
};

struct udp_socket {
    int fd;
    int family;
    uint16_t port;
    struct udp_socket_statistics statistics;

    bool batch_was_full;
    size_t received_count;
    struct udp_datagram received[DATAGRAMS_MAX];
    struct sockaddr_storage sources[UDP_BATCH_SIZE];
    struct iovec vectors[UDP_BATCH_SIZE];
    struct receive_control controls[UDP_BATCH_SIZE];
    struct mmsghdr messages[UDP_BATCH_SIZE];

    /* Of these only what is written becomes real memory. */
    _Alignas(16) uint8_t buffers[UDP_BATCH_SIZE][RUN_BYTES_MAX + 1];
};

static int open_socket(const struct network_address *address, bool dual_stack, int *ret_family)
{
    /* An IPv4 address gets an IPv4 socket, which also works where IPv6 is switched off. */
    const int family = network_address_is_ipv4(address) ? AF_INET : AF_INET6;
    AUTO_CLOSE int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -errno;
    }
    const int only_ipv6 = dual_stack ? 0 : 1;
    if (family == AF_INET6 &&
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only_ipv6, sizeof(only_ipv6)) < 0) {
        return -errno;
    }
    /* Less than asked for is what net.core.[rw]mem_max allows, and no reason not to start. */
    const int buffer_bytes = KERNEL_BUFFER_BYTES;
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof(buffer_bytes));
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer_bytes, sizeof(buffer_bytes));
    const int runs = 1; /* a kernel before 5.0 hands out datagrams one by one */
    (void)setsockopt(fd, SOL_UDP, UDP_GRO, &runs, sizeof(runs));

    struct sockaddr_storage name;
    const socklen_t name_size = network_address_to_sockaddr(address, family, &name);
    if (bind(fd, (const struct sockaddr *)&name, name_size) < 0) {
        return -errno;
    }
    *ret_family = family;
    const int result = fd;
    fd = -1;
    return result;
}

static int bound_port(int fd, uint16_t *ret_port)
{
    struct sockaddr_storage name;
    socklen_t size = sizeof(name);
    struct network_address address;
    if (getsockname(fd, (struct sockaddr *)&name, &size) < 0) {
        return -errno;
    }
    const int error = network_address_from_sockaddr(&name, &address);
    if (error == 0) {
        *ret_port = address.port;
    }
    return error;
}

static void prepare_receiving(struct udp_socket *socket)
{
    for (size_t i = 0; i < UDP_BATCH_SIZE; i++) {
        socket->vectors[i] =
            (struct iovec){.iov_base = socket->buffers[i], .iov_len = RUN_BYTES_MAX};
        socket->messages[i].msg_hdr =
            (struct msghdr){.msg_name = &socket->sources[i],
                            .msg_namelen = sizeof(socket->sources[i]),
                            .msg_iov = &socket->vectors[i],
                            .msg_iovlen = 1,
                            .msg_control = socket->controls[i].bytes,
                            .msg_controllen = sizeof(socket->controls[i].bytes)};
    }
}

int udp_socket_create(const char *address, uint16_t port, struct udp_socket **ret_socket)
{
    struct network_address local;
    const int parsed = network_address_parse(address, port, &local);
    if (parsed < 0) {
        return parsed;
    }
    int family = AF_UNSPEC;
    AUTO_CLOSE int fd = open_socket(&local, strcmp(address, "::") == 0, &family);
    if (fd < 0) {
        return fd;
    }
    uint16_t chosen_port = 0;
    const int named = bound_port(fd, &chosen_port);
    if (named < 0) {
        return named;
    }
    struct udp_socket *socket = allocate_zeroed(1, sizeof(*socket));
    socket->fd = fd;
    fd = -1;
    socket->family = family;
    socket->port = chosen_port;
    prepare_receiving(socket);
    *ret_socket = socket;
    return 0;
}

struct udp_socket *udp_socket_destroy(struct udp_socket *socket)
{
    if (socket) {
        close(socket->fd);
        free(socket);
    }
    return NULL;
}

int udp_socket_fd(const struct udp_socket *socket)
{
    return socket->fd;
}

int udp_socket_family(const struct udp_socket *socket)
{
    return socket->family;
}

uint16_t udp_socket_port(const struct udp_socket *socket)
{
    return socket->port;
}

const struct udp_socket_statistics *udp_socket_statistics(const struct udp_socket *socket)
{
    return &socket->statistics;
}

/* ---- receiving ---- */

static int receive_batch(struct udp_socket *socket)
{
    /* An ICMP error of an earlier send is reported by one call and then gone: it costs the others
     * nothing. */
    for (unsigned attempt = 0; attempt < UDP_BATCH_SIZE; attempt++) {
        socket->statistics.system_calls++;
        const int count = recvmmsg(socket->fd, socket->messages, UDP_BATCH_SIZE, 0, NULL);
        if (count >= 0) {
            return count;
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return 0;
        }
        if (errno != EINTR) {
            socket->statistics.receive_errors++;
        }
    }
    return 0;
}

/* Of a run all datagrams have one size but the last, which may be shorter. */
static size_t segment_size_of(struct msghdr *header, size_t size)
{
    const struct cmsghdr *control = CMSG_FIRSTHDR(header);
    int segment_size = 0;
    if (control && control->cmsg_level == SOL_UDP && control->cmsg_type == UDP_GRO) {
        memcpy(&segment_size, CMSG_DATA(control), sizeof(segment_size));
    }
    return segment_size > 0 ? (size_t)segment_size : size;
}

static void accept_datagram(struct udp_socket *socket, const uint8_t *data, size_t size,
                            const struct network_address *source)
{
    if (size > UDP_DATAGRAM_SIZE_MAX || socket->received_count == DATAGRAMS_MAX) {
        socket->statistics.datagrams_truncated++;
        return;
    }
    socket->received[socket->received_count++] =
        (struct udp_datagram){.data = data, .size = size, .source = *source};
    socket->statistics.datagrams_received++;
    socket->statistics.bytes_received += size;
}

static void accept_message(struct udp_socket *socket, size_t index)
{
    struct mmsghdr *message = &socket->messages[index];
    const uint8_t *data = socket->buffers[index];
    const size_t size = message->msg_len;
    struct network_address source;
    if (network_address_from_sockaddr(&socket->sources[index], &source) < 0) {
        return;
    }
    const size_t segment_size = segment_size_of(&message->msg_hdr, size);
    size_t at = 0;
    do { /* an empty datagram is one, too */
        const size_t left = size - at;
        const size_t length = left < segment_size ? left : segment_size;
        accept_datagram(socket, data + at, length, &source);
        at += length;
    } while (at < size);
}

size_t udp_socket_receive(struct udp_socket *socket, const struct udp_datagram **ret_datagrams)
{
    const int count = receive_batch(socket);
    socket->batch_was_full = count == UDP_BATCH_SIZE;
    socket->received_count = 0;
    for (int i = 0; i < count; i++) {
        struct msghdr *header = &socket->messages[i].msg_hdr;
        accept_message(socket, (size_t)i);
        header->msg_namelen = sizeof(socket->sources[i]); /* for the next time */
        header->msg_controllen = sizeof(socket->controls[i].bytes);
    }
    *ret_datagrams = socket->received;
    return socket->received_count;
}

bool udp_socket_has_more(const struct udp_socket *socket)
{
    return socket->batch_was_full;
}
