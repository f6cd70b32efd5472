#include "signaling/protocol/base64url.h"

#include "gateway/base/cleanup.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void bytes_come_back(void **state)
{
    (void)state;
    /* RFC 4648, 10, in the other alphabet and without padding; and what differs in it. */
    static const struct {
        const char *bytes;
        const char *text;
    } rows[] = {
        {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
        {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff\xfe", "-__-"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        char text[BASE64URL_SIZE(8)];
        char bytes[8];
        const size_t size = strlen(rows[i].bytes);
        base64url_write(rows[i].bytes, size, text);
        assert_string_equal(text, rows[i].text);
        assert_int_equal(base64url_read(text, strlen(text), bytes, sizeof(bytes)), size);
        assert_memory_equal(bytes, rows[i].bytes, size);
    }
}

static void other_texts_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "Z",     "Zg=",    "Zg==", "Zh",   "Zm9",   "Zm9v ",
        " Zm9v", "Zm9v\n", "+__-", "-/_-", "Zm9vZ", "\xc3\xa9\xc3\xa9",
    };
    char bytes[16];
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        if (base64url_read(texts[i], strlen(texts[i]), bytes, sizeof(bytes)) != -EBADMSG) {
            fail_msg("%s", texts[i]);
        }
    }
    assert_int_equal(base64url_read("Zm9vYmFy", 8, bytes, 5), -ENOBUFS);
    assert_int_equal(base64url_read("Zm9vYmFy", 8, bytes, 6), 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_come_back),
        cmocka_unit_test(other_texts_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
