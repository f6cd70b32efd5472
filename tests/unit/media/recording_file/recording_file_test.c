/* Logs and images: what is written is read again at any offset, and whatever is changed does not
 * open. */
#include "media/recording_file/recording_file.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static const uint8_t data_key[RECORDING_KEY_SIZE] = {1, 2, 3, 4, 5};
static const uint8_t other_key[RECORDING_KEY_SIZE] = {1, 2, 3, 4, 6};
static const char description[] = "label=a number=1";

struct fixture {
    char path[64];
    int directory_fd;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    strcpy(fixture.path, "/tmp/recording-file-test-XXXXXX");
    assert_non_null(mkdtemp(fixture.path));
    fixture.directory_fd = open(fixture.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    unlinkat(fixture->directory_fd, "file", 0);
    close(fixture->directory_fd);
    return rmdir(fixture->path);
}

/* Bytes whose value says where they are. */
static void pattern(uint8_t *bytes, size_t size, uint64_t offset)
{
    for (size_t i = 0; i < size; i++) {
        const uint64_t at = offset + i;
        bytes[i] = (uint8_t)(at ^ at >> 8 ^ at >> 16);
    }
}

static void append_pattern(struct recording_file_writer *writer, size_t size, uint64_t now_us)
{
    AUTO_FREE uint8_t *bytes = malloc(size + 1);
    pattern(bytes, size, recording_file_writer_size(writer));
    assert_int_equal(recording_file_writer_append(writer, bytes, size, now_us), 0);
}

static void assert_reads_pattern(struct recording_file_reader *reader, uint64_t offset, size_t size,
                                 size_t expected)
{
    AUTO_FREE uint8_t *read = malloc(size + 1);
    AUTO_FREE uint8_t *bytes = malloc(size + 1);
    assert_int_equal(recording_file_reader_read(reader, offset, read, size), expected);
    pattern(bytes, expected, offset);
    assert_memory_equal(read, bytes, expected);
}

static int open_reader(struct fixture *fixture, const uint8_t *key, bool allow_broken_off,
                       struct recording_file_reader **ret_reader)
{
    return recording_file_reader_open(fixture->directory_fd, "file", key, allow_broken_off,
                                      ret_reader);
}

static struct recording_file_writer *new_log(struct fixture *fixture)
{
    struct recording_file_writer *writer = NULL;
    assert_int_equal(recording_file_writer_create_log(fixture->directory_fd, "file", data_key,
                                                      description, sizeof description, &writer),
                     0);
    return writer;
}

static struct recording_file_writer *new_image(struct fixture *fixture, size_t window)
{
    struct recording_file_writer *writer = NULL;
    assert_int_equal(recording_file_writer_create_image(fixture->directory_fd, "file", data_key,
                                                        description, sizeof description, window,
                                                        &writer),
                     0);
    return writer;
}

static int finish(struct recording_file_writer *writer)
{
    uint64_t size = 0;
    uint8_t sha256[DIGEST_SHA256_SIZE];
    return recording_file_writer_finish(writer, &size, sha256);
}

static off_t file_size(struct fixture *fixture)
{
    struct stat status;
    assert_int_equal(fstatat(fixture->directory_fd, "file", &status, 0), 0);
    return status.st_size;
}

static void flip_bit(struct fixture *fixture, off_t offset)
{
    AUTO_CLOSE int fd = openat(fixture->directory_fd, "file", O_RDWR | O_CLOEXEC);
    uint8_t byte = 0;
    assert_int_equal(pread(fd, &byte, 1, offset), 1);
    byte ^= 0x10;
    assert_int_equal(pwrite(fd, &byte, 1, offset), 1);
}

static void cut(struct fixture *fixture, off_t size)
{
    AUTO_CLOSE int fd = openat(fixture->directory_fd, "file", O_RDWR | O_CLOEXEC);
    assert_int_equal(ftruncate(fd, size), 0);
}

static const size_t sizes[] = {0, 1, 65535, 65536, 65537, 131072, 300000};

static void a_log_is_read_at_any_offset(void **state)
{
    for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++) {
        {
            AUTO(recording_file_writer) writer = new_log(*state);
            for (size_t left = sizes[i]; left > 0;) {
                const size_t part = left < 1111 ? left : 1111;
                append_pattern(writer, part,
                               (sizes[i] - left) * 20); /* so that seconds pass, too */
                left -= part;
            }
            assert_int_equal(finish(writer), 0);
        }
        AUTO(recording_file_reader) reader = NULL;
        assert_int_equal(open_reader(*state, data_key, false, &reader), 0);
        assert_int_equal(recording_file_reader_size(reader), sizes[i]);
        assert_true(recording_file_reader_is_complete(reader));
        assert_reads_pattern(reader, 0, sizes[i] + 10, sizes[i]);
        assert_reads_pattern(reader, sizes[i] / 2, 100,
                             sizes[i] - sizes[i] / 2 < 100 ? sizes[i] - sizes[i] / 2 : 100);
        assert_reads_pattern(reader, sizes[i] + 5, 10, 0);
        size_t size = 0;
        assert_string_equal(recording_file_reader_description(reader, &size), description);
        assert_int_equal(size, sizeof description);
        unlinkat(((struct fixture *)*state)->directory_fd, "file", 0);
    }
}

