#include "tests/bench/path/path_steps.h"

#include "gateway/base/clock.h"
#include "media/router/room.h"
#include "media/router/room_endpoint.h"
#include "media/rtp/packet_buffer.h"
#include "media/transport/packet_demux.h"
#include "media/transport/srtp_session.h"
#include "media/transport/udp_sender.h"
#include "media/transport/udp_socket.h"
#include "tests/fakes/media_source.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LOOP 256 /* packets per timed round where a step has no burst of its own */
#define PEERS 300
#define PEER_ADDRESS "192.0.2.1"
#define TAG_ROOM SRTP_OVERHEAD_MAX

static size_t next_packet(struct media_source *source, const struct path_case *traffic, size_t i,
                          uint8_t *packet)
{
    const unsigned flags =
        (i == 0 ? MEDIA_SOURCE_FIRST : 0u) | (i + 1 == traffic->burst ? MEDIA_SOURCE_LAST : 0u);
    return traffic->is_video ? media_source_video(source, clock_now_us(), flags, packet)
                             : media_source_audio(source, clock_now_us(), packet);
}

static void open_source(struct media_source *source, const struct path_case *traffic)
{
    media_source_init(source, 1);
    source->audio_payload_size = traffic->payload_size;
    source->video_payload_size = traffic->payload_size;
}

/* ---- receive ---- */

double path_step_receive(const struct path_case *traffic, size_t rounds)
{
    uint8_t packet[MEDIA_SOURCE_PACKET_SIZE_MAX] = {0x80};
    double *times_ns = calloc(rounds, sizeof(*times_ns));
    struct udp_socket *socket = NULL;
    uint16_t port = 0;
    const int sender = path_open_socket(&port);
    if (udp_socket_create("127.0.0.1", 0, &socket) < 0) {
        path_fail("receive: socket");
    }
    const struct sockaddr_in to = {.sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                   .sin_port = htons(udp_socket_port(socket))};
    for (size_t round = 0; round < rounds; round++) {
        for (size_t i = 0; i < traffic->burst; i++) {
            (void)sendto(sender, packet, traffic->payload_size, 0, (const struct sockaddr *)&to,
                         sizeof(to));
        }
        const struct udp_datagram *datagrams = NULL;
        const uint64_t began_ns = path_now_ns();
        const size_t count = udp_socket_receive(socket, &datagrams);
        times_ns[round] = (double)(path_now_ns() - began_ns) / (double)traffic->burst;
        if (count != traffic->burst) {
            path_fail("receive: packets are missing");
        }
    }
    const double median = path_median(times_ns, rounds);
    udp_socket_destroy(socket);
    close(sender);
    free(times_ns);
    return median;
}

/* ---- demultiplexing ---- */

double path_step_demux(const struct path_case *traffic, size_t rounds)
{
    static uint8_t peers[PEERS]; /* stand for peers: nobody looks into them */
    uint8_t packet[MEDIA_SOURCE_PACKET_SIZE_MAX];
    struct network_address addresses[PEERS];
    struct media_source source;
    double *times_ns = calloc(rounds, sizeof(*times_ns));
    struct packet_demux *demux = packet_demux_create(PEERS);
    open_source(&source, traffic);
    const size_t size = next_packet(&source, traffic, 0, packet);
    for (size_t i = 0; i < PEERS; i++) {
        (void)network_address_parse(PEER_ADDRESS, (uint16_t)(20000 + 7 * i), &addresses[i]);
        (void)packet_demux_add_address(demux, &addresses[i],
                                       (struct peer_transport *)(void *)&peers[i]);
    }
    for (size_t round = 0; round < rounds; round++) {
        size_t found = 0;
        const uint64_t began_ns = path_now_ns();
        for (size_t i = 0; i < LOOP; i++) {
            const enum packet_kind kind = packet_kind_of(packet, size);
            found +=
                packet_demux_find(demux, kind, packet, size, &addresses[i * 31 % PEERS]) != NULL;
        }
        times_ns[round] = (double)(path_now_ns() - began_ns) / LOOP;
        if (found != LOOP) {
            path_fail("demux: a peer was not found");
        }
    }
    const double median = path_median(times_ns, rounds);
    packet_demux_destroy(demux);
    free(times_ns);
    return median;
}

