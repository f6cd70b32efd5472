/* A real recorder process records real VP8, H.264 and Opus; what it makes of them is decrypted,
 * decoded and looked at: flashes and beeps of the same moment stay together, files last as long as
 * the consented intervals, and nothing from outside them is there. */
#include "gateway/base/allocate.h"
#include "gateway/base/byte_reader.h"
#include "gateway/base/cleanup.h"
#include "tests/integration/recorder_rig.h"

#include <gst/gst.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define RECORDING_ID "01930000-0000-7000-8000-000000000001"
#define SECOND 1000000ull
#define BASE_US (1000 * SECOND)
#define WALL_MS 1795000000000

static struct clip sound;
static struct clip vp8;
static struct clip h264;

static int make_clips(void **state)
{
    (void)state;
    gst_init(NULL, NULL);
    sound = clip_create_audio(10);
    vp8 = clip_create_video(MEDIA_CODEC_VP8, 10, 320, 180, 50);
    h264 = clip_create_video(MEDIA_CODEC_H264, 10, 320, 180, 50);
    return 0;
}

static int destroy_clips(void **state)
{
    (void)state;
    clip_destroy(&sound);
    clip_destroy(&vp8);
    clip_destroy(&h264);
    return 0;
}

static void finish(struct rig *rig, const struct recorder_interval *intervals, size_t count)
{
    recorder_supervisor_finish(rig->supervisor, RECORDING_ID, rig->directory, rig->data_key,
                               intervals, count);
}

/* A number of EBML (RFC 8794, 4), with or without the marker of its length. */
static uint64_t take_vint(struct byte_reader *reader, bool keep_marker)
{
    const uint8_t first = byte_reader_u8(reader);
    assert_int_not_equal(first, 0);
    const int length = __builtin_clz(first) - 23;
    uint64_t value = keep_marker ? first : first & ((1u << (8 - length)) - 1);
    for (int i = 1; i < length; i++) {
        value = value << 8 | byte_reader_u8(reader);
    }
    return value;
}

struct webm_blocks {
    uint64_t count;
    uint64_t keyed_count; /* players may begin at these */
};

/* Of the elements from here on, by track number. The sizes of a finished file are all known. */
static void count_blocks(struct byte_reader *reader, struct webm_blocks ret_blocks[3])
{
    while (byte_reader_remaining(reader) > 0) {
        const uint64_t id = take_vint(reader, true);
        const uint64_t size = take_vint(reader, false);
        struct byte_reader body = byte_reader_over(byte_reader_take(reader, size), size);
        assert_false(byte_reader_failed(reader));
        if (id == 0x18538067 || id == 0x1F43B675) { /* Segment, Cluster */
            count_blocks(&body, ret_blocks);
        } else if (id == 0xA3) { /* SimpleBlock */
            const uint64_t track = take_vint(&body, false);
            assert_in_range(track, 1, 2);
            byte_reader_skip(&body, 2);
            ret_blocks[track].count++;
            ret_blocks[track].keyed_count += byte_reader_u8(&body) >> 7;
            assert_false(byte_reader_failed(&body));
        }
    }
}

/* FFmpeg, and so Chromium, can seek in a track by blocks with the flag alone: all of sound (track
 * 1, as it is asked for first), key frames of pictures. */
static void assert_webm_is_seekable(const char *path, bool has_picture)
{
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    const size_t size = (size_t)status.st_size;
    AUTO_FREE uint8_t *bytes = allocate_zeroed(1, size);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fread(bytes, 1, size, file), size);
    fclose(file);
    struct webm_blocks blocks[3] = {0};
    struct byte_reader reader = byte_reader_over(bytes, size);
    count_blocks(&reader, blocks);
    assert_true(blocks[1].count > 0);
    assert_int_equal(blocks[1].keyed_count, blocks[1].count);
    if (has_picture) {
        assert_true(blocks[2].keyed_count > 0);
        assert_true(blocks[2].keyed_count < blocks[2].count);
    }
}

/* Waits for the playable file of `label`, decrypts and decodes it. */
static struct recorder_file_report watch(struct rig *rig, const char *label,
                                         struct watched *ret_watched)
{
    struct recorder_event *event = rig_wait(rig, RECORDER_EVENT_PLAYABLE);
    const struct recorder_file_report report = event->file;
    mailbox_message_destroy(&event->message);
    assert_string_equal(report.label, label);
    char path[128];
    rig_decrypt(rig, report.name, path, sizeof path);
    const bool has_picture = report.codec != MEDIA_CODEC_NONE;
    rig_watch(path, has_picture, ret_watched);
    if (strstr(report.mime, "/webm")) {
        assert_webm_is_seekable(path, has_picture);
    }
    return report;
}

static void wait_until_finished(struct rig *rig)
{
    struct recorder_event *event = rig_wait(rig, RECORDER_EVENT_FINISHED);
    mailbox_message_destroy(&event->message);
}

static void wait_until_stopped(struct rig *rig)
{
    struct recorder_event *event = rig_wait(rig, RECORDER_EVENT_STOPPED);
    mailbox_message_destroy(&event->message);
}

