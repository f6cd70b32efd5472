/* store_gate.h - the way to the store thread and back: posts tasks, runs what comes of them on the
 * control thread. Thread: control. */
#ifndef BEDSIDE_SIGNALING_SESSION_STORE_GATE_H
#define BEDSIDE_SIGNALING_SESSION_STORE_GATE_H

#include "gateway/base/cleanup.h"
#include "gateway/visits/visit_task.h"

struct store_gate;

/* `thread` is borrowed; `context` is what every task's `done` gets. */
struct store_gate *store_gate_create(struct visit_service_thread *thread, void *context);
/* Waits for the tasks that are still out (their `done` is not called any more). Accepts NULL.
 * Always returns NULL. */
struct store_gate *store_gate_destroy(struct store_gate *gate);
DEFINE_AUTO(store_gate)

/* Takes ownership of `task` and sets where it replies. */
void store_gate_post(struct store_gate *gate, struct visit_task *task);
unsigned store_gate_waiting(const struct store_gate *gate);
int store_gate_fd(const struct store_gate *gate);
/* To be called when store_gate_fd() is readable; `gate` is a struct store_gate. */
void store_gate_on_replies(void *gate);

#endif
