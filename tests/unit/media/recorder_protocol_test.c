/* Messages between worker and recorder: a table of good ones and of bad ones. */
#include "gateway/base/cleanup.h"
#include "media/recorder_protocol.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static int parse(const uint8_t *datagram, size_t size, struct recorder_message *ret_message)
{
    struct recorder_walk walk;
    recorder_walk_begin(&walk, datagram, size);
    return recorder_walk_next(&walk, ret_message);
}

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
        const size_t size = recorder_message_write(&rows[i], datagram, sizeof datagram);
        assert_int_equal(parse(datagram, size, &parsed), 1);
        assert_int_equal(parsed.type, rows[i].type);
        assert_int_equal(parsed.track, rows[i].track);
        assert_int_equal(parsed.media_time_us, rows[i].media_time_us);
        assert_int_equal(parsed.codec, rows[i].codec);
        assert_int_equal(parsed.wall_ms, rows[i].wall_ms);
        assert_string_equal(parsed.label, rows[i].label);
    }
    uint8_t datagram[RECORDER_MESSAGE_SIZE_MAX];
    struct recorder_message parsed;
    const struct recorder_message message = {
        .type = RECORDER_RTP, .track = 2, .media_time_us = 9, .payload_size = sizeof rtp};
    const size_t size = recorder_message_write(&message, datagram, sizeof datagram);
    assert_int_equal(size, RECORDER_HEADER_SIZE + sizeof rtp);
    memcpy(datagram + RECORDER_HEADER_SIZE, rtp, sizeof rtp);
    assert_int_equal(parse(datagram, size, &parsed), 1);
    assert_int_equal(parsed.payload_size, sizeof rtp);
    assert_memory_equal(parsed.payload, rtp, sizeof rtp);
}

static void what_does_not_fit_is_not_written(void **state)
{
    (void)state;
    uint8_t bytes[RECORDER_DATAGRAM_SIZE_MAX] = {0};
    const struct recorder_message pause = {.type = RECORDER_PAUSE, .wall_ms = -1};
    assert_int_equal(recorder_message_write(&pause, bytes, RECORDER_HEADER_SIZE + 7), 0);
    assert_int_equal(bytes[0], 0);
    assert_int_equal(recorder_message_write(&pause, bytes, RECORDER_HEADER_SIZE + 8),
                     RECORDER_HEADER_SIZE + 8);
    struct recorder_message rtp = {
        .type = RECORDER_RTP, .payload_size = RECORDER_MESSAGE_SIZE_MAX - RECORDER_HEADER_SIZE};
    assert_int_equal(recorder_message_write(&rtp, bytes, RECORDER_MESSAGE_SIZE_MAX - 1), 0);
    assert_int_equal(recorder_message_write(&rtp, bytes, sizeof bytes), RECORDER_MESSAGE_SIZE_MAX);
    rtp.payload_size++;
    assert_int_equal(recorder_message_write(&rtp, bytes, sizeof bytes), 0);
}

#define HEADER(type, version, size) type, version, 0, 1, 0, 0, 0, 0, 0, 0, 0, 5, 0, size

