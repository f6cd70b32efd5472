#include "media/rtp/packet_history.h"

#include "gateway/base/cleanup.h"

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
    AUTO(packet_buffer_pool) pool = packet_buffer_pool_create(129);
    AUTO(packet_history) history = packet_history_create(MAX_AGE_US);
    for (unsigned i = 0; i < 200; i++) {
        assert_int_equal(put(history, pool, (uint16_t)(65500 + i), 1000 + i), 0);
    }
    assert_int_equal(packet_buffer_pool_available(pool), 1);
    for (unsigned i = 0; i < 200; i++) {
        const uint16_t sequence = (uint16_t)(65500 + i);
        const struct packet_buffer *packet = packet_history_find(history, sequence, 2000);
        assert_int_equal(packet != NULL, i >= 72);
        assert_true(!packet || packet->rtp.sequence == sequence);
    }
    assert_null(packet_history_find(history, 164, 2000));
}

static void takes_late_packets_but_no_duplicates(void **state)
{
    (void)state;
    AUTO(packet_buffer_pool) pool = packet_buffer_pool_create(9);
    AUTO(packet_history) history = packet_history_create(MAX_AGE_US);
    assert_int_equal(put(history, pool, 5, 1000), 0);
    assert_int_equal(put(history, pool, 8, 1000), 0);
    assert_int_equal(put(history, pool, 6, 1000), 0);
    assert_int_equal(put(history, pool, 6, 1000), -EALREADY);
    assert_int_equal(put(history, pool, 4, 1000), 0);   /* before the first */
    assert_int_equal(put(history, pool, 133, 1000), 0); /* in place of 5; and 4 is out of reach */
    assert_int_equal(put(history, pool, 5, 1000), -ESTALE);
    assert_int_equal(put(history, pool, 4, 1000), -ESTALE);
    assert_null(packet_history_find(history, 5, 1000));
    assert_null(packet_history_find(history, 4, 1000));
    assert_int_equal(packet_buffer_pool_available(pool), 6);
}

static void a_leap_leaves_nothing_behind(void **state)
{
    (void)state;
    for (unsigned leap = 1; leap < 30000; leap += 37) {
        AUTO(packet_buffer_pool) pool = packet_buffer_pool_create(129);
        AUTO(packet_history) history = packet_history_create(MAX_AGE_US);
        for (unsigned i = 0; i < 128; i++) {
            put(history, pool, (uint16_t)(65000 + i), 1000);
        }
        put(history, pool, (uint16_t)(65127 + leap), 1000);
        const size_t kept = leap < 128 ? 129 - leap : 1;
        assert_int_equal(packet_buffer_pool_available(pool), 129 - kept);
    }
}

static void lets_go_of_the_old(void **state)
{
    (void)state;
    AUTO(packet_buffer_pool) pool = packet_buffer_pool_create(9);
    AUTO(packet_history) history = packet_history_create(MAX_AGE_US);
    put(history, pool, 1, 1000);
    put(history, pool, 3, 500000);
    assert_non_null(packet_history_find(history, 1, 1000 + MAX_AGE_US));
    assert_null(packet_history_find(history, 1, 2000 + MAX_AGE_US));
    assert_non_null(packet_history_find(history, 3, 0)); /* a batch's clock may be behind */
    packet_history_tend(history, MAX_AGE_US, 2000 + MAX_AGE_US);
    assert_int_equal(packet_buffer_pool_available(pool), 8);
    assert_non_null(packet_history_find(history, 3, 2000 + MAX_AGE_US));
    packet_history_tend(history, 100000, 2000 + MAX_AGE_US); /* from now on less is worth keeping */
    assert_int_equal(packet_buffer_pool_available(pool), 9);
    assert_int_equal(put(history, pool, 40000, 3000 + MAX_AGE_US), 0); /* anything may follow */
    packet_history_clear(history);
    assert_int_equal(packet_buffer_pool_available(pool), 9);
    assert_null(packet_history_find(history, 40000, 3000 + MAX_AGE_US));
}

/* `rate` packets a second with a tick each 20 ms, for two reaches' time; returns the places. */
static size_t flow(struct packet_history *history, struct packet_buffer_pool *pool,
                   uint16_t *sequence, uint64_t *now_us, unsigned rate, uint64_t span_us)
{
    const uint64_t until_us = *now_us + span_us;
    uint64_t tick_us = *now_us;
    for (; *now_us < until_us; *now_us += 1000000 / rate) {
        assert_int_equal(put(history, pool, (*sequence)++, *now_us), 0);
        for (; tick_us <= *now_us; tick_us += 20000) {
            packet_history_tend(history, 300000, tick_us);
        }
    }
    return packet_history_places(history);
}

static void has_the_places_that_the_rate_takes(void **state)
{
    static const struct {
        unsigned rate;
        size_t places;
    } cases[] = {{50, 128}, {150, 128}, {400, 256}, {800, 512}, {3000, 512}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        AUTO(packet_buffer_pool) pool = packet_buffer_pool_create(1000);
        AUTO(packet_history) history = packet_history_create(300000);
        uint16_t sequence = 65000;
        uint64_t now_us = 1000000;
        assert_int_equal(flow(history, pool, &sequence, &now_us, cases[i].rate, 2000000),
                         cases[i].places);
        /* All of the reach is there. */
        const unsigned reach = cases[i].rate * 3 / 10;
        for (unsigned back = 1; back < reach && back < cases[i].places; back++) {
            assert_non_null(packet_history_find(history, (uint16_t)(sequence - back), now_us));
        }
        /* And no more than the reach and a tick. */
        const size_t held = 1000 - packet_buffer_pool_available(pool);
        assert_in_range(held, 1, reach + cases[i].rate / 50 + 2);
        /* A stream that became slow gives places back, and loses nothing by it. */
        (void)flow(history, pool, &sequence, &now_us, 10, 20000000);
        assert_int_equal(packet_history_places(history), PACKET_HISTORY_PLACES_MIN);
        assert_non_null(packet_history_find(history, (uint16_t)(sequence - 2), now_us));
        assert_int_equal(packet_history_bytes(history) / packet_history_places(history), 16);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_the_last_ones),
        cmocka_unit_test(takes_late_packets_but_no_duplicates),
        cmocka_unit_test(a_leap_leaves_nothing_behind),
        cmocka_unit_test(lets_go_of_the_old),
        cmocka_unit_test(has_the_places_that_the_rate_takes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
