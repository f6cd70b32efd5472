#include "media/rtp/rtp_clock.h"

#include "media/rtp/ntp_time.h"

#include <errno.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SECOND INT64_C(1000000)
#define MS INT64_C(1000)

/* A publisher whose wall clock is WALL ahead of the gateway's monotonic clock, and two of its
 * streams. Both capture at true time t; packets and reports take 20 ms and whatever is added. */
#define WALL (INT64_C(1795217768) * SECOND)
#define DELAY_US (20 * MS)

struct publisher {
    struct publisher_clock clock;
    struct rtp_clock audio;
    struct rtp_clock video;
    int64_t wall_error_us;
};

static void start(struct publisher *publisher)
{
    publisher_clock_init(&publisher->clock);
    rtp_clock_init(&publisher->audio, &publisher->clock, 48000);
    rtp_clock_init(&publisher->video, &publisher->clock, 90000);
    publisher->wall_error_us = 0;
}

static uint32_t audio_timestamp(int64_t t)
{
    return (uint32_t)(0xfffff000 + t * 48 / 1000); /* wraps at once */
}

static uint32_t video_timestamp(int64_t t)
{
    return (uint32_t)(1234567 + t * 90 / 1000);
}

static int64_t send_audio(struct publisher *publisher, int64_t t, int64_t late_us)
{
    return rtp_clock_on_packet(&publisher->audio, audio_timestamp(t),
                               (uint64_t)(t + DELAY_US + late_us));
}

static int64_t send_video(struct publisher *publisher, int64_t t, int64_t late_us)
{
    return rtp_clock_on_packet(&publisher->video, video_timestamp(t),
                               (uint64_t)(t + DELAY_US + late_us));
}

static uint64_t ntp_at(const struct publisher *publisher, int64_t t)
{
    return ntp_time_from_unix_us((uint64_t)(t + WALL + publisher->wall_error_us));
}

static int report_audio(struct publisher *publisher, int64_t t, int64_t late_us)
{
    return rtp_clock_on_sender_report(&publisher->audio, ntp_at(publisher, t), audio_timestamp(t),
                                      (uint64_t)(t + DELAY_US + late_us));
}

static int report_video(struct publisher *publisher, int64_t t, int64_t late_us)
{
    return rtp_clock_on_sender_report(&publisher->video, ntp_at(publisher, t), video_timestamp(t),
                                      (uint64_t)(t + DELAY_US + late_us));
}

static void assert_near(int64_t actual, int64_t expected, int64_t tolerance)
{
    if (llabs(actual - expected) > tolerance) {
        fail_msg("%lld is not near %lld", (long long)actual, (long long)expected);
    }
}

static void goes_by_arrival_before_the_first_report(void **state)
{
    (void)state;
    struct publisher publisher;
    start(&publisher);
    assert_false(rtp_clock_is_started(&publisher.audio));
    assert_int_equal(report_audio(&publisher, 1 * SECOND, 0), -EAGAIN);
    int64_t last = 0;
    for (int64_t t = 10 * SECOND; t < 14 * SECOND; t += 20 * MS) {
        const int64_t late_us = t == 10 * SECOND ? 30 * MS : (t / (20 * MS)) % 4 * 5 * MS;
        const int64_t media_us = send_audio(&publisher, t, late_us);
        assert_true(media_us > last);
        last = media_us;
    }
    assert_true(rtp_clock_is_started(&publisher.audio));
    assert_near(last, 14 * SECOND - 20 * MS + DELAY_US, 1);
}

