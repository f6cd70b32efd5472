#include "media/transport/dtls_handshake.h"

#include "certs/dtls_identity.h"
#include "gateway/base/byte_writer.h"
#include "gateway/base/cleanup.h"
#include "tests/unit/media/transport/hostile_dtls.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

#define WIRE_DATAGRAMS_MAX 16
#define SECOND_US 1000000u

/* One direction of a network that delivers when told to. */
struct wire {
    size_t count;
    struct {
        size_t size;
        uint8_t bytes[2048];
    } datagrams[WIRE_DATAGRAMS_MAX];
};

struct bench {
    struct dtls_identity *identity;
    struct dtls_shared *shared;
    struct dtls_handshake *handshake;
    struct wire to_client;
    struct wire to_server;
    EVP_PKEY *key;
    X509 *certificate;
    SSL_CTX *context;
    BIO_METHOD *bio_method;
    SSL *client;
    const uint8_t *incoming;
    size_t incoming_size;
    uint8_t fingerprint[32];
    enum dtls_event last_event;
    uint64_t now_us;
};

static void put(struct wire *wire, const uint8_t *bytes, size_t size)
{
    assert_true(wire->count < WIRE_DATAGRAMS_MAX && size <= 2048);
    memcpy(wire->datagrams[wire->count].bytes, bytes, size);
    wire->datagrams[wire->count].size = size;
    wire->count++;
}

static void send_to_client(void *context, const uint8_t *datagram, size_t size)
{
    struct bench *bench = context;
    put(&bench->to_client, datagram, size);
}

static int client_write(BIO *bio, const char *bytes, int size)
{
    struct bench *bench = BIO_get_data(bio);
    put(&bench->to_server, (const uint8_t *)bytes, (size_t)size);
    return size;
}

static int client_read(BIO *bio, char *bytes, int capacity)
{
    struct bench *bench = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (!bench->incoming) {
        BIO_set_retry_read(bio);
        return -1;
    }
    assert_true(bench->incoming_size <= (size_t)capacity);
    memcpy(bytes, bench->incoming, bench->incoming_size);
    bench->incoming = NULL;
    return (int)bench->incoming_size;
}

static long client_control(BIO *bio, int command, long number, void *pointer)
{
    (void)bio;
    (void)number;
    (void)pointer;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

static int accept_any(X509_STORE_CTX *store, void *context)
{
    (void)store;
    (void)context;
    return 1;
}

/* The client's own timer never fires: what is lost is repeated by the test. */
static unsigned never(SSL *ssl, unsigned last_us)
{
    (void)ssl;
    (void)last_us;
    return UINT32_MAX;
}

static void make_client_context(struct bench *bench)
{
    bench->key = EVP_EC_gen("P-256");
    bench->certificate = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(bench->certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(bench->certificate), -86400);
    X509_gmtime_adj(X509_getm_notAfter(bench->certificate), 86400);
    X509_set_pubkey(bench->certificate, bench->key);
    assert_true(X509_sign(bench->certificate, bench->key, EVP_sha256()) > 0);
    unsigned size = 0;
    assert_int_equal(X509_digest(bench->certificate, EVP_sha256(), bench->fingerprint, &size), 1);
    bench->bio_method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "bench");
    BIO_meth_set_write(bench->bio_method, client_write);
    BIO_meth_set_read(bench->bio_method, client_read);
    BIO_meth_set_ctrl(bench->bio_method, client_control);
    bench->context = SSL_CTX_new(DTLS_client_method());
    SSL_CTX_set_cert_verify_callback(bench->context, accept_any, NULL);
    SSL_CTX_set_options(bench->context, SSL_OP_NO_QUERY_MTU);
    SSL_CTX_use_certificate(bench->context, bench->certificate);
    SSL_CTX_use_PrivateKey(bench->context, bench->key);
    assert_int_equal(
        SSL_CTX_set_tlsext_use_srtp(bench->context, "SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_128_GCM"),
        0);
}

