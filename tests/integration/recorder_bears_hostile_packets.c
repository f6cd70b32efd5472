/* What a publisher may send to harm: broken payloads in a flood, wild times, lost and shuffled
 * packets. The recorder goes on, and what others send is recorded as if nothing were. */
#include "gateway/base/cleanup.h"
#include "media/recorder_protocol.h"
#include "tests/integration/recorder_rig.h"

#include <gst/gst.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#define RECORDING_ID "01930000-0000-7000-8000-000000000001"
#define SECOND 1000000ull
#define BASE_US (1000 * SECOND)
#define WALL_MS 1795000000000
#define TIMEOUT_MS 30000
#define FLOOD_PACKETS 6000

static struct clip sound;
static struct clip video;

static int make_clips(void **state)
{
    (void)state;
    gst_init(NULL, NULL);
    sound = clip_create_audio(6);
    video = clip_create_video(MEDIA_CODEC_VP8, 6, 320, 180, 25);
    return 0;
}

static int destroy_clips(void **state)
{
    (void)state;
    clip_destroy(&sound);
    clip_destroy(&video);
    return 0;
}

static void drop(struct recorder_event *event)
{
    mailbox_message_destroy(&event->message);
}

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 8;
}

/* RTP that is well-formed outside and anything inside; now and then the outside is broken, too. */
static void send_rubbish(struct rig *rig, uint16_t track, uint32_t *seed, uint16_t sequence,
                         uint64_t media_time_us)
{
    uint8_t bytes[300];
    const size_t size = 12 + next_random(seed) % (sizeof bytes - 12);
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)next_random(seed);
    }
    if (next_random(seed) % 10) {
        const uint8_t header[] = {0x80, (uint8_t)(96 | (next_random(seed) & 0x80)),
                                  (uint8_t)(sequence >> 8), (uint8_t)sequence};
        memcpy(bytes, header, sizeof header);
        memset(bytes + 8, 1, 4);
    }
    if (next_random(seed) % 2 && size > 14) {
        static const uint8_t starts[] = {0x10, 0x90, 0x78, 0x7c, 0x65, 0x67, 0xfb, 0x00};
        bytes[12] =
            starts[next_random(seed) % sizeof starts]; /* descriptors, STAP-A, FU-A, IDR, SPS */
    }
    const struct clip_packet packet = {bytes, size, 0};
    rig_send_packet(rig, track, &packet, media_time_us);
}

static void a_flood_of_rubbish_harms_nobody_else(void **state)
{
    (void)state;
    static const enum media_codec codecs[] = {MEDIA_CODEC_OPUS, MEDIA_CODEC_VP8, MEDIA_CODEC_H264};
    struct rig rig;
    rig_open(&rig, 0);
    rig_start(&rig);
    for (uint16_t i = 0; i < ARRAY_LENGTH(codecs); i++) {
        rig_send_track(&rig, 10 + i, codecs[i], "mallory");
    }
    rig_send_track(&rig, 1, MEDIA_CODEC_OPUS, "patient");
    rig_send_track(&rig, 2, MEDIA_CODEC_VP8, "patient");
    rig_send_flow(&rig, BASE_US, WALL_MS);
    uint32_t seed = 7;
    for (uint32_t i = 0; i < FLOOD_PACKETS; i++) {
        send_rubbish(&rig, 10 + i % ARRAY_LENGTH(codecs), &seed,
                     (uint16_t)(i / ARRAY_LENGTH(codecs)), BASE_US + i * 1000);
    }
    rig_send_clips(&rig, 1, &sound, 2, &video, 0, 6 * SECOND, BASE_US);
    rig_send_end(&rig);
    drop(rig_wait(&rig, RECORDER_EVENT_STOPPED));
    const struct recorder_interval interval = {WALL_MS, WALL_MS + 6000};
    recorder_supervisor_finish(rig.supervisor, RECORDING_ID, rig.directory, rig.data_key, &interval,
                               1);
    bool watched_patient = false;
    while (!watched_patient) {
        struct recorder_event *event = rig_wait(&rig, RECORDER_EVENT_PLAYABLE);
        if (strcmp(event->file.label, "patient") == 0) {
            char path[128];
            struct watched watched;
            rig_decrypt(&rig, event->file.name, path, sizeof path);
            rig_watch(path, true, &watched);
            assert_int_equal(watched.flash_count, 6);
            assert_int_equal(watched.beep_count, 6);
            watched_patient = true;
        }
        drop(event);
    }
    drop(rig_wait(&rig, RECORDER_EVENT_FINISHED));
    rig_close(&rig);
}

