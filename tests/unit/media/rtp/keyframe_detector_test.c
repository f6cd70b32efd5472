#include "media/rtp/keyframe_detector.h"

#include "gateway/base/cleanup.h"

#include <errno.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void inspects_each_codec(void **state)
{
    (void)state;
    static const struct {
        enum media_codec codec;
        uint8_t payload[8];
        size_t size;
        int expected;
        bool keyframe;
        bool layer_sync;
        uint8_t temporal_layer;
    } cases[] = {
        {MEDIA_CODEC_OPUS, {0}, 1, 0, true, false, 0},
        {MEDIA_CODEC_VP8, {0x10, 0x00}, 2, 0, true, false, 0},
        {MEDIA_CODEC_VP8, {0x10, 0x01}, 2, 0, false, false, 0},
        {MEDIA_CODEC_VP8, {0x90, 0x20, 0x60, 0x01}, 4, 0, false, true, 1},
        {MEDIA_CODEC_VP8, {0x90}, 1, -EBADMSG, false, false, 0},
        {MEDIA_CODEC_H264, {0x67, 1}, 2, 0, true, false, 0},
        {MEDIA_CODEC_H264, {0x41, 1}, 2, 0, false, false, 0},
        {MEDIA_CODEC_H264, {0x80}, 1, -EBADMSG, false, false, 0},
        {MEDIA_CODEC_NONE, {0}, 1, -EINVAL, false, false, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct keyframe_detector_result result = {.keyframe = false};
        assert_int_equal(
            keyframe_detector_inspect(cases[i].codec, cases[i].payload, cases[i].size, &result),
            cases[i].expected);
        assert_int_equal(result.keyframe, cases[i].keyframe);
        assert_int_equal(result.layer_sync, cases[i].layer_sync);
        assert_int_equal(result.temporal_layer, cases[i].temporal_layer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inspects_each_codec),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
