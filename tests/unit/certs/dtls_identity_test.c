#include "certs/dtls_identity.h"

#include "gateway/base/clock.h"

#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int setup(void **state)
{
    struct dtls_identity *identity = NULL;
    if (dtls_identity_create(&identity) < 0) {
        return -1;
    }
    *state = identity;
    return 0;
}

static int teardown(void **state)
{
    dtls_identity_destroy(*state);
    return 0;
}

static X509 *certificate_of(const struct dtls_identity *identity)
{
    return SSL_CTX_get0_certificate(dtls_identity_context(identity));
}

static void the_certificate_is_short_lived_and_neutral(void **state)
{
    const struct dtls_identity *identity = *state;
    X509 *certificate = certificate_of(identity);
    EVP_PKEY *key = X509_get0_pubkey(certificate);
    assert_true(EVP_PKEY_is_a(key, "EC"));
    assert_int_equal(EVP_PKEY_get_bits(key), 256);
    assert_int_equal(X509_verify(certificate, key), 1);
    assert_int_equal(X509_cmp_current_time(X509_get0_notBefore(certificate)), -1);
    assert_int_equal(X509_cmp_current_time(X509_get0_notAfter(certificate)), 1);

    int days = 0;
    int seconds = 0;
    assert_int_equal(ASN1_TIME_diff(&days, &seconds, X509_get0_notBefore(certificate),
                                    X509_get0_notAfter(certificate)),
                     1);
    assert_true(days <= 30);

    char name[100];
    X509_NAME *subject = X509_get_subject_name(certificate);
    assert_int_equal(X509_NAME_entry_count(subject), 1);
    assert_int_equal(X509_NAME_get_text_by_NID(subject, NID_commonName, name, sizeof(name)), 16);
}

static void two_processes_share_nothing(void **state)
{
    AUTO(dtls_identity) other = NULL;
    assert_int_equal(dtls_identity_create(&other), 0);
    X509 *a = certificate_of(*state);
    X509 *b = certificate_of(other);
    assert_int_not_equal(X509_NAME_cmp(X509_get_subject_name(a), X509_get_subject_name(b)), 0);
    assert_int_not_equal(ASN1_INTEGER_cmp(X509_get0_serialNumber(a), X509_get0_serialNumber(b)), 0);
    assert_int_not_equal(EVP_PKEY_eq(X509_get0_pubkey(a), X509_get0_pubkey(b)), 1);
    assert_memory_not_equal(dtls_identity_fingerprint(*state), dtls_identity_fingerprint(other),
                            DTLS_FINGERPRINT_SIZE);
    assert_null(dtls_identity_destroy(NULL));
}

static void the_fingerprint_is_the_certificates(void **state)
{
    const struct dtls_identity *identity = *state;
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    assert_int_equal(X509_digest(certificate_of(identity), EVP_sha256(), digest, &size), 1);
    assert_int_equal(size, DTLS_FINGERPRINT_SIZE);
    assert_memory_equal(dtls_identity_fingerprint(identity), digest, size);
    const char *text = dtls_identity_fingerprint_text(identity);
    assert_int_equal(strlen(text), DTLS_FINGERPRINT_TEXT_SIZE - 1);
    for (unsigned i = 0; i < size; i++) {
        char expected[4];
        snprintf(expected, sizeof(expected), "%02X%s", digest[i], i + 1 < size ? ":" : "");
        assert_memory_equal(text + 3 * i, expected, i + 1 < size ? 3 : 2);
    }
}

/* ---- handshakes in memory ---- */

struct client {
    const char *what;
    const char *profiles; /* NULL: no use_srtp */
    const char *suites;   /* NULL: OpenSSL's */
    int version;
    bool has_certificate;
    const char *expected_profile; /* NULL: none */
    bool connects;
};

static int accept_server(X509_STORE_CTX *store, void *context)
{
    (void)store;
    (void)context;
    return 1;
}

