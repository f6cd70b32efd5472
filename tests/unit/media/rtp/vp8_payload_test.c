#include "media/rtp/vp8_payload.h"

#include "gateway/base/cleanup.h"

#include <errno.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void reads_descriptors(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        uint8_t payload[20];
        size_t size;
        struct vp8_payload expected;
    } cases[] = {
        {"no extension, in the middle of a frame", {0x00, 0xff}, 2, {.descriptor_size = 1}},
        {"start of an interframe", {0x10, 0x01}, 2, {.descriptor_size = 1, .frame_start = true}},
        {"start of a partition, not of a frame", {0x11, 0x00}, 2, {.descriptor_size = 1}},
        {"non-reference",
         {0x30, 0x01},
         2,
         {.descriptor_size = 1, .frame_start = true, .non_reference = true}},
        {"key frame, cut before its size",
         {0x10, 0x00},
         2,
         {.descriptor_size = 1, .frame_start = true, .keyframe = true}},
        {"7-bit picture id",
         {0x90, 0x80, 0x7f, 0x01},
         4,
         {.descriptor_size = 3, .frame_start = true, .has_picture_id = true, .picture_id = 127}},
        {"15-bit picture id",
         {0x90, 0x80, 0xff, 0xfe, 0x01},
         5,
         {.descriptor_size = 4,
          .frame_start = true,
          .has_picture_id = true,
          .wide_picture_id = true,
          .picture_id = 0x7ffe}},
        {"everything, key frame of 640 x 360 with scale bits",
         {0x90, 0xf0, 0x81, 0x02, 0x33, 0xbf, 0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x42, 0x68,
          0x81},
         16,
         {.descriptor_size = 6,
          .frame_start = true,
          .keyframe = true,
          .has_picture_id = true,
          .wide_picture_id = true,
          .picture_id = 0x102,
          .has_tl0_index = true,
          .tl0_index = 0x33,
          .has_temporal_layer = true,
          .temporal_layer = 2,
          .layer_sync = true,
          .width = 640,
          .height = 360}},
        {"key index alone says nothing of layers",
         {0x90, 0x10, 0xff, 0x01},
         4,
         {.descriptor_size = 3, .frame_start = true}},
        {"TL0PICIDX alone",
         {0x80, 0x40, 0x09, 0x01},
         4,
         {.descriptor_size = 3, .has_tl0_index = true, .tl0_index = 9}},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct vp8_payload parsed;
        memset(&parsed, 0, sizeof(parsed));
        const struct vp8_payload *expected = &cases[i].expected;
        const int rc = vp8_payload_parse(cases[i].payload, cases[i].size, &parsed);
        const bool same = rc == 0 && parsed.descriptor_size == expected->descriptor_size &&
                          parsed.frame_start == expected->frame_start &&
                          parsed.keyframe == expected->keyframe &&
                          parsed.non_reference == expected->non_reference &&
                          parsed.has_picture_id == expected->has_picture_id &&
                          parsed.wide_picture_id == expected->wide_picture_id &&
                          parsed.picture_id == expected->picture_id &&
                          parsed.has_tl0_index == expected->has_tl0_index &&
                          parsed.tl0_index == expected->tl0_index &&
                          parsed.has_temporal_layer == expected->has_temporal_layer &&
                          parsed.temporal_layer == expected->temporal_layer &&
                          parsed.layer_sync == expected->layer_sync &&
                          parsed.width == expected->width && parsed.height == expected->height;
        if (!same) {
            fail_msg("%s: %d", cases[i].what, rc);
        }
    }
}

static void refuses_what_is_cut(void **state)
{
    (void)state;
    static const uint8_t whole[] = {0x90, 0xf0, 0x81, 0x02, 0x33, 0xbf, 0x10};
    struct vp8_payload parsed;
    for (size_t size = 0; size < sizeof(whole); size++) {
        assert_int_equal(vp8_payload_parse(whole, size, &parsed), -EBADMSG);
    }
    assert_int_equal(vp8_payload_parse(whole, sizeof(whole), &parsed), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_descriptors),
        cmocka_unit_test(refuses_what_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
