/* dtls_link.h - one DTLS 1.2 connection that keys SRTP (RFC 5764), with AEAD_AES_128_GCM alone.
 * Thread: its owner's. */
#ifndef BEDSIDE_TESTS_BENCH_ENDPOINT_DTLS_LINK_H
#define BEDSIDE_TESTS_BENCH_ENDPOINT_DTLS_LINK_H

#include "tests/bench/endpoint/srtp_gcm.h"

#define DTLS_LINK_FINGERPRINT_SIZE 96 /* "AA:BB:...", with the terminating 0 */

/* A key and a certificate, shared by all links of the process. */
struct dtls_link_identity;
struct dtls_link_identity *dtls_link_identity_create(void);
struct dtls_link_identity *dtls_link_identity_destroy(struct dtls_link_identity *identity);
const char *dtls_link_identity_fingerprint(const struct dtls_link_identity *identity);

struct dtls_link;

struct dtls_link_config {
    struct dtls_link_identity *identity; /* borrowed, outlives the link */
    bool is_server;
    void (*send)(void *context, const uint8_t *datagram, size_t size);
    void *context;
};

struct dtls_link *dtls_link_create(const struct dtls_link_config *config);
struct dtls_link *dtls_link_destroy(struct dtls_link *link);
/* The client's first flight, or what a timer asks for; harmless at any time. */
void dtls_link_drive(struct dtls_link *link);
void dtls_link_receive(struct dtls_link *link, const uint8_t *datagram, size_t size);
bool dtls_link_is_up(const struct dtls_link *link);
bool dtls_link_has_failed(const struct dtls_link *link);
/* The name of the SRTP profile; NULL when the other side chose none. */
const char *dtls_link_profile(const struct dtls_link *link);
/* After it is up. */
void dtls_link_derive(const struct dtls_link *link, enum gcm_engine engine,
                      struct srtp_direction *ret_outgoing, struct srtp_direction *ret_incoming);

#endif