/* Video takes 80 ms more to encode than sound; only reports can tell. */
static void brings_sound_and_picture_together(void **state)
{
    (void)state;
    struct publisher publisher;
    start(&publisher);
    int64_t last_video = 0;
    int64_t last_audio = 0;
    for (int64_t t = 10 * SECOND; t < 20 * SECOND; t += 20 * MS) {
        const int64_t jitter_us = (t / (20 * MS)) % 7 * MS;
        const int64_t audio_us = send_audio(&publisher, t, jitter_us);
        const int64_t video_us = send_video(&publisher, t, 80 * MS + jitter_us);
        assert_true(audio_us > last_audio && video_us > last_video); /* never backward */
        last_audio = audio_us;
        last_video = video_us;
        if (t == 10500 * MS) {
            assert_int_equal(report_video(&publisher, t, 9 * MS), 0);
        }
        if (t == 12500 * MS) {
            assert_int_equal(report_audio(&publisher, t, 0), 0);
        }
        if (t > 15 * SECOND) {
            assert_near(audio_us, video_us, 50); /* rounding of timestamps */
            assert_near(audio_us, t + DELAY_US, 50);
        }
    }
}

static void works_corrections_in_slowly(void **state)
{
    (void)state;
    struct publisher publisher;
    start(&publisher);
    int64_t before = send_video(&publisher, 10 * SECOND, 80 * MS);
    assert_int_equal(report_video(&publisher, 10 * SECOND, 0), 0);
    for (int64_t t = 10 * SECOND + 33 * MS; t < 13 * SECOND; t += 33 * MS) {
        const int64_t media_us = send_video(&publisher, t, 80 * MS);
        assert_in_range(media_us - before, 33 * MS * 94 / 100, 33 * MS * 106 / 100);
        before = media_us;
    }
    assert_near(before, 13 * SECOND + DELAY_US, 33 * MS);
    assert_near(rtp_clock_media_time_us(&publisher.video, video_timestamp(12 * SECOND)),
                12 * SECOND + DELAY_US, 50);
}

static void replaces_what_was_far_off(void **state)
{
    (void)state;
    struct publisher publisher;
    start(&publisher);
    send_video(&publisher, 10 * SECOND, 3 * SECOND); /* the sender holds pictures back */
    assert_int_equal(report_video(&publisher, 13 * SECOND, 0), 0);
    assert_near(send_video(&publisher, 11 * SECOND, 3 * SECOND), 11 * SECOND + DELAY_US, 50);
}

static void ignores_reports_that_make_no_sense(void **state)
{
    (void)state;
    struct publisher publisher;
    start(&publisher);
    send_audio(&publisher, 10 * SECOND, 0);
    send_video(&publisher, 10 * SECOND, 0);
    assert_int_equal(report_audio(&publisher, 10 * SECOND, 0), 0);
    assert_int_equal(report_video(&publisher, 10 * SECOND, 0), 0);
    const uint64_t now_us = 11 * SECOND + DELAY_US;
    assert_int_equal(
        rtp_clock_on_sender_report(&publisher.audio, 0, audio_timestamp(11 * SECOND), now_us),
        -EINVAL);
    /* one with a wild wall clock */
    assert_int_equal(rtp_clock_on_sender_report(&publisher.audio, UINT64_MAX,
                                                audio_timestamp(11 * SECOND), now_us),
                     -EINVAL);
    /* one with a wild timestamp */
    assert_int_equal(rtp_clock_on_sender_report(&publisher.audio, ntp_at(&publisher, 11 * SECOND),
                                                audio_timestamp(40 * SECOND), now_us),
                     -EINVAL);
    assert_near(send_audio(&publisher, 11 * SECOND, 0), 11 * SECOND + DELAY_US, 50);
    assert_int_equal(report_audio(&publisher, 12 * SECOND, 0), 0);
    assert_int_equal(report_video(&publisher, 12 * SECOND, 0), 0);
    assert_near(send_audio(&publisher, 12 * SECOND, 0), 12 * SECOND + DELAY_US, 50);
    assert_near(send_video(&publisher, 12 * SECOND, 0), 12 * SECOND + DELAY_US, 50);
}

