#include "media/transport/srtp_aead_context.h"

#include "gateway/base/allocate.h"
#include "gateway/base/secret.h"
#include "media/transport/srtp_ssrc_table.h"

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <string.h>

#define RTP_SSRC_AT 8
#define RTCP_SSRC_AT 4
/* The first 8 bytes of a compound stay clear. */
#define RTCP_HEADER_SIZE 8
#define RTCP_TRAILER_SIZE 4
#define RTCP_ASSOCIATED_SIZE (RTCP_HEADER_SIZE + RTCP_TRAILER_SIZE)
#define RTCP_IS_ENCRYPTED (UINT32_C(1) << 31)

struct srtp_aead_context {
    const struct srtp_aead_provider *provider;
    void *cipher;       /* owned, of the provider */
    uint64_t salt_high; /* the first 8 bytes of the salt, as a number */
    uint32_t salt_low;  /* the last 4 */
    struct srtp_ssrc_table ssrcs;
};

static uint32_t read_u32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

struct srtp_aead_context *srtp_aead_context_create(const struct srtp_aead_provider *provider,
                                                   const struct srtp_aead_keys *keys,
                                                   enum srtp_aead_direction direction)
{
    struct srtp_aead_context *context = allocate_zeroed(1, sizeof(*context));
    context->provider = provider;
    context->cipher = provider->create(keys->key, keys->key_size, direction);
    context->salt_high = (uint64_t)read_u32(keys->salt) << 32 | read_u32(keys->salt + 4);
    context->salt_low = read_u32(keys->salt + 8);
    return context;
}

struct srtp_aead_context *srtp_aead_context_destroy(struct srtp_aead_context *context)
{
    if (context) {
        context->provider->destroy(context->cipher);
        srtp_ssrc_table_finish(&context->ssrcs);
        secret_wipe(context, sizeof(*context));
        free(context);
    }
    return NULL;
}

static uint16_t sequence_number_of(const uint8_t *header)
{
    return (uint16_t)(header[2] << 8 | header[3]);
}

/*   0  0  1  2  3  4  5  6  7  8  9 10 11
 *    +--+--+--+--+--+--+--+--+--+--+--+--+
 *    |00|00|    SSRC   |     ROC   | SEQ | xor salt (RFC 7714, 8.1)
 *    +--+--+--+--+--+--+--+--+--+--+--+--+
 * RTCP's index of 31 bits takes the place of ROC and SEQ, with zeros before it (RFC 7714, 9.1). */
static void make_nonce(const struct srtp_aead_context *context, const uint8_t *ssrc, uint64_t index,
                       uint8_t *ret_nonce)
{
    const uint64_t first = (uint64_t)read_u32(ssrc) << 16 | index >> 32;
    const uint64_t high = htobe64(first ^ context->salt_high);
    const uint32_t low = htobe32((uint32_t)index ^ context->salt_low);
    memcpy(ret_nonce, &high, sizeof(high));
    memcpy(ret_nonce + sizeof(high), &low, sizeof(low));
}

/* `entry` is NULL for an SSRC that is not known yet. */
static int guess_index(const struct srtp_ssrc *entry, const uint8_t *header, uint64_t *ret_index)
{
    static const struct srtp_packet_index none;
    return srtp_packet_index_guess(entry ? &entry->index : &none, sequence_number_of(header),
                                   ret_index);
}

/* Encrypting in place after a copy is quicker than feeding the cipher piece by piece, with both
 * providers and for all sizes. */
static void gather(const struct packet_part *parts, size_t part_count, uint8_t *to,
                   struct packet_part *ret_whole)
{
    *ret_whole = (struct packet_part){.data = to};
    for (size_t i = 0; i < part_count; i++) {
        if (parts[i].size > 0) {
            memcpy(to + ret_whole->size, parts[i].data, parts[i].size);
            ret_whole->size += parts[i].size;
        }
    }
}

