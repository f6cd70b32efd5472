#include "tests/bench/path/path_whole.h"

#include "certs/dtls_identity.h"
#include "gateway/base/clock.h"
#include "gateway/base/list.h"
#include "gateway/base/mailbox.h"
#include "gateway/base/random.h"
#include "media/router/room.h"
#include "media/router/room_endpoint.h"
#include "media/rtp/packet_buffer.h"
#include "media/transport/transport_host.h"
#include "media/worker/worker_endpoint.h"
#include "media/worker/worker_room.h"
#include "tests/fakes/media_source.h"
#include "tests/fakes/test_peer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define PACKETS 4096
#define ENDPOINTS_MAX (PATH_RECEIVERS_MAX + 1)
#define CONNECT_WITHIN_US 10000000u
#define TICK_US 20000

/* The first one publishes, all others receive. */
struct person {
    struct test_peer *peer;
    struct worker_endpoint *endpoint;
};

struct whole {
    const struct path_case *traffic;
    struct dtls_identity *identity;
    struct packet_buffer_pool *packets;
    struct transport_host *host;
    struct mailbox *events;
    struct room *room;
    struct list ended;
    struct worker_state worker; /* of which only the lists of rooms are used */
    struct worker_room home;
    int epoll;
    struct person people[ENDPOINTS_MAX];
    size_t people_count;
    struct media_source source;
    uint16_t first_sequence; /* of the key frame that begins */
    uint64_t tick_due_us;
};

static void on_speaker(void *context, uint64_t room_id, uint64_t endpoint_id)
{
    (void)context;
    (void)room_id;
    (void)endpoint_id;
}

static void on_recording_broken(void *context, uint64_t room_id)
{
    (void)context;
    (void)room_id;
}

/* ---- turns ---- */

static void discard_events(struct whole *whole)
{
    struct mailbox_message *message;
    while ((message = mailbox_take(whole->events))) {
        mailbox_message_destroy(message);
    }
}

static void tick_if_due(struct whole *whole)
{
    const uint64_t now_us = clock_now_us();
    if (now_us >= whole->tick_due_us) {
        whole->tick_due_us = now_us + TICK_US;
        transport_host_on_tick(whole->host, now_us);
        room_on_tick(whole->room, now_us);
        transport_host_flush(whole->host);
        discard_events(whole);
    }
}

static void read_at_receivers(struct whole *whole)
{
    for (size_t i = 0; i < whole->people_count; i++) {
        test_peer_run_once(whole->people[i].peer, 0);
    }
}

static bool everybody_is_connected(const struct whole *whole)
{
    for (size_t i = 0; i < whole->people_count; i++) {
        if (!test_peer_is_connected(whole->people[i].peer)) {
            return false;
        }
    }
    return true;
}

static void connect_everybody(struct whole *whole)
{
    const uint64_t began_us = clock_now_us();
    while (!everybody_is_connected(whole)) {
        if (clock_now_us() - began_us > CONNECT_WITHIN_US) {
            errno = ETIMEDOUT;
            path_fail("whole: connect");
        }
        read_at_receivers(whole);
        transport_host_receive(whole->host, clock_now_us());
        transport_host_flush(whole->host);
        tick_if_due(whole);
    }
}

/* ---- life ---- */

static void open_person(struct whole *whole)
{
    struct person *person = &whole->people[whole->people_count];
    struct media_source source;
    const uint64_t id = ++whole->people_count;
    struct worker_endpoint_open open = {.endpoint_id = id, .label = "bench"};
    struct endpoint_media media;
    const struct worker_endpoint_config config = {
        .host = whole->host, .room = whole->room, .events = whole->events, .ended = &whole->ended};

    person->peer =
        test_peer_create(&(struct test_peer_config){.srtp_profiles = "SRTP_AEAD_AES_128_GCM"});
    random_alphanumeric(open.transport.local.ufrag, LOCAL_UFRAG_LENGTH);
    random_alphanumeric(open.transport.local.pwd, LOCAL_PWD_LENGTH);
    (void)snprintf(open.transport.remote.ufrag, ICE_UFRAG_SIZE_MAX, "%s",
                   test_peer_ufrag(person->peer));
    memcpy(open.transport.remote_fingerprint, test_peer_fingerprint(person->peer), 32);
    if (worker_endpoint_create(&config, &open, clock_now_us(), &person->endpoint) < 0) {
        path_fail("whole: endpoint");
    }
    person->endpoint->home = &whole->home;
    media_source_init(&source, (uint32_t)id);
    media_source_negotiated(&source, 1, &media);
    room_endpoint_set_media(person->endpoint->place, &media, clock_now_us());
    const struct test_peer_gateway gateway = {
        .address = "127.0.0.1",
        .port = transport_host_port(whole->host),
        .ufrag = open.transport.local.ufrag,
        .pwd = open.transport.local.pwd,
        .fingerprint = dtls_identity_fingerprint(whole->identity),
    };
    test_peer_set_gateway(person->peer, &gateway);
    test_peer_start(person->peer);
}

