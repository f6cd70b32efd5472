#include "gateway/hooks/local_program.h"

#include "gateway/base/allocate.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>

struct local_program {
    pid_t pid; /* and process group; 0 once it was reaped */
    int pid_fd;
    bool timed_out;
    struct loop_source *source;
    struct loop_timer *timer;
    void (*on_end)(void *context, enum local_program_end end, int detail);
    void *context;
};

/* Returns the reading end of a pipe that already holds the document, or a negative errno. */
static int pipe_with(const void *document, size_t size)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) {
        return -errno;
    }
    /* Up to PIPE_BUF fits into an empty pipe at once. */
    const ssize_t written = write(ends[1], document, size);
    const int error = written == (ssize_t)size ? 0 : written < 0 ? -errno : -EIO;
    close(ends[1]);
    if (error < 0) {
        close(ends[0]);
        return error;
    }
    return ends[0];
}

static int spawn(const char *path, int input_fd, pid_t *ret_pid)
{
    char path_variable[] = "PATH=/usr/local/bin:/usr/bin:/bin";
    char language_variable[] = "LANG=C.UTF-8";
    char *environment[] = {path_variable, language_variable, NULL};
    AUTO_FREE char *name = strdup(path);
    char *arguments[] = {name, NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigset_t every;
    sigemptyset(&none);
    sigfillset(&every);
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&files, input_fd, STDIN_FILENO);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
    posix_spawn_file_actions_addchdir_np(&files, "/");
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &every);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                              POSIX_SPAWN_SETSIGDEF);
    const int error = posix_spawn(ret_pid, path, &files, &attributes, arguments, environment);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    return -error;
}

static void kill_group(const struct local_program *program)
{
    kill(-program->pid, SIGKILL);
}

static int reap(struct local_program *program)
{
    int status = 0;
    pid_t reaped;
    do {
        reaped = waitpid(program->pid, &status, 0);
    } while (reaped < 0 && errno == EINTR);
    program->pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void on_exit_of(void *context, uint32_t events)
{
    (void)events;
    struct local_program *program = context;
    program->source = loop_source_destroy(program->source);
    loop_timer_stop(program->timer);
    const int detail = reap(program);
    const enum local_program_end end = program->timed_out ? LOCAL_PROGRAM_TIMED_OUT
                                       : detail == 0      ? LOCAL_PROGRAM_SUCCEEDED
                                                          : LOCAL_PROGRAM_FAILED;
    program->on_end(program->context, end, detail);
}

static void on_timeout(void *context, uint64_t now_us)
{
    (void)now_us;
    struct local_program *program = context;
    program->timed_out = true;
    kill_group(program);
}

int local_program_start(struct loop *loop, const char *path, const void *document, size_t size,
                        uint32_t timeout_ms,
                        void (*on_end)(void *context, enum local_program_end end, int detail),
                        void *context, struct local_program **ret_program)
{
    if (size > LOCAL_PROGRAM_DOCUMENT_SIZE_MAX) {
        return -EMSGSIZE;
    }
    AUTO_CLOSE int input_fd = pipe_with(document, size);
    if (input_fd < 0) {
        return input_fd;
    }
    AUTO(local_program) program = allocate_zeroed(1, sizeof(*program));
    program->pid_fd = -1;
    program->on_end = on_end;
    program->context = context;
    const int result = spawn(path, input_fd, &program->pid);
    if (result < 0) {
        program->pid = 0;
        return result;
    }
    program->pid_fd = (int)syscall(SYS_pidfd_open, program->pid, 0);
    if (program->pid_fd < 0) {
        return -errno;
    }
    program->source = loop_watch(loop, program->pid_fd, EPOLLIN, "hook_exit", on_exit_of, program);
    program->timer = loop_timer_create(loop, "hook_timeout", on_timeout, program);
    loop_timer_start(program->timer, loop_now_us(loop) + (uint64_t)timeout_ms * 1000);
    *ret_program = TAKE(program);
    return 0;
}

struct local_program *local_program_destroy(struct local_program *program)
{
    if (!program) {
        return NULL;
    }
    if (program->pid > 0) {
        kill_group(program);
        reap(program);
    }
    loop_source_destroy(program->source);
    loop_timer_destroy(program->timer);
    if (program->pid_fd >= 0) {
        close(program->pid_fd);
    }
    free(program);
    return NULL;
}
