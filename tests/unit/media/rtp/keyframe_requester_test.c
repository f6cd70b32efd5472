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
    keyframe_requester_on_keyframe(&requester);
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
            keyframe_requester_on_keyframe(&requester); /* though key frames come */
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

    keyframe_requester_on_keyframe(&requester);
    keyframe_requester_want(&requester);
    assert_true(keyframe_requester_due(&requester, 16000 * MS)); /* eager again */
    assert_false(keyframe_requester_due(&requester, 16400 * MS));
    assert_true(keyframe_requester_due(&requester, 16500 * MS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_nothing_unwanted),
        cmocka_unit_test(makes_no_storm),
        cmocka_unit_test(repeats_until_one_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
