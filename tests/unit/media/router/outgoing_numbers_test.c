/* Sound and picture of a slot, as its receiver puts them together: it pairs each packet's timestamp
 * with the last sender report of its line, and so learns when the packet was captured. */
#include "gateway/base/byte_writer.h"
#include "media/rtp/ntp_time.h"
#include "tests/unit/media/router/room_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* A publisher with clocks and delays of its own. */
struct studio {
    struct fake_browser *browser;
    int64_t ntp_offset_us;
    int audio_ppm; /* how fast its clocks run */
    int video_ppm;
    uint64_t audio_delay_us; /* from capture to arrival */
    uint64_t video_delay_us;
    uint64_t audio_report_us; /* between sender reports */
    uint64_t video_report_us;
    uint64_t audio_captured_us[65536]; /* by sequence number */
    uint64_t video_captured_us[65536];
};

static uint64_t drifted(uint64_t time_us, int ppm)
{
    return (uint64_t)((int64_t)time_us + (int64_t)(time_us / 1000000u) * ppm +
                      (int64_t)(time_us % 1000000u) * ppm / 1000000);
}

static void send_report(struct studio *s, enum media_kind kind)
{
    uint8_t bytes[MEDIA_SOURCE_PACKET_SIZE_MAX];
    struct fake_browser *b = s->browser;
    const uint64_t now_us = b->fixture->now_us;
    const int ppm = kind == MEDIA_KIND_AUDIO ? s->audio_ppm : s->video_ppm;
    /* the report's timestamp is by the drifting clock, its NTP time is not */
    const int64_t error_us = (int64_t)now_us - (int64_t)drifted(now_us, ppm);
    const size_t size = media_source_sender_report(&b->source, kind, drifted(now_us, ppm),
                                                   s->ntp_offset_us + error_us, bytes);
    const struct byte_writer compound = {.data = bytes, .size = size};
    fake_browser_send_rtcp(b, &compound);
}

/* 10 ms of its life. */
static void live(struct studio *s, uint64_t at_us)
{
    uint8_t packet[MEDIA_SOURCE_PACKET_SIZE_MAX];
    struct fake_browser *b = s->browser;
    const uint64_t now_us = b->fixture->now_us;
    if (at_us % (20 * MS) == 0) {
        const uint64_t captured_us = now_us - s->audio_delay_us;
        s->audio_captured_us[b->source.audio_sequence] = captured_us;
        const size_t size =
            media_source_audio(&b->source, drifted(captured_us, s->audio_ppm), packet);
        fake_browser_send_rtp(b, packet, size);
    }
    if (at_us % (40 * MS) == 0) {
        const uint64_t captured_us = now_us - s->video_delay_us;
        const unsigned flags = (at_us % (1000 * MS) == 0 ? MEDIA_SOURCE_KEYFRAME : 0u) |
                               MEDIA_SOURCE_FIRST | MEDIA_SOURCE_LAST;
        s->video_captured_us[b->source.video_sequence] = captured_us;
        const size_t size =
            media_source_video(&b->source, drifted(captured_us, s->video_ppm), flags, packet);
        fake_browser_send_rtp(b, packet, size);
    }
    if (at_us % s->audio_report_us == 500 * MS) {
        send_report(s, MEDIA_KIND_AUDIO);
    }
    if (at_us % s->video_report_us == 300 * MS) {
        send_report(s, MEDIA_KIND_VIDEO);
    }
}

/* ---- the receiver ---- */

struct report_search {
    uint32_t ssrc;
    bool found;
    struct rtcp_sender_info last;
};

static void find_report(void *context, const struct rtcp_packet *packet, uint64_t at_us)
{
    struct report_search *search = context;
    struct rtcp_sender_info info;
    (void)at_us;
    if (rtcp_sender_report_read(packet, &info) == 0 && info.ssrc == search->ssrc) {
        search->last = info;
        search->found = true;
    }
}

