/* A test peer's certificate, its DTLS, and the SRTP keys that come of it. */
#include "gateway/base/random.h"
#include "tests/fakes/test_peer_state.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>

#define BROWSER_SRTP_PROFILES "SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_256_GCM:SRTP_AEAD_AES_128_GCM"
#define FIRST_DTLS_TIMEOUT_US 50000 /* what libwebrtc sets */
#define KEY_BLOCK_SIZE_MAX (2 * (32 + 14))

void test_peer_make_certificate(struct test_peer *peer)
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

void test_peer_make_context(struct test_peer *peer)
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

void test_peer_drive_dtls(struct test_peer *peer)
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

void test_peer_start_dtls(struct test_peer *peer)
{
    BIO *bio = BIO_new(peer->bio_method);
    BIO_set_data(bio, peer);
    BIO_set_init(bio, 1);
    peer->ssl = SSL_new(peer->context);
    SSL_set_bio(peer->ssl, bio, bio);
    SSL_set_mtu(peer->ssl, 1200);
    DTLS_set_timer_cb(peer->ssl, next_dtls_timeout_us);
    SSL_set_connect_state(peer->ssl);
    test_peer_drive_dtls(peer);
}
