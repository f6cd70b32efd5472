/* fuzz-links: bedside_recording_file */
/* Reads a file of any bytes. The first bytes of the input choose between them raw and a good header
 * in front of them, since nobody guesses a header's tag. */
#include "media/recording_file/recording_cipher.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t key[RECORDING_KEY_SIZE];
static char path[] = "/tmp/recording-file-fuzz-XXXXXX";

static void remove_file(void)
{
    unlink(path);
}

static void read_everything(bool allow_broken_off)
{
    static uint8_t plain[3 * RECORDING_CHUNK_SIZE];
    AUTO(recording_file_reader) reader = NULL;
    if (recording_file_reader_open(AT_FDCWD, path, key, allow_broken_off, &reader) < 0) {
        return;
    }
    const uint64_t end = recording_file_reader_size(reader);
    recording_file_reader_read(reader, 0, plain, sizeof plain);
    recording_file_reader_read(reader, end / 2, plain, 100);
    recording_file_reader_read(reader, end > 0 ? end - 1 : 0, plain, 100);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int fd = -1;
    if (fd < 0) {
        fd = mkstemp(path);
        atexit(remove_file);
    }
    if (size == 0 || ftruncate(fd, 0) < 0) {
        return 0;
    }
    size_t header_size = 0;
    if (data[0] & 2) {
        uint8_t header[RECORDING_HEADER_SIZE_MAX];
        struct recording_cipher *cipher = recording_cipher_create(
            key, data[0] & RECORDING_FLAG_IMAGE, "", 0, header, &header_size);
        recording_cipher_destroy(cipher);
        if (pwrite(fd, header, header_size, 0) < 0) {
            return 0;
        }
    }
    if (pwrite(fd, data + 1, size - 1, (off_t)header_size) < 0) {
        return 0;
    }
    read_everything(data[0] & 4);
    return 0;
}
