/* Files by RFC 8794 and RFC 9559, cut at every byte. In them SET stands where the flag has to be
 * set, and what looks like flags but has to stay is KEPT. */
#include "gateway/base/allocate.h"
#include "media/recorder/webm_sound_flags.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

#define SET_BYTE 0x5A
#define SET "\x5A"
#define KEPT "\x5B"

#define EBML_HEADER "\x1A\x45\xDF\xA3\x84\x42\x86\x81\x01"
#define SEGMENT "\x18\x53\x80\x67"
#define TRACKS "\x16\x54\xAE\x6B"
#define CLUSTER "\x1F\x43\xB6\x75"
#define CUES "\x1C\x53\xBB\x6B"
#define VOID "\xEC"
#define UNKNOWN "\xFF"
#define UNKNOWN_8 "\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF"

/* 8 bytes each, as is every block; so sizes are 0x80 + 8 n + what else there is. */
#define ENTRY(number, type) "\xAE\x86\xD7\x81" number "\x83\x81" type
#define SOUND_1 ENTRY("\x01", "\x02")
#define PICTURE_2 ENTRY("\x02", "\x01")
#define BLOCK(track, flags) "\xA3\x86" track "\x12\x34" flags KEPT KEPT
#define TIMESTAMP "\xE7\x81\x00"

/* How files and clusters begin while they are written. */
#define LIVE_HEAD EBML_HEADER SEGMENT UNKNOWN_8 TRACKS "\x90" SOUND_1 PICTURE_2
#define LIVE_CLUSTER CLUSTER UNKNOWN_8 TIMESTAMP

struct row {
    const char *name;
    const char *bytes;
    size_t size;
};

#define ROW(name, bytes)                                                                           \
    {                                                                                              \
        name, bytes, sizeof(bytes) - 1                                                             \
    }

