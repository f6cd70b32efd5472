#include "media/congestion/loss_controller.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct feeder {
    struct loss_controller loss;
    uint64_t now_us;
    uint64_t random;
    unsigned verdicts[3]; /* how often each was given */
};

static void begin(struct feeder *feeder)
{
    *feeder = (struct feeder){.now_us = 1000000, .random = 1};
    loss_controller_init(&feeder->loss);
}

static double draw(struct feeder *feeder)
{
    feeder->random = feeder->random * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (double)(feeder->random >> 11) / 9007199254740992.0;
}

/* Packets of 1000 bytes at `bps`, of which a share is lost; ends early at a verdict. */
static enum loss_verdict feed(struct feeder *feeder, double bps, double lost, double seconds)
{
    const uint64_t end_us = feeder->now_us + (uint64_t)(seconds * 1e6);
    while (feeder->now_us < end_us) {
        feeder->now_us += (uint64_t)(8e9 / bps);
        const struct packet_result result = {
            .sent_us = feeder->now_us, .size = 1000, .received = draw(feeder) >= lost};
        loss_controller_add(&feeder->loss, &result);
        const enum loss_verdict verdict = loss_controller_judge(&feeder->loss, feeder->now_us);
        feeder->verdicts[verdict]++;
        if (verdict != LOSS_USUAL) {
            return verdict;
        }
    }
    return LOSS_USUAL;
}

/* What a policer of `limit_bps` loses of `bps`. */
static double policed(double bps, double limit_bps)
{
    return bps > limit_bps ? 1 - limit_bps / bps : 0;
}

static void leaves_chance_alone(void **state)
{
    (void)state;
    static const double losses[] = {0, 0.01, 0.03, 0.1, 0.15};
    for (size_t i = 0; i < sizeof(losses) / sizeof(losses[0]); i++) {
        struct feeder feeder;
        begin(&feeder);
        for (double bps = 300000; bps < 3e6; bps *= 1.1) {
            assert_int_equal(feed(&feeder, bps, losses[i], 3), LOSS_USUAL);
        }
        assert_float_equal(loss_controller_usual(&feeder.loss), losses[i], 0.05);
        assert_in_range(loss_controller_permille(&feeder.loss), 500 * losses[i],
                        30 + 1500 * losses[i]);
    }
}

static void sees_a_policer(void **state)
{
    (void)state;
    struct feeder feeder;
    begin(&feeder);
    double bps = 300000;
    enum loss_verdict verdict = LOSS_USUAL;
    while (verdict == LOSS_USUAL && bps < 2e6) {
        bps *= 1.05;
        verdict = feed(&feeder, bps, policed(bps, 500000), 1);
    }
    assert_int_equal(verdict, LOSS_CONGESTION);
    assert_true(bps < 650000);
    /* the cut helps, and stays */
    assert_int_equal(feed(&feeder, 475000, policed(475000, 500000), 5), LOSS_USUAL);
}

static void takes_back_a_cut_that_did_not_help(void **state)
{
    (void)state;
    struct feeder feeder;
    begin(&feeder);
    assert_int_equal(feed(&feeder, 1e6, 0, 10), LOSS_USUAL);
    assert_int_equal(feed(&feeder, 1e6, 0.3, 5), LOSS_CONGESTION);
    assert_int_equal(feed(&feeder, 700000, 0.3, 5), LOSS_CHANCE);
    assert_int_equal(feed(&feeder, 1e6, 0.3, 30), LOSS_USUAL);
    assert_float_equal(loss_controller_usual(&feeder.loss), 0.3, 0.1);
    /* and it gets better again */
    assert_int_equal(feed(&feeder, 1e6, 0, 30), LOSS_USUAL);
    assert_float_equal(loss_controller_usual(&feeder.loss), 0, 0.01);
}

/* What crept up with the rate is no chance, when a burst says so. */
static void doubts_what_it_takes_for_usual(void **state)
{
    (void)state;
    struct feeder feeder;
    begin(&feeder);
    (void)feed(&feeder, 1000000, 0.12, 20);
    assert_true(loss_controller_usual(&feeder.loss) > 0.06);
    loss_controller_doubt(&feeder.loss);
    loss_controller_doubt(&feeder.loss);
    assert_true(loss_controller_usual(&feeder.loss) < 0.04);
    assert_int_equal(feed(&feeder, 1000000, 0.2, 20), LOSS_CONGESTION);
    /* less was lost after the cut, and so much is usual */
    assert_int_equal(feed(&feeder, 900000, 0, 2), LOSS_USUAL);
    assert_true(loss_controller_usual(&feeder.loss) < 0.01);
}

static void forgives_what_came_late(void **state)
{
    (void)state;
    struct loss_controller loss;
    loss_controller_init(&loss);
    for (unsigned i = 0; i < 100; i++) {
        struct packet_result result = {.sent_us = 1000000 + i * 10000, .size = 1000};
        loss_controller_add(&loss, &result);
        result.received = result.was_lost = true;
        loss_controller_add(&loss, &result);
        assert_int_equal(loss_controller_judge(&loss, result.sent_us), LOSS_USUAL);
    }
    assert_int_equal(loss_controller_permille(&loss), 0);
}

static void begins_anew_when_told(void **state)
{
    (void)state;
    struct feeder feeder;
    begin(&feeder);
    feed(&feeder, 1e6, 0, 5);
    loss_controller_restart(&feeder.loss, feeder.now_us + 3000000);
    assert_int_equal(feed(&feeder, 1e6, 0.5, 3), LOSS_USUAL); /* of before does not count */
    assert_int_equal(feed(&feeder, 1e6, 0.5, 3), LOSS_CONGESTION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaves_chance_alone),
        cmocka_unit_test(sees_a_policer),
        cmocka_unit_test(takes_back_a_cut_that_did_not_help),
        cmocka_unit_test(doubts_what_it_takes_for_usual),
        cmocka_unit_test(forgives_what_came_late),
        cmocka_unit_test(begins_anew_when_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
