#include "media/router/repair_wait.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_what_is_waited_for(void **state)
{
    static const struct {
        uint32_t loss_permille;
        uint32_t rtt_ms;
        uint32_t far_ms;
        uint32_t expected_ms;
    } cases[] = {
        {0, 50, 90, 0},     {19, 50, 90, 0},   /* little is lost */
        {20, 50, 90, 120},                     /* a round trip, 60 ms, in steps of 20 */
        {49, 60, 90, 120},  {50, 30, 90, 120}, /* a repair that is lost is repaired */
        {100, 60, 90, 160}, {100, 100, 90, 160}, {100, 101, 90, 100}, /* too far to be asked */
        {3, 600, 90, 0},    {4, 600, 90, 100},   {4, 600, 700, 700},
        {100, 600, 0, 0},   {1000, 0, 90, 60},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct repair_wait wait = {0};
        const struct repair_wait_far far = {
            .wait_us = cases[i].far_ms * 1000, .from_ppm = 4000, .until_ppm = 2000};
        repair_wait_update(&wait, cases[i].loss_permille * 1000, cases[i].rtt_ms * 1000, &far);
        assert_int_equal(wait.wait_us, cases[i].expected_ms * 1000);
    }
}

static void test_it_does_not_flicker(void **state)
{
    static const struct {
        uint32_t loss_permille;
        uint32_t rtt_ms;
        uint32_t expected_ms;
    } steps[] = {
        {20, 50, 120}, {10, 50, 120}, {8, 50, 120},  {7, 50, 0},   {19, 50, 0},
        {20, 50, 120}, {20, 40, 120}, {20, 35, 120}, {20, 19, 80}, {20, 61, 140},
    };
    const struct repair_wait_far far = {.wait_us = 0};
    struct repair_wait wait = {0};
    (void)state;
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        repair_wait_update(&wait, steps[i].loss_permille * 1000, steps[i].rtt_ms * 1000, &far);
        assert_int_equal(wait.wait_us, steps[i].expected_ms * 1000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_waited_for),
        cmocka_unit_test(test_it_does_not_flicker),
    };
    return cmocka_run_group_tests_name("repair_wait", tests, NULL, NULL);
}
