#include "media/recording_file/recording_cipher.h"

#include "gateway/base/byte_reader.h"
#include "gateway/base/byte_writer.h"
#include "gateway/base/random.h"
#include "gateway/base/secret.h"

#include <assert.h>
#include <errno.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <string.h>

#define SALT_SIZE 32
#define PREFIX_SIZE 7
#define NONCE_SIZE 12

static const char magic[8] = "BDSREC1\n";
static const char key_purpose[] = "bedside recording file";

enum nonce_kind { NONCE_CHUNK = 0, NONCE_LAST_CHUNK = 1, NONCE_HEADER = 2 };

struct recording_cipher {
    EVP_CIPHER_CTX *context; /* keyed for sealing, or for opening */
    uint8_t prefix[PREFIX_SIZE];
};

/* OpenSSL fails here only when it is out of memory or broken, and a recording that can't be sealed
 * must not go on. */
static void must(bool good)
{
    if (!good) {
        abort();
    }
}

static void derive_file_key(const uint8_t *data_key, const uint8_t *salt, const uint8_t *header,
                            size_t header_size, uint8_t ret_key[RECORDING_KEY_SIZE])
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, NULL);
    size_t size = RECORDING_KEY_SIZE;
    must(context && EVP_PKEY_derive_init(context) == 1 &&
         EVP_PKEY_CTX_set_hkdf_md(context, EVP_sha256()) == 1 &&
         EVP_PKEY_CTX_set1_hkdf_key(context, data_key, RECORDING_KEY_SIZE) == 1 &&
         EVP_PKEY_CTX_set1_hkdf_salt(context, salt, SALT_SIZE) == 1 &&
         EVP_PKEY_CTX_add1_hkdf_info(context, (const uint8_t *)key_purpose,
                                     sizeof key_purpose - 1) == 1 &&
         EVP_PKEY_CTX_add1_hkdf_info(context, header, (int)header_size) == 1 &&
         EVP_PKEY_derive(context, ret_key, &size) == 1 && size == RECORDING_KEY_SIZE);
    EVP_PKEY_CTX_free(context);
}

/* `header` is everything up to the description's end. */
static struct recording_cipher *cipher_new(const uint8_t *data_key, const uint8_t *salt,
                                           const uint8_t *prefix, const uint8_t *header,
                                           size_t header_size)
{
    struct recording_cipher *cipher = calloc(1, sizeof *cipher);
    must(cipher);
    memcpy(cipher->prefix, prefix, PREFIX_SIZE);
    uint8_t key[RECORDING_KEY_SIZE];
    derive_file_key(data_key, salt, header, header_size, key);
    cipher->context = EVP_CIPHER_CTX_new();
    must(cipher->context &&
         EVP_CipherInit_ex(cipher->context, EVP_aes_256_gcm(), NULL, key, NULL, 1) == 1);
    secret_wipe(key, sizeof key);
    return cipher;
}

static void make_nonce(const struct recording_cipher *cipher, uint32_t number, enum nonce_kind kind,
                       uint8_t ret_nonce[NONCE_SIZE])
{
    struct byte_writer writer = byte_writer_over(ret_nonce, NONCE_SIZE);
    byte_writer_bytes(&writer, cipher->prefix, PREFIX_SIZE);
    byte_writer_u32(&writer, number);
    byte_writer_u8(&writer, (uint8_t)kind);
    assert(writer.size == NONCE_SIZE && !byte_writer_failed(&writer));
}

static void seal(struct recording_cipher *cipher, uint32_t number, enum nonce_kind kind,
                 const uint8_t *plain, size_t size, uint8_t *ret_sealed)
{
    uint8_t nonce[NONCE_SIZE];
    int written = 0;
    make_nonce(cipher, number, kind, nonce);
    must(EVP_CipherInit_ex(cipher->context, NULL, NULL, NULL, nonce, 1) == 1);
    if (size > 0) {
        must(EVP_CipherUpdate(cipher->context, ret_sealed, &written, plain, (int)size) == 1);
    }
    must(EVP_CipherFinal_ex(cipher->context, ret_sealed + written, &written) == 1 &&
         EVP_CIPHER_CTX_ctrl(cipher->context, EVP_CTRL_AEAD_GET_TAG, RECORDING_TAG_SIZE,
                             ret_sealed + size) == 1);
}

static int unseal(struct recording_cipher *cipher, uint32_t number, enum nonce_kind kind,
                  const uint8_t *sealed, size_t size, uint8_t *ret_plain)
{
    uint8_t nonce[NONCE_SIZE];
    uint8_t tag[RECORDING_TAG_SIZE];
    int written = 0;
    make_nonce(cipher, number, kind, nonce);
    memcpy(tag, sealed + size, sizeof tag);
    must(EVP_CipherInit_ex(cipher->context, NULL, NULL, NULL, nonce, 0) == 1 &&
         EVP_CIPHER_CTX_ctrl(cipher->context, EVP_CTRL_AEAD_SET_TAG, sizeof tag, tag) == 1);
    if (size > 0) {
        must(EVP_CipherUpdate(cipher->context, ret_plain, &written, sealed, (int)size) == 1);
    }
    uint8_t none;
    if (EVP_CipherFinal_ex(cipher->context, &none, &written) != 1) {
        secret_wipe(ret_plain, size);
        return -EBADMSG;
    }
    return 0;
}

