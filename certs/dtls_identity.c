#include "certs/dtls_identity.h"

#include "gateway/base/allocate.h"
#include "gateway/base/clock.h"
#include "gateway/base/random.h"

#include <errno.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdio.h>

/* A certificate that begins a day early is not refused by a tablet whose clock is behind. */
#define BACKDATED_DAYS 1
#define SECONDS_PER_DAY (24 * 60 * 60)
/* A browser's certificate has about 300 bytes; no chain is ever sent. */
#define PEER_CERTIFICATE_BYTES_MAX (16 * 1024)

#define SUITES                                                                                     \
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305"
#define GROUPS "X25519:P-256:P-384"
#define SRTP_PROFILES "SRTP_AEAD_AES_128_GCM:SRTP_AEAD_AES_256_GCM:SRTP_AES128_CM_SHA1_80"

struct dtls_identity {
    EVP_PKEY *key;
    X509 *certificate;
    SSL_CTX *context;
    uint8_t fingerprint[DTLS_FINGERPRINT_SIZE];
    char fingerprint_text[DTLS_FINGERPRINT_TEXT_SIZE];
};

/* ---- the certificate ---- */

static bool set_random_serial(X509 *certificate)
{
    uint8_t bytes[16];
    random_bytes(bytes, sizeof(bytes));
    bytes[0] = (uint8_t)((bytes[0] & 0x7f) | 0x40); /* positive and of full length (RFC 5280) */
    BIGNUM *number = BN_bin2bn(bytes, sizeof(bytes), NULL);
    const bool good =
        number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;
    BN_free(number);
    return good;
}

/* The name is in clear text on the wire: it says nothing of the organisation, and differs each
 * time. */
static bool set_neutral_name(X509 *certificate)
{
    char name[17];
    random_alphanumeric(name, sizeof(name) - 1);
    X509_NAME *subject = X509_get_subject_name(certificate);
    return X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1,
                                      -1, 0) == 1 &&
           X509_set_issuer_name(certificate, subject) == 1;
}

static bool set_validity(X509 *certificate, int64_t wall_ms)
{
    const time_t from = (time_t)(wall_ms / 1000) - BACKDATED_DAYS * SECONDS_PER_DAY;
    const time_t until = from + (time_t)DTLS_IDENTITY_DAYS * SECONDS_PER_DAY;
    return ASN1_TIME_set(X509_getm_notBefore(certificate), from) != NULL &&
           ASN1_TIME_set(X509_getm_notAfter(certificate), until) != NULL;
}

static bool make_certificate(struct dtls_identity *identity)
{
    identity->key = EVP_EC_gen("P-256");
    identity->certificate = X509_new();
    X509 *certificate = identity->certificate;
    return identity->key && certificate && X509_set_version(certificate, X509_VERSION_3) == 1 &&
           set_random_serial(certificate) && set_neutral_name(certificate) &&
           set_validity(certificate, clock_wall_ms()) &&
           X509_set_pubkey(certificate, identity->key) == 1 &&
           X509_sign(certificate, identity->key, EVP_sha256()) > 0;
}

static bool take_fingerprint(struct dtls_identity *identity)
{
    unsigned size = 0;
    if (X509_digest(identity->certificate, EVP_sha256(), identity->fingerprint, &size) != 1 ||
        size != DTLS_FINGERPRINT_SIZE) {
        return false;
    }
    char *to = identity->fingerprint_text;
    for (unsigned i = 0; i < size; i++) {
        to += snprintf(to, 4, i == 0 ? "%02X" : ":%02X", identity->fingerprint[i]);
    }
    return true;
}

/* ---- the context ---- */

/* Browsers show self-signed certificates. No chain is built from a stranger's bytes; who it is is
 * decided by the fingerprint in the offer. */
static int accept_any_certificate(X509_STORE_CTX *store, void *context)
{
    (void)context;
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
}

static bool make_context(struct dtls_identity *identity)
{
    SSL_CTX *context = SSL_CTX_new(DTLS_server_method());
    identity->context = context;
    if (!context) {
        return false;
    }
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_QUERY_MTU |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_read_ahead(context, 1); /* a datagram is read whole */
    SSL_CTX_set_max_cert_list(context, PEER_CERTIFICATE_BYTES_MAX);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    SSL_CTX_set_cert_verify_callback(context, accept_any_certificate, NULL);
    return SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION) == 1 &&
           SSL_CTX_set_max_proto_version(context, DTLS1_2_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(context, SUITES) == 1 &&
           SSL_CTX_set1_groups_list(context, GROUPS) == 1 &&
           SSL_CTX_set_tlsext_use_srtp(context, SRTP_PROFILES) == 0 && /* 0 is good here */
           SSL_CTX_use_certificate(context, identity->certificate) == 1 &&
           SSL_CTX_use_PrivateKey(context, identity->key) == 1;
}

/* ---- public ---- */

int dtls_identity_create(struct dtls_identity **ret_identity)
{
    AUTO(dtls_identity) identity = allocate_zeroed(1, sizeof(*identity));
    if (!make_certificate(identity) || !take_fingerprint(identity) || !make_context(identity)) {
        return -ENOTSUP;
    }
    *ret_identity = TAKE(identity);
    return 0;
}

struct dtls_identity *dtls_identity_destroy(struct dtls_identity *identity)
{
    if (identity) {
        SSL_CTX_free(identity->context);
        X509_free(identity->certificate);
        EVP_PKEY_free(identity->key);
        free(identity);
    }
    return NULL;
}

const uint8_t *dtls_identity_fingerprint(const struct dtls_identity *identity)
{
    return identity->fingerprint;
}

const char *dtls_identity_fingerprint_text(const struct dtls_identity *identity)
{
    return identity->fingerprint_text;
}

struct ssl_ctx_st *dtls_identity_context(const struct dtls_identity *identity)
{
    return identity->context;
}
