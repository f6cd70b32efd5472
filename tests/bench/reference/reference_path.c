#include "tests/bench/reference/reference_path.h"

#include "gateway/base/allocate.h"

#include <linux/udp.h>
#include <string.h>
#include <sys/socket.h>

#define SLOTS 4096
#define SEGMENTS_MAX 40
#define REPLAY_WINDOW 64
#define PEERS_MAX 4096

static struct reference_path_config path;

static uint8_t slots[SLOTS][REFERENCE_PACKET_SIZE_MAX] __attribute__((aligned(64)));
static unsigned slot_sizes[SLOTS];
static unsigned slot_count;
static struct reference_peer *waiting[PEERS_MAX]; /* with something in their queue */
static size_t waiting_count;

static struct mmsghdr messages[SLOTS];
static struct iovec parts[SLOTS];
static char controls[SLOTS][CMSG_SPACE(sizeof(uint16_t))];

void reference_path_init(const struct reference_path_config *config)
{
    path = *config;
}

static struct reference_stream *find_stream(struct reference_peer *peer, uint32_t ssrc)
{
    for (size_t i = 0; i < peer->stream_count; i++) {
        if (peer->streams[i].ssrc == ssrc) {
            return &peer->streams[i];
        }
    }
    return NULL;
}

bool reference_path_route(struct reference_peer *from, uint32_t ssrc, struct reference_peer *to)
{
    struct reference_stream *stream = find_stream(from, ssrc);
    if (!stream) {
        if (from->stream_count == REFERENCE_STREAMS_MAX) {
            return false;
        }
        stream = &from->streams[from->stream_count++];
        stream->ssrc = ssrc;
        /* Not zeroed: pages that no packet needs are not there. */
        stream->ring = malloc((size_t)path.ring_packets * REFERENCE_PACKET_SIZE_MAX);
        stream->ring_sizes = allocate_zeroed(path.ring_packets, sizeof(*stream->ring_sizes));
        if (!stream->ring) {
            abort();
        }
    }
    if (stream->route_count == stream->route_capacity) {
        stream->route_capacity = stream->route_capacity * 2 + 4;
        stream->routes =
            allocate_resized(stream->routes, stream->route_capacity, sizeof(*stream->routes));
    }
    stream->routes[stream->route_count++] = (struct reference_route){.to = to, .ssrc = ssrc};
    return true;
}

void reference_path_forget(struct reference_peer *peer)
{
    for (size_t i = 0; i < peer->stream_count; i++) {
        free(peer->streams[i].ring);
        free(peer->streams[i].ring_sizes);
        free(peer->streams[i].routes);
    }
    if (peer->connected) {
        srtp_direction_finish(&peer->outgoing);
        srtp_direction_finish(&peer->incoming);
    }
}

/* ---- out ---- */

/* One message for the slots queue[first...] of equal size. Returns how many it takes. */
static size_t add_message(struct reference_peer *peer, size_t first, size_t message,
                          size_t *part_count)
{
    const unsigned size = slot_sizes[peer->queue[first]];
    const size_t first_part = *part_count;
    size_t count = 0;
    do {
        const unsigned slot = peer->queue[first + count++];
        parts[(*part_count)++] = (struct iovec){slots[slot], size};
    } while (path.send == REFERENCE_SEND_SEGMENTS && first + count < peer->queued &&
             slot_sizes[peer->queue[first + count]] == size && count < SEGMENTS_MAX);
    struct msghdr *header = &messages[message].msg_hdr;
    *header = (struct msghdr){
        .msg_name = &peer->address,
        .msg_namelen = sizeof(peer->address),
        .msg_iov = parts + first_part,
        .msg_iovlen = count,
    };
    if (count > 1) {
        header->msg_control = controls[message];
        header->msg_controllen = sizeof(controls[message]);
        struct cmsghdr *control = CMSG_FIRSTHDR(header);
        control->cmsg_level = IPPROTO_UDP;
        control->cmsg_type = UDP_SEGMENT;
        control->cmsg_len = CMSG_LEN(sizeof(uint16_t));
        const uint16_t segment = (uint16_t)size;
        memcpy(CMSG_DATA(control), &segment, sizeof(segment));
    }
    return count;
}

static void send_messages(size_t count)
{
    if (path.send == REFERENCE_SEND_EACH) {
        for (size_t i = 0; i < count; i++) {
            (void)sendmsg(path.fd, &messages[i].msg_hdr, 0);
        }
        return;
    }
    for (size_t at = 0; at < count;) {
        const int sent = sendmmsg(path.fd, messages + at, (unsigned)(count - at), 0);
        at += sent > 0 ? (size_t)sent : 1;
    }
}