static void renew_client(struct bench *bench)
{
    SSL_free(bench->client);
    BIO *bio = BIO_new(bench->bio_method);
    BIO_set_data(bio, bench);
    BIO_set_init(bio, 1);
    bench->client = SSL_new(bench->context);
    SSL_set_bio(bench->client, bio, bio);
    SSL_set_mtu(bench->client, 1200);
    DTLS_set_timer_cb(bench->client, never);
    SSL_set_connect_state(bench->client);
    bench->to_server.count = 0;
    bench->to_client.count = 0;
}

static void renew_server(struct bench *bench)
{
    dtls_handshake_destroy(bench->handshake);
    bench->handshake = dtls_handshake_create(
        &(struct dtls_handshake_config){.shared = bench->shared,
                                        .remote_fingerprint = bench->fingerprint,
                                        .send = send_to_client,
                                        .context = bench});
    bench->last_event = DTLS_EVENT_NONE;
}

static int setup(void **state)
{
    static struct bench bench;
    memset(&bench, 0, sizeof(bench));
    bench.now_us = 1000 * SECOND_US;
    assert_int_equal(dtls_identity_create(&bench.identity), 0);
    bench.shared = dtls_shared_create(bench.identity);
    make_client_context(&bench);
    renew_server(&bench);
    renew_client(&bench);
    *state = &bench;
    return 0;
}

static int teardown(void **state)
{
    struct bench *bench = *state;
    dtls_handshake_destroy(bench->handshake);
    assert_int_equal(dtls_shared_half_open(bench->shared), 0);
    dtls_shared_destroy(bench->shared);
    dtls_identity_destroy(bench->identity);
    SSL_free(bench->client);
    SSL_CTX_free(bench->context);
    BIO_meth_free(bench->bio_method);
    X509_free(bench->certificate);
    EVP_PKEY_free(bench->key);
    return 0;
}

/* ---- steps ---- */

/* Gives the client a datagram, or none; what it writes goes onto the wire. Returns true when it is
 * done. */
static bool drive_client(struct bench *bench, const uint8_t *bytes, size_t size)
{
    bench->incoming = bytes;
    bench->incoming_size = size;
    ERR_clear_error();
    const int result = SSL_do_handshake(bench->client);
    bench->incoming = NULL;
    return result == 1;
}

static void give_server(struct bench *bench, const uint8_t *bytes, size_t size)
{
    const enum dtls_event event =
        dtls_handshake_on_datagram(bench->handshake, bytes, size, bench->now_us);
    if (event != DTLS_EVENT_NONE) {
        assert_int_equal(bench->last_event, DTLS_EVENT_NONE);
        bench->last_event = event;
    }
}

static void deliver_to_server(struct bench *bench)
{
    const struct wire wire = bench->to_server;
    bench->to_server.count = 0;
    for (size_t i = 0; i < wire.count; i++) {
        give_server(bench, wire.datagrams[i].bytes, wire.datagrams[i].size);
    }
}

static bool deliver_to_client(struct bench *bench)
{
    const struct wire wire = bench->to_client;
    bench->to_client.count = 0;
    bool done = false;
    for (size_t i = 0; i < wire.count; i++) {
        done = drive_client(bench, wire.datagrams[i].bytes, wire.datagrams[i].size);
    }
    return done;
}

static void tick(struct bench *bench, uint64_t elapsed_us)
{
    bench->now_us += elapsed_us;
    const enum dtls_event event = dtls_handshake_on_tick(bench->handshake, bench->now_us);
    if (event != DTLS_EVENT_NONE) {
        bench->last_event = event;
    }
}

static void complete(struct bench *bench)
{
    drive_client(bench, NULL, 0);
    deliver_to_server(bench);
    deliver_to_client(bench);
    deliver_to_server(bench);
    assert_int_equal(bench->last_event, DTLS_EVENT_CONNECTED);
    assert_true(deliver_to_client(bench));
}

