/* The address of a peer: checks, moves, silence, restarts, and how long a peer is waited for. */
#include "media/transport/peer_transport.h"

#include "gateway/base/clock.h"
#include "gateway/base/random.h"
#include "tests/unit/media/transport/transport_fixture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void test_checks_that_are_not_authentic_change_nothing(void **state)
{
    static const unsigned refused[] = {
        TEST_PEER_CHECK_WRONG_PASSWORD,
        TEST_PEER_CHECK_WRONG_USERNAME,
        TEST_PEER_CHECK_NO_FINGERPRINT,
        TEST_PEER_CHECK_NO_INTEGRITY,
        TEST_PEER_CHECK_WRONG_PASSWORD | TEST_PEER_CHECK_CONTROLLED,
        TEST_PEER_CHECK_WRONG_PASSWORD | TEST_PEER_CHECK_UNKNOWN_REQUIRED,
    };
    struct transport_fixture *fixture = *state;
    struct call *call = transport_fixture_open(fixture, NULL);
    struct call *witness = transport_fixture_connect(fixture, NULL);
    for (size_t i = 0; i < ARRAY_LENGTH(refused); i++) {
        test_peer_send_check(call->peer, refused[i] | TEST_PEER_CHECK_NOMINATE);
        transport_fixture_drain(witness);
        test_peer_run_once(call->peer, 0);
        assert_int_equal(test_peer_statistics(call->peer)->datagrams_received, 0);
        assert_int_equal(statistics_of(call).checks_answered, 0);
        assert_int_equal(statistics_of(call).stun_rejected, i + 1);
    }
    /* Each bit of an authentic check counts. */
    uint8_t check[512];
    const size_t size =
        test_peer_build_check(call->peer, TEST_PEER_CHECK_NOMINATE, check, sizeof(check));
    for (size_t i = 0; i < size; i++) {
        check[i] ^= 0x10;
        test_peer_send_raw(call->peer, check, size);
        check[i] ^= 0x10;
        test_peer_send_raw(call->peer, check, i);
        fixture->skipped_us += 100000; /* the limiter is not what is tested */
        transport_fixture_serve(fixture);
    }
    transport_fixture_drain(witness);
    assert_int_equal(statistics_of(call).checks_answered, 0);
    test_peer_send_raw(call->peer, check, size);
    RUN_UNTIL(fixture, statistics_of(call).checks_answered == 1);
}

static void test_a_role_conflict_is_answered_and_changes_nothing(void **state)
{
    struct call *call = transport_fixture_open(*state, NULL);
    test_peer_send_check(call->peer, TEST_PEER_CHECK_CONTROLLED | TEST_PEER_CHECK_NOMINATE);
    RUN_UNTIL(call->fixture, test_peer_statistics(call->peer)->check_errors == 1);
    assert_int_equal(test_peer_statistics(call->peer)->last_error_code, 487);
    test_peer_send_check(call->peer, TEST_PEER_CHECK_UNKNOWN_REQUIRED | TEST_PEER_CHECK_NOMINATE);
    RUN_UNTIL(call->fixture, test_peer_statistics(call->peer)->check_errors == 2);
    assert_int_equal(test_peer_statistics(call->peer)->last_error_code, 420);
    assert_int_equal(statistics_of(call).checks_answered, 0);
}

static void test_a_nat_that_rebinds_is_followed_at_the_next_check(void **state)
{
    struct call *call = transport_fixture_connect(*state, NULL);
    struct call *witness = transport_fixture_connect(*state, NULL);
    test_peer_stop_checks(call->peer);
    test_peer_rebind(call->peer);
    uint8_t packet[100];
    const unsigned before = call->rtp;
    assert_int_equal(test_peer_send_rtp(call->peer, packet, make_rtp(packet, 7, 1, 50, 1)), 0);
    transport_fixture_drain(witness);
    assert_int_equal(call->rtp, before); /* an address is never learnt from media */
    assert_int_equal(statistics_of(call).address_changes, 0);
    test_peer_send_check(call->peer, TEST_PEER_CHECK_NOMINATE);
    RUN_UNTIL(call->fixture, statistics_of(call).address_changes == 1);
    assert_media_flows(call);
    assert_int_equal(call->connected, 1);
}

static void test_a_check_that_does_not_nominate_moves_a_peer_only_after_silence(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *call = transport_fixture_connect(fixture, NULL);
    test_peer_stop_checks(call->peer);
    transport_fixture_drain(call);
    test_peer_rebind(call->peer);
    test_peer_send_check(call->peer, 0);
    const uint64_t answered = statistics_of(call).checks_answered;
    RUN_UNTIL(fixture, statistics_of(call).checks_answered > answered);
    assert_int_equal(statistics_of(call).address_changes, 0);
    fixture->skipped_us += 5000000;
    test_peer_send_check(call->peer, 0);
    RUN_UNTIL(fixture, statistics_of(call).address_changes == 1);
    assert_media_flows(call);
}