static void an_image_is_patched_and_read_at_any_offset(void **state)
{
    for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++) {
        {
            AUTO(recording_file_writer) writer = new_image(*state, RECORDING_CHUNK_SIZE);
            if (sizes[i] > 20) {
                assert_int_equal(
                    recording_file_writer_append(writer, "wrong bytes at first", 20, 0), 0);
            }
            append_pattern(writer, sizes[i] - recording_file_writer_size(writer), 0);
            uint8_t patch[30];
            pattern(patch, sizeof patch, 0);
            const size_t size = sizes[i] < sizeof patch ? sizes[i] : sizeof patch;
            assert_int_equal(recording_file_writer_write_at(writer, 0, patch, size), 0);
            assert_int_equal(recording_file_writer_size(writer), sizes[i]);
            assert_int_equal(finish(writer), 0);
        }
        AUTO(recording_file_reader) reader = NULL;
        assert_int_equal(open_reader(*state, data_key, false, &reader), 0);
        assert_int_equal(recording_file_reader_size(reader), sizes[i]);
        assert_reads_pattern(reader, 0, sizes[i] + 10, sizes[i]);
        unlinkat(((struct fixture *)*state)->directory_fd, "file", 0);
    }
}

static void an_image_refuses_to_seal_a_chunk_twice(void **state)
{
    AUTO(recording_file_writer) writer = new_image(*state, RECORDING_CHUNK_SIZE);
    append_pattern(writer, 10 * RECORDING_CHUNK_SIZE, 0);
    assert_int_equal(recording_file_writer_write_at(writer, 2 * RECORDING_CHUNK_SIZE, "x", 1),
                     -ESPIPE);
    assert_int_equal(recording_file_writer_write_at(writer, 9 * RECORDING_CHUNK_SIZE + 1, "x", 1),
                     0);
    assert_int_equal(recording_file_writer_write_at(writer, 100, "x", 1), 0);
}

static void a_killed_writer_loses_the_last_second_at_most(void **state)
{
    {
        AUTO(recording_file_writer) writer = new_log(*state);
        append_pattern(writer, 1000, 1000000);
        append_pattern(writer, 1000, 1900000);
        assert_int_equal(recording_file_writer_on_tick(writer, 2000000), 0);
        append_pattern(writer, 500, 2100000); /* never sealed: destroyed without finish */
    }
    AUTO(recording_file_reader) reader = NULL;
    assert_int_equal(open_reader(*state, data_key, false, &reader), -ENODATA);
    assert_int_equal(open_reader(*state, data_key, true, &reader), 0);
    assert_false(recording_file_reader_is_complete(reader));
    assert_reads_pattern(reader, 0, 5000, 2000);
}

