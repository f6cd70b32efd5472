/* Two who are in a room send whatever they like, in authentic packets: nobody crashes, what leaves
 * is well formed, no (SSRC, sequence number) leaves twice (a GCM nonce depends on it), and the
 * recorder gets nothing while it is paused. fuzz-links: bedside_media_router
 *
 *   input: records of  what (8 bits), length (16 bits), bytes  */
#include "gateway/base/byte_reader.h"
#include "media/recorder_protocol.h"
#include "media/router/room.h"
#include "media/router/room_endpoint.h"
#include "media/rtp/packet_buffer.h"
#include "media/rtp/rtcp_packet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WHAT_SECOND_PERSON = 1,
    WHAT_RTCP = 2,
    WHAT_TICK = 4,
    WHAT_REBIND = 8,
    WHAT_PAUSE = 16,
    WHAT_RESUME = 32,
    WHAT_LEAVE = 64,
    WHAT_RECORDER = 128,
};

#define SSRCS_MAX 16

struct person {
    struct room_endpoint *endpoint;
    uint32_t ssrcs[SSRCS_MAX];
    uint8_t sent[SSRCS_MAX][65536 / 8];
};

static bool recorder_may_get_rtp; /* as control has said */
static bool recorder_flows;       /* as the recorder has been told */
static struct packet_buffer_pool *packets;

static void require(bool holds)
{
    if (!holds) {
        abort();
    }
}

static size_t gather(const struct packet_part *parts, size_t part_count, uint8_t bytes[4096])
{
    size_t size = 0;
    for (size_t i = 0; i < part_count; i++) {
        require(size + parts[i].size <= 4096);
        if (parts[i].size > 0) {
            memcpy(bytes + size, parts[i].data, parts[i].size);
        }
        size += parts[i].size;
    }
    return size;
}

static void check_rtp(struct person *person, const uint8_t *bytes, size_t size)
{
    struct rtp_packet rtp;
    require(rtp_packet_parse(bytes, size, &rtp) == 0);
    for (size_t i = 0; i < SSRCS_MAX; i++) {
        if (person->ssrcs[i] == 0) {
            person->ssrcs[i] = rtp.ssrc;
        }
        if (person->ssrcs[i] == rtp.ssrc) {
            uint8_t *seen = &person->sent[i][rtp.sequence / 8];
            require(!(*seen & 1u << rtp.sequence % 8));
            *seen |= (uint8_t)(1u << rtp.sequence % 8);
            return;
        }
    }
    abort();
}

static int send_to_person(void *context, enum sink_datagram kind, const struct packet_part *parts,
                          size_t part_count)
{
    uint8_t bytes[4096];
    const size_t size = gather(parts, part_count, bytes);
    if (kind == SINK_RTP) {
        check_rtp(context, bytes, size);
        return 0;
    }
    struct rtcp_walk walk;
    struct rtcp_packet packet;
    int r = 0;
    rtcp_walk_begin(&walk, bytes, size);
    while ((r = rtcp_walk_next(&walk, &packet)) > 0) {
    }
    require(r == 0);
    return 0;
}

static int send_to_recorder(void *context, enum sink_datagram kind, const struct packet_part *parts,
                            size_t part_count)
{
    struct recorder_walk walk;
    struct recorder_message message;
    int r = 0;
    (void)context;
    (void)kind;
    require(part_count == 1);
    recorder_walk_begin(&walk, parts[0].data, parts[0].size);
    while ((r = recorder_walk_next(&walk, &message)) > 0) {
        require(message.type != RECORDER_RTP || (recorder_may_get_rtp && recorder_flows));
        recorder_flows =
            message.type == RECORDER_FLOW || (recorder_flows && message.type != RECORDER_PAUSE);
    }
    require(r == 0);
    return 0;
}

static void on_speaker(void *context, uint64_t room, uint64_t endpoint)
{
    (void)context;
    (void)room;
    (void)endpoint;
}

static void on_broken(void *context, uint64_t room)
{
    (void)context;
    (void)room;
}

static struct endpoint_media negotiated(uint32_t first_ssrc)
{
    static const struct media_payload opus = {
        MEDIA_CODEC_OPUS, 111, MEDIA_PAYLOAD_TYPE_NONE, false, true, false, true, 63};
    static const struct media_payload vp8 = {MEDIA_CODEC_VP8, 96, 97, true, true, true, true, 0};
    static const struct media_payload h264 = {
        MEDIA_CODEC_H264, 102, 103, true, true, true, true, 0};
    struct endpoint_media media = {
        .extensions = {4, 10, 11, 1, 3, 5},
        .publication_count = 2,
        .slot_count = 1,
        .publications = {{.kind = MEDIA_KIND_AUDIO,
                          .mid = "0",
                          .payloads = {opus},
                          .payload_count = 1,
                          .sources = {{first_ssrc, 0}},
                          .source_count = 1},
                         {.kind = MEDIA_KIND_VIDEO,
                          .mid = "1",
                          .payloads = {vp8, h264},
                          .payload_count = 2,
                          .rids = {"q", "h", "f"},
                          .rid_count = 3,
                          .sources = {{first_ssrc + 1, first_ssrc + 2}},
                          .source_count = 1}},
        .slots = {{.audio = {"2", {opus}, 1, first_ssrc + 3, 0},
                   .video = {"3", {vp8, h264}, 2, first_ssrc + 4, first_ssrc + 5}}},
    };
    return media;
}

