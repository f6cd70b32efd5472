#include "gateway/base/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void equal_compares_every_byte(void **state)
{
    (void)state;
    uint8_t a[40];
    uint8_t b[40];
    for (size_t i = 0; i < sizeof(a); i++) {
        a[i] = b[i] = (uint8_t)(i * 7);
    }
    assert_true(secret_equal(a, b, sizeof(a)));
    for (size_t i = 0; i < sizeof(a); i++) {
        b[i] ^= 0x80;
        assert_false(secret_equal(a, b, sizeof(a)));
        b[i] ^= 0x80;
    }
    assert_true(secret_equal(a, b, 0));
}

static void wipe_leaves_zeros(void **state)
{
    (void)state;
    uint8_t key[33];
    for (size_t i = 0; i < sizeof(key); i++) {
        key[i] = 0xaa;
    }
    secret_wipe(key, 32);
    for (size_t i = 0; i < 32; i++) {
        assert_int_equal(key[i], 0);
    }
    assert_int_equal(key[32], 0xaa);
    secret_wipe(NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_compares_every_byte),
        cmocka_unit_test(wipe_leaves_zeros),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
