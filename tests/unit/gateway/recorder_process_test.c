/* The process that is started here is this program again, under the recorder's name. */
#include "gateway/base/cleanup.h"
#include "gateway/recorder_process.h"

#include "gateway/base/thread_priority.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define TIMEOUT_MS 20000
#define EXIT_AS_ASKED 7
#define EXIT_WRONG 9

/* ---- in the process ---- */

static int count_descriptors(void)
{
    int count = 0;
    for (int fd = 0; fd < 1024; fd++) {
        count += fcntl(fd, F_GETFD) >= 0;
    }
    return count;
}

/* Says what it was given, and waits to be told what to do. */
static int be_a_recorder(void)
{
    static struct recorder_control_message message;
    static uint8_t datagram[RECORDER_CONTROL_SIZE_MAX];
    struct pollfd wait = {.fd = RECORDER_CONTROL_FD, .events = POLLIN};
    (void)poll(&wait, 1, TIMEOUT_MS);
    ssize_t size = recv(RECORDER_CONTROL_FD, datagram, sizeof datagram, 0);
    if (size <= 0 || recorder_control_parse(datagram, (size_t)size, &message) < 0 ||
        message.type != RECORDER_CONTROL_CONFIGURE) {
        return EXIT_WRONG;
    }
    struct recorder_control_message answer = {.type = RECORDER_CONTROL_READY};
    snprintf(answer.reason, sizeof answer.reason, "nice=%d batch=%d key=%d leader=%d fds=%d",
             getpriority(PRIO_PROCESS, 0), sched_getscheduler(0) == SCHED_BATCH,
             message.configuration.data_key[0], getsid(0) == getpid(), count_descriptors());
    size = (ssize_t)recorder_control_write(&answer, datagram);
    if (send(RECORDER_CONTROL_FD, datagram, (size_t)size, 0) != size) {
        return EXIT_WRONG;
    }
    (void)poll(&wait, 1, TIMEOUT_MS);
    return EXIT_AS_ASKED;
}

/* ---- in the test ---- */

struct scene {
    char program[512];
    char folder[64];
    struct recorder_configuration configuration;
    struct recorder_process process;
};

static int set_up(void **state)
{
    struct scene *s = calloc(1, sizeof *s);
    const ssize_t size = readlink("/proc/self/exe", s->program, sizeof s->program - 1);
    assert_true(size > 0);
    strcpy(s->folder, "/tmp/recorder-process-XXXXXX");
    assert_non_null(mkdtemp(s->folder));
    s->configuration = (struct recorder_configuration){
        .mode = RECORDER_MODE_RECORD, .uid = geteuid(), .gid = getegid(), .data_key = {42}};
    snprintf(s->configuration.directory, sizeof s->configuration.directory, "%s/recording",
             s->folder);
    s->process = RECORDER_PROCESS_NONE;
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *s = *state;
    recorder_process_release(&s->process);
    rmdir(s->configuration.directory);
    rmdir(s->folder);
    free(s);
    return 0;
}

static void *start_on_a_low_thread(void *context)
{
    struct scene *s = context;
    thread_run_behind(THREAD_BEHIND_ALL);
    assert_int_equal(recorder_process_start(s->program, &s->configuration, &s->process), 0);
    return NULL;
}

static void wait_readable(int fd)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    assert_int_equal(poll(&wait, 1, TIMEOUT_MS), 1);
}

static void receive(const struct scene *s, struct recorder_control_message *ret_message)
{
    static uint8_t datagram[RECORDER_CONTROL_SIZE_MAX];
    wait_readable(s->process.control_fd);
    const ssize_t size = recv(s->process.control_fd, datagram, sizeof datagram, 0);
    assert_true(size > 0);
    assert_int_equal(recorder_control_parse(datagram, (size_t)size, ret_message), 0);
}

static void it_is_configured_and_stands_back(void **state)
{
    struct scene *s = *state;
    static struct recorder_control_message message;
    const int own = getpriority(PRIO_PROCESS, 0); /* of who runs the tests */
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, start_on_a_low_thread, s), 0);
    pthread_join(thread, NULL);
    receive(s, &message);
    char expected[64];
    snprintf(expected, sizeof(expected), "nice=%d batch=1 key=42 leader=1 fds=5",
             own < 9 ? own + 10 : 19);
    assert_string_equal(message.reason, expected);
    assert_int_equal(getpriority(PRIO_PROCESS, 0), own); /* only that thread */
    assert_int_equal(access(s->configuration.directory, F_OK), 0);

    bool was_killed = true;
    int status = 0;
    assert_false(recorder_process_reap(&s->process, &was_killed, &status));
    const struct recorder_control_message stop = {.type = RECORDER_CONTROL_STOP};
    assert_int_equal(recorder_process_send(&s->process, &stop), 0);
    wait_readable(s->process.pidfd);
    assert_true(recorder_process_reap(&s->process, &was_killed, &status));
    assert_false(was_killed);
    assert_int_equal(status, EXIT_AS_ASKED);
}

static void one_that_was_killed_is_told_from_one_that_ended(void **state)
{
    struct scene *s = *state;
    static struct recorder_control_message message;
    bool was_killed = false;
    int status = 0;
    assert_int_equal(recorder_process_start(s->program, &s->configuration, &s->process), 0);
    receive(s, &message);
    recorder_process_kill(&s->process);
    wait_readable(s->process.pidfd);
    assert_true(recorder_process_reap(&s->process, &was_killed, &status));
    assert_true(was_killed);
    assert_int_equal(status, SIGKILL);
}

static void what_cannot_be_started_leaves_nothing(void **state)
{
    struct scene *s = *state;
    const int descriptors = count_descriptors();
    assert_int_equal(
        recorder_process_start("/nonexistent/recorder", &s->configuration, &s->process), -ENOENT);
    assert_int_equal(s->process.pid, 0);
    snprintf(s->configuration.directory, sizeof s->configuration.directory, "%s/a/b", s->folder);
    assert_int_equal(recorder_process_start(s->program, &s->configuration, &s->process), -ENOENT);
    assert_int_equal(count_descriptors(), descriptors);
    recorder_process_kill(&s->process); /* there is none: nobody is hit */
}

int main(int argc, char **argv)
{
    if (argc == 1 && strcmp(argv[0], "bedside-recorder") == 0) {
        return be_a_recorder();
    }
#define PROCESS_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        PROCESS_TEST(it_is_configured_and_stands_back),
        PROCESS_TEST(one_that_was_killed_is_told_from_one_that_ended),
        PROCESS_TEST(what_cannot_be_started_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
