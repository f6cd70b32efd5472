/* A receiver's link falls from 2 Mbit/s to 200 kbit/s for twenty seconds and comes back. Sound is
 * never behind pictures, the queue before the link goes within two seconds and stays away, what
 * becomes of the picture is said, and it is back ten seconds after the link. */
#include "gateway/base/byte_writer.h"
#include "media/congestion/arrival_log.h"
#include "tests/unit/media/router/room_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define STEP_US (5 * MS)
#define SECOND (1000 * MS)
#define UNDER_WAY_MAX 4096
#define QUEUE_MAX_US SECOND
#define WIRE_BYTES 44 /* SRTP's tag, UDP, IPv4 */

struct flight {
    uint64_t arrival_us;
    uint16_t transport_sequence;
};

struct journey {
    struct room_fixture *f;
    struct fake_browser *publisher;
    struct fake_browser *receiver;
    struct arrival_log *arrivals;
    uint32_t capacity_bps;
    uint64_t free_at_us; /* of the bottleneck */
    struct flight under_way[UNDER_WAY_MAX];
    size_t first;
    size_t count;
    bool keyframe_wanted;
    bool loses_sound;
    bool answers;    /* the receiver speaks, too */
    bool is_cut_off; /* nothing comes from it */
    uint64_t frame_due_us;
    /* what is looked at */
    uint64_t began_us;
    uint64_t queue_max_us;
    uint64_t sound_max_us; /* the longest that sound waited before the link */
    uint64_t sound_lost;
    uint64_t picture_at_us; /* the last packet of a picture that arrived */
    uint64_t gap_max_us;    /* without one, and not announced */
    uint64_t bytes;
};

static bool is_sound(const struct journey *j, const struct sent_packet *packet)
{
    return packet->rtp.ssrc == fake_browser_slot(j->receiver, 0, MEDIA_KIND_AUDIO);
}

static void through_the_link(struct journey *j, const struct sent_packet *packet)
{
    const uint64_t now_us = j->f->now_us;
    const uint64_t waits_us = j->free_at_us > now_us ? j->free_at_us - now_us : 0;
    if (waits_us > j->queue_max_us) {
        j->queue_max_us = waits_us;
    }
    if (is_sound(j, packet) && waits_us > j->sound_max_us) {
        j->sound_max_us = waits_us;
    }
    if (j->loses_sound && is_sound(j, packet)) {
        return;
    }
    if (waits_us > QUEUE_MAX_US || j->count == UNDER_WAY_MAX) {
        j->sound_lost += is_sound(j, packet);
        return;
    }
    j->free_at_us =
        now_us + waits_us + (packet->size + WIRE_BYTES) * 8 * 1000000u / j->capacity_bps;
    j->bytes += packet->size;
    if (packet->rtp.ssrc == fake_browser_slot(j->receiver, 0, MEDIA_KIND_VIDEO)) {
        j->picture_at_us = now_us;
    }
    j->under_way[(j->first + j->count++) % UNDER_WAY_MAX] = (struct flight){
        .arrival_us = j->free_at_us + 25 * MS,
        .transport_sequence = packet->extensions.transport_sequence,
    };
}

static void receive(struct journey *j)
{
    for (size_t i = 0; i < j->receiver->sent_count; i++) {
        if (j->receiver->sent[i].kind == SINK_RTP) {
            through_the_link(j, &j->receiver->sent[i]);
        }
    }
    fake_browser_forget(j->receiver);
    while (j->count > 0 && j->under_way[j->first].arrival_us <= j->f->now_us) {
        const struct flight *flight = &j->under_way[j->first];
        arrival_log_record(j->arrivals, flight->transport_sequence, flight->arrival_us);
        j->first = (j->first + 1) % UNDER_WAY_MAX;
        j->count--;
    }
}

