#include "gateway/base/token_bucket.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int take_many(struct token_bucket *bucket, int tries, uint64_t now_us)
{
    int taken = 0;
    for (int i = 0; i < tries; i++) {
        taken += token_bucket_take(bucket, now_us);
    }
    return taken;
}

static void gives_its_burst_and_then_its_rate(void **state)
{
    (void)state;
    struct token_bucket bucket;
    token_bucket_init(&bucket, 20, 5, 1000000);
    assert_int_equal(take_many(&bucket, 100, 1000000), 5);
    assert_int_equal(take_many(&bucket, 100, 1049999), 0);
    assert_int_equal(take_many(&bucket, 100, 1050000), 1);
    assert_int_equal(take_many(&bucket, 100, 1150000), 2);
    assert_int_equal(take_many(&bucket, 100, 900000000000), 5); /* never more than the burst */
    assert_int_equal(take_many(&bucket, 100, 1), 0); /* a clock that goes back gives none */
}

static void fractions_add_up(void **state)
{
    (void)state;
    struct token_bucket bucket;
    token_bucket_init(&bucket, 3, 1, 1);
    int taken = 0;
    for (uint64_t ms = 0; ms < 10000; ms++) {
        taken += token_bucket_take(&bucket, 1 + ms * 1000);
    }
    assert_in_range(taken, 29, 31);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_its_burst_and_then_its_rate),
        cmocka_unit_test(fractions_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
