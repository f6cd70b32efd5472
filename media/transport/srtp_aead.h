/* srtp_aead.h - AES-GCM for SRTP (RFC 7714), by the fastest library that this machine and its
 * rules allow.
 *
 * A provider is chosen once, at start. intel-ipsec-mb needs a processor with AES-NI and PCLMULQDQ
 * and a build that found it; OpenSSL's EVP is always there, and is what a site may insist on. Both
 * produce the same bytes.
 *
 * Thread: a provider is constant and any thread may use it; each cipher belongs to one. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_SRTP_AEAD_H
#define BEDSIDE_MEDIA_TRANSPORT_SRTP_AEAD_H

#include "media/rtp/packet_part.h"

#include <stddef.h>
#include <stdint.h>

#define SRTP_AEAD_NONCE_SIZE 12
#define SRTP_AEAD_TAG_SIZE 16

/* The positions are those of the configuration's names: auto, ipsec-mb, openssl. */
enum srtp_aead_choice {
    SRTP_AEAD_CHOICE_AUTO,
    SRTP_AEAD_CHOICE_IPSEC_MB,
    SRTP_AEAD_CHOICE_OPENSSL,
};

enum srtp_aead_direction { SRTP_AEAD_SEAL, SRTP_AEAD_OPEN };

struct srtp_aead_provider {
    const char *name;
    /* Returns an owned cipher for one key of 16 or 32 bytes in one direction; never NULL. */
    void *(*create)(const uint8_t *key, size_t key_size, enum srtp_aead_direction direction);
    /* Wipes the key and what was expanded from it. Accepts NULL. */
    void (*destroy)(void *cipher);
    /* `packet` begins with its header, which is authenticated as it is. Appends the payload,
     * encrypted, and the tag; the payload may lie there already. Returns 0, or -EIO when the
     * library refuses. */
    int (*seal)(void *cipher, const uint8_t *nonce, uint8_t *packet, size_t header_size,
                const struct packet_part *payload);
    /* Writes what follows the header and precedes the tag, decrypted, to `ret_payload`. Returns 0,
     * or -EACCES when the tag is wrong; the content of `ret_payload` is then meaningless. */
    int (*open)(void *cipher, const uint8_t *nonce, const uint8_t *packet, size_t size,
                size_t header_size, uint8_t *ret_payload);
};

/* Returns the provider: of SRTP_AEAD_CHOICE_AUTO the fastest. NULL when the choice cannot be
 * honoured here; *ret_obstacle is then a static text that says why. */
const struct srtp_aead_provider *srtp_aead_choose(enum srtp_aead_choice choice,
                                                  const char **ret_obstacle);

#endif
