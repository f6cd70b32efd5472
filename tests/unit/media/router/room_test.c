#include "media/router/room_state.h"
#include "media/rtp/packet_buffer.h"
#include "tests/unit/media/router/room_fixture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_two_see_and_hear_each_other(void **state)
{
    struct room_fixture *f = *state;
    struct fake_browser *patient = room_fixture_join(f, 0);
    struct fake_browser *physician = room_fixture_join(f, 1);
    assert_int_equal(room_fixture_bind(patient, 0, physician, true), 0);
    assert_int_equal(room_fixture_bind(physician, 0, patient, true), 0);

    fake_browser_show(patient, true, 3);
    fake_browser_speak(patient);
    fake_browser_show(physician, true, 2);
    fake_browser_speak(physician);

    assert_int_equal(
        fake_browser_count_rtp(physician, fake_browser_slot(physician, 0, MEDIA_KIND_VIDEO)), 3);
    assert_int_equal(
        fake_browser_count_rtp(physician, fake_browser_slot(physician, 0, MEDIA_KIND_AUDIO)), 1);
    assert_int_equal(
        fake_browser_count_rtp(patient, fake_browser_slot(patient, 0, MEDIA_KIND_VIDEO)), 2);
    assert_int_equal(
        fake_browser_count_rtp(patient, fake_browser_slot(patient, 0, MEDIA_KIND_AUDIO)), 1);
}

static void test_who_waits_outside_receives_nothing(void **state)
{
    struct room_fixture *f = *state;
    struct fake_browser *patient = room_fixture_open(f, 0);
    struct fake_browser *physician = room_fixture_join(f, 1);
    assert_int_equal(room_fixture_bind(patient, 0, physician, true), -ENOENT);

    fake_browser_show(physician, true, 3);
    fake_browser_perform(physician, 2000 * MS);
    assert_int_equal(patient->sent_count, 0);
}

static void test_who_waits_outside_is_not_heard(void **state)
{
    struct room_fixture *f = *state;
    struct fake_browser *patient = room_fixture_open(f, 0);
    struct fake_browser *physician = room_fixture_join(f, 1);
    assert_int_equal(room_fixture_bind(physician, 0, patient, true), -ENOENT);

    fake_browser_show(patient, true, 3);
    fake_browser_perform(patient, 2000 * MS);
    assert_int_equal(fake_browser_count_all_rtp(physician), 0);
    assert_int_equal(fake_browser_count_all_rtp(patient), 0);
}

static void test_leaving_ends_both_directions_for_good(void **state)
{
    struct room_fixture *f = *state;
    struct fake_browser *patient = room_fixture_join(f, 0);
    struct fake_browser *physician = room_fixture_join(f, 1);
    room_fixture_bind(patient, 0, physician, true);
    room_fixture_bind(physician, 0, patient, true);
    room_move(f->room, patient->endpoint, ROOM_OUTSIDE);

    for (int round = 0; round < 2; round++) {
        fake_browser_show(patient, true, 2);
        fake_browser_show(physician, true, 2);
        fake_browser_speak(patient);
        fake_browser_speak(physician);
        assert_int_equal(fake_browser_count_all_rtp(patient), 0);
        assert_int_equal(fake_browser_count_all_rtp(physician), 0);
        room_move(f->room, patient->endpoint,
                  ROOM_CIRCLE_VISIT); /* slots stay empty until bound again */
    }
}

static void test_a_closed_endpoint_leaves_empty_slots(void **state)
{
    struct room_fixture *f = *state;
    struct fake_browser *patient = room_fixture_join(f, 0);
    struct fake_browser *physician = room_fixture_join(f, 1);
    room_fixture_bind(patient, 0, physician, true);
    fake_browser_show(physician, true, 2);
    room_fixture_leave_for_good(physician);
    fake_browser_forget(patient);
    room_fixture_pass(f, 3000 * MS);
    assert_int_equal(fake_browser_count_all_rtp(patient), 0);
}

static void test_a_slot_without_video_sends_sound_alone(void **state)
{
    struct room_fixture *f = *state;
    struct fake_browser *patient = room_fixture_join(f, 0);
    struct fake_browser *physician = room_fixture_join(f, 1);
    room_fixture_bind(patient, 1, physician, false);
    fake_browser_show(physician, true, 2);
    fake_browser_perform(physician, 200 * MS);
    assert_int_equal(
        fake_browser_count_rtp(patient, fake_browser_slot(patient, 1, MEDIA_KIND_AUDIO)), 10);
    assert_int_equal(
        fake_browser_count_rtp(patient, fake_browser_slot(patient, 1, MEDIA_KIND_VIDEO)), 0);
    assert_int_equal(fake_browser_count_pli(physician, physician->source.video_ssrc), 0);
}

