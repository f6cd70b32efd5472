#include "tests/bench/load/outgoing_stream.h"

#include "gateway/base/allocate.h"
#include "gateway/base/clock.h"
#include "media/rtp/ntp_time.h"
#include "media/rtp/rtcp_packet.h"
#include "media/rtp/rtp_extensions.h"
#include "tests/bench/load/load_peer.h"

#include <assert.h>
#include <linux/udp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#define FIRST_INDEX 1000
#define LATE_US_MAX 50000 /* a burst that is later than this is left out, not made up for */
#define VP8_HEAD_SIZE 15  /* descriptor and frame header */
#define OPUS_TOC 0xfc     /* CELT, fullband, 20 ms, stereo */
#define SPEECH_MINUS_DBOV 40

static void on_due(struct load_timer *timer, uint64_t now_us);

struct outgoing_stream *outgoing_stream_create(struct load_peer *peer,
                                               const struct outgoing_stream_config *config)
{
    struct outgoing_stream *stream = allocate_zeroed(1, sizeof(*stream));
    stream->timer.on_due = on_due;
    stream->peer = peer;
    stream->config = *config;
    stream->interval_us = 1000000ull * config->burst / config->packets_per_second;
    stream->first_timestamp = config->ssrc * 2654435761u;
    stream->index = FIRST_INDEX;
    stream->key_wanted = true;
    return stream;
}

void outgoing_stream_start(struct outgoing_stream *stream, uint64_t now_us, uint64_t phase_us)
{
    stream->began_us = now_us;
    load_start_timer(stream->peer->load, &stream->timer, now_us + phase_us % stream->interval_us);
}

static uint32_t timestamp_at(const struct outgoing_stream *stream, uint64_t at_us)
{
    const uint64_t rate = stream->config.is_video ? 90000 : 48000;
    return stream->first_timestamp + (uint32_t)((at_us - stream->began_us) * rate / 1000000);
}

/* RFC 7741, 4.2: picture id and TL0PICIDX; RFC 6386, 9.1: a key frame of 1280 x 720, or not. */
static void write_vp8_head(const struct outgoing_stream *stream, bool first, bool key,
                           uint8_t ret_head[VP8_HEAD_SIZE])
{
    const uint8_t head[VP8_HEAD_SIZE] = {
        first ? 0x90 : 0x80,
        0xc0,
        (uint8_t)(0x80 | stream->picture_id >> 8),
        (uint8_t)stream->picture_id,
        (uint8_t)stream->picture_id,
        key ? 0x50 : 0x51,
        0x42,
        0x00,
        0x9d,
        0x01,
        0x2a,
        0x00,
        0x05,
        0xd0,
        0x02,
    };
    memcpy(ret_head, head, sizeof(head));
}

static void write_payload(const struct outgoing_stream *stream, bool first, bool key,
                          uint64_t wall_ns, uint8_t *ret_payload)
{
    if (stream->config.is_video) {
        write_vp8_head(stream, first, key, ret_payload);
    } else {
        ret_payload[0] = OPUS_TOC;
    }
    const uint32_t magic = LOAD_MAGIC;
    uint8_t *trailer = ret_payload + stream->config.payload_size - LOAD_TRAILER_SIZE;
    memcpy(trailer, &magic, sizeof(magic));
    memcpy(trailer + 4, &stream->number, sizeof(stream->number));
    memcpy(trailer + 12, &wall_ns, sizeof(wall_ns));
}

static size_t write_header(struct outgoing_stream *stream, bool marker, uint32_t timestamp,
                           uint8_t *ret_header)
{
    struct load_peer *peer = stream->peer;
    const struct rtp_header header = {
        .marker = marker,
        .payload_type = stream->config.payload_type,
        .sequence = (uint16_t)stream->index,
        .timestamp = timestamp,
        .ssrc = stream->config.ssrc,
        .has_transport_sequence = peer->extensions.transport_cc != 0,
        .transport_sequence = peer->transport_sequence++,
        .audio_level = {.present = !stream->config.is_video,
                        .voice = true,
                        .minus_dbov = SPEECH_MINUS_DBOV},
    };
    const int size = rtp_header_write(&header, &peer->extensions, ret_header, RTP_HEADER_SIZE_MAX);
    assert(size > 0);
    return (size_t)size;
}

