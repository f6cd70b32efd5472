#include "media/congestion/rate_control.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct controlled {
    struct rate_control control;
    struct rate_conditions conditions;
};

static void begin(struct controlled *controlled, double bps)
{
    *controlled = (struct controlled){
        .conditions = {.now_us = 1000000, .heard_us = 950000, .drained_us = 12000}};
    rate_control_init(&controlled->control, bps, 20000, 10e6, 1000000);
}

/* One feedback later. */
static enum rate_change go_on(struct controlled *controlled, double acknowledged_bps, bool over,
                              uint32_t queue_us)
{
    controlled->conditions.now_us += 100000;
    controlled->conditions.heard_us += 100000;
    controlled->conditions.acknowledged_bps = acknowledged_bps;
    controlled->conditions.busy_bps = acknowledged_bps;
    controlled->conditions.over = over;
    controlled->conditions.queue_us = queue_us;
    return rate_control_update(&controlled->control, &controlled->conditions);
}

static void grows_as_far_as_it_is_used(void **state)
{
    (void)state;
    static const struct {
        double used_bps;
        double reaches_bps;
    } cases[] = {{80000, 110000}, {150000, 197500}, {325000, 456875}, {800000, 1210000}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct controlled controlled;
        begin(&controlled, 60000);
        for (unsigned k = 0; k < 600; k++) {
            go_on(&controlled, cases[i].used_bps, false, 0);
        }
        assert_float_equal(controlled.control.bps, cases[i].reaches_bps, 1);
        /* less is used: nothing grows, nothing falls */
        for (unsigned k = 0; k < 600; k++) {
            go_on(&controlled, 50000, false, 0);
        }
        assert_float_equal(controlled.control.bps, cases[i].reaches_bps, 1);
    }
}

static void backs_off_drains_and_returns(void **state)
{
    (void)state;
    struct controlled controlled;
    begin(&controlled, 1000000);
    assert_int_equal(go_on(&controlled, 900000, true, 50000), RATE_BACKED_OFF);
    assert_float_equal(controlled.control.bps, 0.85 * 900000, 1);
    assert_int_equal(go_on(&controlled, 900000, true, 40000), RATE_FOLLOWED);
    assert_int_equal(go_on(&controlled, 765000, false, 20000), RATE_FOLLOWED);
    assert_float_equal(controlled.control.bps, 0.85 * 900000, 1);
    assert_int_equal(go_on(&controlled, 765000, false, 5000), RATE_DRAINED);
    assert_float_equal(controlled.control.bps, 0.9 * 900000, 1);
}

static void backs_off_further_from_a_long_queue(void **state)
{
    (void)state;
    struct controlled controlled;
    begin(&controlled, 2000000);
    assert_int_equal(go_on(&controlled, 200000, true, 600000), RATE_BACKED_OFF);
    assert_float_equal(controlled.control.bps, 0.5 * 200000, 1);
    begin(&controlled, 2000000);
    go_on(&controlled, 1000, true, 600000);
    assert_float_equal(controlled.control.bps, 20000, 1); /* never below the least */
}

/* While a small queue is drained the link gives way. */
static void backs_off_at_once_when_it_becomes_sudden(void **state)
{
    (void)state;
    struct controlled controlled;
    begin(&controlled, 2000000);
    assert_int_equal(go_on(&controlled, 2000000, true, 40000), RATE_BACKED_OFF);
    controlled.conditions.heard_us -= 90000; /* hardly anything gets through */
    controlled.conditions.sudden = true;
    assert_int_equal(go_on(&controlled, 200000, true, 150000), RATE_BACKED_OFF);
    assert_true(controlled.control.bps < 200000);
    assert_int_equal(go_on(&controlled, 200000, true, 160000), RATE_FOLLOWED);
}

/* Little is sent, and the link may only be uneven. */
static void gives_up_little_for_a_doubtful_queue(void **state)
{
    (void)state;
    struct controlled controlled;
    begin(&controlled, 1000000);
    controlled.conditions.doubtful = true;
    assert_int_equal(go_on(&controlled, 200000, true, 40000), RATE_BACKED_OFF);
    assert_float_equal(controlled.control.bps, 0.85 * 1000000, 1);
}

/* Packets that were sent before less was sent found no queue any more. */
static void takes_back_what_a_passing_delay_made_it_do(void **state)
{
    (void)state;
    struct controlled controlled;
    begin(&controlled, 1000000);
    controlled.conditions.heard_us -= 150000;
    assert_int_equal(go_on(&controlled, 700000, true, 50000), RATE_BACKED_OFF);
    assert_true(controlled.control.bps < 700000);
    assert_int_equal(go_on(&controlled, 700000, false, 5000), RATE_TAKEN_BACK);
    assert_float_equal(controlled.control.bps, 1000000, 1);
    assert_float_equal(controlled.control.capacity_bps, 0, 1);
}

