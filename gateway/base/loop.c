#include "gateway/base/loop.h"

#include "gateway/base/allocate.h"
#include "gateway/base/clock.h"
#include "gateway/base/list.h"
#include "gateway/base/log.h"
#include "gateway/base/mailbox.h"
#include "gateway/base/timer_queue.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

LOG_TOPIC("loop");

#define EVENTS_PER_BATCH 64
#define MESSAGES_PER_BATCH 256 /* then sockets and timers get their turn */
#define SLOW_HANDLER_US 5000
#define SLOW_LINES_PER_SECOND 5

struct loop {
    const char *name;
    _Atomic(const void *) owner; /* a thread's marker; NULL: nobody's, after loop_run() */
    int epoll_fd;
    int stop_fd;
    atomic_bool stop_requested;
    bool has_pwait2;
    bool in_batch;
    uint64_t now_us;
    uint64_t clock_us;   /* when the clock was read last */
    const char *handler; /* what runs since then; NULL: nothing */
    struct list sources;
    struct list dead_sources; /* destroyed in this batch, whose events may still name them */
    size_t timer_count;
    struct timer_queue timers;
    void (*after_batch)(void *context, uint64_t now_us);
    void *after_batch_context;
    uint64_t slow_handlers;
    uint64_t busy_us;
    struct log_limiter slow_limiter;
};

struct loop_source {
    struct list element;
    struct loop *loop;
    int fd; /* borrowed; -1: destroyed */
    const char *name;
    void (*on_events)(void *context, uint32_t events);
    void *context;
    struct mailbox *mailbox; /* borrowed; set for a mailbox's source, with: */
    void (*on_message)(void *context, struct mailbox_message *message);
};

struct loop_timer {
    struct queued_timer queued;
    struct loop *loop;
    const char *name;
    void (*on_due)(void *context, uint64_t now_us);
    void *context;
};

/* ---- whose it is ---- */

static const void *current_thread(void)
{
    static _Thread_local char marker; /* its address tells living threads apart */
    return &marker;
}

void loop_assert_current(const struct loop *loop)
{
    const void *owner = atomic_load_explicit(&loop->owner, memory_order_relaxed);
    (void)owner;
    assert(!owner || owner == current_thread());
}

/* ---- life ---- */

static void watch_fd(struct loop *loop, int fd, uint32_t events, void *data)
{
    struct epoll_event event = {.events = events, .data.ptr = data};
    if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0) {
        log_error("watch_failed", "loop=%s fd=%d errno=%d", loop->name, fd, errno);
        abort(); /* out of memory, or a descriptor that cannot be polled: our mistake */
    }
}

struct loop *loop_create(const char *name)
{
    struct loop *loop = allocate_zeroed(1, sizeof(*loop));
    loop->name = name;
    loop->has_pwait2 = true;
    list_init(&loop->sources);
    list_init(&loop->dead_sources);
    atomic_init(&loop->owner, current_thread());
    atomic_init(&loop->stop_requested, false);
    loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    loop->stop_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (loop->epoll_fd < 0 || loop->stop_fd < 0) {
        abort(); /* out of descriptors before anything runs */
    }
    watch_fd(loop, loop->stop_fd, EPOLLIN, NULL);
    return loop;
}

static void free_dead_sources(struct loop *loop)
{
    LIST_FOR_EACH (element, &loop->dead_sources) {
        list_remove(element);
        free(LIST_ENTRY(element, struct loop_source, element));
    }
}

struct loop *loop_destroy(struct loop *loop)
{
    if (!loop) {
        return NULL;
    }
    loop_assert_current(loop);
    assert(!loop->in_batch);
    assert(list_is_empty(&loop->sources));
    assert(loop->timer_count == 0);
    free_dead_sources(loop);
    timer_queue_finish(&loop->timers);
    close(loop->epoll_fd);
    close(loop->stop_fd);
    free(loop);
    return NULL;
}

uint64_t loop_now_us(const struct loop *loop)
{
    return loop->in_batch ? loop->now_us : clock_now_us();
}

uint64_t loop_slow_handlers(const struct loop *loop)
{
    return loop->slow_handlers;
}

uint64_t loop_busy_us(const struct loop *loop)
{
    return loop->busy_us;
}

