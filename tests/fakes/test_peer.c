#include "tests/fakes/test_peer.h"

#include "gateway/base/clock.h"
#include "gateway/base/random.h"
#include "tests/fakes/test_peer_state.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#define CHECK_PERIOD_CONNECTING_US 200000
#define CHECK_PERIOD_CONNECTED_US 1000000

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
    test_peer_make_certificate(peer);
    test_peer_make_context(peer);
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
        test_peer_handle_stun(peer, data, size);
    } else if (data[0] >= 20 && data[0] <= 63) {
        peer->statistics.dtls_received++;
        peer->incoming = data;
        peer->incoming_size = size;
        test_peer_drive_dtls(peer);
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
        test_peer_start_dtls(peer);
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
