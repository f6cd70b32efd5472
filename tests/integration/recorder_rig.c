#include "tests/integration/recorder_rig.h"

#include "gateway/base/allocate.h"
#include "gateway/base/cleanup.h"
#include "media/recorder_protocol.h"
#include "media/recording_file/recording_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cmocka.h>

#ifdef __SANITIZE_THREAD__
/* GStreamer's own locks are invisible to a sanitizer that it was not built with. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "ignore_noninstrumented_modules=1";
}
#endif

#define FRAME_RATE 25
#define SAMPLE_RATE 48000
#define MARK_MS 100
#define EVENT_TIMEOUT_MS 30000
#define RECORDING_ID "01930000-0000-7000-8000-000000000001"

/* ---- clips ---- */

static void add_packet(struct clip *clip, GstSample *sample)
{
    GstBuffer *buffer = gst_sample_get_buffer(sample);
    GstMapInfo map;
    assert_true(gst_buffer_map(buffer, &map, GST_MAP_READ));
    clip->packets = allocate_resized(clip->packets, clip->count + 1, sizeof *clip->packets);
    struct clip_packet *packet = &clip->packets[clip->count++];
    *packet =
        (struct clip_packet){allocate_zeroed(1, map.size), map.size, GST_BUFFER_PTS(buffer) / 1000};
    memcpy(packet->bytes, map.data, map.size);
    gst_buffer_unmap(buffer, &map);
}

static struct clip run_clip(const char *description,
                            void (*push_all)(GstAppSrc *source, unsigned, unsigned, unsigned),
                            unsigned seconds, unsigned width, unsigned height)
{
    struct clip clip = {0};
    g_autoptr(GError) error = NULL;
    g_autoptr(GstElement) pipeline = gst_parse_launch(description, &error);
    assert_null(error);
    g_autoptr(GstElement) source = gst_bin_get_by_name(GST_BIN(pipeline), "in");
    g_autoptr(GstElement) sink = gst_bin_get_by_name(GST_BIN(pipeline), "out");
    gst_element_set_state(pipeline, GST_STATE_PLAYING);
    push_all(GST_APP_SRC(source), seconds, width, height);
    gst_app_src_end_of_stream(GST_APP_SRC(source));
    GstSample *sample = NULL;
    while ((sample = gst_app_sink_pull_sample(GST_APP_SINK(sink)))) {
        add_packet(&clip, sample);
        gst_sample_unref(sample);
    }
    gst_element_set_state(pipeline, GST_STATE_NULL);
    assert_true(clip.count > 0);
    return clip;
}

static void push_frames(GstAppSrc *source, unsigned seconds, unsigned width, unsigned height)
{
    const size_t luma = (size_t)width * height;
    for (unsigned i = 0; i < seconds * FRAME_RATE; i++) {
        const bool flash = i % FRAME_RATE < FRAME_RATE * MARK_MS / 1000;
        GstBuffer *buffer = gst_buffer_new_allocate(NULL, luma * 3 / 2, NULL);
        gst_buffer_memset(buffer, 0, flash ? 235 : 16, luma);
        gst_buffer_memset(buffer, luma, 128, luma / 2);
        GST_BUFFER_PTS(buffer) = i * GST_SECOND / FRAME_RATE;
        GST_BUFFER_DURATION(buffer) = GST_SECOND / FRAME_RATE;
        gst_app_src_push_buffer(source, buffer);
    }
}

struct clip clip_create_video(enum media_codec codec, unsigned seconds, unsigned width,
                              unsigned height, unsigned keyframe_distance)
{
    char encoder[256];
    char description[768];
    if (codec == MEDIA_CODEC_VP8) {
        snprintf(encoder, sizeof encoder,
                 "vp8enc deadline=1 cpu-used=16 keyframe-max-dist=%u target-bitrate=300000 ! "
                 "rtpvp8pay mtu=1200 "
                 "picture-id-mode=2",
                 keyframe_distance);
    } else {
        snprintf(encoder, sizeof encoder,
                 "openh264enc gop-size=%u bitrate=300000 ! "
                 "video/x-h264,profile=constrained-baseline ! rtph264pay "
                 "mtu=1200 config-interval=-1 aggregate-mode=zero-latency",
                 keyframe_distance);
    }
    snprintf(description, sizeof description,
             "appsrc name=in format=time "
             "caps=video/x-raw,format=I420,width=%u,height=%u,framerate=%d/1 ! %s "
             "seqnum-offset=65500 pt=96 ! appsink name=out sync=false",
             width, height, FRAME_RATE, encoder);
    return run_clip(description, push_frames, seconds, width, height);
}

