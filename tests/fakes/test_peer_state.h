/* test_peer_state.h - what a test peer consists of, for its own files: test_peer.c (its socket,
 * SRTP and life), test_peer_ice.c, test_peer_dtls.c. Thread: the test's. */
#ifndef BEDSIDE_TESTS_FAKES_TEST_PEER_STATE_H
#define BEDSIDE_TESTS_FAKES_TEST_PEER_STATE_H

#include "tests/fakes/test_peer.h"

#include <openssl/ssl.h>
#include <srtp2/srtp.h>
#include <sys/socket.h>

#define UFRAG_LENGTH 8
#define PWD_LENGTH 24
#define DATAGRAM_SIZE_MAX 2048

struct test_peer {
    struct test_peer_config config;
    struct test_peer_statistics statistics;
    int fd;             /* over TCP: -1 until there is a gateway */
    size_t stream_size; /* over TCP: of a frame that has begun */
    uint8_t stream[2 * DATAGRAM_SIZE_MAX + 2];
    struct sockaddr_storage gateway;
    socklen_t gateway_size;

    char ufrag[UFRAG_LENGTH + 1];
    char pwd[PWD_LENGTH + 1];
    char remote_ufrag[257];
    char remote_pwd[257];
    uint8_t remote_fingerprint[32];
    bool compares_fingerprint;
    uint8_t fingerprint[32];

    bool started;
    bool sends_checks;
    bool ice_works;
    uint64_t next_check_us;
    uint64_t tie_breaker;
    enum test_peer_answers answers;
    uint8_t answer[256];
    size_t answer_size;

    EVP_PKEY *key;
    X509 *certificate;
    SSL_CTX *context;
    BIO_METHOD *bio_method;
    SSL *ssl;
    const uint8_t *incoming; /* the datagram that OpenSSL has not read yet */
    size_t incoming_size;
    bool connected;
    bool failed;
    bool closed;
    const char *srtp_profile;
    srtp_t inbound;
    srtp_t outbound;
};

/* test_peer_dtls.c */
void test_peer_make_certificate(struct test_peer *peer);
void test_peer_make_context(struct test_peer *peer);
void test_peer_start_dtls(struct test_peer *peer);
/* Goes on with the handshake, or reads what came behind it: to be called with `incoming` set. */
void test_peer_drive_dtls(struct test_peer *peer);

/* test_peer_ice.c */
void test_peer_handle_stun(struct test_peer *peer, const uint8_t *data, size_t size);

#endif
