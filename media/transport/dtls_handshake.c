#include "media/transport/dtls_handshake.h"

#include "certs/dtls_identity.h"
#include "gateway/base/allocate.h"
#include "gateway/base/secret.h"
#include "media/transport/dtls_record_gate.h"
#include "media/transport/dtls_remainder.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <string.h>

#define DATAGRAM_SIZE_MAX 2048
/* A server's flight is one datagram of some 760 bytes with a P-256 certificate. */
#define FLIGHT_DATAGRAMS_MAX 4
#define FIRST_REPEAT_US 400000
/* How soon a repeated hello may have the flight repeated: browsers repeat theirs after 50 ms. */
#define REPEAT_ON_HELLO_US 100000
#define REPEAT_ON_FINISHED_US 20000
#define KEY_BLOCK_SIZE_MAX (2 * (SRTP_KEY_SIZE_MAX + SRTP_SALT_SIZE_MAX))

enum state { IDLE, ATTEMPT, CONNECTED, CLOSED, FAILED };

struct dtls_shared {
    const struct dtls_identity *identity;
    BIO_METHOD *bio_method;
    size_t half_open;
    size_t handshakes;
};

/* The datagrams that one call of OpenSSL wrote. */
struct flight {
    size_t count;
    size_t sizes[FLIGHT_DATAGRAMS_MAX];
    uint8_t bytes[FLIGHT_DATAGRAMS_MAX][DATAGRAM_SIZE_MAX];
};

/* What exists only while a handshake is in progress. */
struct attempt {
    uint64_t began_us;
    uint64_t progress_us;
    OSSL_HANDSHAKE_STATE ssl_state;
    size_t bytes_received;
    uint64_t repeat_due_us; /* 0: no flight was sent */
    uint64_t repeat_after_us;
    uint64_t flight_sent_us;
    bool writes_new_flight;
    struct flight flight;
};

struct dtls_handshake {
    struct dtls_shared *shared;
    void (*send)(void *context, const uint8_t *datagram, size_t size);
    void *context;
    uint8_t remote_fingerprint[DTLS_FINGERPRINT_SIZE];
    enum state state;
    bool lacked_profile;              /* the attempt that broke last */
    SSL *ssl;                         /* owned; during an attempt */
    struct attempt *attempt;          /* owned; the same */
    struct dtls_remainder *remainder; /* owned; once connected */
    uint64_t repeated_us;             /* when the last flight was repeated last */
    const uint8_t *incoming;          /* the datagram that OpenSSL has not read yet */
    size_t incoming_size;
    struct srtp_keys keys;
    struct dtls_handshake_statistics statistics;
};

/* ---- the BIO: one read is one datagram, one write is one datagram ---- */

static int read_datagram(BIO *bio, char *bytes, int capacity)
{
    struct dtls_handshake *handshake = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (!handshake->incoming || capacity < 0) {
        BIO_set_retry_read(bio);
        return -1;
    }
    const size_t size =
        handshake->incoming_size < (size_t)capacity ? handshake->incoming_size : (size_t)capacity;
    memcpy(bytes, handshake->incoming, size);
    handshake->incoming = NULL;
    return (int)size;
}

/* What OpenSSL writes is held back until it is known how the call ended. */
static int write_datagram(BIO *bio, const char *bytes, int size)
{
    struct dtls_handshake *handshake = BIO_get_data(bio);
    struct attempt *attempt = handshake->attempt;
    BIO_clear_retry_flags(bio);
    if (!attempt || size < 0 || size > DATAGRAM_SIZE_MAX) {
        return -1;
    }
    if (!attempt->writes_new_flight) {
        attempt->writes_new_flight = true;
        attempt->flight.count = 0;
    }
    if (attempt->flight.count == FLIGHT_DATAGRAMS_MAX) {
        return -1;
    }
    memcpy(attempt->flight.bytes[attempt->flight.count], bytes, (size_t)size);
    attempt->flight.sizes[attempt->flight.count] = (size_t)size;
    attempt->flight.count++;
    return size;
}

