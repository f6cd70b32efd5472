#include "tests/unit/media/transport/transport_fixture.h"

#include "gateway/base/clock.h"
#include "gateway/base/random.h"
#include "media/rtp/packet_buffer.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

const uint8_t receiver_report[8] = {0x80, 201, 0, 1, 0, 0, 0, 9};

static void on_connected(void *context, const char *profile, uint64_t now_us)
{
    (void)now_us;
    struct call *call = context;
    call->connected++;
    call->profile = profile;
}

static void on_failed(void *context, enum peer_transport_failure failure, uint64_t now_us)
{
    (void)now_us;
    struct call *call = context;
    call->failed++;
    call->failure = failure;
}

static void on_closed(void *context, uint64_t now_us)
{
    (void)now_us;
    struct call *call = context;
    call->closed++;
}

static void on_rtp(void *context, struct packet_buffer *packet)
{
    struct call *call = context;
    assert_true(packet->arrival_us > 0);
    call->rtp++;
    memcpy(call->last_rtp, packet->data, packet->size);
    call->last_rtp_size = packet->size;
    packet_buffer_drop(packet);
}

static void on_rtcp(void *context, const uint8_t *compound, size_t size, uint64_t arrival_us)
{
    (void)arrival_us;
    struct call *call = context;
    call->rtcp++;
    memcpy(call->last_rtcp, compound, size);
    call->last_rtcp_size = size;
}

static void on_silence(void *context, bool silent, uint64_t now_us)
{
    (void)now_us;
    struct call *call = context;
    call->silences += silent;
    call->is_silent = silent;
}

static const struct peer_transport_ops ops = {
    .on_connected = on_connected,
    .on_failed = on_failed,
    .on_closed = on_closed,
    .on_rtp = on_rtp,
    .on_rtcp = on_rtcp,
    .on_silence = on_silence,
};

static void on_peer_rtp(void *context, const uint8_t *packet, size_t size)
{
    struct call *call = context;
    call->peer_rtp++;
    memcpy(call->peer_last_rtp, packet, size);
    call->peer_last_rtp_size = size;
}

static void on_peer_rtcp(void *context, const uint8_t *compound, size_t size)
{
    (void)compound;
    (void)size;
    struct call *call = context;
    call->peer_rtcp++;
}

void transport_fixture_init(struct transport_fixture *fixture, const char *address)
{
    memset(fixture, 0, sizeof(*fixture));
    assert_int_equal(dtls_identity_create(&fixture->identity), 0);
    fixture->packets = packet_buffer_pool_create(FIXTURE_PACKETS);
    const struct transport_host_config config = {.listen_address = address,
                                                 .tcp = true,
                                                 .peers_max = 512,
                                                 .identity = fixture->identity,
                                                 .packets = fixture->packets};
    assert_int_equal(transport_host_create(&config, &fixture->host), 0);
}

void transport_fixture_finish(struct transport_fixture *fixture)
{
    for (size_t i = 0; i < fixture->call_count; i++) {
        peer_transport_destroy(fixture->calls[i].transport);
        test_peer_destroy(fixture->calls[i].peer);
    }
    transport_host_destroy(fixture->host);
    packet_buffer_pool_destroy(fixture->packets); /* asserts that each came back */
    dtls_identity_destroy(fixture->identity);
}

int transport_fixture_setup(void **state)
{
    static struct transport_fixture fixture;
    transport_fixture_init(&fixture, "127.0.0.1");
    *state = &fixture;
    return 0;
}

int transport_fixture_teardown(void **state)
{
    transport_fixture_finish(*state);
    return 0;
}

uint64_t transport_fixture_now_us(const struct transport_fixture *fixture)
{
    return clock_now_us() + fixture->skipped_us;
}

void transport_fixture_open_transport(struct call *call, const uint8_t *fingerprint)
{
    const struct peer_transport_config transport = {.local_ufrag = call->ufrag,
                                                    .local_pwd = call->pwd,
                                                    .remote_ufrag = test_peer_ufrag(call->peer),
                                                    .remote_pwd = test_peer_pwd(call->peer),
                                                    .remote_fingerprint = fingerprint,
                                                    .ops = &ops,
                                                    .context = call};
    assert_int_equal(peer_transport_create(call->fixture->host, &transport,
                                           transport_fixture_now_us(call->fixture),
                                           &call->transport),
                     0);
}

struct call *transport_fixture_open(struct transport_fixture *fixture,
                                    const struct test_peer_config *config)
{
    assert_true(fixture->call_count < FIXTURE_CALLS_MAX);
    struct call *call = &fixture->calls[fixture->call_count];
    struct test_peer_config own = config ? *config : (struct test_peer_config){0};
    own.on_rtp = on_peer_rtp;
    own.on_rtcp = on_peer_rtcp;
    own.context = call;
    memset(call, 0, sizeof(*call));
    call->fixture = fixture;
    call->peer = test_peer_create(&own);
    random_alphanumeric(call->ufrag, sizeof(call->ufrag) - 1);
    random_alphanumeric(call->pwd, sizeof(call->pwd) - 1);
    transport_fixture_open_transport(call, test_peer_fingerprint(call->peer));
    fixture->call_count++;
    transport_fixture_introduce(call, "127.0.0.1");
    return call;
}

