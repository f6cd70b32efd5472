#include "signaling/session/connection_score.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Ten seconds that are all alike, and what comes of them. */
struct window {
    const char *what;
    uint32_t rtt_ms;
    uint16_t audio_lost_permille;
    unsigned lost_up_of_100;
    enum picture_step step;
    bool device_silent;
    struct client_figures figures;
    unsigned score;
    enum quality_reason reason;
};

static const struct window windows[] = {
    {.what = "all well", .rtt_ms = 40, .score = 5},
    {.what = "one in a hundred",
     .rtt_ms = 40,
     .audio_lost_permille = 12,
     .score = 4,
     .reason = QUALITY_REASON_LOSS},
    {.what = "one in twelve", .audio_lost_permille = 85, .score = 2, .reason = QUALITY_REASON_LOSS},
    {.what = "one in four", .audio_lost_permille = 250, .score = 1, .reason = QUALITY_REASON_LOSS},
    {.what = "the page heard it all",
     .audio_lost_permille = 250,
     .figures = {.interval_ms = 10000, .heard_ms = 10000, .concealed_ms = 20},
     .score = 5},
    {.what = "the page did not",
     .figures = {.interval_ms = 10000, .heard_ms = 10000, .concealed_ms = 500},
     .score = 3,
     .reason = QUALITY_REASON_LOSS},
    {.what = "what they send", .lost_up_of_100 = 6, .score = 3, .reason = QUALITY_REASON_LOSS},
    {.what = "far away", .rtt_ms = 350, .score = 4, .reason = QUALITY_REASON_DELAY},
    {.what = "satellite", .rtt_ms = 620, .score = 3, .reason = QUALITY_REASON_DELAY},
    {.what = "late for the buffer",
     .rtt_ms = 200,
     .figures = {.interval_ms = 10000, .heard_ms = 10000, .buffer_ms = 800},
     .score = 2,
     .reason = QUALITY_REASON_DELAY},
    {.what = "small picture", .step = PICTURE_SMALL, .score = 4, .reason = QUALITY_REASON_RATE},
    {.what = "still picture", .step = PICTURE_STILL, .score = 3, .reason = QUALITY_REASON_RATE},
    {.what = "sound alone", .step = PICTURE_SOUND_ONLY, .score = 2, .reason = QUALITY_REASON_RATE},
    {.what = "no sound", .step = PICTURE_SOUND_LOST, .score = 1, .reason = QUALITY_REASON_RATE},
    {.what = "tile not shown", .step = PICTURE_HIDDEN, .score = 5},
    {.what = "frozen",
     .figures = {.interval_ms = 10000, .frozen_ms = 1500},
     .score = 3,
     .reason = QUALITY_REASON_RATE},
    {.what = "slow tablet",
     .figures = {.interval_ms = 10000, .limited_by = SIGNALING_LIMITED_BY_CPU},
     .score = 4,
     .reason = QUALITY_REASON_CPU},
    {.what = "microphone gone", .device_silent = true, .score = 2, .reason = QUALITY_REASON_DEVICE},
    {.what = "the worst counts",
     .rtt_ms = 350,
     .step = PICTURE_STILL,
     .audio_lost_permille = 100,
     .score = 2,
     .reason = QUALITY_REASON_LOSS},
};

static void windows_are_judged_by_their_worst(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(windows) / sizeof(windows[0]); i++) {
        const struct window *window = &windows[i];
        struct connection_score score;
        connection_score_init(&score);
        struct worker_endpoint_report report = {.connected = true, .in_room = true};
        /* Totals from before the first window say nothing of it. */
        report.packets_received = 5000;
        report.packets_lost_up = 4000;
        for (int second = 0; second < 2 * CONNECTION_SCORE_SECONDS; second++) {
            report.rtt_us = window->rtt_ms * 1000;
            report.audio_lost_down_permille = window->audio_lost_permille;
            assert_int_equal(connection_score_on_report(&score, &report, window->step,
                                                        window->device_silent, &window->figures),
                             second % CONNECTION_SCORE_SECONDS == CONNECTION_SCORE_SECONDS - 1);
            report.packets_received += 100 - window->lost_up_of_100;
            report.packets_lost_up += window->lost_up_of_100;
        }
        if (score.score != window->score || score.reason != window->reason) {
            fail_msg("%s: %u %s", window->what, score.score, quality_reason_name(score.reason));
        }
    }
}

static void before_the_first_window_nothing_is_wrong(void **state)
{
    (void)state;
    struct connection_score score;
    connection_score_init(&score);
    const struct worker_endpoint_report report = {.rtt_us = 3000000};
    const struct client_figures none = {0};
    assert_false(connection_score_on_report(&score, &report, PICTURE_FULL, false, &none));
    assert_int_equal(score.score, CONNECTION_SCORE_BEST);
}

static void nothing_at_all_is_the_worst(void **state)
{
    (void)state;
    struct connection_score score;
    connection_score_init(&score);
    connection_score_lost(&score);
    assert_int_equal(score.score, CONNECTION_SCORE_WORST);
    assert_int_equal(score.reason, QUALITY_REASON_SILENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_are_judged_by_their_worst),
        cmocka_unit_test(before_the_first_window_nothing_is_wrong),
        cmocka_unit_test(nothing_at_all_is_the_worst),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