static long control_datagrams(BIO *bio, int command, long number, void *pointer)
{
    (void)bio;
    (void)number;
    (void)pointer;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

struct dtls_shared *dtls_shared_create(const struct dtls_identity *identity)
{
    struct dtls_shared *shared = allocate_zeroed(1, sizeof(*shared));
    shared->identity = identity;
    shared->bio_method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagrams");
    if (!shared->bio_method || BIO_meth_set_read(shared->bio_method, read_datagram) != 1 ||
        BIO_meth_set_write(shared->bio_method, write_datagram) != 1 ||
        BIO_meth_set_ctrl(shared->bio_method, control_datagrams) != 1) {
        abort(); /* only memory can be missing */
    }
    return shared;
}

struct dtls_shared *dtls_shared_destroy(struct dtls_shared *shared)
{
    if (shared) {
        assert(shared->handshakes == 0 && shared->half_open == 0);
        BIO_meth_free(shared->bio_method);
        free(shared);
    }
    return NULL;
}

size_t dtls_shared_half_open(const struct dtls_shared *shared)
{
    return shared->half_open;
}

/* ---- attempts ---- */

static void end_attempt(struct dtls_handshake *handshake)
{
    if (handshake->attempt) {
        free(TAKE(handshake->attempt));
        handshake->shared->half_open--;
    }
}

static void free_ssl(struct dtls_handshake *handshake)
{
    SSL_free(handshake->ssl);
    handshake->ssl = NULL;
    ERR_clear_error();
}

static enum dtls_event fail(struct dtls_handshake *handshake, enum dtls_event event)
{
    end_attempt(handshake);
    free_ssl(handshake);
    handshake->state = FAILED;
    return event;
}

/* The next hello begins another attempt, unless this was the last. */
static enum dtls_event break_attempt(struct dtls_handshake *handshake, bool lacks_profile)
{
    handshake->statistics.attempts_broken++;
    handshake->lacked_profile = lacks_profile;
    end_attempt(handshake);
    free_ssl(handshake);
    handshake->state = IDLE;
    if (handshake->statistics.attempts < DTLS_ATTEMPTS_MAX) {
        return DTLS_EVENT_NONE;
    }
    return fail(handshake, lacks_profile ? DTLS_EVENT_FAILED_PROFILE : DTLS_EVENT_FAILED_ATTEMPTS);
}

/* OpenSSL's timer never fires: it would read the wall clock. */
static unsigned longest_timeout_us(SSL *ssl, unsigned last_us)
{
    (void)ssl;
    (void)last_us;
    return UINT_MAX;
}

static SSL *make_ssl(struct dtls_handshake *handshake)
{
    SSL *ssl = SSL_new(dtls_identity_context(handshake->shared->identity));
    BIO *bio = BIO_new(handshake->shared->bio_method);
    if (!ssl || !bio) {
        abort();
    }
    BIO_set_data(bio, handshake);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl, bio, bio);
    SSL_set_mtu(ssl, DTLS_MTU);
    DTLS_set_timer_cb(ssl, longest_timeout_us);
    SSL_set_accept_state(ssl);
    return ssl;
}

/* Returns false when too many are in progress. */
static bool begin_attempt(struct dtls_handshake *handshake, uint64_t now_us)
{
    struct dtls_shared *shared = handshake->shared;
    if (shared->half_open >= DTLS_HALF_OPEN_MAX) {
        handshake->statistics.half_open_refused++;
        return false;
    }
    shared->half_open++;
    handshake->statistics.attempts++;
    handshake->attempt = allocate_zeroed(1, sizeof(*handshake->attempt));
    handshake->attempt->began_us = now_us;
    handshake->attempt->progress_us = now_us;
    handshake->ssl = make_ssl(handshake);
    handshake->attempt->ssl_state = SSL_get_state(handshake->ssl);
    handshake->state = ATTEMPT;
    return true;
}

struct dtls_handshake *dtls_handshake_create(const struct dtls_handshake_config *config)
{
    struct dtls_handshake *handshake = allocate_zeroed(1, sizeof(*handshake));
    handshake->shared = config->shared;
    handshake->shared->handshakes++;
    handshake->send = config->send;
    handshake->context = config->context;
    memcpy(handshake->remote_fingerprint, config->remote_fingerprint, DTLS_FINGERPRINT_SIZE);
    return handshake;
}

struct dtls_handshake *dtls_handshake_destroy(struct dtls_handshake *handshake)
{
    if (handshake) {
        end_attempt(handshake);
        free_ssl(handshake);
        handshake->remainder = dtls_remainder_destroy(handshake->remainder);
        handshake->shared->handshakes--;
        secret_wipe(&handshake->keys, sizeof(handshake->keys));
        free(handshake);
    }
    return NULL;
}

/* ---- the end of a handshake ---- */

static bool certificate_is_announced(const struct dtls_handshake *handshake)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    X509 *certificate = SSL_get0_peer_certificate(handshake->ssl);
    return certificate && X509_digest(certificate, EVP_sha256(), digest, &size) == 1 &&
           size == DTLS_FINGERPRINT_SIZE &&
           secret_equal(digest, handshake->remote_fingerprint, DTLS_FINGERPRINT_SIZE);
}

