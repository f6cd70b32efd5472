#include "media/transport/peer_transport.h"

#include "gateway/base/clock.h"
#include "gateway/base/random.h"
#include "media/rtp/packet_buffer.h"
#include "media/transport/handshake_queue.h"
#include "tests/unit/media/transport/hostile_dtls.h"
#include "tests/unit/media/transport/transport_fixture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void ignore_connected(void *context, const char *profile, uint64_t now_us)
{
    (void)context;
    (void)profile;
    (void)now_us;
}

static void ignore_failed(void *context, enum peer_transport_failure failure, uint64_t now_us)
{
    (void)context;
    (void)failure;
    (void)now_us;
}

static const struct peer_transport_ops silent_ops = {.on_connected = ignore_connected,
                                                     .on_failed = ignore_failed};

static void test_a_peer_connects_and_media_flows_both_ways(void **state)
{
    struct call *call = transport_fixture_connect(*state, NULL);
    assert_media_flows(call);
    assert_int_equal(test_peer_send_rtcp(call->peer, receiver_report, sizeof(receiver_report)), 0);
    assert_int_equal(
        peer_transport_send_rtcp(call->transport, receiver_report, sizeof(receiver_report)), 0);
    RUN_UNTIL(call->fixture, call->rtcp == 1 && call->peer_rtcp == 1);
    assert_int_equal(call->last_rtcp_size, sizeof(receiver_report));
    assert_memory_equal(call->last_rtcp, receiver_report, sizeof(receiver_report));
    const struct peer_transport_statistics statistics = statistics_of(call);
    assert_int_equal(call->connected, 1);
    assert_int_equal(statistics.dtls_attempts, 1);
    assert_int_equal(statistics.packets_received, 1);
    assert_int_equal(statistics.packets_sent, 1);
    assert_int_equal(statistics.srtp_rejected, 0);
    assert_int_equal(statistics.address_changes, 0);
}

/* Each turn of both ends takes 10 ms by the host's clock; an answer comes in a later turn. */
static void test_the_handshake_tells_the_round_trip(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *call = transport_fixture_open(fixture, NULL);
    const uint64_t began_us = transport_fixture_now_us(fixture);
    test_peer_start(call->peer);
    while (call->connected == 0 && call->failed == 0) {
        fixture->skipped_us += 10000;
        transport_fixture_step(fixture);
    }
    assert_int_equal(call->connected, 1);
    assert_in_range(statistics_of(call).handshake_rtt_us, 10000,
                    transport_fixture_now_us(fixture) - began_us - 10000);
}

/* ---- profiles and certificates ---- */

