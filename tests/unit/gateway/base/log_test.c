#include "gateway/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

LOG_TOPIC("test");

/* Standard error goes into a pipe while `capture` holds it. */
struct capture {
    int pipe_fds[2];
    int stderr_copy;
};

static void capture_start(struct capture *capture)
{
    assert_int_equal(pipe2(capture->pipe_fds, O_NONBLOCK), 0);
    capture->stderr_copy = dup(STDERR_FILENO);
    assert_int_equal(dup2(capture->pipe_fds[1], STDERR_FILENO), STDERR_FILENO);
}

static void capture_stop(struct capture *capture)
{
    dup2(capture->stderr_copy, STDERR_FILENO);
    close(capture->stderr_copy);
    close(capture->pipe_fds[0]);
    close(capture->pipe_fds[1]);
}

static void capture_read(struct capture *capture, char *ret_text, size_t size)
{
    const ssize_t count = read(capture->pipe_fds[0], ret_text, size - 1);
    ret_text[count > 0 ? count : 0] = '\0';
}

static void a_line_has_time_level_topic_event_and_fields(void **state)
{
    (void)state;
    struct capture capture;
    char text[1000];
    capture_start(&capture);
    errno = ENOENT;
    log_warning("peer_lost", "endpoint=%d", 7);
    const int error = errno;
    log_debug("unseen", "endpoint=%d", 8);
    log_set_level(LOG_LEVEL_DEBUG);
    log_debug("seen", "%s", "");
    log_set_level(LOG_LEVEL_INFO);
    capture_read(&capture, text, sizeof(text));
    capture_stop(&capture);

    assert_int_equal(error, ENOENT);
    int year, month, day, hour, minute, second, millisecond, end = 0;
    assert_int_equal(sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ %n", &year, &month, &day, &hour,
                            &minute, &second, &millisecond, &end),
                     7);
    static const char first[] = "warning test peer_lost endpoint=7\n";
    assert_memory_equal(text + end, first, strlen(first));
    assert_null(strstr(text, "unseen"));
    assert_non_null(strstr(text, "debug test seen\n"));
}

static void control_bytes_cannot_forge_lines(void **state)
{
    (void)state;
    struct capture capture;
    char text[1000];
    capture_start(&capture);
    log_info("evil", "value=%s", "a\nb\r\x1b[31m\x7f\xc2\x9b");
    capture_read(&capture, text, sizeof(text));
    capture_stop(&capture);
    assert_non_null(strstr(text, "value=a\\x0ab\\x0d\\x1b[31m\\x7f\\xc2\\x9b\n"));
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
}

static void long_values_are_cut_and_say_so(void **state)
{
    (void)state;
    struct capture capture;
    static char value[5000];
    static char text[8000];
    memset(value, '\n', sizeof(value) - 1);
    capture_start(&capture);
    log_info("long", "value=%s", value);
    memset(value, 'x', sizeof(value) - 1);
    log_info("long", "value=%s", value);
    capture_read(&capture, text, sizeof(text));
    capture_stop(&capture);
    const char *second = strchr(text, '\n') + 1;
    assert_true(second - text <= 4096);
    assert_non_null(strstr(second, "xxx truncated=1\n"));
}

static void a_reader_that_stopped_does_not_stop_us(void **state)
{
    (void)state;
    struct capture capture;
    static char text[200000];
    capture_start(&capture);
    for (int i = 0; i < 5000; i++) { /* far more than a pipe holds */
        log_info("flood", "number=%d filler=%080d", i, 0);
    }
    capture_read(&capture, text, sizeof(text));
    assert_non_null(strstr(text, "flood number=0 "));
    log_info("after", "number=%d", 1);
    capture_read(&capture, text, sizeof(text));
    capture_stop(&capture);
    unsigned dropped = 0;
    const char *report = strstr(text, "warning log lines_dropped count=");
    assert_non_null(report);
    assert_int_equal(sscanf(report, "warning log lines_dropped count=%u", &dropped), 1);
    assert_in_range(dropped, 1, 4999);
    assert_non_null(strstr(report, "info test after number=1\n"));
}

static void the_limiter_counts_what_it_holds_back(void **state)
{
    (void)state;
    struct log_limiter limiter = {0};
    uint32_t suppressed = 99;
    assert_true(log_limiter_allows(&limiter, 2, 5000000, &suppressed));
    assert_int_equal(suppressed, 0);
    assert_true(log_limiter_allows(&limiter, 2, 5000001, &suppressed));
    for (int i = 0; i < 10; i++) {
        assert_false(log_limiter_allows(&limiter, 2, 5999999, &suppressed));
    }
    assert_true(log_limiter_allows(&limiter, 2, 6000000, &suppressed));
    assert_int_equal(suppressed, 10);
    assert_true(log_limiter_allows(&limiter, 2, 6000000, &suppressed));
    assert_int_equal(suppressed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_has_time_level_topic_event_and_fields),
        cmocka_unit_test(control_bytes_cannot_forge_lines),
        cmocka_unit_test(long_values_are_cut_and_say_so),
        cmocka_unit_test(a_reader_that_stopped_does_not_stop_us),
        cmocka_unit_test(the_limiter_counts_what_it_holds_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