static void follows_a_wall_clock_that_was_set(void **state)
{
    (void)state;
    static const int64_t steps[] = {-3600 * SECOND, -3 * SECOND, 3 * SECOND, 86400 * SECOND};
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        struct publisher publisher;
        start(&publisher);
        for (int64_t t = 10 * SECOND; t < 60 * SECOND; t += 20 * MS) {
            const int64_t audio_us = send_audio(&publisher, t, 0);
            const int64_t video_us = send_video(&publisher, t, 0);
            assert_near(audio_us, t + DELAY_US, 100);
            assert_near(video_us, t + DELAY_US, 100);
            if (t == 30 * SECOND) {
                publisher.wall_error_us = steps[i];
            }
            if (t % SECOND == 0) {
                (void)report_video(&publisher, t, 0);
            }
            if (t % (5 * SECOND) == 500 * MS) {
                (void)report_audio(&publisher, t, 0);
            }
        }
        assert_int_equal(report_audio(&publisher, 60 * SECOND, 0), 0);
        assert_int_equal(report_video(&publisher, 60 * SECOND, 0), 0);
    }
}

/* A publisher's clock that is 100 ppm fast drifts by 360 ms in an hour. */
static void follows_drift(void **state)
{
    (void)state;
    struct publisher publisher;
    start(&publisher);
    int64_t audio_us = 0;
    int64_t video_us = 0;
    for (int64_t t = 10 * SECOND; t < 3610 * SECOND; t += 100 * MS) {
        const int64_t theirs = t + t / 10000;
        const uint64_t arrival_us = (uint64_t)(t + DELAY_US);
        const int64_t before_us = audio_us;
        audio_us = rtp_clock_on_packet(&publisher.audio, audio_timestamp(theirs), arrival_us);
        video_us = rtp_clock_on_packet(&publisher.video, video_timestamp(theirs), arrival_us);
        assert_true(audio_us > before_us);
        if (t % SECOND == 0) {
            rtp_clock_on_sender_report(&publisher.video, ntp_at(&publisher, theirs),
                                       video_timestamp(theirs), arrival_us);
            rtp_clock_on_sender_report(&publisher.audio, ntp_at(&publisher, theirs),
                                       audio_timestamp(theirs), arrival_us);
        }
        assert_near(audio_us, t + DELAY_US, 10 * MS);
        assert_near(audio_us, video_us, 500);
    }
}

static void begins_anew_with_new_timestamps(void **state)
{
    (void)state;
    struct publisher publisher;
    start(&publisher);
    send_video(&publisher, 10 * SECOND, 0);
    report_video(&publisher, 10 * SECOND, 0);
    assert_near(rtp_clock_on_packet(&publisher.video, 0x90000000, 11 * SECOND), 11 * SECOND, 0);
    assert_near(rtp_clock_on_packet(&publisher.video, 0x90000000 + 90000, 12 * SECOND + 5),
                12 * SECOND, 1);
    assert_int_equal(rtp_clock_on_sender_report(&publisher.video, ntp_at(&publisher, 13 * SECOND),
                                                0x90000000 + 180000, 13 * SECOND + DELAY_US),
                     0);
}

static void runs_past_the_wrap_of_timestamps(void **state)
{
    (void)state;
    struct publisher publisher;
    start(&publisher);
    /* 2^32 ticks of 90 kHz are 13.3 hours. */
    for (int64_t t = 10 * SECOND; t < 100000 * SECOND; t += SECOND) {
        assert_near(send_video(&publisher, t, 0), t + DELAY_US, 50);
        if (t % (60 * SECOND) == 0) {
            assert_int_equal(report_video(&publisher, t, 0), 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_by_arrival_before_the_first_report),
        cmocka_unit_test(brings_sound_and_picture_together),
        cmocka_unit_test(works_corrections_in_slowly),
        cmocka_unit_test(replaces_what_was_far_off),
        cmocka_unit_test(ignores_reports_that_make_no_sense),
        cmocka_unit_test(follows_a_wall_clock_that_was_set),
        cmocka_unit_test(follows_drift),
        cmocka_unit_test(begins_anew_with_new_timestamps),
        cmocka_unit_test(runs_past_the_wrap_of_timestamps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
