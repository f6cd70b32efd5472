#include "tests/netlab/impairment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MS UINT64_C(1000)
#define PACKETS 20000

/* What came of PACKETS numbered packets, one each millisecond. */
struct outcome {
    size_t count;
    uint32_t numbers[2 * PACKETS];
    uint64_t arrivals_us[2 * PACKETS];
    bool arrived[PACKETS];
    struct impairment_statistics statistics;
};

static void collect(struct impairment *impairment, uint64_t now_us, struct outcome *outcome)
{
    while (impairment_due_us(impairment) <= now_us) {
        const uint64_t due_us = impairment_due_us(impairment);
        AUTO_FREE struct impaired_packet *packet = impairment_take(impairment, due_us);
        assert_non_null(packet);
        assert_true(outcome->count < 2 * PACKETS);
        uint32_t number;
        memcpy(&number, packet->bytes, sizeof(number));
        outcome->numbers[outcome->count] = number;
        outcome->arrivals_us[outcome->count++] = due_us;
        outcome->arrived[number] = true;
    }
}

static struct outcome *pass(uint64_t seed, const struct impairment_settings *settings, size_t size,
                            uint64_t every_us)
{
    struct outcome *outcome = calloc(1, sizeof(*outcome));
    AUTO(impairment) impairment = impairment_create(seed);
    uint8_t packet[1500] = {0};
    *impairment_settings(impairment) = *settings;
    for (uint32_t number = 0; number < PACKETS; number++) {
        memcpy(packet, &number, sizeof(number));
        impairment_offer(impairment, packet, size, number * every_us);
        collect(impairment, number * every_us, outcome);
    }
    collect(impairment, IMPAIRMENT_NOTHING_DUE - 1, outcome);
    assert_null(impairment_take(impairment, IMPAIRMENT_NOTHING_DUE - 1));
    outcome->statistics = *impairment_statistics(impairment);
    assert_int_equal(outcome->statistics.passed, outcome->count);
    assert_int_equal(outcome->statistics.offered, PACKETS);
    return outcome;
}

static void a_perfect_network_changes_nothing(void **state)
{
    (void)state;
    AUTO_FREE struct outcome *outcome = pass(1, &(struct impairment_settings){0}, 100, MS);
    assert_int_equal(outcome->count, PACKETS);
    for (uint32_t i = 0; i < PACKETS; i++) {
        assert_int_equal(outcome->numbers[i], i);
        assert_int_equal(outcome->arrivals_us[i], i * MS);
    }
}

static void loss_is_the_same_for_the_same_seed(void **state)
{
    (void)state;
    const struct impairment_settings lossy = {.loss_percent = 5};
    AUTO_FREE struct outcome *first = pass(7, &lossy, 100, MS);
    AUTO_FREE struct outcome *again = pass(7, &lossy, 100, MS);
    AUTO_FREE struct outcome *other = pass(8, &lossy, 100, MS);
    assert_memory_equal(first->arrived, again->arrived, sizeof(first->arrived));
    assert_memory_not_equal(first->arrived, other->arrived, sizeof(first->arrived));
    assert_in_range(first->statistics.lost, PACKETS * 4 / 100, PACKETS * 6 / 100);
}

/* Which packets are lost does not depend on what else happens to them. */
static void other_settings_do_not_move_losses(void **state)
{
    (void)state;
    const struct impairment_settings lossy = {.loss_percent = 5};
    const struct impairment_settings worse = {.loss_percent = 5,
                                              .delay_us = 50 * MS,
                                              .jitter_us = 20 * MS,
                                              .duplicate_percent = 3,
                                              .reorder_percent = 3};
    AUTO_FREE struct outcome *a = pass(7, &lossy, 100, MS);
    AUTO_FREE struct outcome *b = pass(7, &worse, 100, MS);
    assert_memory_equal(a->arrived, b->arrived, sizeof(a->arrived));
}

static void bursts_are_as_long_and_as_frequent_as_asked(void **state)
{
    (void)state;
    const struct impairment_settings bursty = {.burst_enter_percent = 1, .burst_leave_percent = 20};
    AUTO_FREE struct outcome *outcome = pass(3, &bursty, 100, MS);
    unsigned bursts = 0;
    for (size_t i = 1; i < PACKETS; i++) {
        bursts += !outcome->arrived[i] && outcome->arrived[i - 1];
    }
    /* On average one begins each 100 good packets, and lasts for 5. */
    assert_in_range(bursts, 150, 230);
    assert_in_range(outcome->statistics.lost / bursts, 4, 6);
}

static void delay_keeps_the_order_also_with_jitter(void **state)
{
    (void)state;
    const struct impairment_settings slow = {.delay_us = 50 * MS, .jitter_us = 30 * MS};
    AUTO_FREE struct outcome *outcome = pass(5, &slow, 100, MS);
    uint64_t soonest_us = UINT64_MAX;
    uint64_t latest_us = 0;
    assert_int_equal(outcome->count, PACKETS);
    for (uint32_t i = 0; i < PACKETS; i++) {
        const uint64_t delay_us = outcome->arrivals_us[i] - i * MS;
        assert_int_equal(outcome->numbers[i], i);
        soonest_us = delay_us < soonest_us ? delay_us : soonest_us;
        latest_us = delay_us > latest_us ? delay_us : latest_us;
    }
    assert_in_range(soonest_us, 20 * MS, 60 * MS);
    assert_in_range(latest_us, 75 * MS, 80 * MS);
}

