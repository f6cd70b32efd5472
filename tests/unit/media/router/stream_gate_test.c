/* How newcomers get their first picture, in a whole room: soon, and without a storm. */

#include "media/router/stream_gate.h"
#include "tests/unit/media/router/room_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NEWCOMERS 8
/* From the request at the gateway to the key frame there: the publisher's round trip, and a frame.
 */
#define PUBLISHER_US (80 * MS)

struct scene {
    struct room_fixture *fixture;
    struct fake_browser *publisher;
    uint64_t keyframe_due_us; /* 0: none was asked for */
    unsigned plis;
    unsigned keyframes;
};

static struct scene set_scene(void **state)
{
    struct scene scene = {.fixture = *state};
    scene.publisher = room_fixture_join(scene.fixture, NEWCOMERS);
    fake_browser_show(scene.publisher, true, 4);
    return scene;
}

/* A publisher sends 25 pictures a second, and key frames when it is asked. */
static void pass(struct scene *scene, uint64_t span_us)
{
    struct fake_browser *publisher = scene->publisher;
    for (uint64_t passed_us = 0; passed_us < span_us; passed_us += 20 * MS) {
        room_fixture_pass(scene->fixture, 20 * MS);
        const unsigned plis = fake_browser_count_pli(publisher, publisher->source.video_ssrc);
        const uint64_t now_us = scene->fixture->now_us;
        if (plis > scene->plis && scene->keyframe_due_us == 0) {
            scene->keyframe_due_us = now_us + PUBLISHER_US;
        }
        scene->plis = plis;
        if (now_us / (20 * MS) % 2 == 0) {
            const bool keyframe = scene->keyframe_due_us != 0 && now_us >= scene->keyframe_due_us;
            scene->keyframe_due_us = keyframe ? 0 : scene->keyframe_due_us;
            scene->keyframes += keyframe;
            fake_browser_show(publisher, keyframe, keyframe ? 6 : 2);
        }
    }
}

static uint32_t video_of(const struct fake_browser *browser)
{
    return fake_browser_slot(browser, 0, MEDIA_KIND_VIDEO);
}

/* When its first picture came; it begins with a key frame and has no hole. */
static uint64_t first_picture_us(const struct fake_browser *browser)
{
    size_t cursor = 0;
    const struct sent_packet *packet = fake_browser_next_rtp(browser, video_of(browser), &cursor);
    assert_non_null(packet);
    const uint64_t at_us = packet->at_us;
    const uint8_t *payload = packet->bytes + packet->rtp.payload_offset;
    struct keyframe_detector_result result;
    assert_int_equal(
        keyframe_detector_inspect(MEDIA_CODEC_VP8, payload, packet->rtp.payload_size, &result), 0);
    assert_true(result.keyframe);
    uint16_t sequence = packet->rtp.sequence;
    uint16_t origin = sent_packet_origin_sequence(packet);
    while ((packet = fake_browser_next_rtp(browser, video_of(browser), &cursor))) {
        assert_int_equal(packet->rtp.sequence, (uint16_t)++sequence);
        assert_int_equal(sent_packet_origin_sequence(packet), (uint16_t)++origin);
    }
    return at_us;
}

static void eight_newcomers_in_a_second_cost_two_key_frames(void **state)
{
    struct scene scene = set_scene(state);
    pass(&scene, 3000 * MS);
    assert_int_equal(scene.keyframes, 0);
    uint64_t came_us[NEWCOMERS];
    struct fake_browser *newcomers[NEWCOMERS];
    for (size_t i = 0; i < NEWCOMERS; i++) {
        newcomers[i] = room_fixture_join(scene.fixture, i);
        assert_int_equal(room_fixture_bind(newcomers[i], 0, scene.publisher, true), 0);
        came_us[i] = scene.fixture->now_us;
        pass(&scene, 120 * MS);
    }
    pass(&scene, 1000 * MS);
    assert_in_range(scene.keyframes, 1, 2);
    assert_in_range(scene.plis, 1, 2);
    for (size_t i = 0; i < NEWCOMERS; i++) {
        /* Nobody waits longer than the publisher needs for a key frame, and a tick or two. */
        assert_true(first_picture_us(newcomers[i]) - came_us[i] <= PUBLISHER_US + 60 * MS);
    }
}