/* ---- tests ---- */

static void test_both_sides_export_the_same_keys(void **state)
{
    struct bench *bench = *state;
    complete(bench);
    struct srtp_keys keys;
    dtls_handshake_take_keys(bench->handshake, &keys);
    assert_int_equal(keys.profile, SRTP_PROFILE_AEAD_AES_128_GCM);
    uint8_t block[56];
    assert_int_equal(SSL_export_keying_material(bench->client, block, sizeof(block),
                                                "EXTRACTOR-dtls_srtp", 19, NULL, 0, 0),
                     1);
    assert_memory_equal(keys.remote_key, block, 16);
    assert_memory_equal(keys.local_key, block + 16, 16);
    assert_memory_equal(keys.remote_salt, block + 32, 12);
    assert_memory_equal(keys.local_salt, block + 44, 12);
    /* Handed over once. */
    static const struct srtp_keys none;
    dtls_handshake_take_keys(bench->handshake, &keys);
    assert_memory_equal(&keys, &none, sizeof(none));
    assert_int_equal(dtls_shared_half_open(bench->shared), 0);
}

/* Cuts a hello that came in one record into two, each in a datagram of its own. */
static void cut_hello(const struct wire *wire, struct wire *ret_pieces)
{
    const uint8_t *record = wire->datagrams[0].bytes;
    const uint8_t *message = record + 13;
    const uint32_t total = (uint32_t)message[1] << 16 | (uint32_t)message[2] << 8 | message[3];
    const uint32_t cut = total / 2;
    assert_int_equal(wire->count, 1);
    ret_pieces->count = 0;
    for (unsigned piece = 0; piece < 2; piece++) {
        uint8_t bytes[2048];
        struct byte_writer writer = byte_writer_over(bytes, sizeof(bytes));
        const uint32_t offset = piece == 0 ? 0 : cut;
        const uint32_t length = piece == 0 ? cut : total - cut;
        byte_writer_bytes(&writer, record, 3);
        byte_writer_u16(&writer, 0);
        byte_writer_u16(&writer, 0);
        byte_writer_u32(&writer, 40 + piece); /* the client goes on with 1 */
        byte_writer_u16(&writer, (uint16_t)(12 + length));
        byte_writer_bytes(&writer, message, 6);
        byte_writer_u24(&writer, offset);
        byte_writer_u24(&writer, length);
        byte_writer_bytes(&writer, message + 12 + offset, length);
        put(ret_pieces, bytes, writer.size);
    }
}

static void test_a_hello_in_two_datagrams_works_in_either_order(void **state)
{
    struct bench *bench = *state;
    for (unsigned first = 0; first < 2; first++) {
        renew_server(bench);
        renew_client(bench);
        drive_client(bench, NULL, 0);
        struct wire pieces;
        cut_hello(&bench->to_server, &pieces);
        bench->to_server.count = 0;
        give_server(bench, pieces.datagrams[first].bytes, pieces.datagrams[first].size);
        assert_int_equal(bench->to_client.count, 0);
        give_server(bench, pieces.datagrams[1 - first].bytes, pieces.datagrams[1 - first].size);
        assert_int_equal(bench->to_client.count, 1);
        deliver_to_client(bench);
        deliver_to_server(bench);
        assert_int_equal(bench->last_event, DTLS_EVENT_CONNECTED);
        assert_int_equal(dtls_handshake_statistics(bench->handshake)->attempts, 1);
    }
}

