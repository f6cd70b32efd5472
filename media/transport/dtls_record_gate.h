/* dtls_record_gate.h - which DTLS records OpenSSL gets to see (RFC 6347, 4.1 and 4.2.2).
 *
 *   |type| version | epoch |  sequence number (48)  | length |  body
 *   body of a handshake record: |message type| length (24) |message seq (16)| offset (24) | length
 * (24)| ...
 *
 * One unauthenticated datagram can end an SSL object for good, or silence it (a lone record with a
 * huge sequence number moves the replay window past every honest one). Before the handshake is done
 * only those records pass which a client's handshake consists of; afterwards only encrypted
 * handshake records and alerts.
 *
 * Pure. Thread: any. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_DTLS_RECORD_GATE_H
#define BEDSIDE_MEDIA_TRANSPORT_DTLS_RECORD_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An honest handshake has some ten records in epoch 0, and as many again for each retransmission.
 */
#define DTLS_PLAIN_SEQUENCE_MAX 1000
/* The greatest handshake message that is put together: a certificate chain, or a hello with large
 * keys. */
#define DTLS_HANDSHAKE_MESSAGE_MAX 16384

struct dtls_gate_result {
    size_t size;           /* bytes that passed */
    unsigned dropped;      /* records that did not; bytes that are no record count as one */
    bool has_client_hello; /* a piece of one passed */
};

/* Copies the records of a datagram that may pass to `ret_datagram`, which has `size` bytes. */
void dtls_record_gate(bool handshake_done, const uint8_t *datagram, size_t size,
                      uint8_t *ret_datagram, struct dtls_gate_result *ret_result);

#endif
