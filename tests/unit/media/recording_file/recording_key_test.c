/* Key wrap against RFC 3394's vector, and what may and may not be a master key file. */
#include "gateway/base/cleanup.h"
#include "media/recording_file/recording_key.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

/* RFC 3394, 4.6: wrap 256 bits of key data with a 256-bit KEK. */
static const uint8_t kek[32] = {0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a,
                                0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15,
                                0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f};
static const uint8_t key_data[32] = {
    0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
    0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f};
static const uint8_t ciphertext[40] = {0x28, 0xc9, 0xf4, 0x04, 0xc4, 0xb8, 0x10, 0xf4, 0xcb, 0xcc,
                                       0xb3, 0x5c, 0xfb, 0x87, 0xf8, 0x26, 0x3f, 0x57, 0x86, 0xe2,
                                       0xd8, 0x0e, 0xd3, 0x26, 0xcb, 0xc7, 0xf0, 0xe7, 0x1a, 0x99,
                                       0xf4, 0x3b, 0xfb, 0x98, 0x8b, 0x9b, 0x7a, 0x02, 0xdd, 0x21};

static void wraps_as_rfc_3394_does(void **state)
{
    (void)state;
    uint8_t wrapped[RECORDING_WRAPPED_KEY_SIZE];
    uint8_t unwrapped[RECORDING_KEY_SIZE];
    recording_key_wrap(kek, key_data, wrapped);
    assert_memory_equal(wrapped, ciphertext, sizeof ciphertext);
    assert_int_equal(recording_key_unwrap(kek, wrapped, unwrapped), 0);
    assert_memory_equal(unwrapped, key_data, sizeof key_data);
}

static void a_changed_or_foreign_wrapping_is_refused(void **state)
{
    (void)state;
    uint8_t out[RECORDING_KEY_SIZE] = {0};
    static const uint8_t zero[RECORDING_KEY_SIZE] = {0};
    for (size_t i = 0; i < sizeof ciphertext; i++) {
        uint8_t wrapped[sizeof ciphertext];
        memcpy(wrapped, ciphertext, sizeof wrapped);
        wrapped[i] ^= 1;
        assert_int_equal(recording_key_unwrap(kek, wrapped, out), -EKEYREJECTED);
    }
    assert_int_equal(recording_key_unwrap(key_data, ciphertext, out), -EKEYREJECTED);
    assert_memory_equal(out, zero, sizeof out);
}

static void two_keys_are_never_alike(void **state)
{
    (void)state;
    uint8_t a[RECORDING_KEY_SIZE];
    uint8_t b[RECORDING_KEY_SIZE];
    recording_key_generate(a);
    recording_key_generate(b);
    assert_memory_not_equal(a, b, sizeof a);
}

static int load_text(const char *path, const char *text, mode_t mode, uint8_t *ret_key)
{
    unlink(path);
    FILE *file = fopen(path, "w");
    fputs(text, file);
    fclose(file);
    chmod(path, mode);
    return recording_master_key_load(path, ret_key);
}

static void a_master_key_is_read_from_a_private_file(void **state)
{
    (void)state;
    static const char hex[] = "000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F\n";
    static const char base64[] = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    static const struct {
        const char *text;
        mode_t mode;
        int expected;
    } rows[] = {
        {hex, 0600, 0},
        {hex, 0400, 0},
        {base64, 0600, 0},
        {hex, 0640, -EPERM},
        {hex, 0604, -EPERM},
        {hex, 0620, -EPERM},
        {"", 0600, -EBADMSG},
        {"00", 0600, -EBADMSG},
        {"g00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", 0600, -EBADMSG},
        {"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f00", 0600, -EBADMSG},
        {"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh*=", 0600, -EBADMSG},
        {"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==", 0600, -EBADMSG},
    };
    char directory[] = "/tmp/recording-key-test-XXXXXX";
    assert_non_null(mkdtemp(directory));
    char path[64];
    snprintf(path, sizeof path, "%s/key", directory);
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        uint8_t key[RECORDING_KEY_SIZE] = {0};
        assert_int_equal(load_text(path, rows[i].text, rows[i].mode, key), rows[i].expected);
        if (rows[i].expected == 0) {
            assert_memory_equal(key, kek, sizeof kek);
        }
    }
    uint8_t key[RECORDING_KEY_SIZE];
    assert_int_equal(recording_master_key_load(directory, key), -EPERM);
    unlink(path);
    assert_int_equal(recording_master_key_load(path, key), -ENOENT);
    rmdir(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wraps_as_rfc_3394_does),
        cmocka_unit_test(a_changed_or_foreign_wrapping_is_refused),
        cmocka_unit_test(two_keys_are_never_alike),
        cmocka_unit_test(a_master_key_is_read_from_a_private_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
