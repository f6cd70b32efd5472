#include "media/router/uplink_watch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SECOND UINT64_C(1000000)
#define MS INT64_C(1000)
#define KBPS 1000u

static uint64_t now_us;
static struct uplink_watch watch;

static int begin(void **state)
{
    (void)state;
    now_us = 100 * SECOND;
    watch = (struct uplink_watch){0};
    return 0;
}

/* Pictures come like this for a while. */
static void comes(double seconds, const struct uplink_look *look, uint32_t rtt_us)
{
    for (int i = 0; i < (int)(seconds * 4); i++) {
        uplink_watch_look(&watch, look, rtt_us, now_us);
        now_us += UPLINK_WATCH_INTERVAL_US;
    }
}

static struct uplink_look look_of(int64_t late_ms, uint32_t kbps)
{
    return (struct uplink_look){
        .has_packet = true, .late_us = late_ms * MS, .arrived_bps = kbps * KBPS};
}

static void a_link_is_proven_when_nothing_queues(void **state)
{
    static const struct {
        const char *name;
        int64_t late_ms;
        uint32_t rtt_ms;
        double unproven_s;
        double proven_s; /* 0: never */
    } cases[] = {
        {"a good one", 5, 20, 1, 1.25},   {"a good one, its round trip unknown", 5, 0, 1, 1.25},
        {"a long way", 10, 600, 2, 2.25}, {"jitter that is no queue", 150, 20, 4, 4.25},
        {"a queue", 350, 20, 10, 0},      {"a queue that drains", -60, 20, 10, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct uplink_look look = look_of(cases[i].late_ms, 100);
        begin(NULL);
        comes(cases[i].unproven_s, &look, cases[i].rtt_ms * 1000);
        if (uplink_watch_is_proven(&watch)) {
            fail_msg("%s: too soon", cases[i].name);
        }
        comes(cases[i].proven_s - cases[i].unproven_s, &look, cases[i].rtt_ms * 1000);
        if (uplink_watch_is_proven(&watch) != (cases[i].proven_s > 0)) {
            fail_msg("%s: not as expected", cases[i].name);
        }
    }
}

static void what_is_late_has_a_ceiling_at_once(void **state)
{
    const struct uplink_look good = look_of(5, 1400);
    const struct uplink_look queued = look_of(400, 100);
    const struct uplink_look less = look_of(350, 55);
    const struct uplink_look gone = look_of(20, 36);
    (void)state;
    comes(3, &good, 0);
    assert_int_equal(uplink_watch_ceiling_bps(&watch), 0);
    comes(0.25, &queued, 0);
    assert_int_equal(uplink_watch_ceiling_bps(&watch), 60 * KBPS);
    comes(1, &less, 0); /* it needs time to help */
    assert_int_equal(uplink_watch_ceiling_bps(&watch), 60 * KBPS);
    comes(1, &less, 0);
    assert_int_equal(uplink_watch_ceiling_bps(&watch), 33 * KBPS);
    comes(20, &less, 0);
    assert_int_equal(uplink_watch_ceiling_bps(&watch), 30 * KBPS);
    comes(2, &gone, 0);
    assert_int_equal(uplink_watch_ceiling_bps(&watch), 30 * KBPS);
    comes(0.25, &gone, 0);
    assert_int_equal(uplink_watch_ceiling_bps(&watch), 45 * KBPS);
    comes(2, &gone, 0);
    assert_int_equal(uplink_watch_ceiling_bps(&watch), 67500);
    /* It broke at 100: beyond that only after a while; when that went well the rest is quick. */
    comes(5, &gone, 0);
    assert_int_equal(uplink_watch_ceiling_bps(&watch), 67500);
    comes(2, &gone, 0);
    assert_true(uplink_watch_ceiling_bps(&watch) > 100 * KBPS);
    comes(8, &gone, 0);
    assert_int_equal(uplink_watch_ceiling_bps(&watch), 0);
}

/* How long until more is tried than the link bore: longer each time. */
static void a_link_that_broke_has_a_ceiling_until_it_is_mended(void **state)
{
    static const struct {
        uint32_t link_kbps;
        uint32_t least_kbps;
        uint32_t most_kbps;
        bool is_thin;
    } cases[] = {
        {200, 80, 100, true}, {60, 30, 40, true}, {20, 30, 30, true}, {800, 300, 400, false}};
    const struct uplink_look good = look_of(5, 1400);
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        begin(NULL);
        comes(10, &good, 20000);
        uplink_watch_break(&watch, cases[i].link_kbps * KBPS, now_us);
        assert_in_range(uplink_watch_ceiling_bps(&watch), cases[i].least_kbps * KBPS,
                        cases[i].most_kbps * KBPS);
        assert_int_equal(uplink_watch_is_thin(&watch), cases[i].is_thin);
        comes(1, &good, 20000);
        assert_true(uplink_watch_ceiling_bps(&watch) != 0);
        uplink_watch_mend(&watch, now_us);
        assert_int_equal(uplink_watch_ceiling_bps(&watch), 0);
        assert_false(uplink_watch_is_thin(&watch));
        comes(10, &good, 20000);
        assert_int_equal(uplink_watch_ceiling_bps(&watch), 0);
    }
}

