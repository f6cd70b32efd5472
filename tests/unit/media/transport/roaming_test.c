/* What happens when a peer's packets suddenly come from another port: over loopback, between the
 * whole host and hand-driven peers. */
#include "media/transport/roaming.h"

#include "gateway/base/clock.h"
#include "media/transport/peer_transport.h"
#include "tests/unit/media/transport/transport_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define SSRC 9
#define REQUEST_SIZE_EXPECTED 150

static uint16_t sequence_number = 1000;

static uint64_t moves_of(const struct call *call)
{
    return statistics_of(call).address_changes;
}

static uint64_t requests_of(const struct transport_fixture *fixture)
{
    return transport_host_statistics(fixture->host)->consent_requests;
}

static uint64_t unknown_of(const struct transport_fixture *fixture)
{
    return transport_host_statistics(fixture->host)->datagrams_unknown;
}

static void say(struct call *call, uint32_t ssrc)
{
    uint8_t packet[100];
    sequence_number++;
    assert_int_equal(
        test_peer_send_rtp(call->peer, packet, make_rtp(packet, ssrc, sequence_number, 50, 1)), 0);
}

/* Somebody who speaks, checks no more, and of whom nothing has come for 100 ms. */
static struct call *open_speaker(struct transport_fixture *fixture,
                                 const struct test_peer_config *config)
{
    struct call *call = transport_fixture_connect(fixture, config);
    transport_fixture_drain(call);
    test_peer_stop_checks(call->peer);
    for (unsigned i = 0; i < 5; i++) {
        const unsigned before = call->rtp;
        fixture->skipped_us += 20000;
        say(call, SSRC);
        RUN_UNTIL(fixture, call->rtp > before);
    }
    return call;
}

static void pass(struct transport_fixture *fixture, unsigned ms)
{
    for (; ms >= 20; ms -= 20) {
        fixture->skipped_us += 20000;
        transport_fixture_serve(fixture);
    }
}

/* Media goes to where the peer is. */
static void assert_heard_by(struct call *call)
{
    uint8_t packet[100];
    const unsigned before = call->peer_rtp;
    sequence_number++;
    assert_int_equal(send_rtp(call, packet, make_rtp(packet, 7, sequence_number, 50, 1)), 0);
    RUN_UNTIL(call->fixture, call->peer_rtp > before);
}

static void assert_not_heard_by(struct call *call, struct call *witness)
{
    uint8_t packet[100];
    const unsigned before = call->peer_rtp;
    sequence_number++;
    assert_int_equal(send_rtp(call, packet, make_rtp(packet, 7, sequence_number, 50, 1)), 0);
    assert_heard_by(witness); /* what was sent before has come */
    test_peer_run_once(call->peer, 0);
    assert_int_equal(call->peer_rtp, before);
}

static void test_a_peer_that_speaks_from_another_port_is_followed_by_its_answer(void **state)
{
    static const char *const profiles[] = {"SRTP_AEAD_AES_128_GCM", "SRTP_AES128_CM_SHA1_80"};
    struct transport_fixture *fixture = *state;
    for (size_t i = 0; i < ARRAY_LENGTH(profiles); i++) {
        const struct test_peer_config config = {.srtp_profiles = profiles[i]};
        struct call *call = open_speaker(fixture, &config);
        const uint64_t requests = requests_of(fixture);
        test_peer_rebind(call->peer);
        pass(fixture, 100);
        const unsigned before = call->rtp;
        say(call, SSRC);
        RUN_UNTIL(fixture, call->rtp == before + 1); /* heard at once */
        RUN_UNTIL(fixture, moves_of(call) == 1);
        assert_heard_by(call);
        assert_true(requests_of(fixture) > requests);
        /* It stays, without another request. */
        const uint64_t asked = requests_of(fixture);
        pass(fixture, 200);
        say(call, SSRC);
        RUN_UNTIL(fixture, call->rtp == before + 2);
        assert_int_equal(requests_of(fixture), asked);
        assert_int_equal(moves_of(call), 1);
        assert_int_equal(call->silences, 0);
    }
}

static void test_it_can_move_again_and_its_checks_go_on(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *call = open_speaker(fixture, NULL);
    for (unsigned move = 1; move <= 12; move++) { /* more than the addresses that ICE keeps */
        test_peer_rebind(call->peer);
        pass(fixture, 100);
        say(call, SSRC);
        RUN_UNTIL(fixture, moves_of(call) == move);
        assert_heard_by(call);
        transport_fixture_drain(call); /* a nominating check from there changes nothing */
        assert_int_equal(moves_of(call), move);
    }
    assert_int_equal(call->failed, 0);
}

/* Says something from another port, so that it is asked; returns when its answer is built. */
static void be_asked(struct call *call, enum test_peer_answers answers)
{
    test_peer_set_answers(call->peer, answers);
    test_peer_rebind(call->peer);
    pass(call->fixture, 100);
    say(call, SSRC);
    const uint64_t before = test_peer_statistics(call->peer)->requests;
    RUN_UNTIL(call->fixture, test_peer_statistics(call->peer)->requests > before);
}