/* A browser's hello with a post-quantum key share does not fit into one datagram. */
static void test_a_great_hello_works_in_either_order(void **state)
{
    struct bench *bench = *state;
    uint8_t protocols[1600];
    for (size_t i = 0; i < sizeof(protocols); i += 16) {
        protocols[i] = 15;
        memset(protocols + i + 1, 'x', 15);
    }
    for (unsigned first = 0; first < 2; first++) {
        renew_server(bench);
        renew_client(bench);
        assert_int_equal(SSL_set_alpn_protos(bench->client, protocols, sizeof(protocols)), 0);
        drive_client(bench, NULL, 0);
        assert_int_equal(bench->to_server.count, 2);
        const struct wire wire = bench->to_server;
        bench->to_server.count = 0;
        give_server(bench, wire.datagrams[first].bytes, wire.datagrams[first].size);
        give_server(bench, wire.datagrams[1 - first].bytes, wire.datagrams[1 - first].size);
        assert_int_equal(bench->to_client.count, 1);
        deliver_to_client(bench);
        deliver_to_server(bench);
        assert_int_equal(bench->last_event, DTLS_EVENT_CONNECTED);
    }
}

static void test_a_lost_flight_is_repeated_by_the_given_time(void **state)
{
    struct bench *bench = *state;
    drive_client(bench, NULL, 0);
    deliver_to_server(bench);
    assert_int_equal(bench->to_client.count, 1);
    const struct wire flight = bench->to_client;
    bench->to_client.count = 0;
    tick(bench, 399999);
    assert_int_equal(bench->to_client.count, 0);
    tick(bench, 1);
    assert_int_equal(bench->to_client.count, 1);
    assert_memory_equal(&bench->to_client, &flight,
                        sizeof(flight.count) + sizeof(flight.datagrams[0]));
    bench->to_client.count = 0; /* lost again: the next waits twice as long */
    tick(bench, 799999);
    assert_int_equal(bench->to_client.count, 0);
    tick(bench, 1);
    assert_int_equal(bench->to_client.count, 1);
    assert_false(deliver_to_client(bench));
    deliver_to_server(bench);
    assert_int_equal(bench->last_event, DTLS_EVENT_CONNECTED);
    assert_true(deliver_to_client(bench));
}

static void test_a_repeated_hello_has_the_flight_repeated(void **state)
{
    struct bench *bench = *state;
    drive_client(bench, NULL, 0);
    const struct wire hello = bench->to_server;
    deliver_to_server(bench);
    bench->to_client.count = 0;
    bench->now_us += 50000;
    give_server(bench, hello.datagrams[0].bytes, hello.datagrams[0].size);
    assert_int_equal(bench->to_client.count, 0); /* not more often than each 100 ms */
    bench->now_us += 50000;
    give_server(bench, hello.datagrams[0].bytes, hello.datagrams[0].size);
    assert_int_equal(bench->to_client.count, 1);
    deliver_to_client(bench);
    deliver_to_server(bench);
    assert_int_equal(bench->last_event, DTLS_EVENT_CONNECTED);
    assert_int_equal(dtls_handshake_statistics(bench->handshake)->attempts, 1);
}

static void test_a_client_that_is_past_its_hello_keeps_its_attempt(void **state)
{
    struct bench *bench = *state;
    drive_client(bench, NULL, 0);
    deliver_to_server(bench);
    deliver_to_client(bench);
    const struct wire second_flight = bench->to_server;
    bench->to_server.count = 0;
    tick(bench, 4 * SECOND_US); /* all of it was lost for longer than a stall */
    bench->to_client.count = 0;
    bench->to_server = second_flight;
    deliver_to_server(bench);
    assert_int_equal(bench->last_event, DTLS_EVENT_CONNECTED);
    assert_int_equal(dtls_handshake_statistics(bench->handshake)->attempts, 1);
}

static unsigned soon(SSL *ssl, unsigned last_us)
{
    (void)ssl;
    (void)last_us;
    return 50000;
}