static void bad_messages_are_refused(void **state)
{
    (void)state;
    static const struct {
        size_t size;
        uint8_t bytes[64];
    } rows[] = {
        {1, {RECORDER_END}},
        {13, {HEADER(RECORDER_END, 2, 0)}},
        {14, {HEADER(RECORDER_END, 1, 0)}},
        {14, {HEADER(RECORDER_END, 3, 0)}},
        {14, {HEADER(0, 2, 0)}},
        {14, {HEADER(7, 2, 0)}},
        {14, {HEADER(255, 2, 0)}},
        {14, {HEADER(RECORDER_END, 2, 1)}},
        {15, {HEADER(RECORDER_END, 2, 1), 1}},
        {15, {HEADER(RECORDER_KEYFRAME, 2, 1), 1}},
        {14, {HEADER(RECORDER_TRACK, 2, 0)}},
        {15, {HEADER(RECORDER_TRACK, 2, 1), MEDIA_CODEC_OPUS}},
        {16, {HEADER(RECORDER_TRACK, 2, 2), MEDIA_CODEC_NONE, 'a'}},
        {16, {HEADER(RECORDER_TRACK, 2, 2), 9, 'a'}},
        {16, {HEADER(RECORDER_TRACK, 2, 2), MEDIA_CODEC_OPUS, '/'}},
        {17, {HEADER(RECORDER_TRACK, 2, 3), MEDIA_CODEC_OPUS, '.', '.'}},
        {17, {HEADER(RECORDER_TRACK, 2, 3), MEDIA_CODEC_OPUS, 'a', 0}},
        {52, {HEADER(RECORDER_TRACK, 2, 38), MEDIA_CODEC_OPUS, 'a'}}, /* 37 characters */
        {25, {HEADER(RECORDER_RTP, 2, 11), 0x80}},
        {25, {HEADER(RECORDER_RTP, 2, 12), 0x80}}, /* the end is cut off */
        {21, {HEADER(RECORDER_FLOW, 2, 7), 0, 0, 0, 0, 0, 0, 1}},
        {23, {HEADER(RECORDER_FLOW, 2, 9), 0, 0, 0, 0, 0, 0, 0, 1, 1}},
        {22, {HEADER(RECORDER_PAUSE, 2, 8), 0x80, 0, 0, 0, 0, 0, 0, 1}},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct recorder_message message = {.track = 42};
        struct recorder_walk walk;
        recorder_walk_begin(&walk, rows[i].bytes, rows[i].size);
        assert_int_equal(recorder_walk_next(&walk, &message), -EBADMSG);
        assert_int_equal(recorder_walk_next(&walk, &message), 0);
        assert_int_equal(message.track, 42);
    }
    static const uint8_t huge[RECORDER_MESSAGE_SIZE_MAX + 1] = {
        RECORDER_RTP, 2, [12] = (RECORDER_MESSAGE_SIZE_MAX + 1 - RECORDER_HEADER_SIZE) >> 8,
        [13] = (RECORDER_MESSAGE_SIZE_MAX + 1 - RECORDER_HEADER_SIZE) & 0xff};
    struct recorder_message message;
    assert_int_equal(parse(huge, sizeof huge, &message), -EBADMSG);
    assert_int_equal(parse(NULL, 0, &message), 0);
}

/* One that says nonsense costs only itself: what stands behind it, a PAUSE perhaps, is read. */
static void a_datagram_holds_several(void **state)
{
    (void)state;
    static const uint8_t datagram[] = {
        HEADER(RECORDER_KEYFRAME, 2, 0),
        HEADER(RECORDER_RTP, 2, 12),
        0x80,
        96,
        0,
        1,
        0,
        0,
        0,
        2,
        0,
        0,
        0,
        3,
        HEADER(RECORDER_RTP, 2, 3),
        1,
        2,
        3,
        HEADER(99, 2, 2),
        1,
        2,
        HEADER(RECORDER_PAUSE, 2, 8),
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        1,
        HEADER(RECORDER_END, 2, 0),
        RECORDER_END,
        2,
        0,
    };
    static const int expected[] = {RECORDER_KEYFRAME, RECORDER_RTP, -EBADMSG, -EBADMSG,
                                   RECORDER_PAUSE,    RECORDER_END, -EBADMSG};
    struct recorder_walk walk;
    struct recorder_message message;
    recorder_walk_begin(&walk, datagram, sizeof datagram);
    for (size_t i = 0; i < ARRAY_LENGTH(expected); i++) {
        const int r = recorder_walk_next(&walk, &message);
        assert_int_equal(r < 0 ? r : (int)message.type, expected[i]);
    }
    assert_int_equal(recorder_walk_next(&walk, &message), 0);
    assert_int_equal(recorder_walk_next(&walk, &message), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_messages_survive_the_trip),
        cmocka_unit_test(what_does_not_fit_is_not_written),
        cmocka_unit_test(bad_messages_are_refused),
        cmocka_unit_test(a_datagram_holds_several),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
