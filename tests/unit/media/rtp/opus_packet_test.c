/* Durations by RFC 6716, table 2 and section 3.2, and how sound is kept unbroken. */
#include "gateway/base/cleanup.h"
#include "media/rtp/opus_packet.h"
#include "media/recorder/opus_timeline.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void durations_follow_the_table(void **state)
{
    (void)state;
    static const struct {
        size_t size;
        uint8_t packet[2];
        uint32_t duration_us;
    } rows[] = {
        {0, {0}, 0},
        {1, {0 << 3}, 10000},             /* SILK, 10 ms */
        {1, {3 << 3}, 60000},             /* SILK, 60 ms */
        {1, {11 << 3}, 60000},            /* SILK wideband */
        {1, {12 << 3}, 10000},            /* hybrid */
        {1, {15 << 3}, 20000},            /* hybrid fullband */
        {1, {16 << 3}, 2500},             /* CELT */
        {1, {31 << 3}, 20000},            /* CELT fullband */
        {1, {31 << 3 | 1}, 40000},        /* two frames */
        {1, {31 << 3 | 2}, 40000},        /* two frames of different sizes */
        {1, {31 << 3 | 3}, 0},            /* a count is missing */
        {2, {31 << 3 | 3, 3}, 60000},     /* three frames */
        {2, {31 << 3 | 3, 0x86}, 120000}, /* six, variable */
        {2, {31 << 3 | 3, 7}, 0},         /* longer than 120 ms */
        {2, {31 << 3 | 3, 0}, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        assert_int_equal(opus_packet_duration_us(rows[i].packet, rows[i].size),
                         rows[i].duration_us);
    }
    assert_int_equal(opus_packet_duration_us(opus_silence, sizeof opus_silence), OPUS_SILENCE_US);
}

static void sound_is_kept_unbroken(void **state)
{
    (void)state;
    static const struct {
        uint64_t next_us;
        uint64_t packet_us;
        enum opus_timeline_step step;
    } rows[] = {
        {0, 0, OPUS_TIMELINE_WRITE},
        {0, 29999, OPUS_TIMELINE_WRITE},
        {0, 30000, OPUS_TIMELINE_SILENCE},
        {100000, 70001, OPUS_TIMELINE_WRITE},
        {100000, 70000, OPUS_TIMELINE_DROP},
        {100000, 0, OPUS_TIMELINE_DROP},
        {0, UINT64_MAX / 2, OPUS_TIMELINE_SILENCE},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        assert_int_equal(opus_timeline_step(rows[i].next_us, rows[i].packet_us), rows[i].step);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(durations_follow_the_table),
        cmocka_unit_test(sound_is_kept_unbroken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