void transport_fixture_close(struct call *call)
{
    assert_ptr_equal(call, &call->fixture->calls[call->fixture->call_count - 1]);
    call->transport = peer_transport_destroy(call->transport);
    call->peer = test_peer_destroy(call->peer);
    call->fixture->call_count--;
}

void transport_fixture_introduce(struct call *call, const char *gateway_address)
{
    const struct test_peer_gateway gateway = {
        .address = gateway_address,
        .port = transport_host_port(call->fixture->host),
        .ufrag = call->ufrag,
        .pwd = call->pwd,
        .fingerprint = dtls_identity_fingerprint(call->fixture->identity)};
    test_peer_set_gateway(call->peer, &gateway);
}

void transport_fixture_serve(struct transport_fixture *fixture)
{
    const uint64_t now_us = transport_fixture_now_us(fixture);
    transport_host_receive(fixture->host, now_us);
    transport_host_serve_tcp(fixture->host, now_us);
    transport_host_on_tick(fixture->host, now_us);
    transport_host_flush(fixture->host);
}

void transport_fixture_step(struct transport_fixture *fixture)
{
    struct pollfd waiting[] = {
        {.fd = transport_host_fd(fixture->host), .events = POLLIN},
        {.fd = transport_host_tcp_fd(fixture->host), .events = POLLIN},
    };
    const bool at_once = transport_host_has_handshakes(fixture->host);
    for (size_t i = 0; i < fixture->call_count; i++) {
        test_peer_run_once(fixture->calls[i].peer, 0);
    }
    (void)poll(waiting, 2, at_once ? 0 : 2);
    transport_fixture_serve(fixture);
}

struct call *transport_fixture_connect(struct transport_fixture *fixture,
                                       const struct test_peer_config *config)
{
    struct call *call = transport_fixture_open(fixture, config);
    test_peer_start(call->peer);
    RUN_UNTIL(fixture, call->connected && test_peer_is_connected(call->peer));
    return call;
}

void transport_fixture_drain(struct call *call)
{
    const uint64_t answers = test_peer_statistics(call->peer)->check_answers;
    test_peer_send_check(call->peer, TEST_PEER_CHECK_NOMINATE);
    RUN_UNTIL(call->fixture, test_peer_statistics(call->peer)->check_answers > answers);
}

size_t make_rtp(uint8_t *packet, uint32_t ssrc, uint16_t seq, size_t payload_size, uint8_t fill)
{
    const uint8_t header[12] = {0x80,
                                111,
                                (uint8_t)(seq >> 8),
                                (uint8_t)seq,
                                0,
                                0,
                                3,
                                0xc0,
                                (uint8_t)(ssrc >> 24),
                                (uint8_t)(ssrc >> 16),
                                (uint8_t)(ssrc >> 8),
                                (uint8_t)ssrc};
    memcpy(packet, header, sizeof(header));
    memset(packet + sizeof(header), fill, payload_size);
    return sizeof(header) + payload_size;
}

int send_rtp(struct call *call, const uint8_t *packet, size_t size)
{
    const struct packet_part parts[] = {{packet, 12}, {packet + 12, size - 12}};
    return peer_transport_send_rtp(call->transport, parts, 2);
}

struct peer_transport_statistics statistics_of(const struct call *call)
{
    struct peer_transport_statistics statistics;
    peer_transport_statistics(call->transport, &statistics);
    return statistics;
}

void assert_media_flows(struct call *call)
{
    static uint16_t seq = 100;
    uint8_t packet[1200];
    const unsigned up = call->rtp;
    const unsigned down = call->peer_rtp;
    seq++;
    const size_t size = make_rtp(packet, 7, seq, 1000, (uint8_t)seq);
    assert_int_equal(test_peer_send_rtp(call->peer, packet, size), 0);
    assert_int_equal(send_rtp(call, packet, size), 0);
    RUN_UNTIL(call->fixture, call->rtp > up && call->peer_rtp > down);
    assert_int_equal(call->last_rtp_size, size);
    assert_memory_equal(call->last_rtp, packet, size);
    assert_int_equal(call->peer_last_rtp_size, size);
    assert_memory_equal(call->peer_last_rtp, packet, size);
}

void prove_address(struct call *call)
{
    test_peer_send_check(call->peer, TEST_PEER_CHECK_NOMINATE);
    RUN_UNTIL(call->fixture, test_peer_statistics(call->peer)->check_answers > 0);
}