struct recording_cipher *recording_cipher_create(const uint8_t data_key[RECORDING_KEY_SIZE],
                                                 uint8_t flags, const void *description,
                                                 size_t description_size,
                                                 uint8_t ret_header[RECORDING_HEADER_SIZE_MAX],
                                                 size_t *ret_header_size)
{
    assert(description_size <= RECORDING_DESCRIPTION_SIZE_MAX);
    uint8_t salt[SALT_SIZE];
    uint8_t prefix[PREFIX_SIZE];
    random_bytes(salt, sizeof salt);
    random_bytes(prefix, sizeof prefix);
    struct byte_writer writer = byte_writer_over(ret_header, RECORDING_HEADER_SIZE_MAX);
    byte_writer_bytes(&writer, magic, sizeof magic);
    byte_writer_u8(&writer, flags);
    byte_writer_u16(&writer, (uint16_t)description_size);
    byte_writer_bytes(&writer, salt, sizeof salt);
    byte_writer_bytes(&writer, prefix, sizeof prefix);
    byte_writer_bytes(&writer, description, description_size);
    struct recording_cipher *cipher = cipher_new(data_key, salt, prefix, ret_header, writer.size);
    seal(cipher, 0, NONCE_HEADER, NULL, 0, ret_header + writer.size);
    *ret_header_size = writer.size + RECORDING_TAG_SIZE;
    return cipher;
}

int recording_cipher_open(const uint8_t data_key[RECORDING_KEY_SIZE], const uint8_t *header,
                          size_t size, struct recording_cipher **ret_cipher, uint8_t *ret_flags,
                          size_t *ret_description_size, size_t *ret_header_size)
{
    struct byte_reader reader = byte_reader_over(header, size);
    const uint8_t *start = byte_reader_take(&reader, sizeof magic);
    const uint8_t flags = byte_reader_u8(&reader);
    const size_t description_size = byte_reader_u16(&reader);
    const uint8_t *salt = byte_reader_take(&reader, SALT_SIZE);
    const uint8_t *prefix = byte_reader_take(&reader, PREFIX_SIZE);
    byte_reader_skip(&reader, description_size);
    const size_t keyed_size = reader.position;
    const uint8_t *tag = byte_reader_take(&reader, RECORDING_TAG_SIZE);
    if (byte_reader_failed(&reader) || memcmp(start, magic, sizeof magic) != 0 ||
        description_size > RECORDING_DESCRIPTION_SIZE_MAX || (flags & ~RECORDING_FLAG_IMAGE)) {
        return -EBADMSG;
    }
    AUTO(recording_cipher) cipher = cipher_new(data_key, salt, prefix, header, keyed_size);
    uint8_t none = 0;
    if (unseal(cipher, 0, NONCE_HEADER, tag, 0, &none) < 0) {
        return -EKEYREJECTED;
    }
    *ret_flags = flags;
    *ret_description_size = description_size;
    *ret_header_size = reader.position;
    *ret_cipher = TAKE(cipher);
    return 0;
}

struct recording_cipher *recording_cipher_destroy(struct recording_cipher *cipher)
{
    if (cipher) {
        EVP_CIPHER_CTX_free(cipher->context); /* which wipes the key */
        free(cipher);
    }
    return NULL;
}

size_t recording_cipher_seal(struct recording_cipher *cipher, uint32_t number, bool last,
                             const uint8_t *plain, size_t size, uint8_t *ret_sealed)
{
    assert(size <= RECORDING_CHUNK_SIZE);
    struct byte_writer writer = byte_writer_over(ret_sealed, RECORDING_FRAME_SIZE);
    byte_writer_u32(&writer, (uint32_t)size | (last ? RECORDING_LAST_CHUNK : 0));
    seal(cipher, number, last ? NONCE_LAST_CHUNK : NONCE_CHUNK, plain, size,
         ret_sealed + RECORDING_FRAME_SIZE);
    return RECORDING_FRAME_SIZE + size + RECORDING_TAG_SIZE;
}

int recording_cipher_open_chunk(struct recording_cipher *cipher, uint32_t number, bool last,
                                const uint8_t *sealed, size_t plain_size, uint8_t *ret_plain)
{
    return unseal(cipher, number, last ? NONCE_LAST_CHUNK : NONCE_CHUNK, sealed, plain_size,
                  ret_plain);
}