static const struct row rows[] = {
    ROW("nothing", ""),
    ROW("sizes known", EBML_HEADER SEGMENT
        "\xCA" VOID "\x83" KEPT KEPT KEPT TRACKS "\x90" SOUND_1 PICTURE_2 CLUSTER
        "\x9B" TIMESTAMP BLOCK("\x81", SET) BLOCK("\x82", KEPT) BLOCK("\x81", SET) CLUSTER
        "\x8B" TIMESTAMP BLOCK("\x81", SET)),
    ROW("sizes unknown",
        LIVE_HEAD LIVE_CLUSTER BLOCK("\x81", SET) BLOCK("\x82", KEPT)
            LIVE_CLUSTER BLOCK("\x82", KEPT) BLOCK("\x81", SET) CUES "\x82" KEPT KEPT),
    ROW("short unknown sizes",
        SEGMENT UNKNOWN TRACKS "\x88" SOUND_1 CLUSTER UNKNOWN TIMESTAMP BLOCK("\x81", SET)
            CLUSTER UNKNOWN BLOCK("\x81", SET)),
    ROW("an unknown size in a known one",
        SEGMENT "\x9A" TRACKS "\x88" SOUND_1 CLUSTER UNKNOWN BLOCK("\x81", SET) SEGMENT
        "\x8D" CLUSTER "\x88" BLOCK("\x81", SET)),
    ROW("tracks of unknown size", SEGMENT UNKNOWN TRACKS UNKNOWN
        "\xAE" UNKNOWN "\xD7\x81\x01\x83\x81\x01"
        "\xAE" UNKNOWN "\xD7\x81\x02\x83\x81\x02" CLUSTER UNKNOWN BLOCK("\x81", KEPT)
            BLOCK("\x82", SET)),
    ROW("a size of eight bytes",
        SEGMENT UNKNOWN TRACKS "\x01\x00\x00\x00\x00\x00\x00\x08" SOUND_1 CLUSTER
                               "\x01\x00\x00\x00\x00\x00\x00\x08" BLOCK("\x81", SET)),
    ROW("type before number", SEGMENT UNKNOWN TRACKS
        "\x90" PICTURE_2 "\xAE\x86\x83\x81\x02\xD7\x81\x03" CLUSTER UNKNOWN BLOCK("\x83", SET)
            BLOCK("\x82", KEPT)),
    ROW("numbers of several bytes", SEGMENT UNKNOWN TRACKS
        "\x8A\xAE\x88\xD7\x82\x00\x01\x83\x82\x00\x02" CLUSTER UNKNOWN
        "\xA3\x85\x40\x01\x12\x34" SET "\xA3\x8B\x01\x00\x00\x00\x00\x00\x00\x01\x12\x34" SET),
    ROW("two tracks of sound", SEGMENT UNKNOWN TRACKS "\x90" SOUND_1 ENTRY("\x3F", "\x02")
                                   CLUSTER UNKNOWN BLOCK("\xBF", SET) BLOCK("\x81", SET)),
    ROW("other things of a track", SEGMENT UNKNOWN TRACKS
        "\x8F\xAE\x8D\xD7\x81\x01\xE1\x85\x83\x81\x01\xD7\x00\x83\x81\x02" CLUSTER UNKNOWN BLOCK(
            "\x81", SET)),
    ROW("no sound", SEGMENT UNKNOWN TRACKS "\x88" PICTURE_2 CLUSTER UNKNOWN BLOCK("\x82", KEPT)
                        BLOCK("\x81", KEPT)),
    ROW("no tracks", SEGMENT UNKNOWN CLUSTER UNKNOWN BLOCK("\x81", KEPT)),
    ROW("a track without a number", SEGMENT UNKNOWN TRACKS
        "\x85\xAE\x83\x83\x81\x02" CLUSTER UNKNOWN BLOCK("\x80", KEPT) BLOCK("\x81", KEPT)),
    ROW("a number beyond those looked at",
        SEGMENT UNKNOWN TRACKS "\x90" SOUND_1 ENTRY("\x40", "\x02") CLUSTER UNKNOWN
        "\xA3\x85\x40\x40\x12\x34" KEPT BLOCK("\x81", SET)),
    ROW("blocks within other elements", LIVE_HEAD VOID "\x88" BLOCK("\x81", KEPT) LIVE_CLUSTER
        "\xA0\x88" BLOCK("\x81", KEPT) VOID "\x88" BLOCK("\x81", KEPT) BLOCK("\x81", SET)),
    ROW("a flag that is set already",
        LIVE_HEAD LIVE_CLUSTER BLOCK("\x81", "\x88") BLOCK("\x81", SET)),
    ROW("the shortest block",
        LIVE_HEAD LIVE_CLUSTER "\xA3\x84\x81\x12\x34" SET "\xA3\x81\x82" BLOCK("\x81", SET)),
    /* From here on the walk ends before the last block. */
    ROW("a block without flags",
        LIVE_HEAD LIVE_CLUSTER BLOCK("\x81", SET) "\xA3\x83\x81\x12\x34" LIVE_CLUSTER BLOCK("\x81",
                                                                                            KEPT)),
    ROW("a block without a track", LIVE_HEAD LIVE_CLUSTER "\xA3\x80" BLOCK("\x81", KEPT)),
    ROW("half a track number", LIVE_HEAD LIVE_CLUSTER "\xA3\x81\x40" BLOCK("\x81", KEPT)),
    ROW("a block whose track has nine bytes",
        LIVE_HEAD LIVE_CLUSTER BLOCK("\x00", KEPT) BLOCK("\x81", KEPT)),
    ROW("a block of unknown size", LIVE_HEAD LIVE_CLUSTER "\xA3" UNKNOWN BLOCK("\x81", KEPT)),
    ROW("a void of unknown size", LIVE_HEAD LIVE_CLUSTER VOID UNKNOWN BLOCK("\x81", KEPT)),
    ROW("a block outside of clusters",
        LIVE_HEAD BLOCK("\x81", KEPT) LIVE_CLUSTER BLOCK("\x81", KEPT)),
    ROW("a block among tracks",
        SEGMENT UNKNOWN TRACKS "\x90" SOUND_1 BLOCK("\x81", KEPT) LIVE_CLUSTER BLOCK("\x81", KEPT)),
    ROW("a cluster outside of a segment", CLUSTER UNKNOWN BLOCK("\x81", KEPT)),
    ROW("a cluster in a cluster of known size",
        LIVE_HEAD CLUSTER "\x8D" CLUSTER "\x88" BLOCK("\x81", KEPT)),
    ROW("a block larger than its cluster",
        LIVE_HEAD CLUSTER "\x87" BLOCK("\x81", KEPT) LIVE_CLUSTER BLOCK("\x81", KEPT)),
    ROW("a cluster that ends after an id",
        LIVE_HEAD CLUSTER "\x81" VOID "\x80" BLOCK("\x81", KEPT) LIVE_CLUSTER BLOCK("\x81", KEPT)),
    ROW("an id of five bytes",
        LIVE_HEAD "\x08\x00\x00\x00\x00\x80" LIVE_CLUSTER BLOCK("\x81", KEPT)),
    ROW("a size of nine bytes", LIVE_HEAD VOID "\x00" LIVE_CLUSTER BLOCK("\x81", KEPT)),
    ROW("a void beyond the end of everything",
        LIVE_HEAD VOID "\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFE" LIVE_CLUSTER BLOCK("\x81", KEPT)),
    ROW("an empty track number",
        SEGMENT UNKNOWN TRACKS "\x87\xAE\x85\xD7\x80\x83\x81\x02" LIVE_CLUSTER BLOCK("\x81", KEPT)),
    ROW("a track number of nine bytes",
        SEGMENT UNKNOWN TRACKS "\x90\xAE\x8E\xD7\x89\x00\x00\x00\x00\x00\x00\x00\x00\x01\x83\x81"
                               "\x02" LIVE_CLUSTER BLOCK("\x81", KEPT)),
    ROW("zeros", "\x00\x00\x00\x00" LIVE_HEAD LIVE_CLUSTER BLOCK("\x81", KEPT)),
    ROW("an MP4", "\x00\x00\x00\x18"
                  "ftypisom" BLOCK("\x81", KEPT)),
};

