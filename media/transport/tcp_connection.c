#include "media/transport/tcp_connection.h"

#include "gateway/base/allocate.h"
#include "media/transport/tcp_framing.h"
#include "media/transport/tcp_outbox.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define UNSENT_BYTES_MAX 8192 /* in the kernel, beyond what is on its way */

_Static_assert(TCP_CONNECTION_SCRATCH_SIZE >= 4 * TCP_FRAMING_SIZE_MAX, "some frames at once");

struct tcp_connection {
    int fd;
    struct tcp_outbox *outbox; /* owned; NULL: nothing was sent yet */
    size_t partial_size;       /* of a frame that has begun */
    uint8_t partial[TCP_FRAMING_SIZE_MAX];
};

struct tcp_connection *tcp_connection_create(int fd)
{
    struct tcp_connection *connection = allocate_zeroed(1, sizeof(*connection));
    const int at_once = 1;
    const int unsent_bytes = UNSENT_BYTES_MAX;
    connection->fd = fd;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof(at_once));
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent_bytes, sizeof(unsent_bytes));
    return connection;
}

struct tcp_connection *tcp_connection_destroy(struct tcp_connection *connection, bool abruptly)
{
    if (!connection) {
        return NULL;
    }
    if (abruptly) {
        const struct linger reset = {.l_onoff = 1, .l_linger = 0};
        (void)setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
    } else {
        (void)tcp_connection_flush(connection);
    }
    close(connection->fd);
    tcp_outbox_destroy(connection->outbox);
    free(connection);
    return NULL;
}

int tcp_connection_fd(const struct tcp_connection *connection)
{
    return connection->fd;
}

/* ---- receiving ---- */

/* Hands on what is whole of `size` bytes and keeps the rest. */
static int take_frames(struct tcp_connection *connection, const uint8_t *bytes, size_t size,
                       bool (*on_packet)(void *, const uint8_t *, size_t), void *context)
{
    const uint8_t *packet = NULL;
    size_t packet_size = 0;
    size_t at = 0;
    int frame;
    while ((frame = tcp_framing_next(bytes + at, size - at, &packet, &packet_size)) > 0) {
        at += (size_t)frame;
        if (packet_size > 0 && !on_packet(context, packet, packet_size)) {
            return -ECANCELED;
        }
    }
    if (frame < 0) {
        return frame;
    }
    connection->partial_size = size - at; /* less than a whole frame */
    memcpy(connection->partial, bytes + at, size - at);
    return 0;
}

int tcp_connection_receive(struct tcp_connection *connection, uint8_t *scratch,
                           bool (*on_packet)(void *context, const uint8_t *packet, size_t size),
                           void *context)
{
    const size_t before = connection->partial_size;
    ssize_t received;
    do {
        received = recv(connection->fd, scratch + before, TCP_CONNECTION_SCRATCH_SIZE - before, 0);
    } while (received < 0 && errno == EINTR);
    if (received < 0) {
        return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -errno;
    }
    if (received == 0) {
        return -ECONNRESET;
    }
    memcpy(scratch, connection->partial, before);
    const int taken =
        take_frames(connection, scratch, before + (size_t)received, on_packet, context);
    return taken < 0 ? taken : (int)received;
}

/* ---- sending ---- */

int tcp_connection_put(struct tcp_connection *connection, const void *packet, size_t size)
{
    if (!connection->outbox) {
        connection->outbox = tcp_outbox_create();
    }
    return tcp_outbox_put(connection->outbox, packet, size);
}

bool tcp_connection_is_waiting(const struct tcp_connection *connection)
{
    return connection->outbox && !tcp_outbox_is_empty(connection->outbox);
}

int tcp_connection_flush(struct tcp_connection *connection)
{
    struct iovec pieces[2];
    struct msghdr message = {.msg_iov = pieces};
    if (!tcp_connection_is_waiting(connection)) {
        return 0;
    }
    message.msg_iovlen = (size_t)tcp_outbox_peek(connection->outbox, pieces);
    ssize_t sent;
    do {
        sent = sendmsg(connection->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0) {
        return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -errno;
    }
    tcp_outbox_take(connection->outbox, (size_t)sent);
    return (int)sent;
}

void tcp_connection_on_tick(struct tcp_connection *connection, uint64_t now_us)
{
    if (connection->outbox) {
        tcp_outbox_on_tick(connection->outbox, now_us);
    }
}