/* ---- SRTP ---- */

struct packet {
    size_t size;
    _Alignas(16) uint8_t bytes[MEDIA_SOURCE_PACKET_SIZE_MAX + TAG_ROOM];
};

struct srtp_pair {
    struct srtp_session *sender;
    struct srtp_session *receiver;
    struct media_source source;
    struct packet clear[LOOP];
    struct packet sealed[LOOP];
};

static struct srtp_pair *srtp_pair_open(const struct path_case *traffic,
                                        const struct srtp_aead_provider *provider)
{
    static const uint8_t block[2 * (16 + 12)] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    struct srtp_pair *pair = calloc(1, sizeof(*pair));
    struct srtp_keys keys;
    open_source(&pair->source, traffic);
    srtp_keys_from_block(SRTP_PROFILE_AEAD_AES_128_GCM, block, false, &keys);
    int failed = srtp_session_create(&keys, provider, &pair->sender);
    srtp_keys_from_block(SRTP_PROFILE_AEAD_AES_128_GCM, block, true, &keys);
    failed |= srtp_session_create(&keys, provider, &pair->receiver);
    if (failed) {
        path_fail("srtp: session");
    }
    return pair;
}

static void srtp_pair_close(struct srtp_pair *pair)
{
    srtp_session_destroy(pair->sender);
    srtp_session_destroy(pair->receiver);
    free(pair);
}

static void write_clear(struct srtp_pair *pair, const struct path_case *traffic)
{
    for (size_t i = 0; i < LOOP; i++) {
        pair->clear[i].size =
            next_packet(&pair->source, traffic, i % traffic->burst, pair->clear[i].bytes);
    }
}

/* In the pieces in which the router hands a packet on. */
static void seal_all(struct srtp_pair *pair, const struct path_case *traffic)
{
    for (size_t i = 0; i < LOOP; i++) {
        const struct packet *clear = &pair->clear[i];
        const size_t descriptor = traffic->is_video ? 5 : 0;
        const size_t head = 12 + 4 + 4 * (size_t)clear->bytes[15];
        const struct packet_part parts[] = {
            {clear->bytes, head},
            {clear->bytes + head, descriptor},
            {clear->bytes + head + descriptor, clear->size - head - descriptor},
        };
        const int size =
            srtp_session_protect_rtp(pair->sender, parts, ARRAY_LENGTH(parts),
                                     pair->sealed[i].bytes, sizeof(pair->sealed[i].bytes));
        pair->sealed[i].size = size > 0 ? (size_t)size : 0;
    }
}

double path_step_encrypt(const struct path_case *traffic, const struct srtp_aead_provider *provider,
                         size_t rounds)
{
    struct srtp_pair *pair = srtp_pair_open(traffic, provider);
    double *times_ns = calloc(rounds, sizeof(*times_ns));
    for (size_t round = 0; round < rounds; round++) {
        write_clear(pair, traffic);
        const uint64_t began_ns = path_now_ns();
        seal_all(pair, traffic);
        times_ns[round] = (double)(path_now_ns() - began_ns) / LOOP;
        if (pair->sealed[LOOP - 1].size == 0) {
            path_fail("encrypt: a packet was refused");
        }
    }
    const double median = path_median(times_ns, rounds);
    srtp_pair_close(pair);
    free(times_ns);
    return median;
}