/* Behind an uneven link a delay that does not answer is none of our queues. */
static void is_soon_content_where_the_link_is_uneven(void **state)
{
    (void)state;
    struct controlled controlled;
    begin(&controlled, 1000000);
    controlled.conditions.is_uneven = true;
    assert_int_equal(go_on(&controlled, 900000, true, 40000), RATE_BACKED_OFF);
    enum rate_change change = RATE_FOLLOWED;
    for (unsigned i = 0; i < 6 && change == RATE_FOLLOWED; i++) {
        change = go_on(&controlled, 765000, true, 40000);
    }
    assert_int_equal(change, RATE_NOT_OURS);
    assert_float_equal(controlled.control.bps, 0.95 * 1000000, 1);
}

/* Layers are not changed for a queue that is gone in a moment, but for a sudden one. */
static void says_what_will_last(void **state)
{
    (void)state;
    for (unsigned sudden = 0; sudden < 2; sudden++) {
        struct controlled controlled;
        begin(&controlled, 1000000);
        assert_float_equal(rate_control_lasting_bps(&controlled.control), 1000000, 1);
        controlled.conditions.sudden = sudden;
        assert_int_equal(go_on(&controlled, 1000000, true, 50000), RATE_BACKED_OFF);
        assert_float_equal(controlled.control.bps, 850000, 1);
        assert_float_equal(rate_control_lasting_bps(&controlled.control), sudden ? 850000 : 900000,
                           1);
    }
}

/* On a narrow link nothing is believed beyond what it was seen to carry, but what is used. */
static void waits_for_proof_on_narrow_links(void **state)
{
    (void)state;
    static const struct {
        double used_bps;
        double least_bps;
        double most_bps;
    } cases[] = {{120000, 150000, 155000}, {148000, 160000, 195000}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct controlled controlled;
        begin(&controlled, 140000);
        rate_control_saw_capacity(&controlled.control, 150000);
        for (unsigned k = 0; k < 60; k++) {
            go_on(&controlled, cases[i].used_bps * controlled.control.bps / 150000, false, 0);
        }
        assert_true(controlled.control.bps >= cases[i].least_bps);
        assert_true(controlled.control.bps <= cases[i].most_bps);
    }
}

static void waits_for_what_was_sent_before(void **state)
{
    (void)state;
    struct controlled controlled;
    begin(&controlled, 1000000);
    controlled.conditions.heard_us = 0; /* a round trip of a second */
    go_on(&controlled, 500000, true, 100000);
    const double bps = controlled.control.bps;
    for (unsigned i = 0; i < 9; i++) {
        assert_int_equal(go_on(&controlled, 500000, true, 100000 + i * 50000), RATE_FOLLOWED);
        assert_float_equal(controlled.control.bps, bps, 0);
    }
}

static void believes_that_it_is_not_ours(void **state)
{
    (void)state;
    struct controlled controlled;
    begin(&controlled, 1000000);
    enum rate_change change = RATE_FOLLOWED;
    unsigned rounds = 0;
    while (change != RATE_NOT_OURS && rounds < 100) {
        change = go_on(&controlled, controlled.control.bps, true, 90000);
        rounds++;
    }
    assert_in_range(rounds, 10, 40);
    assert_in_range(controlled.control.bps, 300000, 700000);
    assert_int_equal(go_on(&controlled, 500000, false, 0), RATE_FOLLOWED);
}

static void grows_by_the_same_near_the_capacity(void **state)
{
    (void)state;
    struct controlled small;
    struct controlled large;
    begin(&small, 1000000);
    begin(&large, 2000000);
    rate_control_saw_capacity(&small.control, 1000000);
    rate_control_saw_capacity(&large.control, 2000000);
    for (unsigned i = 0; i < 10; i++) {
        go_on(&small, 1000000, false, 0);
        go_on(&large, 2000000, false, 0);
    }
    const double small_grew = small.control.bps - 1000000;
    const double large_grew = large.control.bps - 2000000;
    assert_true(small_grew > 10000 && large_grew < 1.4 * small_grew);
    /* and faster where nothing is known */
    begin(&small, 1000000);
    for (unsigned i = 0; i < 10; i++) {
        go_on(&small, 1000000, false, 0);
    }
    assert_true(small.control.bps - 1000000 > 2 * small_grew);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows_as_far_as_it_is_used),
        cmocka_unit_test(backs_off_drains_and_returns),
        cmocka_unit_test(backs_off_further_from_a_long_queue),
        cmocka_unit_test(backs_off_at_once_when_it_becomes_sudden),
        cmocka_unit_test(gives_up_little_for_a_doubtful_queue),
        cmocka_unit_test(takes_back_what_a_passing_delay_made_it_do),
        cmocka_unit_test(is_soon_content_where_the_link_is_uneven),
        cmocka_unit_test(says_what_will_last),
        cmocka_unit_test(waits_for_proof_on_narrow_links),
        cmocka_unit_test(waits_for_what_was_sent_before),
        cmocka_unit_test(believes_that_it_is_not_ours),
        cmocka_unit_test(grows_by_the_same_near_the_capacity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
