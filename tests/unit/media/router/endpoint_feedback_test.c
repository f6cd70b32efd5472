#include "gateway/base/byte_writer.h"
#include "gateway/base/clock.h"
#include "media/rtp/ntp_time.h"
#include "media/rtp/rtcp_feedback.h"
#include "media/rtp/rtcp_packet.h"
#include "tests/unit/media/router/room_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The physician is in the patient's slot 0, and its picture has begun. */
struct scene {
    struct room_fixture *f;
    struct fake_browser *patient;
    struct fake_browser *physician;
    uint32_t video;
    uint8_t bytes[1500];
    struct byte_writer writer;
};

static struct scene *set_scene(void **state)
{
    static struct scene s;
    s = (struct scene){.f = *state};
    s.patient = room_fixture_join(s.f, 0);
    s.physician = room_fixture_join(s.f, 1);
    s.video = fake_browser_slot(s.patient, 0, MEDIA_KIND_VIDEO);
    s.writer = byte_writer_over(s.bytes, sizeof(s.bytes));
    room_fixture_bind(s.patient, 0, s.physician, true);
    room_fixture_pass(s.f, 20 * MS);
    fake_browser_show(s.physician, true, 2);
    room_fixture_pass(s.f, 1000 * MS);
    fake_browser_forget(s.physician);
    return &s;
}

static unsigned requests_upstream(const struct scene *s)
{
    return fake_browser_count_pli(s->physician, s->physician->source.video_ssrc);
}

static void test_a_pli_goes_on_to_who_is_in_the_slot(void **state)
{
    struct scene *s = set_scene(state);
    rtcp_write_pli(&s->writer, 1, s->video);
    fake_browser_send_rtcp(s->patient, &s->writer);
    room_fixture_pass(s->f, 40 * MS);
    assert_int_equal(requests_upstream(s), 1);
}

/* Heard again, from wherever it is now: nobody waits until its browser misses a key frame. */
static void test_who_returns_begins_with_a_key_frame(void **state)
{
    struct scene *s = set_scene(state);
    room_endpoint_on_return(s->patient->endpoint, s->f->now_us);
    room_fixture_pass(s->f, 40 * MS);
    assert_int_equal(requests_upstream(s), 1);
    fake_browser_forget(s->patient);
    fake_browser_show(s->physician, true, 2);
    assert_int_equal(fake_browser_count_rtp(s->patient, s->video), 2);
}

static void test_a_fir_is_taken_as_a_pli(void **state)
{
    struct scene *s = set_scene(state);
    const struct rtcp_fir_entry entry = {.ssrc = s->video, .command = 7};
    rtcp_write_fir(&s->writer, 1, &entry);
    fake_browser_send_rtcp(s->patient, &s->writer);
    room_fixture_pass(s->f, 40 * MS);
    assert_int_equal(requests_upstream(s), 1);
}

static void test_a_storm_of_plis_becomes_two_a_second(void **state)
{
    struct scene *s = set_scene(state);
    rtcp_write_pli(&s->writer, 1, s->video);
    for (int i = 0; i < 10000; i++) { /* 5000 a second */
        fake_browser_send_rtcp(s->patient, &s->writer);
        if (i % 100 == 0) {
            room_fixture_pass(s->f, 20 * MS);
        }
    }
    assert_in_range(requests_upstream(s), 1, 4);
}

static void test_a_request_for_what_is_not_ones_own_is_ignored(void **state)
{
    struct scene *s = set_scene(state);
    rtcp_write_pli(&s->writer, 1, s->physician->source.video_ssrc);
    rtcp_write_pli(&s->writer, 1, 0);
    fake_browser_send_rtcp(s->patient, &s->writer);
    room_fixture_pass(s->f, 40 * MS);
    assert_int_equal(requests_upstream(s), 0);
}

static void test_outside_the_room_nothing_is_asked_for(void **state)
{
    struct scene *s = set_scene(state);
    room_move(s->f->room, s->patient->endpoint, ROOM_OUTSIDE);
    rtcp_write_pli(&s->writer, 1, s->video);
    fake_browser_send_rtcp(s->patient, &s->writer);
    room_fixture_pass(s->f, 40 * MS);
    assert_int_equal(requests_upstream(s), 0);
}

/* ---- reports ---- */

