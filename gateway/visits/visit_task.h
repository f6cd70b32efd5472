/* visit_task.h - a piece of work for the store thread, and the store thread.
 *
 *   struct admit_task {
 *       struct visit_task task;              first member
 *       ... inputs ...
 *       struct visit_picture *picture;       output
 *   };
 *
 *   control                          store thread                       control
 *   visit_service_post() ----------> run(task, service) -> result
 *                                    COMMIT (several tasks at once) ---> done(task, context), then
 * destroy
 *
 * A task's writes are on disk before `done` is called. When the commit fails, `result` is
 * overwritten with its error, whatever `run` returned. Tasks run in the order in which they were
 * posted. Thread: post from any; `run` on the store thread; `done` on the thread that reads
 * `reply`. */
#ifndef BEDSIDE_VISITS_VISIT_TASK_H
#define BEDSIDE_VISITS_VISIT_TASK_H

#include "gateway/base/mailbox.h"
#include "gateway/visits/visit_service.h"

struct visit_task {
    struct mailbox_message
        message; /* `destroy` frees the caller's struct and all outputs; NULL: free() */
    /* Returns what the service returned: 0, an enum visit_refusal, or a negative errno. */
    int (*run)(struct visit_task *task, struct visit_service *service);
    /* May be NULL. Takes outputs with TAKE() if it wants to keep them. */
    void (*done)(struct visit_task *task, void *context);
    struct mailbox *reply; /* borrowed; NULL: the task is destroyed after the commit */
    int result;
};

struct visit_service_thread;

struct visit_service_thread_config {
    struct visit_service_config service;
    /* Gets an empty message after every commit that wrote to the outbox; borrowed, may be NULL. */
    struct mailbox *outbox_mailbox;
};

/* Takes ownership of `store` (also on failure), notes that nobody is connected any more
 * (visit_conduct_recover()), and starts the thread. Returns 0, or a negative
 * errno. */
int visit_service_thread_create(const struct visit_service_thread_config *config,
                                struct visit_store *store,
                                struct visit_service_thread **ret_thread);
/* Runs what was posted before, then stops. Reply mailboxes must outlive it. Accepts NULL. */
struct visit_service_thread *visit_service_thread_destroy(struct visit_service_thread *thread);
DEFINE_AUTO(visit_service_thread)

/* Takes ownership of `task`. */
void visit_service_post(struct visit_service_thread *thread, struct visit_task *task);

/* What a reader of `reply` does with a message: calls `done` with `context`, then destroys the
 * task. Has the shape of loop_watch_mailbox()'s handler. */
void visit_task_handle_reply(void *context, struct mailbox_message *message);

#endif