/* How much later than it was captured the newest packet of the line seems to have been captured. */
static int64_t apparent_delay_us(const struct fake_browser *receiver, const struct studio *studio,
                                 enum media_kind kind)
{
    const bool is_audio = kind == MEDIA_KIND_AUDIO;
    const uint32_t ssrc = fake_browser_slot(receiver, 0, kind);
    struct report_search search = {.ssrc = ssrc};
    fake_browser_for_rtcp(receiver, find_report, &search);
    assert_true(search.found);
    const struct sent_packet *newest = NULL;
    size_t cursor = 0;
    for (const struct sent_packet *p = NULL;
         (p = fake_browser_next_rtp(receiver, ssrc, &cursor));) {
        newest = p;
    }
    assert_non_null(newest);
    assert_int_equal(sent_packet_origin_ssrc(newest), is_audio
                                                          ? studio->browser->source.audio_ssrc
                                                          : studio->browser->source.video_ssrc);
    const int64_t ticks = (int32_t)(newest->rtp.timestamp - search.last.rtp_timestamp);
    const int64_t seems_us = (int64_t)ntp_time_to_unix_us(search.last.ntp) +
                             ticks * 1000000 / (is_audio ? 48000 : 90000);
    const uint16_t origin = sent_packet_origin_sequence(newest);
    return seems_us - (int64_t)(is_audio ? studio->audio_captured_us[origin]
                                         : studio->video_captured_us[origin]);
}

static int64_t skew_us(const struct fake_browser *receiver, const struct studio *studio)
{
    return apparent_delay_us(receiver, studio, MEDIA_KIND_AUDIO) -
           apparent_delay_us(receiver, studio, MEDIA_KIND_VIDEO);
}

struct act {
    struct room_fixture *f;
    struct fake_browser *patient;
    struct studio *studios[2];
    uint64_t at_us;
};

static int set_up(void **state)
{
    struct act *act = calloc(1, sizeof(*act));
    void *fixture = NULL;
    room_fixture_setup(&fixture);
    act->f = fixture;
    act->patient = room_fixture_join(act->f, 0);
    for (size_t i = 0; i < 2; i++) {
        act->studios[i] = calloc(1, sizeof(*act->studios[i]));
        act->studios[i]->browser = room_fixture_join(act->f, i + 1);
        act->studios[i]->audio_report_us = 5000 * MS; /* as Chromium */
        act->studios[i]->video_report_us = 1000 * MS;
    }
    *act->studios[0] = (struct studio){.browser = act->studios[0]->browser,
                                       .ntp_offset_us = -400000000,
                                       .audio_ppm = 80,
                                       .video_ppm = -20,
                                       .audio_delay_us = 30 * MS,
                                       .video_delay_us = 90 * MS,
                                       .audio_report_us = 5000 * MS,
                                       .video_report_us = 1000 * MS};
    *act->studios[1] = (struct studio){.browser = act->studios[1]->browser,
                                       .ntp_offset_us = 7000000,
                                       .audio_ppm = -60,
                                       .video_ppm = 30,
                                       .audio_delay_us = 150 * MS,
                                       .video_delay_us = 180 * MS,
                                       .audio_report_us = 5000 * MS,
                                       .video_report_us = 1000 * MS};
    *state = act;
    return 0;
}

static int tear_down(void **state)
{
    struct act *act = *state;
    void *fixture = act->f;
    room_fixture_teardown(&fixture);
    free(act->studios[0]);
    free(act->studios[1]);
    free(act);
    return 0;
}

static void run(struct act *act, uint64_t span_us)
{
    fake_browser_forget(act->studios[0]->browser);
    fake_browser_forget(act->studios[1]->browser);
    for (uint64_t end_us = act->at_us + span_us; act->at_us < end_us; act->at_us += 10 * MS) {
        live(act->studios[0], act->at_us);
        live(act->studios[1], act->at_us);
        act->f->now_us += 10 * MS;
        if (act->at_us % (20 * MS) == 0) {
            room_on_tick(act->f->room, act->f->now_us);
        }
    }
}

static void assert_in_sync(const struct act *act, const struct studio *studio, int64_t within_us)
{
    const int64_t skew = skew_us(act->patient, studio);
    if (llabs(skew) > within_us) {
        fail_msg("sound and picture differ by %lld us", (long long)skew);
    }
}

static void test_sound_and_picture_stay_together(void **state)
{
    struct act *act = *state;
    room_fixture_bind(act->patient, 0, act->studios[0]->browser, true);
    run(act, 2000 * MS);
    assert_in_sync(act, act->studios[0], 80 * (int64_t)MS); /* before the first reports */
    for (int i = 0; i < 60; i++) {                          /* ten minutes, whatever the drift */
        fake_browser_forget(act->patient);
        run(act, 10000 * MS);
        assert_in_sync(act, act->studios[0], i < 1 ? 50 * (int64_t)MS : 20 * (int64_t)MS);
    }
}