static void test_the_servers_order_of_profiles_decides(void **state)
{
    static const struct {
        const char *offered;
        const char *chosen;
    } cases[] = {
        /* Chromium 156, Firefox 153, aiortc, and lists of one. */
        {"SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_256_GCM:SRTP_AEAD_AES_128_GCM",
         "SRTP_AEAD_AES_128_GCM"},
        {"SRTP_AEAD_AES_128_GCM:SRTP_AEAD_AES_256_GCM:SRTP_AES128_CM_SHA1_80:SRTP_AES128_CM_SHA1_"
         "32",
         "SRTP_AEAD_AES_128_GCM"},
        {"SRTP_AES128_CM_SHA1_80", "SRTP_AES128_CM_SHA1_80"},
        {"SRTP_AEAD_AES_256_GCM", "SRTP_AEAD_AES_256_GCM"},
        {"SRTP_AES128_CM_SHA1_32:SRTP_AEAD_AES_256_GCM:SRTP_AES128_CM_SHA1_80",
         "SRTP_AEAD_AES_256_GCM"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct test_peer_config config = {.srtp_profiles = cases[i].offered};
        struct call *call = transport_fixture_connect(*state, &config);
        assert_string_equal(call->profile, cases[i].chosen);
        assert_string_equal(test_peer_srtp_profile(call->peer), cases[i].chosen);
        assert_media_flows(call);
    }
}

static void test_a_peer_without_a_common_profile_gets_no_answer_and_no_media(void **state)
{
    static const char *const offers[] = {"", "SRTP_AES128_CM_SHA1_32"};
    for (size_t i = 0; i < ARRAY_LENGTH(offers); i++) {
        const struct test_peer_config config = {.srtp_profiles = offers[i]};
        struct call *call = transport_fixture_open(*state, &config);
        test_peer_start(call->peer);
        RUN_UNTIL(call->fixture, statistics_of(call).dtls_attempts > 0);
        transport_fixture_drain(call);
        assert_int_equal(test_peer_statistics(call->peer)->dtls_received, 0);
        assert_int_equal(call->connected, 0);
        /* Every further hello is another attempt, up to the last. */
        const struct hostile_datagram hello = hostile_dtls(14, 0);
        for (unsigned attempt = 0; attempt < 8; attempt++) {
            test_peer_send_raw(call->peer, hello.bytes, hello.size);
        }
        RUN_UNTIL(call->fixture, call->failed > 0);
        assert_int_equal(call->failure, PEER_TRANSPORT_FAILURE_NO_SRTP_PROFILE);
        assert_int_equal(statistics_of(call).dtls_attempts, 8);
        assert_int_equal(test_peer_statistics(call->peer)->dtls_received, 0);
    }
}

static void test_a_wrong_certificate_ends_the_session_before_any_media(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *call = transport_fixture_open(fixture, NULL);
    uint8_t other[32];
    memcpy(other, test_peer_fingerprint(call->peer), sizeof(other));
    other[31] ^= 1;
    peer_transport_destroy(call->transport);
    transport_fixture_open_transport(call, other);
    test_peer_start(call->peer);
    RUN_UNTIL(fixture, call->failed > 0);
    assert_int_equal(call->failure, PEER_TRANSPORT_FAILURE_FINGERPRINT);
    assert_int_equal(call->connected, 0);
    uint8_t packet[64];
    const size_t size = make_rtp(packet, 1, 1, 20, 1);
    assert_int_equal(send_rtp(call, packet, size), -ENOTCONN);
    test_peer_run_once(call->peer, 0);
    assert_false(test_peer_is_connected(call->peer));
}

/* ---- handshakes ---- */

/* Thirty people arrive at once: media goes on, their handshakes are begun a few in a turn. */
static void test_a_burst_of_handshakes_takes_turns(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *speaker = transport_fixture_connect(fixture, NULL);
    struct test_peer *arrivals[30];
    struct call_end {
        struct peer_transport *transport;
        char ufrag[17];
    } ends[ARRAY_LENGTH(arrivals)];
    for (size_t i = 0; i < ARRAY_LENGTH(arrivals); i++) {
        arrivals[i] = test_peer_create(NULL);
        random_alphanumeric(ends[i].ufrag, sizeof(ends[i].ufrag) - 1);
        const struct peer_transport_config config = {.local_ufrag = ends[i].ufrag,
                                                     .local_pwd = "0123456789012345678901",
                                                     .remote_ufrag = test_peer_ufrag(arrivals[i]),
                                                     .remote_fingerprint =
                                                         test_peer_fingerprint(arrivals[i]),
                                                     .ops = &silent_ops};
        assert_int_equal(peer_transport_create(fixture->host, &config,
                                               transport_fixture_now_us(fixture),
                                               &ends[i].transport),
                         0);
        const struct test_peer_gateway gateway = {.address = "127.0.0.1",
                                                  .port = transport_host_port(fixture->host),
                                                  .ufrag = ends[i].ufrag,
                                                  .pwd = "0123456789012345678901"};
        test_peer_set_gateway(arrivals[i], &gateway);
        test_peer_start(arrivals[i]);
        test_peer_run_once(arrivals[i], 0); /* its check */
    }
    transport_fixture_serve(fixture);
    transport_fixture_drain(speaker);
    for (size_t i = 0; i < ARRAY_LENGTH(arrivals); i++) {
        test_peer_run_once(arrivals[i], 0); /* the answer, and its hello */
    }
    uint8_t packet[100];
    const unsigned before = speaker->rtp;
    assert_int_equal(test_peer_send_rtp(speaker->peer, packet, make_rtp(packet, 7, 1, 50, 1)), 0);
    /* All of it waits in the socket: one turn hands on the sound, and begins its share. */
    unsigned begun = 0;
    for (unsigned turns = 0; begun < ARRAY_LENGTH(arrivals); turns++) {
        assert_true(turns < 1000);
        const unsigned begun_before = begun;
        transport_fixture_serve(fixture);
        begun = 0;
        for (size_t i = 0; i < ARRAY_LENGTH(arrivals); i++) {
            struct peer_transport_statistics statistics;
            peer_transport_statistics(ends[i].transport, &statistics);
            begun += statistics.dtls_attempts;
        }
        assert_true(begun - begun_before <= HANDSHAKE_QUEUE_PER_TURN);
        assert_true(begun == ARRAY_LENGTH(arrivals) || begun == 0 ||
                    transport_host_has_handshakes(fixture->host));
        assert_true(begun == 0 || speaker->rtp > before);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(arrivals); i++) {
        RUN_UNTIL(fixture, (test_peer_run_once(arrivals[i], 0), true) &&
                               peer_transport_is_connected(ends[i].transport));
        peer_transport_destroy(ends[i].transport);
        test_peer_destroy(arrivals[i]);
    }
    assert_int_equal(transport_host_statistics(fixture->host)->handshakes_lost, 0);
}

/* ---- SRTP ---- */

static void test_a_flood_of_forged_and_replayed_packets_keeps_the_call(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *call = transport_fixture_connect(fixture, NULL);
    uint8_t packet[300];
    uint8_t protected[400];
    const int size = test_peer_protect_rtp(call->peer, packet, make_rtp(packet, 5, 500, 200, 3),
                                           protected, sizeof(protected));
    assert_true(size > 0);
    test_peer_send_raw(call->peer, protected, (size_t)size);
    RUN_UNTIL(fixture, call->rtp == 1);
    for (unsigned i = 0; i < 200; i++) {
        for (unsigned j = 0; j < 50; j++) {
            test_peer_send_raw(call->peer, protected, (size_t)size);
            protected[2] = (uint8_t)(j + 2); /* another sequence number: not authentic */
            test_peer_send_raw(call->peer, protected, (size_t)size);
            protected[2] = 500 >> 8;
        }
        transport_fixture_serve(fixture);
    }
    transport_fixture_drain(call);
    assert_int_equal(call->rtp, 1);
    assert_int_equal(statistics_of(call).srtp_rejected, 20000);
    assert_media_flows(call);
    assert_int_equal(call->failed + call->closed, 0);
}

static void test_no_media_is_accepted_before_the_handshake(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *call = transport_fixture_open(fixture, NULL);
    prove_address(call);
    uint8_t packet[100];
    test_peer_send_raw(call->peer, packet, make_rtp(packet, 7, 1, 60, 1));
    packet[1] = 200;
    test_peer_send_raw(call->peer, packet, 72);
    transport_fixture_drain(call);
    assert_int_equal(call->rtp + call->rtcp, 0);
    assert_int_equal(statistics_of(call).srtp_rejected, 2);
}

static void test_without_a_free_buffer_packets_are_dropped_and_counted(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *call = transport_fixture_connect(fixture, NULL);
    struct packet_buffer *taken[FIXTURE_PACKETS];
    uint8_t packet[200];
    for (size_t i = 0; i < FIXTURE_PACKETS; i++) {
        taken[i] = packet_buffer_take(fixture->packets);
        assert_non_null(taken[i]);
    }
    const size_t size = make_rtp(packet, 5, 1, 100, 1);
    assert_int_equal(test_peer_send_rtp(call->peer, packet, size), 0);
    assert_int_equal(test_peer_send_rtcp(call->peer, receiver_report, sizeof(receiver_report)), 0);
    transport_fixture_drain(call);
    assert_int_equal(call->rtp, 0);
    assert_int_equal(call->rtcp, 1); /* needs no buffer */
    assert_int_equal(statistics_of(call).packets_unstored, 1);
    assert_int_equal(statistics_of(call).packets_received, 0);
    assert_int_equal(statistics_of(call).srtp_rejected, 0);
    for (size_t i = 0; i < FIXTURE_PACKETS; i++) {
        packet_buffer_drop(taken[i]);
    }
    assert_media_flows(call);
    assert_int_equal(statistics_of(call).packets_unstored, 1);
}

static void test_the_longest_packet_is_what_fits_a_buffer(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *call = transport_fixture_connect(fixture, NULL);
    const size_t overhead = srtp_profile_rtp_overhead(SRTP_PROFILE_AEAD_AES_128_GCM);
    uint8_t packet[2000];
    const size_t fits = PACKET_BUFFER_DATA_SIZE - overhead;
    assert_int_equal(test_peer_send_rtp(call->peer, packet, make_rtp(packet, 5, 1, fits - 12, 7)),
                     0);
    assert_int_equal(test_peer_send_rtp(call->peer, packet, make_rtp(packet, 5, 2, fits - 11, 7)),
                     0);
    transport_fixture_drain(call);
    assert_int_equal(call->rtp, 1);
    assert_int_equal(call->last_rtp_size, fits);
    assert_int_equal(statistics_of(call).srtp_rejected, 1);
    assert_media_flows(call);
}

/* ---- goodbye, limits ---- */

static void test_goodbye_is_heard_both_ways(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *leaves = transport_fixture_connect(fixture, NULL);
    test_peer_close(leaves->peer);
    RUN_UNTIL(fixture, leaves->closed == 1);
    uint8_t packet[100];
    assert_int_equal(send_rtp(leaves, packet, make_rtp(packet, 7, 1, 50, 1)), -ENOTCONN);
    struct call *left = transport_fixture_connect(fixture, NULL);
    left->transport = peer_transport_destroy(left->transport);
    RUN_UNTIL(fixture, test_peer_was_closed(left->peer));
    const uint64_t unknown = transport_host_statistics(fixture->host)->datagrams_unknown;
    assert_int_equal(test_peer_send_rtp(left->peer, packet, make_rtp(packet, 7, 2, 50, 1)), 0);
    RUN_UNTIL(fixture, transport_host_statistics(fixture->host)->datagrams_unknown > unknown);
}

static void test_bad_configuration_is_refused(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *call = transport_fixture_open(fixture, NULL);
    char longest[300];
    memset(longest, 'a', sizeof(longest));
    longest[257] = '\0';
    const struct {
        const char *ufrag;
        const char *pwd;
        const char *remote;
        int error;
    } cases[] = {
        {"", "p", "r", -EINVAL},          {"u", "", "r", -EINVAL},
        {"u", "p", "", -EINVAL},          {longest, "p", "r", -EINVAL},
        {"u", longest, "r", -EINVAL},     {"u", "p", longest, -EINVAL},
        {call->ufrag, "p", "r", -EEXIST},
    };
    const uint8_t fingerprint[32] = {0};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct peer_transport_config config = {.local_ufrag = cases[i].ufrag,
                                                     .local_pwd = cases[i].pwd,
                                                     .remote_ufrag = cases[i].remote,
                                                     .remote_fingerprint = fingerprint};
        struct peer_transport *transport = NULL;
        assert_int_equal(peer_transport_create(fixture->host, &config, 1, &transport),
                         cases[i].error);
        assert_null(transport);
    }
    assert_int_equal(transport_host_peer_count(fixture->host), 1);
}

