#include "gateway/base/log.h"

#include "gateway/base/cleanup.h"
#include "gateway/base/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINE_SIZE 4096  /* PIPE_BUF: lines of different threads never mix */
#define FIELDS_SIZE 960 /* fits with every byte escaped as four */

static const char *const level_names[] = {
    [LOG_LEVEL_DEBUG] = "debug",
    [LOG_LEVEL_INFO] = "info",
    [LOG_LEVEL_WARNING] = "warning",
    [LOG_LEVEL_ERROR] = "error",
};

static atomic_int lowest_level = LOG_LEVEL_INFO;
static atomic_uint_fast64_t lines_dropped;

void log_set_level(enum log_level level)
{
    atomic_store_explicit(&lowest_level, (int)level, memory_order_relaxed);
}

struct line {
    char text[LINE_SIZE];
    size_t size;
};

/* What does not fit is left out; one byte stays free for the line's end. */
static void append(struct line *line, const char *text, size_t size)
{
    const size_t room = LINE_SIZE - 1 - line->size;
    const size_t count = size < room ? size : room;
    memcpy(line->text + line->size, text, count);
    line->size += count;
}

/* Keeps one event on one line, and terminals from obeying what is logged. */
static void append_escaped(struct line *line, const char *text)
{
    for (; *text != '\0'; text++) {
        const unsigned char byte = (unsigned char)*text;
        if (byte >= 0x20 && byte < 0x7f) {
            append(line, text, 1);
            continue;
        }
        static const char hex[] = "0123456789abcdef";
        const char escaped[] = {'\\', 'x', hex[byte >> 4], hex[byte & 15]};
        append(line, escaped, sizeof(escaped));
    }
}

static void append_start(struct line *line, enum log_level level, const char *topic,
                         const char *event)
{
    const int64_t wall_ms = clock_wall_ms();
    const time_t seconds = (time_t)(wall_ms / 1000);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    char start[160];
    const size_t size = strftime(start, sizeof(start), "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(start + size, sizeof(start) - size, ".%03dZ %s %s %s", (int)(wall_ms % 1000),
             level_names[level], topic, event);
    append(line, start, strlen(start));
}

/* Returns false, without waiting, while whoever reads our log has stopped reading: a full pipe must
 * not stop a visit. */
static bool write_line(struct line *line)
{
    line->text[line->size++] = '\n';
    struct pollfd output = {.fd = STDERR_FILENO, .events = POLLOUT};
    if (poll(&output, 1, 0) != 1 || output.revents != POLLOUT) {
        return false; /* full, or nobody reads any more, which would mean SIGPIPE */
    }
    ssize_t written;
    do {
        written = write(STDERR_FILENO, line->text, line->size);
    } while (written < 0 && errno == EINTR);
    return written >= 0;
}

static void report_dropped(void)
{
    const uint64_t dropped = atomic_exchange(&lines_dropped, 0);
    if (dropped == 0) {
        return;
    }
    struct line line = {.size = 0};
    append_start(&line, LOG_LEVEL_WARNING, "log", "lines_dropped");
    char count[32];
    snprintf(count, sizeof(count), " count=%" PRIu64, dropped);
    append(&line, count, strlen(count));
    if (!write_line(&line)) {
        atomic_fetch_add(&lines_dropped, dropped);
    }
}

void log_write(enum log_level level, const char *topic, const char *event, const char *format, ...)
{
    if ((int)level < atomic_load_explicit(&lowest_level, memory_order_relaxed)) {
        return;
    }
    const int saved_errno = errno;
    char fields[FIELDS_SIZE];
    va_list arguments;
    va_start(arguments, format);
    const int wanted = vsnprintf(fields, sizeof(fields), format, arguments);
    va_end(arguments);

    struct line line = {.size = 0};
    append_start(&line, level, topic, event);
    if (wanted > 0) {
        append(&line, " ", 1);
        append_escaped(&line, fields);
    }
    if (wanted >= FIELDS_SIZE) {
        append(&line, " truncated=1", strlen(" truncated=1"));
    }
    report_dropped();
    if (!write_line(&line)) {
        atomic_fetch_add(&lines_dropped, 1);
    }
    errno = saved_errno;
}

bool log_limiter_allows(struct log_limiter *limiter, uint32_t per_second, uint64_t now_us,
                        uint32_t *ret_suppressed)
{
    if (limiter->window_start_us == 0 || now_us - limiter->window_start_us >= 1000000u) {
        limiter->window_start_us = now_us;
        limiter->written = 0;
    }
    if (limiter->written >= per_second) {
        limiter->suppressed++;
        return false;
    }
    limiter->written++;
    *ret_suppressed = limiter->suppressed;
    limiter->suppressed = 0;
    return true;
}
