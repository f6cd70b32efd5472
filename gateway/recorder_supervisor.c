#include "gateway/recorder_supervisor.h"

#include "gateway/base/allocate.h"
#include "gateway/base/clock.h"
#include "gateway/base/list.h"
#include "gateway/base/log.h"
#include "gateway/base/loop.h"
#include "gateway/base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

LOG_TOPIC("recorder_supervisor");

#define MEMORY_LIMIT_DEFAULT (2ull << 30)
#define READY_TIMEOUT_US 10000000
#define STOP_TIMEOUT_US 5000000
#define DESTROY_TIMEOUT_US 3000000
#define QUICK_DEATH_US 10000000
#define QUICK_DEATHS_MAX 5
#define MEDIA_BUFFER_BYTES (4 << 20)
#define SPAWN_FD_MIN 16 /* above the numbers that the child gets */

/*   IDLE --spawn--> STARTING --READY--> RUNNING --STOP--> STOPPING --exit--> (gone)
 *    ^                 |                   |
 *    +--- on_child_exit -----+-------------------+   replaced after a pause, unless it was to end */
enum child_state { CHILD_IDLE, CHILD_STARTING, CHILD_RUNNING, CHILD_STOPPING };

/* One recording that records, or that is being finished. */
struct child {
    struct list element;
    struct recorder_supervisor *supervisor; /* borrowed */
    char recording_id[UUID_TEXT_SIZE];
    struct recorder_configuration *configuration; /* owned; wiped */
    enum child_state state;
    pid_t pid;
    int pidfd;
    int control_fd;
    int worker_fd; /* until READY hands it over */
    struct loop_source *pidfd_source;
    struct loop_source *control_source;
    struct loop_timer *timer; /* READY or exit is due, or the next start */
    uint64_t started_us;
    unsigned quick_deaths;
    bool done;   /* it said DONE */
    bool failed; /* it said FAILED, with: */
    char reason[RECORDER_REASON_SIZE];
    bool disk_full; /* it said DISK_FULL: told already */
    /* What is to be done when it is gone: */
    struct recorder_configuration *finish_next; /* owned */
};

struct recorder_supervisor {
    char *recorder_path;
    uid_t uid;
    gid_t gid;
    uint64_t minimum_free_bytes;
    uint64_t memory_limit_bytes;
    bool allow_weak_sandbox;
    struct mailbox *events; /* borrowed */
    struct mailbox *commands;
    pthread_t thread;
    struct loop *loop;
    struct loop_source *commands_source;
    struct loop_timer *end_timer;
    struct list children;
    bool ending;
};

enum command_type { COMMAND_START, COMMAND_STOP, COMMAND_FINISH, COMMAND_END };

struct command {
    struct mailbox_message message;
    char recording_id[UUID_TEXT_SIZE];
    struct recorder_configuration *configuration; /* owned; of START and FINISH */
};

/* ---- events ---- */

static void event_destroy(struct mailbox_message *message)
{
    struct recorder_event *event = CONTAINER_OF(message, struct recorder_event, message);
    if (event->worker_fd >= 0) {
        close(event->worker_fd);
    }
    free(event);
}

static struct recorder_event *event_create(enum recorder_event_type type, const struct child *child,
                                           const char *reason)
{
    struct recorder_event *event = allocate_zeroed(1, sizeof *event);
    event->message.type = type;
    event->message.destroy = event_destroy;
    event->worker_fd = -1;
    snprintf(event->recording_id, sizeof event->recording_id, "%s", child->recording_id);
    snprintf(event->reason, sizeof event->reason, "%s", reason);
    return event;
}

static void post(const struct child *child, struct recorder_event *event)
{
    mailbox_post(child->supervisor->events, &event->message);
}

static void post_reason(const struct child *child, enum recorder_event_type type,
                        const char *reason)
{
    post(child, event_create(type, child, reason));
}

/* ---- one process ---- */

static void wipe_configuration(struct recorder_configuration *configuration)
{
    if (configuration) {
        secret_wipe(configuration, sizeof *configuration);
        free(configuration);
    }
}

