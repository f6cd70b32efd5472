#include "media/transport/udp_sender.h"

#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>

#include <cmocka.h>

#define RECEIVERS 8

/* A sender, and those it sends to. */
struct rig {
    struct udp_socket *from;
    struct udp_sender *sender;
    struct udp_socket *to[RECEIVERS];
    struct udp_destination destinations[RECEIVERS];
    uint8_t expected[RECEIVERS]; /* what the next datagram begins with */
};

static struct network_address loopback(const struct udp_socket *socket)
{
    struct network_address address;
    assert_int_equal(network_address_parse("127.0.0.1", udp_socket_port(socket), &address), 0);
    return address;
}

static int setup(void **state)
{
    static struct rig rig;
    memset(&rig, 0, sizeof(rig));
    assert_int_equal(udp_socket_create("127.0.0.1", 0, &rig.from), 0);
    rig.sender = udp_sender_create(udp_socket_fd(rig.from), udp_socket_family(rig.from));
    for (size_t i = 0; i < RECEIVERS; i++) {
        assert_int_equal(udp_socket_create("127.0.0.1", 0, &rig.to[i]), 0);
        const struct network_address address = loopback(rig.to[i]);
        udp_destination_init(&rig.destinations[i], rig.sender, &address);
    }
    *state = &rig;
    return 0;
}

static int teardown(void **state)
{
    struct rig *rig = *state;
    for (size_t i = 0; i < RECEIVERS; i++) {
        udp_destination_finish(&rig->destinations[i]);
        udp_socket_destroy(rig->to[i]);
    }
    udp_sender_destroy(rig->sender);
    udp_socket_destroy(rig->from);
    return 0;
}

static void queue(struct udp_destination *destination, const char *bytes, size_t size)
{
    memcpy(udp_sender_reserve(destination->sender), bytes, size);
    udp_sender_commit(destination, size);
}

static const struct udp_sender_statistics *statistics_of(const struct rig *rig)
{
    return udp_sender_statistics(rig->sender);
}

/* `size` bytes that are all `number`. */
static void commit(struct rig *rig, size_t receiver, uint8_t number, size_t size)
{
    memset(udp_sender_reserve(rig->sender), number, size);
    udp_sender_commit(&rig->destinations[receiver], size);
}

/* Loopback delivers at once; the poll only waits for the kernel's other half. */
static size_t receive(struct udp_socket *socket, const struct udp_datagram **ret_datagrams)
{
    struct pollfd waiting = {.fd = udp_socket_fd(socket), .events = POLLIN};
    assert_int_equal(poll(&waiting, 1, 5000), 1);
    return udp_socket_receive(socket, ret_datagrams);
}

/* The next `count` datagrams are numbered on from the last, with `sizes` in turn. */
static void expect(struct rig *rig, size_t receiver, size_t count, const size_t *sizes,
                   size_t size_count)
{
    size_t received = 0;
    while (received < count) {
        const struct udp_datagram *datagrams = NULL;
        const size_t batch = receive(rig->to[receiver], &datagrams);
        for (size_t i = 0; i < batch; i++, received++) {
            const size_t size = sizes[received % size_count];
            const uint8_t number = rig->expected[receiver]++;
            assert_int_equal(datagrams[i].size, size);
            assert_int_equal(datagrams[i].source.port, udp_socket_port(rig->from));
            if (size > 0) {
                assert_int_equal(datagrams[i].data[0], number);
                assert_int_equal(datagrams[i].data[size - 1], number);
            }
        }
    }
    assert_int_equal(received, count);
    const struct udp_datagram *more = NULL;
    assert_int_equal(udp_socket_receive(rig->to[receiver], &more), 0);
}

static void test_datagrams_arrive_in_order_whatever_their_sizes(void **state)
{
    struct rig *rig = *state;
    /* Runs of equal size, a shorter end, a longer successor, an empty one. */
    static const size_t sizes[] = {1200, 1200, 1200, 300, 300, 2048, 0, 1, 1200, 1200, 100, 1200};
    enum { COUNT = 120 };
    for (size_t i = 0; i < COUNT; i++) {
        commit(rig, 0, (uint8_t)i, sizes[i % ARRAY_LENGTH(sizes)]);
    }
    udp_sender_flush(rig->sender);
    expect(rig, 0, COUNT, sizes, ARRAY_LENGTH(sizes));
    assert_int_equal(statistics_of(rig)->datagrams_sent, COUNT);
    assert_int_equal(statistics_of(rig)->send_dropped, 0);
    assert_int_equal(statistics_of(rig)->bytes_sent,
                     udp_socket_statistics(rig->to[0])->bytes_received);
    assert_int_equal(statistics_of(rig)->system_calls, 1);
}

