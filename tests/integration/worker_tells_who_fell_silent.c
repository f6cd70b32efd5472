/* A worker on its own thread, with one person who comes by UDP or TCP, speaks, and then is not
 * heard any more. */
#include "certs/dtls_identity.h"
#include "gateway/base/clock.h"
#include "gateway/base/random.h"
#include "media/worker/worker_pool.h"
#include "tests/fakes/test_peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#define ROOM 1
#define ENDPOINT 11
#define SPEAKS_US 2000000

struct scene {
    struct dtls_identity *identity;
    struct mailbox *events;
    struct worker_pool *pool;
    struct test_peer *peer;
    uint16_t sequence;
};

static int start(struct scene *scene, uint16_t port)
{
    const struct worker_pool_config config = {.worker_count = 1,
                                              .listen_address = "127.0.0.1",
                                              .udp_port = port,
                                              .tcp = true,
                                              .peers_per_worker_max = 4,
                                              .packets_per_worker = 256};
    scene->identity = NULL;
    assert_int_equal(dtls_identity_create(&scene->identity), 0);
    scene->events = mailbox_create();
    return worker_pool_create(&config, scene->identity, scene->events, &scene->pool);
}

static void end(struct scene *scene)
{
    scene->peer = test_peer_destroy(scene->peer);
    scene->pool = worker_pool_destroy(scene->pool);
    scene->events = mailbox_destroy(scene->events);
    scene->identity = dtls_identity_destroy(scene->identity);
}

static void come(struct scene *scene, bool over_tcp)
{
    const struct test_peer_config config = {.over_tcp = over_tcp};
    struct endpoint_transport transport = {0};
    scene->peer = test_peer_create(&config);
    random_alphanumeric(transport.local.ufrag, LOCAL_UFRAG_LENGTH);
    random_alphanumeric(transport.local.pwd, LOCAL_PWD_LENGTH);
    strcpy(transport.remote.ufrag, test_peer_ufrag(scene->peer));
    strcpy(transport.remote.pwd, test_peer_pwd(scene->peer));
    memcpy(transport.remote_fingerprint, test_peer_fingerprint(scene->peer), 32);
    worker_pool_open_room(scene->pool, ROOM);
    worker_pool_open_endpoint(scene->pool, ROOM, ENDPOINT, "label", &transport);
    const struct test_peer_gateway gateway = {.address = "127.0.0.1",
                                              .port = worker_pool_room_port(scene->pool, ROOM),
                                              .ufrag = transport.local.ufrag,
                                              .pwd = transport.local.pwd,
                                              .fingerprint =
                                                  dtls_identity_fingerprint(scene->identity)};
    test_peer_set_gateway(scene->peer, &gateway);
    assert_int_equal(test_peer_connect(scene->peer, 20000), 0);
}

static void speak(struct scene *scene)
{
    uint8_t packet[100] = {0x80, 111, [11] = 7};
    packet[2] = (uint8_t)(scene->sequence >> 8);
    packet[3] = (uint8_t)scene->sequence++;
    assert_int_equal(test_peer_send_rtp(scene->peer, packet, sizeof(packet)), 0);
}

/* Waits for the next event of a type: owned. */
static struct mailbox_message *await(struct scene *scene, enum worker_event_type type)
{
    for (;;) {
        struct mailbox_message *message = mailbox_take(scene->events);
        if (message && message->type == (int)type) {
            return message;
        }
        if (message) {
            mailbox_message_destroy(message);
            continue;
        }
        struct pollfd wait = {.fd = mailbox_fd(scene->events), .events = POLLIN};
        assert_int_equal(poll(&wait, 1, 20000), 1);
    }
}

static void assert_told(struct scene *scene, bool silent)
{
    struct mailbox_message *message = await(scene, WORKER_EVENT_SILENCE);
    const struct worker_silence_event *event = (const struct worker_silence_event *)message;
    assert_int_equal(event->endpoint_id, ENDPOINT);
    assert_int_equal(event->silent, silent);
    mailbox_message_destroy(message);
}

/* Nothing comes, no check either, since the peer has no turns: is it told before two more reports
 * are? */
static bool falls_silent(struct scene *scene)
{
    bool told = false;
    for (unsigned reports = 0; reports < 3;) {
        struct mailbox_message *message = mailbox_take(scene->events);
        if (!message) {
            struct pollfd wait = {.fd = mailbox_fd(scene->events), .events = POLLIN};
            assert_int_equal(poll(&wait, 1, 20000), 1);
            continue;
        }
        reports += message->type == WORKER_EVENT_ENDPOINT_REPORT;
        if (message->type == WORKER_EVENT_SILENCE) {
            told = ((const struct worker_silence_event *)message)->silent;
        }
        mailbox_message_destroy(message);
    }
    return told;
}

static void assert_comes_by(struct scene *scene, enum endpoint_path path)
{
    enum endpoint_path reported = ENDPOINT_PATH_NONE;
    while (reported == ENDPOINT_PATH_NONE) {
        struct mailbox_message *message = await(scene, WORKER_EVENT_ENDPOINT_REPORT);
        reported = ((const struct worker_endpoint_report *)message)->path;
        mailbox_message_destroy(message);
    }
    assert_int_equal(reported, path);
}

/* A packet each 20 ms, or later where the machine is busy: then it speaks for longer. */
static void speak_for_a_while(struct scene *scene)
{
    const uint64_t until_us = clock_now_us() + SPEAKS_US;
    while (clock_now_us() < until_us) {
        speak(scene);
        test_peer_run_once(scene->peer, 20);
    }
}

static void is_told(bool over_tcp)
{
    struct scene scene = {0};
    assert_int_equal(start(&scene, 0), 0);
    come(&scene, over_tcp);
    assert_comes_by(&scene, over_tcp ? ENDPOINT_PATH_TCP : ENDPOINT_PATH_UDP);
    do {
        speak_for_a_while(&scene);
    } while (!falls_silent(&scene)); /* a busy machine made pauses: it did not flow */
    speak(&scene);
    assert_told(&scene, false);
    end(&scene);
}

static void test_silence_by_udp_is_told(void **state)
{
    (void)state;
    is_told(false);
}

static void test_silence_by_tcp_is_told(void **state)
{
    (void)state;
    is_told(true);
}

static void test_a_tcp_port_that_is_taken_stops_everything(void **state)
{
    (void)state;
    struct scene scene = {0};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    assert_int_equal(start(&scene, ntohs(address.sin_port)), -EADDRINUSE);
    assert_null(scene.pool);
    close(fd);
    end(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_silence_by_udp_is_told),
        cmocka_unit_test(test_silence_by_tcp_is_told),
        cmocka_unit_test(test_a_tcp_port_that_is_taken_stops_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
