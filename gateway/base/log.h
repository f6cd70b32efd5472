/* log.h - one line per event: time, level, topic, event name, key=value fields.
 *
 * Each file declares its topic once: LOG_TOPIC("ice"). Fields are ids, counts and codes: never a
 * person's name, a secret, SDP, chat or the content of a visit. Control bytes in values are
 * escaped. log_info("peer_connected", "endpoint=%" PRIu64 " profile=%s", id, profile); Thread: any.
 */
#ifndef BEDSIDE_BASE_LOG_H
#define BEDSIDE_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR };

/* Lowest level that is written; the default is LOG_LEVEL_INFO. */
void log_set_level(enum log_level level);

void log_write(enum log_level level, const char *topic, const char *event, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* True when the caller may write now: at most `per_second` per limiter; what was held back is
 * reported as `suppressed=` by the next line that passes. Zero-initialise. Thread: its owner's. */
struct log_limiter {
    uint64_t window_start_us;
    uint32_t written;
    uint32_t suppressed;
};
bool log_limiter_allows(struct log_limiter *limiter, uint32_t per_second, uint64_t now_us,
                        uint32_t *ret_suppressed);

#define LOG_TOPIC(name) static const char *const log_topic_ = (name)
#define log_debug(event, ...) log_write(LOG_LEVEL_DEBUG, log_topic_, event, __VA_ARGS__)
#define log_info(event, ...) log_write(LOG_LEVEL_INFO, log_topic_, event, __VA_ARGS__)
#define log_warning(event, ...) log_write(LOG_LEVEL_WARNING, log_topic_, event, __VA_ARGS__)
#define log_error(event, ...) log_write(LOG_LEVEL_ERROR, log_topic_, event, __VA_ARGS__)

#endif
