#include "gateway/base/byte_reader.h"
#include "gateway/base/secret.h"
#include "media/recording_file/recording_cipher.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define NO_CHUNK UINT32_MAX

/* Where a chunk of a log lies. Those of an image are found by arithmetic. */
struct chunk_place {
    uint64_t file_offset;
    uint64_t plain_offset;
};

struct recording_file_reader {
    int fd;
    struct recording_cipher *cipher;
    uint8_t header[RECORDING_HEADER_SIZE_MAX];
    size_t header_size;
    size_t description_size;
    bool is_image;
    bool is_complete;
    uint32_t chunk_count;
    uint64_t plain_size;
    struct chunk_place *places; /* of a log, chunk_count of them */
    size_t place_capacity;
    struct recording_file_fault fault;
    /* The chunk that was opened last. */
    uint32_t open_number;
    size_t open_size;
    uint8_t plain[RECORDING_CHUNK_SIZE];
    uint8_t sealed[RECORDING_SEALED_CHUNK_SIZE_MAX];
};

/* Reads until `size` or the end. Returns the count or a negative errno. */
static ssize_t pread_all(int fd, void *ret_bytes, size_t size, uint64_t offset)
{
    size_t done = 0;
    while (done < size) {
        const ssize_t count =
            pread(fd, (uint8_t *)ret_bytes + done, size - done, (off_t)(offset + done));
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return -errno;
        }
        if (count == 0) {
            break;
        }
        done += (size_t)count;
    }
    return (ssize_t)done;
}

static int read_header(struct recording_file_reader *reader, const uint8_t *data_key)
{
    const ssize_t size = pread_all(reader->fd, reader->header, sizeof reader->header, 0);
    if (size < 0) {
        return (int)size;
    }
    uint8_t flags = 0;
    const int error =
        recording_cipher_open(data_key, reader->header, (size_t)size, &reader->cipher, &flags,
                              &reader->description_size, &reader->header_size);
    reader->is_image = flags & RECORDING_FLAG_IMAGE;
    return error;
}

static void add_place(struct recording_file_reader *reader, uint64_t file_offset,
                      uint64_t plain_offset)
{
    if (reader->chunk_count == reader->place_capacity) {
        reader->place_capacity = reader->place_capacity ? 2 * reader->place_capacity : 256;
        reader->places = realloc(reader->places, reader->place_capacity * sizeof *reader->places);
        if (!reader->places) {
            abort();
        }
    }
    reader->places[reader->chunk_count++] = (struct chunk_place){file_offset, plain_offset};
}

/* Walks the frames of a log up to the last chunk, or to where a killed writer left off. */
static int scan_log(struct recording_file_reader *reader, uint64_t file_size)
{
    uint64_t offset = reader->header_size;
    while (!reader->is_complete &&
           offset + RECORDING_FRAME_SIZE + RECORDING_TAG_SIZE <= file_size) {
        uint8_t frame[RECORDING_FRAME_SIZE];
        const ssize_t count = pread_all(reader->fd, frame, sizeof frame, offset);
        if (count != (ssize_t)sizeof frame) {
            return count < 0 ? (int)count : -EIO;
        }
        struct byte_reader bytes = byte_reader_over(frame, sizeof frame);
        const uint32_t word = byte_reader_u32(&bytes);
        const uint32_t plain_size = word & ~RECORDING_LAST_CHUNK;
        const uint64_t end = offset + RECORDING_FRAME_SIZE + plain_size + RECORDING_TAG_SIZE;
        if (plain_size > RECORDING_CHUNK_SIZE || end > file_size) {
            break;
        }
        add_place(reader, offset, reader->plain_size);
        reader->plain_size += plain_size;
        reader->is_complete = word & RECORDING_LAST_CHUNK;
        offset = end;
    }
    return 0;
}

/* The last chunk of an image says so itself when it is opened; its size follows from the file's. */
static int measure_image(struct recording_file_reader *reader, uint64_t file_size)
{
    const uint64_t body = file_size - reader->header_size;
    const uint64_t whole = body / RECORDING_SEALED_CHUNK_SIZE_MAX;
    const uint64_t rest = body % RECORDING_SEALED_CHUNK_SIZE_MAX;
    if (rest > 0 && rest < RECORDING_FRAME_SIZE + RECORDING_TAG_SIZE) {
        return -ENODATA;
    }
    if (whole + (rest > 0) == 0 || whole >= NO_CHUNK - 1) {
        return -ENODATA;
    }
    reader->chunk_count = (uint32_t)(whole + (rest > 0));
    reader->plain_size = whole * RECORDING_CHUNK_SIZE;
    reader->plain_size += rest > 0 ? rest - RECORDING_FRAME_SIZE - RECORDING_TAG_SIZE : 0;
    const uint64_t last =
        reader->header_size + (reader->chunk_count - 1) * (uint64_t)RECORDING_SEALED_CHUNK_SIZE_MAX;
    uint8_t frame[RECORDING_FRAME_SIZE];
    if (pread_all(reader->fd, frame, sizeof frame, last) != (ssize_t)sizeof frame) {
        return -EIO;
    }
    reader->is_complete = frame[0] & 0x80;
    return 0;
}