int srtp_aead_context_protect(struct srtp_aead_context *context, const struct packet_part *parts,
                              size_t part_count, uint8_t *ret_packet)
{
    const uint8_t *header = parts[0].data;
    struct srtp_ssrc *entry = srtp_ssrc_table_find(&context->ssrcs, read_u32(header + RTP_SSRC_AT));
    uint64_t index = 0;
    const int guessed = guess_index(entry, header, &index);
    if (guessed < 0) {
        return guessed;
    }
    if (!entry) {
        entry = srtp_ssrc_table_add(&context->ssrcs, read_u32(header + RTP_SSRC_AT));
        if (!entry) {
            return -ENOSPC;
        }
    }
    /* Before anything is encrypted: a nonce is never used twice, come what may. */
    srtp_packet_index_record(&entry->index, index);

    uint8_t nonce[SRTP_AEAD_NONCE_SIZE];
    make_nonce(context, header + RTP_SSRC_AT, index, nonce);
    memcpy(ret_packet, header, parts[0].size);
    struct packet_part payload = {0};
    if (part_count == 2) {
        payload = parts[1];
    } else {
        gather(parts + 1, part_count - 1, ret_packet + parts[0].size, &payload);
    }
    const int sealed =
        context->provider->seal(context->cipher, nonce, ret_packet, parts[0].size, &payload);
    return sealed < 0 ? sealed : (int)(parts[0].size + payload.size + SRTP_AEAD_TAG_SIZE);
}

int srtp_aead_context_unprotect(struct srtp_aead_context *context, const uint8_t *in, size_t size,
                                size_t header_size, uint8_t *ret_packet)
{
    assert(size >= header_size + SRTP_AEAD_TAG_SIZE);
    struct srtp_ssrc *entry = srtp_ssrc_table_find(&context->ssrcs, read_u32(in + RTP_SSRC_AT));
    if (!entry && context->ssrcs.count == SRTP_SSRCS_MAX) {
        return -ENOSPC;
    }
    uint64_t index = 0;
    const int guessed = guess_index(entry, in, &index);
    if (guessed < 0) {
        return guessed == -EKEYEXPIRED ? -EACCES : guessed;
    }
    uint8_t nonce[SRTP_AEAD_NONCE_SIZE];
    make_nonce(context, in + RTP_SSRC_AT, index, nonce);
    const int opened = context->provider->open(context->cipher, nonce, in, size, header_size,
                                               ret_packet + header_size);
    if (opened < 0) {
        return opened;
    }
    memcpy(ret_packet, in, header_size);
    if (!entry) {
        entry = srtp_ssrc_table_add(&context->ssrcs, read_u32(in + RTP_SSRC_AT));
    }
    srtp_packet_index_record(&entry->index, index);
    return (int)(size - SRTP_AEAD_TAG_SIZE);
}

bool srtp_aead_context_knows(const struct srtp_aead_context *context, uint32_t ssrc)
{
    return srtp_ssrc_table_find(&context->ssrcs, ssrc) != NULL;
}

/* ---- RTCP ---- */

/*   on the wire:        | header | encrypted | tag | E, index |
 *   as the cipher sees: | header | E, index | encrypted | tag |      (RFC 7714, 9.2)
 *                         associated data
 * RTCP is small, so that it is put together where it can be, and copied. */
static void write_trailer(uint32_t index, uint8_t *ret_trailer)
{
    const uint32_t word = RTCP_IS_ENCRYPTED | index;
    for (unsigned i = 0; i < RTCP_TRAILER_SIZE; i++) {
        ret_trailer[i] = (uint8_t)(word >> 8 * (3 - i));
    }
}

