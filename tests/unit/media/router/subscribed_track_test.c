#include "gateway/base/byte_writer.h"
#include "media/rtp/rtcp_feedback.h"
#include "tests/unit/media/router/room_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Three in a room; the patient has one slot that shows one of the two physicians. */
struct scene {
    struct room_fixture *f;
    struct fake_browser *patient;
    struct fake_browser *reviewer;
    struct fake_browser *oncologist;
    uint32_t audio;
    uint32_t video;
};

static struct scene set_scene(void **state)
{
    struct scene s = {.f = *state};
    s.patient = room_fixture_join(s.f, 0);
    s.reviewer = room_fixture_join(s.f, 1);
    s.oncologist = room_fixture_join(s.f, 2);
    s.audio = fake_browser_slot(s.patient, 0, MEDIA_KIND_AUDIO);
    s.video = fake_browser_slot(s.patient, 0, MEDIA_KIND_VIDEO);
    return s;
}

static uint16_t picture_id_of(const struct sent_packet *packet)
{
    const uint8_t *payload = rtp_packet_payload(&packet->rtp);
    assert_int_equal(payload[1] & 0x80, 0x80);
    assert_int_equal(payload[2] & 0x80, 0x80);
    return (uint16_t)((payload[2] & 0x7f) << 8 | payload[3]);
}

static uint8_t tl0_of(const struct sent_packet *packet)
{
    return rtp_packet_payload(&packet->rtp)[4];
}

/* Every line of the receiver is one unbroken stream. */
static void assert_unbroken(const struct fake_browser *receiver, uint32_t ssrc)
{
    size_t cursor = 0;
    const struct sent_packet *last = fake_browser_next_rtp(receiver, ssrc, &cursor);
    assert_non_null(last);
    assert_true(last->rtp.sequence < 0x8000);
    for (const struct sent_packet *packet = NULL;
         (packet = fake_browser_next_rtp(receiver, ssrc, &cursor)); last = packet) {
        assert_int_equal(packet->rtp.sequence, (uint16_t)(last->rtp.sequence + 1));
        assert_true((int32_t)(packet->rtp.timestamp - last->rtp.timestamp) >= 0);
    }
}

static void test_a_header_is_the_receivers(void **state)
{
    struct scene s = set_scene(state);
    s.patient->media.extensions = (struct media_extension_ids){.mid = 9, .audio_level = 5};
    s.patient->source.extensions = s.patient->media.extensions;
    s.patient->media.slots[0].audio.payloads[0].payload_type = 63;
    room_endpoint_set_media(s.patient->endpoint, &s.patient->media, s.f->now_us);
    room_fixture_bind(s.patient, 0, s.reviewer, true);
    s.reviewer->source.level = 33;
    fake_browser_speak(s.reviewer);

    size_t cursor = 0;
    const struct sent_packet *packet = fake_browser_next_rtp(s.patient, s.audio, &cursor);
    assert_non_null(packet);
    assert_int_equal(packet->rtp.payload_type, 63);
    assert_true(rtp_extension_text_equals(&packet->extensions.mid, "a0"));
    assert_true(packet->extensions.audio_level.present);
    assert_int_equal(packet->extensions.audio_level.minus_dbov, 33);
    assert_false(packet->extensions.has_transport_sequence);
    assert_int_equal(packet->rtp.payload_size, MEDIA_SOURCE_AUDIO_PAYLOAD_SIZE);
    assert_int_equal(sent_packet_origin_ssrc(packet), s.reviewer->source.audio_ssrc);
}

static void test_transport_numbers_count_all_packets_of_a_receiver(void **state)
{
    struct scene s = set_scene(state);
    room_fixture_bind(s.patient, 0, s.reviewer, true);
    room_fixture_bind(s.patient, 1, s.oncologist, true);
    for (int i = 0; i < 5; i++) {
        fake_browser_speak(s.reviewer);
        fake_browser_speak(s.oncologist);
    }
    assert_int_equal(fake_browser_count_all_rtp(s.patient), 10);
    for (uint16_t i = 0; i < 10; i++) {
        assert_true(s.patient->sent[i].extensions.has_transport_sequence);
        assert_int_equal(s.patient->sent[i].extensions.transport_sequence, i);
    }
}

