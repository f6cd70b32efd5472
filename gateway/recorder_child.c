#include "gateway/recorder_child.h"

#include "gateway/base/allocate.h"
#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/base/loop.h"
#include "gateway/base/mailbox.h"
#include "gateway/recorder_event.h"
#include "gateway/recorder_process.h"

#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

LOG_TOPIC("recorder_supervisor");

#define READY_TIMEOUT_US 10000000
#define STOP_TIMEOUT_US 5000000
#define QUICK_DEATH_US 10000000
#define QUICK_DEATHS_MAX 5

enum child_state { CHILD_IDLE, CHILD_STARTING, CHILD_RUNNING, CHILD_STOPPING };

struct recorder_child {
    struct list element;
    struct recorder_child_home *home; /* borrowed */
    char recording_id[UUID_TEXT_SIZE];
    struct recorder_configuration *configuration; /* owned; wiped */
    enum child_state state;
    struct recorder_process process; /* its worker_fd until READY hands it over */
    struct loop_source *exit_source;
    struct loop_source *control_source;
    struct loop_timer *timer; /* READY or exit is due, or the next start */
    uint64_t started_us;
    unsigned quick_deaths;
    bool done;   /* it said DONE */
    bool failed; /* it said FAILED, with: */
    char reason[RECORDER_REASON_SIZE];
    bool ending; /* nothing comes after it */
    /* What is to be done when it is gone: */
    struct recorder_configuration *finish_next; /* owned */
};

/* ---- what is told ---- */

static void post(const struct recorder_child *child, struct recorder_event *event)
{
    mailbox_post(child->home->events, &event->message);
}

static void post_reason(const struct recorder_child *child, enum recorder_event_type type,
                        const char *reason)
{
    post(child, recorder_event_create(type, child->recording_id, reason));
}

void recorder_child_refuse(const struct recorder_child *child, const char *reason)
{
    post_reason(child, RECORDER_EVENT_FAILED, reason);
}

/* ---- its process ---- */

static void release_process(struct recorder_child *child)
{
    child->exit_source = loop_source_destroy(child->exit_source);
    child->control_source = loop_source_destroy(child->control_source);
    recorder_process_release(&child->process);
}

static void child_destroy(struct recorder_child *child)
{
    release_process(child);
    loop_timer_destroy(child->timer);
    list_remove(&child->element);
    recorder_configuration_wipe(child->configuration);
    recorder_configuration_wipe(child->finish_next);
    free(child);
}

static void on_control(void *context, uint32_t events);
static void on_exit_of_process(void *context, uint32_t events);

static int start_process(struct recorder_child *child)
{
    struct loop *loop = child->home->loop;
    const int error =
        recorder_process_start(child->home->program, child->configuration, &child->process);
    if (error < 0) {
        return error;
    }
    child->started_us = clock_now_us();
    child->done = false;
    child->state = CHILD_STARTING;
    child->exit_source =
        loop_watch(loop, child->process.pidfd, EPOLLIN, "recorder-exit", on_exit_of_process, child);
    child->control_source =
        loop_watch(loop, child->process.control_fd, EPOLLIN, "recorder-control", on_control, child);
    loop_timer_start(child->timer, child->started_us + READY_TIMEOUT_US);
    log_info("recorder_started", "recording=%s pid=%d mode=%d", child->recording_id,
             child->process.pid, child->configuration->mode);
    return 0;
}

/* ---- what becomes of it ---- */

static void start_or_give_up(struct recorder_child *child);

static void begin_finishing(struct recorder_child *child)
{
    recorder_configuration_wipe(child->configuration);
    child->configuration = TAKE(child->finish_next);
    child->state = CHILD_IDLE;
    child->quick_deaths = 0;
    child->failed = false;
    child->reason[0] = 0;
    start_or_give_up(child);
}

static void on_gone_finishing(struct recorder_child *child)
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
static bool on_gone_recording(struct recorder_child *child, const char *how)
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
    struct recorder_event *event =
        recorder_event_create(RECORDER_EVENT_EXITED, child->recording_id, how);
    event->gave_up = child->quick_deaths >= QUICK_DEATHS_MAX;
    const bool again = !event->gave_up;
    post(child, event);
    return again;
}

static void on_gone(struct recorder_child *child, const char *how)
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
    if (child->ending) {
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

static void start_or_give_up(struct recorder_child *child)
{
    const int error = start_process(child);
    if (error == 0) {
        return;
    }
    char reason[RECORDER_REASON_SIZE];
    snprintf(reason, sizeof reason, "a recorder can't be started: %s", strerror(-error));
    log_error("recorder_not_started", "recording=%s error=%s", child->recording_id,
              strerror(-error));
    post_reason(child, RECORDER_EVENT_FAILED, reason);
    child_destroy(child);
}

static void on_exit_of_process(void *context, uint32_t events)
{
    (void)events;
    struct recorder_child *child = context;
    bool was_killed = false;
    int status = 0;
    on_control(child, 0); /* its last words */
    if (!recorder_process_reap(&child->process, &was_killed, &status)) {
        return;
    }
    char how[RECORDER_REASON_SIZE];
    snprintf(how, sizeof how, "the recorder %s %d",
             was_killed ? "was killed by signal" : "exited with code", status);
    log_info("recorder_gone", "recording=%s pid=%d %s=%d done=%d", child->recording_id,
             child->process.pid, was_killed ? "signal" : "code", status, child->done);
    on_gone(child, how);
}

static void on_timer(void *context, uint64_t now_us)
{
    (void)now_us;
    struct recorder_child *child = context;
    if (child->state == CHILD_IDLE) {
        start_or_give_up(child);
        return;
    }
    log_error("recorder_stuck", "recording=%s pid=%d state=%d", child->recording_id,
              child->process.pid, child->state);
    recorder_process_kill(&child->process);
}

/* ---- orders ---- */

void recorder_child_stop(struct recorder_child *child)
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
    (void)recorder_process_send(&child->process, message);
    free(message);
    child->state = CHILD_STOPPING;
    loop_timer_start(child->timer, clock_now_us() + STOP_TIMEOUT_US);
}

