/* loop.h - one thread's epoll loop: descriptors, timers, and a mailbox.
 *
 * Handlers that take longer than 5 ms are named in the log with their duration; what is done after
 * the batch counts as its last handler's. A loop belongs to the thread that runs it; before
 * loop_run() it belongs to the thread that created it. Thread: loop_stop() from any; the rest from
 * the loop's own. */
#ifndef BEDSIDE_BASE_LOOP_H
#define BEDSIDE_BASE_LOOP_H

#include "gateway/base/cleanup.h"

#include <stdbool.h>
#include <stdint.h>

struct mailbox;
struct mailbox_message;

struct loop;
struct loop_source; /* a watched descriptor */
struct loop_timer;  /* one-shot; start it again from its handler to repeat */

/* `name` is borrowed for the loop's life and appears in logs. */
struct loop *loop_create(const char *name);
/* Its sources and timers must have been destroyed (asserted). Accepts NULL. Always returns NULL. */
struct loop *loop_destroy(struct loop *loop);
DEFINE_AUTO(loop)

/* Runs until loop_stop(). Returns 0, or a negative errno of epoll_wait. */
int loop_run(struct loop *loop);
void loop_stop(struct loop *loop);
/* Asserts that the caller is the loop's thread. */
void loop_assert_current(const struct loop *loop);
/* The time read once for the batch of events being handled, in microseconds of clock_now_us(). */
uint64_t loop_now_us(const struct loop *loop);

/* Watches `fd` (borrowed) for `events` (EPOLLIN, ...). `name` (borrowed for the loop's life)
 * appears in the slow-handler log. Never NULL: a descriptor that cannot be polled, or is watched
 * already, aborts. */
struct loop_source *loop_watch(struct loop *loop, int fd, uint32_t events, const char *name,
                               void (*on_events)(void *context, uint32_t events), void *context);
void loop_source_set_events(struct loop_source *source, uint32_t events);
/* Accepts NULL, also from within a handler. Always returns NULL. Does not close the descriptor;
 * close it afterwards. */
struct loop_source *loop_source_destroy(struct loop_source *source);
DEFINE_AUTO(loop_source)

struct loop_timer *loop_timer_create(struct loop *loop, const char *name,
                                     void (*on_due)(void *context, uint64_t now_us), void *context);
/* Sets, or moves, the one moment at which the handler runs. A moment that has passed: in the next
 * batch. */
void loop_timer_start(struct loop_timer *timer, uint64_t due_us);
void loop_timer_stop(struct loop_timer *timer);
bool loop_timer_is_running(const struct loop_timer *timer);
struct loop_timer *loop_timer_destroy(struct loop_timer *timer);
DEFINE_AUTO(loop_timer)

/* Watches a mailbox (borrowed) and hands each message to `on_message`, which owns it. */
struct loop_source *loop_watch_mailbox(struct loop *loop, struct mailbox *mailbox, const char *name,
                                       void (*on_message)(void *context,
                                                          struct mailbox_message *message),
                                       void *context);

/* The time spent in batches since the loop was made, without the one that runs. */
uint64_t loop_busy_us(const struct loop *loop);
/* How many handlers have taken longer than 5 ms since the loop was made. */
uint64_t loop_slow_handlers(const struct loop *loop);

/* Called once after every batch of handlers: where a worker flushes what it queued. May be NULL. */
void loop_set_after_batch(struct loop *loop, void (*after_batch)(void *context, uint64_t now_us),
                          void *context);

#endif