static void close_fd(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

static void release_process(struct child *child)
{
    child->pidfd_source = loop_source_destroy(child->pidfd_source);
    child->control_source = loop_source_destroy(child->control_source);
    close_fd(&child->pidfd);
    close_fd(&child->control_fd);
    close_fd(&child->worker_fd);
    child->pid = 0;
}

static void child_destroy(struct child *child)
{
    release_process(child);
    loop_timer_destroy(child->timer);
    list_remove(&child->element);
    wipe_configuration(child->configuration);
    wipe_configuration(child->finish_next);
    free(child);
}

/* A pair of sockets, both above the numbers that the child gets, so that placing one does not close
 * the other. */
static int make_pair(int *ret_ours, int *ret_theirs)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0) {
        return -errno;
    }
    *ret_ours = fcntl(pair[0], F_DUPFD_CLOEXEC, SPAWN_FD_MIN);
    *ret_theirs = fcntl(pair[1], F_DUPFD_CLOEXEC, SPAWN_FD_MIN);
    const int error = *ret_ours < 0 || *ret_theirs < 0 ? -errno : 0;
    close(pair[0]);
    close(pair[1]);
    if (error < 0) {
        close_fd(ret_ours);
        close_fd(ret_theirs);
    }
    return error;
}

/* Nothing of the gateway but the two sockets and the log goes into the child. It leads a session of
 * its own, so that keys typed at a terminal reach only the gateway. */
static int spawn(const char *path, int media_fd, int control_fd, pid_t *ret_pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, media_fd, RECORDER_MEDIA_FD);
    posix_spawn_file_actions_adddup2(&actions, control_fd, RECORDER_CONTROL_FD);
    posix_spawn_file_actions_addclosefrom_np(&actions, RECORDER_CONTROL_FD + 1);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
    char name[] = "bedside-recorder";
    char language[] = "LC_ALL=C.UTF-8";
    char *const arguments[] = {name, NULL};
    char *const environment[] = {language, NULL};
    const int error = posix_spawn(ret_pid, path, &actions, &attributes, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return -error;
}

/* The directory belongs to whom the recorder becomes. */
static int prepare_directory(const struct recorder_supervisor *supervisor, const char *directory)
{
    if (mkdir(directory, 0700) < 0 && errno != EEXIST) {
        return -errno;
    }
    if (geteuid() == 0 && supervisor->uid != 0 &&
        chown(directory, supervisor->uid, supervisor->gid) < 0) {
        return -errno;
    }
    return 0;
}

static int send_control(int control_fd, const struct recorder_control_message *message)
{
    uint8_t *datagram = allocate_zeroed(1, RECORDER_CONTROL_SIZE_MAX);
    const size_t size = recorder_control_write(message, datagram);
    const int error = send(control_fd, datagram, size, MSG_NOSIGNAL) < 0 ? -errno : 0;
    secret_wipe(datagram, RECORDER_CONTROL_SIZE_MAX);
    free(datagram);
    return error;
}

static int send_configuration(const struct child *child)
{
    struct recorder_control_message *message = allocate_zeroed(1, sizeof *message);
    message->type = RECORDER_CONTROL_CONFIGURE;
    message->configuration = *child->configuration;
    const int error = send_control(child->control_fd, message);
    secret_wipe(message, sizeof *message);
    free(message);
    return error;
}

static void on_control(void *context, uint32_t events);
static void on_child_exit(void *context, uint32_t events);