/* One packet, sealed. Returns its size. */
static size_t make_packet(struct outgoing_stream *stream, unsigned place, uint32_t timestamp,
                          uint64_t wall_ns, uint8_t ret_packet[LOAD_PACKET_SIZE_MAX])
{
    static uint8_t payload[LOAD_PACKET_SIZE_MAX];
    const unsigned size = stream->config.payload_size;
    const bool ends_frame = stream->config.is_video && place + 1 == stream->config.burst;
    const size_t header_size = write_header(stream, ends_frame, timestamp, ret_packet);
    write_payload(stream, place == 0, stream->key_wanted, wall_ns, payload);
    srtp_seal(&stream->peer->outgoing, ret_packet, header_size, (uint32_t)(stream->index >> 16),
              payload, size, ret_packet + header_size);
    stream->index++;
    stream->number++;
    return header_size + size + SRTP_GCM_TAG_SIZE;
}

/* All packets of a burst have one size: they go as one run (UDP_SEGMENT), which the kernel cuts
 * again for any socket that does not ask for runs. Returns whether they went. */
static bool send_run(int fd, const uint8_t *packets, size_t packet_size, unsigned count)
{
    char control[CMSG_SPACE(sizeof(uint16_t))] = {0};
    struct iovec part = {(void *)packets, packet_size * count};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (count > 1) {
        message.msg_control = control;
        message.msg_controllen = sizeof(control);
        struct cmsghdr *segment = CMSG_FIRSTHDR(&message);
        segment->cmsg_level = IPPROTO_UDP;
        segment->cmsg_type = UDP_SEGMENT;
        segment->cmsg_len = CMSG_LEN(sizeof(uint16_t));
        const uint16_t size = (uint16_t)packet_size;
        memcpy(CMSG_DATA(segment), &size, sizeof(size));
    }
    return sendmsg(fd, &message, 0) == (ssize_t)part.iov_len;
}

static void send_burst(struct outgoing_stream *stream, uint64_t due_us)
{
    static uint8_t run[LOAD_BURST_MAX * LOAD_PACKET_SIZE_MAX];
    struct load *load = stream->peer->load;
    const unsigned count = stream->config.burst;
    const uint32_t timestamp = timestamp_at(stream, due_us);
    const uint64_t wall_ns = load_wall_ns();
    size_t packet_size = 0;
    for (unsigned i = 0; i < count; i++) {
        packet_size = make_packet(stream, i, timestamp, wall_ns, run + i * packet_size);
    }
    if (send_run(stream->peer->fd, run, packet_size, count)) {
        load->counts.sent += count;
    } else {
        load->counts.send_errors++;
    }
    stream->packet_count += count;
    stream->octet_count += count * stream->config.payload_size;
    stream->picture_id = (stream->picture_id + 1) & 0x7fff;
    stream->key_wanted = false;
}

static void on_due(struct load_timer *timer, uint64_t now_us)
{
    struct outgoing_stream *stream = (struct outgoing_stream *)timer;
    struct load *load = stream->peer->load;
    const uint64_t due_us = timer->queued.due_us;
    const bool skips = now_us - due_us > LATE_US_MAX;
    if (stream->config.group < load->active_groups && stream->peer->connected) {
        latency_histogram_add(&load->lateness, now_us - due_us);
        if (!skips) {
            send_burst(stream, due_us);
        }
    }
    load_start_timer(load, timer, (skips ? now_us : due_us) + stream->interval_us);
}

void outgoing_stream_write_report(const struct outgoing_stream *stream, uint64_t now_us,
                                  struct byte_writer *writer)
{
    if (stream->packet_count == 0) {
        return;
    }
    const struct rtcp_sender_info info = {
        .ssrc = stream->config.ssrc,
        .ntp = ntp_time_from_unix_us(clock_wall_us_of(now_us)),
        .rtp_timestamp = timestamp_at(stream, now_us),
        .packet_count = stream->packet_count,
        .octet_count = stream->octet_count,
    };
    (void)rtcp_write_sender_report(writer, &info, NULL, 0);
    (void)rtcp_write_cname(writer, stream->config.ssrc, "bench");
}
