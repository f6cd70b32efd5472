#include "gateway/recorder_process.h"

#include "gateway/base/allocate.h"
#include "gateway/base/cleanup.h"
#include "gateway/base/secret.h"
#include "gateway/base/thread_priority.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define MEDIA_BUFFER_BYTES (4 << 20)
#define SPAWN_FD_MIN 16 /* above the numbers that the child gets */

static void close_fd(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

void recorder_process_release(struct recorder_process *process)
{
    close_fd(&process->pidfd);
    close_fd(&process->control_fd);
    close_fd(&process->worker_fd);
    process->pid = 0;
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

/* ---- priority ---- */

/* Where sessions are scheduled as groups (sched_autogroup_enabled), nice counts only among the
 * processes of one session, and a session has a nice value of its own. A kernel without such groups
 * lacks the file. */
static void lower_session(pid_t pid)
{
    char path[48];
    snprintf(path, sizeof path, "/proc/%d/autogroup", pid);
    AUTO_CLOSE int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd >= 0) {
        char nice[8];
        const int size = snprintf(nice, sizeof nice, "%d", THREAD_BEHIND_ALL);
        const ssize_t written = write(fd, nice, (size_t)size);
        (void)written; /* it is a matter of comfort */
    }
}

/* ---- starting ---- */

static void describe(posix_spawnattr_t *attributes)
{
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(attributes, &none);
    posix_spawnattr_setsigdefault(attributes, &all);
    posix_spawnattr_setflags(attributes,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
}

/* Nothing of the gateway but the two sockets and the log goes into the child. It leads a session of
 * its own, so that keys typed at a terminal reach only the gateway. */
static int spawn(const char *program, int media_fd, int control_fd, pid_t *ret_pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, media_fd, RECORDER_MEDIA_FD);
    posix_spawn_file_actions_adddup2(&actions, control_fd, RECORDER_CONTROL_FD);
    posix_spawn_file_actions_addclosefrom_np(&actions, RECORDER_CONTROL_FD + 1);
    describe(&attributes);
    char name[] = "bedside-recorder";
    char language[] = "LC_ALL=C.UTF-8";
    char *const arguments[] = {name, NULL};
    char *const environment[] = {language, NULL};
    const int error = posix_spawn(ret_pid, program, &actions, &attributes, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return -error;
}

/* Bursts of key frames wait here while the recorder writes to a slow disk. */
static void enlarge_buffer(int fd)
{
    const int bytes = MEDIA_BUFFER_BYTES;
    if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof bytes) < 0) {
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
    }
}

static int start(const char *program, struct recorder_process *process)
{
    AUTO_CLOSE int their_media = -1;
    AUTO_CLOSE int their_control = -1;
    int error = make_pair(&process->worker_fd, &their_media);
    if (error == 0) {
        error = make_pair(&process->control_fd, &their_control);
    }
    if (error < 0) {
        return error;
    }
    enlarge_buffer(process->worker_fd);
    error = spawn(program, their_media, their_control, &process->pid);
    if (error < 0) {
        return error;
    }
    lower_session(process->pid);
    process->pidfd = pidfd_open(process->pid, 0);
    if (process->pidfd < 0) {
        error = -errno;
        kill(process->pid, SIGKILL);
        waitpid(process->pid, NULL, 0);
    }
    return error;
}

/* The directory belongs to whom the recorder becomes. */
static int prepare_directory(const struct recorder_configuration *configuration)
{
    if (mkdir(configuration->directory, 0700) < 0 && errno != EEXIST) {
        return -errno;
    }
    if (geteuid() == 0 && configuration->uid != 0 &&
        chown(configuration->directory, configuration->uid, configuration->gid) < 0) {
        return -errno;
    }
    return 0;
}

static void send_configuration(const struct recorder_process *process,
                               const struct recorder_configuration *configuration)
{
    struct recorder_control_message *message = allocate_zeroed(1, sizeof *message);
    message->type = RECORDER_CONTROL_CONFIGURE;
    message->configuration = *configuration;
    (void)recorder_process_send(process, message); /* without it, it exits and says why */
    secret_wipe(message, sizeof *message);
    free(message);
}

int recorder_process_start(const char *program, const struct recorder_configuration *configuration,
                           struct recorder_process *ret_process)
{
    struct recorder_process process = RECORDER_PROCESS_NONE;
    int error = prepare_directory(configuration);
    if (error == 0) {
        error = start(program, &process);
    }
    if (error < 0) {
        recorder_process_release(&process);
        return error;
    }
    send_configuration(&process, configuration);
    *ret_process = process;
    return 0;
}

/* ---- afterwards ---- */

void recorder_configuration_wipe(struct recorder_configuration *configuration)
{
    if (configuration) {
        secret_wipe(configuration, sizeof *configuration);
        free(configuration);
    }
}

int recorder_process_send(const struct recorder_process *process,
                          const struct recorder_control_message *message)
{
    uint8_t *datagram = allocate_zeroed(1, RECORDER_CONTROL_SIZE_MAX);
    const size_t size = recorder_control_write(message, datagram);
    const int error = send(process->control_fd, datagram, size, MSG_NOSIGNAL) < 0 ? -errno : 0;
    secret_wipe(datagram, RECORDER_CONTROL_SIZE_MAX); /* the data key is in CONFIGURE */
    free(datagram);
    return error;
}

void recorder_process_kill(const struct recorder_process *process)
{
    if (process->pid > 0) {
        kill(process->pid, SIGKILL);
    }
}

bool recorder_process_reap(const struct recorder_process *process, bool *ret_was_killed,
                           int *ret_status)
{
    siginfo_t info = {0};
    if (waitid(P_PIDFD, (id_t)process->pidfd, &info, WEXITED | WNOHANG) < 0 || info.si_pid == 0) {
        return false;
    }
    *ret_was_killed = info.si_code != CLD_EXITED;
    *ret_status = info.si_status;
    return true;
}
