#include "media/transport/srtp_key_derivation.h"

#include "gateway/base/secret.h"

#include <assert.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE 16
#define LABEL_AT 7 /* key_id = label || 6 bytes of index, at the end of 14 bytes */
#define SESSION_KEY_SIZE_MAX 32

/* AES in counter mode; the key stream is the result. The counter's block is the master salt, padded
 * at its end, with the label laid over it. */
void srtp_key_derive(const struct srtp_master_key *master, enum srtp_key_label label,
                     uint8_t *ret_bytes, size_t size)
{
    static const uint8_t zeros[SESSION_KEY_SIZE_MAX];
    assert(master->key_size == 16 || master->key_size == 32);
    assert(master->salt_size <= BLOCK_SIZE - 2 && size <= sizeof(zeros));
    uint8_t counter[BLOCK_SIZE] = {0};
    memcpy(counter, master->salt, master->salt_size);
    counter[LABEL_AT] ^= (uint8_t)label;

    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    const EVP_CIPHER *aes = master->key_size == 16 ? EVP_aes_128_ctr() : EVP_aes_256_ctr();
    int written;
    if (!cipher || EVP_EncryptInit_ex(cipher, aes, NULL, master->key, counter) != 1 ||
        EVP_EncryptUpdate(cipher, ret_bytes, &written, zeros, (int)size) != 1) {
        abort(); /* out of memory */
    }
    EVP_CIPHER_CTX_free(cipher); /* wipes */
    secret_wipe(counter, sizeof(counter));
}
