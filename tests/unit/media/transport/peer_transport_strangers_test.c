/* Nobody who is not the browser of the offer gets a session, an answer, or a call disturbed. */
#include "media/transport/peer_transport.h"

#include "gateway/base/clock.h"
#include "tests/unit/media/transport/hostile_dtls.h"
#include "tests/unit/media/transport/transport_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* ---- hostile DTLS ---- */

static void test_an_honest_handshake_succeeds_after_each_hostile_datagram(void **state)
{
    struct transport_fixture *fixture = *state;
    for (unsigned i = 0; i < HOSTILE_DATAGRAMS; i++) {
        struct call *call = transport_fixture_open(fixture, NULL);
        const struct hostile_datagram hostile = hostile_dtls(i, 5);
        prove_address(call);
        test_peer_send_raw(call->peer, hostile.bytes, hostile.size);
        transport_fixture_drain(call);
        /* Neither alert nor flight: both would reach the honest client. */
        assert_int_equal(test_peer_statistics(call->peer)->dtls_received, 0);
        test_peer_start(call->peer);
        RUN_UNTIL(fixture, call->connected && test_peer_is_connected(call->peer));
        assert_media_flows(call);
        transport_fixture_close(call);
    }
}

static void test_an_honest_handshake_survives_each_hostile_datagram_in_its_middle(void **state)
{
    struct transport_fixture *fixture = *state;
    for (unsigned i = 0; i < HOSTILE_DATAGRAMS; i++) {
        struct call *call = transport_fixture_open(fixture, NULL);
        const struct hostile_datagram hostile = hostile_dtls(i, 5);
        test_peer_start(call->peer);
        test_peer_run_once(call->peer, 0); /* a check */
        RUN_UNTIL(fixture, statistics_of(call).dtls_attempts == 1);
        /* The hello was answered; the answer is still in the peer's socket. */
        test_peer_send_raw(call->peer, hostile.bytes, hostile.size);
        transport_fixture_serve(fixture);
        RUN_UNTIL(fixture, call->connected && test_peer_is_connected(call->peer));
        assert_media_flows(call);
        transport_fixture_close(call);
    }
}

static void test_a_call_survives_all_hostile_datagrams(void **state)
{
    struct call *call = transport_fixture_connect(*state, NULL);
    for (unsigned round = 0; round < 20; round++) {
        for (unsigned i = 0; i < HOSTILE_DATAGRAMS; i++) {
            const struct hostile_datagram hostile = hostile_dtls(i, 100 * round);
            test_peer_send_raw(call->peer, hostile.bytes, hostile.size);
        }
        transport_fixture_drain(call);
    }
    assert_media_flows(call);
    assert_int_equal(call->failed, 0);
    assert_int_equal(call->closed, 0);
    assert_true(statistics_of(call).dtls_rejected >= 20 * (HOSTILE_DATAGRAMS - 1));
}

static void test_a_silenced_attempt_is_replaced_by_a_hello_after_three_seconds(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *call = transport_fixture_open(fixture, NULL);
    prove_address(call);
    /* Half a hello, and a record that moves the replay window past all that the client will send.
     */
    static const uint8_t half_hello[] = {22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 1, 0,    14,  1,
                                         0,  0,    200,  0, 0, 0, 0, 0, 0, 0, 2, 0xfe, 0xfd};
    static const uint8_t jump[] = {20, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 3, 0xe8, 0, 1, 1};
    test_peer_send_raw(call->peer, half_hello, sizeof(half_hello));
    test_peer_send_raw(call->peer, jump, sizeof(jump));
    transport_fixture_drain(call);
    assert_int_equal(statistics_of(call).dtls_attempts, 1);
    test_peer_start(call->peer);
    test_peer_run_once(call->peer, 0); /* sends the hello */
    transport_fixture_drain(call);
    assert_int_equal(statistics_of(call).dtls_attempts, 1);
    assert_int_equal(test_peer_statistics(call->peer)->dtls_received, 0);
    fixture->skipped_us += 3000000;
    RUN_UNTIL(fixture, call->connected && test_peer_is_connected(call->peer));
    assert_int_equal(statistics_of(call).dtls_attempts, 2);
}

static void test_eight_broken_handshakes_end_the_session(void **state)
{
    struct call *call = transport_fixture_open(*state, NULL);
    const struct hostile_datagram hello = hostile_dtls(0, 0);
    prove_address(call);
    for (unsigned i = 0; i < 7; i++) {
        test_peer_send_raw(call->peer, hello.bytes, hello.size);
    }
    transport_fixture_drain(call);
    assert_int_equal(call->failed, 0);
    test_peer_send_raw(call->peer, hello.bytes, hello.size);
    RUN_UNTIL(call->fixture, call->failed == 1);
    assert_int_equal(call->failure, PEER_TRANSPORT_FAILURE_DTLS);
}

/* ---- strangers ---- */