static int start_process(struct child *child)
{
    struct recorder_supervisor *supervisor = child->supervisor;
    AUTO_CLOSE int their_media = -1;
    AUTO_CLOSE int their_control = -1;
    int error = prepare_directory(supervisor, child->configuration->directory);
    if (error == 0) {
        error = make_pair(&child->worker_fd, &their_media);
    }
    if (error == 0) {
        error = make_pair(&child->control_fd, &their_control);
    }
    if (error < 0) {
        return error;
    }
    /* Bursts of key frames wait here while the recorder writes to a slow disk. */
    const int buffer_bytes = MEDIA_BUFFER_BYTES;
    if (setsockopt(child->worker_fd, SOL_SOCKET, SO_SNDBUFFORCE, &buffer_bytes,
                   sizeof buffer_bytes) < 0) {
        setsockopt(child->worker_fd, SOL_SOCKET, SO_SNDBUF, &buffer_bytes, sizeof buffer_bytes);
    }
    error = spawn(supervisor->recorder_path, their_media, their_control, &child->pid);
    if (error < 0) {
        child->pid = 0;
        return error;
    }
    child->pidfd = pidfd_open(child->pid, 0);
    if (child->pidfd < 0) {
        error = -errno;
        kill(child->pid, SIGKILL);
        waitpid(child->pid, NULL, 0);
        return error;
    }
    child->started_us = clock_now_us();
    child->done = false;
    child->state = CHILD_STARTING;
    child->pidfd_source =
        loop_watch(supervisor->loop, child->pidfd, EPOLLIN, "recorder-exit", on_child_exit, child);
    child->control_source = loop_watch(supervisor->loop, child->control_fd, EPOLLIN,
                                       "recorder-control", on_control, child);
    loop_timer_start(child->timer, child->started_us + READY_TIMEOUT_US);
    log_info("recorder_started", "recording=%s pid=%d mode=%d", child->recording_id, child->pid,
             child->configuration->mode);
    return send_configuration(child);
}

/* ---- what becomes of it ---- */

static void start_or_give_up(struct child *child);

static void begin_finishing(struct child *child)
{
    wipe_configuration(child->configuration);
    child->configuration = TAKE(child->finish_next);
    child->state = CHILD_IDLE;
    child->quick_deaths = 0;
    child->failed = false;
    child->reason[0] = 0;
    child->disk_full = false;
    start_or_give_up(child);
}

static void on_gone_finishing(struct child *child)
{
    if (child->finish_next) {
        return; /* it was stopped to be done again */
    }
    if (child->done) {
        post_reason(child, RECORDER_EVENT_FINISHED, child->reason);
    } else {
        post_reason(child, RECORDER_EVENT_FAILED,
                    child->failed ? child->reason
                                  : "the recorder died while it finished the recording");
    }
}

/* Returns whether it is to be started again. */
static bool on_gone_recording(struct child *child, const char *how)
{
    if (child->state == CHILD_STOPPING || child->done) {
        post_reason(child, RECORDER_EVENT_STOPPED, "");
        return false;
    }
    if (child->failed) {
        /* Its sandbox or its directory: another one would fare no better. */
        post_reason(child, RECORDER_EVENT_FAILED, child->reason);
        return false;
    }
    const bool quick = clock_now_us() - child->started_us < QUICK_DEATH_US;
    child->quick_deaths = quick ? child->quick_deaths + 1 : 1;
    struct recorder_event *event = event_create(RECORDER_EVENT_EXITED, child, how);
    event->gave_up = child->quick_deaths >= QUICK_DEATHS_MAX;
    const bool again = !event->gave_up;
    post(child, event);
    return again;
}

static void on_gone(struct child *child, const char *how)
{
    loop_timer_stop(child->timer);
    release_process(child);
    const bool records = child->configuration->mode == RECORDER_MODE_RECORD;
    bool again = false;
    if (records) {
        again = on_gone_recording(child, how);
    } else {
        on_gone_finishing(child);
    }
    if (child->supervisor->ending) {
        child_destroy(child);
    } else if (child->finish_next) {
        begin_finishing(child);
    } else if (again) {
        /* At once the first time; then the machine gets a little longer each time. */
        static const uint64_t pauses_us[QUICK_DEATHS_MAX] = {0, 0, 100000, 500000, 1000000};
        child->state = CHILD_IDLE;
        loop_timer_start(child->timer, clock_now_us() + pauses_us[child->quick_deaths]);
    } else {
        child_destroy(child);
    }
}

