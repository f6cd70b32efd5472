/* Without a link: what each call promises. The estimator behind links is tested in
 * bandwidth_estimator_links_test.c, its parts in their own files. */
#include "media/congestion/bandwidth_estimator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define BEGAN_US 1000000

static const struct bandwidth_estimator_config config = {
    .start_bps = 300000, .min_bps = 30000, .max_bps = 1000000};

/* Packets of 1000 bytes each 10 ms (800 kbit/s), told of each 100 ms, which wait for `wait_us`. */
static void feed(struct bandwidth_estimator *estimator, unsigned feedbacks, uint64_t wait_us,
                 uint64_t *now_us)
{
    for (unsigned i = 0; i < feedbacks; i++) {
        struct packet_result results[10];
        for (unsigned k = 0; k < 10; k++) {
            *now_us += 10000;
            bandwidth_estimator_on_sent(estimator, *now_us);
            results[k] = (struct packet_result){.sent_us = *now_us,
                                                .arrival_us = *now_us + 70000000 + wait_us,
                                                .size = 1000,
                                                .received = true};
        }
        bandwidth_estimator_on_results(estimator, results, 10, *now_us + 50000);
        bandwidth_estimator_on_tick(estimator, *now_us + 50000);
    }
}

static uint32_t bps(const struct bandwidth_estimator *estimator)
{
    return bandwidth_estimator_now(estimator)->bps;
}

static void begins_where_it_is_told_and_keeps_within_limits(void **state)
{
    (void)state;
    uint64_t now_us = BEGAN_US;
    AUTO(bandwidth_estimator) estimator = bandwidth_estimator_create(&config, now_us);
    assert_int_equal(bps(estimator), 300000);
    feed(estimator, 300, 0, &now_us);
    assert_int_equal(bps(estimator), 1000000);
    assert_int_equal(bandwidth_estimator_now(estimator)->queue_us, 0);
    assert_int_equal(bandwidth_estimator_now(estimator)->loss_permille, 0);
    assert_int_equal(bandwidth_estimator_now(estimator)->usage, NETWORK_USAGE_NORMAL);
}

static void backs_off_when_feedback_stays_away(void **state)
{
    (void)state;
    static const struct {
        uint32_t rtt_us;
        bool sends;
        uint64_t away_us;
        bool backs_off;
    } cases[] = {{50000, true, 400000, false},
                 {50000, true, 700000, true},
                 {50000, false, 60000000, false},
                 {600000, true, 1500000, false},
                 {600000, true, 2000000, true}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint64_t now_us = BEGAN_US;
        AUTO(bandwidth_estimator) estimator = bandwidth_estimator_create(&config, now_us);
        bandwidth_estimator_set_rtt(estimator, cases[i].rtt_us);
        feed(estimator, 10, 0, &now_us);
        const uint32_t before_bps = bps(estimator);
        for (const uint64_t end_us = now_us + cases[i].away_us; now_us < end_us; now_us += 20000) {
            if (cases[i].sends) {
                bandwidth_estimator_on_sent(estimator, now_us);
            }
            bandwidth_estimator_on_tick(estimator, now_us);
        }
        assert_int_equal(bps(estimator) < before_bps, cases[i].backs_off);
        assert_true(bps(estimator) >= before_bps / 2);
    }
}

static void silence(struct bandwidth_estimator *estimator, uint64_t span_us, uint64_t *now_us)
{
    for (const uint64_t end_us = *now_us + span_us; *now_us < end_us; *now_us += 20000) {
        bandwidth_estimator_on_sent(estimator, *now_us);
        bandwidth_estimator_on_tick(estimator, *now_us);
    }
}