void reference_path_flush(void)
{
    size_t message_count = 0;
    size_t part_count = 0;
    if (waiting_count == 0) {
        return;
    }
    for (size_t i = 0; i < waiting_count; i++) {
        struct reference_peer *peer = waiting[i];
        for (size_t at = 0; at < peer->queued;) {
            at += add_message(peer, at, message_count++, &part_count);
        }
        peer->queued = 0;
    }
    send_messages(message_count);
    slot_count = 0;
    waiting_count = 0;
}

static void put_u16(uint8_t *bytes, uint16_t value)
{
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
}

static void put_u32(uint8_t *bytes, uint32_t value)
{
    put_u16(bytes, (uint16_t)(value >> 16));
    put_u16(bytes + 2, (uint16_t)value);
}

static void forward(struct reference_route *route, const uint8_t *clear, size_t header_size,
                    size_t payload_size, uint16_t sequence)
{
    struct reference_peer *to = route->to;
    if (!to->connected) {
        return;
    }
    if (slot_count == SLOTS || to->queued == REFERENCE_QUEUE_MAX) {
        reference_path_flush();
    }
    uint8_t *out = slots[slot_count];
    memcpy(out, clear, header_size);
    put_u16(out + 2, sequence);
    put_u32(out + 8, route->ssrc);
    if (sequence < route->last_sequence && route->last_sequence - sequence > 0x8000) {
        route->rollover++;
    }
    route->last_sequence = sequence;
    srtp_seal(&to->outgoing, out, header_size, route->rollover, clear + header_size, payload_size,
              out + header_size);
    slot_sizes[slot_count] = (unsigned)(header_size + payload_size + SRTP_GCM_TAG_SIZE);
    if (to->queued == 0) {
        waiting[waiting_count++] = to;
    }
    to->queue[to->queued++] = slot_count++;
}

/* ---- in ---- */

static uint16_t u16_at(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static uint32_t u32_at(const uint8_t *bytes)
{
    return (uint32_t)u16_at(bytes) << 16 | u16_at(bytes + 2);
}

/* The rollover counter that goes with `sequence`; false for a replay. */
static bool estimate_rollover(const struct reference_stream *stream, uint16_t sequence,
                              uint32_t *ret_rollover)
{
    const int16_t ahead = (int16_t)(uint16_t)(sequence - stream->highest);
    *ret_rollover = stream->rollover;
    if (!stream->started) {
        return true;
    }
    if (ahead > 0) {
        *ret_rollover += sequence < stream->highest;
        return true;
    }
    *ret_rollover -= sequence > stream->highest;
    return -ahead < REPLAY_WINDOW && !(stream->seen >> -ahead & 1);
}

static void note_sequence(struct reference_stream *stream, uint16_t sequence, uint32_t rollover)
{
    const int16_t ahead = (int16_t)(uint16_t)(sequence - stream->highest);
    if (!stream->started) {
        stream->started = true;
        stream->highest = sequence;
        stream->seen = 1;
    } else if (ahead > 0) {
        stream->seen = ahead >= REPLAY_WINDOW ? 1 : stream->seen << ahead | 1;
        stream->highest = sequence;
        stream->rollover = rollover;
    } else {
        stream->seen |= 1ull << -ahead;
    }
}

/* 0 when the packet makes no sense. */
static size_t header_size_of(const uint8_t *packet, size_t size)
{
    size_t header_size = 12 + 4u * (packet[0] & 0x0fu);
    if (packet[0] & 0x10) {
        if (header_size + 4 > size) {
            return 0;
        }
        header_size += 4 + 4u * u16_at(packet + header_size + 2);
    }
    return header_size + SRTP_GCM_TAG_SIZE <= size ? header_size : 0;
}

void reference_path_on_packet(struct reference_peer *peer, const uint8_t *packet, size_t size)
{
    if (!peer->connected || size < 28 || size > REFERENCE_PACKET_SIZE_MAX ||
        (packet[1] >= 192 && packet[1] <= 223)) {
        return;
    }
    struct reference_stream *stream = find_stream(peer, u32_at(packet + 8));
    const size_t header_size = header_size_of(packet, size);
    const uint16_t sequence = u16_at(packet + 2);
    uint32_t rollover;
    if (!stream || header_size == 0 || !estimate_rollover(stream, sequence, &rollover)) {
        return;
    }
    const unsigned kept = sequence & (path.ring_packets - 1);
    uint8_t *clear = stream->ring[kept];
    memcpy(clear, packet, header_size);
    if (!srtp_open(&peer->incoming, packet, header_size, rollover, packet + header_size,
                   size - header_size, clear + header_size)) {
        return;
    }
    note_sequence(stream, sequence, rollover);
    stream->ring_sizes[kept] = (uint16_t)(size - SRTP_GCM_TAG_SIZE);
    const size_t payload_size = size - header_size - SRTP_GCM_TAG_SIZE;
    for (size_t i = 0; i < stream->route_count; i++) {
        forward(&stream->routes[i], clear, header_size, payload_size, sequence);
    }
}