static void start_or_give_up(struct child *child)
{
    const int error = start_process(child);
    if (error == 0 || child->pid) {
        return; /* when only the configuration could not be sent, the timer ends the process */
    }
    release_process(child);
    char reason[RECORDER_REASON_SIZE];
    snprintf(reason, sizeof reason, "a recorder can't be started: %s", strerror(-error));
    log_error("recorder_not_started", "recording=%s error=%s", child->recording_id,
              strerror(-error));
    post_reason(child, RECORDER_EVENT_FAILED, reason);
    child_destroy(child);
}

static void on_child_exit(void *context, uint32_t events)
{
    (void)events;
    struct child *child = context;
    on_control(child, 0); /* its last words */
    siginfo_t info = {0};
    if (waitid(P_PIDFD, (id_t)child->pidfd, &info, WEXITED | WNOHANG) < 0 || info.si_pid == 0) {
        return;
    }
    char how[RECORDER_REASON_SIZE];
    const bool exited = info.si_code == CLD_EXITED;
    snprintf(how, sizeof how, "the recorder %s %d",
             exited ? "exited with code" : "was killed by signal", info.si_status);
    log_info("recorder_gone", "recording=%s pid=%d %s=%d done=%d", child->recording_id, child->pid,
             exited ? "code" : "signal", info.si_status, child->done);
    on_gone(child, how);
}

static void on_timer(void *context, uint64_t now_us)
{
    (void)now_us;
    struct child *child = context;
    if (child->state == CHILD_IDLE) {
        start_or_give_up(child);
        return;
    }
    log_error("recorder_stuck", "recording=%s pid=%d state=%d", child->recording_id, child->pid,
              child->state);
    kill(child->pid, SIGKILL); /* its exit is noticed by its pidfd */
}

static void stop_child(struct child *child)
{
    if (child->state == CHILD_IDLE) {
        loop_timer_stop(child->timer);
        post_reason(child, RECORDER_EVENT_STOPPED, "");
        if (child->finish_next) {
            begin_finishing(child);
        } else {
            child_destroy(child);
        }
        return;
    }
    if (child->state == CHILD_STOPPING) {
        return;
    }
    struct recorder_control_message *message = allocate_zeroed(1, sizeof *message);
    message->type = RECORDER_CONTROL_STOP;
    send_control(child->control_fd, message);
    free(message);
    child->state = CHILD_STOPPING;
    loop_timer_start(child->timer, clock_now_us() + STOP_TIMEOUT_US);
}

/* ---- what it says ---- */

static void on_ready(struct child *child, const struct recorder_control_message *message)
{
    if (child->state != CHILD_STARTING) {
        return;
    }
    child->state = CHILD_RUNNING;
    loop_timer_stop(child->timer);
    if (message->reason[0]) {
        log_warning("weak_sandbox", "recording=%s missing=%s", child->recording_id,
                    message->reason);
    }
    if (child->configuration->mode == RECORDER_MODE_RECORD) {
        struct recorder_event *event = event_create(RECORDER_EVENT_READY, child, "");
        event->worker_fd = child->worker_fd;
        child->worker_fd = -1;
        post(child, event);
    }
}

static void post_file(struct child *child, enum recorder_event_type type,
                      const struct recorder_control_message *message)
{
    struct recorder_event *event = event_create(type, child, "");
    event->file = message->file;
    post(child, event);
}

static void on_segment_opened(struct child *child, const struct recorder_control_message *message)
{
    post_file(child, RECORDER_EVENT_SEGMENT_OPENED, message);
}

static void on_segment_closed(struct child *child, const struct recorder_control_message *message)
{
    post_file(child, RECORDER_EVENT_SEGMENT_CLOSED, message);
}

static void on_segment_checked(struct child *child, const struct recorder_control_message *message)
{
    post_file(child, RECORDER_EVENT_SEGMENT_CHECKED, message);
}

static void on_playable(struct child *child, const struct recorder_control_message *message)
{
    post_file(child, RECORDER_EVENT_PLAYABLE, message);
}

static void on_disk_full(struct child *child, const struct recorder_control_message *message)
{
    child->disk_full = true;
    log_error("disk_full", "recording=%s", child->recording_id);
    post_reason(child, RECORDER_EVENT_DISK_FULL, message->reason);
}