void recorder_child_start(struct recorder_child_home *home, const char *recording_id,
                          struct recorder_configuration *configuration)
{
    struct recorder_child *child = allocate_zeroed(1, sizeof *child);
    child->home = home;
    child->process = RECORDER_PROCESS_NONE;
    child->configuration = configuration;
    child->timer = loop_timer_create(home->loop, "recorder", on_timer, child);
    snprintf(child->recording_id, sizeof child->recording_id, "%s", recording_id);
    list_append(&home->children, &child->element);
    start_or_give_up(child);
}

void recorder_child_finish(struct recorder_child *child,
                           struct recorder_configuration *configuration)
{
    recorder_configuration_wipe(child->finish_next);
    child->finish_next = configuration;
    recorder_child_stop(child);
}

void recorder_child_end(struct recorder_child *child)
{
    child->ending = true;
    recorder_configuration_wipe(child->finish_next);
    child->finish_next = NULL;
    recorder_child_stop(child);
}

void recorder_child_kill(struct recorder_child *child)
{
    recorder_process_kill(&child->process);
}

bool recorder_child_records(const struct recorder_child *child)
{
    return child->configuration->mode == RECORDER_MODE_RECORD && child->state != CHILD_STOPPING;
}

struct recorder_child *recorder_child_of(struct list *element)
{
    return LIST_ENTRY(element, struct recorder_child, element);
}

struct recorder_child *recorder_child_find(struct recorder_child_home *home,
                                           const char *recording_id)
{
    LIST_FOR_EACH (cursor, &home->children) {
        struct recorder_child *child = recorder_child_of(cursor);
        if (strcmp(child->recording_id, recording_id) == 0) {
            return child;
        }
    }
    return NULL;
}

/* ---- what it says ---- */

static void on_ready(struct recorder_child *child, const struct recorder_control_message *message)
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
        struct recorder_event *event =
            recorder_event_create(RECORDER_EVENT_READY, child->recording_id, "");
        event->worker_fd = child->process.worker_fd;
        child->process.worker_fd = -1;
        post(child, event);
    }
}

/* A segment or a playable file. */
static void on_file(struct recorder_child *child, const struct recorder_control_message *message)
{
    static const enum recorder_event_type types[] = {
        [RECORDER_CONTROL_SEGMENT_OPENED] = RECORDER_EVENT_SEGMENT_OPENED,
        [RECORDER_CONTROL_SEGMENT_CLOSED] = RECORDER_EVENT_SEGMENT_CLOSED,
        [RECORDER_CONTROL_SEGMENT_CHECKED] = RECORDER_EVENT_SEGMENT_CHECKED,
        [RECORDER_CONTROL_PLAYABLE] = RECORDER_EVENT_PLAYABLE,
    };
    struct recorder_event *event =
        recorder_event_create(types[message->type], child->recording_id, "");
    event->file = message->file;
    post(child, event);
}

static void on_disk_full(struct recorder_child *child,
                         const struct recorder_control_message *message)
{
    log_error("disk_full", "recording=%s", child->recording_id);
    post_reason(child, RECORDER_EVENT_DISK_FULL, message->reason);
}

/* Told to the caller when the process has gone; the first reason is kept. */
static void on_failed(struct recorder_child *child, const struct recorder_control_message *message)
{
    log_error("recorder_failed", "recording=%s reason=%s", child->recording_id, message->reason);
    if (!child->failed) {
        child->failed = true;
        memcpy(child->reason, message->reason, sizeof child->reason);
    }
}

static void on_done(struct recorder_child *child, const struct recorder_control_message *message)
{
    (void)message;
    child->done = true;
    loop_timer_start(child->timer, clock_now_us() + STOP_TIMEOUT_US);
}

static void (*const control_handlers[])(struct recorder_child *child,
                                        const struct recorder_control_message *message) = {
    [RECORDER_CONTROL_READY] = on_ready,         [RECORDER_CONTROL_SEGMENT_OPENED] = on_file,
    [RECORDER_CONTROL_SEGMENT_CLOSED] = on_file, [RECORDER_CONTROL_SEGMENT_CHECKED] = on_file,
    [RECORDER_CONTROL_PLAYABLE] = on_file,       [RECORDER_CONTROL_DISK_FULL] = on_disk_full,
    [RECORDER_CONTROL_FAILED] = on_failed,       [RECORDER_CONTROL_DONE] = on_done,
};

static void on_control(void *context, uint32_t events)
{
    (void)events;
    struct recorder_child *child = context;
    struct recorder_control_message *message = allocate_zeroed(1, sizeof *message);
    uint8_t *datagram = allocate_zeroed(1, RECORDER_CONTROL_SIZE_MAX);
    for (;;) {
        const ssize_t size =
            recv(child->process.control_fd, datagram, RECORDER_CONTROL_SIZE_MAX, MSG_DONTWAIT);
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