static void assert_near(uint64_t a, uint64_t b, uint64_t tolerance)
{
    const uint64_t distance = a > b ? a - b : b - a;
    if (distance > tolerance) {
        fail_msg("%llu is not within %llu of %llu", (unsigned long long)a,
                 (unsigned long long)tolerance, (unsigned long long)b);
    }
}

/* Flashes and beeps at `first_us` and each second after, `count` of them, within 60 ms. */
static void assert_marks(const struct watched *watched, uint64_t first_us, size_t count)
{
    assert_int_equal(watched->flash_count, count);
    assert_int_equal(watched->beep_count, count);
    for (size_t i = 0; i < count; i++) {
        assert_near(watched->flashes_us[i], first_us + i * SECOND, 60000);
        assert_near(watched->beeps_us[i], first_us + i * SECOND, 60000);
    }
}

static void one_interval_lasts_as_long_as_it_did(enum media_codec codec, const struct clip *video,
                                                 const char *mime)
{
    struct rig rig;
    rig_open(&rig, 0);
    rig_start(&rig);
    rig_send_track(&rig, 1, MEDIA_CODEC_OPUS, "patient");
    rig_send_track(&rig, 2, codec, "patient");
    rig_send_flow(&rig, BASE_US, WALL_MS);
    rig_send_clips(&rig, 1, &sound, 2, video, 0, 10 * SECOND, BASE_US);
    rig_send_pause(&rig, BASE_US + 10 * SECOND, WALL_MS + 10000);
    rig_send_end(&rig);
    wait_until_stopped(&rig);
    const struct recorder_interval interval = {WALL_MS, WALL_MS + 10000};
    finish(&rig, &interval, 1);
    struct watched watched;
    const struct recorder_file_report report = watch(&rig, "patient", &watched);
    assert_string_equal(report.mime, mime);
    assert_int_equal(report.end_us, 10 * SECOND);
    assert_near(watched.duration_us, 10 * SECOND, 100000);
    assert_true(watched.seekable);
    assert_true(watched.first_frame_us < SECOND);
    assert_near(watched.last_frame_us, 10 * SECOND, 100000);
    assert_marks(&watched, 0, 10);
    wait_until_finished(&rig);
    rig_close(&rig);
}

static void vp8_becomes_a_seekable_webm(void **state)
{
    (void)state;
    one_interval_lasts_as_long_as_it_did(MEDIA_CODEC_VP8, &vp8, "video/webm; codecs=\"vp8, opus\"");
}

static void h264_becomes_a_seekable_mp4(void **state)
{
    (void)state;
    one_interval_lasts_as_long_as_it_did(MEDIA_CODEC_H264, &h264, "video/mp4");
}

/* Seconds 0 to 3 and 6 to 10 were consented to; the packets between are sent all the same. */
static void what_nobody_consented_to_is_not_there(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, 0);
    rig_start(&rig);
    rig_send_track(&rig, 1, MEDIA_CODEC_OPUS, "patient");
    rig_send_track(&rig, 2, MEDIA_CODEC_VP8, "patient");
    rig_send_flow(&rig, BASE_US, WALL_MS);
    rig_send_clips(&rig, 1, &sound, 2, &vp8, 0, 3 * SECOND + 500000, BASE_US);
    rig_send_pause(&rig, BASE_US + 3 * SECOND, WALL_MS + 3000);
    rig_send_clips(&rig, 1, &sound, 2, &vp8, 3 * SECOND + 500000, 5 * SECOND + 500000, BASE_US);
    rig_send_flow(&rig, BASE_US + 6 * SECOND, WALL_MS + 6000);
    rig_send_clips(&rig, 1, &sound, 2, &vp8, 5 * SECOND + 500000, 10 * SECOND, BASE_US);
    rig_send_end(&rig);
    wait_until_stopped(&rig);
    const struct recorder_interval intervals[] = {{WALL_MS, WALL_MS + 3000},
                                                  {WALL_MS + 6000, WALL_MS + 10000}};
    finish(&rig, intervals, 2);
    struct watched watched;
    watch(&rig, "patient", &watched);
    assert_near(watched.duration_us, 7 * SECOND, 100000);
    assert_marks(&watched, 0, 7);
    wait_until_finished(&rig);
    rig_close(&rig);
}

/* The physician comes at second 3.5 and goes at 7.5; both files have the same length and the same
 * moments. */
