#include "media/transport/udp_socket.h"

#include "gateway/base/allocate.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdbool.h>
#include <string.h>

#define SEND_SLOTS 256
#define KERNEL_BUFFER_BYTES (4 * 1024 * 1024)
/* The kernel's UDP_MAX_SEGMENTS is 64 in the oldest kernels that have UDP_SEGMENT; a run must also
 * fit into one IP datagram's length field. */
#define RUN_SEGMENTS_MAX 32
#define RUN_BYTES_MAX 60000

struct send_slot {
    struct network_address destination;
    size_t size;
};

struct run_control {
    _Alignas(struct cmsghdr) uint8_t bytes[CMSG_SPACE(sizeof(uint16_t))];
};

/* What one sendmmsg message needs besides the bytes. */
struct send_run {
    struct sockaddr_storage destination;
    struct run_control control;
    size_t first_slot;
    size_t slot_count;
};

struct udp_socket {
    int fd;
    int family;
    uint16_t port;
    bool segmentation; /* UDP_SEGMENT was not refused yet */
    struct udp_socket_statistics statistics;

    struct udp_datagram received[UDP_BATCH_SIZE];
    struct sockaddr_storage sources[UDP_BATCH_SIZE];
    struct iovec receive_vectors[UDP_BATCH_SIZE];
    struct mmsghdr receive_messages[UDP_BATCH_SIZE];

    size_t queued;
    struct send_slot slots[SEND_SLOTS];
    struct iovec send_vectors[SEND_SLOTS];
    struct send_run runs[SEND_SLOTS];
    struct mmsghdr send_messages[SEND_SLOTS];