static void give_feedback(struct journey *j)
{
    uint8_t bytes[1200];
    struct byte_writer writer = byte_writer_over(bytes, sizeof(bytes));
    while (arrival_log_write_feedback(j->arrivals, &writer, 1, 1) == 1) {
        fake_browser_send_rtcp(j->receiver, &writer);
        writer = byte_writer_over(bytes, sizeof(bytes));
    }
    if (writer.size > 0) {
        fake_browser_send_rtcp(j->receiver, &writer);
    }
}

/* An encoder that does what it is asked for. */
static void publish_picture(struct journey *j)
{
    const uint32_t wanted =
        j->f->order.limits[0].max_bps > 0 ? j->f->order.limits[0].max_bps : 900000;
    const uint32_t fps = j->f->order.limits[0].max_fps > 0 ? j->f->order.limits[0].max_fps : 25;
    if (fake_browser_count_pli(j->publisher, j->publisher->source.video_ssrc) > 0) {
        j->keyframe_wanted = true;
    }
    fake_browser_forget(j->publisher);
    if (j->f->now_us < j->frame_due_us) {
        return;
    }
    j->frame_due_us = j->f->now_us + SECOND / fps;
    const uint32_t frame = wanted / 8 / fps * (j->keyframe_wanted ? 4 : 1);
    const unsigned packets = 1 + frame / 1000;
    j->publisher->source.video_payload_size = frame / packets > 60 ? frame / packets : 60;
    fake_browser_show(j->publisher, j->keyframe_wanted, packets);
    j->keyframe_wanted = false;
}

static void note_gap(struct journey *j)
{
    const bool moves = j->f->step == PICTURE_FULL || j->f->step == PICTURE_SMALL;
    const uint64_t gap_us = moves ? j->f->now_us - j->picture_at_us : 0;
    j->gap_max_us = gap_us > j->gap_max_us ? gap_us : j->gap_max_us;
}

static void answer(struct journey *j)
{
    if (j->is_cut_off) {
        j->receiver->source.audio_timestamp += 960;
    } else {
        fake_browser_speak(j->receiver);
    }
}

static void travel(struct journey *j, uint32_t capacity_bps, uint64_t span_us)
{
    j->capacity_bps = capacity_bps;
    j->queue_max_us = 0;
    j->sound_max_us = 0;
    j->gap_max_us = 0;
    j->bytes = 0;
    for (uint64_t end_us = j->f->now_us + span_us; j->f->now_us < end_us;) {
        j->f->now_us += STEP_US;
        const uint64_t at_us = j->f->now_us - j->began_us;
        if (at_us % (20 * MS) == 0) {
            fake_browser_speak(j->publisher);
            if (j->answers) {
                answer(j);
            }
            room_on_tick(j->f->room, j->f->now_us);
        }
        publish_picture(j);
        room_send_waiting(j->f->room, j->f->now_us);
        receive(j);
        if (at_us % (75 * MS) == 0 && !j->is_cut_off) {
            give_feedback(j);
        }
        note_gap(j);
    }
}

static struct journey *begin(struct room_fixture *f)
{
    struct journey *j = calloc(1, sizeof(*j));
    j->f = f;
    j->publisher = room_fixture_join(j->f, 0);
    j->receiver = room_fixture_join(j->f, 1);
    j->arrivals = arrival_log_create(1024);
    j->keyframe_wanted = true;
    j->began_us = j->f->now_us;
    room_fixture_bind(j->receiver, 0, j->publisher, true);
    return j;
}

static void finish(struct journey *j)
{
    arrival_log_destroy(j->arrivals);
    free(j);
}

static void test_drop_and_return(void **state)
{
    struct journey *j = begin(*state);

    travel(j, 2000000, 20 * SECOND);
    assert_int_equal(j->f->step, PICTURE_FULL);
    assert_true(j->sound_max_us < 100 * MS);

    travel(j, 200000, 2 * SECOND);
    assert_true(j->sound_lost < 25); /* half a second, before anybody can know */
    const uint64_t lost = j->sound_lost;
    travel(j, 200000, 18 * SECOND);
    assert_true(j->queue_max_us < 300 * MS);
    assert_true(j->gap_max_us < SECOND);
    assert_int_not_equal(j->f->step, PICTURE_FULL);
    assert_true(j->f->step <= PICTURE_STILL);

    travel(j, 2000000, 10 * SECOND);
    assert_true(j->queue_max_us < 300 * MS);
    assert_true(j->gap_max_us < SECOND);
    travel(j, 2000000, 2 * SECOND);
    assert_int_equal(j->f->step, PICTURE_FULL);
    assert_int_equal(j->sound_lost, lost);

    finish(j);
}

