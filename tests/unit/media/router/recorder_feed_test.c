#include "gateway/base/byte_writer.h"
#include "media/recorder_protocol.h"
#include "media/router/recorder_outbox.h"
#include "tests/unit/media/router/room_fixture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RECEIVED_MAX 4096
#define WALL_MS 1795000000000

struct received {
    struct recorder_message message;
    uint8_t bytes[RECORDER_MESSAGE_SIZE_MAX];
    struct rtp_packet rtp;
};

/* The recorder's end of the socket. */
struct fake_recorder {
    struct received *received;
    size_t count;
    int refuses; /* 0, or what sending comes back with */
};

struct scene {
    struct room_fixture *f;
    struct fake_browser *patient;
    struct fake_browser *physician;
    struct fake_recorder recorder;
};

static void receive_message(struct fake_recorder *recorder, const struct recorder_message *message)
{
    assert_true(recorder->count < RECEIVED_MAX);
    struct received *received = &recorder->received[recorder->count++];
    received->message = *message;
    memcpy(received->bytes, message->payload, message->payload_size);
    received->message.payload = received->bytes;
    if (message->type == RECORDER_RTP) {
        assert_int_equal(rtp_packet_parse(received->bytes, message->payload_size, &received->rtp),
                         0);
    }
}

static int receive(void *context, enum sink_datagram kind, const struct packet_part *parts,
                   size_t part_count)
{
    struct fake_recorder *recorder = context;
    struct recorder_walk walk;
    struct recorder_message message;
    int r = 0;
    assert_int_equal(kind, SINK_RECORDER);
    assert_int_equal(part_count, 1);
    if (recorder->refuses != 0) {
        return recorder->refuses;
    }
    recorder_walk_begin(&walk, parts[0].data, parts[0].size);
    while ((r = recorder_walk_next(&walk, &message)) > 0) {
        receive_message(recorder, &message);
    }
    assert_int_equal(r, 0);
    return 0;
}

/* Lets the feed send what it has gathered. */
static void flush(struct scene *s)
{
    room_fixture_pass(s->f, RECORDER_OUTBOX_HOLD_MAX_US);
}

static int set_up(void **state)
{
    static const struct sink_ops ops = {.send = receive};
    struct scene *s = calloc(1, sizeof(*s));
    void *fixture = NULL;
    room_fixture_setup(&fixture);
    s->f = fixture;
    s->patient = room_fixture_join(s->f, 0);
    s->physician = room_fixture_join(s->f, 1);
    s->recorder.received = calloc(RECEIVED_MAX, sizeof(*s->recorder.received));
    const struct sink sink = {.ops = &ops, .context = &s->recorder};
    room_attach_recorder(s->f->room, &sink);
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *s = *state;
    void *fixture = s->f;
    room_fixture_teardown(&fixture);
    free(s->recorder.received);
    free(s);
    return 0;
}

static size_t count_of(const struct scene *s, enum recorder_message_type type)
{
    size_t count = 0;
    for (size_t i = 0; i < s->recorder.count; i++) {
        count += s->recorder.received[i].message.type == type;
    }
    return count;
}

static const struct received *nth_of(const struct scene *s, enum recorder_message_type type,
                                     size_t n)
{
    for (size_t i = 0; i < s->recorder.count; i++) {
        if (s->recorder.received[i].message.type == type && n-- == 0) {
            return &s->recorder.received[i];
        }
    }
    fail_msg("no such message");
    return NULL;
}

static void resume(struct scene *s)
{
    assert_int_equal(room_resume_recording(s->f->room, WALL_MS, s->f->now_us), 0);
}

static void pause_recording(struct scene *s)
{
    assert_int_equal(room_pause_recording(s->f->room, WALL_MS + 1, s->f->now_us), 0);
}

static void test_it_starts_paused(void **state)
{
    struct scene *s = *state;
    fake_browser_show(s->patient, true, 2);
    fake_browser_perform(s->patient, 500 * MS);
    assert_int_equal(s->recorder.count, 0);
}

