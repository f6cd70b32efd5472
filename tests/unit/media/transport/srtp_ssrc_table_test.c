#include "media/transport/srtp_ssrc_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void fill_and_check(uint32_t first, uint32_t step)
{
    struct srtp_ssrc_table table = {0};
    for (uint32_t i = 0; i < SRTP_SSRCS_MAX; i++) {
        const uint32_t ssrc = first + i * step;
        assert_null(srtp_ssrc_table_find(&table, ssrc));
        struct srtp_ssrc *added = srtp_ssrc_table_add(&table, ssrc);
        assert_int_equal(added->ssrc, ssrc);
        assert_true(added->index.newest == 0);
        srtp_packet_index_record(&added->index, i);
    }
    assert_null(srtp_ssrc_table_add(&table, first - step));
    for (uint32_t i = 0; i < SRTP_SSRCS_MAX; i++) {
        assert_true(srtp_ssrc_table_find(&table, first + i * step)->index.newest == i);
    }
    assert_null(srtp_ssrc_table_find(&table, first - step));
    srtp_ssrc_table_finish(&table);
    assert_null(srtp_ssrc_table_find(&table, first));
}

static void test_finds_what_was_added_and_no_more(void **state)
{
    (void)state;
    fill_and_check(1, 1);
    fill_and_check(0xffffffe0, 1); /* across 0, an SSRC like any other */
    fill_and_check(7, 1 << 16);
    srandom(3);
    for (unsigned i = 0; i < 200; i++) {
        fill_and_check((uint32_t)random() * 2654435761u, (uint32_t)random() | 1);
    }
}

/* SSRCs that a hostile peer has chosen to meet in one place. */
static void test_survives_ssrcs_that_collide(void **state)
{
    (void)state;
    struct srtp_ssrc_table table = {0};
    uint32_t ssrcs[SRTP_SSRCS_MAX];
    size_t count = 0;
    for (uint32_t ssrc = 1; count < SRTP_SSRCS_MAX; ssrc++) {
        struct srtp_ssrc_table alone = {0};
        srtp_ssrc_table_add(&alone, ssrc);
        if (alone.places[SRTP_SSRC_PLACES - 1] > 0) {
            ssrcs[count++] = ssrc;
            assert_non_null(srtp_ssrc_table_add(&table, ssrc));
        }
        srtp_ssrc_table_finish(&alone);
    }
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(srtp_ssrc_table_find(&table, ssrcs[i])->ssrc, ssrcs[i]);
    }
    srtp_ssrc_table_finish(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_what_was_added_and_no_more),
        cmocka_unit_test(test_survives_ssrcs_that_collide),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