static void push_sound(GstAppSrc *source, unsigned seconds, unsigned width, unsigned height)
{
    (void)width;
    (void)height;
    enum { samples = SAMPLE_RATE / 50 };
    for (unsigned i = 0; i < seconds * 50; i++) {
        GstBuffer *buffer = gst_buffer_new_allocate(NULL, samples * sizeof(int16_t), NULL);
        int16_t sound[samples];
        for (unsigned j = 0; j < samples; j++) {
            const unsigned at = i * samples + j;
            const bool beep = at % SAMPLE_RATE < SAMPLE_RATE / 1000 * MARK_MS;
            sound[j] = beep ? (at / 24 % 2 ? 12000 : -12000) : 0; /* a square wave of 1 kHz */
        }
        gst_buffer_fill(buffer, 0, sound, sizeof sound);
        GST_BUFFER_PTS(buffer) = i * 20 * GST_MSECOND;
        GST_BUFFER_DURATION(buffer) = 20 * GST_MSECOND;
        gst_app_src_push_buffer(source, buffer);
    }
}

struct clip clip_create_audio(unsigned seconds)
{
    return run_clip("appsrc name=in format=time "
                    "caps=audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved "
                    "! opusenc frame-size=20 ! rtpopuspay seqnum-offset=65500 pt=111 ! appsink "
                    "name=out sync=false",
                    push_sound, seconds, 0, 0);
}

void clip_destroy(struct clip *clip)
{
    for (size_t i = 0; i < clip->count; i++) {
        free(clip->packets[i].bytes);
    }
    free(clip->packets);
}

/* ---- the supervisor's side ---- */

