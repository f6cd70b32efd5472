#include "media/router/uplink_relief.h"

#include "gateway/base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SECOND UINT64_C(1000000)
#define MS INT64_C(1000)
#define KBPS 1000u

static uint64_t now_us;
static uint64_t bytes;
static struct uplink_relief relief;

static int begin(void **state)
{
    (void)state;
    now_us = 100 * SECOND;
    bytes = 0;
    relief = (struct uplink_relief){0};
    return 0;
}

/* One look; -1: nothing of it came. */
static void comes(int sound_late_ms, int pictures_late_ms, uint32_t kbps)
{
    const struct uplink_relief_look look = {
        .has_sound = sound_late_ms >= 0,
        .has_pictures = pictures_late_ms >= 0,
        .sound_late_us = sound_late_ms * MS,
        .pictures_late_us = pictures_late_ms * MS,
        .bytes = bytes += (uint64_t)kbps * KBPS / 8 * UPLINK_RELIEF_INTERVAL_US / SECOND,
    };
    uplink_relief_look(&relief, &look, now_us);
    now_us += UPLINK_RELIEF_INTERVAL_US;
}

static void comes_for(double seconds, int late_ms, uint32_t kbps)
{
    for (int i = 0; i < (int)(seconds * 20); i++) {
        comes(late_ms, late_ms, kbps);
    }
}

/* What is told until the next look, 0: nothing. */
static uint32_t told_bps(void)
{
    uint32_t bps = 0;
    return uplink_relief_take(&relief, true, now_us, &bps) ? bps : 0;
}