/* Is asked, and keeps its answer to itself. Returns its size. */
static size_t withhold_answer(struct call *call, const uint8_t **ret_answer)
{
    be_asked(call, TEST_PEER_WITHHOLDS);
    return test_peer_answer(call->peer, ret_answer);
}

static void test_without_its_answer_it_is_asked_three_times_and_never_followed(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *witness = transport_fixture_connect(fixture, NULL);
    struct call *call = open_speaker(fixture, NULL);
    be_asked(call, TEST_PEER_WITHHOLDS);
    const uint64_t bytes = test_peer_statistics(call->peer)->bytes_received;
    assert_true(bytes > 0);
    pass(fixture, 900);
    assert_int_equal(requests_of(fixture), ROAMING_REQUESTS_MAX);
    const unsigned heard = call->rtp;
    pass(fixture, 200); /* the second in which it was listened to is over */
    say(call, SSRC);
    transport_fixture_drain(witness);
    assert_int_equal(call->rtp, heard);
    assert_int_equal(moves_of(call), 0);
    assert_not_heard_by(call, witness);
    assert_int_equal(requests_of(fixture), ROAMING_REQUESTS_MAX);
    RUN_UNTIL(fixture, test_peer_statistics(call->peer)->requests == ROAMING_REQUESTS_MAX);
    assert_true(test_peer_statistics(call->peer)->bytes_received <=
                bytes + (ROAMING_REQUESTS_MAX - 1) * (uint64_t)REQUEST_SIZE_EXPECTED);
}

static void test_a_wrong_answer_moves_nobody(void **state)
{
    static const enum test_peer_answers wrong[] = {TEST_PEER_ANSWERS_ANOTHER,
                                                   TEST_PEER_ANSWERS_UNAUTHENTIC};
    struct transport_fixture *fixture = *state;
    struct call *witness = transport_fixture_connect(fixture, NULL);
    for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++) {
        struct call *call = open_speaker(fixture, NULL);
        const uint64_t unknown = transport_host_statistics(fixture->host)->stun_unknown;
        be_asked(call, wrong[i]);
        RUN_UNTIL(fixture, transport_host_statistics(fixture->host)->stun_unknown > unknown);
        assert_int_equal(moves_of(call), 0);
        assert_not_heard_by(call, witness);
    }
}

static void test_an_answer_from_another_address_moves_nobody(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *witness = transport_fixture_connect(fixture, NULL);
    struct call *call = open_speaker(fixture, NULL);
    const uint8_t *answer = NULL;
    const size_t size = withhold_answer(call, &answer);
    const uint64_t unknown = transport_host_statistics(fixture->host)->stun_unknown;
    test_peer_send_raw(witness->peer, answer, size);
    RUN_UNTIL(fixture, transport_host_statistics(fixture->host)->stun_unknown > unknown);
    assert_int_equal(moves_of(call), 0);
    /* The same bytes from where they were asked for: */
    test_peer_send_raw(call->peer, answer, size);
    RUN_UNTIL(fixture, moves_of(call) == 1);
    assert_heard_by(call);
}

/* Every bit of the answer counts. */
static void test_a_changed_answer_moves_nobody(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *witness = transport_fixture_connect(fixture, NULL);
    struct call *call = open_speaker(fixture, NULL);
    const uint8_t *answer = NULL;
    const size_t size = withhold_answer(call, &answer);
    for (size_t bit = 0; bit < 8 * size; bit++) {
        uint8_t changed[256];
        memcpy(changed, answer, size);
        changed[bit / 8] ^= (uint8_t)(1u << bit % 8);
        test_peer_send_raw(call->peer, changed, size);
        test_peer_send_raw(call->peer, answer, bit / 8); /* cut short */
        transport_fixture_serve(fixture);
    }
    transport_fixture_drain(witness);
    assert_int_equal(moves_of(call), 0);
    test_peer_send_raw(call->peer, answer, size);
    RUN_UNTIL(fixture, moves_of(call) == 1);
}

/* Somebody on the path sends on what he caught, before it arrives or after. */
static void test_a_replayed_packet_brings_a_request_at_most(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *call = open_speaker(fixture, NULL);
    struct call *thief = transport_fixture_open(fixture, NULL);
    uint8_t packet[100];
    uint8_t caught[400];
    sequence_number++;
    const int size = test_peer_protect_rtp(
        call->peer, packet, make_rtp(packet, SSRC, sequence_number, 50, 1), caught, sizeof(caught));
    assert_true(size > 0);
    pass(fixture, 100);
    const unsigned heard = call->rtp;
    test_peer_send_raw(thief->peer, caught, (size_t)size);
    RUN_UNTIL(fixture, requests_of(fixture) > 0);
    RUN_UNTIL(fixture, test_peer_statistics(thief->peer)->check_bad > 0); /* cannot answer */
    assert_int_equal(call->rtp, heard + 1);
    assert_int_equal(test_peer_statistics(thief->peer)->requests, 0);
    pass(fixture, 300);
    assert_int_equal(requests_of(fixture), ROAMING_REQUESTS_MAX);
    assert_int_equal(moves_of(call), 0);
    assert_heard_by(call);
    /* Again, when all is forgotten: it is not new. */
    pass(fixture, 2000);
    const uint64_t unknown = unknown_of(fixture);
    test_peer_send_raw(thief->peer, caught, (size_t)size);
    RUN_UNTIL(fixture, unknown_of(fixture) == unknown + 1);
    assert_int_equal(requests_of(fixture), ROAMING_REQUESTS_MAX);
    assert_int_equal(call->rtp, heard + 1);
}

