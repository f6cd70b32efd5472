#include "gateway/base/cleanup.h"
#include "gateway/base/sequence_number.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void distance_wraps(void **state)
{
    (void)state;
    static const struct {
        uint16_t a;
        uint16_t b;
        int distance;
    } rows[] = {
        {5, 3, 2},         {3, 5, -2},         {0, 65535, 1}, {65535, 0, -1},
        {32767, 0, 32767}, {32768, 0, -32768}, {7, 7, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        assert_int_equal(sequence_distance(rows[i].a, rows[i].b), rows[i].distance);
        assert_int_equal(sequence_is_newer(rows[i].a, rows[i].b), rows[i].distance > 0);
    }
    assert_int_equal(timestamp_distance(1, UINT32_MAX), 2);
    assert_int_equal(timestamp_distance(UINT32_MAX, 1), -2);
}

static void unwrap_finds_the_nearest_index(void **state)
{
    (void)state;
    static const struct {
        uint16_t seq;
        int64_t reference;
        int64_t index;
    } rows[] = {
        {10, 5, 10},           {2, 65530, 65538},
        {65535, 65536, 65535}, {65535, 3 * 65536 + 4, 3 * 65536 - 1},
        {65535, 0, 65535}, /* never below 0 */
        {32768, 0, 32768},     {0, 65536, 65536},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        assert_true(sequence_unwrap(rows[i].seq, rows[i].reference) == rows[i].index);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distance_wraps),
        cmocka_unit_test(unwrap_finds_the_nearest_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