void loop_set_after_batch(struct loop *loop, void (*after_batch)(void *context, uint64_t now_us),
                          void *context)
{
    loop_assert_current(loop);
    loop->after_batch = after_batch;
    loop->after_batch_context = context;
}

void loop_stop(struct loop *loop)
{
    atomic_store(&loop->stop_requested, true);
    const uint64_t one = 1;
    while (write(loop->stop_fd, &one, sizeof(one)) < 0 && errno == EINTR) {
    }
}

/* ---- descriptors ---- */

static struct loop_source *source_create(struct loop *loop, int fd, uint32_t events,
                                         const char *name)
{
    loop_assert_current(loop);
    struct loop_source *source = allocate_zeroed(1, sizeof(*source));
    source->loop = loop;
    source->fd = fd;
    source->name = name;
    list_append(&loop->sources, &source->element);
    watch_fd(loop, fd, events, source);
    return source;
}

struct loop_source *loop_watch(struct loop *loop, int fd, uint32_t events, const char *name,
                               void (*on_events)(void *context, uint32_t events), void *context)
{
    struct loop_source *source = source_create(loop, fd, events, name);
    source->on_events = on_events;
    source->context = context;
    return source;
}

struct loop_source *loop_watch_mailbox(struct loop *loop, struct mailbox *mailbox, const char *name,
                                       void (*on_message)(void *context,
                                                          struct mailbox_message *message),
                                       void *context)
{
    struct loop_source *source = source_create(loop, mailbox_fd(mailbox), EPOLLIN, name);
    source->mailbox = mailbox;
    source->on_message = on_message;
    source->context = context;
    return source;
}

void loop_source_set_events(struct loop_source *source, uint32_t events)
{
    loop_assert_current(source->loop);
    struct epoll_event event = {.events = events, .data.ptr = source};
    if (epoll_ctl(source->loop->epoll_fd, EPOLL_CTL_MOD, source->fd, &event) < 0) {
        log_error("watch_failed", "loop=%s fd=%d errno=%d", source->loop->name, source->fd, errno);
        abort();
    }
}

struct loop_source *loop_source_destroy(struct loop_source *source)
{
    if (!source) {
        return NULL;
    }
    struct loop *loop = source->loop;
    loop_assert_current(loop);
    epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, source->fd, NULL);
    list_remove(&source->element);
    if (loop->in_batch) {
        source->fd = -1;
        list_append(&loop->dead_sources, &source->element);
    } else {
        free(source);
    }
    return NULL;
}

/* ---- timers ---- */

struct loop_timer *loop_timer_create(struct loop *loop, const char *name,
                                     void (*on_due)(void *context, uint64_t now_us), void *context)
{
    loop_assert_current(loop);
    struct loop_timer *timer = allocate_zeroed(1, sizeof(*timer));
    timer->loop = loop;
    timer->name = name;
    timer->on_due = on_due;
    timer->context = context;
    timer_queue_reserve(&loop->timers, ++loop->timer_count);
    return timer;
}

void loop_timer_start(struct loop_timer *timer, uint64_t due_us)
{
    loop_assert_current(timer->loop);
    /* A moment before this batch's would overtake timers that are due and have waited longer. */
    const uint64_t now_us = loop_now_us(timer->loop);
    timer_queue_start(&timer->loop->timers, &timer->queued, due_us > now_us ? due_us : now_us);
}

void loop_timer_stop(struct loop_timer *timer)
{
    loop_assert_current(timer->loop);
    timer_queue_stop(&timer->loop->timers, &timer->queued);
}

bool loop_timer_is_running(const struct loop_timer *timer)
{
    return timer->queued.position > 0;
}

struct loop_timer *loop_timer_destroy(struct loop_timer *timer)
{
    if (!timer) {
        return NULL;
    }
    loop_timer_stop(timer);
    timer->loop->timer_count--;
    free(timer);
    return NULL;
}

/* ---- running ---- */

static void note_slow_handler(struct loop *loop, uint64_t took_us)
{
    loop->slow_handlers++;
    uint32_t suppressed = 0;
    if (log_limiter_allows(&loop->slow_limiter, SLOW_LINES_PER_SECOND, loop->clock_us,
                           &suppressed)) {
        log_warning("slow_handler",
                    "loop=%s handler=%s duration_us=%" PRIu64 " suppressed=%" PRIu32, loop->name,
                    loop->handler, took_us, suppressed);
    }
}

