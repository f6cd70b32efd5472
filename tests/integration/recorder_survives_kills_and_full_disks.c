/* What happens to a recording when its process, its disk or its gateway goes away. */
#include "gateway/base/cleanup.h"
#include "media/recording_file/recording_file.h"
#include "tests/integration/recorder_rig.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <gst/gst.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#define RECORDING_ID "01930000-0000-7000-8000-000000000001"
#define SECOND 1000000ull
#define BASE_US (1000 * SECOND)
#define WALL_MS 1795000000000
#define TIMEOUT_MS 30000

static struct clip sound;
static struct clip video;

static int make_clips(void **state)
{
    (void)state;
    gst_init(NULL, NULL);
    sound = clip_create_audio(10);
    video = clip_create_video(MEDIA_CODEC_VP8, 10, 320, 180, 25);
    return 0;
}

static int destroy_clips(void **state)
{
    (void)state;
    clip_destroy(&sound);
    clip_destroy(&video);
    return 0;
}

/* The one child of this process: the recorder that runs. */
static pid_t find_recorder(void)
{
    DIR *tasks = opendir("/proc/self/task");
    struct dirent *entry = NULL;
    int found = 0;
    while (!found && (entry = readdir(tasks))) {
        char path[300];
        snprintf(path, sizeof path, "/proc/self/task/%s/children", entry->d_name);
        FILE *children = fopen(path, "r");
        if (children) {
            found = fscanf(children, "%d", &found) == 1 ? found : 0;
            fclose(children);
        }
    }
    closedir(tasks);
    assert_true(found > 0);
    return found;
}

static void drop(struct recorder_event *event)
{
    mailbox_message_destroy(&event->message);
}

static void begin(struct rig *rig, uint64_t media_time_us, int64_t wall_ms)
{
    rig_send_track(rig, 1, MEDIA_CODEC_OPUS, "patient");
    rig_send_track(rig, 2, MEDIA_CODEC_VP8, "patient");
    rig_send_flow(rig, media_time_us, wall_ms);
}

/* Waits until both segments have had a chunk written to them. */
static void wait_for_chunks(struct rig *rig)
{
    AUTO_CLOSE int watch = inotify_init1(IN_CLOEXEC);
    assert_true(inotify_add_watch(watch, rig->directory, IN_MODIFY) >= 0);
    bool seen[2] = {false, false};
    while (!seen[0] || !seen[1]) {
        struct pollfd wait = {.fd = watch, .events = POLLIN};
        assert_int_equal(poll(&wait, 1, TIMEOUT_MS), 1);
        char buffer[4096] __attribute__((aligned(8)));
        const ssize_t size = read(watch, buffer, sizeof buffer);
        for (ssize_t at = 0; at < size;) {
            const struct inotify_event *event =
                (const struct inotify_event *)(const void *)(buffer + at);
            seen[strstr(event->name, "video") != NULL] = true;
            at += (ssize_t)sizeof *event + event->len;
        }
    }
}

static void watch_playable(struct rig *rig, struct watched *ret_watched)
{
    struct recorder_event *event = rig_wait(rig, RECORDER_EVENT_PLAYABLE);
    char path[128];
    rig_decrypt(rig, event->file.name, path, sizeof path);
    rig_watch(path, event->file.codec != MEDIA_CODEC_NONE, ret_watched);
    drop(event);
}