static void a_file_cut_anywhere_is_never_taken_for_whole(void **state)
{
    {
        AUTO(recording_file_writer) writer = new_log(*state);
        append_pattern(writer, 200000, 0);
        assert_int_equal(finish(writer), 0);
    }
    const off_t whole = file_size(*state);
    for (off_t size = whole - 1; size > 0; size -= 1 + size / 7) {
        cut(*state, size);
        AUTO(recording_file_reader) reader = NULL;
        const int strict = open_reader(*state, data_key, false, &reader);
        assert_true(strict == -ENODATA || strict == -EBADMSG || strict == -EKEYREJECTED);
        if (open_reader(*state, data_key, true, &reader) == 0) {
            assert_reads_pattern(reader, 0, 300000, (size_t)recording_file_reader_size(reader));
        }
    }
}

static void a_flipped_bit_is_found_and_its_chunk_is_named(void **state)
{
    static const struct {
        bool image;
        off_t offset;
        int64_t chunk; /* -1: does not open at all */
    } rows[] = {
        {false, 3, -1},  /* magic */
        {false, 20, -1}, /* salt */
        {false, 52, -1}, /* description */
        {false, 70, -1}, /* tag */
        {false, 100, 0},  {false, 70000, 1}, {false, 199000, 3}, {true, 100, 0},
        {true, 70000, 1}, {true, 199000, 3}, {true, 8, -1}, /* flags: a log turned image */
    };
    uint8_t *buffer = malloc(200000);
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        {
            AUTO(recording_file_writer)
            writer = rows[i].image ? new_image(*state, 0) : new_log(*state);
            append_pattern(writer, 200000, 0);
            assert_int_equal(finish(writer), 0);
        }
        flip_bit(*state, rows[i].offset);
        AUTO(recording_file_reader) reader = NULL;
        const int error = open_reader(*state, data_key, false, &reader);
        if (rows[i].chunk < 0) {
            assert_true(error == -EBADMSG || error == -EKEYREJECTED);
        } else {
            assert_int_equal(error, 0);
            assert_int_equal(recording_file_reader_read(reader, 0, buffer, 200000), -EBADMSG);
            assert_int_equal(recording_file_reader_fault(reader).chunk, rows[i].chunk);
        }
        unlinkat(((struct fixture *)*state)->directory_fd, "file", 0);
    }
    free(buffer);
}

static void chunks_in_another_order_do_not_open(void **state)
{
    {
        AUTO(recording_file_writer) writer = new_image(*state, 0);
        append_pattern(writer, 3 * RECORDING_CHUNK_SIZE + 10, 0);
        assert_int_equal(finish(writer), 0);
    }
    const size_t sealed = RECORDING_CHUNK_SIZE + 20;
    const off_t header = file_size(*state) - 3 * (off_t)sealed - 30;
    AUTO_CLOSE int fd =
        openat(((struct fixture *)*state)->directory_fd, "file", O_RDWR | O_CLOEXEC);
    AUTO_FREE uint8_t *one = malloc(sealed);
    AUTO_FREE uint8_t *two = malloc(sealed);
    assert_int_equal(pread(fd, one, sealed, header + (off_t)sealed), sealed);
    assert_int_equal(pread(fd, two, sealed, header + 2 * (off_t)sealed), sealed);
    assert_int_equal(pwrite(fd, two, sealed, header + (off_t)sealed), sealed);
    assert_int_equal(pwrite(fd, one, sealed, header + 2 * (off_t)sealed), sealed);
    AUTO(recording_file_reader) reader = NULL;
    assert_int_equal(open_reader(*state, data_key, false, &reader), 0);
    uint8_t byte;
    assert_int_equal(recording_file_reader_read(reader, 0, &byte, 1), 1);
    assert_int_equal(recording_file_reader_read(reader, RECORDING_CHUNK_SIZE, &byte, 1), -EBADMSG);
    assert_int_equal(recording_file_reader_read(reader, 2 * RECORDING_CHUNK_SIZE, &byte, 1),
                     -EBADMSG);
    assert_int_equal(recording_file_reader_read(reader, 3 * RECORDING_CHUNK_SIZE, &byte, 1), 1);
}