/* What a sender held back comes late at first; a link that is not mended after all stays late. */
static void a_mended_link_may_be_late_for_three_seconds(void **state)
{
    static const struct {
        const char *name;
        double late_s;
        bool breaks_again;
        bool has_ceiling;
    } cases[] = {
        {"its sender's own queue", 2.5, false, false},
        {"the link is as thin as before", 3.5, false, true},
        {"it breaks once more", 0.25, true, true},
    };
    const struct uplink_look good = look_of(5, 1400);
    const struct uplink_look queued = look_of(900, 90);
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        begin(NULL);
        comes(10, &good, 20000);
        uplink_watch_break(&watch, 200 * KBPS, now_us);
        comes(5, &queued, 20000);
        uplink_watch_mend(&watch, now_us);
        if (cases[i].breaks_again) {
            uplink_watch_break(&watch, 200 * KBPS, now_us);
        }
        comes(cases[i].late_s, &queued, 20000);
        comes(1, &good, 20000);
        if ((uplink_watch_ceiling_bps(&watch) != 0) != cases[i].has_ceiling) {
            fail_msg("%s: not as expected", cases[i].name);
        }
    }
}

static void what_broke_again_is_tried_less_often(void **state)
{
    const struct uplink_look queued = look_of(500, 100);
    const struct uplink_look calm = look_of(20, 60);
    int tries[3];
    (void)state;
    for (int i = 0; i < 3; i++) {
        tries[i] = 0;
        comes(0.25, &queued, 0);
        while (uplink_watch_ceiling_bps(&watch) != 0 &&
               uplink_watch_ceiling_bps(&watch) <= 100 * KBPS && tries[i] < 400) {
            comes(0.25, &calm, 0);
            tries[i]++;
        }
    }
    assert_in_range(tries[0], 38, 44);
    assert_in_range(tries[1], 78, 84);
    assert_in_range(tries[2], 158, 164);
}

