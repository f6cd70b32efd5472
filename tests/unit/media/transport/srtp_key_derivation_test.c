#include "media/transport/srtp_key_derivation.h"

#include "gateway/base/cleanup.h"
#include "tests/unit/media/transport/srtp_vectors.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void test_derives_what_the_standards_print(void **state)
{
    (void)state;
    static const char key_128[] = "E1F97A0D3E018BE0D64FA32C06DE4139";
    static const char salt_128[] = "0EC675AD498AFEEBB6960B3AABE6";
    static const char key_256[] =
        "f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6";
    static const char salt_256[] = "3b04803de51ee7c96423ab5b78d2";
    static const struct {
        const char *key;
        const char *salt;
        enum srtp_key_label label;
        const char *derived;
    } rows[] = {
        /* RFC 3711, B.3 */
        {key_128, salt_128, SRTP_KEY_LABEL_ENCRYPTION, "C61E7A93744F39EE10734AFE3FF7A087"},
        {key_128, salt_128, SRTP_KEY_LABEL_SALT, "30CBBC08863D8C85D49DB34A9AE1"},
        {key_128, salt_128, SRTP_KEY_LABEL_AUTHENTICATION,
         "CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"},
        /* RFC 6188, 7.2 */
        {key_256, salt_256, SRTP_KEY_LABEL_ENCRYPTION,
         "5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4"},
        {key_256, salt_256, SRTP_KEY_LABEL_SALT, "fa31791685ca444a9e07c6c64e93"},
        {key_256, salt_256, SRTP_KEY_LABEL_AUTHENTICATION,
         "fd9c32d39ed5fbb5a9dc96b30818454d1313dc05"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        uint8_t key[32];
        uint8_t salt[14];
        uint8_t expected[32];
        uint8_t derived[32];
        const struct srtp_master_key master = {
            .key = key,
            .key_size = from_hex(rows[i].key, key),
            .salt = salt,
            .salt_size = from_hex(rows[i].salt, salt),
        };
        const size_t size = from_hex(rows[i].derived, expected);
        srtp_key_derive(&master, rows[i].label, derived, size);
        assert_memory_equal(derived, expected, size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_derives_what_the_standards_print),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
