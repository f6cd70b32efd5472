#include "tests/bench/recording_cost/recorder_case.h"

#include "gateway/base/clock.h"
#include "media/router/recorder_outbox.h"
#include "media/rtp/rtp_extensions.h"
#include "tests/bench/recording_cost/bench_failure.h"
#include "tests/bench/recording_cost/cpu_time.h"
#include "tests/bench/recording_cost/recorder_fleet.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PEOPLE 3
#define TICK_US 20000
#define SETTLE_US 2500000
#define LATENESS_US 150000
#define SEND_TIMEOUT_MS 1000
#define SEND_BUFFER_BYTES (4 << 20)

/* One visit, and the two that record it. */
struct visit {
    struct recorder_outbox *outbox;
    int fds[2]; /* bedside-recorder's, bare-recorder's */
    pid_t bare_pid;
    struct clip_player players[PEOPLE];
};

struct scene {
    const struct recorder_case_config *config;
    struct recorder_fleet fleet;
    struct visit visits[RECORDER_FLEET_MAX];
    uint64_t packets;
};

static int send_to_both(void *context, enum sink_datagram kind, const struct packet_part *parts,
                        size_t part_count)
{
    const struct visit *visit = context;
    (void)kind;
    (void)part_count;
    for (size_t i = 0; i < 2; i++) {
        while (send(visit->fds[i], parts[0].data, parts[0].size, MSG_NOSIGNAL) < 0) {
            struct pollfd wait = {.fd = visit->fds[i], .events = POLLOUT};
            if (errno != EAGAIN || poll(&wait, 1, SEND_TIMEOUT_MS) <= 0) {
                bench_fail("sending to a recorder");
            }
        }
    }
    return 0;
}

static void start_bare(struct scene *scene, size_t index)
{
    struct visit *visit = &scene->visits[index];
    const int buffer_bytes = SEND_BUFFER_BYTES;
    int pair[2];
    char directory[128];
    snprintf(directory, sizeof directory, "%s/bare-%zu", scene->config->folder, index);
    if (mkdir(directory, 0700) < 0 ||
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
        bench_fail("preparing a bare recorder");
    }
    setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &buffer_bytes, sizeof buffer_bytes);
    char *const arguments[] = {(char *)(uintptr_t)scene->config->bare_path, directory, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    const int theirs = fcntl(pair[1], F_DUPFD_CLOEXEC, 16);
    posix_spawn_file_actions_adddup2(&actions, theirs, 3);
    posix_spawn_file_actions_addclosefrom_np(&actions, 4);
    if (posix_spawn(&visit->bare_pid, scene->config->bare_path, &actions, NULL, arguments,
                    environ) != 0) {
        bench_fail("starting bare-recorder");
    }
    posix_spawn_file_actions_destroy(&actions);
    close(pair[1]);
    close(theirs);
    visit->fds[1] = pair[0];
}

static void announce(struct visit *visit, uint64_t now_us)
{
    struct recorder_message message = {.media_time_us = now_us};
    for (uint16_t number = 1; number <= 2 * PEOPLE; number++) {
        message.type = RECORDER_TRACK;
        message.track = number;
        message.codec = number % 2 ? MEDIA_CODEC_OPUS : MEDIA_CODEC_VP8;
        snprintf(message.label, sizeof message.label, "person-%d", (number + 1) / 2);
        recorder_outbox_add_mark(visit->outbox, &message);
    }
    message.type = RECORDER_FLOW;
    message.wall_ms = clock_wall_ms();
    recorder_outbox_add_mark(visit->outbox, &message);
}

static void open_visit(struct scene *scene, size_t index, uint64_t now_us)
{
    static const struct sink_ops ops = {.send = send_to_both};
    struct visit *visit = &scene->visits[index];
    const struct sink sink = {.ops = &ops, .context = visit};
    start_bare(scene, index);
    visit->fds[0] = scene->fleet.worker_fds[index];
    visit->outbox = recorder_outbox_create(&sink);
    for (size_t i = 0; i < PEOPLE; i++) {
        /* Nobody captures at the same moment as another. */
        visit->players[i] = (struct clip_player){.clip = scene->config->clip,
                                                 .start_us = now_us + 7000 * i + 1000 * index};
    }
    announce(visit, now_us);
}

static void close_visit(struct visit *visit)
{
    const struct recorder_message message = {.type = RECORDER_END};
    int status = 0;
    recorder_outbox_add_mark(visit->outbox, &message);
    visit->outbox = recorder_outbox_destroy(visit->outbox);
    close(visit->fds[1]);
    if (waitpid(visit->bare_pid, &status, 0) < 0 || status != 0) {
        bench_fail("bare-recorder");
    }
}