double path_step_decrypt(const struct path_case *traffic, const struct srtp_aead_provider *provider,
                         size_t rounds)
{
    struct srtp_pair *pair = srtp_pair_open(traffic, provider);
    double *times_ns = calloc(rounds, sizeof(*times_ns));
    for (size_t round = 0; round < rounds; round++) {
        size_t opened = 0;
        write_clear(pair, traffic);
        seal_all(pair, traffic);
        const uint64_t began_ns = path_now_ns();
        for (size_t i = 0; i < LOOP; i++) {
            opened += srtp_session_unprotect_rtp(pair->receiver, pair->sealed[i].bytes,
                                                 pair->sealed[i].size, pair->clear[i].bytes,
                                                 sizeof(pair->clear[i].bytes)) > 0;
        }
        times_ns[round] = (double)(path_now_ns() - began_ns) / LOOP;
        if (opened != LOOP) {
            path_fail("decrypt: a packet was refused");
        }
    }
    const double median = path_median(times_ns, rounds);
    srtp_pair_close(pair);
    free(times_ns);
    return median;
}

/* ---- routing ---- */

struct routing {
    struct packet_buffer_pool *packets;
    struct room *room;
    struct room_endpoint *publisher;
    struct room_endpoint *receivers[PATH_RECEIVERS_MAX];
    struct media_source source;
    size_t sent;
};

static int count_rtp(void *context, enum sink_datagram kind, const struct packet_part *parts,
                     size_t part_count)
{
    struct routing *routing = context;
    (void)parts;
    (void)part_count;
    routing->sent += kind == SINK_RTP;
    return 0;
}

static void ignore_id(void *context, uint64_t room_id, uint64_t endpoint_id)
{
    (void)context;
    (void)room_id;
    (void)endpoint_id;
}

static void ignore_room(void *context, uint64_t room_id)
{
    (void)context;
    (void)room_id;
}

static struct room_endpoint *open_endpoint(struct routing *routing, uint64_t id)
{
    static const struct sink_ops sink = {.send = count_rtp};
    struct media_source source;
    struct endpoint_media media;
    const uint64_t now_us = clock_now_us();
    struct room_endpoint *endpoint = room_open_endpoint(
        routing->room,
        &(struct room_endpoint_config){.id = id, .label = "bench", .sink = {&sink, routing}},
        now_us);
    media_source_init(&source, (uint32_t)id);
    media_source_negotiated(&source, 1, &media);
    room_endpoint_set_media(endpoint, &media, now_us);
    room_endpoint_set_connected(endpoint, 0, now_us);
    room_move(routing->room, endpoint, ROOM_CIRCLE_VISIT);
    return endpoint;
}

static struct routing *routing_open(const struct path_case *traffic)
{
    static const struct room_ops ops = {.on_speaker = ignore_id,
                                        .on_recording_broken = ignore_room};
    struct routing *routing = calloc(1, sizeof(*routing));
    open_source(&routing->source, traffic);
    routing->packets = packet_buffer_pool_create(2048);
    routing->room =
        room_create(&(struct room_config){.id = 1, .packets = routing->packets, .ops = &ops});
    routing->publisher = open_endpoint(routing, 1);
    for (size_t i = 0; i < traffic->receivers; i++) {
        routing->receivers[i] = open_endpoint(routing, 2 + i);
        if (room_bind_slot(routing->room, routing->receivers[i], 0, 1, true, clock_now_us()) < 0) {
            path_fail("route: bind");
        }
    }
    return routing;
}

static void routing_close(struct routing *routing, const struct path_case *traffic)
{
    for (size_t i = 0; i < traffic->receivers; i++) {
        room_close_endpoint(routing->room, routing->receivers[i]);
    }
    room_close_endpoint(routing->room, routing->publisher);
    room_destroy(routing->room);
    packet_buffer_pool_destroy(routing->packets);
    free(routing);
}