/* Neighbours change places, as when a lost packet is sent again. */
static void shuffled_packets_are_put_in_order(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, 0);
    rig_start(&rig);
    rig_send_track(&rig, 2, MEDIA_CODEC_VP8, "patient");
    rig_send_flow(&rig, BASE_US, WALL_MS);
    rig_send_packet(&rig, 2, &video.packets[0], BASE_US);
    for (size_t i = 1; i < video.count; i += 7) {
        const size_t end = i + 7 < video.count ? i + 7 : video.count;
        for (size_t j = end; j > i; j--) {
            rig_send_packet(&rig, 2, &video.packets[j - 1], BASE_US + video.packets[j - 1].pts_us);
        }
    }
    rig_send_end(&rig);
    drop(rig_wait(&rig, RECORDER_EVENT_STOPPED));
    recorder_supervisor_finish(rig.supervisor, RECORDING_ID, rig.directory, rig.data_key, NULL, 0);
    struct recorder_event *event = rig_wait(&rig, RECORDER_EVENT_PLAYABLE);
    char path[128];
    struct watched watched;
    rig_decrypt(&rig, event->file.name, path, sizeof path);
    rig_watch(path, true, &watched);
    assert_int_equal(watched.frame_count, 150);
    assert_int_equal(watched.flash_count, 6);
    drop(event);
    drop(rig_wait(&rig, RECORDER_EVENT_FINISHED));
    rig_close(&rig);
}

static void wait_for_keyframe_request(struct rig *rig, uint16_t track)
{
    struct pollfd wait = {.fd = rig->worker_fd, .events = POLLIN};
    assert_int_equal(poll(&wait, 1, TIMEOUT_MS), 1);
    uint8_t datagram[RECORDER_MESSAGE_SIZE_MAX];
    struct recorder_message message;
    const ssize_t size = recv(rig->worker_fd, datagram, sizeof datagram, MSG_DONTWAIT);
    assert_true(size > 0);
    struct recorder_walk walk;
    recorder_walk_begin(&walk, datagram, (size_t)size);
    assert_int_equal(recorder_walk_next(&walk, &message), 1);
    assert_int_equal(message.type, RECORDER_KEYFRAME);
    assert_int_equal(message.track, track);
}

/* A track that begins between key frames asks for one, again and again. */
static void a_picture_without_key_frame_is_asked_for(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, 0);
    rig_start(&rig);
    rig_send_track(&rig, 2, MEDIA_CODEC_VP8, "patient");
    rig_send_flow(&rig, BASE_US, WALL_MS);
    rig_send_clips(&rig, 0, NULL, 2, &video, 200000, 800000, BASE_US);
    wait_for_keyframe_request(&rig, 2);
    wait_for_keyframe_request(&rig, 2);
    rig_send_clips(&rig, 0, NULL, 2, &video, 800000, 3 * SECOND, BASE_US);
    struct recorder_event *opened = rig_wait(&rig, RECORDER_EVENT_SEGMENT_OPENED);
    assert_in_range(opened->file.start_us, 990000, 1010000); /* the key frame of second 1 */
    drop(opened);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flood_of_rubbish_harms_nobody_else),
        cmocka_unit_test(shuffled_packets_are_put_in_order),
        cmocka_unit_test(a_picture_without_key_frame_is_asked_for),
    };
    return cmocka_run_group_tests(tests, make_clips, destroy_clips);
}
