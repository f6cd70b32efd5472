#include "gateway/visits/alert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define RAISED 1790000000000
#define MINUTE 60000

static void nobody_is_told_too_early_or_too_late(void **state)
{
    (void)state;
    static const struct {
        int64_t after_ms;
        uint32_t told; /* before */
        bool acknowledged, closed;
        uint32_t level;
    } rows[] = {
        {0, 0, false, false, 0},
        {15 * MINUTE - 1, 0, false, false, 0},
        {15 * MINUTE, 0, false, false, 1},
        {30 * MINUTE - 1, 1, false, false, 1},
        {30 * MINUTE, 1, false, false, 2},
        {30 * MINUTE, 0, false, false, 2}, /* the gateway was down meanwhile */
        {1000 * MINUTE, 2, false, false, 2},
        {-5 * MINUTE, 1, false, false, 1}, /* the clock was set back */
        {60 * MINUTE, 0, true, false, 0},
        {60 * MINUTE, 1, false, true, 1},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const struct alert alert = {.raised_at_ms = RAISED,
                                    .level = rows[i].told,
                                    .acknowledged_at_ms = rows[i].acknowledged ? RAISED : 0,
                                    .closed_at_ms = rows[i].closed ? RAISED : 0};
        assert_int_equal(alert_level_at(&alert_ladder_default, &alert, RAISED + rows[i].after_ms),
                         rows[i].level);
    }
}

static void only_what_is_graver_is_raised_anew(void **state)
{
    (void)state;
    static const struct {
        uint32_t value;
        enum screening_follow follow;
        bool acknowledged, closed, anew;
        uint32_t becomes;
    } rows[] = {
        {4, FOLLOW_ALERT, false, false, false, 5}, {6, FOLLOW_ALERT, false, false, false, 6},
        {5, FOLLOW_ALERT, true, false, false, 5},  {6, FOLLOW_ALERT, true, false, true, 6},
        {5, FOLLOW_CRISIS, true, false, true, 5},  {6, FOLLOW_ALERT, true, true, true, 6},
        {3, FOLLOW_ALERT, true, true, false, 5},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct alert alert = {.raised_at_ms = RAISED,
                              .value = 5,
                              .follow = FOLLOW_ALERT,
                              .level = 1,
                              .acknowledged_at_ms = rows[i].acknowledged ? RAISED : 0,
                              .closed_at_ms = rows[i].closed ? RAISED : 0};
        const struct screening_finding finding = {
            .value = rows[i].value, .at_least = 4, .follow = rows[i].follow};
        assert_int_equal(alert_judge_again(&alert, &finding, RAISED + 1), rows[i].anew);
        assert_int_equal(alert.value, rows[i].becomes);
        assert_int_equal(alert.level, rows[i].anew ? 0 : 1);
        assert_int_equal(alert.raised_at_ms, RAISED + rows[i].anew);
        assert_true(!rows[i].anew || alert_is_pressing(&alert));
    }
}

static void ladders_are_checked(void **state)
{
    (void)state;
    assert_null(alert_ladder_find_problem(&alert_ladder_default));
    static const struct alert_ladder wrong[] = {
        {.count = 0},
        {.levels = {{ROLE_PATIENT, 0}}, .count = 1},
        {.levels = {{ROLE_COORDINATOR, 5}}, .count = 1},
        {.levels = {{ROLE_COORDINATOR, 0}, {ROLE_TREATING_PHYSICIAN, 0}}, .count = 2},
        {.count = ALERT_LEVELS_MAX + 1},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++) {
        assert_non_null(alert_ladder_find_problem(&wrong[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_is_told_too_early_or_too_late),
        cmocka_unit_test(only_what_is_graver_is_raised_anew),
        cmocka_unit_test(ladders_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
