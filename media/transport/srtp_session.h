/* srtp_session.h - protects and unprotects the packets of one peer (RFC 3711, RFC 7714).
 *
 * The AEAD profiles, which are nearly everything, go through srtp_aead_context, the other one
 * through libsrtp2.
 *
 * Everything is out of place (outputs are aligned to 4 bytes): the input is never written, so that
 * one clear packet serves many receivers and a packet that fails leaves nothing half-done behind.
 * Packets are checked for the lengths that their own headers claim before the library sees them.
 * Failures are only counted: a replayed or forged packet changes nothing.
 *
 * Thread: its worker's. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_SRTP_SESSION_H
#define BEDSIDE_MEDIA_TRANSPORT_SRTP_SESSION_H

#include "gateway/base/cleanup.h"
#include "media/transport/srtp_aead.h"
#include "media/transport/srtp_ssrc_table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The numbers of RFC 5764 (4.1.2) and RFC 7714 (14.2). */
enum srtp_profile {
    SRTP_PROFILE_AES128_CM_SHA1_80 = 0x0001,
    SRTP_PROFILE_AEAD_AES_128_GCM = 0x0007,
    SRTP_PROFILE_AEAD_AES_256_GCM = 0x0008,
};

#define SRTP_KEY_SIZE_MAX 32
#define SRTP_SALT_SIZE_MAX 14
/* What protecting adds at most: a tag of 16 bytes, for RTCP also the index of 4. */
#define SRTP_OVERHEAD_MAX 20

struct srtp_keys {
    enum srtp_profile profile;
    uint8_t local_key[SRTP_KEY_SIZE_MAX]; /* what we protect with */
    uint8_t local_salt[SRTP_SALT_SIZE_MAX];
    uint8_t remote_key[SRTP_KEY_SIZE_MAX];
    uint8_t remote_salt[SRTP_SALT_SIZE_MAX];
};

/* OpenSSL's name, "SRTP_AEAD_AES_128_GCM" for example; a static string. NULL for an unknown
 * profile. */
const char *srtp_profile_name(enum srtp_profile profile);
/* 0 for an unknown profile. */
size_t srtp_profile_key_size(enum srtp_profile profile);
size_t srtp_profile_salt_size(enum srtp_profile profile);
/* Bytes that protecting an RTP packet adds. */
size_t srtp_profile_rtp_overhead(enum srtp_profile profile);

/* Cuts the exported block (RFC 5764, 4.2: client key, server key, client salt, server salt) for the
 * server or the client. `block` has twice key and salt. */
void srtp_keys_from_block(enum srtp_profile profile, const uint8_t *block, bool we_are_server,
                          struct srtp_keys *ret_keys);

struct srtp_session_statistics {
    uint64_t unprotected;
    uint64_t malformed;
    uint64_t unauthentic;
    uint64_t replayed;
    uint64_t ssrc_refused;
};

struct srtp_session;

/* Copies what it needs of `keys`; the caller wipes them. With a `provider` of NULL libsrtp2 does
 * everything, which is what the providers are compared with. Returns 0, -EINVAL for an unknown
 * profile, -ENOTSUP when libsrtp2 was built without it. */
int srtp_session_create(const struct srtp_keys *keys, const struct srtp_aead_provider *provider,
                        struct srtp_session **ret_session);
/* Wipes its keys. Accepts NULL. Always returns NULL. */
struct srtp_session *srtp_session_destroy(struct srtp_session *session);
DEFINE_AUTO(srtp_session)

/* Write the clear packet to `ret_packet` (which must not overlap `in`). Return its size; -EBADMSG
 * when malformed, -EACCES when not authentic, -EALREADY when replayed or too old, -ENOSPC for an
 * SSRC too many, -EMSGSIZE when `capacity` is below `size`. After a failure the content of
 * `ret_packet` is meaningless. */
int srtp_session_unprotect_rtp(struct srtp_session *session, const uint8_t *in, size_t size,
                               uint8_t *ret_packet, size_t capacity);
int srtp_session_unprotect_rtcp(struct srtp_session *session, const uint8_t *in, size_t size,
                                uint8_t *ret_packet, size_t capacity);

/* Has authentic RTP of this SSRC come? */
bool srtp_session_knows_ssrc(const struct srtp_session *session, uint32_t ssrc);

/* Protects an RTP packet given in `part_count` >= 1 pieces, the first of which is its whole RTP
 * header with CSRCs and extensions. No (SSRC, sequence number) is ever protected twice: -EALREADY
 * (a retransmission goes as RTX). Returns the size; -EBADMSG when malformed, -EMSGSIZE when
 * `capacity` is below the packet and SRTP_OVERHEAD_MAX, -ENOSPC for an SSRC beyond SRTP_SSRCS_MAX,
 * -EKEYEXPIRED when the SSRC has used up its 2^48 numbers, -EIO when the cipher fails. An SSRC's
 * first sequence number should be below 2^15: a receiver that misses the first packets before a
 * wrap cannot know of it (libsrtp issue 567). */
int srtp_session_protect_rtp(struct srtp_session *session, const struct packet_part *parts,
                             size_t part_count, uint8_t *ret_packet, size_t capacity);
int srtp_session_protect_rtcp(struct srtp_session *session, const uint8_t *compound, size_t size,
                              uint8_t *ret_packet, size_t capacity);

const struct srtp_session_statistics *srtp_session_statistics(const struct srtp_session *session);

#endif
