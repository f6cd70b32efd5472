#include "media/transport/udp_sender.h"

#include "gateway/base/allocate.h"

#include <assert.h>
#include <errno.h>
#include <netinet/udp.h>
#include <string.h>

#define SEND_SLOTS 1024
#define NO_SLOT UINT32_MAX
/* The kernel's UDP_MAX_SEGMENTS in the oldest kernels that have UDP_SEGMENT; a run must also fit
 * into one IP datagram's length field. */
#define RUN_SEGMENTS_MAX 64
#define RUN_BYTES_MAX 65000

struct send_slot {
    uint32_t next; /* for the same destination, or NO_SLOT */
    uint32_t size;
};

/* What waits for one destination, in order. It has a copy of the name, since its owner may be gone
 * before the flush. */
struct send_lane {
    struct udp_destination *destination; /* borrowed; NULL: gone, or of an answer */
    union udp_name name;
    socklen_t name_size;
    uint32_t first;
    uint32_t last;
};

struct run_control {
    _Alignas(struct cmsghdr) uint8_t bytes[CMSG_SPACE(sizeof(uint16_t))];
};

/* What one message of sendmmsg carries. */
struct send_run {
    struct run_control control;
    struct send_lane *lane;
    struct iovec *vectors; /* of the sender's */
    size_t count;
    size_t bytes;
};

struct udp_sender {
    int fd; /* borrowed */
    int family;
    bool segmentation; /* the kernel knows UDP_SEGMENT */
    struct udp_sender_statistics statistics;

    uint64_t round; /* of filling and flushing; never 0 */
    size_t queued;
    size_t lane_count;
    struct send_slot slots[SEND_SLOTS];
    struct send_lane lanes[SEND_SLOTS];
    struct iovec vectors[SEND_SLOTS];
    struct send_run runs[SEND_SLOTS];
    struct mmsghdr messages[SEND_SLOTS];
    _Alignas(16) uint8_t buffers[SEND_SLOTS][UDP_DATAGRAM_SIZE_MAX];
};

/* ---- life ---- */

/* Of the control message only the segment's size will change. */
static void prepare_controls(struct udp_sender *sender)
{
    for (size_t i = 0; i < SEND_SLOTS; i++) {
        struct run_control *control = &sender->runs[i].control;
        struct msghdr header = {.msg_control = control->bytes,
                                .msg_controllen = sizeof(control->bytes)};
        struct cmsghdr *message = CMSG_FIRSTHDR(&header);
        message->cmsg_level = SOL_UDP;
        message->cmsg_type = UDP_SEGMENT;
        message->cmsg_len = CMSG_LEN(sizeof(uint16_t));
    }
}

struct udp_sender *udp_sender_create(int fd, int family)
{
    struct udp_sender *sender = allocate_zeroed(1, sizeof(*sender));
    int segment = 0;
    socklen_t size = sizeof(segment);
    sender->fd = fd;
    sender->family = family;
    sender->segmentation = getsockopt(fd, SOL_UDP, UDP_SEGMENT, &segment, &size) == 0;
    sender->round = 1;
    prepare_controls(sender);
    return sender;
}

struct udp_sender *udp_sender_destroy(struct udp_sender *sender)
{
    free(sender);
    return NULL;
}

const struct udp_sender_statistics *udp_sender_statistics(const struct udp_sender *sender)
{
    return &sender->statistics;
}

/* ---- destinations ---- */

static socklen_t name_of(const struct udp_sender *sender, const struct network_address *address,
                         union udp_name *ret_name)
{
    struct sockaddr_storage storage = {0};
    const socklen_t size = network_address_to_sockaddr(address, sender->family, &storage);
    memcpy(ret_name, &storage, sizeof(*ret_name));
    return size;
}

void udp_destination_init(struct udp_destination *destination, struct udp_sender *sender,
                          const struct network_address *address)
{
    *destination = (struct udp_destination){.sender = sender};
    destination->name_size = name_of(sender, address, &destination->name);
}

void udp_destination_finish(struct udp_destination *destination)
{
    struct udp_sender *sender = destination->sender;
    if (sender && destination->round == sender->round) {
        sender->lanes[destination->lane].destination = NULL;
    }
    *destination = (struct udp_destination){0};
}

/* ---- the queue ---- */

uint8_t *udp_sender_reserve(struct udp_sender *sender)
{
    if (sender->queued == SEND_SLOTS) {
        udp_sender_flush(sender);
    }
    return sender->buffers[sender->queued];
}

/* There are as many lanes as slots, and no lane is empty. */
static struct send_lane *open_lane(struct udp_sender *sender)
{
    struct send_lane *lane = &sender->lanes[sender->lane_count++];
    lane->destination = NULL;
    lane->first = NO_SLOT;
    return lane;
}

static void append(struct udp_sender *sender, struct send_lane *lane, size_t size)
{
    assert(sender->queued < SEND_SLOTS && size <= UDP_DATAGRAM_SIZE_MAX);
    const uint32_t slot = (uint32_t)sender->queued++;
    sender->slots[slot] = (struct send_slot){.next = NO_SLOT, .size = (uint32_t)size};
    if (lane->first == NO_SLOT) {
        lane->first = slot;
    } else {
        sender->slots[lane->last].next = slot;
    }
    lane->last = slot;
}