static void play(struct scene *scene, struct visit *visit, uint64_t now_us)
{
    static const struct media_extension_ids no_extensions = {0};
    for (uint16_t i = 0; i < PEOPLE; i++) {
        struct clip_moment moment;
        while (clip_player_take(&visit->players[i], now_us, &moment)) {
            const bool audio = moment.packet->is_audio;
            const uint16_t track = (uint16_t)(2 * i + (audio ? 1 : 2));
            const struct rtp_header header = {
                .marker = moment.packet->marker,
                .payload_type = audio ? CLIP_AUDIO_PAYLOAD_TYPE : CLIP_VIDEO_PAYLOAD_TYPE,
                .sequence = moment.sequence,
                .timestamp = moment.timestamp,
                .ssrc = track,
            };
            uint8_t head[RTP_HEADER_SIZE_MAX];
            const int head_size = rtp_header_write(&header, &no_extensions, head, sizeof head);
            const struct packet_part parts[] = {{head, (size_t)head_size},
                                                {moment.packet->payload, moment.packet->size}};
            recorder_outbox_add_rtp(visit->outbox, track, moment.capture_us, parts, 2, now_us);
            scene->packets++;
        }
    }
}

/* As a worker does it: packets as they come, a tick every 20 ms. */
static void play_until(struct scene *scene, uint64_t end_us)
{
    uint64_t tick_us = clock_now_us();
    for (uint64_t now_us = tick_us; now_us < end_us; now_us = clock_now_us()) {
        if (now_us > tick_us + LATENESS_US) {
            fprintf(stderr, "recording bench: late by %llu ms\n",
                    (unsigned long long)(now_us - tick_us) / 1000);
        }
        for (size_t i = 0; i < scene->config->visits; i++) {
            play(scene, &scene->visits[i], now_us);
            recorder_outbox_on_tick(scene->visits[i].outbox, now_us);
        }
        tick_us += TICK_US;
        const uint64_t done_us = clock_now_us();
        if (tick_us > done_us) {
            usleep((useconds_t)(tick_us - done_us));
        }
    }
}

static uint64_t bare_cpu_ns(const struct scene *scene)
{
    uint64_t sum_ns = 0;
    for (size_t i = 0; i < scene->config->visits; i++) {
        sum_ns += cpu_time_of_process_ns(scene->visits[i].bare_pid);
    }
    return sum_ns;
}

static void run_round(struct scene *scene, struct recorder_case_result *result)
{
    const uint64_t packets = scene->packets;
    const uint64_t recorder_ns = recorder_fleet_cpu_ns(&scene->fleet);
    const uint64_t bare_ns = bare_cpu_ns(scene);
    play_until(scene, clock_now_us() + scene->config->seconds * UINT64_C(1000000));
    const double count = (double)(scene->packets - packets);
    const double recorder_us =
        (double)(recorder_fleet_cpu_ns(&scene->fleet) - recorder_ns) / count / 1000;
    const double bare_us = (double)(bare_cpu_ns(scene) - bare_ns) / count / 1000;
    figure_add(&result->recorder_us, recorder_us);
    figure_add(&result->bare_us, bare_us);
    figure_add(&result->ratio, recorder_us / bare_us);
    result->packets_per_second = count / scene->config->seconds;
}

static uint64_t size_of_files(const char *folder, const char *prefix, size_t count)
{
    uint64_t size = 0;
    for (size_t i = 0; i < count; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s%zu", folder, prefix, i);
        DIR *directory = opendir(path);
        const struct dirent *entry = NULL;
        while (directory && (entry = readdir(directory))) {
            struct stat status;
            if (fstatat(dirfd(directory), entry->d_name, &status, 0) == 0 &&
                S_ISREG(status.st_mode)) {
                size += (uint64_t)status.st_size;
            }
        }
        if (directory) {
            closedir(directory);
        }
    }
    return size;
}

void recorder_case_run(const struct recorder_case_config *config,
                       struct recorder_case_result *ret_result)
{
    static struct scene scene;
    scene = (struct scene){.config = config};
    struct recorder_case_result result = {0};
    recorder_fleet_open(&scene.fleet, config->recorder_path, config->folder);
    recorder_fleet_start(&scene.fleet, config->visits);
    for (size_t i = 0; i < config->visits; i++) {
        open_visit(&scene, i, clock_now_us());
    }
    play_until(&scene, clock_now_us() + SETTLE_US);
    for (unsigned round = 0; round < config->rounds; round++) {
        run_round(&scene, &result);
    }
    for (size_t i = 0; i < config->visits; i++) {
        close_visit(&scene.visits[i]);
    }
    recorder_fleet_close(&scene.fleet);
    result.file_size_ratio = (double)size_of_files(config->folder, "", config->visits) /
                             (double)size_of_files(config->folder, "bare-", config->visits);
    *ret_result = result;
}