static void send_everything(struct test_peer *stranger, struct call *call, uint16_t seq)
{
    uint8_t bytes[600];
    /* The stranger knows the ufrags, which travel in the clear, but no password. */
    for (unsigned flags = 0; flags < 64; flags++) {
        const size_t size = test_peer_build_check(stranger, flags | TEST_PEER_CHECK_WRONG_PASSWORD,
                                                  bytes, sizeof(bytes));
        test_peer_send_raw(stranger, bytes, size);
    }
    for (unsigned i = 0; i < HOSTILE_DATAGRAMS; i++) {
        const struct hostile_datagram hostile = hostile_dtls(i, 0);
        test_peer_send_raw(stranger, hostile.bytes, hostile.size);
    }
    uint8_t packet[200];
    const int size = test_peer_protect_rtp(call->peer, packet, make_rtp(packet, 70, seq, 40, 1),
                                           bytes, sizeof(bytes));
    assert_true(size > 0);
    test_peer_send_raw(stranger, bytes, (size_t)size); /* authentic, from the wrong address */
    for (unsigned first = 0; first < 256; first++) {
        memset(bytes, (int)first, 40);
        test_peer_send_raw(stranger, bytes, 40);
        test_peer_send_raw(stranger, bytes, first % 21);
    }
}

static void test_a_stranger_gets_nothing_and_changes_nothing(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *call = transport_fixture_connect(fixture, NULL);
    AUTO(test_peer) stranger = test_peer_create(NULL);
    const struct test_peer_gateway gateway = {.address = "127.0.0.1",
                                              .port = transport_host_port(fixture->host),
                                              .ufrag = call->ufrag,
                                              .pwd = "a guess of the same length as it"};
    test_peer_set_gateway(stranger, &gateway);
    for (unsigned round = 0; round < 3; round++) {
        send_everything(stranger, call, (uint16_t)round);
        for (unsigned turn = 0; turn < 3; turn++) {
            transport_fixture_serve(fixture); /* each takes 512 datagrams */
        }
        /* Its address is muted now, and the call has the same but for the port: it is heard at
         * once. */
        const uint64_t answered = statistics_of(call).checks_answered;
        test_peer_send_check(call->peer, TEST_PEER_CHECK_NOMINATE);
        transport_fixture_serve(fixture);
        assert_int_equal(statistics_of(call).checks_answered, answered + 1);
        assert_media_flows(call);
    }
    test_peer_run_once(stranger, 0);
    assert_int_equal(test_peer_statistics(stranger)->datagrams_received, 0);
    assert_int_equal(statistics_of(call).address_changes, 0);
    assert_int_equal(statistics_of(call).dtls_attempts, 1);
    assert_int_equal(call->failed + call->closed, 0);
    const struct transport_host_statistics *host = transport_host_statistics(fixture->host);
    assert_true(host->stun_rejected > 0);
    assert_true(host->stun_limited > 0); /* the bucket was empty before it had sent them all */
    assert_true(host->datagrams_unknown > 0);
}

static void test_sprayed_hellos_from_other_ports_disturb_no_join(void **state)
{
    struct transport_fixture *fixture = *state;
    AUTO(test_peer) sprayer = test_peer_create(NULL);
    const struct test_peer_gateway gateway = {.address = "127.0.0.1",
                                              .port = transport_host_port(fixture->host),
                                              .ufrag = "x",
                                              .pwd = "y"};
    test_peer_set_gateway(sprayer, &gateway);
    for (unsigned join = 0; join < 50; join++) {
        struct call *call = transport_fixture_open(fixture, NULL);
        test_peer_start(call->peer);
        while (!call->connected) {
            for (unsigned i = 0; i < HOSTILE_DATAGRAMS; i++) {
                const struct hostile_datagram hostile = hostile_dtls(i, i);
                test_peer_send_raw(sprayer, hostile.bytes, hostile.size);
            }
            transport_fixture_step(fixture);
        }
        assert_int_equal(statistics_of(call).dtls_attempts, 1);
        transport_fixture_close(call);
    }
    test_peer_run_once(sprayer, 0);
    assert_int_equal(test_peer_statistics(sprayer)->datagrams_received, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRANSPORT_TEST(test_an_honest_handshake_succeeds_after_each_hostile_datagram),
        TRANSPORT_TEST(test_an_honest_handshake_survives_each_hostile_datagram_in_its_middle),
        TRANSPORT_TEST(test_a_call_survives_all_hostile_datagrams),
        TRANSPORT_TEST(test_a_silenced_attempt_is_replaced_by_a_hello_after_three_seconds),
        TRANSPORT_TEST(test_eight_broken_handshakes_end_the_session),
        TRANSPORT_TEST(test_a_stranger_gets_nothing_and_changes_nothing),
        TRANSPORT_TEST(test_sprayed_hellos_from_other_ports_disturb_no_join),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
