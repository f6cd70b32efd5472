/* In the sandbox: what a recorder needs works, and nothing else does. Each trial is a process that
 * enters it and says by its exit code what it could do. */
#include "media/recorder/gstreamer_plugins.h"
#include "media/recorder/recorder_sandbox.h"

#include "gateway/base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cmocka.h>

#ifdef __SANITIZE_THREAD__
/* GStreamer's own locks are invisible to a sanitizer that it was not built with. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "ignore_noninstrumented_modules=1";
}
#endif

#define ENTERING_FAILED 100

static char directory[64];
static int directory_fd;

static int make_directory(void **state)
{
    (void)state;
    strcpy(directory, "/tmp/recorder-sandbox-test-XXXXXX");
    assert_non_null(mkdtemp(directory));
    directory_fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (geteuid() == 0) {
        assert_int_equal(fchown(directory_fd, 65534, 65534), 0);
    }
    return 0;
}

static int remove_directory(void **state)
{
    (void)state;
    unlinkat(directory_fd, "file", 0);
    unlinkat(directory_fd, "renamed", 0);
    close(directory_fd);
    return rmdir(directory);
}

static int in_the_sandbox(int (*try)(void))
{
    const pid_t pid = fork();
    if (pid == 0) {
        char missing[SANDBOX_MISSING_SIZE];
        const struct recorder_sandbox_config config = {.directory_fd = directory_fd,
                                                       .uid = 65534,
                                                       .gid = 65534,
                                                       .memory_limit_bytes = 2ull << 30};
        _exit(recorder_sandbox_enter(&config, missing) == 0 ? try() : ENTERING_FAILED);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void *touch(void *context)
{
    *(int *)context = 1;
    return NULL;
}

static int what_is_needed(void)
{
    const int fd = openat(directory_fd, "file", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, "x", 1) != 1 || ftruncate(fd, 0) < 0 || fsync(fd) < 0) {
        return 1;
    }
    if (renameat(directory_fd, "file", directory_fd, "renamed") < 0 ||
        unlinkat(directory_fd, "renamed", 0) < 0) {
        return 2;
    }
    int touched = 0;
    pthread_t thread;
    if (pthread_create(&thread, NULL, touch, &touched) || pthread_join(thread, NULL) || !touched) {
        return 3;
    }
    return 0;
}

static void a_recorder_can_work(void **state)
{
    (void)state;
    assert_int_equal(in_the_sandbox(what_is_needed), 0);
}

static int is_refused(long result)
{
    return result < 0 && (errno == EPERM || errno == EACCES) ? 0 : 1;
}

static int open_passwd(void)
{
    return is_refused(open("/etc/passwd", O_RDONLY));
}

static int open_above(void)
{
    return is_refused(openat(directory_fd, "../../etc/hostname", O_RDONLY));
}

static int create_elsewhere(void)
{
    return is_refused(open("/tmp/recorder-sandbox-escape", O_WRONLY | O_CREAT, 0600));
}

static int make_folder(void)
{
    return is_refused(mkdirat(directory_fd, "folder", 0700));
}

static int make_socket(void)
{
    return is_refused(socket(AF_INET, SOCK_DGRAM, 0)) |
           is_refused(socket(AF_UNIX, SOCK_STREAM, 0)) |
           is_refused(socket(AF_NETLINK, SOCK_RAW, 0));
}

static int run_program(void)
{
    char name[] = "/bin/true";
    char *const arguments[] = {name, NULL};
    return is_refused(execve(name, arguments, arguments + 1));
}

static int make_process(void)
{
    return is_refused(syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL)) |
           is_refused(syscall(SYS_vfork));
}

static int trace(void)
{
    return is_refused(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL));
}

static int send_signal(void)
{
    return is_refused(kill(getppid(), 0)) |
           is_refused(syscall(SYS_tgkill, getppid(), getppid(), 0));
}

static int make_code(void)
{
    void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return is_refused(mprotect(memory, 4096, PROT_READ | PROT_EXEC)) |
           is_refused((long)mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                                 0) == -1
                          ? -1
                          : 0);
}

static int become_root(void)
{
    return is_refused(syscall(SYS_setuid, 0)) | is_refused(unshare(CLONE_NEWUSER));
}

static int raise_limits(void)
{
    struct rlimit {
        unsigned long now, most;
    } limit = {1 << 20, 1 << 20};
    return is_refused(syscall(SYS_prlimit64, 0, 7, &limit, NULL));
}

static void a_recorder_can_do_nothing_else(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int (*try)(void);
    } rows[] = {
        {"open /etc/passwd", open_passwd},      {"open above its directory", open_above},
        {"create elsewhere", create_elsewhere}, {"make a folder", make_folder},
        {"make a socket", make_socket},         {"run a program", run_program},
        {"make a process", make_process},       {"trace", trace},
        {"send a signal", send_signal},         {"make code", make_code},
        {"become root", become_root},           {"raise limits", raise_limits},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const int code = in_the_sandbox(rows[i].try);
        if (code != 0) {
            fail_msg("in the sandbox it can %s (code %d)", rows[i].name, code);
        }
    }
}

static int compare_elements(void)
{
    static const char expected[] =
        "appsrc\naudioconvert\naudioresample\nbin\ncapsfilter\nh264parse\nmatroskademux\n"
        "matroskamux\nmp4mux\nopusdec\npipeline\nrtph264depay\nrtpopusdepay\nrtpvp8depay\n"
        "voaacenc\nwebmmux\n";
    AUTO_FREE char *elements = gstreamer_plugins_list_elements();
    if (strcmp(elements, expected) != 0) {
        fprintf(stderr, "elements:\n%s", elements);
        return 1;
    }
    return 0;
}

/* gst_init is not undone, so this is a process of its own, too. */
static void only_listed_elements_can_be_made(void **state)
{
    (void)state;
    const pid_t pid = fork();
    if (pid == 0) {
        const char *missing = NULL;
        _exit(gstreamer_plugins_load(RECORDER_MODE_FINISH, &missing) == 0 ? compare_elements() : ENTERING_FAILED);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_recorder_can_work),
        cmocka_unit_test(a_recorder_can_do_nothing_else),
        cmocka_unit_test(only_listed_elements_can_be_made),
    };
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
