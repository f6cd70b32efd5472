#include "media/rtp/packet_buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void comes_back_when_nobody_holds_it(void **state)
{
    (void)state;
    AUTO(packet_buffer_pool) pool = packet_buffer_pool_create(2);
    struct packet_buffer *packet = packet_buffer_take(pool);
    assert_int_equal(packet_buffer_pool_available(pool), 1);
    assert_int_equal((uintptr_t)packet->data % 16, 0);
    packet->arrival_us = 5;
    struct packet_buffer *held = packet_buffer_lock(packet_buffer_lock(packet));
    assert_ptr_equal(held, packet);
    assert_null(packet_buffer_unlock(held));
    assert_int_equal(packet_buffer_pool_available(pool), 1);
    assert_null(packet_buffer_drop(packet));
    assert_int_equal(packet_buffer_pool_available(pool), 1);
    assert_null(packet_buffer_unlock(held));
    assert_int_equal(packet_buffer_pool_available(pool), 2);

    packet = packet_buffer_take(pool);
    assert_int_equal(packet->arrival_us, 0);
    assert_false(packet->dropped);
    packet_buffer_lock(packet);
    packet_buffer_unlock(packet); /* not dropped: still the receive path's */
    assert_int_equal(packet_buffer_pool_available(pool), 1);
    packet_buffer_drop(packet);
    assert_int_equal(packet_buffer_pool_available(pool), 2);
    assert_null(packet_buffer_drop(NULL));
    assert_null(packet_buffer_unlock(NULL));
}

static void counts_when_the_pool_is_empty(void **state)
{
    (void)state;
    AUTO(packet_buffer_pool) pool = packet_buffer_pool_create(1);
    struct packet_buffer *packet = packet_buffer_take(pool);
    assert_null(packet_buffer_take(pool));
    assert_null(packet_buffer_take(pool));
    assert_int_equal(packet_buffer_pool_exhausted_count(pool), 2);
    packet_buffer_drop(packet);
    packet = packet_buffer_take(pool);
    assert_non_null(packet);
    packet_buffer_drop(packet);
    assert_int_equal(packet_buffer_pool_exhausted_count(pool), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_back_when_nobody_holds_it),
        cmocka_unit_test(counts_when_the_pool_is_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