static void a_killed_recorder_is_replaced_and_its_segment_plays(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, 0);
    rig_start(&rig);
    begin(&rig, BASE_US, WALL_MS);
    rig_send_clips(&rig, 1, &sound, 2, &video, 0, 2 * SECOND + 500000, BASE_US);
    drop(rig_wait(&rig, RECORDER_EVENT_SEGMENT_OPENED));
    drop(rig_wait(&rig, RECORDER_EVENT_SEGMENT_OPENED));
    wait_for_chunks(&rig);
    kill(find_recorder(), SIGKILL);
    struct recorder_event *exited = rig_wait(&rig, RECORDER_EVENT_EXITED);
    assert_false(exited->gave_up);
    drop(exited);
    struct recorder_event *ready = rig_wait(&rig, RECORDER_EVENT_READY);
    close(rig.worker_fd);
    rig.worker_fd = ready->worker_fd;
    ready->worker_fd = -1;
    drop(ready);
    begin(&rig, BASE_US + 5 * SECOND, WALL_MS + 5000);
    rig_send_clips(&rig, 1, &sound, 2, &video, 5 * SECOND, 10 * SECOND, BASE_US);
    rig_send_end(&rig);
    drop(rig_wait(&rig, RECORDER_EVENT_STOPPED));
    const struct recorder_interval interval = {WALL_MS, WALL_MS + 10000};
    recorder_supervisor_finish(rig.supervisor, RECORDING_ID, rig.directory, rig.data_key, &interval,
                               1);
    for (uint32_t number = 0; number < 4; number++) {
        struct recorder_event *checked = rig_wait(&rig, RECORDER_EVENT_SEGMENT_CHECKED);
        assert_int_equal(checked->file.complete, checked->file.number > 2);
        assert_int_equal(checked->file.interval_start_ms,
                         checked->file.number > 2 ? WALL_MS + 5000 : WALL_MS);
        drop(checked);
    }
    struct watched watched;
    watch_playable(&rig, &watched);
    assert_true(watched.duration_us > 9900000 && watched.duration_us < 10100000);
    assert_int_equal(watched.flash_count, 8); /* 0, 1, 2 and 5 to 9 */
    assert_int_equal(watched.beep_count, 8);
    for (size_t i = 0; i < 8; i++) {
        const uint64_t expected_us = (i < 3 ? i : i + 2) * SECOND;
        assert_in_range(watched.flashes_us[i] + SECOND, expected_us + SECOND - 60000,
                        expected_us + SECOND + 60000);
        assert_in_range(watched.beeps_us[i] + SECOND, expected_us + SECOND - 60000,
                        expected_us + SECOND + 60000);
    }
    drop(rig_wait(&rig, RECORDER_EVENT_FINISHED));
    rig_close(&rig);
}

static void a_recorder_that_keeps_dying_is_given_up(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, 0);
    recorder_supervisor_start(rig.supervisor, RECORDING_ID, rig.directory, rig.data_key);
    for (int death = 1; death <= 5; death++) {
        /* Its descriptor is kept open, or else the recorder would end by itself. */
        struct recorder_event *ready = rig_wait(&rig, RECORDER_EVENT_READY);
        kill(find_recorder(), SIGKILL);
        struct recorder_event *exited = rig_wait(&rig, RECORDER_EVENT_EXITED);
        assert_int_equal(exited->gave_up, death == 5);
        drop(exited);
        drop(ready);
    }
    rig_close(&rig);
}

/* Every segment that is there opens as a whole file. */
static void assert_segments_are_complete(struct rig *rig, size_t expected)
{
    DIR *directory = opendir(rig->directory);
    struct dirent *entry = NULL;
    size_t count = 0;
    while ((entry = readdir(directory))) {
        if (entry->d_name[0] != '.') {
            AUTO(recording_file_reader) reader = NULL;
            assert_int_equal(recording_file_reader_open(rig->directory_fd, entry->d_name,
                                                        rig->data_key, false, &reader),
                             0);
            assert_true(recording_file_reader_size(reader) > 1000);
            count++;
        }
    }
    closedir(directory);
    assert_int_equal(count, expected);
}

static void a_supervisor_that_goes_lets_segments_be_closed(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, 0);
    rig_start(&rig);
    begin(&rig, BASE_US, WALL_MS);
    rig_send_clips(&rig, 1, &sound, 2, &video, 0, 3 * SECOND, BASE_US);
    rig.supervisor = recorder_supervisor_destroy(rig.supervisor);
    assert_segments_are_complete(&rig, 2);
    rig_close(&rig);
}

static void a_worker_that_goes_lets_segments_be_closed(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, 0);
    rig_start(&rig);
    begin(&rig, BASE_US, WALL_MS);
    rig_send_clips(&rig, 1, &sound, 2, &video, 0, 3 * SECOND, BASE_US);
    close(rig.worker_fd);
    rig.worker_fd = -1;
    for (int i = 0; i < 2; i++) {
        struct recorder_event *closed = rig_wait(&rig, RECORDER_EVENT_SEGMENT_CLOSED);
        uint64_t size = 0;
        uint8_t sha256[DIGEST_SHA256_SIZE];
        assert_true(closed->file.complete);
        assert_int_equal(recording_file_digest(rig.directory_fd, closed->file.name, &size, sha256),
                         0);
        assert_int_equal(closed->file.size, size);
        assert_memory_equal(closed->file.sha256, sha256, sizeof sha256);
        drop(closed);
    }
    drop(rig_wait(&rig, RECORDER_EVENT_STOPPED));
    assert_segments_are_complete(&rig, 2);
    rig_close(&rig);
}

