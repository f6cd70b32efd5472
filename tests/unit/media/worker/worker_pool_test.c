#include "media/worker/worker_pool.h"

#include "certs/dtls_identity.h"
#include "gateway/base/random.h"

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
#include <unistd.h>

#include <cmocka.h>

struct scene {
    struct dtls_identity *identity;
    struct mailbox *events;
    struct worker_pool *pool;
};

static int set_up(void **state)
{
    struct scene *s = calloc(1, sizeof(*s));
    assert_int_equal(dtls_identity_create(&s->identity), 0);
    s->events = mailbox_create();
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *s = *state;
    s->pool = worker_pool_destroy(s->pool);
    s->events = mailbox_destroy(s->events);
    s->identity = dtls_identity_destroy(s->identity);
    free(s);
    return 0;
}

static int start(struct scene *s, unsigned workers, const char *address, uint16_t port)
{
    const struct worker_pool_config config = {
        .worker_count = workers,
        .listen_address = address,
        .udp_port = port,
        .peers_per_worker_max = 16,
        .packets_per_worker = 256,
    };
    return worker_pool_create(&config, s->identity, s->events, &s->pool);
}

static struct endpoint_transport credentials(void)
{
    struct endpoint_transport transport = {.remote = {.ufrag = "abcd", .pwd = "x"}};
    random_alphanumeric(transport.local.ufrag, LOCAL_UFRAG_LENGTH);
    random_alphanumeric(transport.local.pwd, LOCAL_PWD_LENGTH);
    return transport;
}

static struct mailbox_message *await(struct scene *s, enum worker_event_type type)
{
    for (;;) {
        struct mailbox_message *message = mailbox_take(s->events);
        if (message && message->type == (int)type) {
            return message;
        }
        if (message) {
            mailbox_message_destroy(message);
            continue;
        }
        struct pollfd wait = {.fd = mailbox_fd(s->events), .events = POLLIN};
        assert_int_equal(poll(&wait, 1, 10000), 1);
    }
}

static void test_addresses_that_cannot_be_bound(void **state)
{
    struct scene *s = *state;
    assert_int_equal(start(s, 1, "no address", 0), -EINVAL);
    assert_int_equal(start(s, 1, "192.0.2.1", 0), -EADDRNOTAVAIL);
    assert_null(s->pool);
}

static void test_a_port_that_is_taken_stops_everything(void **state)
{
    struct scene *s = *state;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    assert_int_equal(start(s, 1, "127.0.0.1", ntohs(address.sin_port)), -EADDRINUSE);
    assert_null(s->pool);
    close(fd);
}

static void test_rooms_go_where_the_fewest_endpoints_are(void **state)
{
    struct scene *s = *state;
    assert_int_equal(start(s, 3, "127.0.0.1", 0), 0);
    struct endpoint_transport transport = credentials();
    assert_int_equal(worker_pool_room_port(s->pool, 1), 0);
    worker_pool_open_room(s->pool, 1);
    worker_pool_open_endpoint(s->pool, 1, 11, "label", &transport);
    worker_pool_open_room(s->pool, 2);
    transport = credentials();
    worker_pool_open_endpoint(s->pool, 2, 12, "label", &transport);
    worker_pool_open_room(s->pool, 3);
    const uint16_t ports[] = {worker_pool_room_port(s->pool, 1), worker_pool_room_port(s->pool, 2),
                              worker_pool_room_port(s->pool, 3)};
    assert_true(ports[0] != ports[1] && ports[1] != ports[2] && ports[0] != ports[2]);
    worker_pool_close_room(s->pool, 2);
    transport = credentials();
    worker_pool_open_endpoint(s->pool, 3, 13, "label", &transport);
    worker_pool_open_room(s->pool, 4);
    assert_int_equal(worker_pool_room_port(s->pool, 4), ports[1]);
}

/* Two workers of 16 places: places count with or without endpoints, and each only once. */
static void test_nobody_is_taken_beyond_the_places(void **state)
{
    struct scene *s = *state;
    struct worker_pool_status status;
    assert_int_equal(start(s, 2, "127.0.0.1", 0), 0);
    worker_pool_open_room(s->pool, 1);
    worker_pool_open_room(s->pool, 2); /* on the other one */
    for (unsigned i = 0; i < 16; i++) {
        assert_true(worker_pool_takes_person(s->pool, 1, 0));
        assert_false(worker_pool_takes_person(s->pool, 1, 16 - i)); /* so many are on their way */
        worker_pool_take_place(s->pool, 1);
    }
    const struct endpoint_transport transport = credentials();
    worker_pool_open_endpoint(s->pool, 1, 11, "label", &transport);
    worker_pool_status(s->pool, &status);
    assert_int_equal(status.peers_max, 32);
    assert_int_equal(status.people, 16);
    assert_int_equal(status.workers_full, 1);
    assert_false(worker_pool_takes_person(s->pool, 1, 0));
    assert_true(worker_pool_takes_person(s->pool, 2, 0));
    assert_true(worker_pool_takes_person(s->pool, 0, 0)); /* a new room goes where there is room */
    assert_false(worker_pool_takes_anybody(s->pool, 0));
    worker_pool_open_room(s->pool, 3);
    assert_int_equal(worker_pool_room_port(s->pool, 3), worker_pool_room_port(s->pool, 2));

    worker_pool_give_place(s->pool, 1);
    assert_true(worker_pool_takes_person(s->pool, 1, 0));
    worker_pool_close_room(s->pool, 1);
    worker_pool_status(s->pool, &status);
    assert_int_equal(status.people, 0);
}

