#include "signaling/oidc/sign_in_secret.h"

#include "gateway/base/cleanup.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NOW_MS 1790000000000
#define SECRET "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"

static void what_follows_from_it_is_the_same_again(void **state)
{
    (void)state;
    struct sign_in_secret made;
    struct sign_in_secret read;
    sign_in_secret_make(NOW_MS, &made);
    assert_int_equal(sign_in_secret_read(made.cookie, NOW_MS, &read), 0);
    assert_memory_equal(&made, &read, sizeof(made));
    assert_true(sign_in_secret_is_state(&read, made.state));
    /* No two of them are alike, and none gives the secret away. */
    const char *const texts[] = {made.state, made.nonce, made.verifier, made.challenge};
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        assert_int_equal(strlen(texts[i]), SIGN_IN_DERIVED_SIZE - 1);
        assert_null(strstr(made.cookie, texts[i]));
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(texts[i], texts[j]);
        }
    }
}

static void every_browser_has_its_own(void **state)
{
    (void)state;
    struct sign_in_secret one;
    struct sign_in_secret other;
    sign_in_secret_make(NOW_MS, &one);
    sign_in_secret_make(NOW_MS, &other);
    assert_false(sign_in_secret_is_state(&one, other.state));
    assert_false(sign_in_secret_is_state(&one, ""));
    assert_false(sign_in_secret_is_state(&one, one.nonce));
    assert_string_not_equal(one.nonce, other.nonce);
}

static void cookies_are_checked(void **state)
{
    (void)state;
    static const struct {
        const char *cookie;
        int result;
    } rows[] = {
        {SECRET ".1790000000", 0},
        {SECRET ".1789999401", 0},
        {SECRET ".1789999400", -ETIME}, /* ten minutes are over */
        {SECRET ".1790000005", 0},      /* a clock was set */
        {SECRET ".1790000006", -ETIME},
        {SECRET ".0000000000", -ETIME},
        {"", -EBADMSG},
        {SECRET, -EBADMSG},
        {SECRET ".", -EBADMSG},
        {SECRET ".179000000", -EBADMSG},
        {SECRET ".17900000000", -EBADMSG},
        {SECRET ".-790000000", -EBADMSG},
        {SECRET ".179000000x", -EBADMSG},
        {SECRET "R.1790000000", -EBADMSG},
        {"." SECRET "1790000000", -EBADMSG},
        {"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP=.1790000000", -EBADMSG},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct sign_in_secret secret;
        if (sign_in_secret_read(rows[i].cookie, NOW_MS, &secret) != rows[i].result) {
            fail_msg("%s", rows[i].cookie);
        }
    }
}

/* Who writes another time into the cookie has another state. */
static void the_time_is_bound(void **state)
{
    (void)state;
    struct sign_in_secret early;
    struct sign_in_secret late;
    assert_int_equal(sign_in_secret_read(SECRET ".1789999500", NOW_MS, &early), 0);
    assert_int_equal(sign_in_secret_read(SECRET ".1790000000", NOW_MS, &late), 0);
    assert_false(sign_in_secret_is_state(&late, early.state));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_follows_from_it_is_the_same_again),
        cmocka_unit_test(every_browser_has_its_own),
        cmocka_unit_test(cookies_are_checked),
        cmocka_unit_test(the_time_is_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