/* Sends for `ms` of the host's time, an RTP packet in each tick; and checks, since the clock goes
 * on as well while the machine does something else, and consent would expire. */
static void speak(struct call *call, unsigned ms)
{
    struct transport_fixture *fixture = call->fixture;
    static uint16_t seq = 1000;
    for (unsigned at_ms = 0; at_ms < ms; at_ms += 20) {
        uint8_t packet[100];
        const unsigned before = call->rtp;
        fixture->skipped_us += 20000;
        if (at_ms % 500 == 0) {
            test_peer_send_check(call->peer, 0);
        }
        assert_int_equal(test_peer_send_rtp(call->peer, packet, make_rtp(packet, 9, seq++, 50, 1)),
                         0);
        RUN_UNTIL(fixture, call->rtp > before);
    }
}

static void test_silence_is_told_and_moves_a_peer_at_its_next_check(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *call = transport_fixture_connect(fixture, NULL);
    test_peer_stop_checks(call->peer);
    test_peer_send_check(call->peer, 0);
    speak(call, 1500);
    assert_int_equal(call->silences, 0);
    test_peer_rebind(call->peer);
    fixture->skipped_us += 500000;
    transport_fixture_serve(fixture);
    assert_int_equal(call->silences, 1);
    assert_true(call->is_silent);
    test_peer_send_check(call->peer, 0); /* it does not nominate */
    RUN_UNTIL(fixture, statistics_of(call).address_changes == 1);
    assert_media_flows(call);
    transport_fixture_serve(fixture);
    assert_false(call->is_silent);
    assert_int_equal(call->silences, 1);
}

static void test_a_peer_that_keeps_moving_keeps_its_call(void **state)
{
    struct call *call = transport_fixture_connect(*state, NULL);
    for (unsigned i = 1; i <= 20; i++) {
        test_peer_rebind(call->peer);
        test_peer_send_check(call->peer, TEST_PEER_CHECK_NOMINATE);
        RUN_UNTIL(call->fixture, statistics_of(call).address_changes == i);
        assert_media_flows(call);
    }
}

static void test_consent_expires_after_thirty_silent_seconds(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *call = transport_fixture_connect(fixture, NULL);
    test_peer_stop_checks(call->peer);
    transport_fixture_drain(call);
    fixture->skipped_us += 29000000;
    transport_fixture_serve(fixture);
    assert_int_equal(call->failed, 0);
    uint8_t packet[100];
    const size_t size = make_rtp(packet, 7, 1, 50, 1);
    assert_int_equal(send_rtp(call, packet, size), 0);
    fixture->skipped_us += 1000000;
    transport_fixture_serve(fixture);
    assert_int_equal(call->failed, 1);
    assert_int_equal(call->failure, PEER_TRANSPORT_FAILURE_CONSENT_EXPIRED);
    assert_int_equal(send_rtp(call, packet, size), -ENOTCONN);
    assert_int_equal(
        peer_transport_send_rtcp(call->transport, receiver_report, sizeof(receiver_report)),
        -ENOTCONN);
    /* What still comes is a stranger's. */
    const uint64_t unknown = transport_host_statistics(fixture->host)->stun_unknown;
    const uint64_t unknown_media = transport_host_statistics(fixture->host)->datagrams_unknown;
    assert_int_equal(test_peer_send_rtp(call->peer, packet, size), 0);
    test_peer_send_check(call->peer, TEST_PEER_CHECK_NOMINATE);
    RUN_UNTIL(fixture, transport_host_statistics(fixture->host)->stun_unknown > unknown);
    assert_int_equal(transport_host_statistics(fixture->host)->datagrams_unknown,
                     unknown_media + 1);
}

static void test_a_peer_that_never_checks_times_out(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *call = transport_fixture_open(fixture, NULL);
    fixture->skipped_us += 29000000;
    transport_fixture_serve(fixture);
    assert_int_equal(call->failed, 0);
    fixture->skipped_us += 1000000;
    transport_fixture_serve(fixture);
    assert_int_equal(call->failure, PEER_TRANSPORT_FAILURE_ICE_TIMEOUT);
    assert_int_equal(call->failed, 1);
}

static void test_a_peer_that_never_shakes_hands_times_out(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *call = transport_fixture_open(fixture, NULL);
    prove_address(call);
    fixture->skipped_us += 20000000;
    transport_fixture_drain(call);
    fixture->skipped_us += 10000000;
    transport_fixture_drain(call);
    assert_int_equal(call->failed, 1);
    assert_int_equal(call->failure, PEER_TRANSPORT_FAILURE_DTLS);
}

static void restart(struct call *call)
{
    random_alphanumeric(call->ufrag, sizeof(call->ufrag) - 1);
    random_alphanumeric(call->pwd, sizeof(call->pwd) - 1);
    test_peer_renew_credentials(call->peer);
    assert_int_equal(peer_transport_restart_ice(call->transport, call->ufrag, call->pwd,
                                                test_peer_ufrag(call->peer),
                                                test_peer_pwd(call->peer)),
                     0);
}

