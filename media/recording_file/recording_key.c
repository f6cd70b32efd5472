#include "media/recording_file/recording_key.h"

#include "gateway/base/cleanup.h"
#include "gateway/base/random.h"
#include "gateway/base/secret.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#define HEX_SIZE 64
#define BASE64_SIZE 44
#define KEY_FILE_SIZE_MAX 128

void recording_key_generate(uint8_t ret_data_key[RECORDING_KEY_SIZE])
{
    random_bytes(ret_data_key, RECORDING_KEY_SIZE);
}

/* RFC 3394 with the default initial value, which is its integrity check. Returns whether it
 * succeeded. */
static bool aes_wrap(const uint8_t *master_key, bool wrap, const uint8_t *in, size_t in_size,
                     uint8_t *ret_out, size_t out_size)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    uint8_t out[RECORDING_WRAPPED_KEY_SIZE + 8] = {0};
    int written = 0;
    int rest = 0;
    EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    const bool good =
        EVP_CipherInit_ex(context, EVP_aes_256_wrap(), NULL, master_key, NULL, wrap) == 1 &&
        EVP_CipherUpdate(context, out, &written, in, (int)in_size) == 1 &&
        EVP_CipherFinal_ex(context, out + written, &rest) == 1 &&
        (size_t)(written + rest) == out_size;
    EVP_CIPHER_CTX_free(context);
    if (good) {
        memcpy(ret_out, out, out_size);
    }
    secret_wipe(out, sizeof out);
    return good;
}

void recording_key_wrap(const uint8_t master_key[RECORDING_KEY_SIZE],
                        const uint8_t data_key[RECORDING_KEY_SIZE],
                        uint8_t ret_wrapped[RECORDING_WRAPPED_KEY_SIZE])
{
    if (!aes_wrap(master_key, true, data_key, RECORDING_KEY_SIZE, ret_wrapped,
                  RECORDING_WRAPPED_KEY_SIZE)) {
        abort(); /* only out of memory */
    }
}

int recording_key_unwrap(const uint8_t master_key[RECORDING_KEY_SIZE],
                         const uint8_t wrapped[RECORDING_WRAPPED_KEY_SIZE],
                         uint8_t ret_data_key[RECORDING_KEY_SIZE])
{
    const bool good = aes_wrap(master_key, false, wrapped, RECORDING_WRAPPED_KEY_SIZE, ret_data_key,
                               RECORDING_KEY_SIZE);
    return good ? 0 : -EKEYREJECTED;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)tolower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool decode_hex(const char *text, uint8_t ret_key[RECORDING_KEY_SIZE])
{
    for (size_t i = 0; i < RECORDING_KEY_SIZE; i++) {
        const int high = hex_value(text[2 * i]);
        const int low = hex_value(text[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        ret_key[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static bool decode_base64(const char *text, uint8_t ret_key[RECORDING_KEY_SIZE])
{
    uint8_t bytes[BASE64_SIZE];
    /* EVP_DecodeBlock counts the padding: 44 characters that end with one = give 33. */
    const bool good =
        text[BASE64_SIZE - 1] == '=' && text[BASE64_SIZE - 2] != '=' &&
        EVP_DecodeBlock(bytes, (const uint8_t *)text, BASE64_SIZE) == RECORDING_KEY_SIZE + 1;
    if (good) {
        memcpy(ret_key, bytes, RECORDING_KEY_SIZE);
    }
    secret_wipe(bytes, sizeof bytes);
    return good;
}

static int decode_key(const char *text, size_t size, uint8_t ret_key[RECORDING_KEY_SIZE])
{
    uint8_t key[RECORDING_KEY_SIZE];
    while (size > 0 && isspace((unsigned char)text[size - 1])) {
        size--;
    }
    const bool good = (size == HEX_SIZE && decode_hex(text, key)) ||
                      (size == BASE64_SIZE && decode_base64(text, key));
    if (good) {
        memcpy(ret_key, key, sizeof key);
    }
    secret_wipe(key, sizeof key);
    return good ? 0 : -EBADMSG;
}

int recording_master_key_load(const char *path, uint8_t ret_master_key[RECORDING_KEY_SIZE])
{
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) < 0) {
        return -errno;
    }
    const bool ours = status.st_uid == geteuid() || status.st_uid == 0;
    if (!S_ISREG(status.st_mode) || !ours || (status.st_mode & 077)) {
        return -EPERM;
    }
    char text[KEY_FILE_SIZE_MAX];
    const ssize_t size = read(fd, text, sizeof text);
    if (size < 0) {
        return -errno;
    }
    const int error = decode_key(text, (size_t)size, ret_master_key);
    secret_wipe(text, sizeof text);
    return error;
}
