#include "tests/fakes/test_peer.h"

#include "gateway/base/clock.h"
#include "gateway/base/random.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>
#include <srtp2/srtp.h>
#include <stdio.h>
#include <string.h>
#include <stun/stunagent.h>
#include <stun/usages/ice.h>
#include <sys/socket.h>

#define BROWSER_SRTP_PROFILES "SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_256_GCM:SRTP_AEAD_AES_128_GCM"
#define FIRST_DTLS_TIMEOUT_US 50000 /* what libwebrtc sets */
#define CHECK_PERIOD_CONNECTING_US 200000
#define CHECK_PERIOD_CONNECTED_US 1000000
#define UFRAG_LENGTH 8
#define PWD_LENGTH 24
#define DATAGRAM_SIZE_MAX 2048
#define KEY_BLOCK_SIZE_MAX (2 * (32 + 14))

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

/* ---- socket ---- */

static int open_local_socket(const char *address)
{
    struct sockaddr_in in = {.sin_family = AF_INET};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, address, &in.sin_addr) == 1) {
        const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        assert(fd >= 0 && bind(fd, (const struct sockaddr *)&in, sizeof(in)) == 0);
        return fd;
    }
    const int parsed = inet_pton(AF_INET6, address, &in6.sin6_addr);
    const int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int bound =
        fd >= 0 && parsed == 1 ? bind(fd, (const struct sockaddr *)&in6, sizeof(in6)) : -1;
    if (bound != 0) {
        abort();
    }
    return fd;
}

static const char *local_address(const struct test_peer *peer)
{
    return peer->config.local_address ? peer->config.local_address : "127.0.0.1";
}

/* A loopback connection stands at once. */
static int open_connection(const struct test_peer *peer)
{
    const int fd = socket(peer->gateway.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&peer->gateway, peer->gateway_size) < 0 ||
        fcntl(fd, F_SETFL, O_NONBLOCK) < 0) {
        abort();
    }
    return fd;
}

/* What does not fit into the kernel's buffer would break the framing: tests send little. */
static void send_frame(struct test_peer *peer, const void *bytes, size_t size)
{
    uint8_t frame[2 + DATAGRAM_SIZE_MAX] = {(uint8_t)(size >> 8), (uint8_t)size};
    if (size > DATAGRAM_SIZE_MAX) {
        abort();
    }
    memcpy(frame + 2, bytes, size);
    (void)send(peer->fd, frame, 2 + size, MSG_NOSIGNAL);
}

void test_peer_send_raw(struct test_peer *peer, const void *bytes, size_t size)
{
    if (peer->config.over_tcp) {
        send_frame(peer, bytes, size);
        return;
    }
    (void)sendto(peer->fd, bytes, size, 0, (const struct sockaddr *)&peer->gateway,
                 peer->gateway_size);
}

void test_peer_rebind(struct test_peer *peer)
{
    /* Opened before the other is closed, so that the port is another one. */
    const int fd =
        peer->config.over_tcp ? open_connection(peer) : open_local_socket(local_address(peer));
    close(peer->fd);
    peer->stream_size = 0;
    peer->fd = fd;
    peer->next_check_us = 0;
}

/* ---- certificate and DTLS ---- */

static void make_certificate(struct test_peer *peer)
{
    peer->key = EVP_EC_gen("P-256");
    peer->certificate = X509_new();
    X509 *certificate = peer->certificate;
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1 + (long)random_below(1u << 30));
    X509_gmtime_adj(X509_getm_notBefore(certificate), -86400);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
    X509_set_pubkey(certificate, peer->key);
    X509_NAME *name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"peer", -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    const int signed_bytes = X509_sign(certificate, peer->key, EVP_sha256());
    unsigned size = 0;
    const int digested = X509_digest(certificate, EVP_sha256(), peer->fingerprint, &size);
    if (signed_bytes <= 0 || digested != 1 || size != sizeof(peer->fingerprint)) {
        abort();
    }
}

