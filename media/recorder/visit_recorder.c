#include "media/recorder/visit_recorder.h"

#include "gateway/base/allocate.h"
#include "gateway/base/log.h"
#include "gateway/base/loop.h"
#include "media/recorder/control_sender.h"
#include "media/recorder/track_recorder.h"
#include "media/recorder_protocol.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/statvfs.h>

LOG_TOPIC("recorder");

#define TICK_US 100000
#define DISK_CHECK_US 1000000
#define TRACKS_MAX 128
#define DATAGRAMS_PER_WAKE 512
#define NUMBER_TRIES 1000

struct visit_recorder {
    struct loop *loop;
    const struct recorder_configuration *configuration; /* borrowed */
    int directory_fd;
    int media_fd;
    int control_fd;
    struct loop_source *media_source;
    struct loop_source *control_source;
    struct loop_timer *tick;
    struct track_recorder *tracks[TRACKS_MAX];
    size_t track_count;
    uint32_t next_number;
    bool ended;
    bool disk_full;
    /* The interval that flows: */
    bool flowing;
    uint64_t start_us;
    int64_t start_ms;
    uint64_t next_disk_check_us;
    struct log_limiter bad_message_limiter;
    uint8_t datagram[RECORDER_DATAGRAM_SIZE_MAX]; /* being read */
};

/* ---- what tracks ask for ---- */

static int create_segment(void *context, struct segment_description *description, GstCaps *caps,
                          struct segment_writer **ret_writer)
{
    struct visit_recorder *recorder = context;
    int error = -EEXIST;
    for (int tries = 0; tries < NUMBER_TRIES && error == -EEXIST; tries++) {
        description->number = recorder->next_number++;
        error = segment_writer_create(recorder->directory_fd, recorder->configuration->data_key,
                                      description, caps, ret_writer);
    }
    return error;
}

static void on_segment_opened(void *context, const struct recorder_file_report *report)
{
    struct visit_recorder *recorder = context;
    log_info("segment_opened", "number=%" PRIu32 " kind=%d codec=%d", report->number, report->kind,
             report->codec);
    control_send_file(recorder->control_fd, RECORDER_CONTROL_SEGMENT_OPENED, report);
}

static void on_segment_closed(void *context, const struct recorder_file_report *report)
{
    struct visit_recorder *recorder = context;
    log_info("segment_closed", "number=%" PRIu32 " size=%" PRIu64 " duration_us=%" PRIu64,
             report->number, report->size, report->end_us - report->start_us);
    control_send_file(recorder->control_fd, RECORDER_CONTROL_SEGMENT_CLOSED, report);
}

static void request_keyframe(void *context, uint16_t track)
{
    struct visit_recorder *recorder = context;
    const struct recorder_message message = {.type = RECORDER_KEYFRAME, .track = track};
    uint8_t datagram[RECORDER_HEADER_SIZE];
    const size_t size = recorder_message_write(&message, datagram, sizeof datagram);
    (void)send(recorder->media_fd, datagram, size,
               MSG_NOSIGNAL | MSG_DONTWAIT); /* it is asked for again */
}

/* Noticed here, acted upon in the next tick, since a track is in the middle of its work. */
static void on_disk_error(void *context, int error)
{
    struct visit_recorder *recorder = context;
    log_error("write_failed", "error=%s", strerror(-error));
    recorder->disk_full = true;
}

static const struct track_recorder_ops track_ops = {
    .create_segment = create_segment,
    .on_segment_opened = on_segment_opened,
    .on_segment_closed = on_segment_closed,
    .request_keyframe = request_keyframe,
    .on_disk_error = on_disk_error,
};

/* ---- the interval ---- */

static void flow(struct visit_recorder *recorder, uint64_t start_us, int64_t start_ms)
{
    recorder->flowing = true;
    recorder->start_us = start_us;
    recorder->start_ms = start_ms;
    for (size_t i = 0; i < recorder->track_count; i++) {
        track_recorder_flow(recorder->tracks[i], start_us, start_ms);
    }
}

static void pause_tracks(struct visit_recorder *recorder, uint64_t end_us, int64_t end_ms)
{
    const uint64_t now_us = loop_now_us(recorder->loop);
    recorder->flowing = false;
    for (size_t i = 0; i < recorder->track_count; i++) {
        track_recorder_pause(recorder->tracks[i], end_us, end_ms, now_us);
    }
}