static void bind_everybody(struct whole *whole)
{
    for (size_t i = 0; i < whole->people_count; i++) {
        room_move(whole->room, whole->people[i].endpoint->place, ROOM_CIRCLE_VISIT);
    }
    for (size_t i = 1; i < whole->people_count; i++) {
        if (room_bind_slot(whole->room, whole->people[i].endpoint->place, 0,
                           whole->people[0].endpoint->id, true, clock_now_us()) < 0) {
            path_fail("whole: bind");
        }
    }
}

static struct whole *whole_open(const struct path_case *traffic, enum srtp_aead_choice aead)
{
    static const struct room_ops ops = {.on_speaker = on_speaker,
                                        .on_recording_broken = on_recording_broken};
    struct whole *whole = calloc(1, sizeof(*whole));
    whole->traffic = traffic;
    list_init(&whole->ended);
    list_init(&whole->worker.busy_rooms);
    list_init(&whole->home.in_busy);
    whole->home.worker = &whole->worker;
    whole->events = mailbox_create();
    whole->packets = packet_buffer_pool_create(PACKETS);
    media_source_init(&whole->source, 1);
    whole->source.audio_payload_size = traffic->payload_size;
    whole->source.video_payload_size = traffic->payload_size;
    whole->first_sequence = whole->source.video_sequence;
    if (dtls_identity_create(&whole->identity) < 0) {
        path_fail("whole: identity");
    }
    const struct transport_host_config host = {
        .listen_address = "127.0.0.1",
        .peers_max = ENDPOINTS_MAX,
        .srtp_aead = aead,
        .identity = whole->identity,
        .packets = whole->packets,
    };
    if (transport_host_create(&host, &whole->host) < 0) {
        path_fail("whole: host");
    }
    whole->room = room_create(&(struct room_config){
        .id = 1, .packets = whole->packets, .packets_reserve = PACKETS / 8, .ops = &ops});
    whole->epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event readable = {.events = EPOLLIN};
    epoll_ctl(whole->epoll, EPOLL_CTL_ADD, transport_host_fd(whole->host), &readable);
    for (size_t i = 0; i < traffic->receivers + 1; i++) {
        open_person(whole);
    }
    connect_everybody(whole);
    bind_everybody(whole);
    return whole;
}

static void whole_close(struct whole *whole)
{
    for (size_t i = 0; i < whole->people_count; i++) {
        worker_endpoint_destroy(whole->people[i].endpoint);
        test_peer_destroy(whole->people[i].peer);
    }
    room_destroy(whole->room);
    transport_host_destroy(whole->host);
    packet_buffer_pool_destroy(whole->packets);
    dtls_identity_destroy(whole->identity);
    discard_events(whole);
    mailbox_destroy(whole->events);
    close(whole->epoll);
    free(whole);
}

/* ---- a round ---- */

static void publish_burst(struct whole *whole)
{
    const uint64_t now_us = clock_now_us();
    const unsigned keyframe =
        whole->source.video_sequence == whole->first_sequence ? (unsigned)MEDIA_SOURCE_KEYFRAME : 0;
    uint8_t packet[MEDIA_SOURCE_PACKET_SIZE_MAX];
    for (size_t i = 0; i < whole->traffic->burst; i++) {
        const unsigned flags = (i == 0 ? keyframe | MEDIA_SOURCE_FIRST : 0) |
                               (i + 1 == whole->traffic->burst ? MEDIA_SOURCE_LAST : 0);
        const size_t size = whole->traffic->is_video
                                ? media_source_video(&whole->source, now_us, flags, packet)
                                : media_source_audio(&whole->source, now_us, packet);
        if (test_peer_send_rtp(whole->people[0].peer, packet, size) < 0) {
            path_fail("whole: publish");
        }
    }
}

static uint64_t received_by_all(const struct whole *whole)
{
    uint64_t packets = 0;
    for (size_t i = 1; i < whole->people_count; i++) {
        packets += test_peer_statistics(whole->people[i].peer)->rtp_received;
    }
    return packets;
}

static double forward_burst(struct whole *whole)
{
    struct epoll_event readable;
    const uint64_t began_ns = path_now_ns();
    if (epoll_wait(whole->epoll, &readable, 1, 1000) != 1) {
        path_fail("whole: receive");
    }
    transport_host_receive(whole->host, began_ns / 1000);
    transport_host_flush(whole->host);
    return (double)(path_now_ns() - began_ns);
}

double path_whole_measure(const struct path_case *traffic, enum srtp_aead_choice aead,
                          size_t rounds)
{
    struct whole *whole = whole_open(traffic, aead);
    double *times_ns = calloc(rounds, sizeof(*times_ns));
    const size_t forwarded = traffic->burst * traffic->receivers;
    for (size_t round = 0; round < rounds; round++) {
        tick_if_due(whole);
        read_at_receivers(whole);
        const uint64_t before = received_by_all(whole);
        publish_burst(whole);
        times_ns[round] = forward_burst(whole) / (double)forwarded;
        read_at_receivers(whole);
        if (received_by_all(whole) - before != forwarded) {
            path_fail("whole: a packet did not arrive");
        }
    }
    const double median = path_median(times_ns, rounds);
    free(times_ns);
    whole_close(whole);
    return median;
}
