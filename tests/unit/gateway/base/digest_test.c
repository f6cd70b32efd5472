#include "gateway/base/digest.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void sha256_matches_fips_180_4(void **state)
{
    (void)state;
    static const struct {
        const char *data;
        const char *hex;
    } vectors[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(vectors); i++) {
        uint8_t digest[DIGEST_SHA256_SIZE];
        char hex[DIGEST_SHA256_HEX_SIZE];
        digest_sha256(vectors[i].data, strlen(vectors[i].data), digest);
        digest_to_hex(digest, hex);
        assert_string_equal(hex, vectors[i].hex);
        digest_of_token(vectors[i].data, hex);
        assert_string_equal(hex, vectors[i].hex);
    }
}

static void hmac_matches_rfc_2202_and_4231(void **state)
{
    (void)state;
    uint8_t digest[DIGEST_SHA256_SIZE];
    char hex[DIGEST_SHA256_HEX_SIZE];
    /* RFC 2202, 3: test case 2. */
    static const uint8_t of_sha1[DIGEST_SHA1_SIZE] = {0xef, 0xfc, 0xdf, 0x6a, 0xe5, 0xeb, 0x2f,
                                                      0xa2, 0xd2, 0x74, 0x16, 0xd5, 0xf1, 0x84,
                                                      0xdf, 0x9c, 0x25, 0x9a, 0x7c, 0x79};
    uint8_t sha1[DIGEST_SHA1_SIZE];
    digest_hmac_sha1("Jefe", 4, "what do ya want for nothing?", 28, sha1);
    assert_memory_equal(sha1, of_sha1, sizeof(sha1));
    /* Test case 2. */
    const char *data = "what do ya want for nothing?";
    digest_hmac_sha256("Jefe", 4, data, strlen(data), digest);
    digest_to_hex(digest, hex);
    assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    /* Test case 6: a key longer than a block. */
    uint8_t key[131];
    memset(key, 0xaa, sizeof(key));
    data = "Test Using Larger Than Block-Size Key - Hash Key First";
    digest_hmac_sha256(key, sizeof(key), data, strlen(data), digest);
    digest_to_hex(digest, hex);
    assert_string_equal(hex, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    /* An empty key is a key too. */
    digest_hmac_sha256(NULL, 0, "", 0, digest);
    digest_to_hex(digest, hex);
    assert_string_equal(hex, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void a_stream_gives_the_digest_of_the_whole(void **state)
{
    (void)state;
    uint8_t data[1000];
    for (size_t i = 0; i < sizeof(data); i++) {
        data[i] = (uint8_t)(i * 31);
    }
    uint8_t whole[DIGEST_SHA256_SIZE];
    digest_sha256(data, sizeof(data), whole);
    for (size_t step = 1; step < 200; step += 33) {
        AUTO(digest_stream) stream = digest_stream_create();
        for (size_t at = 0; at < sizeof(data); at += step) {
            const size_t left = sizeof(data) - at;
            digest_stream_update(stream, data + at, left < step ? left : step);
        }
        uint8_t digest[DIGEST_SHA256_SIZE];
        digest_stream_finish(stream, digest);
        assert_memory_equal(digest, whole, sizeof(whole));
    }
    assert_null(digest_stream_destroy(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_matches_fips_180_4),
        cmocka_unit_test(hmac_matches_rfc_2202_and_4231),
        cmocka_unit_test(a_stream_gives_the_digest_of_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