/* A recorder without a supervisor, as when the gateway was killed: both its sockets close at once.
 */
static pid_t spawn_recorder(int *ret_media, int *ret_control)
{
    int media[2];
    int control[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, media), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control), 0);
    const int their_media = fcntl(media[1], F_DUPFD_CLOEXEC, 16);
    const int their_control = fcntl(control[1], F_DUPFD_CLOEXEC, 16);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, their_media, RECORDER_MEDIA_FD);
    posix_spawn_file_actions_adddup2(&actions, their_control, RECORDER_CONTROL_FD);
    posix_spawn_file_actions_addclosefrom_np(&actions, RECORDER_CONTROL_FD + 1);
    char name[] = "bedside-recorder";
    char *const arguments[] = {name, NULL};
    pid_t pid = 0;
    assert_int_equal(
        posix_spawn(&pid, BEDSIDE_RECORDER_PATH, &actions, NULL, arguments, arguments + 1), 0);
    posix_spawn_file_actions_destroy(&actions);
    const int theirs[] = {media[1], control[1], their_media, their_control};
    for (size_t i = 0; i < ARRAY_LENGTH(theirs); i++) {
        close(theirs[i]);
    }
    *ret_media = media[0];
    *ret_control = control[0];
    return pid;
}

static void a_gateway_that_is_killed_lets_segments_be_closed(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, 0);
    int control = -1;
    const pid_t pid = spawn_recorder(&rig.worker_fd, &control);
    static struct recorder_control_message message;
    static uint8_t datagram[RECORDER_CONTROL_SIZE_MAX];
    message.type = RECORDER_CONTROL_CONFIGURE;
    message.configuration.mode = RECORDER_MODE_RECORD;
    memcpy(message.configuration.data_key, rig.data_key, sizeof rig.data_key);
    snprintf(message.configuration.directory, sizeof message.configuration.directory, "%s",
             rig.directory);
    const size_t size = recorder_control_write(&message, datagram);
    assert_int_equal(send(control, datagram, size, 0), size);
    const ssize_t received = recv(control, datagram, sizeof datagram, 0);
    assert_int_equal(recorder_control_parse(datagram, (size_t)received, &message), 0);
    assert_int_equal(message.type, RECORDER_CONTROL_READY);
    begin(&rig, BASE_US, WALL_MS);
    rig_send_clips(&rig, 1, &sound, 2, &video, 0, 3 * SECOND, BASE_US);
    close(control);
    close(rig.worker_fd);
    rig.worker_fd = -1;
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_segments_are_complete(&rig, 2);
    rig_close(&rig);
}

static void a_disk_below_its_minimum_stops_the_recording(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, 1ull << 62);
    rig_start(&rig);
    struct recorder_event *full = rig_wait(&rig, RECORDER_EVENT_DISK_FULL);
    assert_non_null(strstr(full->reason, "full"));
    drop(full);
    drop(rig_wait(&rig, RECORDER_EVENT_STOPPED));
    rig_close(&rig);
}

/* A limit on the size of files stands for a disk that refuses. */
static void what_was_written_before_the_disk_refused_is_kept(void **state)
{
    (void)state;
    struct clip large = clip_create_video(MEDIA_CODEC_VP8, 10, 1280, 720, 1);
    struct rig rig;
    rig_open(&rig, 0);
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    const struct rlimit limit = {200000, before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);        /* our own log may be a file, too */
    setrlimit(RLIMIT_FSIZE, &limit); /* the recorder inherits it */
    rig_start(&rig);
    setrlimit(RLIMIT_FSIZE, &before);
    rig_send_track(&rig, 2, MEDIA_CODEC_VP8, "patient");
    rig_send_flow(&rig, BASE_US, WALL_MS);
    for (uint64_t round = 0; round < 20; round++) {
        rig_send_clips(&rig, 0, NULL, 2, &large, 0, 10 * SECOND, BASE_US + round * 10 * SECOND);
    }
    drop(rig_wait(&rig, RECORDER_EVENT_DISK_FULL));
    drop(rig_wait(&rig, RECORDER_EVENT_STOPPED));
    recorder_supervisor_finish(rig.supervisor, RECORDING_ID, rig.directory, rig.data_key, NULL, 0);
    struct watched watched;
    watch_playable(&rig, &watched);
    assert_true(watched.frame_count > 10);
    drop(rig_wait(&rig, RECORDER_EVENT_FINISHED));
    rig_close(&rig);
    clip_destroy(&large);
}

