#include "signaling/session/media_watchdog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SECOND 1000000ull

/* Seconds as letters: '.' flows, 's' silent, 'm' silent and muted; '!' after a second that asks. */
static void a_device_that_falls_silent_is_asked_for(void **state)
{
    (void)state;
    static const char *const plays[] = {
        "..........",
        "..ss..ss..ss..",        /* two reports are 4 s: not yet */
        "..sss!....",            /* five seconds */
        "mmmmmmmmmmmm",          /* may be silent */
        "mmmsss!",               /* from the moment on at which it should sound */
        "sss!sssss!ssssssssss!", /* and ever more rarely */
        "sss!..sss!",            /* it helped, once */
    };
    for (size_t i = 0; i < sizeof(plays) / sizeof(plays[0]); i++) {
        struct media_watchdog watchdog = {0};
        for (const char *at = plays[i]; *at; at++) {
            const bool asks = media_watchdog_on_report(&watchdog, *at != 'm', *at == '.');
            if (asks != (at[1] == '!')) {
                fail_msg("%s at %td", plays[i], at - plays[i]);
            }
            at += at[1] == '!';
        }
    }
}

static void a_slot_that_stands_still_is_set_up_anew(void **state)
{
    (void)state;
    static const struct {
        bool expected;
        uint32_t interval_ms;
        uint32_t frames;
        unsigned bound_s; /* ago */
        bool repairs;
    } cases[] = {
        {true, 5000, 0, 60, true},   {true, 5000, 1, 60, false}, /* it moves */
        {false, 5000, 0, 60, false}, /* it need not: muted, hidden, a still, sound alone */
        {true, 5000, 0, 3, false},   /* it was put there just now */
        {true, 1000, 0, 60, false},  /* too short a look */
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const uint64_t now_us = 1000 * SECOND;
        struct slot_watchdog watchdog = {.bound_us = now_us - cases[i].bound_s * SECOND};
        const struct slot_sighting sighting = {cases[i].expected, cases[i].interval_ms,
                                               cases[i].frames};
        assert_int_equal(slot_watchdog_on_figures(&watchdog, &sighting, now_us), cases[i].repairs);
    }
}

static void repairs_that_do_not_help_become_rare(void **state)
{
    (void)state;
    struct slot_watchdog watchdog = {0};
    unsigned repairs = 0;
    for (uint64_t s = 1; s <= 600; s++) {
        repairs += slot_watchdog_may_repair(&watchdog, s * SECOND);
    }
    assert_in_range(repairs, 5, 8);
    const struct slot_sighting moves = {true, 5000, 80};
    assert_false(slot_watchdog_on_figures(&watchdog, &moves, 601 * SECOND));
    /* After it moved the next one comes as soon as the first did. */
    const struct slot_sighting still = {true, 5000, 0};
    assert_true(slot_watchdog_on_figures(&watchdog, &still, 700 * SECOND));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_device_that_falls_silent_is_asked_for),
        cmocka_unit_test(a_slot_that_stands_still_is_set_up_anew),
        cmocka_unit_test(repairs_that_do_not_help_become_rare),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