static void send_rtp(struct room_endpoint *endpoint, const uint8_t *bytes, size_t size,
                     uint64_t now_us)
{
    if (size == 0 || size > PACKET_BUFFER_DATA_SIZE) {
        return; /* the transport lets none of them through */
    }
    struct packet_buffer *packet = packet_buffer_take(packets);
    require(packet != NULL);
    memcpy(packet->data, bytes, size);
    packet->size = (uint16_t)size;
    packet->arrival_us = now_us;
    room_endpoint_on_rtp(endpoint, packet);
}

static void act(struct room *room, struct person *people, uint8_t what, const uint8_t *bytes,
                size_t size, uint64_t now_us)
{
    const size_t index = what & WHAT_SECOND_PERSON ? 1 : 0;
    struct room_endpoint *endpoint = people[index].endpoint;
    if (what & WHAT_RTCP) {
        room_endpoint_on_rtcp(endpoint, bytes, size, now_us);
    } else {
        send_rtp(endpoint, bytes, size, now_us);
    }
    if (what & WHAT_TICK) {
        room_on_tick(room, now_us);
    }
    if (what & WHAT_LEAVE) {
        room_move(room, endpoint, ROOM_OUTSIDE);
        room_move(room, endpoint, ROOM_CIRCLE_VISIT);
    }
    if (what & (WHAT_REBIND | WHAT_LEAVE)) {
        for (size_t i = 0; i < 2; i++) {
            (void)room_bind_slot(room, people[i].endpoint, 0, 0, true, now_us);
            (void)room_bind_slot(room, people[i].endpoint, 0, 2 - i, true, now_us);
        }
    }
    if (what & WHAT_RECORDER) {
        room_on_recorder_message(room, bytes, size, now_us);
    }
    if (what & WHAT_RESUME) {
        recorder_may_get_rtp = true;
        (void)room_resume_recording(room, 1, now_us);
    }
    if (what & WHAT_PAUSE) {
        (void)room_pause_recording(room, 2, now_us);
        recorder_may_get_rtp = false;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct sink_ops person_ops = {.send = send_to_person};
    static const struct sink_ops recorder_ops = {.send = send_to_recorder};
    static const struct room_ops room_ops = {.on_speaker = on_speaker,
                                             .on_recording_broken = on_broken};
    static struct person people[2];
    uint64_t now_us = 1000000;
    memset(people, 0, sizeof(people));
    recorder_may_get_rtp = false;
    packets = packet_buffer_pool_create(64);
    const struct room_config config = {
        .id = 1, .packets = packets, .packets_reserve = 8, .ops = &room_ops};
    struct room *room = room_create(&config);
    for (size_t i = 0; i < 2; i++) {
        const struct room_endpoint_config person = {
            .id = i + 1, .label = "x", .sink = {&person_ops, &people[i]}};
        const struct endpoint_media media = negotiated(0x10 * ((uint32_t)i + 1));
        people[i].endpoint = room_open_endpoint(room, &person, now_us);
        room_endpoint_set_media(people[i].endpoint, &media, now_us);
        room_endpoint_set_connected(people[i].endpoint, 0, now_us);
        room_move(room, people[i].endpoint, ROOM_CIRCLE_VISIT);
    }
    const struct sink recorder = {&recorder_ops, NULL};
    room_attach_recorder(room, &recorder);
    act(room, people, WHAT_REBIND | WHAT_RESUME, NULL, 0, now_us);

    struct byte_reader reader = byte_reader_over(data, size);
    while (byte_reader_remaining(&reader) > 3) {
        const uint8_t what = byte_reader_u8(&reader);
        const uint16_t length = byte_reader_u16(&reader);
        const uint8_t *bytes = byte_reader_take(&reader, length);
        if (!bytes) {
            break;
        }
        now_us += 7000;
        act(room, people, what, bytes, length, now_us);
    }
    for (size_t i = 0; i < 2; i++) {
        room_close_endpoint(room, people[i].endpoint);
    }
    room = room_destroy(room);
    packets = packet_buffer_pool_destroy(packets);
    return 0;
}
