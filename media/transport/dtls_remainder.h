/* dtls_remainder.h - what is kept of a DTLS 1.2 connection once its handshake is done.
 *
 * Media has its own keys, so all that can still happen to the connection is that our last flight
 * has to be repeated (RFC 6347, 4.2.4) and that one side says goodbye (RFC 5246, 7.2.1). For that
 * an SSL object of 70 kB is kept by nobody: here are the flight as it was sent, our close_notify as
 * OpenSSL sealed it ahead of time, and the key that opens the peer's records.
 *
 *   |type| version | epoch |  sequence number (48)  | length |  body
 *   body with AES-GCM (RFC 5288):            nonce (64) | ciphertext | tag (128)
 *   body with ChaCha20-Poly1305 (RFC 7905):               ciphertext | tag (128)
 *
 * Thread: its owner's. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_DTLS_REMAINDER_H
#define BEDSIDE_MEDIA_TRANSPORT_DTLS_REMAINDER_H

#include "gateway/base/cleanup.h"

#include <stddef.h>
#include <stdint.h>

struct ssl_st;

enum dtls_remark {
    DTLS_REMARK_NONE,     /* nothing authentic, or nothing that matters */
    DTLS_REMARK_FINISHED, /* the peer repeats its Finished: our last flight was lost */
    DTLS_REMARK_CLOSED,   /* close_notify, or a fatal alert */
};

struct dtls_remainder;

/* Copies from `ssl` (a server whose handshake is done, with one of dtls_identity's suites) what is
 * needed to open the peer's records. `flight` (borrowed) is the last flight, one datagram;
 * `goodbye` (borrowed) what SSL_shutdown() wrote. Returns 0, or -ENOTSUP for another suite. */
int dtls_remainder_create(const struct ssl_st *ssl, const uint8_t *flight, size_t flight_size,
                          const uint8_t *goodbye, size_t goodbye_size,
                          struct dtls_remainder **ret_remainder);
/* Wipes the key. Accepts NULL. Always returns NULL. */
struct dtls_remainder *dtls_remainder_destroy(struct dtls_remainder *remainder);
DEFINE_AUTO(dtls_remainder)

/* Reads a datagram that passed dtls_record_gate(). */
enum dtls_remark dtls_remainder_read(const struct dtls_remainder *remainder,
                                     const uint8_t *datagram, size_t size);
/* Borrowed. */
const uint8_t *dtls_remainder_flight(const struct dtls_remainder *remainder, size_t *ret_size);
const uint8_t *dtls_remainder_goodbye(const struct dtls_remainder *remainder, size_t *ret_size);

#endif
