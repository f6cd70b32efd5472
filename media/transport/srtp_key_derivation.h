/* srtp_key_derivation.h - session keys from master keys (RFC 3711, 4.3; RFC 6188 for 256 bits; RFC
 * 7714, 11), with a key derivation rate of 0.
 *
 * Thread: any. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_SRTP_KEY_DERIVATION_H
#define BEDSIDE_MEDIA_TRANSPORT_SRTP_KEY_DERIVATION_H

#include <stddef.h>
#include <stdint.h>

enum srtp_key_label {
    SRTP_KEY_LABEL_ENCRYPTION = 0,
    SRTP_KEY_LABEL_AUTHENTICATION = 1,
    SRTP_KEY_LABEL_SALT = 2,
    SRTP_KEY_LABEL_RTCP_ENCRYPTION = 3,
    SRTP_KEY_LABEL_RTCP_SALT = 5,
};

struct srtp_master_key {
    const uint8_t *key; /* borrowed */
    size_t key_size;    /* 16 or 32 */
    const uint8_t *salt;
    size_t salt_size; /* at most 14 */
};

/* Writes the `size` bytes of a session key or salt; at most 32. */
void srtp_key_derive(const struct srtp_master_key *master, enum srtp_key_label label,
                     uint8_t *ret_bytes, size_t size);

#endif
