/* Which stream does a packet belong to: by SSRC of the offer, or by MID and RID; else to none. */
#include "media/rtp/rtp_packet.h"
#include "tests/unit/media/router/room_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct scene {
    struct room_fixture *f;
    struct fake_browser *patient;
    struct fake_browser *physician;
    uint32_t audio;
    uint32_t video;
};

/* The physician's offer names no SSRCs. */
static struct scene set_scene(void **state, bool with_rids)
{
    struct scene s = {.f = *state};
    s.patient = room_fixture_join(s.f, 0);
    s.physician = room_fixture_join(s.f, 1);
    s.audio = fake_browser_slot(s.patient, 0, MEDIA_KIND_AUDIO);
    s.video = fake_browser_slot(s.patient, 0, MEDIA_KIND_VIDEO);
    struct endpoint_media *media = &s.physician->media;
    media->publications[0].source_count = 0;
    media->publications[1].source_count = 0;
    if (with_rids) {
        strcpy(media->publications[1].rids[0], "q");
        strcpy(media->publications[1].rids[1], "f");
        media->publications[1].rid_count = 2;
    }
    room_endpoint_set_media(s.physician->endpoint, media, s.f->now_us);
    room_fixture_bind(s.patient, 0, s.physician, true);
    return s;
}

static uint64_t rejected(const struct scene *s)
{
    struct room_endpoint_report report;
    room_endpoint_take_report(s->physician->endpoint, s->f->now_us, &report);
    return report.packets_rejected;
}

static void test_an_unknown_ssrc_belongs_to_nobody(void **state)
{
    struct scene s = set_scene(state, false);
    fake_browser_show(s.physician, true, 3);
    fake_browser_speak(s.physician);
    assert_int_equal(fake_browser_count_all_rtp(s.patient), 0);
    assert_int_equal(rejected(&s), 4);
}

static void test_a_mid_tells_whose_it_is(void **state)
{
    struct scene s = set_scene(state, false);
    s.physician->source.tells_mid = true;
    fake_browser_show(s.physician, true, 3);
    fake_browser_speak(s.physician);
    s.physician->source.tells_mid = false; /* once is enough */
    fake_browser_speak(s.physician);
    assert_int_equal(fake_browser_count_rtp(s.patient, s.video), 3);
    assert_int_equal(fake_browser_count_rtp(s.patient, s.audio), 2);
    assert_int_equal(rejected(&s), 0);
}

static void test_a_mid_of_no_line_or_of_another_payload_is_refused(void **state)
{
    struct scene s = set_scene(state, false);
    s.physician->source.tells_mid = true;
    s.physician->source.audio_mid = "9";
    s.physician->source.video_mid = "0"; /* the audio line has no VP8 */
    fake_browser_show(s.physician, true, 1);
    fake_browser_speak(s.physician);
    assert_int_equal(fake_browser_count_all_rtp(s.patient), 0);
    assert_int_equal(rejected(&s), 2);
}

static void test_another_ssrc_takes_the_place_of_the_first(void **state)
{
    struct scene s = set_scene(state, false);
    s.physician->source.tells_mid = true;
    fake_browser_show(s.physician, true, 2);
    s.physician->source.video_ssrc = 0xabcd;
    s.physician->source.video_sequence = 9;
    fake_browser_show(s.physician, true, 2);
    assert_int_equal(fake_browser_count_rtp(s.patient, s.video), 4);
    size_t cursor = 0;
    const uint16_t first = fake_browser_next_rtp(s.patient, s.video, &cursor)->rtp.sequence;
    for (uint16_t i = 1; i < 4; i++) {
        assert_int_equal(fake_browser_next_rtp(s.patient, s.video, &cursor)->rtp.sequence,
                         first + i);
    }
}

static void test_ssrcs_without_end_are_refused(void **state)
{
    struct scene s = set_scene(state, false);
    s.physician->source.tells_mid = true;
    for (uint32_t i = 0; i < 10000; i++) {
        s.physician->source.audio_ssrc = 0xa0000 + i;
        fake_browser_speak(s.physician);
    }
    assert_in_range(fake_browser_count_rtp(s.patient, s.audio), 1, 100);
    assert_true(rejected(&s) >= 9900);
}

/* ---- rids ---- */

/* A key frame of the layer; `rid` may be NULL, `repaired` makes it a retransmission. */
static size_t layer_packet(struct scene *s, uint32_t ssrc, uint16_t sequence, const char *rid,
                           bool repaired, uint8_t *packet)
{
    const uint8_t rtp[] = {0x90,
                           repaired ? MEDIA_SOURCE_VP8_RTX : MEDIA_SOURCE_VP8,
                           (uint8_t)(sequence >> 8),
                           (uint8_t)sequence,
                           0,
                           0,
                           0,
                           1,
                           (uint8_t)(ssrc >> 24),
                           (uint8_t)(ssrc >> 16),
                           (uint8_t)(ssrc >> 8),
                           (uint8_t)ssrc,
                           0xbe,
                           0xde,
                           0,
                           1};
    (void)s;
    size_t size = sizeof(rtp);
    memcpy(packet, rtp, size);
    packet[size++] = 4 << 4; /* mid, one byte */
    packet[size++] = '1';
    packet[size++] = rid ? (uint8_t)((repaired ? 11 : 10) << 4) : 0;
    packet[size++] = rid ? (uint8_t)rid[0] : 0;
    if (repaired) {
        packet[size++] = (uint8_t)(sequence >> 8); /* OSN: the tests use the same number */
        packet[size++] = (uint8_t)sequence;
    }
    static const uint8_t vp8[] = {0x10, 0x50, 0x42, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0xe0, 0x01};
    memcpy(packet + size, vp8, sizeof(vp8));
    size += sizeof(vp8);
    memset(packet + size, 0, 8);
    packet[size + 3] = (uint8_t)ssrc;
    return size + 8;
}

static void test_rids_tell_layers(void **state)
{
    struct scene s = set_scene(state, true);
    uint8_t packet[200];
    size_t size = layer_packet(&s, 0x51, 10, "q", false, packet);
    fake_browser_send_rtp(s.physician, packet, size);
    assert_int_equal(fake_browser_count_rtp(s.patient, s.video), 1);
    size = layer_packet(&s, 0x52, 20, "x", false, packet); /* not a rid of the offer */
    fake_browser_send_rtp(s.physician, packet, size);
    size = layer_packet(&s, 0x53, 20, NULL, false, packet);
    fake_browser_send_rtp(s.physician, packet, size);
    assert_int_equal(rejected(&s), 2);
    size = layer_packet(&s, 0x54, 11, "q", true, packet); /* lost and retransmitted */
    fake_browser_send_rtp(s.physician, packet, size);
    assert_int_equal(fake_browser_count_rtp(s.patient, s.video), 2);
    assert_int_equal(rejected(&s), 2);
}

int main(void)
{
#define ROOM_TEST(test)                                                                            \
    cmocka_unit_test_setup_teardown(test, room_fixture_setup, room_fixture_teardown)
    const struct CMUnitTest tests[] = {
        ROOM_TEST(test_an_unknown_ssrc_belongs_to_nobody),
        ROOM_TEST(test_a_mid_tells_whose_it_is),
        ROOM_TEST(test_a_mid_of_no_line_or_of_another_payload_is_refused),
        ROOM_TEST(test_another_ssrc_takes_the_place_of_the_first),
        ROOM_TEST(test_ssrcs_without_end_are_refused),
        ROOM_TEST(test_rids_tell_layers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
