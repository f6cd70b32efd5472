#include "signaling/protocol/packed_text.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

#define MOST 61440

static void what_was_packed_is_unpacked(void **state)
{
    (void)state;
    g_autoptr(GString) repeats = g_string_new(NULL);
    for (int i = 0; i < 18; i++) {
        g_string_append_printf(repeats, "m=video 3478 UDP/TLS/RTP/SAVPF 96 97\r\na=mid:%d\r\n", i);
    }
    const char *const texts[] = {"v", "v=0\r\n", repeats->str, "a=x:\xc3\xa9\xe2\x82\xac\r\n"};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *packed = packed_text_pack(texts[i]);
        g_autofree char *text = NULL;
        size_t size;
        assert_int_equal(packed_text_unpack(packed, MOST, &text, &size), 0);
        assert_int_equal(size, strlen(texts[i]));
        assert_string_equal(text, texts[i]);
    }
    g_autofree char *packed = packed_text_pack(repeats->str);
    assert_true(strlen(packed) * 4 < repeats->len);
}

/* What a browser's CompressionStream('deflate-raw') makes of "v=0\r\ns=-\r\n". */
static void what_others_packed_is_unpacked(void **state)
{
    (void)state;
    g_autofree char *text = NULL;
    size_t size;
    assert_int_equal(packed_text_unpack("K7M14OUqttXl5QIA", MOST, &text, &size), 0);
    assert_string_equal(text, "v=0\r\ns=-\r\n");
}

static void what_is_hostile_is_refused(void **state)
{
    (void)state;
    g_autofree char *many = g_strnfill(MOST + 1, 'a');
    g_autofree char *bomb = packed_text_pack(many);
    const struct {
        const char *name;
        const char *packed;
        int result;
    } cases[] = {
        {"nothing", "", -EBADMSG},
        {"plain text", "v=0\r\n", -EBADMSG},
        {"not base64", "K7M14OUqttXl5QI*", -EBADMSG},
        {"base64 that was cut", "K7M14OUqttXl5QI", -EBADMSG},
        {"padding in the middle", "K7M1====ttXl5QIA", -EBADMSG},
        {"no deflate", "/////w==", -EBADMSG},
        {"deflate that was cut", "K7M14OUqttU=", -EBADMSG},
        {"more behind its end", "K7M14OUqttXl5QIAAAAA", -EBADMSG},
        {"an empty text", "AwA=", -EBADMSG},
        {"a 0 in it", "K2MoAwA=", -EBADMSG},
        {"too much", bomb, -E2BIG},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *text = NULL;
        size_t size = 0;
        const int result = packed_text_unpack(cases[i].packed, MOST, &text, &size);
        if (result != cases[i].result || text) {
            fail_msg("%s: %d instead of %d", cases[i].name, result, cases[i].result);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_packed_is_unpacked),
        cmocka_unit_test(what_others_packed_is_unpacked),
        cmocka_unit_test(what_is_hostile_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