/* A finishing that was killed leaves a part behind; the next one does not mind, nor the files of an
 * earlier one. */
static void finishing_can_be_done_again(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, 0);
    rig_start(&rig);
    begin(&rig, BASE_US, WALL_MS);
    rig_send_clips(&rig, 1, &sound, 2, &video, 0, 3 * SECOND, BASE_US);
    AUTO_CLOSE int part =
        openat(rig.directory_fd, "patient.webm.sealed.part", O_CREAT | O_WRONLY | O_CLOEXEC, 0666);
    assert_true(part >= 0);
    /* While it still records: it is stopped first. */
    recorder_supervisor_finish(rig.supervisor, RECORDING_ID, rig.directory, rig.data_key, NULL, 0);
    for (int i = 0; i < 2; i++) {
        struct recorder_event *playable = rig_wait(&rig, RECORDER_EVENT_PLAYABLE);
        assert_true(playable->file.end_us > 2900000 && playable->file.end_us < 3200000);
        drop(playable);
        drop(rig_wait(&rig, RECORDER_EVENT_FINISHED));
        assert_int_equal(faccessat(rig.directory_fd, "patient.webm.sealed.part", F_OK, 0), -1);
        if (i == 0) {
            recorder_supervisor_finish(rig.supervisor, RECORDING_ID, rig.directory, rig.data_key,
                                       NULL, 0);
        }
    }
    rig_close(&rig);
}

/* A segment that somebody changed is named; the rest still becomes a file. */
static void a_changed_segment_is_named(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, 0);
    rig_start(&rig);
    begin(&rig, BASE_US, WALL_MS);
    rig_send_clips(&rig, 1, &sound, 2, &video, 0, 3 * SECOND, BASE_US);
    rig_send_end(&rig);
    struct recorder_event *closed = rig_wait(&rig, RECORDER_EVENT_SEGMENT_CLOSED);
    AUTO_CLOSE int fd = openat(rig.directory_fd, closed->file.name, O_RDWR | O_CLOEXEC);
    assert_int_equal(pwrite(fd, "x", 1, (off_t)closed->file.size / 2), 1);
    drop(rig_wait(&rig, RECORDER_EVENT_STOPPED));
    recorder_supervisor_finish(rig.supervisor, RECORDING_ID, rig.directory, rig.data_key, NULL, 0);
    struct watched watched;
    watch_playable(&rig, &watched);
    assert_int_equal(watched.flash_count, 3); /* it was the sound's segment that was changed */
    assert_int_equal(watched.beep_count, 0);
    struct recorder_event *finished = rig_wait(&rig, RECORDER_EVENT_FINISHED);
    assert_non_null(strstr(finished->reason, closed->file.name));
    drop(finished);
    drop(closed);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_killed_recorder_is_replaced_and_its_segment_plays),
        cmocka_unit_test(a_recorder_that_keeps_dying_is_given_up),
        cmocka_unit_test(a_supervisor_that_goes_lets_segments_be_closed),
        cmocka_unit_test(a_worker_that_goes_lets_segments_be_closed),
        cmocka_unit_test(a_gateway_that_is_killed_lets_segments_be_closed),
        cmocka_unit_test(a_disk_below_its_minimum_stops_the_recording),
        cmocka_unit_test(what_was_written_before_the_disk_refused_is_kept),
        cmocka_unit_test(finishing_can_be_done_again),
        cmocka_unit_test(a_changed_segment_is_named),
    };
    return cmocka_run_group_tests(tests, make_clips, destroy_clips);
}