static int write_datagram(BIO *bio, const char *bytes, int size)
{
    test_peer_send_raw(BIO_get_data(bio), bytes, (size_t)size);
    return size;
}

static int read_datagram(BIO *bio, char *bytes, int capacity)
{
    struct test_peer *peer = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (!peer->incoming) {
        BIO_set_retry_read(bio);
        return -1;
    }
    const int size = peer->incoming_size < (size_t)capacity ? (int)peer->incoming_size : capacity;
    memcpy(bytes, peer->incoming, (size_t)size);
    peer->incoming = NULL;
    return size;
}

static long control_datagrams(BIO *bio, int command, long number, void *pointer)
{
    (void)bio;
    (void)number;
    (void)pointer;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

static int accept_any_certificate(X509_STORE_CTX *store, void *context)
{
    (void)store;
    (void)context;
    return 1;
}

static void make_context(struct test_peer *peer)
{
    peer->bio_method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "test peer");
    BIO_meth_set_write(peer->bio_method, write_datagram);
    BIO_meth_set_read(peer->bio_method, read_datagram);
    BIO_meth_set_ctrl(peer->bio_method, control_datagrams);
    peer->context = SSL_CTX_new(DTLS_client_method());
    SSL_CTX_set_verify(peer->context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(peer->context, accept_any_certificate, NULL);
    SSL_CTX_set_options(peer->context, SSL_OP_NO_QUERY_MTU);
    SSL_CTX_use_certificate(peer->context, peer->certificate);
    SSL_CTX_use_PrivateKey(peer->context, peer->key);
    const char *profiles =
        peer->config.srtp_profiles ? peer->config.srtp_profiles : BROWSER_SRTP_PROFILES;
    if (profiles[0] != '\0' && SSL_CTX_set_tlsext_use_srtp(peer->context, profiles) != 0) {
        abort();
    }
}

static unsigned next_dtls_timeout_us(SSL *ssl, unsigned last_us)
{
    (void)ssl;
    return last_us == 0 ? FIRST_DTLS_TIMEOUT_US : 2 * last_us;
}

static bool gateway_certificate_is_right(const struct test_peer *peer)
{
    uint8_t digest[32];
    unsigned size = 0;
    X509 *certificate = SSL_get0_peer_certificate(peer->ssl);
    return certificate && X509_digest(certificate, EVP_sha256(), digest, &size) == 1 &&
           (!peer->compares_fingerprint ||
            memcmp(digest, peer->remote_fingerprint, sizeof(digest)) == 0);
}

static srtp_t make_srtp(unsigned long profile, uint8_t *master, srtp_ssrc_type_t direction)
{
    srtp_policy_t policy = {.ssrc = {.type = direction}, .key = master, .window_size = 1024};
    if (profile == SRTP_AEAD_AES_128_GCM) {
        srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
        srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
    } else if (profile == SRTP_AEAD_AES_256_GCM) {
        srtp_crypto_policy_set_aes_gcm_256_16_auth(&policy.rtp);
        srtp_crypto_policy_set_aes_gcm_256_16_auth(&policy.rtcp);
    } else {
        srtp_crypto_policy_set_rtp_default(&policy.rtp);
        srtp_crypto_policy_set_rtcp_default(&policy.rtcp);
    }
    srtp_t session = NULL;
    if (srtp_create(&session, &policy) != srtp_err_status_ok) {
        abort();
    }
    return session;
}

/* RFC 5764, 4.2: client key, server key, client salt, server salt. */
static bool take_keys(struct test_peer *peer)
{
    const SRTP_PROTECTION_PROFILE *profile = SSL_get_selected_srtp_profile(peer->ssl);
    if (!profile) {
        return false;
    }
    const bool gcm = profile->id == SRTP_AEAD_AES_128_GCM || profile->id == SRTP_AEAD_AES_256_GCM;
    const size_t key = profile->id == SRTP_AEAD_AES_256_GCM ? 32 : 16;
    const size_t salt = gcm ? 12 : 14;
    uint8_t block[KEY_BLOCK_SIZE_MAX];
    if (SSL_export_keying_material(peer->ssl, block, 2 * (key + salt), "EXTRACTOR-dtls_srtp", 19,
                                   NULL, 0, 0) != 1) {
        return false;
    }
    uint8_t ours[46];
    uint8_t theirs[46];
    memcpy(ours, block, key);
    memcpy(ours + key, block + 2 * key, salt);
    memcpy(theirs, block + key, key);
    memcpy(theirs + key, block + 2 * key + salt, salt);
    peer->outbound = make_srtp(profile->id, ours, ssrc_any_outbound);
    peer->inbound = make_srtp(profile->id, theirs, ssrc_any_inbound);
    peer->srtp_profile = profile->name;
    return true;
}

static void drive_dtls(struct test_peer *peer)
{
    if (!peer->ssl || peer->failed) {
        return;
    }
    ERR_clear_error();
    if (peer->connected) {
        uint8_t ignored[DATAGRAM_SIZE_MAX];
        (void)SSL_read(peer->ssl, ignored, sizeof(ignored));
        peer->closed = (SSL_get_shutdown(peer->ssl) & SSL_RECEIVED_SHUTDOWN) != 0;
        return;
    }
    const int result = SSL_do_handshake(peer->ssl);
    if (result == 1) {
        peer->connected = gateway_certificate_is_right(peer) && take_keys(peer);
        peer->failed = !peer->connected;
    } else if (SSL_get_error(peer->ssl, result) != SSL_ERROR_WANT_READ) {
        peer->failed = true;
    }
}

static void start_dtls(struct test_peer *peer)
{
    BIO *bio = BIO_new(peer->bio_method);
    BIO_set_data(bio, peer);
    BIO_set_init(bio, 1);
    peer->ssl = SSL_new(peer->context);
    SSL_set_bio(peer->ssl, bio, bio);
    SSL_set_mtu(peer->ssl, 1200);
    DTLS_set_timer_cb(peer->ssl, next_dtls_timeout_us);
    SSL_set_connect_state(peer->ssl);
    drive_dtls(peer);
}

/* ---- STUN ---- */

static const uint16_t known_attributes[] = {
    STUN_ATTRIBUTE_USERNAME,           STUN_ATTRIBUTE_MESSAGE_INTEGRITY,  STUN_ATTRIBUTE_ERROR_CODE,
    STUN_ATTRIBUTE_UNKNOWN_ATTRIBUTES, STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS, 0};

size_t test_peer_build_check(struct test_peer *peer, unsigned flags, uint8_t *buffer,
                             size_t capacity)
{
    char username[600];
    char password[260];
    snprintf(username, sizeof(username), "%s:%s%s", peer->remote_ufrag, peer->ufrag,
             flags & TEST_PEER_CHECK_WRONG_USERNAME ? "x" : "");
    snprintf(password, sizeof(password), "%s%s", peer->remote_pwd,
             flags & TEST_PEER_CHECK_WRONG_PASSWORD ? "x" : "");
    StunAgent agent;
    stun_agent_init(
        &agent, known_attributes, STUN_COMPATIBILITY_RFC5389,
        STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS |
            (flags & TEST_PEER_CHECK_NO_FINGERPRINT ? 0 : STUN_AGENT_USAGE_USE_FINGERPRINT));
    StunMessage message;
    memset(buffer, 0, capacity);
    if (!stun_agent_init_request(&agent, &message, buffer, capacity, STUN_BINDING)) {
        abort();
    }
    if (flags & TEST_PEER_CHECK_NOMINATE) {
        stun_message_append_flag(&message, STUN_ATTRIBUTE_USE_CANDIDATE);
    }
    stun_message_append32(&message, STUN_ATTRIBUTE_PRIORITY, 0x6e0001ff);
    stun_message_append64(&message,
                          flags & TEST_PEER_CHECK_CONTROLLED ? STUN_ATTRIBUTE_ICE_CONTROLLED
                                                             : STUN_ATTRIBUTE_ICE_CONTROLLING,
                          peer->tie_breaker);
    if (flags & TEST_PEER_CHECK_UNKNOWN_REQUIRED) {
        stun_message_append32(&message, (StunAttribute)0x7ffe, 1);
    }
    stun_message_append_string(&message, STUN_ATTRIBUTE_USERNAME, username);
    const bool integrity = !(flags & TEST_PEER_CHECK_NO_INTEGRITY);
    return stun_agent_finish_message(&agent, &message, integrity ? (const uint8_t *)password : NULL,
                                     integrity ? strlen(password) : 0);
}

void test_peer_send_check(struct test_peer *peer, unsigned flags)
{
    uint8_t buffer[1024];
    const size_t size = test_peer_build_check(peer, flags, buffer, sizeof(buffer));
    test_peer_send_raw(peer, buffer, size);
}

void test_peer_set_answers(struct test_peer *peer, enum test_peer_answers answers)
{
    peer->answers = answers;
}

size_t test_peer_answer(const struct test_peer *peer, const uint8_t **ret_bytes)
{
    *ret_bytes = peer->answer;
    return peer->answer_size;
}

/* "ours:theirs", and our password. */
static bool find_own_password(StunAgent *agent, StunMessage *message, uint8_t *username,
                              uint16_t username_size, uint8_t **password, size_t *password_size,
                              void *context)
{
    (void)agent;
    (void)message;
    struct test_peer *peer = context;
    char expected[600];
    const int size = snprintf(expected, sizeof(expected), "%s:%s", peer->ufrag, peer->remote_ufrag);
    if (!username || username_size != size || memcmp(username, expected, username_size) != 0) {
        return false;
    }
    *password = (uint8_t *)peer->pwd;
    *password_size = strlen(peer->pwd);
    return true;
}

static void build_answer(struct test_peer *peer, StunAgent *agent, StunMessage *request)
{
    static uint8_t wrong_password[] = "not the password of this peer";
    StunMessage message;
    if (peer->answers == TEST_PEER_ANSWERS_UNAUTHENTIC) {
        request->key = wrong_password;
        request->key_len = sizeof(wrong_password) - 1;
    }
    if (peer->answers == TEST_PEER_ANSWERS_ANOTHER) {
        request->buffer[19] ^= 1;
    }
    memset(peer->answer, 0, sizeof(peer->answer));
    if (!stun_agent_init_response(agent, &message, peer->answer, sizeof(peer->answer), request) ||
        stun_message_append_xor_addr(&message, STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS, &peer->gateway,
                                     peer->gateway_size) != STUN_MESSAGE_RETURN_SUCCESS) {
        abort();
    }
    peer->answer_size = stun_agent_finish_message(agent, &message, NULL, 0);
}

/* As a full agent: nothing but a request for us, from the controlled side, is answered. */
static void handle_request(struct test_peer *peer, const uint8_t *data, size_t size)
{
    static const uint16_t known[] = {STUN_ATTRIBUTE_USERNAME, STUN_ATTRIBUTE_MESSAGE_INTEGRITY,
                                     STUN_ATTRIBUTE_PRIORITY, 0};
    StunAgent agent;
    StunMessage request;
    uint8_t copy[DATAGRAM_SIZE_MAX];
    uint64_t tie_breaker = 0;
    stun_agent_init(&agent, known, STUN_COMPATIBILITY_RFC5389,
                    STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS | STUN_AGENT_USAGE_USE_FINGERPRINT);
    memcpy(copy, data, size);
    if (stun_agent_validate(&agent, &request, copy, size, find_own_password, peer) !=
            STUN_VALIDATION_SUCCESS ||
        stun_message_find64(&request, STUN_ATTRIBUTE_ICE_CONTROLLED, &tie_breaker) !=
            STUN_MESSAGE_RETURN_SUCCESS) {
        peer->statistics.check_bad++;
        return;
    }
    peer->statistics.requests++;
    build_answer(peer, &agent, &request);
    if (peer->answers != TEST_PEER_WITHHOLDS) {
        test_peer_send_raw(peer, peer->answer, peer->answer_size);
    }
}

/* An answer is believed when its integrity is right; whose transaction it is does not matter here.
 */
static void handle_stun(struct test_peer *peer, const uint8_t *data, size_t size)
{
    StunAgent agent;
    StunMessage message;
    if (size >= 20 && data[0] == 0 && data[1] == STUN_BINDING) {
        handle_request(peer, data, size);
        return;
    }
    stun_agent_init(&agent, known_attributes, STUN_COMPATIBILITY_RFC5389,
                    STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS | STUN_AGENT_USAGE_USE_FINGERPRINT);
    agent.sent_ids[0] = (StunAgentSavedIds){.method = STUN_BINDING,
                                            .key = (uint8_t *)peer->remote_pwd,
                                            .key_len = strlen(peer->remote_pwd),
                                            .valid = true};
    if (size >= 20) {
        memcpy(agent.sent_ids[0].id, data + 4, sizeof(StunTransactionId));
    }
    const StunValidationStatus status =
        stun_agent_validate(&agent, &message, data, size, NULL, NULL);
    if (status != STUN_VALIDATION_SUCCESS) {
        peer->statistics.check_bad++;
        return;
    }
    if (stun_message_get_class(&message) == STUN_ERROR) {
        peer->statistics.check_errors++;
        (void)stun_message_find_error(&message, &peer->statistics.last_error_code);
        return;
    }
    peer->statistics.check_answers++;
    peer->ice_works = true;
}

/* ---- SRTP ---- */

static void handle_srtp(struct test_peer *peer, const uint8_t *data, size_t size)
{
    _Alignas(8) uint8_t packet[DATAGRAM_SIZE_MAX];
    int length = (int)size;
    if (!peer->connected || size < 8) {
        peer->statistics.srtp_rejected++;
        return;
    }
    memcpy(packet, data, size);
    const bool rtcp = data[1] >= 192 && data[1] <= 223;
    const srtp_err_status_t status = rtcp ? srtp_unprotect_rtcp(peer->inbound, packet, &length)
                                          : srtp_unprotect(peer->inbound, packet, &length);
    if (status != srtp_err_status_ok) {
        peer->statistics.srtp_rejected++;
        return;
    }
    if (rtcp) {
        peer->statistics.rtcp_received++;
    } else {
        peer->statistics.rtp_received++;
    }
    void (*handler)(void *, const uint8_t *, size_t) =
        rtcp ? peer->config.on_rtcp : peer->config.on_rtp;
    if (handler) {
        handler(peer->config.context, packet, (size_t)length);
    }
}

int test_peer_protect_rtp(struct test_peer *peer, const uint8_t *packet, size_t size,
                          uint8_t *buffer, size_t capacity)
{
    int length = (int)size;
    if (!peer->connected) {
        return -ENOTCONN;
    }
    if (size + SRTP_MAX_TRAILER_LEN > capacity) {
        return -EMSGSIZE;
    }
    memcpy(buffer, packet, size);
    return srtp_protect(peer->outbound, buffer, &length) == srtp_err_status_ok ? length : -EBADMSG;
}

int test_peer_send_rtp(struct test_peer *peer, const uint8_t *packet, size_t size)
{
    _Alignas(8) uint8_t buffer[DATAGRAM_SIZE_MAX];
    const int length = test_peer_protect_rtp(peer, packet, size, buffer, sizeof(buffer));
    if (length < 0) {
        return length;
    }
    test_peer_send_raw(peer, buffer, (size_t)length);
    return 0;
}

int test_peer_send_rtcp(struct test_peer *peer, const uint8_t *compound, size_t size)
{
    _Alignas(8) uint8_t buffer[DATAGRAM_SIZE_MAX];
    int length = (int)size;
    if (!peer->connected) {
        return -ENOTCONN;
    }
    if (size + SRTP_MAX_TRAILER_LEN + 4 > sizeof(buffer)) {
        return -EBADMSG;
    }
    memcpy(buffer, compound, size);
    if (srtp_protect_rtcp(peer->outbound, buffer, &length) != srtp_err_status_ok) {
        return -EBADMSG;
    }
    test_peer_send_raw(peer, buffer, (size_t)length);
    return 0;
}

/* ---- life ---- */

struct test_peer *test_peer_create(const struct test_peer_config *config)
{
    struct test_peer *peer = calloc(1, sizeof(*peer));
    if (!peer) {
        abort();
    }
    (void)srtp_init(); /* reports an error when somebody in the process called it before */
    if (config) {
        peer->config = *config;
    }
    peer->fd = peer->config.over_tcp ? -1 : open_local_socket(local_address(peer));
    peer->sends_checks = !peer->config.manual_checks;
    random_bytes(&peer->tie_breaker, sizeof(peer->tie_breaker));
    test_peer_renew_credentials(peer);
    make_certificate(peer);
    make_context(peer);
    return peer;
}

struct test_peer *test_peer_destroy(struct test_peer *peer)
{
    if (peer) {
        if (peer->inbound) {
            srtp_dealloc(peer->inbound);
            srtp_dealloc(peer->outbound);
        }
        SSL_free(peer->ssl);
        SSL_CTX_free(peer->context);
        BIO_meth_free(peer->bio_method);
        X509_free(peer->certificate);
        EVP_PKEY_free(peer->key);
        if (peer->fd >= 0) {
            close(peer->fd);
        }
        free(peer);
    }
    return NULL;
}

const char *test_peer_ufrag(const struct test_peer *peer)
{
    return peer->ufrag;
}

const char *test_peer_pwd(const struct test_peer *peer)
{
    return peer->pwd;
}

const uint8_t *test_peer_fingerprint(const struct test_peer *peer)
{
    return peer->fingerprint;
}

int test_peer_fd(const struct test_peer *peer)
{
    return peer->fd;
}

uint16_t test_peer_port(const struct test_peer *peer)
{
    struct sockaddr_storage name;
    socklen_t size = sizeof(name);
    if (getsockname(peer->fd, (struct sockaddr *)&name, &size) != 0) {
        abort();
    }
    /* The port is at the same place in both families. */
    return ntohs(((const struct sockaddr_in *)&name)->sin_port);
}

void test_peer_set_gateway(struct test_peer *peer, const struct test_peer_gateway *gateway)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(gateway->port)};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(gateway->port)};
    if (inet_pton(AF_INET, gateway->address, &in.sin_addr) == 1) {
        memcpy(&peer->gateway, &in, sizeof(in));
        peer->gateway_size = sizeof(in);
    } else if (inet_pton(AF_INET6, gateway->address, &in6.sin6_addr) == 1) {
        memcpy(&peer->gateway, &in6, sizeof(in6));
        peer->gateway_size = sizeof(in6);
    } else {
        abort();
    }
    snprintf(peer->remote_ufrag, sizeof(peer->remote_ufrag), "%s", gateway->ufrag);
    snprintf(peer->remote_pwd, sizeof(peer->remote_pwd), "%s", gateway->pwd);
    peer->compares_fingerprint = gateway->fingerprint != NULL;
    if (gateway->fingerprint) {
        memcpy(peer->remote_fingerprint, gateway->fingerprint, sizeof(peer->remote_fingerprint));
    }
    peer->next_check_us = 0;
    if (peer->config.over_tcp && peer->fd < 0) {
        peer->fd = open_connection(peer);
    }
}

