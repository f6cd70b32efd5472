#include "gateway/base/secret.h"
#include "media/recording_file/recording_cipher.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

struct recording_file_writer {
    int directory_fd; /* owned, for fsync */
    int fd;
    struct recording_cipher *cipher;
    bool is_image;
    int error; /* of the disk; for good */
    uint64_t header_size;
    uint64_t size; /* plain bytes so far */
    /* Of a log: the one chunk being filled, and where it will lie. */
    uint32_t number;
    uint64_t file_offset;
    struct digest_stream *digest; /* of what is written so far */
    size_t filled;
    uint64_t first_byte_us;
    /* Of an image: chunk 0 stays open to the end, and so do the chunks from `first_open` on, chunk
     * n in window[n % window_chunks]. */
    uint32_t first_open;
    uint32_t window_chunks;
    uint8_t *window;
    uint8_t plain[RECORDING_CHUNK_SIZE]; /* a log's chunk, an image's chunk 0 */
    uint8_t sealed[RECORDING_SEALED_CHUNK_SIZE_MAX];
};

/* Returns 0, or a negative errno when not everything could be written. */
static int pwrite_all(int fd, const uint8_t *bytes, size_t size, uint64_t offset)
{
    while (size > 0) {
        const ssize_t count = pwrite(fd, bytes, size, (off_t)offset);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return count < 0 ? -errno : -EIO;
        }
        bytes += count;
        size -= (size_t)count;
        offset += (uint64_t)count;
    }
    return 0;
}

