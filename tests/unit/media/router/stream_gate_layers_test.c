#include "media/router/stream_gate.h"

#include "gateway/base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NOW_US UINT64_C(100000000)

/* A camera with three layers that have flowed for long. */
static struct published_track make_track(void)
{
    struct published_track track = {.stream_count = 3,
                                    .negotiated = {.kind = MEDIA_KIND_VIDEO, .rid_count = 3}};
    for (uint32_t i = 0; i < 3; i++) {
        track.streams[i].source = i + 1;
        track.streams[i].layer =
            (struct simulcast_layer){.flowing_since_us = 1, .last_packet_us = NOW_US - 1};
    }
    return track;
}

static enum stream_gate_decision give(struct stream_gate *gate, struct published_track *track,
                                      size_t layer, bool keyframe)
{
    struct packet_buffer packet = {.payload = {.keyframe = keyframe}};
    const struct routed_packet routed = {.stream = &track->streams[layer],
                                         .packet = &packet,
                                         .codec = MEDIA_CODEC_VP8,
                                         .now_us = NOW_US};
    return stream_gate_decide(gate, track, &routed);
}

static void the_best_layer_passes_unless_the_lowest_is_all(void **state)
{
    (void)state;
    struct published_track track = make_track();
    struct stream_gate gate;
    stream_gate_init(&gate);
    assert_int_equal(give(&gate, &track, 0, true), STREAM_GATE_DROP);
    assert_int_equal(give(&gate, &track, 2, true), STREAM_GATE_SWITCH);
    assert_int_equal(give(&gate, &track, 2, false), STREAM_GATE_PASS);

    /* The picture goes on until a key frame of the lowest layer is there, which is asked for. */
    track.lowest_layer_alone = true;
    assert_int_equal(give(&gate, &track, 2, false), STREAM_GATE_PASS);
    assert_int_equal(give(&gate, &track, 0, false), STREAM_GATE_DROP);
    assert_true(track.streams[0].keyframes.wanted);
    assert_int_equal(give(&gate, &track, 0, true), STREAM_GATE_SWITCH);
    assert_int_equal(give(&gate, &track, 2, true), STREAM_GATE_DROP);
    assert_int_equal(give(&gate, &track, 0, false), STREAM_GATE_PASS);

    track.lowest_layer_alone = false;
    assert_int_equal(give(&gate, &track, 2, false), STREAM_GATE_DROP);
    assert_true(track.streams[2].keyframes.wanted);
    assert_int_equal(give(&gate, &track, 2, true), STREAM_GATE_SWITCH);
}

static void a_lowest_layer_that_does_not_flow_takes_nothing_away(void **state)
{
    (void)state;
    struct published_track track = make_track();
    struct stream_gate gate;
    stream_gate_init(&gate);
    assert_int_equal(give(&gate, &track, 2, true), STREAM_GATE_SWITCH);
    track.streams[0].layer = (struct simulcast_layer){0};
    track.lowest_layer_alone = true;
    assert_int_equal(give(&gate, &track, 2, false), STREAM_GATE_PASS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_layer_passes_unless_the_lowest_is_all),
        cmocka_unit_test(a_lowest_layer_that_does_not_flow_takes_nothing_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