static SSL_CTX *client_context(const struct client *client, const struct dtls_identity *own)
{
    SSL_CTX *context = SSL_CTX_new(DTLS_client_method());
    SSL_CTX_set_security_level(context, 0); /* a hostile client offers what it likes */
    SSL_CTX_set_options(context, SSL_OP_NO_QUERY_MTU);
    SSL_CTX_set_cert_verify_callback(context, accept_server, NULL);
    assert_int_equal(SSL_CTX_set_min_proto_version(context, client->version), 1);
    assert_int_equal(SSL_CTX_set_max_proto_version(context, client->version), 1);
    if (client->suites) {
        assert_int_equal(SSL_CTX_set_cipher_list(context, client->suites), 1);
    }
    if (client->profiles) {
        assert_int_equal(SSL_CTX_set_tlsext_use_srtp(context, client->profiles), 0);
    }
    if (client->has_certificate) {
        SSL_CTX *server = dtls_identity_context(own);
        assert_int_equal(SSL_CTX_use_certificate(context, SSL_CTX_get0_certificate(server)), 1);
        assert_int_equal(SSL_CTX_use_PrivateKey(context, SSL_CTX_get0_privatekey(server)), 1);
    }
    return context;
}

/* Both ends of one association; bytes go from BIO to BIO, as many records as there are. */
static bool shake_hands(SSL *server, SSL *client)
{
    BIO *to_server = BIO_new(BIO_s_mem());
    BIO *to_client = BIO_new(BIO_s_mem());
    BIO_set_mem_eof_return(to_server, -1);
    BIO_set_mem_eof_return(to_client, -1);
    BIO_up_ref(to_server);
    BIO_up_ref(to_client);
    SSL_set_bio(server, to_server, to_client);
    SSL_set_bio(client, to_client, to_server);
    SSL_set_mtu(server, 1200);
    SSL_set_mtu(client, 1200);
    SSL_set_accept_state(server);
    SSL_set_connect_state(client);
    for (int turn = 0; turn < 10; turn++) {
        SSL_do_handshake(client);
        SSL_do_handshake(server);
    }
    return SSL_is_init_finished(server) && SSL_is_init_finished(client);
}

#define GCM128 "SRTP_AEAD_AES_128_GCM"
#define GCM256 "SRTP_AEAD_AES_256_GCM"
#define CM80 "SRTP_AES128_CM_SHA1_80"

static const struct client clients[] = {
    {"Chromium's order", CM80 ":" GCM256 ":" GCM128, NULL, DTLS1_2_VERSION, true, GCM128, true},
    {"Firefox's order", GCM128 ":" GCM256 ":" CM80 ":SRTP_AES128_CM_SHA1_32", NULL, DTLS1_2_VERSION,
     true, GCM128, true},
    {"only GCM-256", GCM256, NULL, DTLS1_2_VERSION, true, GCM256, true},
    {"an old client", CM80, NULL, DTLS1_2_VERSION, true, CM80, true},
    /* OpenSSL completes these; media/transport must ask for the profile. */
    {"only a weak profile", "SRTP_AES128_CM_SHA1_32", NULL, DTLS1_2_VERSION, true, NULL, true},
    {"no profile", NULL, NULL, DTLS1_2_VERSION, true, NULL, true},
    {"no certificate", GCM128, NULL, DTLS1_2_VERSION, false, NULL, false},
    {"DTLS 1.0", GCM128, NULL, DTLS1_VERSION, true, NULL, false},
    {"ChaCha20", GCM128, "ECDHE-ECDSA-CHACHA20-POLY1305", DTLS1_2_VERSION, true, GCM128, true},
    {"no encryption", GCM128, "ECDHE-ECDSA-NULL-SHA", DTLS1_2_VERSION, true, NULL, false},
    {"CBC with SHA-1", GCM128, "ECDHE-ECDSA-AES128-SHA", DTLS1_2_VERSION, true, NULL, false},
    {"CBC with SHA-256", GCM128, "ECDHE-ECDSA-AES128-SHA256", DTLS1_2_VERSION, true, NULL, false},
    {"no forward secrecy", GCM128, "AES128-GCM-SHA256", DTLS1_2_VERSION, true, NULL, false},
    {"anonymous", GCM128, "AECDH-AES128-SHA", DTLS1_2_VERSION, true, NULL, false},
};