static void test_everyone_becomes_a_track(void **state)
{
    struct scene *s = *state;
    resume(s);
    assert_int_equal(nth_of(s, RECORDER_FLOW, 0)->message.wall_ms, WALL_MS);
    fake_browser_show(s->patient, true, 2);
    fake_browser_speak(s->patient);
    fake_browser_speak(s->physician);
    flush(s);
    assert_int_equal(count_of(s, RECORDER_TRACK), 3);
    assert_int_equal(count_of(s, RECORDER_RTP), 4);
    const struct received *track = nth_of(s, RECORDER_TRACK, 0);
    assert_int_equal(track->message.codec, MEDIA_CODEC_VP8);
    assert_string_equal(track->message.label, "label");
    const struct received *rtp = nth_of(s, RECORDER_RTP, 0);
    assert_int_equal(rtp->message.track, track->message.track);
    assert_int_equal(rtp->rtp.payload_type, MEDIA_SOURCE_VP8);
    assert_int_equal(rtp->rtp.payload_offset, RTP_FIXED_HEADER_SIZE);
    assert_true(rtp->message.media_time_us >= nth_of(s, RECORDER_FLOW, 0)->message.media_time_us);
    const struct received *second = nth_of(s, RECORDER_RTP, 1);
    assert_int_equal(second->rtp.sequence, rtp->rtp.sequence + 1);
    assert_true(second->rtp.marker);
}

/* Picture begins with a key frame, which everybody is asked for. */
static void test_resuming_asks_for_key_frames(void **state)
{
    struct scene *s = *state;
    fake_browser_show(s->patient, true, 1);
    fake_browser_show(s->physician, true, 1);
    resume(s);
    fake_browser_perform(s->patient, 40 * MS);
    fake_browser_show(s->physician, false, 1);
    assert_int_equal(fake_browser_count_pli(s->patient, s->patient->source.video_ssrc), 1);
    assert_int_equal(fake_browser_count_pli(s->physician, s->physician->source.video_ssrc), 1);
    flush(s);
    assert_int_equal(count_of(s, RECORDER_RTP), 2); /* the patient's sound */
    fake_browser_show(s->physician, true, 3);
    flush(s);
    assert_int_equal(count_of(s, RECORDER_RTP), 5);
}

static void test_not_one_packet_after_a_pause(void **state)
{
    struct scene *s = *state;
    uint8_t lost[MEDIA_SOURCE_PACKET_SIZE_MAX];
    uint8_t packet[MEDIA_SOURCE_PACKET_SIZE_MAX];
    resume(s);
    fake_browser_show(s->patient, true, 2);
    const size_t size =
        media_source_video(&s->patient->source, s->f->now_us, MEDIA_SOURCE_FIRST, lost);
    fake_browser_perform(s->patient, 200 * MS);
    pause_recording(s);
    const size_t count = s->recorder.count;
    assert_int_equal(s->recorder.received[count - 1].message.type, RECORDER_PAUSE);
    assert_int_equal(s->recorder.received[count - 1].message.wall_ms, WALL_MS + 1);

    fake_browser_send_rtp(s->patient, packet,
                          media_source_rtx(&s->patient->source, lost, size, packet));
    fake_browser_show(s->patient, true, 2);
    fake_browser_perform(s->patient, 1000 * MS);
    fake_browser_speak(room_fixture_join(s->f, 2));
    flush(s);
    assert_int_equal(s->recorder.count, count);
    pause_recording(s); /* again: nothing is said twice */
    flush(s);
    assert_int_equal(s->recorder.count, count);
}