static void test_half_open_handshakes_are_bounded_and_freed(void **state)
{
    struct transport_fixture *fixture = *state;
    static struct peer_transport *transports[400];
    const uint8_t fingerprint[32] = {0};
    AUTO(test_peer) prober = test_peer_create(NULL);
    /* Each of them proves an address and begins a handshake that it never goes on with. */
    static const uint8_t half_hello[] = {22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 1, 0,    14,  1,
                                         0,  0,    200,  0, 0, 0, 0, 0, 0, 0, 2, 0xfe, 0xfd};
    for (size_t i = 0; i < ARRAY_LENGTH(transports); i++) {
        char ufrag[9];
        random_alphanumeric(ufrag, sizeof(ufrag) - 1);
        const struct peer_transport_config config = {.local_ufrag = ufrag,
                                                     .local_pwd = "password",
                                                     .remote_ufrag = test_peer_ufrag(prober),
                                                     .remote_fingerprint = fingerprint,
                                                     .ops = &silent_ops};
        assert_int_equal(peer_transport_create(fixture->host, &config,
                                               transport_fixture_now_us(fixture), &transports[i]),
                         0);
        const struct test_peer_gateway gateway = {.address = "127.0.0.1",
                                                  .port = transport_host_port(fixture->host),
                                                  .ufrag = ufrag,
                                                  .pwd = "password"};
        test_peer_set_gateway(prober, &gateway);
        struct peer_transport_statistics statistics = {0};
        while (statistics.checks_answered == 0) {
            test_peer_rebind(prober); /* again, when the port was that of another peer */
            test_peer_send_check(prober, TEST_PEER_CHECK_NOMINATE);
            transport_fixture_serve(fixture);
            peer_transport_statistics(transports[i], &statistics);
        }
        test_peer_send_raw(prober, half_hello, sizeof(half_hello));
        transport_fixture_serve(fixture);
    }
    assert_int_equal(transport_host_statistics(fixture->host)->half_open_refused, 400 - 256);
    fixture->skipped_us += 15000000;
    transport_fixture_serve(fixture);
    transport_fixture_connect(fixture, NULL);
    for (size_t i = 0; i < ARRAY_LENGTH(transports); i++) {
        peer_transport_destroy(transports[i]);
    }
}

