/* A publisher's way breaks off for two seconds, in which it goes on filming; then all of that comes
 * at once. */
#include "media/router/picture_backlog.h"
#include "tests/unit/media/router/room_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define FRAME_US (40 * MS)
#define GAP_US (2000 * MS)
#define PACKETS_PER_FRAME 2

struct scene {
    struct room_fixture *f;
    struct fake_browser *patient;
    struct fake_browser *physician;
    uint32_t video;
    uint32_t sound;
};

static struct scene set_scene(void **state)
{
    struct scene s = {.f = *state};
    s.patient = room_fixture_join(s.f, 0);
    s.physician = room_fixture_join(s.f, 1);
    s.video = fake_browser_slot(s.physician, 0, MEDIA_KIND_VIDEO);
    s.sound = fake_browser_slot(s.physician, 0, MEDIA_KIND_AUDIO);
    room_fixture_bind(s.physician, 0, s.patient, true);
    fake_browser_show(s.patient, true, 4);
    fake_browser_perform(s.patient, 2000 * MS);
    return s;
}

static void show_captured_at(struct scene *s, uint64_t captured_us)
{
    uint8_t packet[MEDIA_SOURCE_PACKET_SIZE_MAX];
    for (unsigned i = 0; i < PACKETS_PER_FRAME; i++) {
        const unsigned flags = i == 0 ? MEDIA_SOURCE_FIRST : MEDIA_SOURCE_LAST;
        fake_browser_send_rtp(s->patient, packet,
                              media_source_video(&s->patient->source, captured_us, flags, packet));
    }
}

static void send_what_waited(struct scene *s, uint64_t gap_us)
{
    const uint64_t began_us = s->f->now_us;
    room_fixture_pass(s->f, gap_us);
    for (uint64_t at_us = began_us; at_us < s->f->now_us; at_us += FRAME_US) {
        show_captured_at(s, at_us);
    }
}

static size_t shown(const struct scene *s)
{
    return fake_browser_count_rtp(s->physician, s->video);
}

static void forget(const struct scene *s)
{
    fake_browser_forget(s->patient);
    fake_browser_forget(s->physician);
}

static void test_what_waited_is_not_shown(void **state)
{
    struct scene s = set_scene(state);
    forget(&s);
    send_what_waited(&s, GAP_US);
    /* Only what was captured as the way came back is new enough, and cannot be shown alone. */
    assert_int_equal(shown(&s), 0);
    fake_browser_perform(s.patient, 100 * MS);
    assert_int_equal(shown(&s), 0);
    assert_true(fake_browser_count_rtp(s.physician, s.sound) > 0);
    assert_int_equal(fake_browser_count_pli(s.patient, s.patient->source.video_ssrc), 1);

    fake_browser_show(s.patient, true, 4);
    fake_browser_perform(s.patient, 1000 * MS);
    assert_int_equal(shown(&s), 4 + 25 * PACKETS_PER_FRAME);
    size_t cursor = 0;
    const struct sent_packet *last = fake_browser_next_rtp(s.physician, s.video, &cursor);
    for (const struct sent_packet *next = NULL;
         (next = fake_browser_next_rtp(s.physician, s.video, &cursor)); last = next) {
        assert_int_equal(next->rtp.sequence, (uint16_t)(last->rtp.sequence + 1));
    }
}

/* Each of these leaves all pictures as they are. */
static void test_a_stumble_is_none(void **state)
{
    struct scene s = set_scene(state);
    forget(&s);
    send_what_waited(&s, PICTURE_BACKLOG_SILENCE_US - FRAME_US);
    assert_int_equal(shown(&s), 9 * PACKETS_PER_FRAME);
    assert_int_equal(fake_browser_count_pli(s.patient, s.patient->source.video_ssrc), 0);
}

static void test_a_slow_camera_is_none(void **state)
{
    struct scene s = set_scene(state);
    const uint64_t began_us = s.f->now_us;
    forget(&s);
    for (unsigned i = 0; i < 100; i++) {
        fake_browser_speak(s.patient);
        room_fixture_pass(s.f, 20 * MS);
    }
    for (uint64_t at_us = began_us; at_us < s.f->now_us; at_us += FRAME_US) {
        show_captured_at(&s, at_us);
    }
    assert_int_equal(shown(&s), 50 * PACKETS_PER_FRAME);
    assert_int_equal(fake_browser_count_pli(s.patient, s.patient->source.video_ssrc), 0);
}

/* What comes late long after the silence has other reasons. */
static void test_it_ends(void **state)
{
    struct picture_backlog backlog = {0};
    (void)state;
    picture_backlog_on_rtp(&backlog, 1000 * MS);
    picture_backlog_on_rtp(&backlog, 1000 * MS + PICTURE_BACKLOG_SILENCE_US);
    const uint64_t now_us = 1000 * MS + PICTURE_BACKLOG_SILENCE_US;
    const int64_t late_us = (int64_t)now_us - PICTURE_BACKLOG_LATE_US;
    assert_true(picture_backlog_has(&backlog, late_us, now_us));
    assert_false(picture_backlog_has(&backlog, late_us + 1, now_us));
    assert_false(picture_backlog_has(&backlog, late_us, now_us + PICTURE_BACKLOG_LASTS_US));
}

int main(void)
{
#define ROOM_TEST(test)                                                                            \
    cmocka_unit_test_setup_teardown(test, room_fixture_setup, room_fixture_teardown)
    const struct CMUnitTest tests[] = {
        ROOM_TEST(test_what_waited_is_not_shown),
        ROOM_TEST(test_a_stumble_is_none),
        ROOM_TEST(test_a_slow_camera_is_none),
        cmocka_unit_test(test_it_ends),
    };
    return cmocka_run_group_tests_name("picture_backlog", tests, NULL, NULL);
}
