/* What a page says, summed up, and what becomes of it in the record. */
#include "signaling/session/quality_history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define T0 1790000000000

static struct signaling_request figures_of(int interval_ms, int heard_ms, int concealed_ms)
{
    struct signaling_request request = {.type = SIGNALING_FIGURES,
                                        .interval_ms = interval_ms,
                                        .path = SIGNALING_PATH_TURN_TLS,
                                        .slot_figures_count = 2};
    request.slot_figures[0] = (struct signaling_slot_figures){
        .heard_ms = heard_ms, .concealed_ms = concealed_ms, .buffer_ms = 90, .frozen_ms = 700};
    request.slot_figures[1] = (struct signaling_slot_figures){
        .slot = 1, .heard_ms = heard_ms, .buffer_ms = 40, .frozen_ms = 200, .freezes = 1};
    return request;
}

static void figures_are_summed_up(void **state)
{
    (void)state;
    struct client_figures figures = {0};
    const struct signaling_request request = figures_of(5000, 5000, 250);
    client_figures_add(&figures, &request);
    client_figures_add(&figures, &request);
    assert_int_equal(figures.interval_ms, 10000);
    assert_int_equal(figures.heard_ms, 20000);
    assert_int_equal(figures.concealed_ms, 500);
    assert_int_equal(figures.frozen_ms, 1400); /* of the slot that stood still longest */
    assert_int_equal(figures.freezes, 2);
    assert_int_equal(figures.buffer_ms, 90);
    client_figures_restart(&figures);
    assert_int_equal(figures.heard_ms, 0);
    assert_int_equal(figures.path, SIGNALING_PATH_TURN_TLS);
}

/* A page that lies harms its own numbers within bounds, and nobody else's. */
static void figures_are_bounded(void **state)
{
    (void)state;
    struct client_figures figures = {0};
    const struct signaling_request request = figures_of(1000, 60000, 60000);
    for (int i = 0; i < 100000; i++) {
        client_figures_add(&figures, &request);
    }
    assert_true(figures.interval_ms <= 601000);
    assert_true(figures.concealed_ms <= figures.heard_ms);
    assert_true(figures.heard_ms <= 2 * 1250 * 601u);
}

static void a_minute_becomes_a_row(void **state)
{
    (void)state;
    struct quality_history history = {0};
    struct quality_minute row;
    assert_false(quality_history_take(&history, T0, &row));
    static const unsigned scores[] = {5, 5, 3, 5, 4, 5};
    for (size_t i = 0; i < 6; i++) {
        const int64_t now_ms = T0 + (int64_t)(i + 1) * 10000;
        const struct connection_score score = {.score = scores[i],
                                               .reason = scores[i] < 5 ? QUALITY_REASON_LOSS
                                                                       : QUALITY_REASON_NONE};
        const struct worker_endpoint_report report = {
            .estimate_down_bps = 400000, .rtt_us = i < 3 ? 0 : 60000, .path = ENDPOINT_PATH_UDP};
        const struct client_figures figures = {
            .interval_ms = 10000, .heard_ms = 10000, .concealed_ms = 300, .frozen_ms = 100};
        assert_false(quality_history_is_due(&history, now_ms - 1));
        quality_history_add(&history, &score, &report, &figures, now_ms);
    }
    assert_true(quality_history_is_due(&history, T0 + 60000));
    assert_true(quality_history_take(&history, T0 + 60000, &row));
    assert_int_equal(row.from_ms, T0);
    assert_int_equal(row.until_ms, T0 + 60000);
    assert_int_equal(row.score_tenths, 45);
    assert_int_equal(row.worst, 3);
    assert_string_equal(row.reason, "loss");
    assert_int_equal(row.concealed_permille, 30);
    assert_int_equal(row.frozen_ms, 600);
    assert_int_equal(row.estimate_bps, 400000);
    assert_int_equal(row.rtt_ms, 60);
    assert_string_equal(row.path, "udp"); /* as the worker sees it */
    assert_false(quality_history_take(&history, T0 + 60001, &row));
}

static void a_clock_that_was_set_back_makes_no_nonsense(void **state)
{
    (void)state;
    struct quality_history history = {0};
    const struct connection_score score = {.score = 5};
    const struct worker_endpoint_report report = {0};
    const struct client_figures figures = {0};
    struct quality_minute row;
    quality_history_add(&history, &score, &report, &figures, T0);
    assert_true(quality_history_take(&history, T0 - 3600000, &row));
    assert_true(row.until_ms >= row.from_ms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_are_summed_up),
        cmocka_unit_test(figures_are_bounded),
        cmocka_unit_test(a_minute_becomes_a_row),
        cmocka_unit_test(a_clock_that_was_set_back_makes_no_nonsense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
