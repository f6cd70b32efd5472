/* srtp_aead_context.h - one direction of a peer's RTP, or of its RTCP, under AEAD_AES_128_GCM or
 * AEAD_AES_256_GCM (RFC 7714): its key, its SSRCs, their indices.
 *
 * RTP and RTCP have keys of their own, hence contexts of their own.
 *
 * Thread: its worker's. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_SRTP_AEAD_CONTEXT_H
#define BEDSIDE_MEDIA_TRANSPORT_SRTP_AEAD_CONTEXT_H

#include "gateway/base/cleanup.h"
#include "media/transport/srtp_aead.h"

#include <stdbool.h>

#define SRTCP_AEAD_OVERHEAD (SRTP_AEAD_TAG_SIZE + 4)
#define SRTCP_SIZE_MAX 2048

/* Of a session, after derivation. */
struct srtp_aead_keys {
    const uint8_t *key;  /* borrowed */
    size_t key_size;     /* 16 or 32 */
    const uint8_t *salt; /* SRTP_AEAD_NONCE_SIZE bytes */
};

struct srtp_aead_context;

/* Returns an owned context that protects (SRTP_AEAD_SEAL) or unprotects (SRTP_AEAD_OPEN). */
struct srtp_aead_context *srtp_aead_context_create(const struct srtp_aead_provider *provider,
                                                   const struct srtp_aead_keys *keys,
                                                   enum srtp_aead_direction direction);
/* Wipes its keys. Accepts NULL. Always returns NULL. */
struct srtp_aead_context *srtp_aead_context_destroy(struct srtp_aead_context *context);
DEFINE_AUTO(srtp_aead_context)

/* The first part is the RTP header, which has been checked. `ret_packet` has room for all parts and
 * the tag. Returns the packet's size; -EALREADY when this number of the SSRC was protected before
 * or is too old to tell, -EKEYEXPIRED when the SSRC has used up its numbers, -ENOSPC for an SSRC
 * too many, -EIO when the library refuses. */
int srtp_aead_context_protect(struct srtp_aead_context *context, const struct packet_part *parts,
                              size_t part_count, uint8_t *ret_packet);
/* `in` has a header of `header_size` bytes, which has been checked, and at least a tag. Returns the
 * size of the clear packet; -EACCES when it is not authentic, -EALREADY when it was replayed or is
 * too old, -ENOSPC for an SSRC too many. Only an authentic packet changes anything. */
int srtp_aead_context_unprotect(struct srtp_aead_context *context, const uint8_t *in, size_t size,
                                size_t header_size, uint8_t *ret_packet);

/* An authentic packet of this SSRC has come, or one has been sent. */
bool srtp_aead_context_knows(const struct srtp_aead_context *context, uint32_t ssrc);

/* The same for RTCP. A compound of `size` bytes, at least its first 8, grows by a tag and 4 bytes:
 * SRTCP_AEAD_OVERHEAD. -EKEYEXPIRED when the SSRC has used up its 2^31 numbers. */
int srtp_aead_context_protect_rtcp(struct srtp_aead_context *context, const uint8_t *compound,
                                   size_t size, uint8_t *ret_packet);
/* `size` is at most SRTCP_SIZE_MAX, and at least those 8 bytes and the overhead. -EACCES also when
 * it was not encrypted. */
int srtp_aead_context_unprotect_rtcp(struct srtp_aead_context *context, const uint8_t *in,
                                     size_t size, uint8_t *ret_packet);

#endif