static void test_sound_begins_at_once_and_picture_with_a_key_frame(void **state)
{
    struct scene s = set_scene(state);
    room_fixture_bind(s.patient, 0, s.reviewer, true);
    fake_browser_perform(s.reviewer, 100 * MS);
    assert_int_equal(fake_browser_count_rtp(s.patient, s.audio), 5);
    assert_int_equal(fake_browser_count_rtp(s.patient, s.video), 0);
    assert_int_equal(fake_browser_count_pli(s.reviewer, s.reviewer->source.video_ssrc), 1);

    fake_browser_show(s.reviewer, true, 4);
    fake_browser_perform(s.reviewer, 1000 * MS);
    assert_int_equal(fake_browser_count_rtp(s.patient, s.video), 4 + 50);
    assert_int_equal(fake_browser_count_pli(s.reviewer, s.reviewer->source.video_ssrc), 1);
    assert_unbroken(s.patient, s.video);
}

static void test_a_slot_that_changes_hands_stays_one_stream(void **state)
{
    struct scene s = set_scene(state);
    struct fake_browser *sources[] = {s.reviewer, s.oncologist};
    for (int turn = 0; turn < 10; turn++) {
        struct fake_browser *source = sources[turn % 2];
        struct fake_browser *other = sources[(turn + 1) % 2];
        room_fixture_bind(s.patient, 0, source, true);
        const size_t before = fake_browser_count_rtp(s.patient, s.video);
        fake_browser_show(other, false, 2);
        fake_browser_show(source, false, 2);
        assert_int_equal(fake_browser_count_rtp(s.patient, s.video), before);
        fake_browser_show(source, true, 3);
        fake_browser_perform(source, 200 * MS);
        assert_int_equal(fake_browser_count_rtp(s.patient, s.video), before + 3 + 10);
    }
    assert_unbroken(s.patient, s.video);
    assert_unbroken(s.patient, s.audio);

    size_t cursor = 0;
    const struct sent_packet *last = fake_browser_next_rtp(s.patient, s.video, &cursor);
    for (const struct sent_packet *packet = NULL;
         (packet = fake_browser_next_rtp(s.patient, s.video, &cursor)); last = packet) {
        const unsigned step = last->rtp.marker ? 1 : 0;
        assert_int_equal(picture_id_of(packet), (picture_id_of(last) + step) & 0x7fff);
        assert_int_equal(tl0_of(packet), (uint8_t)(tl0_of(last) + step));
    }
}

static void test_nothing_of_who_was_in_the_slot_comes_late(void **state)
{
    struct scene s = set_scene(state);
    room_fixture_bind(s.patient, 0, s.reviewer, true);
    fake_browser_show(s.reviewer, true, 2);
    room_fixture_bind(s.patient, 0, s.oncologist, true);
    fake_browser_forget(s.patient);
    fake_browser_show(s.reviewer, true, 2);
    fake_browser_speak(s.reviewer);
    assert_int_equal(fake_browser_count_all_rtp(s.patient), 0);
}

static void test_padding_leaves_no_hole(void **state)
{
    struct scene s = set_scene(state);
    uint8_t packet[MEDIA_SOURCE_PACKET_SIZE_MAX];
    room_fixture_bind(s.patient, 0, s.reviewer, true);
    fake_browser_show(s.reviewer, true, 2);
    for (int i = 0; i < 5; i++) {
        fake_browser_send_rtp(s.reviewer, packet,
                              media_source_padding(&s.reviewer->source, s.f->now_us, packet));
        fake_browser_show(s.reviewer, false, 1);
    }
    assert_int_equal(fake_browser_count_rtp(s.patient, s.video), 7);
    assert_unbroken(s.patient, s.video);
}

static void test_a_codec_that_the_receiver_lacks_is_not_sent(void **state)
{
    struct scene s = set_scene(state);
    s.patient->media.slots[0].video.payloads[0] = s.patient->media.slots[0].video.payloads[1];
    s.patient->media.slots[0].video.payload_count = 1; /* H.264 alone */
    room_endpoint_set_media(s.patient->endpoint, &s.patient->media, s.f->now_us);
    room_fixture_bind(s.patient, 0, s.reviewer, true);
    fake_browser_show(s.reviewer, true, 2);
    fake_browser_speak(s.reviewer);
    assert_int_equal(fake_browser_count_rtp(s.patient, s.video), 0);
    assert_int_equal(fake_browser_count_rtp(s.patient, s.audio), 1);
}