static void a_wrong_key_opens_nothing(void **state)
{
    {
        AUTO(recording_file_writer) writer = new_log(*state);
        append_pattern(writer, 100, 0);
        assert_int_equal(finish(writer), 0);
    }
    AUTO(recording_file_reader) reader = NULL;
    assert_int_equal(open_reader(*state, other_key, true, &reader), -EKEYREJECTED);
    assert_null(reader);
}

static void plain_bytes_are_not_on_the_disk(void **state)
{
    static const char secret[] = "the patient's own words, which nobody else may read";
    {
        AUTO(recording_file_writer) writer = new_log(*state);
        assert_int_equal(recording_file_writer_append(writer, secret, sizeof secret, 0), 0);
        assert_int_equal(finish(writer), 0);
    }
    uint8_t file[1024];
    AUTO_CLOSE int fd =
        openat(((struct fixture *)*state)->directory_fd, "file", O_RDONLY | O_CLOEXEC);
    const ssize_t size = read(fd, file, sizeof file);
    assert_true(size > (ssize_t)sizeof secret);
    assert_null(memmem(file, (size_t)size, secret, 8));
    uint64_t digested = 0;
    uint8_t sha256[DIGEST_SHA256_SIZE];
    uint8_t expected[DIGEST_SHA256_SIZE];
    digest_sha256(file, (size_t)size, expected);
    assert_int_equal(
        recording_file_digest(((struct fixture *)*state)->directory_fd, "file", &digested, sha256),
        0);
    assert_int_equal(digested, size);
    assert_memory_equal(sha256, expected, sizeof sha256);
}

static void finish_tells_size_and_digest_of_the_file(void **state)
{
    struct fixture *fixture = *state;
    for (int image = 0; image < 2; image++) {
        AUTO(recording_file_writer) writer = image ? new_image(fixture, 0) : new_log(fixture);
        append_pattern(writer, 400000, 0);
        uint64_t size = 0;
        uint64_t read_size = 0;
        uint8_t sha256[DIGEST_SHA256_SIZE];
        uint8_t read_sha256[DIGEST_SHA256_SIZE];
        assert_int_equal(recording_file_writer_finish(writer, &size, sha256), 0);
        assert_int_equal(
            recording_file_digest(fixture->directory_fd, "file", &read_size, read_sha256), 0);
        assert_int_equal(size, read_size);
        assert_int_equal(size, file_size(fixture));
        assert_memory_equal(sha256, read_sha256, sizeof sha256);
        unlinkat(fixture->directory_fd, "file", 0);
    }
}

static void a_file_is_never_written_over(void **state)
{
    AUTO(recording_file_writer) writer = new_log(*state);
    AUTO(recording_file_writer) second = NULL;
    assert_int_equal(recording_file_writer_create_log(((struct fixture *)*state)->directory_fd,
                                                      "file", data_key, "", 0, &second),
                     -EEXIST);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_log_is_read_at_any_offset),
        TEST(an_image_is_patched_and_read_at_any_offset),
        TEST(an_image_refuses_to_seal_a_chunk_twice),
        TEST(a_killed_writer_loses_the_last_second_at_most),
        TEST(a_file_cut_anywhere_is_never_taken_for_whole),
        TEST(a_flipped_bit_is_found_and_its_chunk_is_named),
        TEST(chunks_in_another_order_do_not_open),
        TEST(a_wrong_key_opens_nothing),
        TEST(plain_bytes_are_not_on_the_disk),
        TEST(finish_tells_size_and_digest_of_the_file),
        TEST(a_file_is_never_written_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
