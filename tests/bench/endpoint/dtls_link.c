#include "tests/bench/endpoint/dtls_link.h"

#include "gateway/base/allocate.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#define MTU 1200
#define FIRST_TIMEOUT_US 50000 /* what libwebrtc sets */
#define SRTP_PROFILE "SRTP_AEAD_AES_128_GCM"
#define EXPORTER "EXTRACTOR-dtls_srtp"

struct dtls_link_identity {
    EVP_PKEY *key;
    X509 *certificate;
    SSL_CTX *context;
    BIO_METHOD *bio_method;
    char fingerprint[DTLS_LINK_FINGERPRINT_SIZE];
};

struct dtls_link {
    struct dtls_link_config config;
    SSL *ssl;
    const uint8_t *incoming; /* the datagram that OpenSSL has not read yet */
    size_t incoming_size;
    bool up;
    bool failed;
};

/* ---- a BIO whose writes are datagrams ---- */

static int bio_write(BIO *bio, const char *bytes, int size)
{
    struct dtls_link *link = BIO_get_data(bio);
    link->config.send(link->config.context, (const uint8_t *)bytes, (size_t)size);
    return size;
}

static int bio_read(BIO *bio, char *ret_bytes, int capacity)
{
    struct dtls_link *link = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (!link->incoming || link->incoming_size > (size_t)capacity) {
        BIO_set_retry_read(bio);
        return -1;
    }
    const int size = (int)link->incoming_size;
    memcpy(ret_bytes, link->incoming, link->incoming_size);
    link->incoming = NULL;
    return size;
}

static long bio_control(BIO *bio, int command, long number, void *pointer)
{
    (void)bio, (void)number, (void)pointer;
    switch (command) {
    case BIO_CTRL_FLUSH:
    case BIO_CTRL_DGRAM_SET_NEXT_TIMEOUT:
        return 1;
    case BIO_CTRL_DGRAM_QUERY_MTU:
        return MTU;
    default:
        return 0;
    }
}

/* ---- identity ---- */

static int accept_any_certificate(int verified, X509_STORE_CTX *store)
{
    (void)verified, (void)store;
    return 1;
}

static void make_certificate(struct dtls_link_identity *identity)
{
    identity->key = EVP_EC_gen("P-256");
    X509 *certificate = identity->certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -86400);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
    X509_set_pubkey(certificate, identity->key);
    X509_NAME *name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"bench", -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    if (X509_sign(certificate, identity->key, EVP_sha256()) <= 0) {
        abort();
    }
    uint8_t digest[32];
    unsigned size = sizeof(digest);
    X509_digest(certificate, EVP_sha256(), digest, &size);
    for (size_t i = 0; i < sizeof(digest); i++) {
        (void)snprintf(identity->fingerprint + 3 * i, 4, "%02X%s", digest[i],
                       i + 1 < sizeof(digest) ? ":" : "");
    }
}

struct dtls_link_identity *dtls_link_identity_create(void)
{
    struct dtls_link_identity *identity = allocate_zeroed(1, sizeof(*identity));
    make_certificate(identity);
    identity->context = SSL_CTX_new(DTLS_method());
    SSL_CTX_use_certificate(identity->context, identity->certificate);
    SSL_CTX_use_PrivateKey(identity->context, identity->key);
    SSL_CTX_set_verify(identity->context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                       accept_any_certificate);
    SSL_CTX_set_tlsext_use_srtp(identity->context, SRTP_PROFILE);
    SSL_CTX_set_options(identity->context, SSL_OP_NO_QUERY_MTU | SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(identity->context, SSL_SESS_CACHE_OFF);
    identity->bio_method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "bench datagrams");
    BIO_meth_set_write(identity->bio_method, bio_write);
    BIO_meth_set_read(identity->bio_method, bio_read);
    BIO_meth_set_ctrl(identity->bio_method, bio_control);
    return identity;
}

