#include "signaling/server/static_files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_accept_encoding(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        bool takes;
    } rows[] = {
        {"", false},
        {"gzip", true},
        {"GZIP", true},
        {"gzip, deflate, br", true},
        {"br;q=1.0, gzip;q=0.8", true},
        {"br , gzip ; q=0.001", true},
        {"gzip;q=0", false},
        {"gzip; q=0.000", false},
        {"identity", false},
        {"xgzip", false},
        {"gzipx", false},
        {",,,", false},
        {"br", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (static_files_takes_gzip(rows[i].header) != rows[i].takes) {
            fail_msg("%s", rows[i].header);
        }
    }
}

static void test_if_none_match(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        bool same;
    } rows[] = {
        {"", false},
        {"\"abc\"", true},
        {"W/\"abc\"", true},
        {"\"x\", \"abc\"", true},
        {"\"x\",\"y\"", false},
        {"*", true},
        {"abc", false},
        {"\"abc", false},
        {"\"abcd\"", false},
        {"w/\"abc\"", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (static_files_is_same(rows[i].header, "\"abc\"") != rows[i].same) {
            fail_msg("%s", rows[i].header);
        }
    }
}

static void test_types(void **state)
{
    (void)state;
    assert_string_equal(static_files_content_type("/index.html"), "text/html; charset=utf-8");
    assert_string_equal(static_files_content_type("/assets/a-1.js"),
                        "text/javascript; charset=utf-8");
    assert_string_equal(static_files_content_type("/assets/a-1.woff2"), "font/woff2");
    assert_string_equal(static_files_content_type("/html"), "application/octet-stream");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accept_encoding),
        cmocka_unit_test(test_if_none_match),
        cmocka_unit_test(test_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