void test_peer_renew_credentials(struct test_peer *peer)
{
    random_alphanumeric(peer->ufrag, UFRAG_LENGTH);
    random_alphanumeric(peer->pwd, PWD_LENGTH);
}

void test_peer_start(struct test_peer *peer)
{
    peer->started = true;
    peer->next_check_us = 0;
}

static void handle_datagram(struct test_peer *peer, const uint8_t *data, size_t size)
{
    peer->statistics.datagrams_received++;
    peer->statistics.bytes_received += size;
    if (size == 0) {
        return;
    }
    if (data[0] <= 3) {
        handle_stun(peer, data, size);
    } else if (data[0] >= 20 && data[0] <= 63) {
        peer->statistics.dtls_received++;
        peer->incoming = data;
        peer->incoming_size = size;
        drive_dtls(peer);
        peer->incoming = NULL;
    } else if (data[0] >= 128 && data[0] <= 191) {
        handle_srtp(peer, data, size);
    }
}

static void serve_timers(struct test_peer *peer)
{
    const uint64_t now_us = clock_now_us();
    if (!peer->started) {
        return;
    }
    if (peer->sends_checks && now_us >= peer->next_check_us) {
        test_peer_send_check(peer, TEST_PEER_CHECK_NOMINATE);
        peer->next_check_us =
            now_us + (peer->connected ? CHECK_PERIOD_CONNECTED_US : CHECK_PERIOD_CONNECTING_US);
    }
    if (peer->ice_works && !peer->ssl) {
        start_dtls(peer);
    }
    if (peer->ssl && !peer->connected && !peer->failed) {
        ERR_clear_error();
        (void)DTLSv1_handle_timeout(peer->ssl);
    }
}