/* What is sent after the receiver was cut off, at several moments, and comes back. */
static uint64_t sent_when_cut_off(struct journey *j, bool answers)
{
    uint64_t bytes = 0;
    j->answers = answers;
    travel(j, 2000000, 20 * SECOND);
    for (uint64_t i = 0; i < 8; i++) {
        travel(j, 2000000, 3 * SECOND + i * 10 * MS);
        j->is_cut_off = true;
        travel(j, 2000000, 300 * MS);
        bytes += j->bytes;
        j->is_cut_off = false;
        travel(j, 2000000, SECOND);
        assert_true(j->f->now_us - j->picture_at_us <= 60 * MS);
        assert_int_equal(j->f->step, PICTURE_FULL);
    }
    return bytes;
}

/* Who stops in the middle of a word may have a link that gave way: nothing of a picture is sent
 * there until that is known. Feedback that stays away says so later. */
static void test_a_voice_that_breaks_off_holds_pictures(void **state)
{
    struct journey *j = begin(*state);
    const uint64_t by_feedback = sent_when_cut_off(j, false);
    const uint64_t by_voice = sent_when_cut_off(j, true);
    assert_true(by_voice < by_feedback / 10 * 8);
    finish(j);
}

/* Pictures come through, not a word does. */
static void test_lost_words_are_said(void **state)
{
    struct journey *j = begin(*state);
    travel(j, 2000000, 10 * SECOND);
    j->loses_sound = true;
    travel(j, 2000000, SECOND);
    j->loses_sound = false;
    travel(j, 2000000, 5 * SECOND);
    assert_int_not_equal(j->f->step, PICTURE_SOUND_LOST); /* a second is no reason to call */
    j->loses_sound = true;
    travel(j, 2000000, 8 * SECOND);
    assert_int_equal(j->f->step, PICTURE_SOUND_LOST);
    j->loses_sound = false;
    travel(j, 2000000, 12 * SECOND);
    assert_true(j->f->step <= PICTURE_SMALL);
    finish(j);
}

/* Of a link that is far nothing is known before the first feedback: the voice alone begins. */
static void test_far_links_begin_with_sound(void **state)
{
    struct journey *j = begin(*state);
    room_endpoint_set_connected(j->receiver->endpoint, 300 * MS, j->f->now_us);
    j->capacity_bps = 150000;
    for (unsigned i = 0; i < 100; i++) {
        j->f->now_us += STEP_US;
        if (i % 4 == 0) {
            fake_browser_speak(j->publisher);
            room_on_tick(j->f->room, j->f->now_us);
        }
        publish_picture(j);
        room_send_waiting(j->f->room, j->f->now_us);
        receive(j);
        assert_true(i < 4 || j->picture_at_us <= j->began_us + 4 * STEP_US);
    }
    travel(j, 150000, 5 * SECOND);
    assert_true(j->picture_at_us > j->began_us + SECOND);
    assert_true(j->sound_max_us < 300 * MS);

    finish(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_drop_and_return, room_fixture_setup,
                                        room_fixture_teardown),
        cmocka_unit_test_setup_teardown(test_a_voice_that_breaks_off_holds_pictures,
                                        room_fixture_setup, room_fixture_teardown),
        cmocka_unit_test_setup_teardown(test_far_links_begin_with_sound, room_fixture_setup,
                                        room_fixture_teardown),
        cmocka_unit_test_setup_teardown(test_lost_words_are_said, room_fixture_setup,
                                        room_fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
