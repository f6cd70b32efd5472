#include "media/rtp/picture_filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SECOND UINT64_C(1000000)
#define FRAME_TICKS 3750

/* The pattern of libwebrtc's three temporal layers; a capital letter says that it is a sync frame.
 */
static bool pass_frame(struct picture_filter *filter, uint32_t frame, char kind)
{
    static const char kinds[] = "012";
    struct keyframe_detector_result payload = {.keyframe = kind == 'K'};
    payload.layer_sync = kind == 'B' || kind == 'C' || kind == 'K';
    for (uint8_t i = 0; i < 3; i++) {
        payload.temporal_layer = kind == kinds[i] || kind == "KBC"[i] ? i : payload.temporal_layer;
    }
    return picture_filter_passes(filter, &payload, frame * FRAME_TICKS, frame * SECOND / 24);
}

static void check(struct picture_filter *filter, uint32_t first, const char *frames,
                  const char *passes)
{
    for (uint32_t i = 0; frames[i]; i++) {
        assert_int_equal(pass_frame(filter, first + i, frames[i]), passes[i] == '+');
    }
}

static void test_layers(void **state)
{
    static const struct {
        uint8_t wanted;
        const char *frames;
        const char *passes;
    } cases[] = {
        {3, "K2121202", "++++++++"},
        {0, "K2B20212", "+---+---"},
        {1, "K2B20212", "+-+-+-+-"},
        {2, "KCB20212", "++++++++"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct picture_filter filter;
        picture_filter_init(&filter);
        picture_filter_want(&filter, cases[i].wanted, false);
        picture_filter_begin(&filter, 0, 0);
        check(&filter, 0, cases[i].frames, cases[i].passes);
    }
}

static void test_up_with_sync_frames_alone(void **state)
{
    struct picture_filter filter;
    (void)state;
    picture_filter_init(&filter);
    picture_filter_want(&filter, 0, false);
    picture_filter_begin(&filter, 0, 0);
    check(&filter, 1, "2120", "---+");
    picture_filter_want(&filter, 3, false);
    /* Neither the layer without sync, nor the second one before the first. */
    check(&filter, 5, "2120C120B2C1", "---+---++-++");
}

static void test_a_frame_passes_whole_or_not_at_all(void **state)
{
    struct picture_filter filter;
    (void)state;
    picture_filter_init(&filter);
    picture_filter_begin(&filter, 0, 0);
    assert_true(pass_frame(&filter, 1, '2'));
    picture_filter_want(&filter, 0, false);
    assert_true(pass_frame(&filter, 1, '2'));
    assert_false(pass_frame(&filter, 2, '1'));
    picture_filter_want(&filter, 3, false);
    assert_false(pass_frame(&filter, 2, 'B'));
    /* Late ones go by what passes now. */
    assert_true(pass_frame(&filter, 0, '0'));
}

static void test_stills(void **state)
{
    struct picture_filter filter;
    (void)state;
    picture_filter_init(&filter);
    picture_filter_begin(&filter, 0, 0);
    assert_true(pass_frame(&filter, 1, '0'));
    picture_filter_want(&filter, 3, true);
    assert_true(pass_frame(&filter, 1, '0')); /* to its end */
    check(&filter, 2, "02K0K", "-----");      /* it was begun with a key frame just now */
    assert_false(picture_filter_still_is_due(&filter, 71 * SECOND / 24));
    assert_true(picture_filter_still_is_due(&filter, 72 * SECOND / 24));
    check(&filter, 72, "00K0", "--+-");
    assert_true(pass_frame(&filter, 74, '0')); /* the rest of the key frame, late */
    check(&filter, 76, "K0", "--");
    check(&filter, 74 + 72, "K", "+");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layers),
        cmocka_unit_test(test_up_with_sync_frames_alone),
        cmocka_unit_test(test_a_frame_passes_whole_or_not_at_all),
        cmocka_unit_test(test_stills),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
