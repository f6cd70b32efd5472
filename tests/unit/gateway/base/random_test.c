#include "gateway/base/cleanup.h"
#include "gateway/base/random.h"

#include <ctype.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void below_stays_below_and_reaches_everything(void **state)
{
    (void)state;
    static const uint32_t bounds[] = {1, 2, 3, 7, 62, 0x80000001u, UINT32_MAX};
    for (size_t i = 0; i < ARRAY_LENGTH(bounds); i++) {
        for (int try = 0; try < 200; try++) {
            assert_true(random_below(bounds[i]) < bounds[i]);
        }
    }
    unsigned seen = 0;
    for (int try = 0; try < 1000; try++) {
        seen |= 1u << random_below(8);
    }
    assert_int_equal(seen, 0xff); /* a miss has a chance below 10^-56 */
}

static void alphanumeric_text_has_its_length_and_letters(void **state)
{
    (void)state;
    static const size_t lengths[] = {0, 1, 16, 32, 63, 64, 65, 256};
    bool seen[128] = {false};
    for (size_t i = 0; i < ARRAY_LENGTH(lengths); i++) {
        for (int try = 0; try < 20; try++) {
            char text[260];
            memset(text, '!', sizeof(text));
            random_alphanumeric(text, lengths[i]);
            assert_int_equal(strlen(text), lengths[i]);
            assert_int_equal(text[lengths[i] + 1], '!');
            for (size_t at = 0; at < lengths[i]; at++) {
                assert_true(isalnum((unsigned char)text[at]));
                seen[(unsigned char)text[at]] = true;
            }
        }
    }
    for (int letter = 0; letter < 128; letter++) {
        assert_int_equal(seen[letter], isalnum(letter) != 0);
    }
}

static void tokens_are_base64url_of_256_bits(void **state)
{
    (void)state;
    char before[RANDOM_TOKEN_SIZE] = "";
    for (int try = 0; try < 200; try++) {
        char token[RANDOM_TOKEN_SIZE];
        random_token(token);
        assert_int_equal(strlen(token), 43);
        assert_int_equal(strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                       "0123456789-_"),
                         43);
        /* 256 = 42 * 6 + 4: the last letter carries four bits, the two below are 0. */
        assert_non_null(strchr("AEIMQUYcgkosw048", token[42]));
        assert_string_not_equal(token, before);
        memcpy(before, token, sizeof(token));
    }
}

static void uuids_have_their_version_and_sort_by_age(void **state)
{
    (void)state;
    char before[UUID_TEXT_SIZE] = "";
    for (int try = 0; try < 20000; try++) { /* several counter overflows per millisecond */
        char uuid[UUID_TEXT_SIZE];
        random_uuid_v7(uuid);
        assert_int_equal(strlen(uuid), 36);
        for (int i = 0; i < 36; i++) {
            if (i == 8 || i == 13 || i == 18 || i == 23) {
                assert_int_equal(uuid[i], '-');
            } else {
                assert_true(isxdigit((unsigned char)uuid[i]) && !isupper((unsigned char)uuid[i]));
            }
        }
        assert_int_equal(uuid[14], '7');
        assert_non_null(strchr("89ab", uuid[19]));
        assert_true(strcmp(before, uuid) < 0);
        memcpy(before, uuid, sizeof(uuid));
    }
}

#define UUIDS_PER_THREAD 2000

static void *make_uuids(void *memory)
{
    char(*uuids)[UUID_TEXT_SIZE] = memory;
    for (int i = 0; i < UUIDS_PER_THREAD; i++) {
        random_uuid_v7(uuids[i]);
    }
    return NULL;
}

static int compare_uuids(const void *a, const void *b)
{
    return strncmp(a, b, 18); /* the time and the counter alone */
}

static void threads_never_share_a_uuid_time(void **state)
{
    (void)state;
    enum { THREADS = 4, COUNT = THREADS * UUIDS_PER_THREAD };
    static char uuids[COUNT][UUID_TEXT_SIZE];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        pthread_create(&threads[i], NULL, make_uuids, uuids[i * UUIDS_PER_THREAD]);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    qsort(uuids, COUNT, UUID_TEXT_SIZE, compare_uuids);
    for (int i = 1; i < COUNT; i++) {
        assert_true(compare_uuids(uuids[i - 1], uuids[i]) < 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(below_stays_below_and_reaches_everything),
        cmocka_unit_test(alphanumeric_text_has_its_length_and_letters),
        cmocka_unit_test(tokens_are_base64url_of_256_bits),
        cmocka_unit_test(uuids_have_their_version_and_sort_by_age),
        cmocka_unit_test(threads_never_share_a_uuid_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
