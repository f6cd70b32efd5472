/* transport_fixture.h - a transport host on loopback and the hand-driven peers that talk to it, in
 * one thread.
 *
 * The host's time is the real one plus `skipped_us`, so that half a minute can pass between two
 * lines of a test.
 *
 * Thread: the test's. */
#ifndef BEDSIDE_TESTS_UNIT_TRANSPORT_FIXTURE_H
#define BEDSIDE_TESTS_UNIT_TRANSPORT_FIXTURE_H

#include "certs/dtls_identity.h"
#include "media/transport/peer_transport.h"
#include "media/transport/transport_host.h"
#include "media/transport/udp_socket.h"
#include "tests/fakes/test_peer.h"

#include <stdbool.h>
#include <stdint.h>

#define FIXTURE_CALLS_MAX 8
#define FIXTURE_PACKETS 4

/* Both ends of one call. */
struct call {
    struct transport_fixture *fixture;
    struct test_peer *peer;           /* owned */
    struct peer_transport *transport; /* owned */
    char ufrag[17];
    char pwd[33];
    unsigned connected; /* how often each was reported */
    unsigned failed;
    unsigned closed;
    unsigned silences;
    bool is_silent;
    enum peer_transport_failure failure;
    const char *profile;
    unsigned rtp; /* at the gateway */
    unsigned rtcp;
    uint8_t last_rtp[2048];
    size_t last_rtp_size;
    uint8_t last_rtcp[2048];
    size_t last_rtcp_size;
    unsigned peer_rtp; /* at the peer */
    unsigned peer_rtcp;
    uint8_t peer_last_rtp[2048];
    size_t peer_last_rtp_size;
};

struct transport_fixture {
    struct dtls_identity *identity;
    struct packet_buffer_pool *packets;
    struct transport_host *host;
    uint64_t skipped_us;
    struct call calls[FIXTURE_CALLS_MAX];
    size_t call_count;
};

/* cmocka's: each test has a fixture on 127.0.0.1. */
int transport_fixture_setup(void **state);
int transport_fixture_teardown(void **state);
#define TRANSPORT_TEST(name)                                                                       \
    cmocka_unit_test_setup_teardown(name, transport_fixture_setup, transport_fixture_teardown)

void transport_fixture_init(struct transport_fixture *fixture, const char *address);
void transport_fixture_finish(struct transport_fixture *fixture);
uint64_t transport_fixture_now_us(const struct transport_fixture *fixture);

/* A new peer of the host and its other end; `config` may be NULL, its handlers and context are set
 * here. */
struct call *transport_fixture_open(struct transport_fixture *fixture,
                                    const struct test_peer_config *config);
/* Makes the gateway's side of a call, expecting a certificate with `fingerprint`. */
void transport_fixture_open_transport(struct call *call, const uint8_t *fingerprint);
/* Destroys both ends; the place is used again. Only the call opened last can be closed. */
void transport_fixture_close(struct call *call);
/* Tells the other end where the gateway is and with which credentials. */
void transport_fixture_introduce(struct call *call, const char *gateway_address);
/* Gives both ends' work one turn. */
void transport_fixture_step(struct transport_fixture *fixture);
/* Only the gateway's. */
void transport_fixture_serve(struct transport_fixture *fixture);
/* Opens, starts, runs and asserts that both ends are connected. */
struct call *transport_fixture_connect(struct transport_fixture *fixture,
                                       const struct test_peer_config *config);
/* Returns when everything sent to the host so far has been handled: a check of `call` is answered
 * after it. */
void transport_fixture_drain(struct call *call);

/* Steps until the condition holds; gives up, and lets the assertion fail, after 10 s. */
#define RUN_UNTIL(fixture, condition)                                                              \
    do {                                                                                           \
        const uint64_t run_until_us_ = clock_now_us() + 10000000;                                  \
        while (!(condition) && clock_now_us() < run_until_us_) {                                   \
            transport_fixture_step(fixture);                                                       \
        }                                                                                          \
        assert_true(condition);                                                                    \
    } while (0)

/* The address of the peer has passed a check of ICE. */
void prove_address(struct call *call);

/* A report about nothing much. */
extern const uint8_t receiver_report[8];
/* An RTP packet of `payload_size` bytes that are all `fill`. Returns its size. */
size_t make_rtp(uint8_t *packet, uint32_t ssrc, uint16_t seq, size_t payload_size, uint8_t fill);
int send_rtp(struct call *call, const uint8_t *packet, size_t size);

struct peer_transport_statistics statistics_of(const struct call *call);
/* A packet of SSRC 7 arrives each way, as it was sent. */
void assert_media_flows(struct call *call);

#endif