static void who_comes_soon_after_a_key_frame_sees_at_once(void **state)
{
    struct scene scene = set_scene(state);
    pass(&scene, 80 * MS); /* while nobody receives, 100 ms are kept */
    struct fake_browser *newcomer = room_fixture_join(scene.fixture, 0);
    room_fixture_bind(newcomer, 0, scene.publisher, true);
    assert_int_equal(first_picture_us(newcomer), scene.fixture->now_us);
    assert_int_equal(fake_browser_count_rtp(newcomer, video_of(newcomer)), 4 + 2 * 2);
    pass(&scene, 1000 * MS);
    assert_int_equal(scene.plis, 0);
    (void)first_picture_us(newcomer); /* and what follows has no hole either */
}

static void a_hole_behind_the_key_frame_needs_another(void **state)
{
    struct scene scene = set_scene(state);
    uint8_t lost[MEDIA_SOURCE_PACKET_SIZE_MAX];
    pass(&scene, 100 * MS);
    (void)media_source_video(&scene.publisher->source, scene.fixture->now_us,
                             MEDIA_SOURCE_FIRST | MEDIA_SOURCE_LAST, lost);
    pass(&scene, 100 * MS);
    struct fake_browser *newcomer = room_fixture_join(scene.fixture, 0);
    room_fixture_bind(newcomer, 0, scene.publisher, true);
    assert_int_equal(fake_browser_count_rtp(newcomer, video_of(newcomer)), 0);
    /* Asked at once, not on the next tick. */
    assert_int_equal(fake_browser_count_pli(scene.publisher, scene.publisher->source.video_ssrc),
                     1);
    pass(&scene, 200 * MS);
    (void)first_picture_us(newcomer);
    assert_int_equal(scene.keyframes, 1);
}

static void the_past_is_not_sent_when_it_is_long(void **state)
{
    struct scene scene = set_scene(state);
    for (unsigned i = 0; i < STREAM_GATE_PAST_PACKETS_MAX; i++) {
        fake_browser_show(scene.publisher, false, 1);
    }
    struct fake_browser *newcomer = room_fixture_join(scene.fixture, 0);
    room_fixture_bind(newcomer, 0, scene.publisher, true);
    assert_int_equal(fake_browser_count_rtp(newcomer, video_of(newcomer)), 0);
    assert_int_equal(fake_browser_count_pli(scene.publisher, scene.publisher->source.video_ssrc),
                     1);
}

/* The key frame is asked for when the slot is bound, and kept until the handshake is done. */
static void the_first_picture_is_there_when_the_handshake_is_done(void **state)
{
    struct scene scene = set_scene(state);
    pass(&scene, 3000 * MS);
    struct fake_browser *newcomer = room_fixture_open_unconnected(scene.fixture, 0);
    room_move(scene.fixture->room, newcomer->endpoint, ROOM_CIRCLE_VISIT);
    room_fixture_bind(newcomer, 0, scene.publisher, true);
    pass(&scene, 400 * MS);
    assert_int_equal(scene.keyframes, 1);
    assert_int_equal(fake_browser_count_all_rtp(newcomer), 0);

    room_endpoint_set_connected(newcomer->endpoint, 0, scene.fixture->now_us);
    assert_int_equal(first_picture_us(newcomer), scene.fixture->now_us);
    pass(&scene, 1000 * MS);
    assert_int_equal(scene.keyframes, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, room_fixture_setup, room_fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(eight_newcomers_in_a_second_cost_two_key_frames),
        TEST(who_comes_soon_after_a_key_frame_sees_at_once),
        TEST(a_hole_behind_the_key_frame_needs_another),
        TEST(the_past_is_not_sent_when_it_is_long),
        TEST(the_first_picture_is_there_when_the_handshake_is_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