/* Told to the caller when the process has gone; the first reason is kept. */
static void on_failed(struct child *child, const struct recorder_control_message *message)
{
    log_error("recorder_failed", "recording=%s reason=%s", child->recording_id, message->reason);
    if (!child->failed) {
        child->failed = true;
        memcpy(child->reason, message->reason, sizeof child->reason);
    }
}

static void on_done(struct child *child, const struct recorder_control_message *message)
{
    (void)message;
    child->done = true;
    loop_timer_start(child->timer, clock_now_us() + STOP_TIMEOUT_US);
}

static void (*const control_handlers[])(struct child *child,
                                        const struct recorder_control_message *message) = {
    [RECORDER_CONTROL_READY] = on_ready,
    [RECORDER_CONTROL_SEGMENT_OPENED] = on_segment_opened,
    [RECORDER_CONTROL_SEGMENT_CLOSED] = on_segment_closed,
    [RECORDER_CONTROL_SEGMENT_CHECKED] = on_segment_checked,
    [RECORDER_CONTROL_PLAYABLE] = on_playable,
    [RECORDER_CONTROL_DISK_FULL] = on_disk_full,
    [RECORDER_CONTROL_FAILED] = on_failed,
    [RECORDER_CONTROL_DONE] = on_done,
};

static void on_control(void *context, uint32_t events)
{
    (void)events;
    struct child *child = context;
    struct recorder_control_message *message = allocate_zeroed(1, sizeof *message);
    uint8_t *datagram = allocate_zeroed(1, RECORDER_CONTROL_SIZE_MAX);
    for (;;) {
        const ssize_t size =
            recv(child->control_fd, datagram, RECORDER_CONTROL_SIZE_MAX, MSG_DONTWAIT);
        if (size <= 0) {
            if (size == 0 && child->control_source) {
                loop_source_set_events(child->control_source, 0); /* its exit follows */
            }
            break;
        }
        const bool known = recorder_control_parse(datagram, (size_t)size, message) == 0 &&
                           message->type < ARRAY_LENGTH(control_handlers) &&
                           control_handlers[message->type];
        if (known) {
            control_handlers[message->type](child, message);
        } else {
            log_warning("bad_control_message", "recording=%s size=%zd", child->recording_id, size);
        }
    }
    free(datagram);
    free(message);
}

/* ---- commands ---- */

static void command_destroy(struct mailbox_message *message)
{
    struct command *command = CONTAINER_OF(message, struct command, message);
    wipe_configuration(command->configuration);
    free(command);
}

static struct child *find_child(struct recorder_supervisor *supervisor, const char *recording_id)
{
    LIST_FOR_EACH (cursor, &supervisor->children) {
        struct child *child = LIST_ENTRY(cursor, struct child, element);
        if (strcmp(child->recording_id, recording_id) == 0) {
            return child;
        }
    }
    return NULL;
}

static struct child *child_create(struct recorder_supervisor *supervisor, struct command *command)
{
    struct child *child = allocate_zeroed(1, sizeof *child);
    child->supervisor = supervisor;
    child->pidfd = -1;
    child->control_fd = -1;
    child->worker_fd = -1;
    child->configuration = TAKE(command->configuration);
    child->timer = loop_timer_create(supervisor->loop, "recorder", on_timer, child);
    snprintf(child->recording_id, sizeof child->recording_id, "%s", command->recording_id);
    list_append(&supervisor->children, &child->element);
    return child;
}

static void on_start(struct recorder_supervisor *supervisor, struct command *command)
{
    struct child *child = find_child(supervisor, command->recording_id);
    if (!child) {
        start_or_give_up(child_create(supervisor, command));
    } else if (child->configuration->mode != RECORDER_MODE_RECORD ||
               child->state == CHILD_STOPPING) {
        post_reason(child, RECORDER_EVENT_FAILED, "the recording is being finished");
    }
}

static void on_stop(struct recorder_supervisor *supervisor, struct command *command)
{
    struct child *child = find_child(supervisor, command->recording_id);
    if (child && child->configuration->mode == RECORDER_MODE_RECORD) {
        stop_child(child);
    }
}