static void test_a_burst_fanned_out_is_one_message_for_each_receiver(void **state)
{
    struct rig *rig = *state;
    static const size_t size = 1200;
    for (uint8_t number = 0; number < 5; number++) {
        for (size_t receiver = 0; receiver < RECEIVERS; receiver++) {
            commit(rig, receiver, number, size);
        }
    }
    udp_sender_flush(rig->sender);
    for (size_t receiver = 0; receiver < RECEIVERS; receiver++) {
        expect(rig, receiver, 5, &size, 1);
    }
    assert_int_equal(statistics_of(rig)->datagrams_sent, 5 * RECEIVERS);
    assert_int_equal(statistics_of(rig)->messages_sent, RECEIVERS);
    assert_int_equal(statistics_of(rig)->system_calls, 1);
    udp_sender_flush(rig->sender); /* nothing */
    assert_int_equal(statistics_of(rig)->system_calls, 1);
}

static void test_each_destination_has_its_own_runs(void **state)
{
    struct rig *rig = *state;
    static const size_t sizes[RECEIVERS][5] = {
        {1000, 1000, 1000, 1000, 1000}, /* one run */
        {1000, 1000, 1000, 1000, 999},  /* one, with a shorter end */
        {1000, 999, 1000, 1000, 1000},  /* {1000 999} {1000 1000 1000} */
        {160, 1000, 1000, 160, 160},    /* {160} {1000 1000 160} {160} */
        {1, 2, 3, 4, 5},                /* five */
        {5, 4, 3, 2, 1},                /* {5 4} {3 2} {1} */
        {0, 0, 0, 0, 0},                /* five */
        {2048, 2048, 0, 2048, 2048},    /* {2048 2048} {0} {2048 2048} */
    };
    static const size_t messages = 1 + 1 + 2 + 3 + 5 + 3 + 5 + 3;
    for (size_t i = 0; i < 5; i++) {
        for (size_t receiver = 0; receiver < RECEIVERS; receiver++) {
            commit(rig, receiver, (uint8_t)i, sizes[receiver][i]);
        }
    }
    udp_sender_flush(rig->sender);
    for (size_t receiver = 0; receiver < RECEIVERS; receiver++) {
        expect(rig, receiver, 5, sizes[receiver], 5);
    }
    assert_int_equal(statistics_of(rig)->messages_sent, messages);
    assert_int_equal(statistics_of(rig)->runs_refused, 0);
    assert_int_equal(statistics_of(rig)->system_calls, 1);
}

static void test_runs_are_not_longer_than_the_kernel_takes(void **state)
{
    struct rig *rig = *state;
    static const size_t small = 100;
    static const size_t large = 1400;
    for (uint8_t i = 0; i < 130; i++) {
        commit(rig, 0, i, small); /* 64 segments at most */
    }
    for (uint8_t i = 0; i < 100; i++) {
        commit(rig, 1, i, large); /* 46 of them fill a datagram */
    }
    udp_sender_flush(rig->sender);
    expect(rig, 0, 130, &small, 1);
    expect(rig, 1, 100, &large, 1);
    assert_int_equal(statistics_of(rig)->runs_refused, 0);
    assert_int_equal(statistics_of(rig)->messages_sent, 3 + 3);
}

static void test_a_dual_stack_socket_sends_runs_to_both_families(void **state)
{
    (void)state;
    static const char *const addresses[] = {"127.0.0.1", "::1"};
    AUTO(udp_socket) from = NULL;
    assert_int_equal(udp_socket_create("::", 0, &from), 0);
    AUTO(udp_sender) sender = udp_sender_create(udp_socket_fd(from), udp_socket_family(from));
    for (size_t i = 0; i < ARRAY_LENGTH(addresses); i++) {
        AUTO(udp_socket) to = NULL;
        struct network_address address;
        struct udp_destination destination;
        assert_int_equal(udp_socket_create(addresses[i], 0, &to), 0);
        assert_int_equal(network_address_parse(addresses[i], udp_socket_port(to), &address), 0);
        udp_destination_init(&destination, sender, &address);
        for (unsigned k = 0; k < 3; k++) {
            queue(&destination, "run", 3);
        }
        udp_sender_flush(sender);
        udp_destination_finish(&destination);
        const struct udp_datagram *datagrams = NULL;
        assert_int_equal(receive(to, &datagrams), 3);
        assert_int_equal(datagrams[2].size, 3);
        assert_int_equal(udp_sender_statistics(sender)->messages_sent, i + 1);
    }
}