static void test_bindings_that_make_no_sense(void **state)
{
    struct room_fixture *f = *state;
    struct fake_browser *patient = room_fixture_join(f, 0);
    struct fake_browser *physician = room_fixture_join(f, 1);
    struct fake_browser nobody = {.id = 99};
    assert_int_equal(room_fixture_bind(patient, 3, physician, true), -ERANGE);
    assert_int_equal(room_fixture_bind(patient, 0, patient, true), -EINVAL);
    assert_int_equal(room_fixture_bind(patient, 0, &nobody, true), -ENOENT);
    assert_int_equal(room_fixture_bind(patient, 0, NULL, true), 0);
}

static void test_a_room_is_bounded(void **state)
{
    struct room_fixture *f = *state;
    struct room_endpoint *endpoints[ROOM_ENDPOINTS_MAX];
    const struct room_endpoint_config config = {.id = 500, .label = "x"};
    for (size_t i = 0; i < ROOM_ENDPOINTS_MAX; i++) {
        endpoints[i] = room_open_endpoint(f->room, &config, f->now_us);
        assert_non_null(endpoints[i]);
    }
    assert_null(room_open_endpoint(f->room, &config, f->now_us));
    for (size_t i = 0; i < ROOM_ENDPOINTS_MAX; i++) {
        room_close_endpoint(f->room, endpoints[i]);
    }
}

/* Negotiated after it was put into a slot: the slot takes it up. */
static void test_tracks_that_are_added_later_appear(void **state)
{
    struct room_fixture *f = *state;
    struct fake_browser *patient = room_fixture_join(f, 0);
    struct fake_browser *physician = room_fixture_join(f, 1);
    struct endpoint_media silent = physician->media;
    silent.publication_count = 0;
    room_endpoint_set_media(physician->endpoint, &silent, f->now_us);
    room_fixture_bind(patient, 0, physician, true);
    fake_browser_speak(physician);
    assert_int_equal(fake_browser_count_all_rtp(patient), 0);

    room_endpoint_set_media(physician->endpoint, &physician->media, f->now_us);
    fake_browser_speak(physician);
    assert_int_equal(fake_browser_count_all_rtp(patient), 1);
}

static void test_renegotiation_keeps_what_stays(void **state)
{
    struct room_fixture *f = *state;
    struct fake_browser *patient = room_fixture_join(f, 0);
    struct fake_browser *physician = room_fixture_join(f, 1);
    room_fixture_bind(patient, 0, physician, true);
    fake_browser_show(physician, true, 1);

    media_source_negotiated(&patient->source, 5, &patient->media);
    room_endpoint_set_media(patient->endpoint, &patient->media, f->now_us);
    room_endpoint_set_media(physician->endpoint, &physician->media, f->now_us);
    fake_browser_show(physician, false, 1); /* no key frame is needed */

    size_t cursor = 0;
    const uint32_t line = fake_browser_slot(patient, 0, MEDIA_KIND_VIDEO);
    const struct sent_packet *first = fake_browser_next_rtp(patient, line, &cursor);
    const struct sent_packet *second = fake_browser_next_rtp(patient, line, &cursor);
    assert_non_null(second);
    assert_int_equal(second->rtp.sequence, (uint16_t)(first->rtp.sequence + 1));
    assert_int_equal(room_fixture_bind(patient, 4, physician, true), 0);
}

static void test_the_speaker_is_told(void **state)
{
    struct room_fixture *f = *state;
    struct fake_browser *patient = room_fixture_join(f, 0);
    struct fake_browser *physician = room_fixture_join(f, 1);
    physician->source.level = 25;
    fake_browser_perform(physician, 1000 * MS);
    assert_int_equal(f->speaker_id, physician->id);
    physician->source.level = 90;
    patient->source.level = 25;
    for (int i = 0; i < 50; i++) {
        fake_browser_speak(physician);
        fake_browser_perform(patient, 20 * MS);
    }
    assert_int_equal(f->speaker_id, patient->id);
    assert_int_equal(f->speaker_events, 2);
}

static void test_nothing_is_sent_before_the_transport_is_up(void **state)
{
    struct room_fixture *f = *state;
    struct fake_browser *physician = room_fixture_join(f, 1);
    struct fake_browser *patient = &f->browsers[0];
    const struct room_endpoint_config config = {.id = 1,
                                                .label = "patient"}; /* no sink to send to */
    patient->fixture = f;
    patient->id = 1;
    patient->endpoint = room_open_endpoint(f->room, &config, f->now_us);
    media_source_init(&patient->source, 1);
    media_source_negotiated(&patient->source, 1, &patient->media);
    room_endpoint_set_media(patient->endpoint, &patient->media, f->now_us);
    room_move(f->room, patient->endpoint, ROOM_CIRCLE_VISIT);
    assert_int_equal(room_fixture_bind(patient, 0, physician, true), 0);
    fake_browser_show(physician, true, 2);
    fake_browser_perform(physician, 100 * MS);
}

/* When packets become scarce, those that are only kept for retransmission are the first to go. */
static void test_a_scarce_pool_is_left_to_what_flows(void **state)
{
    struct room_fixture *f = *state;
    struct fake_browser *patient = room_fixture_join(f, 0);
    struct packet_buffer *taken[2000];
    size_t count = 0;
    while (packet_buffer_pool_available(f->packets) > 50) {
        taken[count++] = packet_buffer_take(f->packets);
    }
    fake_browser_show(patient, true, 100);
    assert_int_equal(packet_buffer_pool_available(f->packets), 50);
    while (count > 0) {
        packet_buffer_drop(taken[--count]);
    }
}

