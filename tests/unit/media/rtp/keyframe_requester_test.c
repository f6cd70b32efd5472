#include "media/rtp/keyframe_requester.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MS UINT64_C(1000)

static void asks_nothing_unwanted(void **state)
{
    (void)state;
    struct keyframe_requester requester;
    keyframe_requester_init(&requester);
    assert_false(keyframe_requester_due(&requester, 1000 * MS));
    keyframe_requester_want(&requester);
    assert_true(keyframe_requester_due(&requester, 1000 * MS));
    keyframe_requester_on_keyframe(&requester, 1, 1);
    assert_false(keyframe_requester_due(&requester, 9000 * MS));
}

/* 5000 wishes a second from subscribers are at most two requests a second to the publisher. */
static void makes_no_storm(void **state)
{
    (void)state;
    struct keyframe_requester requester;
    keyframe_requester_init(&requester);
    unsigned sent = 0;
    for (uint64_t now_us = 1000 * MS; now_us < 5000 * MS; now_us += 200) {
        keyframe_requester_want(&requester);
        sent += keyframe_requester_due(&requester, now_us);
        if (now_us % (100 * MS) == 0) {
            keyframe_requester_on_keyframe(&requester, 1, 1); /* though key frames come */
        }
    }
    assert_int_equal(sent, 8);
    assert_int_equal(requester.sent_count, 8);
}

static void repeats_until_one_comes(void **state)
{
    (void)state;
    struct keyframe_requester requester;
    keyframe_requester_init(&requester);
    keyframe_requester_want(&requester);
    unsigned sent = 0;
    for (uint64_t now_us = 1000 * MS; now_us < 5500 * MS; now_us += 10 * MS) {
        sent += keyframe_requester_due(&requester, now_us);
    }
    assert_int_equal(sent, 9);
    for (uint64_t now_us = 5500 * MS; now_us < 15500 * MS; now_us += 10 * MS) {
        keyframe_requester_want(&requester);
        sent += keyframe_requester_due(&requester, now_us);
    }
    assert_int_equal(sent, 9 + 1 + 4); /* patient from the tenth on */

    keyframe_requester_on_keyframe(&requester, 1, 1);
    keyframe_requester_want(&requester);
    assert_true(keyframe_requester_due(&requester, 16000 * MS)); /* eager again */
    assert_false(keyframe_requester_due(&requester, 16400 * MS));
    assert_true(keyframe_requester_due(&requester, 16500 * MS));
}

/* H.264 says it of the parameter sets and of the picture; packets come late and again. */
static void knows_where_the_last_key_frame_begins(void **state)
{
    (void)state;
    static const struct {
        uint16_t sequence;
        uint32_t timestamp;
        uint16_t begins;
    } steps[] = {
        {65534, 1000, 65534}, {65535, 1000, 65534}, {2, 1000, 65534}, /* of the same frame */
        {65533, 1000, 65533},                                         /* its beginning, late */
        {10, 4000, 10},                                               /* the next frame */
        {65534, 1000, 10},                                            /* the old one again */
    };
    struct keyframe_requester requester;
    keyframe_requester_init(&requester);
    assert_false(requester.has_keyframe);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        keyframe_requester_on_keyframe(&requester, steps[i].sequence, steps[i].timestamp);
        assert_true(requester.has_keyframe);
        assert_int_equal(requester.keyframe_sequence, steps[i].begins);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_nothing_unwanted),
        cmocka_unit_test(makes_no_storm),
        cmocka_unit_test(repeats_until_one_comes),
        cmocka_unit_test(knows_where_the_last_key_frame_begins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
