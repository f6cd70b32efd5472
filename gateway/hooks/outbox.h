/* outbox.h - takes stored events to the configured local programs: at least once, in order per
 * case, with exponential back-off and jitter; what is not delivered waits in the store, also across
 * restarts.
 *
 * Configuration ([hooks] in bedside.conf):
 *
 *   programs = /usr/local/bin/on-recording;/opt/site/archive
 *
 * Absolute paths. Each is started without arguments, once per event, with a JSON document on
 * standard input (described in gateway/README.md). Exit code 0 means delivered; anything else, or
 * no end in time, means: try again later.
 *
 *   timeout_seconds = 60
 *
 * Then the program's process group is killed.
 *
 * Thread: its own, started by create. */
#ifndef BEDSIDE_HOOKS_OUTBOX_H
#define BEDSIDE_HOOKS_OUTBOX_H

#include "gateway/base/cleanup.h"

#include <stddef.h>
#include <stdint.h>

struct mailbox;
struct visit_service_thread;

struct outbox_config {
    const char *const *programs; /* absolute paths, borrowed for the outbox's life */
    size_t program_count;
    uint32_t timeout_ms;       /* 0: 60000 */
    uint32_t first_retry_ms;   /* 0: 1000; doubles with each failure */
    uint32_t longest_retry_ms; /* 0: 900000 */
};

struct outbox;

/* `mailbox` is the outbox_mailbox of the visit service thread's configuration: its messages wake
 * the outbox. It and `thread` are borrowed; destroy the outbox before the thread, the mailbox after
 * both. Returns 0 or a negative errno (-EINVAL: a path is not absolute). */
int outbox_create(const struct outbox_config *config, struct visit_service_thread *thread,
                  struct mailbox *mailbox, struct outbox **ret_outbox);
/* Kills the programs that still run; their events will be delivered again. Accepts NULL. */
struct outbox *outbox_destroy(struct outbox *outbox);
DEFINE_AUTO(outbox)

#endif