static void test_ipv4_and_ipv6_peers_share_a_dual_stack_socket(void **state)
{
    (void)state;
    static struct transport_fixture fixture;
    transport_fixture_init(&fixture, "::");
    struct call *ipv4 = transport_fixture_connect(&fixture, NULL);
    assert_media_flows(ipv4);
    const struct test_peer_config config = {.local_address = "::1"};
    struct call *ipv6 = transport_fixture_open(&fixture, &config);
    transport_fixture_introduce(ipv6, "::1");
    test_peer_start(ipv6->peer);
    RUN_UNTIL(&fixture, ipv6->connected && test_peer_is_connected(ipv6->peer));
    assert_media_flows(ipv6);
    transport_fixture_finish(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRANSPORT_TEST(test_a_peer_connects_and_media_flows_both_ways),
        TRANSPORT_TEST(test_the_handshake_tells_the_round_trip),
        TRANSPORT_TEST(test_the_servers_order_of_profiles_decides),
        TRANSPORT_TEST(test_a_peer_without_a_common_profile_gets_no_answer_and_no_media),
        TRANSPORT_TEST(test_a_wrong_certificate_ends_the_session_before_any_media),
        TRANSPORT_TEST(test_a_burst_of_handshakes_takes_turns),
        TRANSPORT_TEST(test_a_flood_of_forged_and_replayed_packets_keeps_the_call),
        TRANSPORT_TEST(test_without_a_free_buffer_packets_are_dropped_and_counted),
        TRANSPORT_TEST(test_the_longest_packet_is_what_fits_a_buffer),
        TRANSPORT_TEST(test_no_media_is_accepted_before_the_handshake),
        TRANSPORT_TEST(test_goodbye_is_heard_both_ways),
        TRANSPORT_TEST(test_bad_configuration_is_refused),
        TRANSPORT_TEST(test_half_open_handshakes_are_bounded_and_freed),
        cmocka_unit_test(test_ipv4_and_ipv6_peers_share_a_dual_stack_socket),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
