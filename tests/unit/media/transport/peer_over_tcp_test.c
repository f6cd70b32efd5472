/* ICE-TCP (RFC 6544): honest peers over TCP, peers that move between TCP and UDP, and those who
 * come to the port with something else. */
#include "gateway/base/clock.h"
#include "media/transport/peer_transport.h"
#include "media/transport/tcp_framing.h"
#include "media/transport/tcp_port.h"
#include "tests/unit/media/transport/transport_fixture.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

static const struct test_peer_config over_tcp = {.over_tcp = true};
static const struct test_peer_config over_tcp_by_hand = {.over_tcp = true, .manual_checks = true};

static const struct tcp_port_statistics *tcp_of(const struct transport_fixture *fixture)
{
    return transport_host_tcp_statistics(fixture->host);
}

/* ---- strangers ---- */

static int dial(const struct transport_fixture *fixture)
{
    const struct sockaddr_in to = {.sin_family = AF_INET,
                                   .sin_port = htons(transport_host_port(fixture->host)),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof(to)), 0);
    assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    return fd;
}

static void say(int fd, const void *bytes, size_t size)
{
    assert_int_equal(send(fd, bytes, size, MSG_NOSIGNAL), size);
}

/* Nothing is ever said to a stranger. */
static bool is_closed(int fd)
{
    uint8_t byte;
    const ssize_t got = recv(fd, &byte, 1, 0);
    assert_true(got <= 0);
    return got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

static size_t frame_of(const uint8_t *packet, size_t size, uint8_t *ret_frame)
{
    tcp_framing_write_header(size, ret_frame);
    memcpy(ret_frame + TCP_FRAMING_HEADER_SIZE, packet, size);
    return TCP_FRAMING_HEADER_SIZE + size;
}

/* Sends a check of the call's over a connection that is not the peer's own, and awaits the answer.
 */
static void check_over(int fd, struct call *call, unsigned flags)
{
    uint8_t check[512];
    uint8_t frame[600];
    const uint64_t answered = statistics_of(call).checks_answered;
    const size_t size = test_peer_build_check(call->peer, flags, check, sizeof(check));
    say(fd, frame, frame_of(check, size, frame));
    RUN_UNTIL(call->fixture, statistics_of(call).checks_answered > answered);
}

/* A pair over TCP beside the one in use, which is checked no more. Returns the connection. */
static int prove_second_pair(struct call *call)
{
    test_peer_stop_checks(call->peer);
    transport_fixture_drain(call);
    const int fd = dial(call->fixture);
    check_over(fd, call, 0);
    return fd;
}

static void test_media_flows_both_ways(void **state)
{
    struct call *call = transport_fixture_connect(*state, &over_tcp);
    assert_true(statistics_of(call).over_tcp);
    assert_media_flows(call);
    assert_int_equal(tcp_of(*state)->claimed, 1);
    test_peer_close(call->peer);
    RUN_UNTIL(call->fixture, call->closed == 1);
    RUN_UNTIL(call->fixture, !statistics_of(call).over_tcp);
}

static void test_our_goodbye_arrives(void **state)
{
    struct call *call = transport_fixture_connect(*state, &over_tcp);
    call->transport = peer_transport_destroy(call->transport);
    RUN_UNTIL(call->fixture, test_peer_was_closed(call->peer));
}

static void test_peers_by_both_paths_share_the_port(void **state)
{
    struct call *by_tcp = transport_fixture_connect(*state, &over_tcp);
    struct call *by_udp = transport_fixture_connect(*state, NULL);
    struct call *too = transport_fixture_connect(*state, &over_tcp);
    assert_false(statistics_of(by_udp).over_tcp);
    for (unsigned i = 0; i < 3; i++) {
        assert_media_flows(by_tcp);
        assert_media_flows(by_udp);
        assert_media_flows(too);
    }
}

/* A check of a pair that is not nominated changes nothing; the one that is nominated is used. */
static void test_the_nominated_path_is_used(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *call = transport_fixture_connect(fixture, NULL);
    const int fd = prove_second_pair(call);
    assert_false(statistics_of(call).over_tcp);
    assert_media_flows(call);

    check_over(fd, call, TEST_PEER_CHECK_NOMINATE);
    assert_true(statistics_of(call).over_tcp);

    /* The connection ends: the other pair, whose checks are fresh, carries on. */
    close(fd);
    RUN_UNTIL(fixture, !statistics_of(call).over_tcp);
    transport_fixture_drain(call);
    assert_media_flows(call);
    assert_int_equal(call->failed, 0);
}

static void test_a_new_connection_takes_over(void **state)
{
    struct call *call = transport_fixture_connect(*state, &over_tcp);
    for (unsigned i = 0; i < 5; i++) {
        const uint64_t answers = test_peer_statistics(call->peer)->check_answers;
        test_peer_rebind(call->peer);
        RUN_UNTIL(call->fixture, test_peer_statistics(call->peer)->check_answers > answers);
        assert_media_flows(call);
    }
    assert_int_equal(call->connected, 1);
}

static void test_frames_may_come_byte_by_byte(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *call = transport_fixture_open(fixture, &over_tcp_by_hand);
    uint8_t check[512];
    uint8_t frame[600];
    const size_t size =
        test_peer_build_check(call->peer, TEST_PEER_CHECK_NOMINATE, check, sizeof(check));
    const size_t frame_size = frame_of(check, size, frame);
    const int fd = dial(fixture);
    for (size_t i = 0; i < frame_size; i++) {
        assert_int_equal(statistics_of(call).checks_answered, 0);
        say(fd, frame + i, 1);
        transport_fixture_step(fixture);
    }
    RUN_UNTIL(fixture, statistics_of(call).checks_answered == 1);
    close(fd);
}

/* ---- who comes with something else ---- */

static void test_other_protocols_are_closed(void **state)
{
    struct transport_fixture *fixture = *state;
    static const char *const greetings[] = {
        "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", /* a TLS hello */
        "SSH-2.0-OpenSSH_9.2\r\n",
        "EHLO mail.example\r\n",
        "\xff\xff\xff\xff",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(greetings); i++) {
        const int fd = dial(fixture);
        say(fd, greetings[i], strlen(greetings[i]));
        RUN_UNTIL(fixture, is_closed(fd));
        close(fd);
    }
    assert_int_equal(tcp_of(fixture)->strangers_gone, ARRAY_LENGTH(greetings));
}

static void test_who_proves_nothing_is_closed(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *call = transport_fixture_open(fixture, &over_tcp_by_hand);
    static const unsigned flags[] = {TEST_PEER_CHECK_WRONG_PASSWORD, TEST_PEER_CHECK_WRONG_USERNAME,
                                     TEST_PEER_CHECK_NO_FINGERPRINT, TEST_PEER_CHECK_NO_INTEGRITY};
    for (size_t i = 0; i < ARRAY_LENGTH(flags); i++) {
        uint8_t check[512];
        uint8_t frame[600];
        const size_t size = test_peer_build_check(call->peer, flags[i], check, sizeof(check));
        const size_t frame_size = frame_of(check, size, frame);
        const int fd = dial(fixture);
        for (unsigned n = 0; n < TCP_PORT_STRANGER_PACKETS_MAX; n++) {
            say(fd, frame, frame_size);
        }
        RUN_UNTIL(fixture, is_closed(fd));
        close(fd);
    }
    /* DTLS and RTP before a check are not even looked at. */
    static const char *const early[] = {
        "\x00\x10\x16\xfe\xfd\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03"
        "abc",
        "\x00\x10\x80\x6f\x00\x01zzzzzzzzzzzz"};
    for (size_t i = 0; i < ARRAY_LENGTH(early); i++) {
        const int fd = dial(fixture);
        say(fd, early[i], 18);
        RUN_UNTIL(fixture, is_closed(fd));
        close(fd);
    }
    assert_int_equal(statistics_of(call).checks_answered, 0);
}

/* Slowloris: bytes that come, but never make a check. */
static void test_time_for_a_check_is_five_seconds(void **state)
{
    struct transport_fixture *fixture = *state;
    const uint8_t begin[] = {0x00, 0x60, 0x00, 0x01};
    const int quiet = dial(fixture);
    const int slow = dial(fixture);
    RUN_UNTIL(fixture, tcp_of(fixture)->accepted == 2);
    say(slow, begin, sizeof(begin));
    fixture->skipped_us += TCP_PORT_STRANGER_US - 1000000;
    say(slow, begin, 1);
    transport_fixture_step(fixture);
    assert_false(is_closed(quiet));
    assert_false(is_closed(slow));
    fixture->skipped_us += 1000000;
    say(slow, begin, 1);
    RUN_UNTIL(fixture, is_closed(quiet));
    RUN_UNTIL(fixture, is_closed(slow));
    close(quiet);
    close(slow);
    /* Who has proven to be somebody has all the time. */
    struct call *call = transport_fixture_connect(fixture, &over_tcp);
    fixture->skipped_us += TCP_PORT_STRANGER_US;
    transport_fixture_step(fixture);
    assert_media_flows(call);
}

static void test_a_flood_of_connections_disturbs_nobody(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *call = transport_fixture_connect(fixture, &over_tcp);
    int flood[TCP_PORT_STRANGERS_PER_IP + 40];
    for (size_t i = 0; i < ARRAY_LENGTH(flood); i++) {
        flood[i] = dial(fixture);
        if (i % 32 == 31) {
            transport_fixture_step(fixture);
        }
    }
    RUN_UNTIL(fixture,
              tcp_of(fixture)->accepted + tcp_of(fixture)->refused == 1 + ARRAY_LENGTH(flood));
    assert_int_equal(tcp_of(fixture)->refused, 40);
    assert_media_flows(call);
    for (size_t i = 0; i < ARRAY_LENGTH(flood); i++) {
        close(flood[i]);
    }
    /* When they are gone, there is room again. */
    RUN_UNTIL(fixture, tcp_of(fixture)->strangers_gone == TCP_PORT_STRANGERS_PER_IP);
    assert_media_flows(transport_fixture_connect(fixture, &over_tcp));
}

static void test_a_broken_frame_ends_the_connection_not_the_call(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *call = transport_fixture_connect(fixture, NULL);
    const int fd = prove_second_pair(call);
    say(fd, "\xff\xff", 2);
    RUN_UNTIL(fixture, tcp_of(fixture)->broken == 1);
    close(fd);
    assert_media_flows(call);
}

/* A reader that does not read loses packets; nobody waits for it, and others lose nothing. */
static void test_a_reader_that_does_not_read_loses_packets(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *other = transport_fixture_connect(fixture, &over_tcp);
    struct call *call = transport_fixture_connect(fixture, &over_tcp);
    uint8_t packet[1200];
    const size_t size = make_rtp(packet, 77, 1, 1100, 1);
    unsigned offered = 0;
    for (; offered < 20000 && tcp_of(fixture)->send_dropped < 100; offered++) {
        packet[2] = (uint8_t)(offered >> 8 & 0x7f);
        packet[3] = (uint8_t)offered;
        assert_int_equal(send_rtp(call, packet, size), 0);
        transport_host_flush(fixture->host);
    }
    assert_int_equal(tcp_of(fixture)->send_dropped, 100);
    assert_int_equal(call->failed, 0);
    const unsigned before = other->peer_rtp;
    assert_int_equal(send_rtp(other, packet, size), 0);
    transport_host_flush(fixture->host);
    for (unsigned i = 0; i < 1000 && other->peer_rtp == before; i++) {
        test_peer_run_once(other->peer, 10);
    }
    assert_int_equal(other->peer_rtp, before + 1);
    /* What it missed it missed; when it reads again, all goes on. */
    RUN_UNTIL(fixture, call->peer_rtp == offered - 100);
    assert_media_flows(call);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRANSPORT_TEST(test_media_flows_both_ways),
        TRANSPORT_TEST(test_our_goodbye_arrives),
        TRANSPORT_TEST(test_peers_by_both_paths_share_the_port),
        TRANSPORT_TEST(test_the_nominated_path_is_used),
        TRANSPORT_TEST(test_a_new_connection_takes_over),
        TRANSPORT_TEST(test_frames_may_come_byte_by_byte),
        TRANSPORT_TEST(test_other_protocols_are_closed),
        TRANSPORT_TEST(test_who_proves_nothing_is_closed),
        TRANSPORT_TEST(test_time_for_a_check_is_five_seconds),
        TRANSPORT_TEST(test_a_flood_of_connections_disturbs_nobody),
        TRANSPORT_TEST(test_a_broken_frame_ends_the_connection_not_the_call),
        TRANSPORT_TEST(test_a_reader_that_does_not_read_loses_packets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