static void handle_frames(struct test_peer *peer)
{
    size_t at = 0;
    while (peer->stream_size - at >= 2) {
        const size_t size = (size_t)peer->stream[at] << 8 | peer->stream[at + 1];
        if (peer->stream_size - at - 2 < size) {
            break;
        }
        handle_datagram(peer, peer->stream + at + 2, size);
        at += 2 + size;
    }
    memmove(peer->stream, peer->stream + at, peer->stream_size - at);
    peer->stream_size -= at;
}

/* Returns false when nothing waits. */
static bool receive(struct test_peer *peer)
{
    uint8_t datagram[DATAGRAM_SIZE_MAX];
    const bool over_tcp = peer->config.over_tcp;
    uint8_t *buffer = over_tcp ? peer->stream + peer->stream_size : datagram;
    const size_t capacity = over_tcp ? sizeof(peer->stream) - peer->stream_size : sizeof(datagram);
    const ssize_t size = recv(peer->fd, buffer, capacity, 0);
    if (size < 0) {
        return errno != EAGAIN && errno != EWOULDBLOCK && !over_tcp;
    }
    if (!over_tcp) {
        handle_datagram(peer, datagram, (size_t)size);
        return true;
    }
    peer->stream_size += (size_t)size;
    handle_frames(peer);
    return size > 0;
}

