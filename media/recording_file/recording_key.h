/* recording_key.h - the data key of a recording, and the master key that wraps it.
 *
 * Each recording has a random data key. The case record keeps it wrapped (RFC 3394, AES-256 key
 * wrap) by the installation's master key, which is a file: 64 hexadecimal digits or 44 characters
 * of base64 for 32 bytes, readable by its owner alone. Deleting the wrapped key shreds the
 * recording. Wipe keys with secret_wipe() when done. Thread: any. */
#ifndef BEDSIDE_MEDIA_RECORDING_FILE_RECORDING_KEY_H
#define BEDSIDE_MEDIA_RECORDING_FILE_RECORDING_KEY_H

#include <stddef.h>
#include <stdint.h>

#define RECORDING_KEY_SIZE 32
#define RECORDING_WRAPPED_KEY_SIZE 40

/* A new random data key. */
void recording_key_generate(uint8_t ret_data_key[RECORDING_KEY_SIZE]);
void recording_key_wrap(const uint8_t master_key[RECORDING_KEY_SIZE],
                        const uint8_t data_key[RECORDING_KEY_SIZE],
                        uint8_t ret_wrapped[RECORDING_WRAPPED_KEY_SIZE]);
/* Returns 0, or -EKEYREJECTED when the wrapped key was changed or belongs to another master key. */
int recording_key_unwrap(const uint8_t master_key[RECORDING_KEY_SIZE],
                         const uint8_t wrapped[RECORDING_WRAPPED_KEY_SIZE],
                         uint8_t ret_data_key[RECORDING_KEY_SIZE]);

/* Reads the master key file. Returns 0, an errno of open, -EPERM when others than its owner may
 * read or write it or when it is no regular file of this user's or root's, or -EBADMSG when it
 * holds no key. */
int recording_master_key_load(const char *path, uint8_t ret_master_key[RECORDING_KEY_SIZE]);

#endif