static void test_a_lost_last_flight_is_repeated_when_finished_comes_again(void **state)
{
    struct bench *bench = *state;
    drive_client(bench, NULL, 0);
    deliver_to_server(bench);
    DTLS_set_timer_cb(bench->client, soon);
    deliver_to_client(bench);
    deliver_to_server(bench);
    assert_int_equal(bench->last_event, DTLS_EVENT_CONNECTED);
    bench->to_client.count = 0; /* our Finished is lost */
    bench->to_server.count = 0;
    while (bench->to_server.count == 0) {
        assert_true(DTLSv1_handle_timeout(bench->client) >= 0); /* does nothing until it is time */
    }
    const struct wire repeated = bench->to_server;
    deliver_to_server(bench);
    assert_int_equal(bench->to_client.count, 1);
    bench->to_server = repeated;
    deliver_to_server(bench); /* not for each copy of it */
    assert_int_equal(bench->to_client.count, 1);
    assert_true(deliver_to_client(bench));
}

static void test_an_attempt_ends_after_64_kib(void **state)
{
    struct bench *bench = *state;
    /* Pieces of a great hello that never becomes whole. */
    uint8_t datagram[13 + 12 + 1000] = {22, 0xfe, 0xfd, 0, 0,         0,          0,
                                        0,  0,    0,    1, 1012 >> 8, 1012 & 0xff};
    const uint8_t header[] = {1, 0, 0x3f, 0xff, 0, 0, 0, 0, 1, 0, 1000 >> 8, 1000 & 0xff};
    memcpy(datagram + 13, header, sizeof(header));
    for (unsigned i = 0; i < 65536 / sizeof(datagram); i++) {
        datagram[10] = (uint8_t)(i + 1);
        give_server(bench, datagram, sizeof(datagram));
    }
    assert_int_equal(dtls_handshake_statistics(bench->handshake)->attempts_broken, 0);
    datagram[10]++;
    give_server(bench, datagram, sizeof(datagram));
    assert_int_equal(dtls_handshake_statistics(bench->handshake)->attempts_broken, 1);
    assert_int_equal(dtls_shared_half_open(bench->shared), 0);
    complete(bench);
}

static void test_an_attempt_is_freed_after_15_seconds(void **state)
{
    struct bench *bench = *state;
    drive_client(bench, NULL, 0);
    deliver_to_server(bench);
    assert_int_equal(dtls_shared_half_open(bench->shared), 1);
    tick(bench, 15 * SECOND_US - 1);
    assert_int_equal(dtls_shared_half_open(bench->shared), 1);
    tick(bench, 1);
    assert_int_equal(dtls_shared_half_open(bench->shared), 0);
    assert_int_equal(bench->last_event, DTLS_EVENT_NONE);
    renew_client(bench);
    complete(bench);
}

static void test_hostile_datagrams_are_never_answered_with_alerts(void **state)
{
    struct bench *bench = *state;
    for (unsigned i = 0; i < HOSTILE_DATAGRAMS; i++) {
        renew_server(bench);
        renew_client(bench);
        const struct hostile_datagram hostile = hostile_dtls(i, 3);
        give_server(bench, hostile.bytes, hostile.size);
        assert_int_equal(bench->to_client.count, 0);
        complete(bench);
    }
}

static void test_a_client_without_a_certificate_is_refused(void **state)
{
    struct bench *bench = *state;
    SSL_CTX *without = SSL_CTX_new(DTLS_client_method());
    SSL_CTX_set_cert_verify_callback(without, accept_any, NULL);
    SSL_CTX_set_options(without, SSL_OP_NO_QUERY_MTU);
    assert_int_equal(SSL_CTX_set_tlsext_use_srtp(without, "SRTP_AEAD_AES_128_GCM"), 0);
    SSL_CTX *with = bench->context;
    bench->context = without;
    renew_client(bench);
    drive_client(bench, NULL, 0);
    deliver_to_server(bench);
    deliver_to_client(bench);
    deliver_to_server(bench);
    assert_int_equal(bench->last_event, DTLS_EVENT_NONE);
    assert_int_equal(dtls_handshake_statistics(bench->handshake)->attempts_broken, 1);
    bench->context = with;
    renew_client(bench);
    SSL_CTX_free(without);
    complete(bench);
}

