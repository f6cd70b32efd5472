#include "gateway/hooks/outbox.h"

#include "gateway/base/allocate.h"
#include "gateway/base/clock.h"
#include "gateway/base/digest.h"
#include "gateway/base/list.h"
#include "gateway/base/log.h"
#include "gateway/base/loop.h"
#include "gateway/base/mailbox.h"
#include "gateway/base/random.h"
#include "gateway/base/thread_priority.h"
#include "gateway/hooks/hook_document.h"
#include "gateway/hooks/local_program.h"
#include "gateway/visits/store_gate.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

LOG_TOPIC("outbox");

#define ENTRIES_AT_ONCE 16
#define DELIVERIES_AT_ONCE 4 /* to one destination; of different cases */
#define STORE_RETRY_MS 5000

struct destination {
    struct outbox *outbox;
    char name[OUTBOX_DESTINATION_SIZE]; /* in the store */
    const char *path;                   /* borrowed */
    bool asking;                        /* the store is looking what is pending */
    bool ask_again;
    struct list deliveries;
    size_t delivery_count;
    struct loop_timer *timer; /* of the earliest retry */
};

/* From the moment an entry is taken up until the store knows what became of it: its case waits. */
struct delivery {
    struct list link;
    struct destination *destination;
    struct outbox_entry entry;
    struct local_program *program;
};

struct outbox {
    struct outbox_config config;
    struct store_gate *store;
    struct loop *loop;
    struct destination *destinations;
    struct loop_source *wake_source;
    struct loop_source *reply_source;
    pthread_t thread_id;
    bool started;
};

static void ask(struct destination *destination);

/* ---- tasks for the store thread ---- */

struct pending_task {
    struct visit_task task; /* first */
    struct destination *destination;
    struct outbox_entry entries[ENTRIES_AT_ONCE];
    size_t count;
};

struct mark_task {
    struct visit_task task; /* first */
    struct delivery *delivery;
    char destination[OUTBOX_DESTINATION_SIZE];
    int64_t sequence;
    bool delivered;
    int64_t due_at_ms;
};

/* ---- one delivery ---- */

/* Doubles with each failure; half of it is random, so that many do not come back together. */
static uint32_t retry_delay_ms(const struct outbox_config *config, uint32_t attempts)
{
    uint64_t delay_ms = config->first_retry_ms;
    for (uint32_t i = 0; i < attempts && delay_ms < config->longest_retry_ms; i++) {
        delay_ms *= 2;
    }
    if (delay_ms > config->longest_retry_ms) {
        delay_ms = config->longest_retry_ms;
    }
    const uint32_t half = (uint32_t)delay_ms / 2;
    return half + random_below(half + 1);
}

static void delivery_destroy(struct delivery *delivery)
{
    list_remove(&delivery->link);
    delivery->destination->delivery_count--;
    local_program_destroy(delivery->program);
    free(delivery);
}

static int run_mark(struct visit_task *task, struct visit_service *service)
{
    struct mark_task *mark = (struct mark_task *)(void *)task;
    return mark->delivered
               ? visit_outbox_delivered(service, mark->destination, mark->sequence)
               : visit_outbox_failed(service, mark->destination, mark->sequence, mark->due_at_ms);
}

static void on_marked(struct visit_task *task, void *context)
{
    struct outbox *outbox = context;
    struct mark_task *mark = (struct mark_task *)(void *)task;
    struct destination *destination = mark->delivery->destination;
    delivery_destroy(mark->delivery);
    if (task->result < 0) {
        /* What the store does not know will be delivered again; not at once. */
        log_warning("outcome_not_kept", "sequence=%" PRId64 " error=%d", mark->sequence,
                    task->result);
        loop_timer_start(destination->timer,
                         loop_now_us(outbox->loop) + (uint64_t)STORE_RETRY_MS * 1000);
        return;
    }
    ask(destination);
}

static void settle(struct delivery *delivery, bool delivered)
{
    struct destination *destination = delivery->destination;
    struct outbox *outbox = destination->outbox;
    struct mark_task *mark = allocate_zeroed(1, sizeof(*mark));
    mark->task.run = run_mark;
    mark->task.done = on_marked;
    mark->delivery = delivery;
    memcpy(mark->destination, destination->name, sizeof(mark->destination));
    mark->sequence = delivery->entry.sequence;
    mark->delivered = delivered;
    if (!delivered) {
        mark->due_at_ms =
            clock_wall_ms() + retry_delay_ms(&outbox->config, delivery->entry.attempts);
    }
    store_gate_post(outbox->store, &mark->task);
}