/* The time of one handler ends where that of the next begins (NULL: with the batch), so that a
 * batch with one handler reads the clock twice. `name` outlives the handler's object. */
static void enter_handler(struct loop *loop, const char *name)
{
    if (loop->handler) {
        const uint64_t started_us = loop->clock_us;
        loop->clock_us = clock_now_us();
        if (loop->clock_us - started_us > SLOW_HANDLER_US) {
            note_slow_handler(loop, loop->clock_us - started_us);
        }
    }
    loop->handler = name;
}

static void handle_messages(struct loop_source *source)
{
    for (int i = 0; i < MESSAGES_PER_BATCH && source->fd >= 0; i++) {
        struct mailbox_message *message = mailbox_take(source->mailbox);
        if (!message) {
            break;
        }
        enter_handler(source->loop, source->name);
        source->on_message(source->context, message);
    }
}

static void handle_events(struct loop *loop, const struct epoll_event *events, int count)
{
    for (int i = 0; i < count; i++) {
        struct loop_source *source = events[i].data.ptr;
        if (!source || source->fd < 0) { /* loop_stop(), or destroyed earlier in this batch */
            continue;
        }
        if (source->mailbox) {
            handle_messages(source);
        } else {
            enter_handler(loop, source->name);
            source->on_events(source->context, events[i].events);
        }
    }
}

static void handle_due_timers(struct loop *loop)
{
    const uint64_t until_order = loop->timers.last_order;
    struct queued_timer *due;
    while ((due = timer_queue_take_due(&loop->timers, loop->now_us, until_order))) {
        struct loop_timer *timer = CONTAINER_OF(due, struct loop_timer, queued);
        enter_handler(loop, timer->name);
        timer->on_due(timer->context, loop->now_us);
    }
}

static void run_batch(struct loop *loop, const struct epoll_event *events, int count)
{
    loop->now_us = clock_now_us();
    loop->clock_us = loop->now_us;
    loop->in_batch = true;
    handle_events(loop, events, count);
    handle_due_timers(loop);
    if (loop->after_batch) {
        loop->after_batch(loop->after_batch_context, loop->now_us);
    }
    enter_handler(loop, NULL);
    loop->busy_us += loop->clock_us - loop->now_us;
    loop->in_batch = false;
    free_dead_sources(loop);
}

/* Waits in microseconds where the kernel can (5.11), else in milliseconds, rounded up. */
static int wait_for_events(struct loop *loop, struct epoll_event *ret_events)
{
    const uint64_t next_us = timer_queue_next_us(&loop->timers);
    uint64_t left_us = next_us > loop->clock_us ? next_us - loop->clock_us : 0;
    if (left_us > 3600 * 1000000ull) {
        left_us = 3600 * 1000000ull; /* fits every clock type; an idle loop wakes once an hour */
    }
    if (loop->has_pwait2) {
        const struct timespec timeout = {.tv_sec = (time_t)(left_us / 1000000u),
                                         .tv_nsec = (long)(left_us % 1000000u) * 1000};
        const int count =
            epoll_pwait2(loop->epoll_fd, ret_events, EVENTS_PER_BATCH, &timeout, NULL);
        if (count >= 0 || (errno != ENOSYS && errno != EPERM)) {
            return count;
        }
        loop->has_pwait2 = false; /* an older kernel, or a container that does not know the call */
    }
    return epoll_wait(loop->epoll_fd, ret_events, EVENTS_PER_BATCH,
                      (int)((left_us + 999u) / 1000u));
}

int loop_run(struct loop *loop)
{
    int result = 0;
    atomic_store(&loop->owner, current_thread());
    loop->clock_us = clock_now_us();
    while (!atomic_load(&loop->stop_requested)) {
        struct epoll_event events[EVENTS_PER_BATCH];
        const int count = wait_for_events(loop, events);
        if (count < 0 && errno != EINTR) {
            result = -errno;
            break;
        }
        run_batch(loop, events, count > 0 ? count : 0);
    }
    uint64_t stops;
    while (read(loop->stop_fd, &stops, sizeof(stops)) < 0 && errno == EINTR) {
    }
    atomic_store(&loop->stop_requested, false);
    atomic_store(&loop->owner, NULL);
    return result;
}
