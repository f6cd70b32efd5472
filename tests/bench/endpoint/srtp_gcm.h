/* srtp_gcm.h - SRTP and SRTCP with AEAD_AES_128_GCM (RFC 7714) for the ends of a measurement: the
 * load's endpoints and the reference data path.
 *
 * It shares no code with the gateway, so that what both understand is the standard. The engine is
 * intel-ipsec-mb where the build found it, else OpenSSL. Thread: one per object. */
#ifndef BEDSIDE_TESTS_BENCH_ENDPOINT_SRTP_GCM_H
#define BEDSIDE_TESTS_BENCH_ENDPOINT_SRTP_GCM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SRTP_GCM_TAG_SIZE 16
#define SRTP_GCM_KEY_SIZE 16
#define SRTP_GCM_SALT_SIZE 12
#define SRTCP_GCM_TRAILER_SIZE (SRTP_GCM_TAG_SIZE + 4)

enum gcm_engine { GCM_ENGINE_OPENSSL, GCM_ENGINE_IPSEC_MB };

/* The faster one that this build has. */
enum gcm_engine gcm_engine_best(void);
const char *gcm_engine_name(enum gcm_engine engine);

/* One key in one direction. Fields are private. */
struct gcm_key {
    void *ipsec_mb; /* struct gcm_key_data */
    struct evp_cipher_ctx_st *evp;
};

/* What one side sends, or what it receives. Fields are private. */
struct srtp_direction {
    struct gcm_key rtp;
    struct gcm_key rtcp;
    uint8_t rtp_salt[SRTP_GCM_SALT_SIZE];
    uint8_t rtcp_salt[SRTP_GCM_SALT_SIZE];
    uint32_t rtcp_index; /* of the next SRTCP packet that is sent */
};

/* Derives the session keys (RFC 3711, 4.3). `seals` for sending. */
void srtp_direction_init(struct srtp_direction *direction, enum gcm_engine engine,
                         const uint8_t master_key[SRTP_GCM_KEY_SIZE],
                         const uint8_t master_salt[SRTP_GCM_SALT_SIZE], bool seals);
void srtp_direction_finish(struct srtp_direction *direction);

/* Seals `size` bytes of `payload` behind the header, which is already in the outgoing packet, into
 * `ret_sealed`: size + SRTP_GCM_TAG_SIZE bytes. In place is allowed. */
void srtp_seal(struct srtp_direction *direction, const uint8_t *header, size_t header_size,
               uint32_t rollover, const uint8_t *payload, size_t size, uint8_t *ret_sealed);
/* The inverse: `size` with the tag. Returns whether the packet is authentic. */
bool srtp_open(struct srtp_direction *direction, const uint8_t *header, size_t header_size,
               uint32_t rollover, const uint8_t *sealed, size_t size, uint8_t *ret_payload);

/* Seals a compound in place; there is room for SRTCP_GCM_TRAILER_SIZE behind it. Returns the size.
 */
size_t srtcp_seal(struct srtp_direction *direction, uint8_t *compound, size_t size);
/* Opens in place. Returns the size of the compound, or -EBADMSG. */
int srtcp_open(struct srtp_direction *direction, uint8_t *packet, size_t size);

#endif