static void a_sudden_queue_is_capped(void **state)
{
    static const struct {
        const char *name;
        struct {
            int sound_ms;
            int pictures_ms;
            uint32_t kbps;
        } usual, then[8]; /* the last goes on */
        bool is_capped;
    } cases[] = {
        {"a drop", {5, 5, 1000}, {{60, 65, 200}, {130, 140, 200}, {190, 200, 200}}, true},
        {"sound waits longer", {5, 5, 400}, {{5, 70, 150}, {140, 70, 150}, {200, 150, 150}}, true},
        {"sound that is lost in it", {5, 5, 900}, {{-1, 80, 200}, {-1, 180, 200}}, true},
        {"sound alone", {5, -1, 60}, {{420, -1, 20}}, true},
        {"it fills slowly", {5, 5, 400}, {{110, 120, 350}, {210, 210, 350}}, true},
        {"late by far at once", {5, 5, 400}, {{420, 450, 300}}, true},
        {"a slow camera", {5, 900, 900}, {{10, 950, 200}, {10, 999, 200}}, false},
        {"its sound comes more often", {5, 5, 900}, {{10, 900, 200}, {10, -1, 200}}, false},
        {"a slow microphone", {5, 5, 900}, {{900, 5, 900}, {900, -1, 900}, {900, 5, 900}}, false},
        {"jitter",
         {5, 5, 500},
         {{90, 99, 500}, {20, 10, 500}, {150, 160, 500}, {50, 60, 500}, {99, 5, 500}, {5, 5, 500}},
         false},
        {"a key frame",
         {5, 5, 120},
         {{60, 60, 150},
          {120, 120, 150},
          {180, 180, 150},
          {220, 210, 150},
          {120, 120, 150},
          {60, 60, 150},
          {5, 5, 120}},
         false},
        {"a gap that is made up for",
         {5, 5, 500},
         {{-1, -1, 0},
          {-1, -1, 0},
          {-1, -1, 0},
          {150, 150, 900},
          {90, 90, 900},
          {5, 5, 900},
          {5, 5, 500}},
         false},
        {"a camera that pauses", {5, 5, 900}, {{5, -1, 30}}, false},
        {"a picture on a thin link",
         {5, 5, 120},
         {{60, 60, 40}, {120, 120, 40}, {180, 180, 40}, {60, 60, 120}, {5, 5, 120}},
         false},
        {"a lower layer", {5, 5, 900}, {{30, 30, 200}, {5, 5, 200}}, false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        uint32_t capped_bps = 0;
        uint32_t link_bps = 0;
        begin(NULL);
        for (int n = 0; n < 200; n++) {
            comes(cases[i].usual.sound_ms, cases[i].usual.pictures_ms, cases[i].usual.kbps);
        }
        for (size_t n = 0, at = 0; n < 20; n++) {
            comes(cases[i].then[at].sound_ms, cases[i].then[at].pictures_ms,
                  cases[i].then[at].kbps);
            at += at + 1 < 8 && cases[i].then[at + 1].kbps + cases[i].then[at + 1].sound_ms != 0;
            link_bps = cases[i].then[at].kbps * KBPS;
            const uint32_t bps = told_bps();
            capped_bps = bps != 0 ? bps : capped_bps;
        }
        const uint32_t most_bps = link_bps > 75 * KBPS ? link_bps / 5 * 4 : 60 * KBPS;
        if ((capped_bps != 0) != cases[i].is_capped || capped_bps > most_bps) {
            fail_msg("%s: %u", cases[i].name, capped_bps);
        }
    }
}

static void pictures_alone_are_not_relieved(void **state)
{
    (void)state;
    for (int i = 0; i < 400; i++) {
        comes(-1, i < 200 ? 5 : 900, 200);
        assert_int_equal(told_bps(), 0);
    }
}

static void nothing_is_said_at_the_beginning(void **state)
{
    (void)state;
    comes_for(0.5, 5, 500);
    comes_for(4.4, 700, 200);
    assert_int_equal(told_bps(), 0);
    comes_for(0.5, 700, 200);
    assert_int_equal(told_bps(), 120 * KBPS);
}

static void drop_to(uint32_t kbps)
{
    comes_for(10, 5, 1000);
    for (int i = 0; i < 20; i++) {
        comes(65 * i, 65 * i, kbps);
    }
}

static void it_goes_down_with_what_gets_through(void **state)
{
    uint32_t before_bps = 400 * KBPS;
    (void)state;
    comes_for(10, 5, 1000);
    for (int i = 0; i < 20; i++) {
        comes(65 * i, 65 * i, 200);
        const uint32_t bps = told_bps();
        assert_in_range(bps, 0, before_bps);
        before_bps = bps != 0 ? bps : before_bps;
    }
    assert_in_range(before_bps, 120 * KBPS, 150 * KBPS);
    comes_for(1, 1500, 20);
    assert_in_range(told_bps(), 60 * KBPS, 80 * KBPS);
}

static void it_is_repeated_while_it_holds(void **state)
{
    uint32_t bps = 0;
    (void)state;
    drop_to(200);
    assert_true(uplink_relief_take(&relief, false, now_us, &bps)); /* news take a packet */
    assert_false(uplink_relief_take(&relief, true, now_us, &bps));
    now_us += SECOND / 2;
    assert_false(uplink_relief_take(&relief, false, now_us, &bps));
    assert_true(uplink_relief_take(&relief, true, now_us, &bps));
    assert_in_range(bps, 120 * KBPS, 150 * KBPS);
}

/* Returns after how many looks without a queue it is lifted. */
static int lifted_after(void)
{
    int looks = 0;
    while (told_bps() != UPLINK_RELIEF_LIFTED_BPS) {
        assert_true(looks++ < 500);
        comes(5, 5, 100);
    }
    return looks;
}

static void it_is_raised_and_lifted_when_the_queue_is_gone(void **state)
{
    (void)state;
    drop_to(200);
    uint32_t before_bps = told_bps();
    assert_in_range(before_bps, 120 * KBPS, 150 * KBPS);
    for (int late_ms = 2000; late_ms > 100; late_ms -= 150) {
        comes_for(0.5, late_ms, 200);
        assert_int_equal(told_bps(), before_bps);
    }
    comes_for(0.9, 5, 80);
    assert_int_equal(told_bps(), before_bps);
    for (uint32_t bps = 0; bps != UPLINK_RELIEF_LIFTED_BPS;) {
        comes_for(0.5, 5, before_bps / KBPS);
        bps = told_bps();
        if (bps != UPLINK_RELIEF_LIFTED_BPS) {
            assert_in_range(bps, before_bps, 200 * KBPS);
            before_bps = bps;
        }
    }
    unsigned repeated = 0;
    for (int i = 0; i < 200; i++) {
        comes(5, 5, 200);
        repeated += told_bps() == UPLINK_RELIEF_LIFTED_BPS;
    }
    assert_in_range(repeated, 5, 20);
    assert_int_equal(told_bps(), 0);
}

static void it_waits_longer_when_the_queue_comes_back(void **state)
{
    int before = 0;
    (void)state;
    comes_for(10, 5, 1000);
    for (int i = 0; i < 3; i++) {
        comes_for(0.5, 500, 200);
        const int looks = lifted_after();
        assert_true(looks > before);
        before = looks;
    }
    comes_for(20, 5, 1000);
    comes_for(0.5, 500, 200);
    assert_true(lifted_after() < before);
}

static void a_longer_way_is_no_queue(void **state)
{
    int looks = 0;
    (void)state;
    comes_for(10, 5, 1000);
    do {
        assert_true(looks++ < 120);
        comes(300, 300, 320);
    } while (told_bps() != UPLINK_RELIEF_LIFTED_BPS);
    for (int i = 0; i < 200; i++) {
        comes(310, 310, 800);
        const uint32_t bps = told_bps();
        assert_true(bps == 0 || bps == UPLINK_RELIEF_LIFTED_BPS);
    }
    comes_for(0.5, 800, 200); /* a queue on top of it */
    assert_in_range(told_bps(), 120 * KBPS, 170 * KBPS);
}

static void little_that_stays_is_given_up(void **state)
{
    int looks = 0;
    (void)state;
    drop_to(200);
    while (told_bps() != UPLINK_RELIEF_LIFTED_BPS) {
        assert_true(looks++ < 120);
        comes(150, 150, 80);
    }
}

static void what_does_not_go_is_given_up(void **state)
{
    int looks = 0;
    (void)state;
    drop_to(200);
    while (told_bps() != UPLINK_RELIEF_LIFTED_BPS) {
        assert_true(looks++ < 500);
        comes(looks % 40 < 20 ? 900 : 1200, 1200, 200);
    }
    assert_in_range(looks, 350, 450);
}

static void nothing_is_left_behind_by_who_falls_silent(void **state)
{
    (void)state;
    drop_to(200);
    assert_in_range(told_bps(), 120 * KBPS, 150 * KBPS);
    for (int i = 0; i < 60; i++) {
        comes(-1, -1, 0);
    }
    assert_int_equal(told_bps(), UPLINK_RELIEF_LIFTED_BPS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_sudden_queue_is_capped, begin),
        cmocka_unit_test_setup(pictures_alone_are_not_relieved, begin),
        cmocka_unit_test_setup(nothing_is_said_at_the_beginning, begin),
        cmocka_unit_test_setup(it_goes_down_with_what_gets_through, begin),
        cmocka_unit_test_setup(it_is_repeated_while_it_holds, begin),
        cmocka_unit_test_setup(it_is_raised_and_lifted_when_the_queue_is_gone, begin),
        cmocka_unit_test_setup(it_waits_longer_when_the_queue_comes_back, begin),
        cmocka_unit_test_setup(a_longer_way_is_no_queue, begin),
        cmocka_unit_test_setup(little_that_stays_is_given_up, begin),
        cmocka_unit_test_setup(what_does_not_go_is_given_up, begin),
        cmocka_unit_test_setup(nothing_is_left_behind_by_who_falls_silent, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