struct dtls_link_identity *dtls_link_identity_destroy(struct dtls_link_identity *identity)
{
    if (identity) {
        SSL_CTX_free(identity->context);
        BIO_meth_free(identity->bio_method);
        X509_free(identity->certificate);
        EVP_PKEY_free(identity->key);
        free(identity);
    }
    return NULL;
}

const char *dtls_link_identity_fingerprint(const struct dtls_link_identity *identity)
{
    return identity->fingerprint;
}

/* ---- links ---- */

static unsigned next_timeout_us(SSL *ssl, unsigned last_us)
{
    (void)ssl;
    return last_us == 0 ? FIRST_TIMEOUT_US : last_us * 2;
}

struct dtls_link *dtls_link_create(const struct dtls_link_config *config)
{
    struct dtls_link *link = allocate_zeroed(1, sizeof(*link));
    link->config = *config;
    BIO *bio = BIO_new(config->identity->bio_method);
    BIO_set_data(bio, link);
    BIO_set_init(bio, 1);
    link->ssl = SSL_new(config->identity->context);
    SSL_set_bio(link->ssl, bio, bio);
    SSL_set_mtu(link->ssl, MTU);
    DTLS_set_timer_cb(link->ssl, next_timeout_us);
    if (config->is_server) {
        SSL_set_accept_state(link->ssl);
    } else {
        SSL_set_connect_state(link->ssl);
    }
    return link;
}

struct dtls_link *dtls_link_destroy(struct dtls_link *link)
{
    if (link) {
        SSL_free(link->ssl);
        free(link);
    }
    return NULL;
}

static void step(struct dtls_link *link)
{
    ERR_clear_error();
    if (link->up) {
        uint8_t ignored[2048];
        (void)SSL_read(link->ssl, ignored, sizeof(ignored)); /* answers a repeated last flight */
        return;
    }
    const int result = SSL_do_handshake(link->ssl);
    if (result == 1) {
        link->up = true;
        return;
    }
    const int error = SSL_get_error(link->ssl, result);
    link->failed = error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE;
}

void dtls_link_drive(struct dtls_link *link)
{
    if (link->up || link->failed) {
        return;
    }
    ERR_clear_error();
    (void)DTLSv1_handle_timeout(link->ssl);
    step(link);
}

void dtls_link_receive(struct dtls_link *link, const uint8_t *datagram, size_t size)
{
    if (link->failed) {
        return;
    }
    link->incoming = datagram;
    link->incoming_size = size;
    step(link);
    link->incoming = NULL;
}

bool dtls_link_is_up(const struct dtls_link *link)
{
    return link->up;
}

bool dtls_link_has_failed(const struct dtls_link *link)
{
    return link->failed;
}

const char *dtls_link_profile(const struct dtls_link *link)
{
    const SRTP_PROTECTION_PROFILE *profile = SSL_get_selected_srtp_profile(link->ssl);
    return profile ? profile->name : NULL;
}

void dtls_link_derive(const struct dtls_link *link, enum gcm_engine engine,
                      struct srtp_direction *ret_outgoing, struct srtp_direction *ret_incoming)
{
    /* RFC 5764, 4.2: client's key, server's key, client's salt, server's salt */
    uint8_t block[2 * (SRTP_GCM_KEY_SIZE + SRTP_GCM_SALT_SIZE)];
    if (SSL_export_keying_material(link->ssl, block, sizeof(block), EXPORTER, strlen(EXPORTER),
                                   NULL, 0, 0) != 1) {
        abort();
    }
    const size_t ours = link->config.is_server ? 1 : 0;
    const size_t theirs = 1 - ours;
    const uint8_t *salts = block + 2 * SRTP_GCM_KEY_SIZE;
    srtp_direction_init(ret_outgoing, engine, block + ours * SRTP_GCM_KEY_SIZE,
                        salts + ours * SRTP_GCM_SALT_SIZE, true);
    srtp_direction_init(ret_incoming, engine, block + theirs * SRTP_GCM_KEY_SIZE,
                        salts + theirs * SRTP_GCM_SALT_SIZE, false);
}