static void report_about(struct scene *s, uint32_t ssrc, uint8_t fraction, uint32_t last_sr,
                         uint32_t delay)
{
    const struct rtcp_report_block block = {
        .ssrc = ssrc,
        .fraction_lost = fraction,
        .last_sr = last_sr,
        .delay_since_last_sr = delay,
    };
    s->writer.size = 0;
    rtcp_write_receiver_report(&s->writer, 1, &block, 1);
    fake_browser_send_rtcp(s->patient, &s->writer);
}

static struct room_endpoint_report report_of(struct scene *s)
{
    struct room_endpoint_report report;
    room_endpoint_take_report(s->patient->endpoint, s->f->now_us, &report);
    return report;
}

static void test_round_trip_and_loss_follow_from_report_blocks(void **state)
{
    struct scene *s = set_scene(state);
    const uint64_t sent_us = s->f->now_us - 250 * MS;
    const uint32_t last_sr = ntp_time_compact(ntp_time_from_unix_us(clock_wall_us_of(sent_us)));
    assert_int_equal(report_of(s).rtt_us, 0);
    report_about(s, s->video, 64, last_sr, ntp_time_compact_from_us(170 * MS));
    report_about(s, s->video, 10, 0, 0);
    report_about(s, 0x777, 255, last_sr, 0); /* not one of its lines */
    const struct room_endpoint_report report = report_of(s);
    assert_in_range(report.rtt_us, 79 * MS, 81 * MS);
    assert_int_equal(report.fraction_lost_down, 64);
    assert_int_equal(report_of(s).fraction_lost_down, 0);
}

static void test_a_bye_ends_the_stream_and_a_packet_begins_it_anew(void **state)
{
    struct scene *s = set_scene(state);
    const uint32_t gone[] = {s->physician->source.video_ssrc};
    rtcp_write_bye(&s->writer, gone, 1);
    fake_browser_send_rtcp(s->physician, &s->writer);
    fake_browser_forget(s->patient);
    fake_browser_show(s->physician, false, 1);
    assert_int_equal(fake_browser_count_all_rtp(s->patient), 0);
    room_fixture_pass(s->f, 40 * MS);
    assert_int_equal(requests_upstream(s), 1);
    fake_browser_show(s->physician, true, 1);
    assert_int_equal(fake_browser_count_all_rtp(s->patient), 1);
}

static void test_nobody_can_end_another_ones_stream(void **state)
{
    struct scene *s = set_scene(state);
    const uint32_t gone[] = {s->physician->source.video_ssrc, s->video};
    rtcp_write_bye(&s->writer, gone, 2);
    fake_browser_send_rtcp(s->patient, &s->writer);
    fake_browser_forget(s->patient);
    fake_browser_show(s->physician, false, 1);
    assert_int_equal(fake_browser_count_all_rtp(s->patient), 1);
}

static void test_broken_compounds_are_counted(void **state)
{
    struct scene *s = set_scene(state);
    static const uint8_t broken[][12] = {
        {0x81, 201, 0, 1, 0, 0, 0, 1},             /* promises a block that is not there */
        {0x80, 201, 0, 9, 0, 0, 0, 1},             /* passes the end */
        {0x40, 201, 0, 1, 0, 0, 0, 1},             /* version 1 */
        {0x8f, 203, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0}, /* fifteen sources, room for one */
    };
    for (size_t i = 0; i < ARRAY_LENGTH(broken); i++) {
        room_endpoint_on_rtcp(s->patient->endpoint, broken[i], 8, s->f->now_us);
    }
    assert_int_equal(report_of(s).packets_rejected, ARRAY_LENGTH(broken));
}

int main(void)
{
#define ROOM_TEST(test)                                                                            \
    cmocka_unit_test_setup_teardown(test, room_fixture_setup, room_fixture_teardown)
    const struct CMUnitTest tests[] = {
        ROOM_TEST(test_a_pli_goes_on_to_who_is_in_the_slot),
        ROOM_TEST(test_who_returns_begins_with_a_key_frame),
        ROOM_TEST(test_a_fir_is_taken_as_a_pli),
        ROOM_TEST(test_a_storm_of_plis_becomes_two_a_second),
        ROOM_TEST(test_a_request_for_what_is_not_ones_own_is_ignored),
        ROOM_TEST(test_outside_the_room_nothing_is_asked_for),
        ROOM_TEST(test_round_trip_and_loss_follow_from_report_blocks),
        ROOM_TEST(test_a_bye_ends_the_stream_and_a_packet_begins_it_anew),
        ROOM_TEST(test_nobody_can_end_another_ones_stream),
        ROOM_TEST(test_broken_compounds_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