static void test_a_lost_packet_keeps_its_place(void **state)
{
    struct scene s = set_scene(state);
    uint8_t lost[MEDIA_SOURCE_PACKET_SIZE_MAX];
    uint8_t rtx[MEDIA_SOURCE_PACKET_SIZE_MAX];
    room_fixture_bind(s.patient, 0, s.reviewer, true);
    fake_browser_show(s.reviewer, true, 1);
    const size_t size =
        media_source_video(&s.reviewer->source, s.f->now_us, MEDIA_SOURCE_FIRST, lost);
    fake_browser_show(s.reviewer, false, 1);
    fake_browser_send_rtp(s.reviewer, rtx, media_source_rtx(&s.reviewer->source, lost, size, rtx));
    /* the same again, both ways, and it is not sent twice */
    fake_browser_send_rtp(s.reviewer, rtx, media_source_rtx(&s.reviewer->source, lost, size, rtx));
    fake_browser_send_rtp(s.reviewer, lost, size);

    size_t cursor = 0;
    const uint16_t first = fake_browser_next_rtp(s.patient, s.video, &cursor)->rtp.sequence;
    assert_int_equal(fake_browser_next_rtp(s.patient, s.video, &cursor)->rtp.sequence,
                     (uint16_t)(first + 2));
    const struct sent_packet *late = fake_browser_next_rtp(s.patient, s.video, &cursor);
    assert_int_equal(late->rtp.sequence, (uint16_t)(first + 1));
    assert_int_equal(late->rtp.payload_type, MEDIA_SOURCE_VP8);
    assert_null(fake_browser_next_rtp(s.patient, s.video, &cursor));
}

/* The first packet of the key frame is lost, and what followed is not thrown away. */
static void test_a_key_frame_that_begins_late_is_whole(void **state)
{
    struct scene s = set_scene(state);
    uint8_t first[MEDIA_SOURCE_PACKET_SIZE_MAX];
    uint8_t packet[MEDIA_SOURCE_PACKET_SIZE_MAX];
    room_fixture_bind(s.patient, 0, s.reviewer, true);
    fake_browser_show(s.reviewer, false, 1); /* its clock is known */
    const size_t size = media_source_video(&s.reviewer->source, s.f->now_us,
                                           MEDIA_SOURCE_KEYFRAME | MEDIA_SOURCE_FIRST, first);
    for (int i = 0; i < 3; i++) {
        const unsigned flags = MEDIA_SOURCE_KEYFRAME | (i == 2 ? MEDIA_SOURCE_LAST : 0u);
        fake_browser_send_rtp(s.reviewer, packet,
                              media_source_video(&s.reviewer->source, s.f->now_us, flags, packet));
    }
    assert_int_equal(fake_browser_count_rtp(s.patient, s.video), 0);
    fake_browser_send_rtp(s.reviewer, packet,
                          media_source_rtx(&s.reviewer->source, first, size, packet));
    fake_browser_show(s.reviewer, false, 1);
    assert_int_equal(fake_browser_count_rtp(s.patient, s.video), 5);
    assert_unbroken(s.patient, s.video);
}

/* ---- retransmission ---- */

static void send_nack(struct fake_browser *receiver, uint32_t ssrc, uint16_t first, size_t count)
{
    uint8_t bytes[1500];
    uint16_t sequences[RTCP_NACK_SEQUENCES_MAX];
    struct byte_writer writer = byte_writer_over(bytes, sizeof(bytes));
    for (size_t i = 0; i < count; i++) {
        sequences[i] = (uint16_t)(first + i);
    }
    assert_int_equal(rtcp_write_nack(&writer, 1, ssrc, sequences, count), 0);
    fake_browser_send_rtcp(receiver, &writer);
}

static void test_a_nack_is_answered_by_rtx(void **state)
{
    struct scene s = set_scene(state);
    const uint32_t rtx = fake_browser_slot_rtx(s.patient, 0);
    room_fixture_bind(s.patient, 0, s.reviewer, true);
    fake_browser_show(s.reviewer, true, 4);
    size_t cursor = 0;
    (void)fake_browser_next_rtp(s.patient, s.video, &cursor);
    const struct sent_packet *lost = fake_browser_next_rtp(s.patient, s.video, &cursor);
    send_nack(s.patient, s.video, lost->rtp.sequence, 2);

    assert_int_equal(fake_browser_count_rtp(s.patient, rtx), 2);
    cursor = 0;
    const struct sent_packet *again = fake_browser_next_rtp(s.patient, rtx, &cursor);
    assert_int_equal(again->rtp.payload_type, MEDIA_SOURCE_VP8_RTX);
    assert_int_equal(again->rtp.timestamp, lost->rtp.timestamp);
    assert_true(rtp_extension_text_equals(&again->extensions.mid, "v0"));
    const uint8_t *payload = rtp_packet_payload(&again->rtp);
    assert_int_equal(payload[0] << 8 | payload[1], lost->rtp.sequence);
    assert_int_equal(again->rtp.payload_size, lost->rtp.payload_size + 2);
    assert_memory_equal(payload + 2, rtp_packet_payload(&lost->rtp), lost->rtp.payload_size);
    const uint16_t number = again->rtp.sequence;
    assert_int_equal(fake_browser_next_rtp(s.patient, rtx, &cursor)->rtp.sequence, number + 1);
}

