#include "gateway/visits/store_gate.h"

#include "gateway/base/allocate.h"
#include "gateway/base/loop.h"

#include <poll.h>

struct store_gate {
    struct visit_service_thread *thread; /* borrowed */
    void *context;
    struct mailbox *replies;
    unsigned waiting;
};

struct store_gate *store_gate_create(struct visit_service_thread *thread, void *context)
{
    struct store_gate *gate = allocate_zeroed(1, sizeof(*gate));
    gate->thread = thread;
    gate->context = context;
    gate->replies = mailbox_create();
    return gate;
}

/* The mailbox must outlive every task that replies to it. */
static void drain(struct store_gate *gate)
{
    while (gate->waiting > 0) {
        struct mailbox_message *message = mailbox_take(gate->replies);
        if (message) {
            gate->waiting--;
            mailbox_message_destroy(message);
            continue;
        }
        struct pollfd readable = {.fd = mailbox_fd(gate->replies), .events = POLLIN};
        (void)poll(&readable, 1, -1);
    }
}

struct store_gate *store_gate_destroy(struct store_gate *gate)
{
    if (gate) {
        drain(gate);
        mailbox_destroy(gate->replies);
        free(gate);
    }
    return NULL;
}

void store_gate_post(struct store_gate *gate, struct visit_task *task)
{
    task->reply = gate->replies;
    gate->waiting++;
    visit_service_post(gate->thread, task);
}

unsigned store_gate_waiting(const struct store_gate *gate)
{
    return gate->waiting;
}

static void on_reply(void *context, struct mailbox_message *message)
{
    struct store_gate *gate = context;
    gate->waiting--;
    visit_task_handle_reply(gate->context, message);
}

struct loop_source *store_gate_watch(struct store_gate *gate, struct loop *loop, const char *name)
{
    return loop_watch_mailbox(loop, gate->replies, name, on_reply, gate);
}

int store_gate_fd(const struct store_gate *gate)
{
    return mailbox_fd(gate->replies);
}

void store_gate_on_replies(void *context)
{
    struct store_gate *gate = context;
    struct mailbox_message *message;
    while ((message = mailbox_take(gate->replies))) {
        on_reply(gate, message);
    }
}
