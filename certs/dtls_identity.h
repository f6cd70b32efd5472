/* dtls_identity.h - the key and the self-signed certificate that browsers see in DTLS (RFC
 * 8827, 6.5).
 *
 * A P-256 key that lives in this process's memory alone and a certificate for it, valid for at most
 * 30 days, with a random serial and a subject that says nothing. Its SHA-256 fingerprint goes into
 * every answer; whoever holds that answer knows whom it talks to. Thread: immutable after creation;
 * any thread may read it and make an SSL of its context. */
#ifndef BEDSIDE_CERTS_DTLS_IDENTITY_H
#define BEDSIDE_CERTS_DTLS_IDENTITY_H

#include "gateway/base/cleanup.h"

#include <stdint.h>

#define DTLS_FINGERPRINT_SIZE 32
#define DTLS_FINGERPRINT_TEXT_SIZE 96 /* "AA:BB:...", with the terminating 0 */
#define DTLS_IDENTITY_DAYS 30

struct ssl_ctx_st; /* OpenSSL's SSL_CTX */

struct dtls_identity;

/* Returns 0, or -ENOTSUP when this machine's OpenSSL refuses an algorithm that browsers need. */
int dtls_identity_create(struct dtls_identity **ret_identity);
/* Wipes the key. Accepts NULL. Always returns NULL. */
struct dtls_identity *dtls_identity_destroy(struct dtls_identity *identity);
DEFINE_AUTO(dtls_identity)

/* SHA-256 of the certificate: borrowed, DTLS_FINGERPRINT_SIZE bytes. */
const uint8_t *dtls_identity_fingerprint(const struct dtls_identity *identity);
/* The same as RFC 8122 writes it in a=fingerprint, upper case with colons: borrowed. */
const char *dtls_identity_fingerprint_text(const struct dtls_identity *identity);

/* The configured server context: borrowed, for SSL_new() on any thread; never change it.
 *   DTLS 1.2 only; ECDHE-ECDSA with AES-GCM or ChaCha20-Poly1305; X25519, P-256, P-384.
 *   use_srtp, our order decides: SRTP_AEAD_AES_128_GCM, SRTP_AEAD_AES_256_GCM,
 * SRTP_AES128_CM_SHA1_80. The handshake completes without a common profile: check
 * SSL_get_selected_srtp_profile(). A client certificate is required and *any* is accepted: compare
 * SSL_get0_peer_certificate()'s SHA-256 with the offer's fingerprint before any key is exported. No
 * tickets, no session cache, no renegotiation, no MTU query (SSL_set_mtu() is the caller's). */
struct ssl_ctx_st *dtls_identity_context(const struct dtls_identity *identity);

#endif