/* Asked again while it is under way, the newest word counts: the process is stopped and another one
 * begins. */
static void on_finish(struct recorder_supervisor *supervisor, struct command *command)
{
    struct child *child = find_child(supervisor, command->recording_id);
    if (!child) {
        start_or_give_up(child_create(supervisor, command));
        return;
    }
    wipe_configuration(child->finish_next);
    child->finish_next = TAKE(command->configuration);
    stop_child(child);
}

static void on_end(struct recorder_supervisor *supervisor, struct command *command)
{
    (void)command;
    supervisor->ending = true;
    LIST_FOR_EACH (cursor, &supervisor->children) {
        struct child *child = LIST_ENTRY(cursor, struct child, element);
        wipe_configuration(child->finish_next);
        child->finish_next = NULL;
        stop_child(child);
    }
    loop_timer_start(supervisor->end_timer, clock_now_us() + DESTROY_TIMEOUT_US);
}

static void (*const command_handlers[])(struct recorder_supervisor *supervisor,
                                        struct command *command) = {
    [COMMAND_START] = on_start,
    [COMMAND_STOP] = on_stop,
    [COMMAND_FINISH] = on_finish,
    [COMMAND_END] = on_end,
};

static void on_command(void *context, struct mailbox_message *message)
{
    struct recorder_supervisor *supervisor = context;
    struct command *command = CONTAINER_OF(message, struct command, message);
    if (!supervisor->ending) {
        command_handlers[message->type](supervisor, command);
    }
    mailbox_message_destroy(message);
}

static void stop_when_empty(void *context, uint64_t now_us)
{
    (void)now_us;
    struct recorder_supervisor *supervisor = context;
    if (supervisor->ending && list_is_empty(&supervisor->children)) {
        loop_stop(supervisor->loop);
    }
}

static void on_end_timer(void *context, uint64_t now_us)
{
    (void)now_us;
    struct recorder_supervisor *supervisor = context;
    LIST_FOR_EACH (cursor, &supervisor->children) {
        struct child *child = LIST_ENTRY(cursor, struct child, element);
        kill(child->pid, SIGKILL);
    }
}

static void *run(void *context)
{
    struct recorder_supervisor *supervisor = context;
    pthread_setname_np(pthread_self(), "recorders");
    loop_run(supervisor->loop);
    return NULL;
}

/* ---- the caller's side ---- */

static int find_user(const char *name, uid_t *ret_uid, gid_t *ret_gid)
{
    char buffer[4096];
    struct passwd entry;
    struct passwd *found = NULL;
    getpwnam_r(name, &entry, buffer, sizeof buffer, &found);
    if (!found) {
        return -ENOENT;
    }
    *ret_uid = found->pw_uid;
    *ret_gid = found->pw_gid;
    return 0;
}

/* A gateway that is not root has no uid to give: its recorders keep its own. */
static int choose_user(struct recorder_supervisor *supervisor, const char *name)
{
    if (geteuid() != 0) {
        return 0;
    }
    if (name) {
        return find_user(name, &supervisor->uid, &supervisor->gid);
    }
    const int error = find_user("bedside-recorder", &supervisor->uid, &supervisor->gid);
    return error < 0 ? find_user("nobody", &supervisor->uid, &supervisor->gid) : 0;
}

static struct recorder_supervisor *supervisor_free(struct recorder_supervisor *supervisor)
{
    loop_timer_destroy(supervisor->end_timer);
    loop_source_destroy(supervisor->commands_source);
    loop_destroy(supervisor->loop);
    mailbox_destroy(supervisor->commands);
    free(supervisor->recorder_path);
    free(supervisor);
    return NULL;
}

