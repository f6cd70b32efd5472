/* store_gate.h - one thread's way to the store thread and back: posts tasks, counts what is not
 * answered yet, and runs what comes of it.
 *
 * Thread: the one that made it, or to which that one left it before the first post. */
#ifndef BEDSIDE_VISITS_STORE_GATE_H
#define BEDSIDE_VISITS_STORE_GATE_H

#include "gateway/base/cleanup.h"
#include "gateway/visits/visit_task.h"

struct loop;
struct loop_source;
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

/* Lets a loop run what comes back. Returns an owned source, to be destroyed before the gate; `name`
 * is borrowed for the loop's life. */
struct loop_source *store_gate_watch(struct store_gate *gate, struct loop *loop, const char *name);
/* For another kind of loop: */
int store_gate_fd(const struct store_gate *gate);
/* To be called when store_gate_fd() is readable; `gate` is a struct store_gate. */
void store_gate_on_replies(void *gate);

#endif
