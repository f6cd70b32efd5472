/* AES-GCM by OpenSSL's EVP. */
#include "media/transport/srtp_aead_providers.h"

#include <assert.h>
#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>

static void *create(const uint8_t *key, size_t key_size, enum srtp_aead_direction direction)
{
    assert(key_size == 16 || key_size == 32);
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    const EVP_CIPHER *aes = key_size == 16 ? EVP_aes_128_gcm() : EVP_aes_256_gcm();
    /* GCM's nonce has 12 bytes unless told otherwise. */
    if (!cipher ||
        EVP_CipherInit_ex(cipher, aes, NULL, key, NULL, direction == SRTP_AEAD_SEAL) != 1) {
        abort(); /* out of memory */
    }
    return cipher;
}

static void destroy(void *cipher)
{
    EVP_CIPHER_CTX_free(cipher); /* wipes */
}

/* The cipher and its key stay as they are: naming them again would fetch and expand them for every
 * packet, at twice the price. */
static bool begin(EVP_CIPHER_CTX *cipher, const uint8_t *nonce, const uint8_t *header,
                  size_t header_size)
{
    int written;
    return EVP_CipherInit_ex(cipher, NULL, NULL, NULL, nonce, -1) == 1 &&
           EVP_CipherUpdate(cipher, NULL, &written, header, (int)header_size) == 1;
}

static int seal(void *cipher, const uint8_t *nonce, uint8_t *packet, size_t header_size,
                const struct packet_part *payload)
{
    uint8_t *to = packet + header_size;
    int written = 0;
    bool good = begin(cipher, nonce, packet, header_size);
    if (good && payload->size > 0) {
        good = EVP_EncryptUpdate(cipher, to, &written, payload->data, (int)payload->size) == 1;
    }
    uint8_t *tag = to + written;
    int rest;
    good = good && EVP_EncryptFinal_ex(cipher, tag, &rest) == 1 &&
           EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, SRTP_AEAD_TAG_SIZE, tag) == 1;
    return good ? 0 : -EIO;
}

static int open_packet(void *cipher, const uint8_t *nonce, const uint8_t *packet, size_t size,
                       size_t header_size, uint8_t *ret_payload)
{
    const size_t payload_size = size - header_size - SRTP_AEAD_TAG_SIZE;
    const uint8_t *tag = packet + size - SRTP_AEAD_TAG_SIZE;
    int written = 0;
    bool good = begin(cipher, nonce, packet, header_size) &&
                EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, SRTP_AEAD_TAG_SIZE,
                                    (void *)(uintptr_t)tag) == 1;
    if (good && payload_size > 0) {
        good = EVP_DecryptUpdate(cipher, ret_payload, &written, packet + header_size,
                                 (int)payload_size) == 1;
    }
    /* Compares the tag in constant time. */
    int rest;
    good = good && EVP_DecryptFinal_ex(cipher, ret_payload + written, &rest) == 1;
    return good ? 0 : -EACCES;
}

const struct srtp_aead_provider srtp_aead_openssl = {
    .name = "openssl",
    .create = create,
    .destroy = destroy,
    .seal = seal,
    .open = open_packet,
};