static void test_close_notify_closes_and_later_bytes_are_ignored(void **state)
{
    struct bench *bench = *state;
    complete(bench);
    bench->last_event = DTLS_EVENT_NONE;
    static const uint8_t sctp[40] = {5};
    assert_int_equal(SSL_write(bench->client, sctp, sizeof(sctp)), sizeof(sctp));
    deliver_to_server(bench);
    assert_int_equal(bench->last_event, DTLS_EVENT_NONE);
    (void)SSL_shutdown(bench->client);
    deliver_to_server(bench);
    assert_int_equal(bench->last_event, DTLS_EVENT_CLOSED);
    renew_client(bench);
    drive_client(bench, NULL, 0);
    deliver_to_server(bench);
    assert_int_equal(bench->to_client.count, 0);
    assert_int_equal(bench->last_event, DTLS_EVENT_CLOSED);
}

static const char *const suites[] = {
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
};

static void connect_with(struct bench *bench, const char *suite)
{
    renew_server(bench);
    assert_int_equal(SSL_CTX_set_cipher_list(bench->context, suite), 1);
    renew_client(bench);
    complete(bench);
    bench->last_event = DTLS_EVENT_NONE;
}

static void test_goodbye_goes_both_ways_with_every_suite(void **state)
{
    struct bench *bench = *state;
    for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
        connect_with(bench, suites[i]);
        (void)SSL_shutdown(bench->client);
        deliver_to_server(bench);
        assert_int_equal(bench->last_event, DTLS_EVENT_CLOSED);

        connect_with(bench, suites[i]);
        dtls_handshake_close(bench->handshake);
        dtls_handshake_close(bench->handshake); /* once is enough */
        assert_int_equal(bench->to_client.count, 1);
        bench->incoming = bench->to_client.datagrams[0].bytes;
        bench->incoming_size = bench->to_client.datagrams[0].size;
        uint8_t ignored[16];
        assert_int_equal(SSL_read(bench->client, ignored, sizeof(ignored)), 0);
        assert_true(SSL_get_shutdown(bench->client) & SSL_RECEIVED_SHUTDOWN);
    }
}

static void test_a_forged_goodbye_is_none(void **state)
{
    struct bench *bench = *state;
    for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
        connect_with(bench, suites[i]);
        (void)SSL_shutdown(bench->client);
        const struct wire wire = bench->to_server;
        bench->to_server.count = 0;
        const size_t size = wire.datagrams[0].size;
        for (size_t at = 0; at < size; at++) {
            uint8_t forged[2048];
            memcpy(forged, wire.datagrams[0].bytes, size);
            forged[at] ^= 1;
            give_server(bench, forged, size);
            assert_int_equal(bench->last_event, DTLS_EVENT_NONE);
        }
        for (size_t shorter = 0; shorter < size; shorter++) {
            give_server(bench, wire.datagrams[0].bytes, shorter);
            assert_int_equal(bench->last_event, DTLS_EVENT_NONE);
        }
        assert_int_equal(bench->to_client.count, 0);
        give_server(bench, wire.datagrams[0].bytes, size);
        assert_int_equal(bench->last_event, DTLS_EVENT_CLOSED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_both_sides_export_the_same_keys, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_hello_in_two_datagrams_works_in_either_order, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_great_hello_works_in_either_order, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_lost_flight_is_repeated_by_the_given_time, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_repeated_hello_has_the_flight_repeated, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_client_that_is_past_its_hello_keeps_its_attempt,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_a_lost_last_flight_is_repeated_when_finished_comes_again, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_attempt_ends_after_64_kib, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_attempt_is_freed_after_15_seconds, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hostile_datagrams_are_never_answered_with_alerts,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_client_without_a_certificate_is_refused, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_close_notify_closes_and_later_bytes_are_ignored, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_goodbye_goes_both_ways_with_every_suite, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_forged_goodbye_is_none, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
