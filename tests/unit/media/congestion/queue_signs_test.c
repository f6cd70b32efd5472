#include "media/congestion/queue_signs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define EVERY_US 20000

/* Ten seconds without a queue, `noise_us` more for every other packet; then 400 ms with one. */
static void fill(struct queue_gauge *gauge, uint32_t noise_us, uint32_t queue_us)
{
    uint64_t sent_us = 1000000;
    queue_gauge_init(gauge);
    for (unsigned i = 0; i < 520; i++) {
        sent_us += EVERY_US;
        const uint32_t waits_us = (i % 2 ? noise_us : 0) + (i < 500 ? 0 : queue_us);
        queue_gauge_add(gauge, sent_us, sent_us + 30000 + waits_us);
    }
}

static void tells_queues_from_unevenness(void **state)
{
    (void)state;
    static const struct {
        double bps;
        uint32_t noise_us;
        uint32_t queue_us;
        enum network_usage usage;
        bool over;
        bool sudden;
        bool is_certain;
        bool is_uneven;
    } cases[] = {
        {1000000, 0, 0, NETWORK_USAGE_NORMAL, false, false, false, false},
        {1000000, 0, 30000, NETWORK_USAGE_NORMAL, false, false, false, false},
        {1000000, 0, 30000, NETWORK_USAGE_OVER, true, false, false, false},
        {1000000, 0, 50000, NETWORK_USAGE_NORMAL, true, false, false, false},
        {1000000, 0, 80000, NETWORK_USAGE_NORMAL, true, true, true, false},
        {4000000, 0, 30000, NETWORK_USAGE_NORMAL, true, false, false, false}, /* the larger flow */
        {300000, 0, 80000, NETWORK_USAGE_NORMAL, false, false, true, false},
        {100000, 0, 80000, NETWORK_USAGE_NORMAL, false, false, true, false},
        {100000, 0, 90000, NETWORK_USAGE_NORMAL, true, false, true, false},
        {1000000, 25000, 0, NETWORK_USAGE_OVER, false, false, false, true},
        {1000000, 25000, 50000, NETWORK_USAGE_NORMAL, false, false, false, true},
        {1000000, 25000, 100000, NETWORK_USAGE_NORMAL, true, false, false, true},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct queue_gauge gauge;
        struct queue_signs signs;
        fill(&gauge, cases[i].noise_us, cases[i].queue_us);
        queue_signs_read(&gauge, cases[i].usage, cases[i].bps, &signs);
        assert_int_equal(signs.over, cases[i].over);
        assert_int_equal(signs.sudden, cases[i].sudden);
        assert_int_equal(signs.is_certain, cases[i].is_certain);
        assert_int_equal(signs.is_uneven, cases[i].is_uneven);
        assert_int_equal(signs.latest_us, cases[i].queue_us);
        assert_int_equal(signs.latest_us <= signs.drained_us, cases[i].queue_us == 0);
    }
}

static void takes_no_packet_for_unevenness(void **state)
{
    (void)state;
    struct queue_gauge gauge;
    fill(&gauge, 25000, 0);
    assert_in_range(queue_signs_noise_us(&gauge, 5000000), 23000, 25000);
    assert_in_range(queue_signs_noise_us(&gauge, 200000), 9000, 11000);
    assert_int_equal(queue_signs_noise_us(&gauge, 50000), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_queues_from_unevenness),
        cmocka_unit_test(takes_no_packet_for_unevenness),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