static void test_a_full_queue_sends_itself(void **state)
{
    struct rig *rig = *state;
    static const size_t size = 20;
    enum { ROUNDS = 150 };
    for (uint8_t number = 0; number < ROUNDS; number++) {
        for (size_t receiver = 0; receiver < RECEIVERS; receiver++) {
            commit(rig, receiver, number, size);
        }
    }
    assert_int_equal(statistics_of(rig)->system_calls, 1);
    udp_sender_flush(rig->sender);
    assert_int_equal(statistics_of(rig)->system_calls, 2);
    for (size_t receiver = 0; receiver < RECEIVERS; receiver++) {
        expect(rig, receiver, ROUNDS, &size, 1);
    }
    assert_int_equal(statistics_of(rig)->datagrams_sent, ROUNDS * RECEIVERS);
}

/* A slot that was reserved and then not needed is the next one's. */
static void test_what_is_not_committed_is_not_sent(void **state)
{
    struct rig *rig = *state;
    static const size_t size = 10;
    memset(udp_sender_reserve(rig->sender), 99, UDP_DATAGRAM_SIZE_MAX);
    commit(rig, 0, 0, size);
    memset(udp_sender_reserve(rig->sender), 99, UDP_DATAGRAM_SIZE_MAX);
    udp_sender_flush(rig->sender);
    expect(rig, 0, 1, &size, 1);
}

static void test_a_destination_may_go_before_what_was_queued_for_it(void **state)
{
    struct rig *rig = *state;
    static const size_t size = 50;
    struct udp_destination *leaves = malloc(sizeof(*leaves));
    const struct network_address address = loopback(rig->to[0]);
    udp_destination_init(leaves, rig->sender, &address);
    for (uint8_t i = 0; i < 3; i++) {
        memset(udp_sender_reserve(rig->sender), i, size);
        udp_sender_commit(leaves, size);
        commit(rig, 1, i, size);
    }
    udp_destination_finish(leaves);
    udp_destination_finish(leaves); /* harmless */
    free(leaves);
    udp_sender_flush(rig->sender);
    expect(rig, 0, 3, &size, 1);
    expect(rig, 1, 3, &size, 1);
}

static void test_a_destination_that_moves_is_followed(void **state)
{
    struct rig *rig = *state;
    static const size_t size = 50;
    const struct network_address other = loopback(rig->to[1]);
    commit(rig, 0, 0, size);
    commit(rig, 0, 1, size);
    udp_destination_finish(&rig->destinations[0]);
    udp_destination_init(&rig->destinations[0], rig->sender, &other);
    commit(rig, 0, 0, size);
    udp_sender_flush(rig->sender);
    expect(rig, 0, 2, &size, 1);
    expect(rig, 1, 1, &size, 1);
}

static void test_answers_need_no_destination(void **state)
{
    struct rig *rig = *state;
    static const size_t size = 30;
    const struct network_address first = loopback(rig->to[0]);
    const struct network_address second = loopback(rig->to[1]);
    commit(rig, 2, 0, size);
    memset(udp_sender_reserve(rig->sender), 0, size);
    udp_sender_commit_answer(rig->sender, &first, size);
    commit(rig, 2, 1, size);
    memset(udp_sender_reserve(rig->sender), 0, size);
    udp_sender_commit_answer(rig->sender, &second, size);
    udp_sender_flush(rig->sender);
    expect(rig, 0, 1, &size, 1);
    expect(rig, 1, 1, &size, 1);
    expect(rig, 2, 2, &size, 1);
    assert_int_equal(statistics_of(rig)->messages_sent, 3);
}

static void test_a_refused_datagram_does_not_hold_up_the_others(void **state)
{
    struct rig *rig = *state;
    struct network_address unreachable[2];
    assert_int_equal(network_address_parse("2001:db8::1", 9, &unreachable[0]), 0); /* from IPv4 */
    assert_int_equal(network_address_parse("192.0.2.1", 9, &unreachable[1]), 0); /* from loopback */
    struct udp_destination ipv6;
    struct udp_destination other;
    udp_destination_init(&ipv6, rig->sender, &unreachable[0]);
    udp_destination_init(&other, rig->sender, &unreachable[1]);
    queue(&ipv6, "x", 1);
    commit(rig, 0, 0, 5);
    queue(&other, "x", 1);
    queue(&other, "x", 1);
    commit(rig, 1, 0, 5);
    commit(rig, 0, 1, 5);
    udp_sender_flush(rig->sender);
    static const size_t size = 5;
    expect(rig, 0, 2, &size, 1);
    expect(rig, 1, 1, &size, 1);
    assert_int_equal(statistics_of(rig)->datagrams_sent, 3);
    assert_int_equal(statistics_of(rig)->send_dropped, 3);
    udp_destination_finish(&ipv6);
    udp_destination_finish(&other);
}