    _Alignas(16) uint8_t receive_buffers[UDP_BATCH_SIZE][UDP_DATAGRAM_SIZE_MAX];
    _Alignas(16) uint8_t send_buffers[SEND_SLOTS][UDP_DATAGRAM_SIZE_MAX];
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
    int segment = 0;
    socklen_t segment_size = sizeof(segment);
    socket->segmentation =
        getsockopt(socket->fd, SOL_UDP, UDP_SEGMENT, &segment, &segment_size) == 0;
    for (size_t i = 0; i < UDP_BATCH_SIZE; i++) {
        socket->receive_vectors[i] = (struct iovec){.iov_base = socket->receive_buffers[i],
                                                    .iov_len = UDP_DATAGRAM_SIZE_MAX};
    }
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
    for (size_t i = 0; i < UDP_BATCH_SIZE; i++) {
        socket->receive_messages[i].msg_hdr =
            (struct msghdr){.msg_name = &socket->sources[i],
                            .msg_namelen = sizeof(socket->sources[i]),
                            .msg_iov = &socket->receive_vectors[i],
                            .msg_iovlen = 1};
    }
    /* An ICMP error of an earlier send is reported by one call and then gone: it costs the others
     * nothing. */
    for (unsigned attempt = 0; attempt < UDP_BATCH_SIZE; attempt++) {
        socket->statistics.system_calls++;
        const int count = recvmmsg(socket->fd, socket->receive_messages, UDP_BATCH_SIZE, 0, NULL);
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

size_t udp_socket_receive(struct udp_socket *socket, const struct udp_datagram **ret_datagrams)
{
    const int count = receive_batch(socket);
    size_t accepted = 0;
    for (int i = 0; i < count; i++) {
        const struct mmsghdr *message = &socket->receive_messages[i];
        struct udp_datagram *datagram = &socket->received[accepted];
        if (message->msg_hdr.msg_flags & MSG_TRUNC) {
            socket->statistics.datagrams_truncated++;
            continue;
        }
        if (network_address_from_sockaddr(&socket->sources[i], &datagram->source) < 0) {
            continue;
        }
        datagram->data = socket->receive_buffers[i];
        datagram->size = message->msg_len;
        socket->statistics.datagrams_received++;
        socket->statistics.bytes_received += message->msg_len;
        accepted++;
    }
    *ret_datagrams = socket->received;
    return accepted;
}

/* ---- sending ---- */

uint8_t *udp_socket_reserve(struct udp_socket *socket)
{
    if (socket->queued == SEND_SLOTS) {
        udp_socket_flush(socket);
    }
    return socket->send_buffers[socket->queued];
}

void udp_socket_commit(struct udp_socket *socket, const struct network_address *destination,
                       size_t size)
{
    assert(socket->queued < SEND_SLOTS && size <= UDP_DATAGRAM_SIZE_MAX);
    socket->slots[socket->queued] = (struct send_slot){.destination = *destination, .size = size};
    socket->queued++;
}

int udp_socket_queue(struct udp_socket *socket, const struct network_address *destination,
                     const void *bytes, size_t size)
{
    if (size > UDP_DATAGRAM_SIZE_MAX) {
        return -EMSGSIZE;
    }
    memcpy(udp_socket_reserve(socket), bytes, size);
    udp_socket_commit(socket, destination, size);
    return 0;
}

/* How many slots from `first` on go to one destination with one size; the last may be shorter. */
static size_t run_length(const struct udp_socket *socket, size_t first)
{
    const struct send_slot *head = &socket->slots[first];
    size_t bytes = head->size;
    size_t count = 1;
    while (socket->segmentation && first + count < socket->queued && count < RUN_SEGMENTS_MAX) {
        const struct send_slot *next = &socket->slots[first + count];
        if (next->size == 0 || next->size > head->size || bytes + next->size > RUN_BYTES_MAX ||
            !network_address_equal(&next->destination, &head->destination)) {
            break;
        }
        bytes += next->size;
        count++;
        if (next->size < head->size) {
            break;
        }
    }
    return count;
}

static void attach_segment_size(struct msghdr *header, struct run_control *control, size_t size)
{
    memset(control, 0, sizeof(*control));
    header->msg_control = control->bytes;
    header->msg_controllen = sizeof(control->bytes);
    struct cmsghdr *message = CMSG_FIRSTHDR(header);
    message->cmsg_level = SOL_UDP;
    message->cmsg_type = UDP_SEGMENT;
    message->cmsg_len = CMSG_LEN(sizeof(uint16_t));
    const uint16_t segment_size = (uint16_t)size;
    memcpy(CMSG_DATA(message), &segment_size, sizeof(segment_size));
}

/* Returns how many messages the slots from `first` on became. */
static size_t prepare_messages(struct udp_socket *socket, size_t first)
{
    size_t count = 0;
    while (first < socket->queued) {
        const size_t slots = run_length(socket, first);
        struct send_run *run = &socket->runs[count];
        struct msghdr *header = &socket->send_messages[count].msg_hdr;
        run->first_slot = first;
        run->slot_count = slots;
        *header = (struct msghdr){.msg_name = &run->destination,
                                  .msg_iov = &socket->send_vectors[first],
                                  .msg_iovlen = slots};
        header->msg_namelen = network_address_to_sockaddr(&socket->slots[first].destination,
                                                          socket->family, &run->destination);
        for (size_t i = first; i < first + slots; i++) {
            socket->send_vectors[i] = (struct iovec){.iov_base = socket->send_buffers[i],
                                                     .iov_len = socket->slots[i].size};
        }
        if (slots > 1) {
            attach_segment_size(header, &run->control, socket->slots[first].size);
        }
        first += slots;
        count++;
    }
    return count;
}

static void count_sent(struct udp_socket *socket, const struct send_run *run)
{
    socket->statistics.datagrams_sent += run->slot_count;
    for (size_t i = 0; i < run->slot_count; i++) {
        socket->statistics.bytes_sent += socket->slots[run->first_slot + i].size;
    }
}

void udp_socket_flush(struct udp_socket *socket)
{
    size_t count = prepare_messages(socket, 0);
    size_t done = 0;
    while (done < count) {
        socket->statistics.system_calls++;
        const int sent =
            sendmmsg(socket->fd, socket->send_messages + done, (unsigned)(count - done), 0);
        if (sent > 0) {
            for (int i = 0; i < sent; i++) {
                count_sent(socket, &socket->runs[done + (size_t)i]);
            }
            done += (size_t)sent;
            continue;
        }
        const struct send_run *run = &socket->runs[done];
        if (errno == EINTR) {
            continue;
        }
        if (run->slot_count > 1 && (errno == EINVAL || errno == EIO || errno == EOPNOTSUPP)) {
            /* This path cannot segment: the same slots go one by one, and so does all that follows.
             */
            socket->segmentation = false;
            count = prepare_messages(socket, run->first_slot);
            done = 0;
            continue;
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS) {
            /* The kernel's buffer is full, and media that waits is media too late. */
            socket->statistics.send_dropped += socket->queued - run->first_slot;
            break;
        }
        socket->statistics.send_dropped += run->slot_count;
        done++;
    }
    socket->queued = 0;
}
