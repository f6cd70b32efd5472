#include "media/router/sound_frames.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SECOND UINT64_C(1000000)
#define KBPS 1000u

/* A link that stays as it is: what is told of it in the end, and after how long. */
static uint32_t told_after(struct sound_frames *frames, uint32_t bps, uint64_t *now_us,
                           struct sound_order *ret_order)
{
    const uint64_t began_us = *now_us;
    for (; *now_us < began_us + 20 * SECOND; *now_us += SECOND / 4) {
        if (sound_frames_update(frames, bps, true, *now_us, ret_order)) {
            return (uint32_t)((*now_us - began_us) / SECOND);
        }
    }
    return 0;
}

static void the_thinnest_link_decides(void **state)
{
    static const struct {
        const char *name;
        struct {
            uint32_t bps;
            uint32_t after_s; /* 0: nothing is told */
            uint32_t frame_ms;
            uint32_t max_bps;
        } steps[4];
    } cases[] = {
        {"nothing is known", {{SOUND_FRAMES_WIDE_BPS, 0, 0, 0}}},
        {"a good link", {{2000 * KBPS, 0, 0, 0}, {200 * KBPS, 0, 0, 0}}},
        {"thin, and wide again", {{150 * KBPS, 2, 40, 20 * KBPS}, {400 * KBPS, 10, 20, 0}}},
        {"thin in some unknown way", {{SOUND_FRAMES_THIN_BPS, 2, 40, 20 * KBPS}}},
        {"not quite wide again", {{150 * KBPS, 2, 40, 20 * KBPS}, {290 * KBPS, 0, 0, 0}}},
        {"very thin at once", {{60 * KBPS, 2, 60, 16 * KBPS}, {500 * KBPS, 10, 20, 0}}},
        {"ever thinner, and back in steps",
         {{180 * KBPS, 2, 40, 20 * KBPS},
          {70 * KBPS, 2, 60, 16 * KBPS},
          {130 * KBPS, 10, 40, 20 * KBPS},
          {310 * KBPS, 10, 20, 0}}},
        {"not quite as thin again", {{70 * KBPS, 2, 60, 16 * KBPS}, {95 * KBPS, 0, 0, 0}}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sound_frames frames = {.is_told = true};
        uint64_t now_us = 100 * SECOND;
        for (size_t s = 0; s < 4 && cases[i].steps[s].bps != 0; s++) {
            struct sound_order order = {0};
            const uint32_t after_s = told_after(&frames, cases[i].steps[s].bps, &now_us, &order);
            if (after_s != cases[i].steps[s].after_s ||
                order.frame_ms != cases[i].steps[s].frame_ms ||
                order.max_bps != cases[i].steps[s].max_bps) {
                fail_msg("%s, step %zu: after %u s %u ms, %u bps", cases[i].name, s, after_s,
                         order.frame_ms, order.max_bps);
            }
        }
    }
}

static void an_estimate_that_swings_tells_nothing(void **state)
{
    struct sound_frames frames = {.is_told = true};
    struct sound_order order;
    (void)state;
    for (uint64_t t = 0; t < 60; t++) {
        const uint32_t bps = t % 2 == 0 ? 150 * KBPS : 400 * KBPS;
        assert_false(sound_frames_update(&frames, bps, true, (100 + t) * SECOND, &order));
    }
}

static void the_first_word_comes_when_the_link_is_known(void **state)
{
    static const struct {
        const char *name;
        uint32_t bps;
        bool is_proven;
        uint32_t frame_ms; /* 0: nothing is told */
    } cases[] = {
        {"nothing is known", SOUND_FRAMES_WIDE_BPS, false, 0},
        {"the listeners' links are wide", 2000 * KBPS, false, 0},
        {"all are wide", 2000 * KBPS, true, 20},
        {"its own is proven", SOUND_FRAMES_WIDE_BPS, true, 20},
        {"its own is thin", SOUND_FRAMES_THIN_BPS, false, 40},
        {"a listener's is very thin, it seems", 60 * KBPS, true, 40},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sound_frames frames = {0};
        struct sound_order order = {0};
        const bool told =
            sound_frames_update(&frames, cases[i].bps, cases[i].is_proven, SECOND, &order);
        if (told != (cases[i].frame_ms != 0) || (told && order.frame_ms != cases[i].frame_ms)) {
            fail_msg("%s: %u ms", cases[i].name, order.frame_ms);
        }
        assert_false(
            sound_frames_update(&frames, cases[i].bps, cases[i].is_proven, 2 * SECOND, &order));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_thinnest_link_decides),
        cmocka_unit_test(the_first_word_comes_when_the_link_is_known),
        cmocka_unit_test(an_estimate_that_swings_tells_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
