#include "media/worker/worker_placement.h"

#include "gateway/base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void chooses_where_least_is_expected(void **state)
{
    static const struct {
        const char *why;
        struct worker_burden burdens[3];
        size_t chosen;
    } cases[] = {
        {"all alike: the first", {{0}, {0}, {0}}, 0},
        {"fewer people", {{.people = 6, .rooms = 2}, {.people = 3, .rooms = 3}, {.people = 4}}, 1},
        {"empty rooms will have people",
         {{.rooms = 2, .empty_rooms = 2}, {.people = 3, .rooms = 1}, {.people = 9, .rooms = 3}},
         1},
        {"as many people: fewer rooms",
         {{.people = 4, .rooms = 3}, {.people = 4, .rooms = 2}, {.people = 4, .rooms = 4}},
         1},
        {"measured load goes before the number of people",
         {{.load_permille = 500, .reported_endpoints = 10, .people = 10},
          {.load_permille = 200, .reported_endpoints = 30, .people = 30},
          {.load_permille = 450, .reported_endpoints = 12, .people = 12}},
         1},
        {"but not by a hair",
         {{.load_permille = 210, .reported_endpoints = 10, .people = 10},
          {.load_permille = 200, .reported_endpoints = 30, .people = 30},
          {.load_permille = 215, .reported_endpoints = 9, .people = 9}},
         2},
        {"who came since the measurement counts as those before",
         {{.load_permille = 100, .reported_endpoints = 10, .people = 40},
          {.load_permille = 300, .reported_endpoints = 30, .people = 30},
          {.load_permille = 500, .reported_endpoints = 50, .people = 50}},
         1},
        {"never one that is full",
         {{.people = 3, .is_full = true}, {.people = 90}, {.people = 2, .is_full = true}},
         1},
        {"unless all are",
         {{.people = 90, .is_full = true},
          {.people = 80, .is_full = true},
          {.people = 85, .is_full = true}},
         1},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        if (worker_placement_choose(cases[i].burdens, 3) != cases[i].chosen) {
            fail_msg("%s", cases[i].why);
        }
    }
}

/* Nine o'clock: rooms open one after another, and nobody has been measured yet. */
static void a_rush_is_spread(void **state)
{
    (void)state;
    struct worker_burden burdens[4] = {
        {.load_permille = 300, .reported_endpoints = 60, .people = 60, .rooms = 20}, {0}, {0}, {0}};
    for (unsigned i = 0; i < 60; i++) {
        struct worker_burden *chosen = &burdens[worker_placement_choose(burdens, 4)];
        chosen->rooms++;
        chosen->empty_rooms++;
    }
    assert_in_range(burdens[0].empty_rooms, 0, 4); /* it has its people already */
    for (size_t i = 1; i < 4; i++) {
        assert_in_range(burdens[i].empty_rooms, 18, 20);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chooses_where_least_is_expected),
        cmocka_unit_test(a_rush_is_spread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
