#include "gateway/visits/case_flow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NOW_MS 1790000000000
#define DAY_MS 86400000LL

/* Written down by hand, move by move: where each step leads; - for nowhere. The steps are
 * q requested, r records collected, i in review, o opinion written, v visit scheduled, d debriefed,
 * c closed (closed at the opinion). */
static const char letters[CASE_STEP_COUNT + 1] = "qriovdc";

static const struct {
    enum case_move move;
    const char *to; /* from q, r, i, o, v, d, c */
    bool needs_reason;
} edges[] = {
    {CASE_MOVE_ADVANCE, "riovdc-", false},    {CASE_MOVE_SEND_BACK, "-qriovo", true},
    {CASE_MOVE_CLOSE, "cccccc-", true},       {CASE_MOVE_VISIT_SCHEDULED, "---v-v-", false},
    {CASE_MOVE_VISIT_HELD, "----d--", false}, {CASE_MOVE_VISIT_DROPPED, "----o--", false},
};

static void every_edge_is_as_drawn(void **state)
{
    (void)state;
    assert_int_equal(ARRAY_LENGTH(edges), CASE_MOVE_COUNT);
    for (size_t i = 0; i < ARRAY_LENGTH(edges); i++) {
        assert_int_equal(case_move_needs_reason(edges[i].move), edges[i].needs_reason);
        for (int step = 0; step < CASE_STEP_COUNT; step++) {
            struct case_flow flow = {.version = 5,
                                     .step = (enum case_step)step,
                                     .since_ms = 1,
                                     .due_at_ms = 2,
                                     .closed_at =
                                         step == CASE_CLOSED ? CASE_OPINION_WRITTEN : CASE_CLOSED};
            const struct case_flow before = flow;
            const int result = case_flow_move(&flow, edges[i].move, &case_due_days_default, NOW_MS);
            const char expected = edges[i].to[step];
            const char found = result == 0 ? letters[flow.step] : '-';
            if (found != expected) {
                fail_msg("%s from %s: %c", case_move_name(edges[i].move),
                         case_step_name(before.step), found);
            }
            if (result != 0) {
                assert_memory_equal(&flow, &before, sizeof(flow));
                continue;
            }
            assert_int_equal(flow.version, 6);
            assert_int_equal(flow.since_ms, NOW_MS);
            const int64_t days = case_due_days_default.days[flow.step];
            assert_int_equal(flow.due_at_ms, days > 0 ? NOW_MS + days * DAY_MS : 0);
            assert_int_equal(flow.closed_at, flow.step == CASE_CLOSED ? before.step : CASE_CLOSED);
        }
    }
    struct case_flow flow = {.step = CASE_REQUESTED};
    assert_true(case_flow_move(&flow, CASE_MOVE_COUNT, &case_due_days_default, NOW_MS) < 0);
    assert_string_equal(case_move_name(CASE_MOVE_COUNT), "unknown");
}

static void a_closed_case_comes_back_to_where_it_was(void **state)
{
    (void)state;
    for (int step = 0; step < CASE_CLOSED; step++) {
        struct case_flow flow = {0};
        case_flow_begin(&flow, (enum case_step)step, &case_due_days_default, NOW_MS);
        assert_int_equal(flow.step, step);
        assert_int_equal(case_flow_move(&flow, CASE_MOVE_CLOSE, &case_due_days_default, NOW_MS + 1),
                         0);
        assert_int_equal(flow.due_at_ms, 0);
        assert_int_equal(
            case_flow_move(&flow, CASE_MOVE_SEND_BACK, &case_due_days_default, NOW_MS + 2), 0);
        assert_int_equal(flow.step, step);
        assert_int_equal(flow.closed_at, CASE_CLOSED);
        assert_true(flow.due_at_ms > NOW_MS);
    }
}

static void what_is_urgent_is_due_in_half_the_time(void **state)
{
    (void)state;
    const struct case_due_days due = {.days = {[CASE_REQUESTED] = 3}};
    struct case_flow flow = {.priority = CASE_URGENT};
    case_flow_begin(&flow, CASE_REQUESTED, &due, NOW_MS);
    assert_int_equal(flow.due_at_ms, NOW_MS + 3 * DAY_MS / 2);
    assert_false(case_flow_is_overdue(&flow, flow.due_at_ms));
    assert_true(case_flow_is_overdue(&flow, flow.due_at_ms + 1));
    /* This programme says nothing of the next step. */
    assert_int_equal(case_flow_move(&flow, CASE_MOVE_ADVANCE, &due, NOW_MS), 0);
    assert_int_equal(flow.due_at_ms, 0);
    assert_false(case_flow_is_overdue(&flow, INT64_MAX));
}

static void due_dates_are_set_by_hand(void **state)
{
    (void)state;
    struct case_flow flow = {0};
    case_flow_begin(&flow, CASE_IN_REVIEW, &case_due_days_default, NOW_MS);
    assert_int_equal(case_flow_set_due(&flow, NOW_MS + 5), 0);
    assert_int_equal(flow.due_at_ms, NOW_MS + 5);
    assert_int_equal(case_flow_set_due(&flow, 0), 0);
    assert_true(case_flow_set_due(&flow, -1) < 0);
    assert_true(case_flow_set_due(&flow, INT64_MAX) < 0);
    assert_int_equal(case_flow_move(&flow, CASE_MOVE_CLOSE, &case_due_days_default, NOW_MS), 0);
    assert_true(case_flow_set_due(&flow, NOW_MS) < 0);
}

static void names_are_read_back(void **state)
{
    (void)state;
    for (int i = 0; i < CASE_STEP_COUNT; i++) {
        enum case_step step;
        assert_int_equal(case_step_from_name(case_step_name((enum case_step)i), &step), 0);
        assert_int_equal(step, i);
    }
    for (int i = 0; i < CASE_EVENT_KIND_COUNT; i++) {
        enum case_event_kind kind;
        assert_int_equal(
            case_event_kind_from_name(case_event_kind_name((enum case_event_kind)i), &kind), 0);
        assert_int_equal(kind, i);
    }
    enum case_step step;
    assert_true(case_step_from_name("lost", &step) < 0);
}

static void reasons_and_codes(void **state)
{
    (void)state;
    static char long_reason[CASE_REASON_SIZE + 1];
    memset(long_reason, 'x', CASE_REASON_SIZE);
    assert_true(case_reason_is_good("The slides are missing.\nSee fax."));
    assert_false(case_reason_is_good(""));
    assert_false(case_reason_is_good(" \n"));
    assert_false(case_reason_is_good(NULL));
    assert_false(case_reason_is_good("bell\a"));
    assert_false(case_reason_is_good(long_reason));
    long_reason[CASE_REASON_SIZE - 1] = 0;
    assert_true(case_reason_is_good(long_reason));
    assert_true(case_code_is_plain("breast-2.x_Y"));
    assert_false(case_code_is_plain(""));
    assert_false(case_code_is_plain("a b"));
    assert_false(case_code_is_plain("a/b"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_edge_is_as_drawn),
        cmocka_unit_test(a_closed_case_comes_back_to_where_it_was),
        cmocka_unit_test(what_is_urgent_is_due_in_half_the_time),
        cmocka_unit_test(due_dates_are_set_by_hand),
        cmocka_unit_test(names_are_read_back),
        cmocka_unit_test(reasons_and_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