static void test_a_worker_that_is_busy_takes_nobody(void **state)
{
    struct scene *s = *state;
    assert_int_equal(start(s, 2, "127.0.0.1", 0), 0);
    struct worker_report report = {.worker = 0, .load_permille = 800, .load_level = 1};
    worker_pool_note_report(s->pool, &report);
    worker_pool_open_room(s->pool, 1);
    assert_true(worker_pool_takes_person(s->pool, 1, 0)); /* it went to the other one */
    report.worker = 1;
    worker_pool_note_report(s->pool, &report);
    assert_false(worker_pool_takes_person(s->pool, 1, 0));
    assert_false(worker_pool_takes_person(s->pool, 0, 0));
    report.load_level = 0;
    worker_pool_note_report(s->pool, &report);
    assert_true(worker_pool_takes_person(s->pool, 1, 0));
    report.worker = 2; /* nobody's */
    worker_pool_note_report(s->pool, &report);
}

static void test_an_unusable_ufrag_fails_the_endpoint(void **state)
{
    struct scene *s = *state;
    assert_int_equal(start(s, 1, "127.0.0.1", 0), 0);
    worker_pool_open_room(s->pool, 1);
    const struct endpoint_transport transport = {0};
    worker_pool_open_endpoint(s->pool, 1, 11, "label", &transport);
    struct mailbox_message *message = await(s, WORKER_EVENT_ENDPOINT_FAILED);
    assert_int_equal(CONTAINER_OF(message, struct worker_endpoint_event, message)->endpoint_id, 11);
    mailbox_message_destroy(message);
}

static void test_reports_come_by_themselves(void **state)
{
    struct scene *s = *state;
    assert_int_equal(start(s, 1, "127.0.0.1", 0), 0);
    worker_pool_open_room(s->pool, 1);
    const struct endpoint_transport transport = credentials();
    worker_pool_open_endpoint(s->pool, 1, 11, "label", &transport);
    struct mailbox_message *message = await(s, WORKER_EVENT_ENDPOINT_REPORT);
    const struct worker_endpoint_report *report =
        CONTAINER_OF(message, struct worker_endpoint_report, message);
    assert_int_equal(report->endpoint_id, 11);
    assert_false(report->connected);
    assert_false(report->in_room);
    mailbox_message_destroy(message);
    message = await(s, WORKER_EVENT_REPORT);
    const struct worker_report *worker = CONTAINER_OF(message, struct worker_report, message);
    assert_int_equal(worker->rooms, 1);
    assert_int_equal(worker->endpoints, 1);
    assert_int_equal(worker->packet_slots_free, 256);
    mailbox_message_destroy(message);
}

/* Whatever control says in whatever order; for the sanitizers to watch. */
static void test_any_commands_in_any_order(void **state)
{
    struct scene *s = *state;
    assert_int_equal(start(s, 2, "127.0.0.1", 0), 0);
    uint64_t next_room = 1;
    uint64_t next_endpoint = 1;
    static const struct endpoint_media nothing = {.slot_count = 2};
    for (int i = 0; i < 4000; i++) {
        const uint64_t room = 1 + random_below((uint32_t)next_room);
        const uint64_t endpoint = 1 + random_below((uint32_t)next_endpoint);
        const struct endpoint_transport transport = credentials();
        int fds[2];
        switch (random_below(13)) {
        case 0:
            worker_pool_open_room(s->pool, next_room++);
            break;
        case 1:
        case 2:
            worker_pool_open_endpoint(s->pool, room, 1000000 + next_endpoint++, "x", &transport);
            break;
        case 3:
            worker_pool_close_endpoint(s->pool, 1000000 + endpoint);
            break;
        case 4:
            worker_pool_set_media(s->pool, 1000000 + endpoint, &nothing);
            break;
        case 5:
            worker_pool_move(s->pool, 1000000 + endpoint, ROOM_CIRCLE_VISIT);
            break;
        case 6:
            worker_pool_move(s->pool, 1000000 + endpoint, ROOM_OUTSIDE);
            break;
        case 7:
            worker_pool_bind_slot(s->pool, 1000000 + endpoint, random_below(3),
                                  1000000 + random_below((uint32_t)next_endpoint), true);
            break;
        case 8:
            assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
            worker_pool_attach_recording(s->pool, room, fds[0]);
            close(fds[1]);
            break;
        case 9:
            worker_pool_resume_recording(s->pool, room);
            break;
        case 10:
            worker_pool_pause_recording(s->pool, room);
            worker_pool_detach_recording(s->pool, room);
            break;
        case 11:
            worker_pool_restart_ice(s->pool, 1000000 + endpoint, &transport);
            break;
        default:
            if (random_below(4) == 0) {
                worker_pool_close_room(s->pool, room);
            }
        }
        for (struct mailbox_message *message = NULL; (message = mailbox_take(s->events));) {
            mailbox_message_destroy(message);
        }
    }
    worker_pool_open_room(s->pool, next_room); /* both still live */
    mailbox_message_destroy(await(s, WORKER_EVENT_REPORT));
}

int main(void)
{
#define POOL_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        POOL_TEST(test_addresses_that_cannot_be_bound),
        POOL_TEST(test_a_port_that_is_taken_stops_everything),
        POOL_TEST(test_rooms_go_where_the_fewest_endpoints_are),
        POOL_TEST(test_nobody_is_taken_beyond_the_places),
        POOL_TEST(test_a_worker_that_is_busy_takes_nobody),
        POOL_TEST(test_an_unusable_ufrag_fails_the_endpoint),
        POOL_TEST(test_reports_come_by_themselves),
        POOL_TEST(test_any_commands_in_any_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
