#include "media/transport/peer_transport.h"

#include "gateway/base/clock.h"
#include "gateway/base/random.h"
#include "tests/unit/media/transport/transport_fixture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t receiver_report[] = {0x80, 201, 0, 1, 0, 0, 0, 9};

static int setup(void **state)
{
    static struct transport_fixture fixture;
    transport_fixture_init(&fixture, "127.0.0.1");
    *state = &fixture;
    return 0;
}

static int teardown(void **state)
{
    transport_fixture_finish(*state);
    return 0;
}

static struct peer_transport_statistics statistics_of(const struct call *call)
{
    struct peer_transport_statistics statistics;
    peer_transport_statistics(call->transport, &statistics);
    return statistics;
}

static void assert_media_flows(struct call *call)
{
    static uint16_t seq = 100;
    uint8_t packet[256];
    const unsigned up = call->rtp;
    const unsigned down = call->peer_rtp;
    seq++;
    const size_t size = make_rtp(packet, 7, seq, 100, (uint8_t)seq);
    assert_int_equal(test_peer_send_rtp(call->peer, packet, size), 0);
    assert_int_equal(send_rtp(call, packet, size), 0);
    RUN_UNTIL(call->fixture, call->rtp > up && call->peer_rtp > down);
    assert_int_equal(call->last_rtp_size, size);
    assert_memory_equal(call->last_rtp, packet, size);
    assert_int_equal(call->peer_last_rtp_size, size);
    assert_memory_equal(call->peer_last_rtp, packet, size);
}

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_peer_connects_and_media_flows_both_ways, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
