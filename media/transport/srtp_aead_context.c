#include "media/transport/srtp_aead_context.h"

#include "gateway/base/allocate.h"
#include "gateway/base/secret.h"
#include "media/transport/srtp_ssrc_table.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

struct srtp_aead_context {
    const struct srtp_aead_provider *provider;
    void *cipher; /* owned, of the provider */
    uint8_t salt[SRTP_AEAD_NONCE_SIZE];
    struct srtp_ssrc_table ssrcs;
};

struct srtp_aead_context *srtp_aead_context_create(const struct srtp_aead_provider *provider,
                                                   const struct srtp_aead_keys *keys,
                                                   enum srtp_aead_direction direction)
{
    struct srtp_aead_context *context = allocate_zeroed(1, sizeof(*context));
    context->provider = provider;
    context->cipher = provider->create(keys->key, keys->key_size, direction);
    memcpy(context->salt, keys->salt, sizeof(context->salt));
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

static uint32_t ssrc_of(const uint8_t *header)
{
    return (uint32_t)header[8] << 24 | (uint32_t)header[9] << 16 | (uint32_t)header[10] << 8 |
           header[11];
}

/*   0  0  1  2  3  4  5  6  7  8  9 10 11
 *    +--+--+--+--+--+--+--+--+--+--+--+--+
 *    |00|00|    SSRC   |     ROC   | SEQ | xor salt (RFC 7714, 8.1)
 *    +--+--+--+--+--+--+--+--+--+--+--+--+ */
static void make_nonce(const struct srtp_aead_context *context, const uint8_t *header,
                       uint64_t index, uint8_t *ret_nonce)
{
    uint8_t *nonce = ret_nonce;
    nonce[0] = 0;
    nonce[1] = 0;
    memcpy(nonce + 2, header + 8, 4);
    for (unsigned i = 0; i < 6; i++) {
        nonce[6 + i] = (uint8_t)(index >> 8 * (5 - i));
    }
    for (unsigned i = 0; i < SRTP_AEAD_NONCE_SIZE; i++) {
        nonce[i] ^= context->salt[i];
    }
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
    struct srtp_ssrc *entry = srtp_ssrc_table_find(&context->ssrcs, ssrc_of(header));
    uint64_t index = 0;
    const int guessed = guess_index(entry, header, &index);
    if (guessed < 0) {
        return guessed;
    }
    if (!entry) {
        entry = srtp_ssrc_table_add(&context->ssrcs, ssrc_of(header));
        if (!entry) {
            return -ENOSPC;
        }
    }
    /* Before anything is encrypted: a nonce is never used twice, come what may. */
    srtp_packet_index_record(&entry->index, index);

    uint8_t nonce[SRTP_AEAD_NONCE_SIZE];
    make_nonce(context, header, index, nonce);
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
    struct srtp_ssrc *entry = srtp_ssrc_table_find(&context->ssrcs, ssrc_of(in));
    if (!entry && context->ssrcs.count == SRTP_SSRCS_MAX) {
        return -ENOSPC;
    }
    uint64_t index = 0;
    const int guessed = guess_index(entry, in, &index);
    if (guessed < 0) {
        return guessed == -EKEYEXPIRED ? -EACCES : guessed;
    }
    uint8_t nonce[SRTP_AEAD_NONCE_SIZE];
    make_nonce(context, in, index, nonce);
    const int opened = context->provider->open(context->cipher, nonce, in, size, header_size,
                                               ret_packet + header_size);
    if (opened < 0) {
        return opened;
    }
    memcpy(ret_packet, in, header_size);
    if (!entry) {
        entry = srtp_ssrc_table_add(&context->ssrcs, ssrc_of(in));
    }
    srtp_packet_index_record(&entry->index, index);
    return (int)(size - SRTP_AEAD_TAG_SIZE);
}