/* What was captured before everybody agreed stays out, although it comes afterwards. */
static void test_what_was_captured_before_the_interval_stays_out(void **state)
{
    struct scene *s = *state;
    uint8_t packet[MEDIA_SOURCE_PACKET_SIZE_MAX];
    fake_browser_perform(s->patient, 1000 * MS);
    const uint64_t before_us = s->f->now_us - 5 * MS;
    room_fixture_pass(s->f, 20 * MS);
    resume(s);
    const size_t size = media_source_audio(&s->patient->source, before_us, packet);
    fake_browser_send_rtp(s->patient, packet, size);
    flush(s);
    assert_int_equal(count_of(s, RECORDER_RTP), 0);
    fake_browser_speak(s->patient);
    flush(s);
    assert_int_equal(count_of(s, RECORDER_RTP), 1);
}

static void test_a_recovered_packet_comes_once(void **state)
{
    struct scene *s = *state;
    uint8_t lost[MEDIA_SOURCE_PACKET_SIZE_MAX];
    uint8_t rtx[MEDIA_SOURCE_PACKET_SIZE_MAX];
    resume(s);
    fake_browser_show(s->patient, true, 1);
    const size_t size =
        media_source_video(&s->patient->source, s->f->now_us, MEDIA_SOURCE_FIRST, lost);
    fake_browser_show(s->patient, false, 1);
    for (int i = 0; i < 3; i++) {
        fake_browser_send_rtp(s->patient, rtx,
                              media_source_rtx(&s->patient->source, lost, size, rtx));
    }
    fake_browser_send_rtp(s->patient, lost, size);
    flush(s);
    assert_int_equal(count_of(s, RECORDER_RTP), 3);
    const uint16_t first = nth_of(s, RECORDER_RTP, 0)->rtp.sequence;
    assert_int_equal(nth_of(s, RECORDER_RTP, 1)->rtp.sequence, first + 2);
    assert_int_equal(nth_of(s, RECORDER_RTP, 2)->rtp.sequence, first + 1);
    assert_int_equal(nth_of(s, RECORDER_RTP, 2)->rtp.payload_type, MEDIA_SOURCE_VP8);
}

static void test_padding_is_undone(void **state)
{
    struct scene *s = *state;
    uint8_t packet[MEDIA_SOURCE_PACKET_SIZE_MAX];
    resume(s);
    fake_browser_show(s->patient, true, 1);
    fake_browser_send_rtp(s->patient, packet,
                          media_source_padding(&s->patient->source, s->f->now_us, packet));
    fake_browser_show(s->patient, false, 1);
    flush(s);
    assert_int_equal(count_of(s, RECORDER_RTP), 2);
    assert_int_equal(nth_of(s, RECORDER_RTP, 1)->rtp.sequence,
                     nth_of(s, RECORDER_RTP, 0)->rtp.sequence + 1);
}

/* A recorder that is slow loses packets, but never a word about consent. */
static void test_a_full_socket_drops_rtp_and_keeps_the_rest(void **state)
{
    static const enum recorder_message_type expected[] = {RECORDER_PAUSE, RECORDER_FLOW,
                                                          RECORDER_PAUSE};
    struct scene *s = *state;
    resume(s);
    fake_browser_show(s->patient, true, 1);
    flush(s);
    const size_t before = s->recorder.count;
    s->recorder.refuses = -EAGAIN;
    fake_browser_perform(s->patient, 4000 * MS);
    pause_recording(s);
    resume(s);
    pause_recording(s);
    assert_int_equal(s->recorder.count, before);
    s->recorder.refuses = 0;
    room_fixture_pass(s->f, 20 * MS);
    assert_true(count_of(s, RECORDER_RTP) < 200); /* of 400 packets, what a datagram holds */
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(s->recorder.received[s->recorder.count - 3 + i].message.type, expected[i]);
    }
    const size_t count = s->recorder.count;
    flush(s);
    assert_int_equal(s->recorder.count, count);
    assert_int_equal(s->f->broken_events, 0);
    /* They are counted, also when that recording is over and another has begun. */
    const uint64_t dropped = room_recorder_dropped(s->f->room);
    assert_true(dropped > 200);
    assert_int_equal(room_detach_recorder(s->f->room, WALL_MS, s->f->now_us), 0);
    assert_int_equal(room_recorder_dropped(s->f->room), dropped);
}