int srtp_aead_context_protect_rtcp(struct srtp_aead_context *context, const uint8_t *compound,
                                   size_t size, uint8_t *ret_packet)
{
    assert(size >= RTCP_HEADER_SIZE && size + SRTCP_AEAD_OVERHEAD <= SRTCP_SIZE_MAX);
    const uint32_t ssrc = read_u32(compound + RTCP_SSRC_AT);
    struct srtp_ssrc *entry = srtp_ssrc_table_find(&context->ssrcs, ssrc);
    if (!entry) {
        entry = srtp_ssrc_table_add(&context->ssrcs, ssrc);
    }
    if (!entry) {
        return -ENOSPC;
    }
    const uint64_t index = entry->index.newest + 1;
    if (index > SRTCP_PACKET_INDEX_MAX) {
        return -EKEYEXPIRED;
    }
    srtp_packet_index_record(&entry->index, index);

    uint8_t nonce[SRTP_AEAD_NONCE_SIZE];
    uint8_t sealed[SRTCP_SIZE_MAX];
    make_nonce(context, compound + RTCP_SSRC_AT, index, nonce);
    memcpy(sealed, compound, RTCP_HEADER_SIZE);
    write_trailer((uint32_t)index, sealed + RTCP_HEADER_SIZE);
    const struct packet_part payload = {compound + RTCP_HEADER_SIZE, size - RTCP_HEADER_SIZE};
    const int result =
        context->provider->seal(context->cipher, nonce, sealed, RTCP_ASSOCIATED_SIZE, &payload);
    if (result < 0) {
        return result;
    }
    const size_t body = payload.size + SRTP_AEAD_TAG_SIZE;
    memcpy(ret_packet, compound, RTCP_HEADER_SIZE);
    memcpy(ret_packet + RTCP_HEADER_SIZE, sealed + RTCP_ASSOCIATED_SIZE, body);
    memcpy(ret_packet + RTCP_HEADER_SIZE + body, sealed + RTCP_HEADER_SIZE, RTCP_TRAILER_SIZE);
    return (int)(size + SRTCP_AEAD_OVERHEAD);
}

int srtp_aead_context_unprotect_rtcp(struct srtp_aead_context *context, const uint8_t *in,
                                     size_t size, uint8_t *ret_packet)
{
    static const struct srtp_packet_index none;
    assert(size >= RTCP_HEADER_SIZE + SRTCP_AEAD_OVERHEAD && size <= SRTCP_SIZE_MAX);
    const uint8_t *trailer = in + size - RTCP_TRAILER_SIZE;
    const uint32_t ssrc = read_u32(in + RTCP_SSRC_AT);
    const uint64_t index = read_u32(trailer) & ~RTCP_IS_ENCRYPTED;
    struct srtp_ssrc *entry = srtp_ssrc_table_find(&context->ssrcs, ssrc);
    if (!entry && context->ssrcs.count == SRTP_SSRCS_MAX) {
        return -ENOSPC;
    }
    const int checked = srtp_packet_index_check(entry ? &entry->index : &none, index);
    if (checked < 0) {
        return checked;
    }
    if (!(read_u32(trailer) & RTCP_IS_ENCRYPTED)) {
        return -EACCES; /* the profile encrypts, and so do all browsers */
    }

    uint8_t nonce[SRTP_AEAD_NONCE_SIZE];
    uint8_t sealed[SRTCP_SIZE_MAX];
    make_nonce(context, in + RTCP_SSRC_AT, index, nonce);
    memcpy(sealed, in, RTCP_HEADER_SIZE);
    memcpy(sealed + RTCP_HEADER_SIZE, trailer, RTCP_TRAILER_SIZE);
    memcpy(sealed + RTCP_ASSOCIATED_SIZE, in + RTCP_HEADER_SIZE,
           size - RTCP_HEADER_SIZE - RTCP_TRAILER_SIZE);
    const int opened = context->provider->open(context->cipher, nonce, sealed, size,
                                               RTCP_ASSOCIATED_SIZE, ret_packet + RTCP_HEADER_SIZE);
    if (opened < 0) {
        return opened;
    }
    memcpy(ret_packet, in, RTCP_HEADER_SIZE);
    if (!entry) {
        entry = srtp_ssrc_table_add(&context->ssrcs, ssrc);
    }
    srtp_packet_index_record(&entry->index, index);
    return (int)(size - SRTCP_AEAD_OVERHEAD);
}
