#include "media/worker/worker_recorder.h"

#include "gateway/base/loop.h"
#include "media/recorder_protocol.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* Asked for; the kernel gives what net.core.wmem_max allows. A recorder that is slow for a moment
 * (a disk that syncs) then loses nothing. */
static const int SEND_BUFFER_BYTES = 4 * 1024 * 1024;
static const unsigned MESSAGES_PER_WAKE_UP_MAX = 32;

struct worker_recorder {
    int fd;
    struct loop *loop; /* borrowed */
    struct loop_source *source;
    const struct worker_recorder_ops *ops; /* borrowed */
    void *context;                         /* borrowed */
};

static void on_events(void *context, uint32_t events)
{
    struct worker_recorder *recorder = context;
    uint8_t datagram[RECORDER_MESSAGE_SIZE_MAX];
    (void)events;

    for (unsigned i = 0; i < MESSAGES_PER_WAKE_UP_MAX; i++) {
        const ssize_t size = recv(recorder->fd, datagram, sizeof(datagram), MSG_DONTWAIT);
        if (size > 0) {
            recorder->ops->on_message(recorder->context, datagram, (size_t)size,
                                      loop_now_us(recorder->loop));
        } else if (size == 0 || (errno != EAGAIN && errno != EINTR)) {
            recorder->ops->on_closed(recorder->context, loop_now_us(recorder->loop));
            return;
        } else if (errno == EAGAIN) {
            return;
        }
    }
}

struct worker_recorder *worker_recorder_create(struct loop *loop, int fd,
                                               const struct worker_recorder_ops *ops, void *context)
{
    struct worker_recorder *recorder = calloc(1, sizeof(*recorder));
    *recorder = (struct worker_recorder){.fd = fd, .loop = loop, .ops = ops, .context = context};
    (void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &SEND_BUFFER_BYTES, sizeof(SEND_BUFFER_BYTES));
    recorder->source = loop_watch(loop, fd, EPOLLIN, "recorder", on_events, recorder);
    return recorder;
}

struct worker_recorder *worker_recorder_destroy(struct worker_recorder *recorder)
{
    if (!recorder) {
        return NULL;
    }
    recorder->source = loop_source_destroy(recorder->source);
    close(recorder->fd);
    free(recorder);
    return NULL;
}

static int send_datagram(void *context, enum sink_datagram kind, const struct packet_part *parts,
                         size_t part_count)
{
    struct worker_recorder *recorder = context;
    struct iovec pieces[SINK_PARTS_MAX];
    assert(kind == SINK_RECORDER && part_count <= SINK_PARTS_MAX);
    (void)kind;

    for (size_t i = 0; i < part_count; i++) {
        pieces[i] =
            (struct iovec){.iov_base = (void *)(uintptr_t)parts[i].data, .iov_len = parts[i].size};
    }
    const struct msghdr message = {.msg_iov = pieces, .msg_iovlen = part_count};
    if (sendmsg(recorder->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) {
        return 0;
    }
    return errno == EAGAIN || errno == ENOBUFS || errno == EINTR ? -EAGAIN : -errno;
}

struct sink worker_recorder_sink(struct worker_recorder *recorder)
{
    static const struct sink_ops ops = {.send = send_datagram};
    return (struct sink){.ops = &ops, .context = recorder};
}
