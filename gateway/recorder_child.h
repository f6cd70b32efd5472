/* recorder_child.h - one recording that records, or that is being finished: its process, the next
 * one when that dies, and what is told about it (struct recorder_event).
 *
 *   IDLE --start--> STARTING --READY--> RUNNING --stop--> STOPPING --exit--> (gone)
 *    ^                 |                   |
 *    +--- on_exit -----+-------------------+   replaced after a pause, unless it was to end
 *
 * A child is in the supervisor's list while it lives and takes itself out when it is done: after
 * each call that may end it, do not use it any more. Thread: the supervisor's. */
#ifndef BEDSIDE_GATEWAY_RECORDER_CHILD_H
#define BEDSIDE_GATEWAY_RECORDER_CHILD_H

#include "gateway/base/list.h"
#include "media/recorder_control.h"

#include <stdbool.h>

struct loop;
struct mailbox;
struct recorder_child;

/* What all children share; borrowed. */
struct recorder_child_home {
    const char *program; /* bedside-recorder */
    struct loop *loop;
    struct mailbox *events;
    struct list children;
};

/* The child whose place in the list this is. */
struct recorder_child *recorder_child_of(struct list *element);
/* The child of a recording, or NULL. */
struct recorder_child *recorder_child_find(struct recorder_child_home *home,
                                           const char *recording_id);
/* Owns `configuration`, which it wipes. Starts the process, or tells that it cannot be started and
 * is gone. */
void recorder_child_start(struct recorder_child_home *home, const char *recording_id,
                          struct recorder_configuration *configuration);
/* It records, and was not told to stop. */
bool recorder_child_records(const struct recorder_child *child);
/* Lets it close its files and exit. May end it. */
void recorder_child_stop(struct recorder_child *child);
/* Stops what it does and begins to finish. Owns `configuration`; the newest counts. May end it. */
void recorder_child_finish(struct recorder_child *child,
                           struct recorder_configuration *configuration);
/* Stops it for good. May end it. */
void recorder_child_end(struct recorder_child *child);
/* Waits no longer. */
void recorder_child_kill(struct recorder_child *child);
/* Tells the caller why an order was refused. */
void recorder_child_refuse(const struct recorder_child *child, const char *reason);

#endif
