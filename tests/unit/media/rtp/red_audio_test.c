#include "media/rtp/red_audio.h"

#include "gateway/base/cleanup.h"

#include <errno.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define OPUS 111
#define NOW 100000u

/* The header of an earlier frame. */
#define EARLIER(type, offset, length)                                                              \
    (uint8_t)(0x80 | (type)), (uint8_t)((offset) >> 6),                                            \
        (uint8_t)(((offset)&0x3f) << 2 | (length) >> 8), (uint8_t)(length)

struct expected_frame {
    uint32_t offset;
    const char *text;
};

static void expect_frame(const char *what, const struct red_audio_frame *frame,
                         const struct expected_frame *expected)
{
    if (frame->timestamp != NOW - expected->offset || frame->size != strlen(expected->text) ||
        memcmp(frame->data, expected->text, frame->size) != 0) {
        fail_msg("%s: a frame %u ticks ago is not %s", what, NOW - frame->timestamp,
                 expected->text);
    }
}

static void takes_packets_apart(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        uint8_t payload[40];
        size_t size;
        size_t earlier_count;
        struct expected_frame earlier[4];
        const char *own;
    } rows[] = {
        {"its own frame alone", {OPUS, 'o', 'w', 'n'}, 4, 0, {{0, NULL}}, "own"},
        {"one earlier, as Chromium sends it",
         {EARLIER(OPUS, 960, 2), OPUS, 'a', 'b', 'o'},
         8,
         1,
         {{960, "ab"}},
         "o"},
        {"three earlier",
         {EARLIER(OPUS, 2880, 1), EARLIER(OPUS, 1920, 2), EARLIER(OPUS, 960, 1), OPUS, 'a', 'b',
          'c', 'd', 'o', 'w'},
         19,
         3,
         {{2880, "a"}, {1920, "bc"}, {960, "d"}},
         "ow"},
        {"in another order",
         {EARLIER(OPUS, 960, 1), EARLIER(OPUS, 2880, 1), EARLIER(OPUS, 1920, 1), OPUS, 'n', 'o',
          'm', 'x'},
         17,
         3,
         {{2880, "o"}, {1920, "m"}, {960, "n"}},
         "x"},
        {"the farthest that fits",
         {EARLIER(OPUS, 16383, 1), OPUS, 'f', 'x'},
         7,
         1,
         {{16383, "f"}},
         "x"},
        {"comfort noise is no frame of ours",
         {EARLIER(13, 960, 1), EARLIER(OPUS, 480, 1), OPUS, 'n', 'a', 'x'},
         12,
         1,
         {{480, "a"}},
         "x"},
        {"an empty one, as for a frame that was not sent",
         {EARLIER(OPUS, 1920, 0), EARLIER(OPUS, 960, 1), OPUS, 'a', 'x'},
         11,
         1,
         {{960, "a"}},
         "x"},
        {"a second copy of itself", {EARLIER(OPUS, 0, 1), OPUS, 'c', 'x'}, 7, 0, {{0, NULL}}, "x"},
        {"the same twice: the first counts",
         {EARLIER(OPUS, 960, 1), EARLIER(OPUS, 960, 1), OPUS, 'a', 'b', 'x'},
         12,
         1,
         {{960, "a"}},
         "x"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct red_audio red;
        assert_int_equal(red_audio_parse(rows[i].payload, rows[i].size, OPUS, NOW, &red), 0);
        if (red.earlier_count != rows[i].earlier_count) {
            fail_msg("%s: %zu earlier frames", rows[i].what, red.earlier_count);
        }
        for (size_t f = 0; f < red.earlier_count; f++) {
            expect_frame(rows[i].what, &red.earlier[f], &rows[i].earlier[f]);
        }
        const struct expected_frame own = {0, rows[i].own};
        expect_frame(rows[i].what, &red.own, &own);
    }
}

