#include "signaling/session/missed_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define T0 1790000000000

static struct missed_words_notice take(struct missed_words *words, int64_t now_ms)
{
    struct missed_words_notice notice = {0};
    if (!missed_words_take(words, now_ms, &notice)) {
        memset(&notice, 0, sizeof(notice));
    }
    return notice;
}

/* One stretch, said by the worker, and what the listener's page says of it. */
static void the_page_corrects_the_worker(void **state)
{
    (void)state;
    static const struct {
        uint32_t missed_ms;
        uint32_t of_ms;
        bool has_figures;
        uint32_t concealed_ms;
        unsigned seconds; /* 0: nobody is told */
    } cases[] = {
        {6000, 8000, false, 0, 6},   /* an old page: the worker is believed */
        {6000, 8000, true, 6000, 6}, /* they agree */
        {6000, 8000, true, 5000, 6}, /* nearly */
        {6000, 8000, true, 200, 0},  /* it came by another way */
        {6000, 8000, true, 2000, 2}, /* most of it did */
        {2000, 8000, true, 5000, 5}, /* more came too late to be played */
        {4000, 4000, true, 9000, 4}, /* never more than there was */
        {900, 8000, true, 900, 0},   /* no word is that short */
        {900, 8000, false, 0, 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct missed_words words = {0};
        const int64_t now_ms = T0 + cases[i].of_ms;
        missed_words_on_event(&words, "ruth", T0, cases[i].missed_ms, cases[i].of_ms, now_ms);
        assert_int_equal(take(&words, now_ms).seconds, 0); /* the page has its say first */
        if (cases[i].has_figures) {
            missed_words_on_figures(&words, "ruth", cases[i].of_ms + 1000, cases[i].concealed_ms,
                                    true, now_ms + 1000);
            const struct missed_words_notice notice = take(&words, now_ms + 1000);
            assert_int_equal(notice.seconds, cases[i].seconds);
        }
        const struct missed_words_notice late = take(&words, now_ms + MISSED_WORDS_DECIDE_AFTER_MS);
        assert_int_equal(late.seconds, cases[i].has_figures ? 0 : cases[i].seconds);
        if (late.seconds > 0) {
            assert_string_equal(late.listener_id, "ruth");
            assert_int_equal(late.at_ms, T0);
            assert_true(late.tell);
        }
    }
}

/* Figures that came before the worker's word about the same time are not lost. */
static void figures_may_come_first(void **state)
{
    (void)state;
    struct missed_words words = {0};
    missed_words_on_figures(&words, "ruth", 5000, 3000, false, T0 + 4000);
    assert_int_equal(take(&words, T0 + 4000).seconds, 0); /* nobody spoke, as far as is known */
    missed_words_on_event(&words, "ruth", T0, 5000, 6000, T0 + 6500);
    missed_words_on_figures(&words, "ruth", 5000, 2000, true, T0 + 9000);
    assert_int_equal(take(&words, T0 + 9000).seconds, 5);
}

static void words_that_came_too_late_are_known_from_the_page_alone(void **state)
{
    (void)state;
    struct missed_words words = {0};
    missed_words_on_figures(&words, "ruth", 5000, 2400, false, T0 + 5000);
    assert_int_equal(take(&words, T0 + 5000).seconds, 0); /* nobody spoke */
    missed_words_on_figures(&words, "ruth", 5000, 600, true, T0 + 10000);
    assert_int_equal(take(&words, T0 + 10000).seconds, 0); /* too little */
    missed_words_on_figures(&words, "ruth", 5000, 2400, true, T0 + 15000);
    const struct missed_words_notice notice = take(&words, T0 + 15000);
    assert_int_equal(notice.seconds, 2);
    assert_int_equal(notice.at_ms, T0 + 10000);
}

static void no_second_is_counted_twice(void **state)
{
    (void)state;
    struct missed_words words = {0};
    missed_words_on_event(&words, "ruth", T0, 4000, 4000, T0 + 4000);
    missed_words_on_figures(&words, "ruth", 5000, 4000, true, T0 + 5000);
    assert_int_equal(take(&words, T0 + 5000).seconds, 4);
    missed_words_on_event(&words, "ruth", T0, 4000, 4000, T0 + 25000); /* the same again */
    missed_words_on_figures(&words, "ruth", 5000, 0, true, T0 + 30000);
    assert_int_equal(take(&words, T0 + 40000).seconds, 0);
    /* Half of it has been told. */
    missed_words_on_event(&words, "ruth", T0 + 2000, 4000, 4000, T0 + 41000);
    assert_int_equal(take(&words, T0 + 41000 + MISSED_WORDS_DECIDE_AFTER_MS).seconds, 2);
}

static void stretches_close_together_are_one(void **state)
{
    (void)state;
    struct missed_words words = {0};
    missed_words_on_event(&words, "ruth", T0, 2000, 2000, T0 + 2000);
    missed_words_on_event(&words, "ruth", T0 + 3000, 2000, 2000, T0 + 5000);
    const struct missed_words_notice notice =
        take(&words, T0 + 5000 + MISSED_WORDS_DECIDE_AFTER_MS);
    assert_int_equal(notice.seconds, 4);
    assert_int_equal(notice.at_ms, T0);
}

/* A speaker who is told all the time does not speak any more. */
static void the_speaker_is_told_rarely(void **state)
{
    (void)state;
    struct missed_words words = {0};
    unsigned told = 0;
    unsigned marked = 0;
    unsigned seconds = 0;
    for (int64_t ms = 0; ms < 120000; ms += 1000) {
        const int64_t now_ms = T0 + ms;
        if (ms >= 4000 && ms % 4000 == 0 && ms <= 100000) {
            missed_words_on_event(&words, ms % 8000 == 0 ? "ruth" : "ana", now_ms - 3000, 2000,
                                  3000, now_ms);
        }
        struct missed_words_notice notice;
        while (missed_words_take(&words, now_ms, &notice)) {
            told += notice.tell;
            marked += !notice.tell;
            seconds += notice.seconds;
        }
    }
    assert_in_range(told, 4, 6);
    assert_true(told + marked >= told);
    assert_int_equal(seconds, 25 * 2); /* and all of it is accounted for */
}

static void more_listeners_than_places_do_no_harm(void **state)
{
    (void)state;
    struct missed_words words = {0};
    for (int i = 0; i < 3 * MISSED_WORDS_LISTENERS_MAX; i++) {
        char id[16];
        snprintf(id, sizeof(id), "p%d", i);
        missed_words_on_event(&words, id, T0 + i, 2000, 2000, T0 + 2000 + i);
        missed_words_on_figures(&words, id, 5000, 2000, true, T0 + 2000 + i);
    }
    struct missed_words_notice notice;
    unsigned count = 0;
    while (missed_words_take(&words, T0 + 100000, &notice)) {
        count++;
    }
    assert_in_range(count, 1, MISSED_WORDS_LISTENERS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_corrects_the_worker),
        cmocka_unit_test(figures_may_come_first),
        cmocka_unit_test(words_that_came_too_late_are_known_from_the_page_alone),
        cmocka_unit_test(no_second_is_counted_twice),
        cmocka_unit_test(stretches_close_together_are_one),
        cmocka_unit_test(the_speaker_is_told_rarely),
        cmocka_unit_test(more_listeners_than_places_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