static void holds_pictures_while_nothing_is_known(void **state)
{
    (void)state;
    uint64_t now_us = BEGAN_US;
    AUTO(bandwidth_estimator) estimator = bandwidth_estimator_create(&config, now_us);
    const struct bandwidth_estimate *estimate = bandwidth_estimator_now(estimator);
    feed(estimator, 30, 0, &now_us);
    const uint32_t before_bps = bps(estimator);
    silence(estimator, 100000, &now_us);
    assert_false(estimate->hold_wanted);
    silence(estimator, 200000, &now_us);
    assert_true(estimate->hold_wanted);
    assert_false(estimate->drained_wanted);
    silence(estimator, 500000, &now_us);
    assert_true(estimate->hold_wanted);
    assert_true(estimate->drained_wanted);
    assert_int_equal(bps(estimator), before_bps);
    silence(estimator, 1500000, &now_us);
    assert_true(bps(estimator) < before_bps);
    feed(estimator, 1, 0, &now_us); /* a false alarm */
    assert_false(estimate->hold_wanted);
    assert_false(estimate->drained_wanted);
    assert_true(bps(estimator) >= before_bps);
}

/* What was suspected in time left no queue to see: news of it that is old says nothing. */
static void begins_small_where_news_is_old(void **state)
{
    (void)state;
    static const struct {
        uint64_t late_us;
        bool is_small;
    } cases[] = {{0, false}, {300000, false}, {900000, true}, {2500000, true}, {4000000, true}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint64_t now_us = BEGAN_US;
        struct probe_request request;
        AUTO(bandwidth_estimator) estimator = bandwidth_estimator_create(&config, now_us);
        bandwidth_estimator_set_wanted(estimator, 1000000, now_us);
        feed(estimator, 60, 0, &now_us);
        while (bandwidth_estimator_take_probe(estimator, now_us, &request)) {
            now_us += 2000000;
        }
        const uint32_t before_bps = bps(estimator);
        bandwidth_estimator_on_sent(estimator, now_us);
        bandwidth_estimator_suspect(estimator, now_us);
        assert_true(bandwidth_estimator_now(estimator)->hold_wanted);
        const struct packet_result told = {
            .sent_us = now_us, .arrival_us = now_us + 70000000, .size = 1000, .received = true};
        for (uint64_t late_us = 0; late_us < cases[i].late_us; late_us += 20000) {
            bandwidth_estimator_on_tick(estimator, now_us + late_us);
        }
        now_us += cases[i].late_us + 50000;
        bandwidth_estimator_on_results(estimator, &told, 1, now_us);
        assert_false(bandwidth_estimator_now(estimator)->hold_wanted);
        assert_int_equal(bps(estimator) < before_bps, cases[i].is_small);
        assert_true(bps(estimator) >= 150000);
        if (cases[i].is_small) {
            assert_true(bandwidth_estimator_take_probe(estimator, now_us, &request));
        }
    }
}

static void drains_what_was_behind_the_silence(void **state)
{
    (void)state;
    uint64_t now_us = BEGAN_US;
    AUTO(bandwidth_estimator) estimator = bandwidth_estimator_create(&config, now_us);
    const struct bandwidth_estimate *estimate = bandwidth_estimator_now(estimator);
    feed(estimator, 30, 0, &now_us);
    const uint32_t before_bps = bps(estimator);
    silence(estimator, 300000, &now_us);
    assert_true(estimate->hold_wanted);
    feed(estimator, 1, 400000, &now_us);
    assert_true(estimate->drained_wanted);
    assert_true(bps(estimator) < before_bps);
    feed(estimator, 3, 0, &now_us);
    assert_false(estimate->hold_wanted);
    assert_false(estimate->drained_wanted);
}

static void never_falls_below_the_least(void **state)
{
    (void)state;
    uint64_t now_us = BEGAN_US;
    AUTO(bandwidth_estimator) estimator = bandwidth_estimator_create(&config, now_us);
    feed(estimator, 10, 0, &now_us);
    for (unsigned i = 0; i < 3000; i++) {
        now_us += 20000;
        bandwidth_estimator_on_sent(estimator, now_us);
        bandwidth_estimator_on_tick(estimator, now_us);
    }
    assert_int_equal(bps(estimator), config.min_bps);
}

