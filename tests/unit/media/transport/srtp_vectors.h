/* srtp_vectors.h - the packets of RFC 7714, sections 16.1, 17.1 and 17.2, and a reader of
 * hexadecimal text.
 *
 * Thread: any. */
#ifndef BEDSIDE_TESTS_UNIT_SRTP_VECTORS_H
#define BEDSIDE_TESTS_UNIT_SRTP_VECTORS_H

#include <stddef.h>
#include <stdint.h>

#define SRTP_VECTOR_SIZE_MAX 128

struct srtp_vector {
    const char *name;
    const char *key; /* all are session keys, in hexadecimal */
    const char *salt;
    const char *nonce;
    const char *packet;
    const char *protected;
};

#define SRTP_VECTORS 2
extern const struct srtp_vector srtp_vectors[SRTP_VECTORS];

struct srtcp_vector {
    const char *name;
    const char *key;
    const char *salt;
    const char *compound;
    const char *protected;
};

extern const struct srtcp_vector srtcp_vectors[SRTP_VECTORS];
/* The index that they carry. */
#define SRTCP_VECTOR_INDEX 0x5d4

/* The RTP header's size in them. */
#define SRTP_VECTOR_HEADER_SIZE 12

/* Returns the number of bytes; spaces are skipped. */
size_t from_hex(const char *text, uint8_t *ret_bytes);

#endif