static void the_context_takes_browsers_and_nothing_weak(void **state)
{
    const struct dtls_identity *identity = *state;
    AUTO(dtls_identity) browser = NULL;
    assert_int_equal(dtls_identity_create(&browser), 0);
    for (size_t i = 0; i < ARRAY_LENGTH(clients); i++) {
        const struct client *row = &clients[i];
        SSL_CTX *context = client_context(row, browser);
        SSL *client = SSL_new(context);
        SSL *server = SSL_new(dtls_identity_context(identity));
        const bool connected = shake_hands(server, client);
        if (connected != row->connects) {
            fail_msg("%s: connected is %d", row->what, connected);
        }
        if (connected) {
            const SRTP_PROTECTION_PROFILE *profile = SSL_get_selected_srtp_profile(server);
            const char *name = profile ? profile->name : "none";
            assert_string_equal(name, row->expected_profile ? row->expected_profile : "none");
            uint8_t digest[EVP_MAX_MD_SIZE];
            X509 *shown = SSL_get0_peer_certificate(server);
            assert_int_equal(X509_digest(shown, EVP_sha256(), digest, NULL), 1);
            assert_memory_equal(digest, dtls_identity_fingerprint(browser), DTLS_FINGERPRINT_SIZE);
            assert_false(SSL_session_reused(server));
            assert_false(SSL_SESSION_has_ticket(SSL_get0_session(client)));
        }
        SSL_free(client);
        SSL_free(server);
        SSL_CTX_free(context);
    }
}

static void sessions_are_not_resumed(void **state)
{
    const struct dtls_identity *identity = *state;
    SSL_CTX *context = client_context(&clients[0], identity);
    SSL *first = SSL_new(context);
    SSL *server = SSL_new(dtls_identity_context(identity));
    assert_true(shake_hands(server, first));
    SSL *second = SSL_new(context);
    SSL *second_server = SSL_new(dtls_identity_context(identity));
    assert_int_equal(SSL_set_session(second, SSL_get0_session(first)), 1);
    assert_true(shake_hands(second_server, second));
    assert_false(SSL_session_reused(second));
    SSL_free(first);
    SSL_free(server);
    SSL_free(second);
    SSL_free(second_server);
    SSL_CTX_free(context);
}

static void *shake_many_hands(void *context)
{
    const struct dtls_identity *identity = context;
    size_t failures = 0;
    for (int i = 0; i < 10; i++) {
        SSL_CTX *client_side = client_context(&clients[0], identity);
        SSL *client = SSL_new(client_side);
        SSL *server = SSL_new(dtls_identity_context(identity));
        failures += !shake_hands(server, client);
        SSL_free(client);
        SSL_free(server);
        SSL_CTX_free(client_side);
    }
    return (void *)failures;
}

static void workers_share_one_context(void **state)
{
    pthread_t threads[4];
    for (size_t i = 0; i < ARRAY_LENGTH(threads); i++) {
        pthread_create(&threads[i], NULL, shake_many_hands, *state);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(threads); i++) {
        void *failures = NULL;
        pthread_join(threads[i], &failures);
        assert_null(failures);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_certificate_is_short_lived_and_neutral),
        cmocka_unit_test(two_processes_share_nothing),
        cmocka_unit_test(the_fingerprint_is_the_certificates),
        cmocka_unit_test(the_context_takes_browsers_and_nothing_weak),
        cmocka_unit_test(sessions_are_not_resumed),
        cmocka_unit_test(workers_share_one_context),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