static bool export_keys(struct dtls_handshake *handshake)
{
    static const char label[] = "EXTRACTOR-dtls_srtp"; /* RFC 5764, 4.2 */
    const SRTP_PROTECTION_PROFILE *selected = SSL_get_selected_srtp_profile(handshake->ssl);
    const enum srtp_profile profile = (enum srtp_profile)selected->id;
    const size_t size = 2 * (srtp_profile_key_size(profile) + srtp_profile_salt_size(profile));
    uint8_t block[KEY_BLOCK_SIZE_MAX];
    if (size == 0 || SSL_export_keying_material(handshake->ssl, block, size, label,
                                                sizeof(label) - 1, NULL, 0, 0) != 1) {
        return false;
    }
    srtp_keys_from_block(profile, block, true, &handshake->keys);
    secret_wipe(block, sizeof(block));
    return true;
}

static void send_flight(struct dtls_handshake *handshake)
{
    const struct flight *flight = &handshake->attempt->flight;
    for (size_t i = 0; i < flight->count; i++) {
        handshake->send(handshake->context, flight->bytes[i], flight->sizes[i]);
    }
}

/* Has OpenSSL seal our goodbye now, so that its object need not live as long as the call. */
static bool keep_remainder(struct dtls_handshake *handshake)
{
    struct flight *flight = &handshake->attempt->flight;
    if (flight->count != 1) { /* ChangeCipherSpec and Finished have 75 bytes */
        return false;
    }
    (void)SSL_shutdown(handshake->ssl);
    return flight->count == 2 &&
           dtls_remainder_create(handshake->ssl, flight->bytes[0], flight->sizes[0],
                                 flight->bytes[1], flight->sizes[1], &handshake->remainder) == 0;
}

static enum dtls_event finish(struct dtls_handshake *handshake)
{
    if (!certificate_is_announced(handshake)) {
        return fail(handshake, DTLS_EVENT_FAILED_FINGERPRINT);
    }
    if (!export_keys(handshake)) {
        return break_attempt(handshake, false);
    }
    send_flight(handshake);
    if (!keep_remainder(handshake)) {
        return break_attempt(handshake, false);
    }
    end_attempt(handshake);
    free_ssl(handshake);
    handshake->state = CONNECTED;
    return DTLS_EVENT_CONNECTED;
}

/* ---- driving OpenSSL ---- */

static void repeat_flight(struct dtls_handshake *handshake, uint64_t now_us)
{
    struct attempt *attempt = handshake->attempt;
    handshake->statistics.retransmissions++;
    attempt->flight_sent_us = now_us;
    attempt->repeat_due_us = now_us + attempt->repeat_after_us;
    send_flight(handshake);
}

static void send_new_flight(struct dtls_handshake *handshake, uint64_t now_us)
{
    struct attempt *attempt = handshake->attempt;
    attempt->flight_sent_us = now_us;
    attempt->repeat_after_us = FIRST_REPEAT_US;
    attempt->repeat_due_us = now_us + FIRST_REPEAT_US;
    send_flight(handshake);
}

static void feed(struct dtls_handshake *handshake, const uint8_t *data, size_t size)
{
    ERR_clear_error();
    handshake->incoming = data;
    handshake->incoming_size = size;
}

static enum dtls_event drive_attempt(struct dtls_handshake *handshake, bool repeats_hello,
                                     uint64_t now_us)
{
    struct attempt *attempt = handshake->attempt;
    attempt->writes_new_flight = false;
    const int result = SSL_do_handshake(handshake->ssl);
    const int reason = SSL_get_error(handshake->ssl, result);
    handshake->incoming = NULL;
    if (result != 1 && reason != SSL_ERROR_WANT_READ) {
        return break_attempt(handshake, false);
    }
    if (result == 1 || attempt->writes_new_flight) {
        /* OpenSSL goes on without a common profile; we do not. */
        if (!SSL_get_selected_srtp_profile(handshake->ssl)) {
            return break_attempt(handshake, true);
        }
    }
    if (result == 1) {
        return finish(handshake);
    }
    const OSSL_HANDSHAKE_STATE ssl_state = SSL_get_state(handshake->ssl);
    if (ssl_state != attempt->ssl_state) {
        attempt->ssl_state = ssl_state;
        attempt->progress_us = now_us;
    }
    if (attempt->writes_new_flight) {
        send_new_flight(handshake, now_us);
    } else if (repeats_hello && attempt->repeat_due_us > 0 &&
               now_us - attempt->flight_sent_us >= REPEAT_ON_HELLO_US) {
        repeat_flight(handshake, now_us); /* our flight was lost (RFC 6347, 4.2.4) */
    }
    return DTLS_EVENT_NONE;
}

