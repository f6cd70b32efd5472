#include "media/rtp/packet_history.h"

#include <errno.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MAX_AGE_US 1000000

/* Puts a packet and lets the history be its only holder. */
static int put(struct packet_history *history, struct packet_buffer_pool *pool, uint16_t sequence,
               uint64_t arrival_us)
{
    struct packet_buffer *packet = packet_buffer_take(pool);
    assert_non_null(packet);
    packet->rtp.sequence = sequence;
    packet->arrival_us = arrival_us;
    const int rc = packet_history_put(history, packet);
    packet_buffer_drop(packet);
    return rc;
}

static void keeps_the_last_ones(void **state)
{
    (void)state;
    AUTO(packet_buffer_pool) pool = packet_buffer_pool_create(9);
    AUTO(packet_history) history = packet_history_create(8, MAX_AGE_US);
    for (unsigned i = 0; i < 20; i++) {
        assert_int_equal(put(history, pool, (uint16_t)(65530 + i), 1000 + i), 0);
    }
    assert_int_equal(packet_buffer_pool_available(pool), 1);
    for (unsigned i = 0; i < 20; i++) {
        const uint16_t sequence = (uint16_t)(65530 + i);
        const struct packet_buffer *packet = packet_history_find(history, sequence, 2000);
        assert_int_equal(packet != NULL, i >= 12);
        assert_true(!packet || packet->rtp.sequence == sequence);
    }
    assert_null(packet_history_find(history, 14, 2000));
}

static void takes_late_packets_but_no_duplicates(void **state)
{
    (void)state;
    AUTO(packet_buffer_pool) pool = packet_buffer_pool_create(9);
    AUTO(packet_history) history = packet_history_create(8, MAX_AGE_US);
    assert_int_equal(put(history, pool, 5, 1000), 0);
    assert_int_equal(put(history, pool, 8, 1000), 0);
    assert_int_equal(put(history, pool, 6, 1000), 0);
    assert_int_equal(put(history, pool, 6, 1000), -EALREADY);
    assert_int_equal(put(history, pool, 13, 1000), 0); /* in place of 5 */
    assert_int_equal(put(history, pool, 5, 1000), -ESTALE);
    assert_null(packet_history_find(history, 5, 1000));
    assert_int_equal(packet_buffer_pool_available(pool), 6);
}

static void lets_go_of_the_old(void **state)
{
    (void)state;
    AUTO(packet_buffer_pool) pool = packet_buffer_pool_create(9);
    AUTO(packet_history) history = packet_history_create(8, MAX_AGE_US);
    put(history, pool, 1, 1000);
    put(history, pool, 2, 500000);
    assert_non_null(packet_history_find(history, 1, 1000 + MAX_AGE_US));
    assert_null(packet_history_find(history, 1, 1001 + MAX_AGE_US));
    assert_non_null(packet_history_find(history, 2, 0)); /* a batch's clock may be behind */
    packet_history_expire(history, 1001 + MAX_AGE_US);
    assert_int_equal(packet_buffer_pool_available(pool), 8);
    assert_non_null(packet_history_find(history, 2, 1001 + MAX_AGE_US));
    packet_history_clear(history);
    assert_int_equal(packet_buffer_pool_available(pool), 9);
    assert_null(packet_history_find(history, 2, 1000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_the_last_ones),
        cmocka_unit_test(takes_late_packets_but_no_duplicates),
        cmocka_unit_test(lets_go_of_the_old),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