static void end(struct visit_recorder *recorder)
{
    if (recorder->ended) {
        return;
    }
    recorder->ended = true;
    pause_tracks(recorder, UINT64_MAX, 0);
    if (recorder->disk_full) {
        control_send_reason(
            recorder->control_fd, RECORDER_CONTROL_DISK_FULL,
            "the disk of the recordings is full: recording has stopped, what was written is kept");
    }
    const struct recorder_control_message done = {.type = RECORDER_CONTROL_DONE};
    control_send(recorder->control_fd, &done);
    loop_stop(recorder->loop);
}

/* ---- messages of the worker ---- */

static struct track_recorder *find_track(struct visit_recorder *recorder, uint16_t track)
{
    for (size_t i = 0; i < recorder->track_count; i++) {
        if (track_recorder_id(recorder->tracks[i]) == track) {
            return recorder->tracks[i];
        }
    }
    return NULL;
}

static void add_track(struct visit_recorder *recorder, const struct recorder_message *message)
{
    if (recorder->track_count == TRACKS_MAX) {
        log_warning("track_refused", "track=%u reason=too-many", message->track);
        return;
    }
    struct track_recorder *track =
        track_recorder_create(message->track, message->codec, message->label, &track_ops, recorder);
    recorder->tracks[recorder->track_count++] = track;
    if (recorder->flowing) {
        track_recorder_flow(track, recorder->start_us, recorder->start_ms);
    }
}

static void remove_track(struct visit_recorder *recorder, struct track_recorder *track)
{
    for (size_t i = 0; i < recorder->track_count; i++) {
        if (recorder->tracks[i] == track) {
            track_recorder_pause(track, UINT64_MAX, 0, loop_now_us(recorder->loop));
            track_recorder_destroy(track);
            recorder->tracks[i] = recorder->tracks[--recorder->track_count];
            return;
        }
    }
}

/* A number that is announced again with another codec or label is another track. */
static void on_track(struct visit_recorder *recorder, const struct recorder_message *message)
{
    struct track_recorder *track = find_track(recorder, message->track);
    if (track && track_recorder_codec(track) == message->codec &&
        strcmp(track_recorder_label(track), message->label) == 0) {
        return;
    }
    if (track) {
        remove_track(recorder, track);
    }
    add_track(recorder, message);
}

static void on_rtp(struct visit_recorder *recorder, const struct recorder_message *message)
{
    struct track_recorder *track = find_track(recorder, message->track);
    if (track) {
        track_recorder_on_rtp(track, message->payload, message->payload_size,
                              message->media_time_us, loop_now_us(recorder->loop));
    }
}

static void on_flow(struct visit_recorder *recorder, const struct recorder_message *message)
{
    if (recorder->flowing) {
        pause_tracks(recorder, message->media_time_us, message->wall_ms);
    }
    flow(recorder, message->media_time_us, message->wall_ms);
}

static void on_pause(struct visit_recorder *recorder, const struct recorder_message *message)
{
    pause_tracks(recorder, message->media_time_us, message->wall_ms);
}

static void on_end(struct visit_recorder *recorder, const struct recorder_message *message)
{
    (void)message;
    end(recorder);
}

static void (*const message_handlers[])(struct visit_recorder *recorder,
                                        const struct recorder_message *message) = {
    [RECORDER_TRACK] = on_track, [RECORDER_RTP] = on_rtp, [RECORDER_FLOW] = on_flow,
    [RECORDER_PAUSE] = on_pause, [RECORDER_END] = on_end, [RECORDER_KEYFRAME] = NULL,
};

static void log_bad_message(struct visit_recorder *recorder, size_t datagram_size)
{
    uint32_t suppressed = 0;
    if (log_limiter_allows(&recorder->bad_message_limiter, 1, loop_now_us(recorder->loop),
                           &suppressed)) {
        log_warning("bad_message", "datagram_size=%zu suppressed=%" PRIu32, datagram_size,
                    suppressed);
    }
}

static void on_datagram(struct visit_recorder *recorder, size_t size)
{
    struct recorder_walk walk;
    struct recorder_message message;
    int r = 0;
    recorder_walk_begin(&walk, recorder->datagram, size);
    while ((r = recorder_walk_next(&walk, &message)) != 0 && !recorder->ended) {
        if (r > 0 && message_handlers[message.type]) {
            message_handlers[message.type](recorder, &message);
        } else {
            log_bad_message(recorder, size);
        }
    }
}