int recorder_supervisor_create(const struct recorder_supervisor_config *config,
                               struct mailbox *events, struct recorder_supervisor **ret_supervisor)
{
    if (access(config->recorder_path, X_OK) < 0) {
        return -errno;
    }
    struct recorder_supervisor *supervisor = allocate_zeroed(1, sizeof *supervisor);
    int error = choose_user(supervisor, config->recorder_user);
    if (error < 0) {
        free(supervisor);
        return error;
    }
    supervisor->recorder_path = strdup(config->recorder_path);
    supervisor->minimum_free_bytes = config->minimum_free_bytes;
    supervisor->memory_limit_bytes =
        config->memory_limit_bytes ? config->memory_limit_bytes : MEMORY_LIMIT_DEFAULT;
    supervisor->allow_weak_sandbox = config->allow_weak_sandbox;
    supervisor->events = events;
    list_init(&supervisor->children);
    supervisor->commands = mailbox_create();
    supervisor->loop = loop_create("recorder-supervisor");
    supervisor->commands_source = loop_watch_mailbox(supervisor->loop, supervisor->commands,
                                                     "commands", on_command, supervisor);
    supervisor->end_timer = loop_timer_create(supervisor->loop, "end", on_end_timer, supervisor);
    loop_set_after_batch(supervisor->loop, stop_when_empty, supervisor);
    error = pthread_create(&supervisor->thread, NULL, run, supervisor);
    if (error) {
        supervisor_free(supervisor);
        return -error;
    }
    *ret_supervisor = supervisor;
    return 0;
}

static void post_command(struct recorder_supervisor *supervisor, enum command_type type,
                         const char *recording_id, struct recorder_configuration *configuration)
{
    struct command *command = allocate_zeroed(1, sizeof *command);
    command->message.type = type;
    command->message.destroy = command_destroy;
    command->configuration = configuration;
    snprintf(command->recording_id, sizeof command->recording_id, "%s", recording_id);
    mailbox_post(supervisor->commands, &command->message);
}

struct recorder_supervisor *recorder_supervisor_destroy(struct recorder_supervisor *supervisor)
{
    if (!supervisor) {
        return NULL;
    }
    post_command(supervisor, COMMAND_END, "", NULL);
    pthread_join(supervisor->thread, NULL);
    return supervisor_free(supervisor);
}

static struct recorder_configuration *
make_configuration(const struct recorder_supervisor *supervisor, enum recorder_mode mode,
                   const char *directory, const uint8_t *data_key)
{
    struct recorder_configuration *configuration = allocate_zeroed(1, sizeof *configuration);
    configuration->mode = mode;
    configuration->allow_weak_sandbox = supervisor->allow_weak_sandbox;
    configuration->uid = supervisor->uid;
    configuration->gid = supervisor->gid;
    configuration->minimum_free_bytes = supervisor->minimum_free_bytes;
    configuration->memory_limit_bytes = supervisor->memory_limit_bytes;
    memcpy(configuration->data_key, data_key, sizeof configuration->data_key);
    snprintf(configuration->directory, sizeof configuration->directory, "%s", directory);
    return configuration;
}

void recorder_supervisor_start(struct recorder_supervisor *supervisor, const char *recording_id,
                               const char *directory,
                               const uint8_t data_key[RECORDER_DATA_KEY_SIZE])
{
    post_command(supervisor, COMMAND_START, recording_id,
                 make_configuration(supervisor, RECORDER_MODE_RECORD, directory, data_key));
}

void recorder_supervisor_stop(struct recorder_supervisor *supervisor, const char *recording_id)
{
    post_command(supervisor, COMMAND_STOP, recording_id, NULL);
}

void recorder_supervisor_finish(struct recorder_supervisor *supervisor, const char *recording_id,
                                const char *directory,
                                const uint8_t data_key[RECORDER_DATA_KEY_SIZE],
                                const struct recorder_interval *intervals, size_t interval_count)
{
    struct recorder_configuration *configuration =
        make_configuration(supervisor, RECORDER_MODE_FINISH, directory, data_key);
    for (size_t i = 0; i < interval_count && configuration->interval_count < RECORDER_INTERVALS_MAX;
         i++) {
        configuration->intervals[configuration->interval_count++] = intervals[i];
    }
    if (interval_count > RECORDER_INTERVALS_MAX) {
        log_error("too_many_intervals", "recording=%s count=%zu", recording_id, interval_count);
    }
    post_command(supervisor, COMMAND_FINISH, recording_id, configuration);
}