static void test_a_repeated_nack_is_answered_once_per_round_trip(void **state)
{
    struct scene s = set_scene(state);
    const uint32_t rtx = fake_browser_slot_rtx(s.patient, 0);
    room_fixture_bind(s.patient, 0, s.reviewer, true);
    fake_browser_show(s.reviewer, true, 2);
    const uint16_t first = s.patient->sent[0].rtp.sequence;
    for (int i = 0; i < 20; i++) {
        send_nack(s.patient, s.video, first, 1);
    }
    assert_int_equal(fake_browser_count_rtp(s.patient, rtx), 1);
    room_fixture_pass(s.f, 300 * MS);
    send_nack(s.patient, s.video, first, 1);
    assert_int_equal(fake_browser_count_rtp(s.patient, rtx), 2);
}

/* No one gets what the slot showed before, or makes the gateway send without end. */
static void test_nacks_reach_neither_far_nor_often(void **state)
{
    struct scene s = set_scene(state);
    const uint32_t rtx = fake_browser_slot_rtx(s.patient, 0);
    room_fixture_bind(s.patient, 0, s.reviewer, true);
    fake_browser_show(s.reviewer, true, 100);
    const uint16_t first = s.patient->sent[0].rtp.sequence;
    for (int i = 0; i < 50; i++) {
        room_fixture_pass(s.f, 1 * MS);
        send_nack(s.patient, s.video, (uint16_t)(first - 100), 400);
    }
    assert_in_range(fake_browser_count_rtp(s.patient, rtx), 100, 250);

    room_fixture_bind(s.patient, 0, s.oncologist, true);
    fake_browser_forget(s.patient);
    room_fixture_pass(s.f, 200 * MS);
    send_nack(s.patient, s.video, first, 100);
    assert_int_equal(fake_browser_count_rtp(s.patient, rtx), 0);
}

/* AES-GCM: the same SSRC and number under the same key, with other bytes, gives the key away. */
static void test_no_number_of_an_ssrc_is_sent_twice(void **state)
{
    struct scene s = set_scene(state);
    static uint8_t seen[2][65536];
    memset(seen, 0, sizeof(seen));
    struct fake_browser *sources[] = {s.reviewer, s.oncologist};
    for (int turn = 0; turn < 8; turn++) {
        struct fake_browser *source = sources[turn % 2];
        room_fixture_bind(s.patient, 0, source, true);
        fake_browser_show(source, true, 3);
        fake_browser_perform(source, 100 * MS);
        const struct sent_packet *last = &s.patient->sent[s.patient->sent_count - 1];
        for (int i = 0; i < 3; i++) {
            send_nack(s.patient, s.video, (uint16_t)(last->rtp.sequence - 40), 80);
            room_fixture_pass(s.f, 120 * MS);
        }
        room_move(s.f->room, source->endpoint, ROOM_OUTSIDE);
        room_move(s.f->room, source->endpoint, ROOM_CIRCLE_VISIT);
        room_endpoint_set_media(s.patient->endpoint, &s.patient->media, s.f->now_us);
    }
    const uint32_t ssrcs[] = {s.video, fake_browser_slot_rtx(s.patient, 0)};
    for (size_t i = 0; i < 2; i++) {
        size_t cursor = 0;
        const struct sent_packet *packet = NULL;
        while ((packet = fake_browser_next_rtp(s.patient, ssrcs[i], &cursor))) {
            assert_int_equal(seen[i][packet->rtp.sequence]++, 0);
        }
    }
}

/* A line that is offered without retransmission, or not at all, and again: its SSRCs are what they
 * were, so their numbers only ever grow. */