void udp_sender_commit(struct udp_destination *destination, size_t size)
{
    struct udp_sender *sender = destination->sender;
    if (destination->round != sender->round) {
        struct send_lane *lane = open_lane(sender);
        lane->destination = destination;
        lane->name = destination->name;
        lane->name_size = destination->name_size;
        destination->round = sender->round;
        destination->lane = (uint32_t)(lane - sender->lanes);
    }
    append(sender, &sender->lanes[destination->lane], size);
}

void udp_sender_commit_answer(struct udp_sender *sender, const struct network_address *address,
                              size_t size)
{
    struct send_lane *lane = open_lane(sender);
    lane->name_size = name_of(sender, address, &lane->name);
    append(sender, lane, size);
}

/* ---- sending ---- */

static bool may_segment(const struct udp_sender *sender, const struct send_lane *lane)
{
    return sender->segmentation && !(lane->destination && lane->destination->one_by_one);
}

/* Takes slots of one lane, from `slot` on, into a run. Returns the first that did not fit. */
static uint32_t gather_run(struct udp_sender *sender, struct send_run *run, uint32_t slot)
{
    const size_t segments_max = may_segment(sender, run->lane) ? RUN_SEGMENTS_MAX : 1;
    const size_t segment_size = sender->slots[slot].size;
    size_t size;
    size_t next_size;
    run->count = 0;
    run->bytes = 0;
    do {
        size = sender->slots[slot].size;
        run->vectors[run->count++] =
            (struct iovec){.iov_base = sender->buffers[slot], .iov_len = size};
        run->bytes += size;
        slot = sender->slots[slot].next;
        next_size = slot == NO_SLOT ? 0 : sender->slots[slot].size;
    } while (size == segment_size && next_size > 0 && next_size <= segment_size &&
             run->count < segments_max && run->bytes + next_size <= RUN_BYTES_MAX);
    return slot;
}

static void write_message(struct send_run *run, struct msghdr *ret_header)
{
    *ret_header = (struct msghdr){.msg_name = &run->lane->name,
                                  .msg_namelen = run->lane->name_size,
                                  .msg_iov = run->vectors,
                                  .msg_iovlen = run->count};
    if (run->count > 1) {
        ret_header->msg_control = run->control.bytes;
        ret_header->msg_controllen = sizeof(run->control.bytes);
        const uint16_t segment_size = (uint16_t)run->vectors[0].iov_len;
        memcpy(CMSG_DATA(CMSG_FIRSTHDR(ret_header)), &segment_size, sizeof(segment_size));
    }
}

/* Returns how many messages the lanes became. */
static size_t prepare_messages(struct udp_sender *sender)
{
    struct iovec *vectors = sender->vectors;
    size_t count = 0;
    for (size_t i = 0; i < sender->lane_count; i++) {
        uint32_t slot = sender->lanes[i].first;
        while (slot != NO_SLOT) {
            struct send_run *run = &sender->runs[count];
            run->lane = &sender->lanes[i];
            run->vectors = vectors;
            slot = gather_run(sender, run, slot);
            write_message(run, &sender->messages[count].msg_hdr);
            vectors += run->count;
            count++;
        }
    }
    return count;
}

static void send_one_by_one(struct udp_sender *sender, const struct send_run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        const struct msghdr header = {.msg_name = &run->lane->name,
                                      .msg_namelen = run->lane->name_size,
                                      .msg_iov = &run->vectors[i],
                                      .msg_iovlen = 1};
        sender->statistics.system_calls++;
        if (sendmsg(sender->fd, &header, 0) < 0) {
            sender->statistics.send_dropped++;
        } else {
            sender->statistics.messages_sent++;
            sender->statistics.datagrams_sent++;
            sender->statistics.bytes_sent += run->vectors[i].iov_len;
        }
    }
}

/* The path cannot segment, or its MTU is below the segments' (before Linux 6.13 EINVAL): single
 * datagrams may still go through, whole or in fragments. */
static bool refuses_runs(int error)
{
    return error == EINVAL || error == EMSGSIZE || error == EIO || error == EOPNOTSUPP;
}

static void on_refused(struct udp_sender *sender, const struct send_run *run, int error)
{
    if (run->count == 1 || !refuses_runs(error)) {
        sender->statistics.send_dropped += run->count;
        return;
    }
    if (run->lane->destination) {
        run->lane->destination->one_by_one = true;
    }
    sender->statistics.runs_refused++;
    send_one_by_one(sender, run);
}

static bool is_full(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS;
}

static void send_messages(struct udp_sender *sender, size_t count)
{
    size_t done = 0;
    while (done < count) {
        sender->statistics.system_calls++;
        const int sent = sendmmsg(sender->fd, sender->messages + done, (unsigned)(count - done), 0);
        if (sent < 0 && errno == EINTR) {
            continue;
        }
        if (sent < 0 && is_full(errno)) {
            break;
        }
        if (sent < 0) {
            on_refused(sender, &sender->runs[done], errno);
            done++;
        }
        for (int i = 0; i < sent; i++, done++) {
            sender->statistics.messages_sent++;
            sender->statistics.datagrams_sent += sender->runs[done].count;
            sender->statistics.bytes_sent += sender->runs[done].bytes;
        }
    }
    /* The kernel's buffer is full, and media that waits is media too late. */
    for (; done < count; done++) {
        sender->statistics.send_dropped += sender->runs[done].count;
    }
}

void udp_sender_flush(struct udp_sender *sender)
{
    if (sender->queued == 0) {
        return;
    }
    send_messages(sender, prepare_messages(sender));
    sender->queued = 0;
    sender->lane_count = 0;
    sender->round++;
}