/* Under too much load sound goes on, and one picture: the speaker's. */
static void test_a_thinned_room_shows_the_speaker_alone(void **state)
{
    struct room_fixture *f = *state;
    struct fake_browser *patient = room_fixture_join(f, 0);
    struct fake_browser *physician = room_fixture_join(f, 1);
    struct fake_browser *caregiver = room_fixture_join(f, 2);
    struct fake_browser *others[] = {physician, caregiver};
    physician->source.level = 20; /* speaks; the others are as good as silent */
    caregiver->source.level = 90;
    for (uint32_t i = 0; i < 2; i++) {
        room_fixture_bind(patient, i, others[i], true);
        fake_browser_show(others[i], true, 2);
    }
    fake_browser_perform(physician, 3000 * MS);
    assert_int_equal(f->speaker_id, physician->id);

    room_set_thinned(f->room, true, f->now_us);
    room_set_thinned(f->room, true, f->now_us);
    fake_browser_forget(patient);
    fake_browser_forget(caregiver);
    fake_browser_show(physician, true, 2); /* asked for, since its picture was connected anew */
    for (uint32_t i = 0; i < 2; i++) {
        fake_browser_perform(others[i], 200 * MS);
        const uint32_t video = fake_browser_slot(patient, i, MEDIA_KIND_VIDEO);
        const uint32_t audio = fake_browser_slot(patient, i, MEDIA_KIND_AUDIO);
        assert_int_equal(fake_browser_count_rtp(patient, audio), 10);
        assert_int_equal(fake_browser_count_rtp(patient, video) > 0, i == 0);
    }
    room_fixture_pass(f, 1000 * MS);
    assert_int_equal(fake_browser_count_pli(caregiver, caregiver->source.video_ssrc), 0);

    room_set_thinned(f->room, false, f->now_us);
    room_fixture_pass(f, 40 * MS);
    assert_int_equal(fake_browser_count_pli(caregiver, caregiver->source.video_ssrc), 1);
    fake_browser_show(caregiver, true, 2);
    assert_int_equal(
        fake_browser_count_rtp(patient, fake_browser_slot(patient, 1, MEDIA_KIND_VIDEO)), 2);
}

/* What nobody can ask for any more goes back to the pool, however it came to be kept. */
static void test_packets_are_kept_as_long_as_round_trips_take(void **state)
{
    struct room_fixture *fixture = *state;
    struct fake_browser *patient = room_fixture_join(fixture, 0);
    struct fake_browser *physician = room_fixture_join(fixture, 1);
    const size_t all = packet_buffer_pool_available(fixture->packets);
    room_fixture_bind(patient, 0, physician, true);
    fake_browser_show(physician, true, 10);
    room_fixture_pass(fixture, 280 * MS); /* a round trip that is not known counts as 100 ms */
    assert_int_equal(packet_buffer_pool_available(fixture->packets), all - 10);
    room_fixture_pass(fixture, 60 * MS);
    assert_int_equal(packet_buffer_pool_available(fixture->packets), all);

    patient->endpoint->subscriber.rtt_us = 250000;
    room_fixture_pass(fixture, 20 * MS);
    fake_browser_show(physician, false, 10);
    room_fixture_pass(fixture, 580 * MS);
    assert_int_equal(packet_buffer_pool_available(fixture->packets), all - 10);
    room_move(fixture->room, physician->endpoint, ROOM_OUTSIDE);
    assert_int_equal(packet_buffer_pool_available(fixture->packets), all);
}

int main(void)
{
#define ROOM_TEST(test)                                                                            \
    cmocka_unit_test_setup_teardown(test, room_fixture_setup, room_fixture_teardown)
    const struct CMUnitTest tests[] = {
        ROOM_TEST(test_two_see_and_hear_each_other),
        ROOM_TEST(test_who_waits_outside_receives_nothing),
        ROOM_TEST(test_who_waits_outside_is_not_heard),
        ROOM_TEST(test_leaving_ends_both_directions_for_good),
        ROOM_TEST(test_a_closed_endpoint_leaves_empty_slots),
        ROOM_TEST(test_a_slot_without_video_sends_sound_alone),
        ROOM_TEST(test_bindings_that_make_no_sense),
        ROOM_TEST(test_a_room_is_bounded),
        ROOM_TEST(test_a_thinned_room_shows_the_speaker_alone),
        ROOM_TEST(test_packets_are_kept_as_long_as_round_trips_take),
        ROOM_TEST(test_tracks_that_are_added_later_appear),
        ROOM_TEST(test_renegotiation_keeps_what_stays),
        ROOM_TEST(test_the_speaker_is_told),
        ROOM_TEST(test_nothing_is_sent_before_the_transport_is_up),
        ROOM_TEST(test_a_scarce_pool_is_left_to_what_flows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
