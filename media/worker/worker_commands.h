/* worker_commands.h - carries out the commands of worker_messages.h on their worker.
 * Thread: its worker's. */
#ifndef BEDSIDE_MEDIA_WORKER_WORKER_COMMANDS_H
#define BEDSIDE_MEDIA_WORKER_WORKER_COMMANDS_H

#include <stdint.h>

struct mailbox_message;
struct worker_state;

/* The command stays the caller's, without what it gave away (a descriptor). Commands for rooms and
 * endpoints that are gone do nothing. */
void worker_commands_carry_out(struct worker_state *worker, struct mailbox_message *command,
                               uint64_t now_us);

#endif
