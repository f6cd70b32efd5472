#include "signaling/api/api_repeat.h"

#include "gateway/base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void keys_are_visible_characters(void **state)
{
    (void)state;
    char longest[131];
    memset(longest, 'k', sizeof(longest));
    const struct {
        const char *key;
        size_t length; /* 0: all of it */
        bool lawful;
    } rows[] = {
        {"", 0, true}, /* there is none */
        {"a", 0, true},
        {"8e03978e-40d5-43e8-bc93-6894a57f9324", 0, true},
        {"\"8e03978e-40d5-43e8-bc93-6894a57f9324\"", 0, true},
        {longest, 128, true},
        {longest, 129, false},
        {"\"\"", 0, false},
        {"\"", 0, false},
        {"a\"b", 0, false},
        {"a b", 0, false},
        {"a\tb", 0, false},
        {"a\x7f", 0, false},
        {"\xc3\xa9", 0, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        AUTO_FREE char *key =
            rows[i].length ? strndup(rows[i].key, rows[i].length) : strdup(rows[i].key);
        const struct http_request request = {.method = HTTP_POST, .idempotency_key = key};
        if (api_repeat_key_is_lawful(&request) != rows[i].lawful) {
            fail_msg("row %zu: %s", i, key);
        }
    }
}

static void without_a_key_nothing_is_kept(void **state)
{
    (void)state;
    struct http_request request = {
        .method = HTTP_POST, .path = "/x", .body = "{}", .body_size = 2, .idempotency_key = ""};
    assert_null(api_repeat_create(&request));
    request.idempotency_key = "a";
    AUTO(api_repeat) repeat = api_repeat_create(&request);
    assert_non_null(repeat);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_visible_characters),
        cmocka_unit_test(without_a_key_nothing_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
