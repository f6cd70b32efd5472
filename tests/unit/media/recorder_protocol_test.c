/* Messages between worker and recorder: a table of good ones and of bad ones. */
#include "gateway/base/cleanup.h"
#include "media/recorder_protocol.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void good_messages_survive_the_trip(void **state)
{
    (void)state;
    static const uint8_t rtp[40] = {0x80, 96, 1, 2};
    static const struct recorder_message rows[] = {
        {.type = RECORDER_TRACK, .track = 7, .codec = MEDIA_CODEC_VP8, .label = "a"},
        {.type = RECORDER_TRACK,
         .track = 65535,
         .codec = MEDIA_CODEC_H264,
         .label = "0192f1a0-0000-7000-8000-0123456789_Z"},
        {.type = RECORDER_FLOW, .media_time_us = 1, .wall_ms = 1700000000000},
        {.type = RECORDER_PAUSE, .media_time_us = UINT64_MAX, .wall_ms = 0},
        {.type = RECORDER_END},
        {.type = RECORDER_KEYFRAME, .track = 3},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        uint8_t datagram[RECORDER_MESSAGE_SIZE_MAX];
        struct recorder_message parsed;
        const size_t size = recorder_message_write(&rows[i], datagram);
        assert_int_equal(recorder_message_parse(datagram, size, &parsed), 0);
        assert_int_equal(parsed.type, rows[i].type);
        assert_int_equal(parsed.track, rows[i].track);
        assert_int_equal(parsed.media_time_us, rows[i].media_time_us);
        assert_int_equal(parsed.codec, rows[i].codec);
        assert_int_equal(parsed.wall_ms, rows[i].wall_ms);
        assert_string_equal(parsed.label, rows[i].label);
    }
    uint8_t datagram[RECORDER_MESSAGE_SIZE_MAX];
    struct recorder_message parsed;
    const struct recorder_message message = {.type = RECORDER_RTP, .track = 2, .media_time_us = 9};
    const size_t size = recorder_message_write(&message, datagram);
    assert_int_equal(size, RECORDER_HEADER_SIZE);
    memcpy(datagram + size, rtp, sizeof rtp);
    assert_int_equal(recorder_message_parse(datagram, size + sizeof rtp, &parsed), 0);
    assert_int_equal(parsed.payload_size, sizeof rtp);
    assert_memory_equal(parsed.payload, rtp, sizeof rtp);
}

#define HEADER(type, version) type, version, 0, 1, 0, 0, 0, 0, 0, 0, 0, 5

static void bad_messages_are_refused(void **state)
{
    (void)state;
    static const struct {
        size_t size;
        uint8_t bytes[64];
    } rows[] = {
        {0, {0}},
        {11, {HEADER(RECORDER_END, 1)}},
        {12, {HEADER(RECORDER_END, 2)}},
        {12, {HEADER(0, 1)}},
        {12, {HEADER(7, 1)}},
        {12, {HEADER(255, 1)}},
        {13, {HEADER(RECORDER_END, 1), 1}},
        {13, {HEADER(RECORDER_KEYFRAME, 1), 1}},
        {12, {HEADER(RECORDER_TRACK, 1)}},
        {13, {HEADER(RECORDER_TRACK, 1), MEDIA_CODEC_OPUS}},
        {14, {HEADER(RECORDER_TRACK, 1), MEDIA_CODEC_NONE, 'a'}},
        {14, {HEADER(RECORDER_TRACK, 1), 9, 'a'}},
        {14, {HEADER(RECORDER_TRACK, 1), MEDIA_CODEC_OPUS, '/'}},
        {15, {HEADER(RECORDER_TRACK, 1), MEDIA_CODEC_OPUS, '.', '.'}},
        {15, {HEADER(RECORDER_TRACK, 1), MEDIA_CODEC_OPUS, 'a', 0}},
        {50, {HEADER(RECORDER_TRACK, 1), MEDIA_CODEC_OPUS, 'a'}}, /* 37 characters, and zeros */
        {23, {HEADER(RECORDER_RTP, 1), 0x80}},
        {19, {HEADER(RECORDER_FLOW, 1), 0, 0, 0, 0, 0, 0, 1}},
        {21, {HEADER(RECORDER_FLOW, 1), 0, 0, 0, 0, 0, 0, 0, 1, 1}},
        {20, {HEADER(RECORDER_PAUSE, 1), 0x80, 0, 0, 0, 0, 0, 0, 1}},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct recorder_message message = {.track = 42};
        assert_int_equal(recorder_message_parse(rows[i].bytes, rows[i].size, &message), -EBADMSG);
        assert_int_equal(message.track, 42);
    }
    static const uint8_t huge[RECORDER_MESSAGE_SIZE_MAX + 1] = {HEADER(RECORDER_RTP, 1)};
    struct recorder_message message;
    assert_int_equal(recorder_message_parse(huge, sizeof huge, &message), -EBADMSG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_messages_survive_the_trip),
        cmocka_unit_test(bad_messages_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