static void test_an_ice_restart_keeps_the_old_pair_until_the_new_one_works(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *call = transport_fixture_connect(fixture, NULL);
    test_peer_stop_checks(call->peer);
    uint8_t old_check[512];
    const size_t old_size =
        test_peer_build_check(call->peer, TEST_PEER_CHECK_NOMINATE, old_check, sizeof(old_check));
    restart(call);
    assert_media_flows(call);
    uint64_t answered = statistics_of(call).checks_answered;
    test_peer_send_raw(call->peer, old_check, old_size);
    RUN_UNTIL(fixture, statistics_of(call).checks_answered > answered);

    /* Another interface: a first check proves it, the nomination moves the call. */
    transport_fixture_introduce(call, "127.0.0.1");
    test_peer_rebind(call->peer);
    answered = statistics_of(call).checks_answered;
    test_peer_send_check(call->peer, 0);
    RUN_UNTIL(fixture, statistics_of(call).checks_answered > answered);
    assert_int_equal(statistics_of(call).address_changes, 0);
    test_peer_send_check(call->peer, TEST_PEER_CHECK_NOMINATE);
    RUN_UNTIL(fixture, statistics_of(call).address_changes == 1);
    assert_media_flows(call);

    const uint64_t unknown = transport_host_statistics(fixture->host)->stun_unknown;
    test_peer_send_raw(call->peer, old_check, old_size);
    RUN_UNTIL(fixture, transport_host_statistics(fixture->host)->stun_unknown > unknown);
    assert_int_equal(call->connected, 1);
    assert_int_equal(statistics_of(call).dtls_attempts, 1);
}

static void test_a_restart_may_be_replaced_before_it_is_used(void **state)
{
    struct call *call = transport_fixture_connect(*state, NULL);
    for (unsigned i = 0; i < 5; i++) {
        restart(call);
    }
    /* Failures change nothing. */
    assert_int_equal(peer_transport_restart_ice(call->transport, call->ufrag, "p", "u", "q"),
                     -EEXIST);
    assert_int_equal(peer_transport_restart_ice(call->transport, "", "p", "u", "q"), -EINVAL);
    assert_int_equal(peer_transport_restart_ice(call->transport, "fresh", "", "u", "q"), -EINVAL);
    transport_fixture_introduce(call, "127.0.0.1");
    transport_fixture_drain(call);
    assert_media_flows(call);
    assert_int_equal(call->connected, 1);
    restart(call);
    transport_fixture_introduce(call, "127.0.0.1");
    transport_fixture_drain(call);
}

static void test_a_participant_cannot_take_over_anothers_address(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *victim = transport_fixture_connect(fixture, NULL);
    struct call *other = transport_fixture_open(fixture, NULL);
    uint8_t check[512];
    const size_t size =
        test_peer_build_check(other->peer, TEST_PEER_CHECK_NOMINATE, check, sizeof(check));
    test_peer_stop_checks(victim->peer);
    transport_fixture_drain(victim);
    test_peer_send_raw(victim->peer, check, size); /* as if its source were forged */
    transport_fixture_drain(victim);
    assert_int_equal(statistics_of(other).checks_answered, 0);
    assert_media_flows(victim);
    /* When the port's former owner has gone, it is free. */
    fixture->skipped_us += 12000000;
    test_peer_send_raw(victim->peer, check, size);
    RUN_UNTIL(fixture, statistics_of(other).checks_answered == 1);
    uint8_t packet[100];
    assert_int_equal(send_rtp(victim, packet, make_rtp(packet, 7, 1, 50, 1)), -ENOTCONN);
    /* And back, with a check of its own, once the other is silent in turn. */
    fixture->skipped_us += 12000000;
    transport_fixture_drain(victim);
    assert_media_flows(victim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRANSPORT_TEST(test_checks_that_are_not_authentic_change_nothing),
        TRANSPORT_TEST(test_a_role_conflict_is_answered_and_changes_nothing),
        TRANSPORT_TEST(test_a_nat_that_rebinds_is_followed_at_the_next_check),
        TRANSPORT_TEST(test_a_check_that_does_not_nominate_moves_a_peer_only_after_silence),
        TRANSPORT_TEST(test_silence_is_told_and_moves_a_peer_at_its_next_check),
        TRANSPORT_TEST(test_a_peer_that_keeps_moving_keeps_its_call),
        TRANSPORT_TEST(test_consent_expires_after_thirty_silent_seconds),
        TRANSPORT_TEST(test_a_peer_that_never_checks_times_out),
        TRANSPORT_TEST(test_a_peer_that_never_shakes_hands_times_out),
        TRANSPORT_TEST(test_an_ice_restart_keeps_the_old_pair_until_the_new_one_works),
        TRANSPORT_TEST(test_a_restart_may_be_replaced_before_it_is_used),
        TRANSPORT_TEST(test_a_participant_cannot_take_over_anothers_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
