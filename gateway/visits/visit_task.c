#include "gateway/visits/visit_task.h"

#include "gateway/base/allocate.h"
#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/base/thread_priority.h"
#include "gateway/visits/visit_conduct.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>

LOG_TOPIC("store_thread");

#define TASKS_PER_COMMIT_MAX 64
#define STOP_MESSAGE (-1)

struct visit_service_thread {
    struct mailbox *mailbox; /* of tasks */
    struct mailbox *outbox_mailbox;
    struct visit_store *store;
    struct visit_service *service;
    pthread_t thread;
    bool started;
};

void visit_service_post(struct visit_service_thread *thread, struct visit_task *task)
{
    task->message.type = 0;
    mailbox_post(thread->mailbox, &task->message);
}

void visit_task_handle_reply(void *context, struct mailbox_message *message)
{
    struct visit_task *task = CONTAINER_OF(message, struct visit_task, message);
    if (task->done) {
        task->done(task, context);
    }
    mailbox_message_destroy(message);
}

static void answer(struct visit_task *task)
{
    if (task->reply) {
        mailbox_post(task->reply, &task->message);
    } else {
        mailbox_message_destroy(&task->message);
    }
}

/* Runs up to a commit's worth of tasks in one transaction; nobody hears of them before it is on
 * disk. */
static void run_batch(struct visit_service_thread *thread, struct visit_task **tasks, size_t count)
{
    const struct visit_store_ops *ops = thread->store->ops;
    int error = ops->begin(thread->store);
    if (error == 0) {
        for (size_t i = 0; i < count; i++) {
            visit_service_set_now(thread->service, clock_wall_ms());
            tasks[i]->result = tasks[i]->run(tasks[i], thread->service);
        }
        error = ops->commit(thread->store);
    }
    if (error < 0) {
        log_error("commit_failed", "error=%d tasks=%zu", error, count);
    }
    const bool wrote_outbox = visit_service_take_outbox_signal(thread->service) && error == 0;
    for (size_t i = 0; i < count; i++) {
        if (error < 0) {
            tasks[i]->result = error;
        }
        answer(tasks[i]);
    }
    if (wrote_outbox && thread->outbox_mailbox) {
        mailbox_post(thread->outbox_mailbox, allocate_zeroed(1, sizeof(struct mailbox_message)));
    }
}

/* Takes what waits and runs it. Returns false when told to stop. */
static bool drain(struct visit_service_thread *thread)
{
    bool go_on = true;
    for (;;) {
        struct visit_task *tasks[TASKS_PER_COMMIT_MAX];
        size_t count = 0;
        struct mailbox_message *message = NULL;
        while (count < TASKS_PER_COMMIT_MAX && (message = mailbox_take(thread->mailbox))) {
            if (message->type == STOP_MESSAGE) {
                mailbox_message_destroy(message);
                go_on = false;
                continue;
            }
            tasks[count++] = CONTAINER_OF(message, struct visit_task, message);
        }
        if (count == 0) {
            return go_on;
        }
        run_batch(thread, tasks, count);
    }
}

static void *run(void *context)
{
    struct visit_service_thread *thread = context;
    struct pollfd wait = {.fd = mailbox_fd(thread->mailbox), .events = POLLIN};
    thread_run_behind(THREAD_BEHIND_CONVERSATION);
    while (drain(thread)) {
        if (poll(&wait, 1, -1) < 0 && errno != EINTR) {
            log_error("poll_failed", "errno=%d", errno);
            abort();
        }
    }
    return NULL;
}

int visit_service_thread_create(const struct visit_service_thread_config *config,
                                struct visit_store *store, struct visit_service_thread **ret_thread)
{
    AUTO(visit_service_thread) thread = allocate_zeroed(1, sizeof(*thread));
    thread->store = store;
    thread->outbox_mailbox = config->outbox_mailbox;
    thread->service = visit_service_create(&config->service, store);
    thread->mailbox = mailbox_create();
    const int recovered = visit_conduct_recover(thread->service);
    if (recovered < 0) {
        return recovered;
    }
    const int error = pthread_create(&thread->thread, NULL, run, thread);
    if (error != 0) {
        return -error;
    }
    thread->started = true;
    pthread_setname_np(thread->thread, "store");
    *ret_thread = TAKE(thread);
    return 0;
}

struct visit_service_thread *visit_service_thread_destroy(struct visit_service_thread *thread)
{
    if (!thread) {
        return NULL;
    }
    if (thread->started) {
        struct mailbox_message *stop = allocate_zeroed(1, sizeof(*stop));
        stop->type = STOP_MESSAGE;
        mailbox_post(thread->mailbox, stop);
        pthread_join(thread->thread, NULL);
    }
    mailbox_destroy(thread->mailbox);
    visit_service_destroy(thread->service);
    visit_store_destroy(thread->store);
    free(thread);
    return NULL;
}
