/* test_peer.h - a browser's transport, driven by hand: STUN checks, DTLS client, SRTP, one UDP
 * socket or one TCP connection (RFC 6544, active).
 *
 * It does what a controlling ICE agent with one candidate does, and, on request, what a hostile one
 * does. Nothing happens by itself: test_peer_run_once() reads what waits and serves its timers.
 *
 *   AUTO(test_peer) peer = test_peer_create(&config);
 *   ... give the gateway test_peer_ufrag(), _pwd(), _fingerprint() ...
 *   test_peer_set_gateway(peer, &gateway);
 *   test_peer_connect(peer, 5000);            // or test_peer_start() and test_peer_run_once() in a
 * loop test_peer_send_rtp(peer, packet, size); while (!done) test_peer_run_once(peer, 20);
 *
 * Thread: the one that created it. */
#ifndef BEDSIDE_TESTS_FAKES_TEST_PEER_H
#define BEDSIDE_TESTS_FAKES_TEST_PEER_H

#include "gateway/base/cleanup.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct test_peer_config {
    /* OpenSSL's list; NULL: the one that Chromium offers (CM_SHA1_80, GCM-256, GCM-128); "": none.
     */
    const char *srtp_profiles;
    const char *local_address; /* NULL: 127.0.0.1 */
    bool over_tcp;
    bool manual_checks; /* sends no check by itself: test_peer_send_check() does */
    /* Clear packets as they come in, borrowed. May be NULL. */
    void (*on_rtp)(void *context, const uint8_t *packet, size_t size);
    void (*on_rtcp)(void *context, const uint8_t *compound, size_t size);
    void *context;
};

struct test_peer_gateway {
    const char *address; /* numeric */
    uint16_t port;
    const char *ufrag;
    const char *pwd;
    const uint8_t *fingerprint; /* 32 bytes, SHA-256; NULL: not compared */
};

struct test_peer;

/* Makes its own certificate and credentials. `config` NULL: all defaults. */
struct test_peer *test_peer_create(const struct test_peer_config *config);
struct test_peer *test_peer_destroy(struct test_peer *peer);
DEFINE_AUTO(test_peer)

const char *test_peer_ufrag(const struct test_peer *peer);
const char *test_peer_pwd(const struct test_peer *peer);
/* 32 bytes. */
const uint8_t *test_peer_fingerprint(const struct test_peer *peer);
int test_peer_fd(const struct test_peer *peer);
uint16_t test_peer_port(const struct test_peer *peer);

/* Also used for an ICE restart: checks go on with the new credentials, DTLS and SRTP stay. */
void test_peer_set_gateway(struct test_peer *peer, const struct test_peer_gateway *gateway);
/* New local credentials, for an ICE restart. */
void test_peer_renew_credentials(struct test_peer *peer);

/* Begins checks; the handshake follows the first answered check. */
void test_peer_start(struct test_peer *peer);
/* Waits at most `timeout_ms` for a datagram, handles all that wait, and serves the timers (checks
 * each 200 ms while connecting, each 1 s afterwards; DTLS retransmission). */
void test_peer_run_once(struct test_peer *peer, int timeout_ms);
/* Starts and runs until media may flow. Returns 0, -ETIMEDOUT, or -EPROTO when the handshake
 * failed. For a gateway that runs on another thread. */
int test_peer_connect(struct test_peer *peer, int timeout_ms);

bool test_peer_is_connected(const struct test_peer *peer);
bool test_peer_has_failed(const struct test_peer *peer);
/* OpenSSL's name of the profile that was agreed, or NULL. */
const char *test_peer_srtp_profile(const struct test_peer *peer);
/* True after the gateway's close_notify. */
bool test_peer_was_closed(const struct test_peer *peer);

/* Protect and send at once. Return 0, -ENOTCONN or -EBADMSG. */
int test_peer_send_rtp(struct test_peer *peer, const uint8_t *packet, size_t size);
int test_peer_send_rtcp(struct test_peer *peer, const uint8_t *compound, size_t size);
/* Sends close_notify. */
void test_peer_close(struct test_peer *peer);

/* --- hostile and unusual acts --- */

enum test_peer_check_flag {
    TEST_PEER_CHECK_NOMINATE = 1,   /* USE-CANDIDATE */
    TEST_PEER_CHECK_CONTROLLED = 2, /* claims our role */
    TEST_PEER_CHECK_WRONG_PASSWORD = 4,
    TEST_PEER_CHECK_WRONG_USERNAME = 8, /* the remote half */
    TEST_PEER_CHECK_NO_FINGERPRINT = 16,
    TEST_PEER_CHECK_NO_INTEGRITY = 32,
    TEST_PEER_CHECK_UNKNOWN_REQUIRED = 64, /* an attribute that must be understood and is not */
};

/* Builds a check; returns its size. `buffer` has at least 512 bytes. */
size_t test_peer_build_check(struct test_peer *peer, unsigned flags, uint8_t *buffer,
                             size_t capacity);
void test_peer_send_check(struct test_peer *peer, unsigned flags);
/* Sends bytes as they are to the gateway. */
void test_peer_send_raw(struct test_peer *peer, const void *bytes, size_t size);
/* Protects without sending. Returns the size or a negative errno. */
int test_peer_protect_rtp(struct test_peer *peer, const uint8_t *packet, size_t size,
                          uint8_t *buffer, size_t capacity);
/* A new local port from now on, as behind a NAT that rebinds; the old socket is closed. Over TCP: a
 * new connection. */
void test_peer_rebind(struct test_peer *peer);
/* How it answers authentic binding requests, which are consent checks: as browsers do unless told
 * otherwise. */
enum test_peer_answers {
    TEST_PEER_ANSWERS,
    TEST_PEER_WITHHOLDS,           /* builds the answer, and keeps it: test_peer_answer() */
    TEST_PEER_ANSWERS_ANOTHER,     /* another transaction */
    TEST_PEER_ANSWERS_UNAUTHENTIC, /* with another password */
};
void test_peer_set_answers(struct test_peer *peer, enum test_peer_answers answers);
/* The answer built last: returns its size, and the bytes, borrowed until the next. */
size_t test_peer_answer(const struct test_peer *peer, const uint8_t **ret_bytes);
/* Sends no more checks by itself, everything else goes on. */
void test_peer_stop_checks(struct test_peer *peer);

struct test_peer_statistics {
    uint64_t datagrams_received; /* of any kind */
    uint64_t bytes_received;
    uint64_t check_answers; /* authentic success responses */
    uint64_t check_errors;  /* authentic error responses */
    uint64_t requests;      /* authentic requests, for us */
    uint64_t check_bad;     /* STUN messages that are none of these */
    int last_error_code;    /* 487, for example */
    uint64_t dtls_received; /* datagrams */
    uint64_t rtp_received;  /* authentic */
    uint64_t rtcp_received;
    uint64_t srtp_rejected;
};

const struct test_peer_statistics *test_peer_statistics(const struct test_peer *peer);

#endif