static bool has_stalled(const struct dtls_handshake *handshake, uint64_t now_us)
{
    return handshake->state == ATTEMPT && now_us - handshake->attempt->progress_us >= DTLS_STALL_US;
}

static enum dtls_event on_handshake_datagram(struct dtls_handshake *handshake, const uint8_t *data,
                                             size_t size, bool has_hello, uint64_t now_us)
{
    if (has_hello && has_stalled(handshake, now_us)) {
        const enum dtls_event event = break_attempt(handshake, false);
        if (event != DTLS_EVENT_NONE) {
            return event;
        }
    }
    if (handshake->state == IDLE && (!has_hello || !begin_attempt(handshake, now_us))) {
        return DTLS_EVENT_NONE;
    }
    handshake->attempt->bytes_received += size;
    if (handshake->attempt->bytes_received > DTLS_HANDSHAKE_BYTES_MAX) {
        return break_attempt(handshake, false);
    }
    feed(handshake, data, size);
    return drive_attempt(handshake, has_hello, now_us);
}

static void repeat_last_flight(struct dtls_handshake *handshake, uint64_t now_us)
{
    size_t size = 0;
    const uint8_t *flight = dtls_remainder_flight(handshake->remainder, &size);
    if (now_us - handshake->repeated_us >= REPEAT_ON_FINISHED_US) {
        handshake->repeated_us = now_us;
        handshake->statistics.retransmissions++;
        handshake->send(handshake->context, flight, size);
    }
}

static enum dtls_event on_later_datagram(struct dtls_handshake *handshake, const uint8_t *data,
                                         size_t size, uint64_t now_us)
{
    switch (dtls_remainder_read(handshake->remainder, data, size)) {
    case DTLS_REMARK_NONE:
        break;
    case DTLS_REMARK_FINISHED:
        repeat_last_flight(handshake, now_us);
        break;
    case DTLS_REMARK_CLOSED:
        handshake->state = CLOSED;
        return DTLS_EVENT_CLOSED;
    }
    return DTLS_EVENT_NONE;
}

/* ---- public ---- */

enum dtls_event dtls_handshake_on_datagram(struct dtls_handshake *handshake, const uint8_t *data,
                                           size_t size, uint64_t now_us)
{
    if (handshake->state == CLOSED || handshake->state == FAILED || size > DATAGRAM_SIZE_MAX) {
        return DTLS_EVENT_NONE;
    }
    uint8_t passed[DATAGRAM_SIZE_MAX];
    struct dtls_gate_result gate;
    dtls_record_gate(handshake->state == CONNECTED, data, size, passed, &gate);
    handshake->statistics.records_dropped += gate.dropped;
    if (gate.size == 0) {
        return DTLS_EVENT_NONE;
    }
    if (handshake->state == CONNECTED) {
        return on_later_datagram(handshake, passed, gate.size, now_us);
    }
    return on_handshake_datagram(handshake, passed, gate.size, gate.has_client_hello, now_us);
}

enum dtls_event dtls_handshake_on_tick(struct dtls_handshake *handshake, uint64_t now_us)
{
    struct attempt *attempt = handshake->attempt;
    if (!attempt) {
        return DTLS_EVENT_NONE;
    }
    if (now_us - attempt->began_us >= DTLS_HALF_OPEN_US) {
        return break_attempt(handshake, false);
    }
    if (attempt->repeat_due_us > 0 && now_us >= attempt->repeat_due_us) {
        attempt->repeat_after_us *= 2;
        repeat_flight(handshake, now_us);
    }
    return DTLS_EVENT_NONE;
}

void dtls_handshake_take_keys(struct dtls_handshake *handshake, struct srtp_keys *ret_keys)
{
    assert(handshake->state == CONNECTED);
    *ret_keys = handshake->keys;
    secret_wipe(&handshake->keys, sizeof(handshake->keys));
}

void dtls_handshake_close(struct dtls_handshake *handshake)
{
    if (handshake->state == CONNECTED) {
        size_t size = 0;
        const uint8_t *goodbye = dtls_remainder_goodbye(handshake->remainder, &size);
        handshake->send(handshake->context, goodbye, size);
        handshake->state = CLOSED;
    }
}

const struct dtls_handshake_statistics *
dtls_handshake_statistics(const struct dtls_handshake *handshake)
{
    return &handshake->statistics;
}