static void wants_a_sudden_queue_drained(void **state)
{
    (void)state;
    uint64_t now_us = BEGAN_US;
    AUTO(bandwidth_estimator) estimator = bandwidth_estimator_create(&config, now_us);
    feed(estimator, 20, 0, &now_us);
    assert_false(bandwidth_estimator_now(estimator)->drained_wanted);
    feed(estimator, 1, 400000, &now_us);
    assert_true(bandwidth_estimator_now(estimator)->drained_wanted);
    assert_int_equal(bandwidth_estimator_now(estimator)->queue_us, 400000);
    assert_int_equal(bandwidth_estimator_now(estimator)->usage, NETWORK_USAGE_OVER);
    feed(estimator, 1, 200000, &now_us);
    assert_true(bandwidth_estimator_now(estimator)->drained_wanted);
    feed(estimator, 3, 0, &now_us);
    assert_false(bandwidth_estimator_now(estimator)->drained_wanted);
}

static void does_not_wait_for_ever_on_a_longer_path(void **state)
{
    (void)state;
    uint64_t now_us = BEGAN_US;
    AUTO(bandwidth_estimator) estimator = bandwidth_estimator_create(&config, now_us);
    feed(estimator, 20, 0, &now_us);
    feed(estimator, 60, 80000, &now_us); /* a new route, 80 ms longer */
    assert_false(bandwidth_estimator_now(estimator)->drained_wanted);
    assert_int_equal(bandwidth_estimator_now(estimator)->queue_us, 0);
    assert_int_equal(bandwidth_estimator_now(estimator)->usage, NETWORK_USAGE_NORMAL);
}

static void probes_only_for_what_is_wanted(void **state)
{
    (void)state;
    uint64_t now_us = BEGAN_US;
    struct probe_request request;
    AUTO(bandwidth_estimator) estimator = bandwidth_estimator_create(&config, now_us);
    bandwidth_estimator_set_wanted(estimator, 800000, now_us);
    assert_false(bandwidth_estimator_take_probe(estimator, now_us, &request)); /* nobody answers */
    feed(estimator, 2, 0, &now_us);
    assert_true(bandwidth_estimator_take_probe(estimator, now_us, &request));
    AUTO(bandwidth_estimator) other = bandwidth_estimator_create(&config, now_us);
    feed(other, 2, 0, &now_us);
    assert_false(bandwidth_estimator_take_probe(other, now_us, &request));
}

static void takes_results_without_sense(void **state)
{
    (void)state;
    uint64_t random = 1;
    uint64_t now_us = BEGAN_US;
    AUTO(bandwidth_estimator) estimator = bandwidth_estimator_create(&config, now_us);
    bandwidth_estimator_set_wanted(estimator, 5000000, now_us);
    bandwidth_estimator_on_results(estimator, NULL, 0, now_us);
    for (unsigned i = 0; i < 100000; i++) {
        struct probe_request request;
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
        now_us += 1000;
        const struct packet_result result = {.sent_us = now_us - (random >> 45),
                                             .arrival_us = random >> (i % 60),
                                             .size = (uint32_t)(random >> 54),
                                             .probe = (uint16_t)(random >> 62),
                                             .received = i % 3 != 0};
        bandwidth_estimator_on_sent(estimator, now_us);
        bandwidth_estimator_on_results(estimator, &result, 1, now_us);
        bandwidth_estimator_on_tick(estimator, now_us);
        bandwidth_estimator_take_probe(estimator, now_us, &request);
        assert_in_range(bps(estimator), config.min_bps, config.max_bps);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(begins_where_it_is_told_and_keeps_within_limits),
        cmocka_unit_test(backs_off_when_feedback_stays_away),
        cmocka_unit_test(holds_pictures_while_nothing_is_known),
        cmocka_unit_test(begins_small_where_news_is_old),
        cmocka_unit_test(drains_what_was_behind_the_silence),
        cmocka_unit_test(never_falls_below_the_least),
        cmocka_unit_test(wants_a_sudden_queue_drained),
        cmocka_unit_test(does_not_wait_for_ever_on_a_longer_path),
        cmocka_unit_test(probes_only_for_what_is_wanted),
        cmocka_unit_test(takes_results_without_sense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