static void test_a_closed_peer_is_no_error(void **state)
{
    struct rig *rig = *state;
    rig->to[0] = udp_socket_destroy(rig->to[0]);
    static const size_t size = 10;
    for (uint8_t i = 0; i < 10; i++) {
        commit(rig, 0, i, size);
        commit(rig, 1, i, size);
        udp_sender_flush(rig->sender);
    }
    expect(rig, 1, 10, &size, 1);
    const struct udp_datagram *none = NULL;
    assert_int_equal(udp_socket_receive(rig->from, &none), 0); /* nor is its ICMP message */
}

/* ---- a path that takes no runs ---- */

/* A network of our own, whose loopback lets no more than 1000 bytes through at once. Returns false
 * where that is not allowed. */
static bool enter_narrow_network(void)
{
    if (unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0) {
        return false;
    }
    struct ifreq request = {.ifr_name = "lo"};
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    request.ifr_mtu = 1000;
    assert_int_equal(ioctl(fd, SIOCSIFMTU, &request), 0);
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &request), 0);
    close(fd);
    return true;
}

static void send_burst(struct rig *rig, const size_t *sizes)
{
    for (uint8_t i = 0; i < 4; i++) {
        commit(rig, 0, (uint8_t)(rig->expected[0] + i), sizes[0]);
        commit(rig, 1, (uint8_t)(rig->expected[1] + i), sizes[1]);
    }
    udp_sender_flush(rig->sender);
    expect(rig, 0, 4, &sizes[0], 1);
    expect(rig, 1, 4, &sizes[1], 1);
}

static void test_a_refused_run_goes_one_by_one_and_costs_only_itself(void **state)
{
    struct rig *rig = NULL;
    static const size_t sizes[] = {1200, 500}; /* to the first receiver in two fragments each */
    if (!enter_narrow_network()) {
        skip();
    }
    assert_int_equal(setup(state), 0);
    rig = *state;
    send_burst(rig, sizes);
    assert_int_equal(statistics_of(rig)->runs_refused, 1);
    assert_int_equal(statistics_of(rig)->messages_sent, 4 + 1);
    /* Remembered for that destination alone. */
    send_burst(rig, sizes);
    assert_int_equal(statistics_of(rig)->runs_refused, 1);
    assert_int_equal(statistics_of(rig)->messages_sent, 2 * (4 + 1));
    /* Another path is another chance. */
    const struct network_address address = loopback(rig->to[0]);
    udp_destination_finish(&rig->destinations[0]);
    udp_destination_init(&rig->destinations[0], rig->sender, &address);
    send_burst(rig, sizes);
    assert_int_equal(statistics_of(rig)->runs_refused, 2);
    assert_int_equal(statistics_of(rig)->datagrams_sent, 3 * 8);
    assert_int_equal(statistics_of(rig)->send_dropped, 0);
    teardown(state);
}

#define WITH_RIG(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_RIG(test_datagrams_arrive_in_order_whatever_their_sizes),
        WITH_RIG(test_a_burst_fanned_out_is_one_message_for_each_receiver),
        WITH_RIG(test_each_destination_has_its_own_runs),
        WITH_RIG(test_runs_are_not_longer_than_the_kernel_takes),
        cmocka_unit_test(test_a_dual_stack_socket_sends_runs_to_both_families),
        WITH_RIG(test_a_full_queue_sends_itself),
        WITH_RIG(test_what_is_not_committed_is_not_sent),
        WITH_RIG(test_a_destination_may_go_before_what_was_queued_for_it),
        WITH_RIG(test_a_destination_that_moves_is_followed),
        WITH_RIG(test_answers_need_no_destination),
        WITH_RIG(test_a_refused_datagram_does_not_hold_up_the_others),
        WITH_RIG(test_a_closed_peer_is_no_error),
        cmocka_unit_test(test_a_refused_run_goes_one_by_one_and_costs_only_itself), /* the last */
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
