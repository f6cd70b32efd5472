#include "media/worker/worker_load.h"

#include "gateway/base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define POOL 1024

/* One second in the life of a worker. */
struct second {
    uint32_t busy_permille;
    uint32_t packets_free;
    uint64_t overflowed; /* in it */
};

struct play {
    struct worker_load load;
    struct worker_load_sample sample;
};

static void begin(struct play *play)
{
    *play = (struct play){.sample = {.now_us = 7, .packets_free = POOL, .packets_all = POOL}};
    worker_load_init(&play->load, 0);
    assert_false(worker_load_update(&play->load, &play->sample));
}

static bool pass(struct play *play, struct second second)
{
    play->sample.now_us += 1000000;
    play->sample.busy_us += second.busy_permille * 1000u;
    play->sample.overflowed += second.overflowed;
    play->sample.packets_free = second.packets_free;
    return worker_load_update(&play->load, &play->sample);
}

static enum worker_load_level after(struct play *play, unsigned seconds, struct second second)
{
    for (unsigned i = 0; i < seconds; i++) {
        (void)pass(play, second);
    }
    return worker_load_level(&play->load);
}

static void each_cause_has_its_level(void **state)
{
    static const struct {
        struct second second;
        enum worker_load_level level;
    } cases[] = {
        {{0, POOL, 0}, WORKER_LOAD_CALM},
        {{800, POOL, 0}, WORKER_LOAD_CALM},
        {{860, POOL, 0}, WORKER_LOAD_FULL},
        {{940, POOL, 0}, WORKER_LOAD_FULL},
        {{960, POOL, 0}, WORKER_LOAD_THINNED},
        {{5000, POOL, 0}, WORKER_LOAD_THINNED}, /* a clock that jumped */
        {{100, POOL / 8, 0}, WORKER_LOAD_CALM},
        {{100, POOL / 8 - 1, 0}, WORKER_LOAD_FULL},
        {{100, POOL / 32, 0}, WORKER_LOAD_FULL},
        {{100, POOL / 32 - 1, 0}, WORKER_LOAD_THINNED},
        {{100, 0, 0}, WORKER_LOAD_THINNED},
        {{100, POOL, 1}, WORKER_LOAD_THINNED},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct play play;
        begin(&play);
        assert_int_equal(after(&play, 20, cases[i].second), cases[i].level);
    }
}

static void one_busy_second_is_no_reason(void **state)
{
    (void)state;
    struct play play;
    begin(&play);
    assert_false(pass(&play, (struct second){1000, POOL, 0}));
    assert_int_equal(after(&play, 3, (struct second){100, POOL, 0}), WORKER_LOAD_CALM);
    assert_int_equal(after(&play, 6, (struct second){1000, POOL, 0}), WORKER_LOAD_THINNED);
}

static void one_overflow_counts_only_when_busy(void **state)
{
    (void)state;
    struct play play;
    begin(&play);
    assert_false(pass(&play, (struct second){500, POOL, 900}));
    assert_false(pass(&play, (struct second){500, POOL, 0}));
    assert_false(pass(&play, (struct second){500, POOL, 900}));
    assert_true(pass(&play, (struct second){500, POOL, 1}));
    assert_int_equal(worker_load_level(&play.load), WORKER_LOAD_THINNED);

    begin(&play);
    assert_true(pass(&play, (struct second){900, POOL, 1}));
    assert_int_equal(worker_load_level(&play.load), WORKER_LOAD_THINNED);
}

static void a_level_ends_when_calm_has_lasted(void **state)
{
    (void)state;
    struct play play;
    begin(&play);
    assert_int_equal(after(&play, 20, (struct second){980, POOL, 0}), WORKER_LOAD_THINNED);
    /* Between the marks nothing changes, ever. */
    assert_int_equal(after(&play, 100, (struct second){820, POOL, 0}), WORKER_LOAD_THINNED);
    assert_int_equal(after(&play, 30, (struct second){750, POOL, 0}), WORKER_LOAD_FULL);
    assert_int_equal(after(&play, 100, (struct second){750, POOL, 0}), WORKER_LOAD_FULL);
    unsigned seconds = 0;
    while (!pass(&play, (struct second){300, POOL, 0})) {
        seconds++;
    }
    assert_in_range(seconds, 5, 8);
    assert_int_equal(worker_load_level(&play.load), WORKER_LOAD_CALM);
}

static void each_change_is_told_once(void **state)
{
    (void)state;
    struct play play;
    begin(&play);
    unsigned changes = 0;
    for (unsigned i = 0; i < 200; i++) { /* swings that stay between begin and end */
        changes += pass(&play, (struct second){i % 2 == 0 ? 900 : 860, POOL, 0});
    }
    assert_int_equal(changes, 1);
    for (unsigned i = 0; i < 200; i++) {
        changes += pass(&play, (struct second){0, POOL, 0});
    }
    assert_int_equal(changes, 2);
    assert_int_equal(worker_load_permille(&play.load), 0);
}

static void the_mark_is_the_operators(void **state)
{
    static const struct {
        uint32_t full_permille;
        uint32_t busy_permille;
        enum worker_load_level level;
    } cases[] = {
        {600, 590, WORKER_LOAD_CALM},
        {600, 610, WORKER_LOAD_FULL},
        {1000, 940, WORKER_LOAD_CALM},
        {1000, 960, WORKER_LOAD_THINNED},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct play play;
        begin(&play);
        play.load.full_permille = cases[i].full_permille;
        assert_int_equal(after(&play, 20, (struct second){cases[i].busy_permille, POOL, 0}),
                         cases[i].level);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_cause_has_its_level),
        cmocka_unit_test(one_busy_second_is_no_reason),
        cmocka_unit_test(one_overflow_counts_only_when_busy),
        cmocka_unit_test(a_level_ends_when_calm_has_lasted),
        cmocka_unit_test(each_change_is_told_once),
        cmocka_unit_test(the_mark_is_the_operators),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