static void test_an_ssrc_that_never_came_is_a_strangers(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *call = open_speaker(fixture, NULL);
    test_peer_rebind(call->peer);
    pass(fixture, 100);
    const uint64_t unknown = unknown_of(fixture);
    say(call, SSRC + 1);
    RUN_UNTIL(fixture, unknown_of(fixture) == unknown + 1);
    assert_int_equal(requests_of(fixture), 0);
    assert_int_equal(moves_of(call), 0);
}

static void test_of_a_peer_that_is_heard_nothing_is_looked_for(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *call = open_speaker(fixture, NULL);
    struct call *thief = transport_fixture_open(fixture, NULL);
    uint8_t packet[100];
    uint8_t caught[400];
    pass(fixture, 100); /* it was silent at the last tick, */
    const unsigned heard = call->rtp;
    sequence_number++;
    const int size = test_peer_protect_rtp(
        call->peer, packet, make_rtp(packet, SSRC, sequence_number, 50, 1), caught, sizeof(caught));
    assert_true(size > 0);
    const uint64_t unknown = unknown_of(fixture);
    say(call, SSRC); /* but not now */
    test_peer_send_raw(thief->peer, caught, (size_t)size);
    RUN_UNTIL(fixture, unknown_of(fixture) == unknown + 1);
    assert_int_equal(call->rtp, heard + 1);
    assert_int_equal(requests_of(fixture), 0);
}

static void test_a_flood_is_bounded_and_harms_nobody(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *call = open_speaker(fixture, NULL);
    struct call *flooder = transport_fixture_open(fixture, NULL);
    pass(fixture, 100);
    uint8_t packet[200];
    for (unsigned i = 0; i < 2000; i++) {
        const size_t size = make_rtp(packet, SSRC, (uint16_t)i, 100, (uint8_t)i);
        test_peer_send_raw(flooder->peer, packet, size);
        if (i % 100 == 99) {
            transport_fixture_serve(fixture);
        }
    }
    assert_int_equal(requests_of(fixture), 0);
    assert_int_equal(call->rtp, 5);
    transport_fixture_drain(call); /* heard where it is, whatever its neighbour did */
    assert_heard_by(call);
    assert_int_equal(moves_of(call), 0);
    /* And when the flood is over, it may move. */
    pass(fixture, 2000);
    test_peer_rebind(call->peer);
    pass(fixture, 100);
    say(call, SSRC);
    RUN_UNTIL(fixture, moves_of(call) == 1);
}

static void test_who_goes_while_being_asked_leaves_nothing_behind(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *call = open_speaker(fixture, NULL);
    const uint8_t *answer = NULL;
    const size_t size = withhold_answer(call, &answer);
    const uint64_t requests = requests_of(fixture);
    call->transport = peer_transport_destroy(call->transport);
    test_peer_send_raw(call->peer, answer, size);
    pass(fixture, 200);
    assert_int_equal(requests_of(fixture), requests);
}

static void test_its_own_check_from_elsewhere_ends_the_question(void **state)
{
    struct transport_fixture *fixture = *state;
    struct call *call = open_speaker(fixture, NULL);
    be_asked(call, TEST_PEER_WITHHOLDS);
    const uint64_t requests = requests_of(fixture);
    test_peer_rebind(call->peer);
    test_peer_send_check(call->peer, TEST_PEER_CHECK_NOMINATE);
    RUN_UNTIL(fixture, moves_of(call) == 1);
    pass(fixture, 200);
    assert_int_equal(requests_of(fixture), requests);
    assert_heard_by(call);
}

#define TEST(name) TRANSPORT_TEST(name)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRANSPORT_TEST(test_a_peer_that_speaks_from_another_port_is_followed_by_its_answer),
        TRANSPORT_TEST(test_it_can_move_again_and_its_checks_go_on),
        TRANSPORT_TEST(test_without_its_answer_it_is_asked_three_times_and_never_followed),
        TRANSPORT_TEST(test_a_wrong_answer_moves_nobody),
        TRANSPORT_TEST(test_an_answer_from_another_address_moves_nobody),
        TRANSPORT_TEST(test_a_changed_answer_moves_nobody),
        TRANSPORT_TEST(test_a_replayed_packet_brings_a_request_at_most),
        TRANSPORT_TEST(test_an_ssrc_that_never_came_is_a_strangers),
        TRANSPORT_TEST(test_of_a_peer_that_is_heard_nothing_is_looked_for),
        TRANSPORT_TEST(test_a_flood_is_bounded_and_harms_nobody),
        TRANSPORT_TEST(test_who_goes_while_being_asked_leaves_nothing_behind),
        TRANSPORT_TEST(test_its_own_check_from_elsewhere_ends_the_question),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