static void on_program_end(void *context, enum local_program_end end, int detail)
{
    struct delivery *delivery = context;
    const struct visit_event *event = &delivery->entry.event;
    if (end == LOCAL_PROGRAM_SUCCEEDED) {
        log_info("delivered", "event=%s type=%s attempt=%u", event->id,
                 visit_event_kind_name(event->kind), delivery->entry.attempts + 1);
    } else {
        log_warning("not_delivered", "event=%s type=%s attempt=%u reason=%s code=%d", event->id,
                    visit_event_kind_name(event->kind), delivery->entry.attempts + 1,
                    end == LOCAL_PROGRAM_TIMED_OUT ? "timed_out" : "failed", detail);
    }
    settle(delivery, end == LOCAL_PROGRAM_SUCCEEDED);
}

static void deliver(struct destination *destination, const struct outbox_entry *entry)
{
    struct outbox *outbox = destination->outbox;
    struct delivery *delivery = allocate_zeroed(1, sizeof(*delivery));
    delivery->destination = destination;
    delivery->entry = *entry;
    list_append(&destination->deliveries, &delivery->link);
    destination->delivery_count++;
    AUTO_FREE char *document = hook_document_create(entry);
    const int result = local_program_start(outbox->loop, destination->path, document,
                                           strlen(document), outbox->config.timeout_ms,
                                           on_program_end, delivery, &delivery->program);
    if (result < 0) {
        log_warning("program_not_started", "event=%s error=%d", entry->event.id, result);
        settle(delivery, false);
    }
}

/* ---- one destination ---- */

static bool is_case_busy(const struct destination *destination, const char *case_id)
{
    LIST_FOR_EACH (cursor, &destination->deliveries) {
        const struct delivery *delivery = LIST_ENTRY(cursor, struct delivery, link);
        if (strcmp(delivery->entry.event.case_id, case_id) == 0) {
            return true;
        }
    }
    return false;
}

static int run_pending(struct visit_task *task, struct visit_service *service)
{
    struct pending_task *pending = (struct pending_task *)(void *)task;
    return visit_outbox_pending(service, pending->destination->name, pending->entries,
                                ENTRIES_AT_ONCE, &pending->count);
}

static void take_up(struct destination *destination, const struct pending_task *pending)
{
    struct outbox *outbox = destination->outbox;
    const int64_t now_ms = clock_wall_ms();
    int64_t earliest_ms = 0;
    for (size_t i = 0; i < pending->count; i++) {
        const struct outbox_entry *entry = &pending->entries[i];
        if (is_case_busy(destination, entry->event.case_id)) {
            continue;
        }
        if (entry->due_at_ms > now_ms) {
            earliest_ms =
                earliest_ms == 0 || entry->due_at_ms < earliest_ms ? entry->due_at_ms : earliest_ms;
        } else if (destination->delivery_count < DELIVERIES_AT_ONCE) {
            deliver(destination, entry);
        }
    }
    if (earliest_ms != 0) {
        /* A wall clock that was set back must not make a delivery wait longer than the longest
         * back-off. */
        int64_t wait_ms = earliest_ms - now_ms;
        wait_ms =
            wait_ms < outbox->config.longest_retry_ms ? wait_ms : outbox->config.longest_retry_ms;
        loop_timer_start(destination->timer, loop_now_us(outbox->loop) + (uint64_t)wait_ms * 1000);
    }
}

static void on_pending(struct visit_task *task, void *context)
{
    struct outbox *outbox = context;
    struct pending_task *pending = (struct pending_task *)(void *)task;
    struct destination *destination = pending->destination;
    destination->asking = false;
    if (task->result < 0) {
        log_warning("store_not_read", "error=%d", task->result);
        loop_timer_start(destination->timer,
                         loop_now_us(outbox->loop) + (uint64_t)STORE_RETRY_MS * 1000);
    } else {
        take_up(destination, pending);
    }
    if (destination->ask_again) {
        destination->ask_again = false;
        ask(destination);
    }
}