void rig_open(struct rig *rig, uint64_t minimum_free_bytes)
{
    *rig = (struct rig){.worker_fd = -1, .data_key = {9, 8, 7}};
    strcpy(rig->directory, "/tmp/recorder-test-XXXXXX");
    assert_non_null(mkdtemp(rig->directory));
    rig->directory_fd = open(rig->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    rig->events = mailbox_create();
    const struct recorder_supervisor_config config = {
        .recorder_path = BEDSIDE_RECORDER_PATH,
        .minimum_free_bytes = minimum_free_bytes,
    };
    assert_int_equal(recorder_supervisor_create(&config, rig->events, &rig->supervisor), 0);
}

static void remove_files(int directory_fd)
{
    DIR *directory = fdopendir(dup(directory_fd));
    rewinddir(directory);
    struct dirent *entry = NULL;
    while ((entry = readdir(directory))) {
        unlinkat(directory_fd, entry->d_name, 0);
    }
    closedir(directory);
}

void rig_close(struct rig *rig)
{
    if (rig->worker_fd >= 0) {
        close(rig->worker_fd);
    }
    recorder_supervisor_destroy(rig->supervisor);
    mailbox_destroy(rig->events);
    if (!getenv("BEDSIDE_TEST_KEEP")) {
        remove_files(rig->directory_fd);
        rmdir(rig->directory);
    }
    close(rig->directory_fd);
}

struct recorder_event *rig_next_event(struct rig *rig)
{
    struct mailbox_message *message = NULL;
    while (!(message = mailbox_take(rig->events))) {
        struct pollfd wait = {.fd = mailbox_fd(rig->events), .events = POLLIN};
        assert_int_equal(poll(&wait, 1, EVENT_TIMEOUT_MS), 1);
    }
    return CONTAINER_OF(message, struct recorder_event, message);
}

struct recorder_event *rig_wait(struct rig *rig, enum recorder_event_type type)
{
    for (;;) {
        struct recorder_event *event = rig_next_event(rig);
        if (event->message.type == (int)type) {
            return event;
        }
        if (event->message.type == RECORDER_EVENT_FAILED) {
            fail_msg("recorder failed: %s", event->reason);
        }
        mailbox_message_destroy(&event->message);
    }
}

void rig_start(struct rig *rig)
{
    recorder_supervisor_start(rig->supervisor, RECORDING_ID, rig->directory, rig->data_key);
    struct recorder_event *event = rig_wait(rig, RECORDER_EVENT_READY);
    assert_string_equal(event->recording_id, RECORDING_ID);
    if (rig->worker_fd >= 0) {
        close(rig->worker_fd);
    }
    rig->worker_fd = event->worker_fd;
    event->worker_fd = -1;
    mailbox_message_destroy(&event->message);
}

/* ---- the worker's side ---- */

static void send_datagram(struct rig *rig, const uint8_t *bytes, size_t size)
{
    while (send(rig->worker_fd, bytes, size, MSG_NOSIGNAL) < 0) {
        struct pollfd wait = {.fd = rig->worker_fd, .events = POLLOUT};
        if (errno == EPIPE || errno == ECONNRESET) {
            return; /* the recorder has ended: the test looks at why */
        }
        assert_true(errno == EAGAIN);
        assert_int_equal(poll(&wait, 1, EVENT_TIMEOUT_MS), 1);
    }
}

static void send_message(struct rig *rig, const struct recorder_message *message)
{
    uint8_t datagram[RECORDER_MESSAGE_SIZE_MAX];
    const size_t size = recorder_message_write(message, datagram, sizeof datagram);
    send_datagram(rig, datagram, size);
}

void rig_send_track(struct rig *rig, uint16_t track, enum media_codec codec, const char *label)
{
    struct recorder_message message = {.type = RECORDER_TRACK, .track = track, .codec = codec};
    snprintf(message.label, sizeof message.label, "%s", label);
    send_message(rig, &message);
}

void rig_send_flow(struct rig *rig, uint64_t media_time_us, int64_t wall_ms)
{
    send_message(rig, &(struct recorder_message){.type = RECORDER_FLOW,
                                                 .media_time_us = media_time_us,
                                                 .wall_ms = wall_ms});
}

void rig_send_pause(struct rig *rig, uint64_t media_time_us, int64_t wall_ms)
{
    send_message(rig, &(struct recorder_message){.type = RECORDER_PAUSE,
                                                 .media_time_us = media_time_us,
                                                 .wall_ms = wall_ms});
}

void rig_send_end(struct rig *rig)
{
    send_message(rig, &(struct recorder_message){.type = RECORDER_END});
}

void rig_send_packet(struct rig *rig, uint16_t track, const struct clip_packet *packet,
                     uint64_t media_time_us)
{
    uint8_t datagram[RECORDER_MESSAGE_SIZE_MAX];
    const struct recorder_message message = {.type = RECORDER_RTP,
                                             .track = track,
                                             .media_time_us = media_time_us,
                                             .payload_size = packet->size};
    const size_t size = recorder_message_write(&message, datagram, sizeof datagram);
    assert_int_equal(size, RECORDER_HEADER_SIZE + packet->size);
    memcpy(datagram + RECORDER_HEADER_SIZE, packet->bytes, packet->size);
    send_datagram(rig, datagram, size);
}

/* Sends the packets of one clip up to `until_us`, from `*position` on. */
static void send_until(struct rig *rig, uint16_t track, const struct clip *clip, size_t *position,
                       uint64_t from_us, uint64_t until_us, uint64_t base_us)
{
    while (clip && *position < clip->count && clip->packets[*position].pts_us < until_us) {
        const struct clip_packet *packet = &clip->packets[(*position)++];
        if (packet->pts_us >= from_us) {
            rig_send_packet(rig, track, packet, base_us + packet->pts_us);
        }
    }
}

void rig_send_clips(struct rig *rig, uint16_t audio_track, const struct clip *audio,
                    uint16_t video_track, const struct clip *video, uint64_t from_us,
                    uint64_t to_us, uint64_t base_us)
{
    size_t audio_position = 0;
    size_t video_position = 0;
    for (uint64_t at = from_us; at < to_us; at += 20000) {
        const uint64_t until = at + 20000 < to_us ? at + 20000 : to_us;
        send_until(rig, audio_track, audio, &audio_position, from_us, until, base_us);
        send_until(rig, video_track, video, &video_position, from_us, until, base_us);
    }
}

/* ---- what was recorded ---- */

void rig_decrypt(struct rig *rig, const char *name, char *ret_path, size_t capacity)
{
    AUTO(recording_file_reader) reader = NULL;
    assert_int_equal(
        recording_file_reader_open(rig->directory_fd, name, rig->data_key, true, &reader), 0);
    snprintf(ret_path, capacity, "%s/plain", rig->directory);
    FILE *file = fopen(ret_path, "wb");
    AUTO_FREE uint8_t *bytes = allocate_zeroed(1, RECORDING_CHUNK_SIZE);
    uint64_t offset = 0;
    ssize_t count = 0;
    while ((count = recording_file_reader_read(reader, offset, bytes, RECORDING_CHUNK_SIZE)) > 0) {
        assert_int_equal(fwrite(bytes, 1, (size_t)count, file), count);
        offset += (uint64_t)count;
    }
    fclose(file);
    assert_int_equal(count, 0);
    assert_int_equal(offset, recording_file_reader_size(reader));
}

static void look_at(struct watched *watched, GstSample *sample, bool *in_flash)
{
    GstBuffer *buffer = gst_sample_get_buffer(sample);
    const uint64_t pts_us = GST_BUFFER_PTS(buffer) / 1000;
    uint8_t luma = 0;
    gst_buffer_extract(buffer, 5000, &luma, 1);
    const bool flash = luma > 128;
    if (flash && !*in_flash && watched->flash_count < RIG_MARKS_MAX) {
        watched->flashes_us[watched->flash_count++] = pts_us;
    }
    *in_flash = flash;
    if (watched->frame_count++ == 0) {
        watched->first_frame_us = pts_us;
    }
    watched->last_frame_us = pts_us;
}

static void listen_to(struct watched *watched, GstSample *sample, int64_t *loud_until_us)
{
    GstBuffer *buffer = gst_sample_get_buffer(sample);
    GstMapInfo map;
    assert_true(gst_buffer_map(buffer, &map, GST_MAP_READ));
    const int16_t *samples = (const int16_t *)(const void *)map.data;
    for (size_t i = 0; i < map.size / sizeof *samples; i++) {
        const int64_t at_us =
            (int64_t)GST_BUFFER_PTS(buffer) / 1000 + (int64_t)i * 1000000 / SAMPLE_RATE;
        if (abs(samples[i]) < 4000) {
            continue;
        }
        if (at_us > *loud_until_us + 200000 && watched->beep_count < RIG_MARKS_MAX) {
            watched->beeps_us[watched->beep_count++] = (uint64_t)at_us;
        }
        *loud_until_us = at_us;
    }
    gst_buffer_unmap(buffer, &map);
}

static GstElement *open_player(const char *path, const char *branch)
{
    char description[1024];
    snprintf(description, sizeof description,
             "uridecodebin uri=file://%s name=d d. ! %s ! appsink name=out sync=false", path,
             branch);
    g_autoptr(GError) error = NULL;
    GstElement *pipeline = gst_parse_launch(description, &error);
    assert_null(error);
    return pipeline;
}

static const char *const branches[] = {
    "queue max-size-time=0 max-size-buffers=0 max-size-bytes=0 ! videoconvert ! videoscale ! "
    "video/x-raw,format=I420,width=320,height=180",
    "queue max-size-time=0 max-size-buffers=0 max-size-bytes=0 ! audioconvert ! audioresample ! "
    "audio/x-raw,format=S16LE,rate=48000,channels=1",
};

static void watch_one(const char *path, bool picture, struct watched *watched)
{
    g_autoptr(GstElement) pipeline = open_player(path, branches[picture ? 0 : 1]);
    g_autoptr(GstElement) sink = gst_bin_get_by_name(GST_BIN(pipeline), "out");
    gst_element_set_state(pipeline, GST_STATE_PAUSED);
    bool in_flash = false;
    int64_t loud_until_us = -1000000;
    if (gst_element_get_state(pipeline, NULL, NULL, 20 * GST_SECOND) == GST_STATE_CHANGE_SUCCESS) {
        gint64 duration = 0;
        gst_element_query_duration(pipeline, GST_FORMAT_TIME, &duration);
        watched->duration_us = (uint64_t)duration / 1000;
        gst_element_set_state(pipeline, GST_STATE_PLAYING);
        GstSample *sample = NULL;
        while ((sample = gst_app_sink_pull_sample(GST_APP_SINK(sink)))) {
            if (picture) {
                look_at(watched, sample, &in_flash);
            } else {
                listen_to(watched, sample, &loud_until_us);
            }
            gst_sample_unref(sample);
        }
    }
    gst_element_set_state(pipeline, GST_STATE_NULL);
}

static bool seek_to_the_middle(const char *path, bool picture, uint64_t duration_us)
{
    g_autoptr(GstElement) pipeline = open_player(path, branches[picture ? 0 : 1]);
    g_autoptr(GstElement) sink = gst_bin_get_by_name(GST_BIN(pipeline), "out");
    gst_element_set_state(pipeline, GST_STATE_PAUSED);
    gst_element_get_state(pipeline, NULL, NULL, 20 * GST_SECOND);
    const gint64 target = (gint64)duration_us * 1000 / 2;
    bool reached = gst_element_seek_simple(pipeline, GST_FORMAT_TIME,
                                           GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE, target);
    gst_element_set_state(pipeline, GST_STATE_PLAYING);
    g_autoptr(GstSample) sample = gst_app_sink_pull_sample(GST_APP_SINK(sink));
    reached = reached && sample &&
              llabs((gint64)GST_BUFFER_PTS(gst_sample_get_buffer(sample)) - target) <
                  200 * (gint64)GST_MSECOND;
    gst_element_set_state(pipeline, GST_STATE_NULL);
    return reached;
}

void rig_watch(const char *path, bool has_picture, struct watched *ret_watched)
{
    *ret_watched = (struct watched){0};
    if (has_picture) {
        watch_one(path, true, ret_watched);
    }
    watch_one(path, false, ret_watched);
    ret_watched->seekable = seek_to_the_middle(path, has_picture, ret_watched->duration_us);
}
