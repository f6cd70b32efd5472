/* recording_cipher.h - the cryptography of a recording file: header, file key, chunks.
 * The format is drawn in recording_file.h.
 * Pure. Thread: a cipher belongs to one. */
#ifndef BEDSIDE_MEDIA_RECORDING_FILE_RECORDING_CIPHER_H
#define BEDSIDE_MEDIA_RECORDING_FILE_RECORDING_CIPHER_H

#include "gateway/base/cleanup.h"
#include "media/recording_file/recording_file.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORDING_TAG_SIZE 16
#define RECORDING_FRAME_SIZE 4 /* last flag and plain size, before the sealed bytes */
#define RECORDING_SEALED_CHUNK_SIZE_MAX                                                            \
    (RECORDING_FRAME_SIZE + RECORDING_CHUNK_SIZE + RECORDING_TAG_SIZE)
#define RECORDING_HEADER_FIXED_SIZE (8 + 1 + 2 + 32 + 7)
#define RECORDING_HEADER_SIZE_MAX                                                                  \
    (RECORDING_HEADER_FIXED_SIZE + RECORDING_DESCRIPTION_SIZE_MAX + RECORDING_TAG_SIZE)
#define RECORDING_FLAG_IMAGE 0x01 /* every chunk but the last holds RECORDING_CHUNK_SIZE bytes */
#define RECORDING_LAST_CHUNK 0x80000000u

struct recording_cipher;

/* For a new file: salt and nonce prefix are random. Writes the header and its size. */
struct recording_cipher *recording_cipher_create(const uint8_t data_key[RECORDING_KEY_SIZE],
                                                 uint8_t flags, const void *description,
                                                 size_t description_size,
                                                 uint8_t ret_header[RECORDING_HEADER_SIZE_MAX],
                                                 size_t *ret_header_size);
/* For the header of a file that exists; `size` may exceed it. Returns 0, -EBADMSG when it is no
 * header, or -EKEYREJECTED when it does not open. The description lies in `header`,
 * RECORDING_HEADER_FIXED_SIZE from its start. */
int recording_cipher_open(const uint8_t data_key[RECORDING_KEY_SIZE], const uint8_t *header,
                          size_t size, struct recording_cipher **ret_cipher, uint8_t *ret_flags,
                          size_t *ret_description_size, size_t *ret_header_size);
struct recording_cipher *recording_cipher_destroy(struct recording_cipher *cipher);
DEFINE_AUTO(recording_cipher)

/* Writes frame, sealed bytes and tag of chunk `number`; returns their size. Never call it twice for
 * a number. */
size_t recording_cipher_seal(struct recording_cipher *cipher, uint32_t number, bool last,
                             const uint8_t *plain, size_t size, uint8_t *ret_sealed);
/* Opens what follows the frame. Returns 0, or -EBADMSG, when nothing of the plain bytes may be
 * used. */
int recording_cipher_open_chunk(struct recording_cipher *cipher, uint32_t number, bool last,
                                const uint8_t *sealed, size_t plain_size, uint8_t *ret_plain);

#endif