static void refuses_what_is_broken(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        uint8_t payload[48];
        size_t size;
    } rows[] = {
        {"nothing", {0}, 0},
        {"the own header alone", {OPUS}, 1},
        {"its header is cut", {EARLIER(OPUS, 960, 1)}, 3},
        {"no header of its own", {EARLIER(OPUS, 960, 1)}, 4},
        {"the own frame is empty", {EARLIER(OPUS, 960, 1), OPUS, 'a'}, 6},
        {"an earlier frame passes the end", {EARLIER(OPUS, 960, 3), OPUS, 'a', 'b'}, 7},
        {"the longest passes the end", {EARLIER(OPUS, 960, 1023), OPUS, 'a', 'b'}, 7},
        {"the second passes the end",
         {EARLIER(OPUS, 1920, 1), EARLIER(OPUS, 960, 2), OPUS, 'a', 'b'},
         11},
        {"its own frame is of another kind", {EARLIER(OPUS, 960, 1), 9, 'a', 'b'}, 7},
        {"redundancy in redundancy", {63, OPUS, 'a'}, 3},
        {"nine earlier frames",
         {EARLIER(OPUS, 9, 0), EARLIER(OPUS, 8, 0), EARLIER(OPUS, 7, 0), EARLIER(OPUS, 6, 0),
          EARLIER(OPUS, 5, 0), EARLIER(OPUS, 4, 0), EARLIER(OPUS, 3, 0), EARLIER(OPUS, 2, 0),
          EARLIER(OPUS, 1, 0), OPUS, 'x'},
         38},
        {"headers without end",
         {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
         20},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct red_audio red = {.earlier_count = 77};
        if (red_audio_parse(rows[i].payload, rows[i].size, OPUS, NOW, &red) != -EBADMSG) {
            fail_msg("%s: was taken", rows[i].what);
        }
        assert_int_equal(red.earlier_count, 77);
    }
}

static void knows_what_fits(void **state)
{
    (void)state;
    static const uint8_t byte = 0;
    static const struct {
        uint32_t timestamp;
        size_t size;
        bool fits;
    } rows[] = {
        {NOW - 960, 80, true},    {NOW - 16383, 1023, true}, {NOW - 16384, 80, false},
        {NOW - 960, 1024, false}, {NOW - 960, 0, false},     {NOW, 80, false},
        {NOW + 960, 80, false},   {NOW - 1, 1, true},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const struct red_audio_frame frame = {rows[i].timestamp, &byte, rows[i].size};
        assert_int_equal(red_audio_can_carry(&frame, NOW), rows[i].fits);
    }
    const struct red_audio_frame before_the_wrap = {UINT32_MAX - 9, &byte, 1};
    assert_true(red_audio_can_carry(&before_the_wrap, 950));
}

static void writes_what_it_reads(void **state)
{
    (void)state;
    static const char text[] = "one two three four";
    const struct red_audio_frame frames[] = {
        {UINT32_MAX - 2000, (const uint8_t *)text, 3},
        {UINT32_MAX - 1000, (const uint8_t *)text + 4, 3},
        {UINT32_MAX - 40, (const uint8_t *)text + 8, 5},
    };
    const uint32_t timestamp = 920; /* after the wrap */
    for (size_t count = 0; count <= ARRAY_LENGTH(frames); count++) {
        uint8_t payload[100];
        struct red_audio red;
        const struct red_audio_frame *earlier = frames + ARRAY_LENGTH(frames) - count;
        size_t size = red_audio_write_headers(earlier, count, OPUS, timestamp, payload);
        assert_int_equal(size, count * 4 + 1);
        for (size_t i = 0; i < count; i++) {
            memcpy(payload + size, earlier[i].data, earlier[i].size);
            size += earlier[i].size;
        }
        memcpy(payload + size, text + 14, 4);
        size += 4;
        assert_int_equal(red_audio_parse(payload, size, OPUS, timestamp, &red), 0);
        assert_int_equal(red.earlier_count, count);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(red.earlier[i].timestamp, earlier[i].timestamp);
            assert_int_equal(red.earlier[i].size, earlier[i].size);
            assert_memory_equal(red.earlier[i].data, earlier[i].data, earlier[i].size);
        }
        assert_int_equal(red.own.size, 4);
        assert_memory_equal(red.own.data, "four", 4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_packets_apart),
        cmocka_unit_test(refuses_what_is_broken),
        cmocka_unit_test(knows_what_fits),
        cmocka_unit_test(writes_what_it_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
