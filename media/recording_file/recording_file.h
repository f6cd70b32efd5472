/* recording_file.h - files of a recording: encrypted while they are written, readable at any
 * offset.
 *
 * The plain bytes are cut into chunks and each is sealed with AES-256-GCM, after the STREAM
 * construction (Hoang, Reyhanitabar, Rogaway, Vizar 2015) as Tink's AES-GCM-HKDF streaming uses it:
 * a key of its own for each file, and a nonce that counts the chunks and marks the last, so that a
 * chunk which is changed, moved, left out or cut off does not open.
 *
 *   header   "BDSREC1\n" (8) | flags (1) | description size n (2) | salt (32) | nonce prefix (7) |
 *            description (n) | tag (16)
 *   chunk    last flag (1 bit) and plain size (31 bits) | sealed bytes | tag (16)       as often as
 * needed
 *
 *   file key = HKDF-SHA256(data key, salt, "bedside recording file" + header up to the
 * description's end) nonce    = prefix (7) | chunk number (4) | kind (1): 0 a chunk, 1 the last
 * chunk, 2 the header
 *
 * There are two ways to write one. A *log* is appended to; a chunk is sealed and written when it
 * holds 64 KiB or its first byte is a second old, so that a killed process loses at most the last
 * second; it is read by scanning. An *image* can be patched in its first chunk and in a window at
 * its end, which is what muxers that write sizes and indexes afterwards need; its chunks are all 64
 * KiB, so that any offset is found by arithmetic. Plain bytes are never on disk, and no chunk is
 * ever sealed twice.
 *
 * The description is authenticated, not encrypted: ids and numbers, never names.
 * Thread: a reader or writer belongs to one thread. The calls block on the disk. */
#ifndef BEDSIDE_MEDIA_RECORDING_FILE_RECORDING_FILE_H
#define BEDSIDE_MEDIA_RECORDING_FILE_RECORDING_FILE_H

#include "gateway/base/cleanup.h"
#include "gateway/base/digest.h"
#include "media/recording_file/recording_key.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORDING_CHUNK_SIZE 65536
#define RECORDING_CHUNK_AGE_MAX_US 1000000
#define RECORDING_DESCRIPTION_SIZE_MAX 1024

/* ---- reading ---- */

struct recording_file_reader;

struct recording_file_fault {
    int64_t chunk; /* the chunk that does not open, counted from 0; -1: the header (wrong key, or
                      changed) */
};

/* Opens `name` below `directory_fd` (AT_FDCWD for a path) with the recording's data key. Returns 0,
 * an errno of openat, -EBADMSG when this is no recording file, -EKEYREJECTED when the key is wrong
 * or the header was changed, or -ENODATA when the end is missing: the file was cut off, or its
 * writer was killed. With `allow_broken_off` such a file opens and ends after its last whole chunk.
 */
int recording_file_reader_open(int directory_fd, const char *name,
                               const uint8_t data_key[RECORDING_KEY_SIZE], bool allow_broken_off,
                               struct recording_file_reader **ret_reader);
struct recording_file_reader *recording_file_reader_destroy(struct recording_file_reader *reader);
DEFINE_AUTO(recording_file_reader)

/* Size of the plain bytes. */
uint64_t recording_file_reader_size(const struct recording_file_reader *reader);
/* Whether the writer closed it properly. */
bool recording_file_reader_is_complete(const struct recording_file_reader *reader);
/* Borrowed; *ret_size may be 0. */
const uint8_t *recording_file_reader_description(const struct recording_file_reader *reader,
                                                 size_t *ret_size);

/* Reads up to `capacity` plain bytes at `offset`. Returns the count, which is smaller than asked
 * only at the end of the file and 0 beyond it; -EBADMSG when a chunk was changed (nothing of it is
 * returned; recording_file_reader_fault() names it), or an errno of pread. Keeps the last chunk, so
 * that small reads in order open each chunk once. */
ssize_t recording_file_reader_read(struct recording_file_reader *reader, uint64_t offset,
                                   uint8_t *ret_bytes, size_t capacity);
/* What the last -EBADMSG was about. */
struct recording_file_fault recording_file_reader_fault(const struct recording_file_reader *reader);

/* Size and SHA-256 of the file as it lies on the disk (sealed), for the manifest. Returns 0 or a
 * negative errno. */
int recording_file_digest(int directory_fd, const char *name, uint64_t *ret_size,
                          uint8_t ret_sha256[DIGEST_SHA256_SIZE]);

/* ---- writing ---- */

struct recording_file_writer;

/* Creates `name` (which must not exist, mode 0600) as a log. `description` is borrowed for the
 * call. Returns 0, -EEXIST, or another errno of openat or write. */
int recording_file_writer_create_log(int directory_fd, const char *name,
                                     const uint8_t data_key[RECORDING_KEY_SIZE],
                                     const void *description, size_t description_size,
                                     struct recording_file_writer **ret_writer);
/* The same as an image of which the first chunk and the last `window_bytes` can be patched. */
int recording_file_writer_create_image(int directory_fd, const char *name,
                                       const uint8_t data_key[RECORDING_KEY_SIZE],
                                       const void *description, size_t description_size,
                                       size_t window_bytes,
                                       struct recording_file_writer **ret_writer);
/* Without finish: what was sealed stays, and the file is one that was broken off. */
struct recording_file_writer *recording_file_writer_destroy(struct recording_file_writer *writer);
DEFINE_AUTO(recording_file_writer)

/* Plain bytes so far: where the next append goes. */
uint64_t recording_file_writer_size(const struct recording_file_writer *writer);
/* Appends. Returns 0, or an errno of write (-ENOSPC, -EFBIG, -EIO), after which the file ends with
 * the last whole chunk and every further call returns the same error. */
int recording_file_writer_append(struct recording_file_writer *writer, const void *bytes,
                                 size_t size, uint64_t now_us);
/* Of an image: writes at `offset`, which may lie up to the size. Returns 0, -ESPIPE when those
 * bytes are sealed already, or as append does. */
int recording_file_writer_write_at(struct recording_file_writer *writer, uint64_t offset,
                                   const void *bytes, size_t size);
/* Of a log: seals and writes what is older than a second. Call it several times a second. */
int recording_file_writer_on_tick(struct recording_file_writer *writer, uint64_t now_us);
/* Seals the last chunk, brings the file to the disk (fsync, also of its directory), and says what
 * lies there: size and SHA-256 of the sealed bytes, for the manifest. Only destroy may follow. */
int recording_file_writer_finish(struct recording_file_writer *writer, uint64_t *ret_size,
                                 uint8_t ret_sha256[DIGEST_SHA256_SIZE]);

#endif
