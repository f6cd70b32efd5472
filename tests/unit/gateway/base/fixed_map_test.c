#include "gateway/base/fixed_map.h"
#include "gateway/base/random.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int objects[2000];

static void finds_what_was_inserted(void **state)
{
    (void)state;
    AUTO(fixed_map) map = fixed_map_create(3);
    assert_int_equal(fixed_map_insert(map, "one", 3, &objects[1]), 0);
    assert_int_equal(fixed_map_insert(map, "on", 2, &objects[2]), 0);
    assert_int_equal(fixed_map_insert(map, "one\0", 4, &objects[3]), 0);
    assert_int_equal(fixed_map_count(map), 3);
    assert_ptr_equal(fixed_map_find(map, "one", 3), &objects[1]);
    assert_ptr_equal(fixed_map_find(map, "on", 2), &objects[2]);
    assert_ptr_equal(fixed_map_find(map, "one\0", 4), &objects[3]);
    assert_null(fixed_map_find(map, "o", 1));
    assert_null(fixed_map_destroy(NULL));
}

static void refuses_what_it_cannot_hold(void **state)
{
    (void)state;
    static const char long_key[FIXED_MAP_KEY_SIZE_MAX + 1] = "key";
    AUTO(fixed_map) map = fixed_map_create(1);
    assert_int_equal(fixed_map_insert(map, long_key, sizeof(long_key), objects), -EINVAL);
    assert_int_equal(fixed_map_insert(map, "", 0, objects), -EINVAL);
    assert_int_equal(fixed_map_insert(map, NULL, 4, objects), -EINVAL);
    assert_int_equal(fixed_map_insert(map, long_key, FIXED_MAP_KEY_SIZE_MAX, objects), 0);
    assert_int_equal(fixed_map_insert(map, long_key, FIXED_MAP_KEY_SIZE_MAX, &objects[1]), -EEXIST);
    assert_int_equal(fixed_map_insert(map, "other", 5, objects), -ENOSPC);
    assert_ptr_equal(fixed_map_find(map, long_key, FIXED_MAP_KEY_SIZE_MAX), objects);
    assert_null(fixed_map_find(map, long_key, sizeof(long_key)));
    assert_null(fixed_map_remove(map, "", 0));
    assert_null(fixed_map_remove(map, "other", 5));
    assert_ptr_equal(fixed_map_remove(map, long_key, FIXED_MAP_KEY_SIZE_MAX), objects);
    assert_int_equal(fixed_map_insert(map, "other", 5, objects), 0);
}

/* Random inserts and removals against a plain array: collisions, wrap-around and closed holes. */
static void agrees_with_an_array(void **state)
{
    (void)state;
    enum { KEYS = 200, CAPACITY = 100 };
    AUTO(fixed_map) map = fixed_map_create(CAPACITY);
    bool present[KEYS] = {false};
    size_t count = 0;
    srand(7);
    for (int step = 0; step < 50000; step++) {
        const uint32_t key = (uint32_t)(rand() % KEYS);
        if (rand() % 2 == 0) {
            const int expected = present[key] ? -EEXIST : count == CAPACITY ? -ENOSPC : 0;
            assert_int_equal(fixed_map_insert(map, &key, sizeof(key), &objects[key]), expected);
            count += expected == 0;
            present[key] = present[key] || expected == 0;
        } else {
            void *expected = present[key] ? &objects[key] : NULL;
            assert_ptr_equal(fixed_map_remove(map, &key, sizeof(key)), expected);
            count -= present[key];
            present[key] = false;
        }
        assert_int_equal(fixed_map_count(map), count);
        const uint32_t other = (uint32_t)(rand() % KEYS);
        assert_ptr_equal(fixed_map_find(map, &other, sizeof(other)),
                         present[other] ? &objects[other] : NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_was_inserted),
        cmocka_unit_test(refuses_what_it_cannot_hold),
        cmocka_unit_test(agrees_with_an_array),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