static void reordered_packets_overtake(void **state)
{
    (void)state;
    const struct impairment_settings restless = {.delay_us = 20 * MS, .reorder_percent = 10};
    AUTO_FREE struct outcome *outcome = pass(5, &restless, 100, MS);
    unsigned overtook = 0;
    for (size_t i = 1; i < PACKETS; i++) {
        overtook += outcome->numbers[i] < outcome->numbers[i - 1];
    }
    assert_int_equal(outcome->count, PACKETS);
    assert_in_range(overtook, PACKETS * 5 / 100, PACKETS * 12 / 100);
}

static void duplicates_come_twice(void **state)
{
    (void)state;
    const struct impairment_settings doubling = {.duplicate_percent = 10};
    AUTO_FREE struct outcome *outcome = pass(5, &doubling, 100, MS);
    assert_int_equal(outcome->count, PACKETS + outcome->statistics.duplicated);
    assert_in_range(outcome->statistics.duplicated, PACKETS * 9 / 100, PACKETS * 11 / 100);
}

/* 1000 bytes each millisecond are 8 Mbit/s; the bottleneck passes 2. */
static void a_bottleneck_delays_first_and_then_drops(void **state)
{
    (void)state;
    const struct impairment_settings narrow = {.rate_bps = 2000000, .queue_bytes = 50000};
    AUTO_FREE struct outcome *outcome = pass(1, &narrow, 1000, MS);
    assert_in_range(outcome->count, PACKETS / 4, PACKETS / 4 + 50);
    assert_int_equal(outcome->count + outcome->statistics.overflowed, PACKETS);
    for (size_t i = 0; i < outcome->count; i++) {
        const uint64_t delay_us = outcome->arrivals_us[i] - outcome->numbers[i] * MS;
        assert_true(delay_us >= 4 * MS);       /* 1000 bytes take that long */
        assert_true(delay_us <= 200 * MS + 1); /* so long is the queue */
        if (i > 0) {
            assert_true(outcome->arrivals_us[i] - outcome->arrivals_us[i - 1] >= 4 * MS - 1);
        }
    }
    assert_true(outcome->arrived[0] && outcome->arrived[60]); /* the queue takes some at first */
}

static void a_cut_line_carries_nothing_until_it_is_whole(void **state)
{
    (void)state;
    AUTO(impairment) impairment = impairment_create(1);
    impairment_settings(impairment)->delay_us = 10 * MS;
    impairment_offer(impairment, (const uint8_t *)"a", 1, 0);
    impairment_settings(impairment)->cut = true;
    impairment_offer(impairment, (const uint8_t *)"b", 1, 1 * MS);
    impairment_settings(impairment)->cut = false;
    impairment_offer(impairment, (const uint8_t *)"c", 1, 2 * MS);

    assert_null(impairment_take(impairment, 9 * MS));
    AUTO_FREE struct impaired_packet *first = impairment_take(impairment, 20 * MS);
    AUTO_FREE struct impaired_packet *second = impairment_take(impairment, 20 * MS);
    assert_int_equal(first->bytes[0], 'a'); /* it was on its way already */
    assert_int_equal(first->due_us, 10 * MS);
    assert_int_equal(second->bytes[0], 'c');
    assert_int_equal(impairment_due_us(impairment), IMPAIRMENT_NOTHING_DUE);
}

static void a_firewall_may_stop_udp_alone(void **state)
{
    (void)state;
    AUTO(impairment) impairment = impairment_create(1);
    impairment_settings(impairment)->noudp = true;
    for (uint8_t protocol = 0; protocol < 20; protocol++) {
        uint8_t packet[40] = {0x45};
        packet[9] = protocol;
        impairment_offer(impairment, packet, sizeof(packet), 1);
        AUTO_FREE struct impaired_packet *passed = impairment_take(impairment, 1);
        assert_int_equal(!passed, protocol == 17);
    }
    assert_int_equal(impairment_statistics(impairment)->lost, 1);
}

static void waiting_and_lateness_are_counted(void **state)
{
    (void)state;
    AUTO(impairment) impairment = impairment_create(1);
    uint8_t packet[1000] = {0};
    impairment_settings(impairment)->rate_bps = 1000000; /* 8 ms for each */
    for (int i = 0; i < 4; i++) {
        impairment_offer(impairment, packet, sizeof(packet), 100 * MS);
    }
    assert_int_equal(impairment_take_longest_queue_us(impairment), 24 * MS);
    assert_int_equal(impairment_take_longest_queue_us(impairment), 0);
    const uint64_t taken_us[] = {108 * MS, 120 * MS, 129 * MS, 200 * MS};
    for (size_t i = 0; i < ARRAY_LENGTH(taken_us); i++) {
        AUTO_FREE struct impaired_packet *passed = impairment_take(impairment, taken_us[i]);
        assert_non_null(passed);
    }
    assert_int_equal(impairment_statistics(impairment)->late, 2); /* those of 124 and 132 ms */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_perfect_network_changes_nothing),
        cmocka_unit_test(loss_is_the_same_for_the_same_seed),
        cmocka_unit_test(other_settings_do_not_move_losses),
        cmocka_unit_test(bursts_are_as_long_and_as_frequent_as_asked),
        cmocka_unit_test(delay_keeps_the_order_also_with_jitter),
        cmocka_unit_test(reordered_packets_overtake),
        cmocka_unit_test(duplicates_come_twice),
        cmocka_unit_test(a_bottleneck_delays_first_and_then_drops),
        cmocka_unit_test(a_cut_line_carries_nothing_until_it_is_whole),
        cmocka_unit_test(a_firewall_may_stop_udp_alone),
        cmocka_unit_test(waiting_and_lateness_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