static void test_a_line_that_changes_and_comes_back_counts_on(void **state)
{
    struct scene s = set_scene(state);
    const struct endpoint_slot_line whole = s.patient->media.slots[0].video;
    struct endpoint_slot_line *line = &s.patient->media.slots[0].video;
    room_fixture_bind(s.patient, 0, s.reviewer, true);
    for (int turn = 0; turn < 8; turn++) {
        fake_browser_show(s.reviewer, true, 3);
        fake_browser_perform(s.reviewer, 100 * MS);
        size_t cursor = 0;
        for (const struct sent_packet *packet = NULL;
             (packet = fake_browser_next_rtp(s.patient, s.video, &cursor));) {
            send_nack(s.patient, s.video, packet->rtp.sequence, 1);
        }
        line->rtx_ssrc = 0;
        line->ssrc = turn % 2 ? 0 : whole.ssrc;
        room_endpoint_set_media(s.patient->endpoint, &s.patient->media, s.f->now_us);
        *line = whole;
        room_endpoint_set_media(s.patient->endpoint, &s.patient->media, s.f->now_us);
    }
    const uint32_t ssrcs[] = {s.video, fake_browser_slot_rtx(s.patient, 0)};
    for (size_t i = 0; i < 2; i++) {
        size_t cursor = 0;
        const struct sent_packet *last = fake_browser_next_rtp(s.patient, ssrcs[i], &cursor);
        assert_non_null(last);
        for (const struct sent_packet *packet = NULL;
             (packet = fake_browser_next_rtp(s.patient, ssrcs[i], &cursor)); last = packet) {
            assert_in_range((uint16_t)(packet->rtp.sequence - last->rtp.sequence), 1, 100);
        }
    }
}

/* ---- simulcast ---- */

static void test_the_best_layer_that_flows_is_sent(void **state)
{
    struct scene s = set_scene(state);
    struct endpoint_publication *video = &s.reviewer->media.publications[1];
    struct media_source low = s.reviewer->source;
    low.video_ssrc = 0x5000;
    low.rtx_ssrc = 0x5001;
    low.video_sequence = 40000;
    video->sources[1] = video->sources[0];
    video->sources[0].ssrc = low.video_ssrc;
    video->sources[0].rtx_ssrc = low.rtx_ssrc;
    video->source_count = 2;
    room_endpoint_set_media(s.reviewer->endpoint, &s.reviewer->media, s.f->now_us);
    room_fixture_bind(s.patient, 0, s.reviewer, true);

    struct media_source high = s.reviewer->source;
    for (int i = 0; i < 100; i++) { /* both layers flow, with a key frame each now and then */
        s.reviewer->source = low;
        fake_browser_show(s.reviewer, i % 30 == 0, 1);
        low = s.reviewer->source;
        s.reviewer->source = high;
        fake_browser_show(s.reviewer, i % 30 == 10, 2);
        high = s.reviewer->source;
        room_fixture_pass(s.f, 40 * MS);
    }
    const struct sent_packet *last = NULL;
    size_t cursor = 0;
    for (const struct sent_packet *p = NULL;
         (p = fake_browser_next_rtp(s.patient, s.video, &cursor));) {
        last = p;
    }
    assert_int_equal(sent_packet_origin_ssrc(last), high.video_ssrc);

    for (int i = 0; i < 100; i++) { /* the better one stops */
        s.reviewer->source = low;
        fake_browser_show(s.reviewer, i % 30 == 0, 1);
        low = s.reviewer->source;
        room_fixture_pass(s.f, 40 * MS);
    }
    while (cursor < s.patient->sent_count) {
        const struct sent_packet *p = fake_browser_next_rtp(s.patient, s.video, &cursor);
        last = p ? p : last;
    }
    assert_int_equal(sent_packet_origin_ssrc(last), low.video_ssrc);
    assert_unbroken(s.patient, s.video);
}

int main(void)
{
#define ROOM_TEST(test)                                                                            \
    cmocka_unit_test_setup_teardown(test, room_fixture_setup, room_fixture_teardown)
    const struct CMUnitTest tests[] = {
        ROOM_TEST(test_a_header_is_the_receivers),
        ROOM_TEST(test_transport_numbers_count_all_packets_of_a_receiver),
        ROOM_TEST(test_sound_begins_at_once_and_picture_with_a_key_frame),
        ROOM_TEST(test_a_slot_that_changes_hands_stays_one_stream),
        ROOM_TEST(test_nothing_of_who_was_in_the_slot_comes_late),
        ROOM_TEST(test_padding_leaves_no_hole),
        ROOM_TEST(test_a_codec_that_the_receiver_lacks_is_not_sent),
        ROOM_TEST(test_a_lost_packet_keeps_its_place),
        ROOM_TEST(test_a_key_frame_that_begins_late_is_whole),
        ROOM_TEST(test_a_nack_is_answered_by_rtx),
        ROOM_TEST(test_a_repeated_nack_is_answered_once_per_round_trip),
        ROOM_TEST(test_nacks_reach_neither_far_nor_often),
        ROOM_TEST(test_no_number_of_an_ssrc_is_sent_twice),
        ROOM_TEST(test_a_line_that_changes_and_comes_back_counts_on),
        ROOM_TEST(test_the_best_layer_that_flows_is_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
