#include "gateway/visits/join_link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/base/cleanup.h"

static void a_minted_link_keeps_only_the_digest(void **state)
{
    (void)state;
    const struct participant seat = {.id = "seat", .visit_id = "visit"};
    char secret[RANDOM_TOKEN_SIZE];
    char other[RANDOM_TOKEN_SIZE];
    const struct join_link link = join_link_mint(&seat, 10, 20, secret);
    join_link_mint(&seat, 10, 20, other);
    assert_string_not_equal(secret, other);
    assert_true(join_link_secret_is_well_formed(secret));
    char digest[DIGEST_SHA256_HEX_SIZE];
    digest_of_token(secret, digest);
    assert_string_equal(link.secret_sha256, digest);
    assert_string_equal(link.participant_id, "seat");
    assert_int_equal(join_link_check(&link, 19), REFUSAL_NONE);
    assert_int_equal(join_link_check(&link, 20), REFUSAL_LINK_EXPIRED);
    struct join_link revoked = link;
    revoked.revoked_at_ms = 15;
    assert_int_equal(join_link_check(&revoked, 19), REFUSAL_LINK_UNKNOWN);
}

static void what_does_not_look_like_a_secret_is_none(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "short",
        "' OR 1=1 --",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\xc3\xa9",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        assert_false(join_link_secret_is_well_formed(bad[i]));
    }
}

static void five_wrong_dates_lock_the_link(void **state)
{
    (void)state;
    struct join_link link = {0};
    assert_int_equal(join_link_try_birth_date(&link, "1951-03-04", NULL),
                     REFUSAL_BIRTH_DATE_NEEDED);
    assert_int_equal(join_link_try_birth_date(&link, "1951-03-04", ""), REFUSAL_BIRTH_DATE_NEEDED);
    assert_int_equal(join_link_tries_left(&link), 5);
    static const char *const wrong[] = {"1951-04-03", "1951-03-040", "1951-03-0", "x"};
    for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++) {
        assert_int_equal(join_link_try_birth_date(&link, "1951-03-04", wrong[i]),
                         REFUSAL_BIRTH_DATE_WRONG);
        assert_int_equal(join_link_tries_left(&link), 4 - i);
    }
    assert_int_equal(join_link_try_birth_date(&link, "1951-03-04", "2000-01-01"),
                     REFUSAL_LINK_LOCKED);
    assert_int_equal(join_link_tries_left(&link), 0);
    /* Now the right one does not help either. */
    assert_int_equal(join_link_try_birth_date(&link, "1951-03-04", "1951-03-04"),
                     REFUSAL_LINK_LOCKED);
    link.failed_tries = 3;
    assert_int_equal(join_link_try_birth_date(&link, "1951-03-04", "1951-03-04"), REFUSAL_NONE);
    assert_int_equal(join_link_tries_left(&link), 5);
}

static void a_second_device_asks_unless_the_first_is_silent(void **state)
{
    (void)state;
    static const struct {
        bool connected;
        int64_t silent_ms;
        bool vouched_for;
        enum second_device expected;
    } cases[] = {
        {true, 0, true, SECOND_DEVICE_ASKS},
        {true, 60000, true, SECOND_DEVICE_ASKS}, /* connected for long */
        {false, 0, true, SECOND_DEVICE_ASKS},
        {false, 29999, true, SECOND_DEVICE_ASKS},
        {false, 30000, true, SECOND_DEVICE_TAKES_OVER},
        {false, 30000, false, SECOND_DEVICE_ASKS}, /* only the link is known */
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct participant seat = {.connected = cases[i].connected, .last_seen_ms = 1000000};
        assert_int_equal(
            second_device_decide(&seat, cases[i].vouched_for, 1000000 + cases[i].silent_ms, 30000),
            cases[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_minted_link_keeps_only_the_digest),
        cmocka_unit_test(what_does_not_look_like_a_secret_is_none),
        cmocka_unit_test(five_wrong_dates_lock_the_link),
        cmocka_unit_test(a_second_device_asks_unless_the_first_is_silent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