static int writer_create(int directory_fd, const char *name, const uint8_t *data_key, uint8_t flags,
                         const void *description, size_t description_size,
                         struct recording_file_writer **ret_writer)
{
    if (description_size > RECORDING_DESCRIPTION_SIZE_MAX) {
        return -EINVAL;
    }
    AUTO(recording_file_writer) writer = calloc(1, sizeof *writer);
    if (!writer) {
        abort();
    }
    writer->is_image = flags & RECORDING_FLAG_IMAGE;
    writer->directory_fd = -1;
    writer->fd =
        openat(directory_fd, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (writer->fd < 0) {
        return -errno;
    }
    if (directory_fd != AT_FDCWD) {
        writer->directory_fd = fcntl(directory_fd, F_DUPFD_CLOEXEC, 0);
    }
    uint8_t header[RECORDING_HEADER_SIZE_MAX];
    size_t header_size = 0;
    writer->cipher = recording_cipher_create(data_key, flags, description, description_size, header,
                                             &header_size);
    writer->header_size = header_size;
    writer->file_offset = header_size;
    const int error = pwrite_all(writer->fd, header, header_size, 0);
    if (error < 0) {
        unlinkat(directory_fd, name, 0);
        return error;
    }
    writer->digest = digest_stream_create();
    digest_stream_update(writer->digest, header, header_size);
    *ret_writer = TAKE(writer);
    return 0;
}

int recording_file_writer_create_log(int directory_fd, const char *name,
                                     const uint8_t data_key[RECORDING_KEY_SIZE],
                                     const void *description, size_t description_size,
                                     struct recording_file_writer **ret_writer)
{
    return writer_create(directory_fd, name, data_key, 0, description, description_size,
                         ret_writer);
}

int recording_file_writer_create_image(int directory_fd, const char *name,
                                       const uint8_t data_key[RECORDING_KEY_SIZE],
                                       const void *description, size_t description_size,
                                       size_t window_bytes,
                                       struct recording_file_writer **ret_writer)
{
    struct recording_file_writer *writer = NULL;
    const int error = writer_create(directory_fd, name, data_key, RECORDING_FLAG_IMAGE, description,
                                    description_size, &writer);
    if (error < 0) {
        return error;
    }
    writer->first_open = 1;
    writer->window_chunks = (uint32_t)(window_bytes / RECORDING_CHUNK_SIZE + 2);
    writer->window = calloc(writer->window_chunks, RECORDING_CHUNK_SIZE);
    if (!writer->window) {
        abort();
    }
    *ret_writer = writer;
    return 0;
}

struct recording_file_writer *recording_file_writer_destroy(struct recording_file_writer *writer)
{
    if (writer) {
        if (writer->fd >= 0) {
            close(writer->fd);
        }
        if (writer->directory_fd >= 0) {
            close(writer->directory_fd);
        }
        recording_cipher_destroy(writer->cipher);
        digest_stream_destroy(writer->digest);
        if (writer->window) {
            secret_wipe(writer->window, (size_t)writer->window_chunks * RECORDING_CHUNK_SIZE);
            free(writer->window);
        }
        secret_wipe(writer->plain, sizeof writer->plain);
        free(writer);
    }
    return NULL;
}

uint64_t recording_file_writer_size(const struct recording_file_writer *writer)
{
    return writer->size;
}

static int seal_at(struct recording_file_writer *writer, uint32_t number, bool last,
                   const uint8_t *plain, size_t size, uint64_t file_offset)
{
    const size_t sealed_size =
        recording_cipher_seal(writer->cipher, number, last, plain, size, writer->sealed);
    return pwrite_all(writer->fd, writer->sealed, sealed_size, file_offset);
}

/* ---- logs ---- */

/* A chunk that could not be written whole is taken off again; the file then ends like one whose
 * writer was killed. */
static int seal_log_chunk(struct recording_file_writer *writer, bool last)
{
    if (writer->number == UINT32_MAX) {
        return writer->error = -EFBIG;
    }
    const int error =
        seal_at(writer, writer->number, last, writer->plain, writer->filled, writer->file_offset);
    if (error < 0) {
        (void)!ftruncate(writer->fd, (off_t)writer->file_offset);
        return writer->error = error;
    }
    const size_t sealed_size = RECORDING_FRAME_SIZE + writer->filled + RECORDING_TAG_SIZE;
    digest_stream_update(writer->digest, writer->sealed, sealed_size);
    writer->file_offset += sealed_size;
    writer->number++;
    writer->filled = 0;
    return 0;
}

static int append_to_log(struct recording_file_writer *writer, const uint8_t *bytes, size_t size,
                         uint64_t now_us)
{
    while (size > 0) {
        if (writer->filled == 0) {
            writer->first_byte_us = now_us;
        }
        const size_t room = RECORDING_CHUNK_SIZE - writer->filled;
        const size_t count = size < room ? size : room;
        memcpy(writer->plain + writer->filled, bytes, count);
        writer->filled += count;
        writer->size += count;
        bytes += count;
        size -= count;
        const int error =
            writer->filled == RECORDING_CHUNK_SIZE ? seal_log_chunk(writer, false) : 0;
        if (error < 0) {
            return error;
        }
    }
    return recording_file_writer_on_tick(writer, now_us);
}

int recording_file_writer_on_tick(struct recording_file_writer *writer, uint64_t now_us)
{
    const bool due = !writer->is_image && writer->filled > 0 &&
                     now_us - writer->first_byte_us >= RECORDING_CHUNK_AGE_MAX_US;
    return due && !writer->error ? seal_log_chunk(writer, false) : writer->error;
}

/* ---- images ---- */

static uint64_t image_offset(const struct recording_file_writer *writer, uint32_t number)
{
    return writer->header_size + number * (uint64_t)RECORDING_SEALED_CHUNK_SIZE_MAX;
}

static uint8_t *open_chunk(struct recording_file_writer *writer, uint32_t number)
{
    if (number == 0) {
        return writer->plain;
    }
    return writer->window + (size_t)(number % writer->window_chunks) * RECORDING_CHUNK_SIZE;
}

static int seal_image_chunk(struct recording_file_writer *writer, uint32_t number, bool last,
                            size_t size)
{
    const int error = seal_at(writer, number, last, open_chunk(writer, number), size,
                              image_offset(writer, number));
    return error < 0 ? writer->error = error : 0;
}

/* Makes room for chunk `number` by sealing the oldest of the window. */
static int advance_window(struct recording_file_writer *writer, uint32_t number)
{
    while (number >= writer->first_open + writer->window_chunks) {
        const int error = seal_image_chunk(writer, writer->first_open, false, RECORDING_CHUNK_SIZE);
        if (error < 0) {
            return error;
        }
        writer->first_open++;
    }
    return 0;
}

static int write_image(struct recording_file_writer *writer, uint64_t offset, const uint8_t *bytes,
                       size_t size)
{
    if (offset > writer->size || (offset + size) / RECORDING_CHUNK_SIZE >= UINT32_MAX) {
        return -EINVAL;
    }
    while (size > 0) {
        const uint32_t number = (uint32_t)(offset / RECORDING_CHUNK_SIZE);
        if (number != 0 && number < writer->first_open) {
            return -ESPIPE;
        }
        const int error = advance_window(writer, number);
        if (error < 0) {
            return error;
        }
        const size_t within = (size_t)(offset % RECORDING_CHUNK_SIZE);
        const size_t room = RECORDING_CHUNK_SIZE - within;
        const size_t count = size < room ? size : room;
        memcpy(open_chunk(writer, number) + within, bytes, count);
        bytes += count;
        offset += count;
        size -= count;
        writer->size = offset > writer->size ? offset : writer->size;
    }
    return 0;
}

static int finish_image(struct recording_file_writer *writer)
{
    const uint32_t count =
        writer->size == 0
            ? 1
            : (uint32_t)((writer->size + RECORDING_CHUNK_SIZE - 1) / RECORDING_CHUNK_SIZE);
    const size_t last_size = (size_t)(writer->size - (count - 1) * (uint64_t)RECORDING_CHUNK_SIZE);
    int error = 0;
    for (uint32_t number = writer->first_open; number < count && !error; number++) {
        const bool last = number == count - 1;
        error = seal_image_chunk(writer, number, last, last ? last_size : RECORDING_CHUNK_SIZE);
    }
    return error ? error
                 : seal_image_chunk(writer, 0, count == 1,
                                    count == 1 ? last_size : RECORDING_CHUNK_SIZE);
}

/* ---- both ---- */

int recording_file_writer_append(struct recording_file_writer *writer, const void *bytes,
                                 size_t size, uint64_t now_us)
{
    if (writer->error) {
        return writer->error;
    }
    return writer->is_image ? write_image(writer, writer->size, bytes, size)
                            : append_to_log(writer, bytes, size, now_us);
}

int recording_file_writer_write_at(struct recording_file_writer *writer, uint64_t offset,
                                   const void *bytes, size_t size)
{
    if (writer->error) {
        return writer->error;
    }
    return writer->is_image ? write_image(writer, offset, bytes, size) : -ESPIPE;
}

/* An image is not written in order, so it is read once more. */
static int digest_image(struct recording_file_writer *writer, uint64_t *ret_size)
{
    digest_stream_destroy(writer->digest);
    writer->digest = digest_stream_create();
    uint64_t offset = 0;
    for (;;) {
        const ssize_t count =
            pread(writer->fd, writer->sealed, sizeof writer->sealed, (off_t)offset);
        if (count < 0 && errno != EINTR) {
            return -errno;
        }
        if (count == 0) {
            *ret_size = offset;
            return 0;
        }
        if (count > 0) {
            digest_stream_update(writer->digest, writer->sealed, (size_t)count);
            offset += (uint64_t)count;
        }
    }
}

int recording_file_writer_finish(struct recording_file_writer *writer, uint64_t *ret_size,
                                 uint8_t ret_sha256[DIGEST_SHA256_SIZE])
{
    if (writer->error) {
        return writer->error;
    }
    int error = writer->is_image ? finish_image(writer) : seal_log_chunk(writer, true);
    if (error < 0) {
        return error;
    }
    if (fsync(writer->fd) < 0 || (writer->directory_fd >= 0 && fsync(writer->directory_fd) < 0)) {
        return writer->error = -errno;
    }
    uint64_t size = writer->file_offset;
    error = writer->is_image ? digest_image(writer, &size) : 0;
    if (error < 0) {
        return writer->error = error;
    }
    digest_stream_finish(writer->digest, ret_sha256);
    *ret_size = size;
    return 0;
}