static struct packet_buffer *next_buffer(struct routing *routing, const struct path_case *traffic,
                                         size_t i, bool keyframe)
{
    struct packet_buffer *packet = packet_buffer_take(routing->packets);
    if (!packet) {
        path_fail("route: no packet is free");
    }
    packet->arrival_us = clock_now_us();
    packet->size = (uint16_t)(keyframe && traffic->is_video
                                  ? media_source_video(&routing->source, packet->arrival_us,
                                                       MEDIA_SOURCE_KEYFRAME | MEDIA_SOURCE_FIRST |
                                                           MEDIA_SOURCE_LAST,
                                                       packet->data)
                                  : next_packet(&routing->source, traffic, i, packet->data));
    return packet;
}

double path_step_route(const struct path_case *traffic, size_t rounds)
{
    struct routing *routing = routing_open(traffic);
    double *times_ns = calloc(rounds, sizeof(*times_ns));
    const size_t forwarded = traffic->burst * traffic->receivers;
    room_endpoint_on_rtp(routing->publisher, next_buffer(routing, traffic, 0, true));
    for (size_t round = 0; round < rounds; round++) {
        struct packet_buffer *burst[PATH_BURST_MAX];
        for (size_t i = 0; i < traffic->burst; i++) {
            burst[i] = next_buffer(routing, traffic, i, false);
        }
        routing->sent = 0;
        const uint64_t began_ns = path_now_ns();
        for (size_t i = 0; i < traffic->burst; i++) {
            room_endpoint_on_rtp(routing->publisher, burst[i]);
        }
        times_ns[round] = (double)(path_now_ns() - began_ns) / (double)forwarded;
        if (routing->sent != forwarded) {
            path_fail("route: packets are missing");
        }
    }
    const double median = path_median(times_ns, rounds);
    routing_close(routing, traffic);
    free(times_ns);
    return median;
}

/* ---- sending ---- */

static void commit_burst(struct udp_sender *sender, struct udp_destination *destinations,
                         const struct path_case *traffic)
{
    for (size_t i = 0; i < traffic->burst; i++) {
        for (size_t r = 0; r < traffic->receivers; r++) {
            (void)udp_sender_reserve(sender);
            udp_sender_commit(&destinations[r], traffic->payload_size);
        }
    }
    udp_sender_flush(sender);
}

double path_step_send(const struct path_case *traffic, size_t rounds)
{
    uint8_t packet[MEDIA_SOURCE_PACKET_SIZE_MAX];
    uint16_t ports[PATH_RECEIVERS_MAX];
    int receivers[PATH_RECEIVERS_MAX];
    struct udp_destination destinations[PATH_RECEIVERS_MAX] = {0};
    double *times_ns = calloc(rounds, sizeof(*times_ns));
    uint16_t port = 0;
    const int fd = path_open_socket(&port);
    struct udp_sender *sender = udp_sender_create(fd, AF_INET);
    for (size_t r = 0; r < traffic->receivers; r++) {
        struct network_address address;
        receivers[r] = path_open_socket(&ports[r]);
        (void)network_address_parse("127.0.0.1", ports[r], &address);
        udp_destination_init(&destinations[r], sender, &address);
    }
    for (size_t round = 0; round < rounds; round++) {
        const uint64_t began_ns = path_now_ns();
        commit_burst(sender, destinations, traffic);
        times_ns[round] =
            (double)(path_now_ns() - began_ns) / (double)(traffic->burst * traffic->receivers);
        for (size_t r = 0; r < traffic->receivers; r++) {
            for (size_t i = 0; i < traffic->burst; i++) {
                if (recv(receivers[r], packet, sizeof(packet), 0) <= 0) {
                    path_fail("send: a packet did not arrive");
                }
            }
        }
    }
    const double median = path_median(times_ns, rounds);
    for (size_t r = 0; r < traffic->receivers; r++) {
        udp_destination_finish(&destinations[r]);
        close(receivers[r]);
    }
    udp_sender_destroy(sender);
    close(fd);
    free(times_ns);
    return median;
}