static uint8_t *copy_of(const void *bytes, size_t size)
{
    uint8_t *copy = allocate_zeroed(1, size);
    memcpy(copy, bytes, size);
    return copy;
}

static uint8_t *expected_of(const struct row *row)
{
    uint8_t *bytes = copy_of(row->bytes, row->size);
    for (size_t i = 0; i < row->size; i++) {
        if (bytes[i] == SET_BYTE) {
            bytes[i] |= 0x80;
        }
    }
    return bytes;
}

static void assert_bytes(const struct row *row, const uint8_t *bytes, const uint8_t *expected,
                         size_t first_size)
{
    for (size_t i = 0; i < row->size; i++) {
        if (bytes[i] != expected[i]) {
            fail_msg("%s, cut at %zu: byte %zu is %02x", row->name, first_size, i, bytes[i]);
        }
    }
}

static void blocks_of_sound_get_the_flag_wherever_the_file_is_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const struct row *row = &rows[i];
        AUTO_FREE uint8_t *expected = expected_of(row);
        for (size_t cut = 0; cut <= row->size; cut++) {
            AUTO(webm_sound_flags) flags = webm_sound_flags_create();
            /* Blocks of their own, so that a step too far is seen by the sanitizer. */
            AUTO_FREE uint8_t *first = copy_of(row->bytes, cut);
            AUTO_FREE uint8_t *second = copy_of(row->bytes + cut, row->size - cut);
            AUTO_FREE uint8_t *joined = allocate_zeroed(1, row->size);
            webm_sound_flags_set(flags, 0, first, cut);
            webm_sound_flags_set(flags, cut, second, row->size - cut);
            memcpy(joined, first, cut);
            memcpy(joined + cut, second, row->size - cut);
            assert_bytes(row, joined, expected, cut);
        }
    }
}

static void bytes_may_come_one_by_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        AUTO_FREE uint8_t *expected = expected_of(&rows[i]);
        AUTO_FREE uint8_t *bytes = copy_of(rows[i].bytes, rows[i].size);
        AUTO(webm_sound_flags) flags = webm_sound_flags_create();
        for (size_t at = 0; at < rows[i].size; at++) {
            webm_sound_flags_set(flags, at, &bytes[at], 1);
        }
        assert_bytes(&rows[i], bytes, expected, 1);
    }
}

static const char begin[] = LIVE_HEAD LIVE_CLUSTER;
#define BEGIN_SIZE (sizeof begin - 1)
#define FLAGS_AT 5 /* in a block */

/* Writes blocks of sound at `offset`, which stay as they are, and then one at the end. */
static void assert_flag_after_a_write_at(uint64_t offset, size_t size, bool flag_is_set)
{
    AUTO(webm_sound_flags) flags = webm_sound_flags_create();
    AUTO_FREE uint8_t *head = copy_of(begin, BEGIN_SIZE);
    webm_sound_flags_set(flags, 0, head, BEGIN_SIZE);
    uint8_t patch[] = BLOCK("\x81", KEPT) BLOCK("\x81", KEPT);
    AUTO_FREE uint8_t *patch_before = copy_of(patch, sizeof patch);
    webm_sound_flags_set(flags, offset, patch, size);
    assert_memory_equal(patch, patch_before, sizeof patch);
    uint8_t block[] = BLOCK("\x81", KEPT);
    webm_sound_flags_set(flags, BEGIN_SIZE, block, sizeof block - 1);
    assert_int_equal(block[FLAGS_AT], KEPT[0] | (flag_is_set ? 0x80 : 0));
}

static void what_the_muxer_goes_back_to_is_left_alone(void **state)
{
    (void)state;
    assert_flag_after_a_write_at(0, 8, true);
    assert_flag_after_a_write_at(BEGIN_SIZE - 8, 8, true);
    assert_flag_after_a_write_at(BEGIN_SIZE, 0, true);
}

static void writes_that_make_no_sense_end_the_walk(void **state)
{
    (void)state;
    assert_flag_after_a_write_at(BEGIN_SIZE - 8, 16, false); /* over the end */
    assert_flag_after_a_write_at(BEGIN_SIZE + 1, 8, false);  /* leaves a gap */
    assert_flag_after_a_write_at(UINT64_MAX, 8, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_of_sound_get_the_flag_wherever_the_file_is_cut),
        cmocka_unit_test(bytes_may_come_one_by_one),
        cmocka_unit_test(what_the_muxer_goes_back_to_is_left_alone),
        cmocka_unit_test(writes_that_make_no_sense_end_the_walk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