/* That nothing queues while little is sent says little: more has to come, or nothing be missing. */
static void a_link_is_wide_when_it_has_carried_more(void **state)
{
    static const struct {
        const char *name;
        bool is_short_later;
        bool has_better;
        uint32_t kbps;
        bool soon;
        bool later;
    } cases[] = {
        {"better layers came", false, true, 200, true, true},
        {"one picture that is large", false, false, 400, true, true},
        {"one that is small, and all there is", false, false, 50, false, true},
        {"the better layers stay away", true, false, 90, false, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct uplink_look start = look_of(5, 50);
        struct uplink_look look = look_of(5, cases[i].kbps);
        look.has_better = cases[i].has_better;
        begin(NULL);
        comes(2, &start, 0);
        assert_false(uplink_watch_is_wide(&watch));
        comes(2, &look, 0);
        const bool soon = uplink_watch_is_wide(&watch);
        look.is_short = cases[i].is_short_later;
        comes(8, &look, 0);
        if (soon != cases[i].soon || uplink_watch_is_wide(&watch) != cases[i].later) {
            fail_msg("%s: not as expected", cases[i].name);
        }
    }
}

/* What is asked for no more is not missing: below a ceiling nothing is learned of the link. */
static void a_link_with_a_ceiling_is_not_wide(void **state)
{
    const struct uplink_look start = look_of(5, 50);
    const struct uplink_look queued = look_of(400, 100);
    const struct uplink_look calm = look_of(20, 40);
    (void)state;
    comes(2, &start, 0);
    comes(0.5, &queued, 0); /* too short to be thin by itself */
    for (int i = 0; i < 20 * 4 && uplink_watch_ceiling_bps(&watch) != 0; i++) {
        assert_false(uplink_watch_is_wide(&watch));
        assert_int_equal(uplink_watch_is_thin(&watch),
                         uplink_watch_ceiling_bps(&watch) < 150 * KBPS);
        comes(0.25, &calm, 0);
    }
    assert_int_equal(uplink_watch_ceiling_bps(&watch), 0);
    comes(5, &calm, 0);
    assert_false(uplink_watch_is_wide(&watch));
    comes(2, &calm, 0);
    assert_true(uplink_watch_is_wide(&watch));
}

static void single_gaps_and_a_camera_that_is_off_are_no_queue(void **state)
{
    const struct uplink_look good = look_of(5, 300);
    const struct uplink_look off = {.has_packet = false, .late_us = INT64_MAX};
    (void)state;
    comes(5, &good, 0);
    comes(30, &off, 0);
    comes(5, &good, 0);
    assert_int_equal(uplink_watch_ceiling_bps(&watch), 0);
    assert_false(uplink_watch_is_thin(&watch));
    assert_true(uplink_watch_is_proven(&watch));
}

static void a_link_is_thin_when_its_sender_holds_back(void **state)
{
    static const struct {
        const char *name;
        int64_t late_ms;
        uint32_t kbps;
        bool is_short;
        bool has_better;
        uint32_t loss_permille;
        bool at_once;
        bool thin;
    } cases[] = {
        {"all that is asked for", 5, 1400, false, true, 0, false, false},
        {"little, since no more is asked for", 5, 60, false, false, 0, false, false},
        {"a covered camera in all its layers", 5, 20, false, true, 0, false, false},
        {"a better layer stays away", 20, 90, true, false, 0, false, true},
        {"the same, a few are lost", 20, 90, true, false, 50, false, true},
        {"it stays away since a tenth is lost", 20, 90, true, false, 100, false, false},
        {"a tenth is lost, and it is late", 400, 90, true, false, 100, true, true},
        {"the best stays away", 20, 400, true, true, 0, false, false},
        {"late", 400, 100, false, false, 0, true, true},
        {"late, but much", 400, 900, false, true, 0, false, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct uplink_look look = look_of(cases[i].late_ms, cases[i].kbps);
        look.is_short = cases[i].is_short;
        look.has_better = cases[i].has_better;
        look.loss_ppm = cases[i].loss_permille * 1000;
        begin(NULL);
        comes(0.5, &look, 0);
        assert_int_equal(uplink_watch_is_thin(&watch), cases[i].at_once);
        comes(6, &look, 0);
        if (uplink_watch_is_thin(&watch) != cases[i].thin) {
            fail_msg("%s: not as expected", cases[i].name);
        }
    }
}

static void a_thin_link_becomes_wide_by_what_comes(void **state)
{
    const struct uplink_look queued = look_of(500, 100);
    const struct uplink_look calm = look_of(20, 60);
    struct uplink_look better = look_of(20, 200);
    better.has_better = true;
    (void)state;
    comes(3, &queued, 0);
    assert_true(uplink_watch_is_thin(&watch));
    comes(9, &better, 0);
    assert_true(uplink_watch_is_thin(&watch));
    comes(2, &better, 0);
    assert_false(uplink_watch_is_thin(&watch));
    /* Without a proof it takes longer. */
    comes(3, &queued, 0);
    comes(50, &calm, 0);
    assert_true(uplink_watch_is_thin(&watch));
    comes(12, &calm, 0);
    assert_false(uplink_watch_is_thin(&watch));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_link_is_proven_when_nothing_queues, begin),
        cmocka_unit_test_setup(what_is_late_has_a_ceiling_at_once, begin),
        cmocka_unit_test_setup(a_link_that_broke_has_a_ceiling_until_it_is_mended, begin),
        cmocka_unit_test_setup(a_mended_link_may_be_late_for_three_seconds, begin),
        cmocka_unit_test_setup(what_broke_again_is_tried_less_often, begin),
        cmocka_unit_test_setup(a_link_is_wide_when_it_has_carried_more, begin),
        cmocka_unit_test_setup(a_link_with_a_ceiling_is_not_wide, begin),
        cmocka_unit_test_setup(single_gaps_and_a_camera_that_is_off_are_no_queue, begin),
        cmocka_unit_test_setup(a_link_is_thin_when_its_sender_holds_back, begin),
        cmocka_unit_test_setup(a_thin_link_becomes_wide_by_what_comes, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
