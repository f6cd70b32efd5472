#include "signaling/session/connection_quality.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

struct second {
    bool connected;
    bool audio_flowing;
    bool muted;
    uint32_t received;
    uint32_t lost_up;
    uint8_t lost_down;
    uint32_t rtt_ms;
    bool news;
    enum quality_level level;
    enum quality_reason reason;
};

static void play(const struct second *seconds, size_t count)
{
    struct connection_quality quality = {0};
    struct worker_endpoint_report report = {.in_room = true};
    for (size_t i = 0; i < count; i++) {
        report.connected = seconds[i].connected;
        report.audio_flowing = seconds[i].audio_flowing;
        report.packets_received += seconds[i].received;
        report.packets_lost_up += seconds[i].lost_up;
        report.fraction_lost_down = seconds[i].lost_down;
        report.rtt_us = seconds[i].rtt_ms * 1000;
        assert_int_equal(connection_quality_update(&quality, &report, seconds[i].muted),
                         seconds[i].news);
        assert_int_equal(quality.level, seconds[i].level);
        assert_int_equal(quality.reason, seconds[i].reason);
    }
}

static void one_bad_second_is_no_news(void **state)
{
    (void)state;
    static const struct second seconds[] = {
        {true, true, false, 100, 0, 0, 40, false, QUALITY_GOOD, QUALITY_REASON_NONE},
        {true, true, false, 100, 0, 0, 40, false, QUALITY_GOOD, QUALITY_REASON_NONE},
        {true, true, false, 100, 30, 0, 40, false, QUALITY_GOOD, QUALITY_REASON_NONE},
        {true, true, false, 100, 0, 0, 40, false, QUALITY_GOOD, QUALITY_REASON_NONE},
        {true, true, false, 100, 0, 0, 40, false, QUALITY_GOOD, QUALITY_REASON_NONE},
    };
    play(seconds, sizeof(seconds) / sizeof(seconds[0]));
}

static void loss_delay_and_silence_are_told_apart(void **state)
{
    (void)state;
    static const struct second seconds[] = {
        {true, true, false, 100, 4, 0, 40, false, QUALITY_GOOD, QUALITY_REASON_NONE},
        {true, true, false, 100, 4, 0, 40, true, QUALITY_FAIR, QUALITY_REASON_LOSS},
        {true, true, false, 100, 0, 60, 40, false, QUALITY_FAIR, QUALITY_REASON_LOSS},
        {true, true, false, 100, 0, 60, 40, true, QUALITY_POOR, QUALITY_REASON_LOSS},
        {true, true, false, 100, 0, 0, 400, false, QUALITY_POOR, QUALITY_REASON_LOSS},
        {true, true, false, 100, 0, 0, 400, true, QUALITY_FAIR, QUALITY_REASON_DELAY},
        {true, false, false, 100, 0, 0, 40, false, QUALITY_FAIR, QUALITY_REASON_DELAY},
        {true, false, false, 100, 0, 0, 40, true, QUALITY_POOR, QUALITY_REASON_SILENT},
        {true, false, true, 100, 0, 0, 40, false, QUALITY_POOR,
         QUALITY_REASON_SILENT}, /* muted: may be silent */
        {true, false, true, 100, 0, 0, 40, true, QUALITY_GOOD, QUALITY_REASON_NONE},
    };
    play(seconds, sizeof(seconds) / sizeof(seconds[0]));
}

static void before_it_is_up_nothing_is_told(void **state)
{
    (void)state;
    static const struct second seconds[] = {
        {false, false, false, 0, 0, 0, 0, false, QUALITY_GOOD, QUALITY_REASON_NONE},
        {false, false, false, 0, 0, 0, 0, false, QUALITY_GOOD, QUALITY_REASON_NONE},
        {true, true, false, 0, 0, 0, 0, false, QUALITY_GOOD, QUALITY_REASON_NONE},
    };
    play(seconds, sizeof(seconds) / sizeof(seconds[0]));
}

static void lost_is_told_at_once_and_once(void **state)
{
    (void)state;
    struct connection_quality quality = {0};
    assert_true(connection_quality_lost(&quality, QUALITY_REASON_NONE));
    assert_false(connection_quality_lost(&quality, QUALITY_REASON_NONE));
    assert_string_equal(quality_level_name(quality.level), "lost");
    assert_string_equal(quality_reason_name(quality.reason), "none");
    assert_true(connection_quality_lost(&quality, QUALITY_REASON_SILENT));
    assert_string_equal(quality_reason_name(quality.reason), "silent");
}

static void lost_stays_until_something_comes(void **state)
{
    (void)state;
    struct connection_quality quality = {0};
    const struct worker_endpoint_report report = {
        .connected = true, .in_room = true, .audio_flowing = true};
    assert_false(connection_quality_returned(&quality)); /* it never was lost */
    (void)connection_quality_lost(&quality, QUALITY_REASON_SILENT);
    for (int i = 0; i < 5; i++) {
        assert_false(connection_quality_update(&quality, &report, false));
    }
    assert_int_equal(quality.level, QUALITY_LOST);
    assert_true(connection_quality_returned(&quality));
    assert_false(connection_quality_returned(&quality));
    assert_int_equal(quality.level, QUALITY_GOOD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_bad_second_is_no_news),
        cmocka_unit_test(loss_delay_and_silence_are_told_apart),
        cmocka_unit_test(before_it_is_up_nothing_is_told),
        cmocka_unit_test(lost_is_told_at_once_and_once),
        cmocka_unit_test(lost_stays_until_something_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