static void test_also_when_the_slot_changes_hands(void **state)
{
    struct act *act = *state;
    run(act, 10000 * MS);
    for (int turn = 0; turn < 12; turn++) {
        struct studio *studio = act->studios[turn % 2];
        room_fixture_bind(act->patient, 0, studio->browser, true);
        fake_browser_forget(act->patient);
        run(act, 1100 * MS); /* the key frame has come */
        assert_in_sync(act, studio, 25 * (int64_t)MS);
        run(act, 4900 * MS);
        assert_in_sync(act, studio, 25 * (int64_t)MS);
    }
}

/* A picture that comes 600 ms after its sound is told as captured later, by reports alone: its
 * timestamps are as far apart as its frames. */
static void test_a_late_picture_is_told_so_by_reports(void **state)
{
    struct act *act = *state;
    struct studio *studio = act->studios[0];
    const uint32_t video = fake_browser_slot(act->patient, 0, MEDIA_KIND_VIDEO);
    studio->video_delay_us = 630 * MS;
    room_fixture_bind(act->patient, 0, studio->browser, true);
    run(act, 10000 * MS);
    for (int i = 0; i < 10; i++) {
        fake_browser_forget(act->patient);
        run(act, 2000 * MS);
        const int64_t told_us = -skew_us(act->patient, studio);
        assert_in_range(told_us, 450 * MS, i < 5 ? 800 * MS : 680 * MS);

        size_t cursor = 0;
        const struct sent_packet *last = fake_browser_next_rtp(act->patient, video, &cursor);
        assert_non_null(last);
        for (const struct sent_packet *next = NULL;
             (next = fake_browser_next_rtp(act->patient, video, &cursor)); last = next) {
            assert_in_range(next->rtp.timestamp - last->rtp.timestamp, 90 * 20, 90 * 60);
        }
    }
}

/* A receiver fits a line through many reports (libwebrtc: 20), so the line must never have a kink.
 */
struct line_check {
    uint32_t ssrc;
    uint32_t rate;
    unsigned reports;
    struct rtcp_sender_info first;
    int64_t worst_us;
};

static void check_report(void *context, const struct rtcp_packet *packet, uint64_t at_us)
{
    struct line_check *check = context;
    struct rtcp_sender_info info;
    (void)at_us;
    if (rtcp_sender_report_read(packet, &info) < 0 || info.ssrc != check->ssrc) {
        return;
    }
    if (check->reports++ == 0) {
        check->first = info;
        return;
    }
    const int64_t elapsed_us =
        (int64_t)(ntp_time_to_unix_us(info.ntp) - ntp_time_to_unix_us(check->first.ntp));
    const int64_t ticks = (int32_t)(info.rtp_timestamp - check->first.rtp_timestamp);
    const int64_t off_us = llabs(ticks * 1000000 / check->rate - elapsed_us);
    check->worst_us = off_us > check->worst_us ? off_us : check->worst_us;
}

static void test_all_reports_of_a_line_lie_on_one_line(void **state)
{
    struct act *act = *state;
    for (int turn = 0; turn < 6; turn++) {
        room_fixture_bind(act->patient, 0, act->studios[turn % 2]->browser, true);
        run(act, 4000 * MS);
    }
    struct line_check audio = {.ssrc = fake_browser_slot(act->patient, 0, MEDIA_KIND_AUDIO),
                               .rate = 48000};
    struct line_check video = {.ssrc = fake_browser_slot(act->patient, 0, MEDIA_KIND_VIDEO),
                               .rate = 90000};
    fake_browser_for_rtcp(act->patient, check_report, &audio);
    fake_browser_for_rtcp(act->patient, check_report, &video);
    assert_true(audio.reports >= 24 && video.reports >= 24);
    assert_true(audio.worst_us < 100 && video.worst_us < 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_sound_and_picture_stay_together, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_also_when_the_slot_changes_hands, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_late_picture_is_told_so_by_reports, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_all_reports_of_a_line_lie_on_one_line, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