static void on_media(void *context, uint32_t events)
{
    (void)events;
    struct visit_recorder *recorder = context;
    for (int i = 0; i < DATAGRAMS_PER_WAKE && !recorder->ended; i++) {
        const ssize_t size = recv(recorder->media_fd, recorder->datagram, sizeof recorder->datagram,
                                  MSG_DONTWAIT | MSG_TRUNC);
        if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
            return;
        }
        if (size <= 0) {
            end(recorder); /* the worker has closed its end */
            return;
        }
        if ((size_t)size > sizeof recorder->datagram) {
            log_bad_message(recorder, (size_t)size); /* cut off: none of it is believed */
            continue;
        }
        on_datagram(recorder, (size_t)size);
    }
}

static void on_control(void *context, uint32_t events)
{
    (void)events;
    struct visit_recorder *recorder = context;
    AUTO_FREE struct recorder_control_message *message = allocate_zeroed(1, sizeof *message);
    AUTO_FREE uint8_t *datagram = allocate_zeroed(1, RECORDER_CONTROL_SIZE_MAX);
    const ssize_t size =
        recv(recorder->control_fd, datagram, RECORDER_CONTROL_SIZE_MAX, MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    const bool good = size > 0 && recorder_control_parse(datagram, (size_t)size, message) == 0;
    if (size <= 0 || (good && message->type == RECORDER_CONTROL_STOP)) {
        on_media(recorder, 0); /* what the worker had sent before */
        end(recorder);
    }
}

/* ---- time ---- */

static bool disk_is_low(const struct visit_recorder *recorder)
{
    struct statvfs status;
    if (fstatvfs(recorder->directory_fd, &status) < 0) {
        return false;
    }
    return (uint64_t)status.f_bavail * status.f_frsize <
           recorder->configuration->minimum_free_bytes;
}

static void on_tick(void *context, uint64_t now_us)
{
    struct visit_recorder *recorder = context;
    for (size_t i = 0; i < recorder->track_count; i++) {
        track_recorder_on_tick(recorder->tracks[i], now_us);
    }
    if (now_us >= recorder->next_disk_check_us) {
        recorder->next_disk_check_us = now_us + DISK_CHECK_US;
        recorder->disk_full = recorder->disk_full || disk_is_low(recorder);
    }
    if (recorder->disk_full) {
        end(recorder);
        return;
    }
    loop_timer_start(recorder->tick, now_us + TICK_US);
}

/* The number after the highest that is there: a recorder before this one may have died. */
static uint32_t first_free_number(int directory_fd)
{
    uint32_t next = 1;
    const int fd = openat(directory_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;
    if (!directory) {
        if (fd >= 0) {
            close(fd);
        }
        return next;
    }
    struct dirent *entry = NULL;
    while ((entry = readdir(directory))) {
        uint32_t number = 0;
        if (segment_name_parse(entry->d_name, &number) && number >= next) {
            next = number + 1;
        }
    }
    closedir(directory);
    return next;
}

struct visit_recorder *visit_recorder_create(struct loop *loop,
                                             const struct recorder_configuration *configuration,
                                             int directory_fd, int media_fd, int control_fd)
{
    struct visit_recorder *recorder = allocate_zeroed(1, sizeof *recorder);
    recorder->loop = loop;
    recorder->configuration = configuration;
    recorder->directory_fd = directory_fd;
    recorder->media_fd = media_fd;
    recorder->control_fd = control_fd;
    recorder->next_number = first_free_number(directory_fd);
    recorder->media_source = loop_watch(loop, media_fd, EPOLLIN, "media", on_media, recorder);
    recorder->control_source =
        loop_watch(loop, control_fd, EPOLLIN, "control", on_control, recorder);
    recorder->tick = loop_timer_create(loop, "tick", on_tick, recorder);
    loop_timer_start(recorder->tick, loop_now_us(loop));
    return recorder;
}

struct visit_recorder *visit_recorder_destroy(struct visit_recorder *recorder)
{
    if (recorder) {
        for (size_t i = 0; i < recorder->track_count; i++) {
            track_recorder_pause(recorder->tracks[i], UINT64_MAX, 0, loop_now_us(recorder->loop));
            track_recorder_destroy(recorder->tracks[i]);
        }
        loop_timer_destroy(recorder->tick);
        loop_source_destroy(recorder->media_source);
        loop_source_destroy(recorder->control_source);
        free(recorder);
    }
    return NULL;
}
