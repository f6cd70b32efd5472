#include "gateway/base/fixed_pool.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void an_empty_pool_is_ordinary(void **state)
{
    (void)state;
    AUTO(fixed_pool) pool = fixed_pool_create(100, 3);
    void *taken[3];
    for (int i = 0; i < 3; i++) {
        assert_int_equal(fixed_pool_available(pool), 3 - i);
        taken[i] = fixed_pool_take(pool);
        assert_non_null(taken[i]);
        assert_int_equal((uintptr_t)taken[i] % 64, 0);
        memset(taken[i], i, 100);
    }
    assert_null(fixed_pool_take(pool));
    assert_null(fixed_pool_take(pool));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(*(uint8_t *)taken[i], i);
        assert_int_equal(((uint8_t *)taken[i])[99], i);
    }
    fixed_pool_return(pool, taken[1]);
    assert_ptr_equal(fixed_pool_take(pool), taken[1]); /* warm in the cache */
    for (int i = 0; i < 3; i++) {
        fixed_pool_return(pool, taken[i]);
    }
    assert_int_equal(fixed_pool_available(pool), 3);
    assert_null(fixed_pool_destroy(NULL));
}

static void objects_never_overlap(void **state)
{
    (void)state;
    enum { COUNT = 50, SIZE = 65 };
    AUTO(fixed_pool) pool = fixed_pool_create(SIZE, COUNT);
    uint8_t *taken[COUNT];
    for (int i = 0; i < COUNT; i++) {
        taken[i] = fixed_pool_take(pool);
        memset(taken[i], i, SIZE);
    }
    for (int i = 0; i < COUNT; i++) {
        for (int byte = 0; byte < SIZE; byte++) {
            assert_int_equal(taken[i][byte], i);
        }
        fixed_pool_return(pool, taken[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_pool_is_ordinary),
        cmocka_unit_test(objects_never_overlap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