static void those_who_come_late_share_the_time_line(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, 0);
    rig_start(&rig);
    rig_send_track(&rig, 1, MEDIA_CODEC_OPUS, "patient");
    rig_send_track(&rig, 2, MEDIA_CODEC_VP8, "patient");
    rig_send_flow(&rig, BASE_US, WALL_MS);
    rig_send_clips(&rig, 1, &sound, 2, &vp8, 0, 3 * SECOND + 500000, BASE_US);
    rig_send_track(&rig, 3, MEDIA_CODEC_OPUS, "physician");
    rig_send_track(&rig, 4, MEDIA_CODEC_VP8, "physician");
    rig_send_clips(&rig, 3, &sound, 4, &vp8, 3 * SECOND + 500000, 7 * SECOND + 500000, BASE_US);
    rig_send_clips(&rig, 1, &sound, 2, NULL, 3 * SECOND + 500000, 10 * SECOND,
                   BASE_US); /* the camera is off */
    rig_send_pause(&rig, BASE_US + 10 * SECOND, WALL_MS + 10000);
    rig_send_end(&rig);
    wait_until_stopped(&rig);
    const struct recorder_interval interval = {WALL_MS, WALL_MS + 10000};
    finish(&rig, &interval, 1);
    struct watched patient;
    struct watched physician;
    watch(&rig, "patient", &patient);
    watch(&rig, "physician", &physician);
    assert_near(patient.duration_us, 10 * SECOND, 100000);
    assert_near(physician.duration_us, 10 * SECOND, 100000);
    assert_int_equal(patient.flash_count, 4);
    assert_int_equal(patient.beep_count, 10);
    assert_marks(&physician, 4 * SECOND, 4);
    wait_until_finished(&rig);
    rig_close(&rig);
}

/* Sound alone, and a picture whose size changes in the middle. */
static void sound_alone_and_changing_sizes_play_too(void **state)
{
    (void)state;
    struct clip large = clip_create_video(MEDIA_CODEC_VP8, 4, 640, 360, 50);
    struct rig rig;
    rig_open(&rig, 0);
    rig_start(&rig);
    rig_send_track(&rig, 1, MEDIA_CODEC_OPUS, "caregiver");
    rig_send_track(&rig, 2, MEDIA_CODEC_VP8, "physician");
    rig_send_flow(&rig, BASE_US, WALL_MS);
    rig_send_clips(&rig, 1, &sound, 2, NULL, 0, 3 * SECOND + 500000, BASE_US);
    rig_send_clips(&rig, 1, NULL, 2, &vp8, 0, 4 * SECOND, BASE_US);
    rig_send_clips(&rig, 1, NULL, 2, &large, 0, 4 * SECOND, BASE_US + 4 * SECOND);
    rig_send_pause(&rig, BASE_US + 8 * SECOND, WALL_MS + 8000);
    rig_send_end(&rig);
    wait_until_stopped(&rig);
    const struct recorder_interval interval = {WALL_MS, WALL_MS + 8000};
    finish(&rig, &interval, 1);
    struct watched caregiver;
    struct watched physician;
    const struct recorder_file_report report = watch(&rig, "caregiver", &caregiver);
    watch(&rig, "physician", &physician);
    assert_string_equal(report.mime, "audio/webm; codecs=\"opus\"");
    assert_near(caregiver.duration_us, 8 * SECOND, 100000);
    assert_int_equal(caregiver.beep_count, 4);
    assert_int_equal(physician.flash_count, 8);
    assert_true(physician.seekable);
    assert_true(caregiver.seekable);
    wait_until_finished(&rig);
    rig_close(&rig);
    clip_destroy(&large);
}

/* H.264 with other parameter sets goes on in a new segment, and still becomes one file. */
static void other_parameter_sets_begin_a_new_segment(void **state)
{
    (void)state;
    struct clip large = clip_create_video(MEDIA_CODEC_H264, 4, 640, 360, 50);
    struct rig rig;
    rig_open(&rig, 0);
    rig_start(&rig);
    rig_send_track(&rig, 1, MEDIA_CODEC_H264, "patient");
    rig_send_flow(&rig, BASE_US, WALL_MS);
    rig_send_clips(&rig, 0, NULL, 1, &h264, 0, 4 * SECOND, BASE_US);
    rig_send_clips(&rig, 0, NULL, 1, &large, 0, 4 * SECOND, BASE_US + 4 * SECOND);
    rig_send_end(&rig);
    wait_until_stopped(&rig);
    const struct recorder_interval interval = {WALL_MS, WALL_MS + 8000};
    finish(&rig, &interval, 1);
    for (int i = 0; i < 2; i++) {
        struct recorder_event *event = rig_wait(&rig, RECORDER_EVENT_SEGMENT_CHECKED);
        assert_true(event->file.complete);
        assert_near(event->file.start_us, (event->file.number - 1) * 4 * SECOND, 100000);
        mailbox_message_destroy(&event->message);
    }
    struct watched watched;
    watch(&rig, "patient", &watched);
    assert_int_equal(watched.flash_count, 8);
    assert_near(watched.last_frame_us, 8 * SECOND, 100000);
    wait_until_finished(&rig);
    rig_close(&rig);
    clip_destroy(&large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vp8_becomes_a_seekable_webm),
        cmocka_unit_test(h264_becomes_a_seekable_mp4),
        cmocka_unit_test(what_nobody_consented_to_is_not_there),
        cmocka_unit_test(those_who_come_late_share_the_time_line),
        cmocka_unit_test(sound_alone_and_changing_sizes_play_too),
        cmocka_unit_test(other_parameter_sets_begin_a_new_segment),
    };
    return cmocka_run_group_tests(tests, make_clips, destroy_clips);
}