static void test_a_broken_socket_is_told_once(void **state)
{
    struct scene *s = *state;
    resume(s);
    s->recorder.refuses = -EPIPE;
    fake_browser_perform(s->patient, 500 * MS);
    assert_int_equal(s->f->broken_events, 1);
}

static void test_the_recorder_may_ask_for_a_key_frame(void **state)
{
    struct scene *s = *state;
    uint8_t datagram[RECORDER_MESSAGE_SIZE_MAX];
    resume(s);
    fake_browser_show(s->patient, true, 1);
    room_fixture_pass(s->f, 1000 * MS);
    fake_browser_forget(s->patient);
    const struct recorder_message wish = {.type = RECORDER_KEYFRAME,
                                          .track = nth_of(s, RECORDER_TRACK, 0)->message.track};
    const size_t size = recorder_message_write(&wish, datagram, sizeof(datagram));
    for (int i = 0; i < 1000; i++) {
        room_on_recorder_message(s->f->room, datagram, size, s->f->now_us);
    }
    room_fixture_pass(s->f, 400 * MS);
    assert_int_equal(fake_browser_count_pli(s->patient, s->patient->source.video_ssrc), 1);
    room_on_recorder_message(s->f->room, datagram, 3, s->f->now_us); /* nonsense is ignored */
}

static void test_who_leaves_is_no_longer_recorded(void **state)
{
    struct scene *s = *state;
    resume(s);
    fake_browser_speak(s->patient);
    room_move(s->f->room, s->patient->endpoint, ROOM_OUTSIDE);
    fake_browser_speak(s->patient);
    flush(s);
    assert_int_equal(count_of(s, RECORDER_RTP), 1);
    room_move(s->f->room, s->patient->endpoint, ROOM_CIRCLE_VISIT);
    fake_browser_speak(s->patient);
    flush(s);
    assert_int_equal(count_of(s, RECORDER_RTP), 2);
    assert_int_equal(count_of(s, RECORDER_TRACK), 2);
}

static void test_detaching_says_pause_and_end(void **state)
{
    struct scene *s = *state;
    resume(s);
    fake_browser_speak(s->patient);
    assert_int_equal(room_detach_recorder(s->f->room, WALL_MS + 5, s->f->now_us), 0);
    const size_t before = s->recorder.count - 3;
    assert_int_equal(s->recorder.received[before].message.type, RECORDER_RTP);
    assert_int_equal(s->recorder.received[before + 1].message.type, RECORDER_PAUSE);
    assert_int_equal(s->recorder.received[before + 2].message.type, RECORDER_END);
    const size_t count = s->recorder.count;
    fake_browser_perform(s->patient, 100 * MS);
    assert_int_equal(s->recorder.count, count);
    assert_int_equal(room_resume_recording(s->f->room, WALL_MS, s->f->now_us), -ENOENT);
}

int main(void)
{
#define FEED_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        FEED_TEST(test_it_starts_paused),
        FEED_TEST(test_everyone_becomes_a_track),
        FEED_TEST(test_resuming_asks_for_key_frames),
        FEED_TEST(test_not_one_packet_after_a_pause),
        FEED_TEST(test_what_was_captured_before_the_interval_stays_out),
        FEED_TEST(test_a_recovered_packet_comes_once),
        FEED_TEST(test_padding_is_undone),
        FEED_TEST(test_a_full_socket_drops_rtp_and_keeps_the_rest),
        FEED_TEST(test_a_broken_socket_is_told_once),
        FEED_TEST(test_the_recorder_may_ask_for_a_key_frame),
        FEED_TEST(test_who_leaves_is_no_longer_recorded),
        FEED_TEST(test_detaching_says_pause_and_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
