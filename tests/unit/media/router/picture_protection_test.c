#include "media/router/picture_protection.h"

#include "gateway/base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define TICK_US 20000
#define SECOND UINT64_C(1000000)

struct scene {
    struct picture_protection protection;
    struct protected_link link;
    uint64_t now_us;
};

/* The link carries `bps` of pictures and sound for so long. */
static void pass(struct scene *s, uint32_t bps, uint64_t span_us)
{
    for (uint64_t end_us = s->now_us + span_us; s->now_us < end_us;) {
        s->now_us += TICK_US;
        s->link.bytes += (uint64_t)bps * TICK_US / 8000000u;
        picture_protection_on_tick(&s->protection, &s->link, s->now_us);
    }
}

static struct scene begin(uint16_t loss_permille, uint32_t rtt_us)
{
    struct scene s = {
        .link = {.estimate_bps = 2000000, .rtt_us = rtt_us, .loss_permille = loss_permille},
        .now_us = SECOND,
    };
    picture_protection_init(&s.protection);
    return s;
}

static void protects_what_the_link_makes_worth_it(void **state)
{
    static const struct {
        uint16_t loss_permille;
        uint32_t rtt_us;
        bool is_lossy;
        bool repeats;
        bool repeats_answers;
        bool all_twice;
        uint32_t wait_us;
    } cases[] = {
        {0, 20000, false, false, false, false, 0},    {0, 600000, false, false, false, false, 0},
        {10, 60000, true, false, false, false, 0},    {10, 600000, true, true, false, false, 0},
        {40, 60000, true, true, true, false, 120000}, {100, 60000, true, true, true, false, 160000},
        {40, 600000, true, true, true, true, 100000}, {100, 0, true, true, true, false, 60000},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct scene s = begin(cases[i].loss_permille, cases[i].rtt_us);
        pass(&s, 1000000, 60 * SECOND);
        assert_int_equal(picture_protection_is_lossy(&s.protection), cases[i].is_lossy);
        assert_int_equal(picture_protection_repeats(&s.protection, true, true), cases[i].repeats);
        assert_int_equal(picture_protection_repeats(&s.protection, false, true), cases[i].repeats);
        assert_int_equal(picture_protection_repeats(&s.protection, false, false), cases[i].repeats);
        assert_int_equal(picture_protection_repeats_answers(&s.protection),
                         cases[i].repeats_answers);
        assert_int_equal(picture_protection_wants_all_twice(&s.protection), cases[i].all_twice);
        assert_int_equal(picture_protection_wait_us(&s.protection), cases[i].wait_us);
        picture_protection_finish(&s.protection);
    }
}

/* How much of one kind is repeated at once, in bytes. */
static uint64_t repeat_all(struct scene *s, bool is_keyframe, bool is_base)
{
    uint64_t repeated = 0;
    while (picture_protection_repeats(&s->protection, is_keyframe, is_base)) {
        struct picture_repeat repeat = {.line = s, .due_us = s->now_us, .size = 1000};
        picture_protection_add(&s->protection, &repeat);
        assert_true(picture_protection_take(&s->protection, s->now_us, &repeat));
        repeated += repeat.size;
    }
    return repeated;
}

static void what_matters_less_leaves_more(void **state)
{
    (void)state;
    struct scene s = begin(100, 60000);
    pass(&s, 1000000, 60 * SECOND);
    /* Half a second of 800 kbit/s are free. */
    assert_in_range(repeat_all(&s, false, false), 11000, 13500);
    assert_in_range(repeat_all(&s, false, true), 11000, 13500);
    assert_in_range(repeat_all(&s, true, true), 23000, 26000);
    assert_false(picture_protection_repeats_answers(&s.protection));
    picture_protection_finish(&s.protection);
}

static void takes_no_more_than_is_free(void **state)
{
    (void)state;
    struct scene s = begin(100, 60000);
    uint64_t repeated = 0;
    pass(&s, 1200000, 20 * SECOND);
    for (unsigned tick = 0; tick < 500; tick++) { /* ten seconds */
        while (picture_protection_repeats(&s.protection, true, true)) {
            struct picture_repeat repeat = {.line = &s, .due_us = s.now_us, .size = 1000};
            picture_protection_add(&s.protection, &repeat);
            assert_true(picture_protection_take(&s.protection, s.now_us, &repeat));
            s.link.bytes += repeat.size;
            repeated += repeat.size;
        }
        pass(&s, 1200000, TICK_US);
    }
    /* Nine tenths of the estimate, less what is used: 600 kbit/s. */
    assert_in_range(repeated * 8 / 10, 500000, 650000);

    s.link.queue_us = 100000;
    pass(&s, 1200000, SECOND);
    assert_false(picture_protection_repeats(&s.protection, true, true));
    s.link.queue_us = 0;
    pass(&s, 1900000, 5 * SECOND);
    assert_false(picture_protection_repeats(&s.protection, true, true));
    picture_protection_finish(&s.protection);
}

static void ends_when_nothing_is_lost_any_more(void **state)
{
    (void)state;
    struct scene s = begin(100, 60000);
    pass(&s, 1000000, 20 * SECOND);
    s.link.loss_permille = 0;
    pass(&s, 1000000, 15 * SECOND);
    assert_true(picture_protection_is_lossy(&s.protection));
    assert_int_equal(picture_protection_wait_us(&s.protection), 0);
    pass(&s, 1000000, 60 * SECOND);
    assert_false(picture_protection_is_lossy(&s.protection));
    picture_protection_finish(&s.protection);
}

static void gives_back_what_is_due_and_forgets_a_line(void **state)
{
    (void)state;
    struct scene s = begin(0, 0);
    int lines[2];
    struct picture_repeat repeat;
    for (uint16_t i = 0; i < PICTURE_PROTECTION_REPEATS_MAX + 10; i++) {
        repeat = (struct picture_repeat){
            .line = &lines[i % 2], .due_us = 1000u + i % 3, .sequence = i, .size = 10};
        picture_protection_add(&s.protection, &repeat);
    }
    assert_int_equal(s.protection.count, PICTURE_PROTECTION_REPEATS_MAX);
    assert_false(picture_protection_take(&s.protection, 999, &repeat));
    picture_protection_forget(&s.protection, &lines[0]);
    assert_int_equal(s.protection.count, PICTURE_PROTECTION_REPEATS_MAX / 2);
    unsigned taken = 0;
    while (picture_protection_take(&s.protection, 1000, &repeat)) {
        assert_ptr_equal(repeat.line, &lines[1]);
        assert_int_equal(repeat.sequence % 3, 0);
        taken++;
    }
    assert_in_range(taken, 40, 45);
    assert_true(picture_protection_is_waiting(&s.protection));
    picture_protection_finish(&s.protection);
    assert_false(picture_protection_is_waiting(&s.protection));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(protects_what_the_link_makes_worth_it),
        cmocka_unit_test(what_matters_less_leaves_more),
        cmocka_unit_test(takes_no_more_than_is_free),
        cmocka_unit_test(ends_when_nothing_is_lost_any_more),
        cmocka_unit_test(gives_back_what_is_due_and_forgets_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