int recording_file_reader_open(int directory_fd, const char *name,
                               const uint8_t data_key[RECORDING_KEY_SIZE], bool allow_broken_off,
                               struct recording_file_reader **ret_reader)
{
    AUTO(recording_file_reader) reader = calloc(1, sizeof *reader);
    if (!reader) {
        abort();
    }
    reader->open_number = NO_CHUNK;
    reader->fault.chunk = -1;
    reader->fd = openat(directory_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct stat status;
    if (reader->fd < 0 || fstat(reader->fd, &status) < 0) {
        return -errno;
    }
    if (!S_ISREG(status.st_mode)) {
        return -EBADMSG;
    }
    int error = read_header(reader, data_key);
    if (error < 0) {
        return error;
    }
    const uint64_t file_size = (uint64_t)status.st_size;
    error = reader->is_image ? measure_image(reader, file_size) : scan_log(reader, file_size);
    if (error < 0) {
        return error;
    }
    if (!reader->is_complete && (!allow_broken_off || reader->is_image)) {
        return -ENODATA;
    }
    *ret_reader = TAKE(reader);
    return 0;
}

struct recording_file_reader *recording_file_reader_destroy(struct recording_file_reader *reader)
{
    if (reader) {
        if (reader->fd >= 0) {
            close(reader->fd);
        }
        recording_cipher_destroy(reader->cipher);
        free(reader->places);
        secret_wipe(reader->plain, sizeof reader->plain);
        free(reader);
    }
    return NULL;
}

uint64_t recording_file_reader_size(const struct recording_file_reader *reader)
{
    return reader->plain_size;
}

bool recording_file_reader_is_complete(const struct recording_file_reader *reader)
{
    return reader->is_complete;
}

const uint8_t *recording_file_reader_description(const struct recording_file_reader *reader,
                                                 size_t *ret_size)
{
    *ret_size = reader->description_size;
    return reader->header + RECORDING_HEADER_FIXED_SIZE;
}

struct recording_file_fault recording_file_reader_fault(const struct recording_file_reader *reader)
{
    return reader->fault;
}

static struct chunk_place place_of(const struct recording_file_reader *reader, uint32_t number)
{
    if (!reader->is_image) {
        return reader->places[number];
    }
    return (struct chunk_place){
        .file_offset = reader->header_size + number * (uint64_t)RECORDING_SEALED_CHUNK_SIZE_MAX,
        .plain_offset = number * (uint64_t)RECORDING_CHUNK_SIZE,
    };
}

/* The chunk that holds the plain byte at `offset`, which is below the size. */
static uint32_t chunk_at(const struct recording_file_reader *reader, uint64_t offset)
{
    if (reader->is_image) {
        return (uint32_t)(offset / RECORDING_CHUNK_SIZE);
    }
    uint32_t low = 0;
    uint32_t high = reader->chunk_count;
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;
        if (reader->places[middle].plain_offset <= offset) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

static size_t plain_size_of(const struct recording_file_reader *reader, uint32_t number)
{
    const uint64_t end = number + 1 < reader->chunk_count
                             ? place_of(reader, number + 1).plain_offset
                             : reader->plain_size;
    return (size_t)(end - place_of(reader, number).plain_offset);
}

static int open_chunk(struct recording_file_reader *reader, uint32_t number)
{
    if (reader->open_number == number) {
        return 0;
    }
    const size_t plain_size = plain_size_of(reader, number);
    const size_t sealed_size = RECORDING_FRAME_SIZE + plain_size + RECORDING_TAG_SIZE;
    const bool last = reader->is_complete && number == reader->chunk_count - 1;
    reader->open_number = NO_CHUNK;
    const ssize_t count =
        pread_all(reader->fd, reader->sealed, sealed_size, place_of(reader, number).file_offset);
    if (count < 0) {
        return (int)count;
    }
    struct byte_reader frame = byte_reader_over(reader->sealed, RECORDING_FRAME_SIZE);
    const uint32_t expected = (uint32_t)plain_size | (last ? RECORDING_LAST_CHUNK : 0);
    if ((size_t)count != sealed_size || byte_reader_u32(&frame) != expected ||
        recording_cipher_open_chunk(reader->cipher, number, last,
                                    reader->sealed + RECORDING_FRAME_SIZE, plain_size,
                                    reader->plain) < 0) {
        reader->fault.chunk = number;
        return -EBADMSG;
    }
    reader->open_number = number;
    reader->open_size = plain_size;
    return 0;
}

ssize_t recording_file_reader_read(struct recording_file_reader *reader, uint64_t offset,
                                   uint8_t *ret_bytes, size_t capacity)
{
    size_t done = 0;
    while (done < capacity && offset + done < reader->plain_size) {
        const uint32_t number = chunk_at(reader, offset + done);
        const int error = open_chunk(reader, number);
        if (error < 0) {
            return error;
        }
        const size_t within = (size_t)(offset + done - place_of(reader, number).plain_offset);
        const size_t left = reader->open_size - within;
        const size_t count = left < capacity - done ? left : capacity - done;
        memcpy(ret_bytes + done, reader->plain + within, count);
        done += count;
    }
    return (ssize_t)done;
}

int recording_file_digest(int directory_fd, const char *name, uint64_t *ret_size,
                          uint8_t ret_sha256[DIGEST_SHA256_SIZE])
{
    AUTO_CLOSE int fd = openat(directory_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) {
        return -errno;
    }
    AUTO(digest_stream) digest = digest_stream_create();
    AUTO_FREE uint8_t *block = malloc(RECORDING_CHUNK_SIZE);
    if (!block) {
        abort();
    }
    uint64_t offset = 0;
    for (;;) {
        const ssize_t count = pread_all(fd, block, RECORDING_CHUNK_SIZE, offset);
        if (count < 0) {
            return (int)count;
        }
        if (count == 0) {
            break;
        }
        digest_stream_update(digest, block, (size_t)count);
        offset += (uint64_t)count;
    }
    digest_stream_finish(digest, ret_sha256);
    *ret_size = offset;
    return 0;
}