void test_peer_run_once(struct test_peer *peer, int timeout_ms)
{
    serve_timers(peer);
    struct pollfd waiting = {.fd = peer->fd, .events = POLLIN};
    /* Wakes up for its own timers, too. */
    const int longest_ms = peer->connected ? 200 : 20;
    (void)poll(&waiting, 1, timeout_ms < longest_ms ? timeout_ms : longest_ms);
    while (receive(peer)) {
    }
    serve_timers(peer);
}

int test_peer_connect(struct test_peer *peer, int timeout_ms)
{
    const uint64_t until_us = clock_now_us() + (uint64_t)timeout_ms * 1000;
    test_peer_start(peer);
    while (!peer->connected && !peer->failed && clock_now_us() < until_us) {
        test_peer_run_once(peer, 20);
    }
    if (peer->failed) {
        return -EPROTO;
    }
    return peer->connected ? 0 : -ETIMEDOUT;
}

bool test_peer_is_connected(const struct test_peer *peer)
{
    return peer->connected;
}

bool test_peer_has_failed(const struct test_peer *peer)
{
    return peer->failed;
}

const char *test_peer_srtp_profile(const struct test_peer *peer)
{
    return peer->srtp_profile;
}

bool test_peer_was_closed(const struct test_peer *peer)
{
    return peer->closed;
}

void test_peer_close(struct test_peer *peer)
{
    if (peer->ssl && peer->connected) {
        (void)SSL_shutdown(peer->ssl);
    }
}

void test_peer_stop_checks(struct test_peer *peer)
{
    peer->sends_checks = false;
}

const struct test_peer_statistics *test_peer_statistics(const struct test_peer *peer)
{
    return &peer->statistics;
}