static void ask(struct destination *destination)
{
    if (destination->asking) {
        destination->ask_again = true;
        return;
    }
    destination->asking = true;
    struct pending_task *pending = allocate_zeroed(1, sizeof(*pending));
    pending->task.run = run_pending;
    pending->task.done = on_pending;
    pending->destination = destination;
    store_gate_post(destination->outbox->store, &pending->task);
}

static void on_timer(void *context, uint64_t now_us)
{
    (void)now_us;
    ask(context);
}

static void on_wake(void *context, struct mailbox_message *message)
{
    struct outbox *outbox = context;
    mailbox_message_destroy(message);
    for (size_t i = 0; i < outbox->config.program_count; i++) {
        ask(&outbox->destinations[i]);
    }
}

/* ---- the thread ---- */

/* The programs are killed; their cases were not marked, so that they are delivered again. */
static void stop_deliveries(struct outbox *outbox)
{
    for (size_t i = 0; i < outbox->config.program_count; i++) {
        LIST_FOR_EACH (cursor, &outbox->destinations[i].deliveries) {
            delivery_destroy(LIST_ENTRY(cursor, struct delivery, link));
        }
        loop_timer_destroy(outbox->destinations[i].timer);
    }
}

/* On the thread that has the loop. What the store knows of each delivery comes first: tasks that
 * are out speak of it. */
static void leave_loop(struct outbox *outbox)
{
    outbox->reply_source = loop_source_destroy(outbox->reply_source);
    outbox->store = store_gate_destroy(outbox->store);
    stop_deliveries(outbox);
    outbox->wake_source = loop_source_destroy(outbox->wake_source);
}

static void *run(void *context)
{
    struct outbox *outbox = context;
    thread_run_behind(THREAD_BEHIND_ALL);
    for (size_t i = 0; i < outbox->config.program_count; i++) {
        ask(&outbox->destinations[i]);
    }
    loop_run(outbox->loop);
    leave_loop(outbox);
    return NULL;
}

static void set_destination(struct outbox *outbox, size_t index)
{
    struct destination *destination = &outbox->destinations[index];
    char digest[DIGEST_SHA256_HEX_SIZE];
    destination->outbox = outbox;
    destination->path = outbox->config.programs[index];
    /* The path may be longer than a name. */
    digest_of_token(destination->path, digest);
    snprintf(destination->name, sizeof(destination->name), "program:%.32s", digest);
    list_init(&destination->deliveries);
    destination->timer = loop_timer_create(outbox->loop, "outbox_retry", on_timer, destination);
}

static uint32_t or_default(uint32_t value, uint32_t fallback)
{
    return value != 0 ? value : fallback;
}

int outbox_create(const struct outbox_config *config, struct visit_service_thread *thread,
                  struct mailbox *mailbox, struct outbox **ret_outbox)
{
    for (size_t i = 0; i < config->program_count; i++) {
        if (config->programs[i][0] != '/') {
            return -EINVAL;
        }
    }
    AUTO(outbox) outbox = allocate_zeroed(1, sizeof(*outbox));
    outbox->config = *config;
    outbox->config.timeout_ms = or_default(config->timeout_ms, 60000);
    outbox->config.first_retry_ms = or_default(config->first_retry_ms, 1000);
    outbox->config.longest_retry_ms = or_default(config->longest_retry_ms, 900000);
    outbox->store = store_gate_create(thread, outbox);
    outbox->loop = loop_create("hooks");
    outbox->destinations = allocate_zeroed(config->program_count, sizeof(*outbox->destinations));
    for (size_t i = 0; i < config->program_count; i++) {
        set_destination(outbox, i);
    }
    outbox->wake_source = loop_watch_mailbox(outbox->loop, mailbox, "outbox_wake", on_wake, outbox);
    outbox->reply_source = store_gate_watch(outbox->store, outbox->loop, "outbox_reply");
    const int error = pthread_create(&outbox->thread_id, NULL, run, outbox);
    if (error != 0) {
        leave_loop(outbox);
        return -error;
    }
    outbox->started = true;
    pthread_setname_np(outbox->thread_id, "hooks");
    *ret_outbox = TAKE(outbox);
    return 0;
}

struct outbox *outbox_destroy(struct outbox *outbox)
{
    if (!outbox) {
        return NULL;
    }
    if (outbox->started) {
        loop_stop(outbox->loop);
        pthread_join(outbox->thread_id, NULL);
    }
    loop_destroy(outbox->loop);
    free(outbox->destinations);
    free(outbox);
    return NULL;
}
