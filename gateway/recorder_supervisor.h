/* recorder_supervisor.h - starts and watches bedside-recorder processes.
 *
 * One process per recording while it records, and one more, later, that makes the playable files.
 * Each has two sockets and nothing else of ours: *media* (media/recorder_protocol.h), whose other
 * end goes to the worker, and *control* (media/recorder_control.h), whose other end stays here. A
 * process that dies while it should record is replaced at once; after 5 deaths within 10 s of their
 * starts in a row the supervisor gives up.
 *
 *   start --> READY(worker fd) --> SEGMENT_OPENED, SEGMENT_CLOSED ... --> STOPPED
 *                 ^ |
 *                 | v the process dies
 *               EXITED(gave_up false)            EXITED(gave_up true): nothing is recorded any more
 *
 *   finish --> SEGMENT_CHECKED ... --> PLAYABLE, one or more for each participant --> FINISHED
 *                                                                                or FAILED (finish
 * again)
 *
 * The processes run at a low priority (recorder_process.h), and so does the thread that starts
 * them. Every call posts to the supervisor's thread and returns at once; events arrive in the
 * mailbox given at creation. Thread: the calls from one thread (control). */
#ifndef BEDSIDE_GATEWAY_RECORDER_SUPERVISOR_H
#define BEDSIDE_GATEWAY_RECORDER_SUPERVISOR_H

#include "gateway/base/cleanup.h"
#include "gateway/recorder_event.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct recorder_supervisor_config {
    const char *recorder_path;   /* of the program bedside-recorder */
    const char *recorder_user;   /* the uid to become when the gateway runs as root; NULL:
                                    "bedside-recorder" if there is   such a user, else "nobody" */
    uint64_t minimum_free_bytes; /* recording stops when the disk has less */
    uint64_t memory_limit_bytes; /* address space of one recorder; 0: 2 GiB */
    bool allow_weak_sandbox;     /* record also where the kernel lacks Landlock or seccomp */
};

struct recorder_supervisor;

/* Starts the thread. `events` is borrowed and outlives the supervisor. Returns 0, -ENOENT or
 * -EACCES when `recorder_path` cannot be run, or -ENOENT for an unknown `recorder_user`. */
int recorder_supervisor_create(const struct recorder_supervisor_config *config,
                               struct mailbox *events, struct recorder_supervisor **ret_supervisor);
/* Lets running recorders close their files (at most 3 s), ends the thread. Accepts NULL. Always
 * returns NULL. */
struct recorder_supervisor *recorder_supervisor_destroy(struct recorder_supervisor *supervisor);
DEFINE_AUTO(recorder_supervisor)

/* Starts to record into `directory`, which is made when missing (mode 0700) and may hold segments
 * of before. */
void recorder_supervisor_start(struct recorder_supervisor *supervisor, const char *recording_id,
                               const char *directory,
                               const uint8_t data_key[RECORDER_DATA_KEY_SIZE]);
/* Lets the recorder close its segments and exit; unknown ids are ignored. */
void recorder_supervisor_stop(struct recorder_supervisor *supervisor, const char *recording_id);
/* Makes the playable files of what is in `directory`; a recorder that still runs is stopped first.
 * `intervals` are the consented intervals in order, on the wall clock
 * (WORKER_EVENT_RECORDING_FLOWING to _PAUSED): each playable file lasts as long as they do
 * together, and what lies outside them is left out. None: they are taken from the segments. May be
 * done again at any time; files of before are replaced. */
void recorder_supervisor_finish(struct recorder_supervisor *supervisor, const char *recording_id,
                                const char *directory,
                                const uint8_t data_key[RECORDER_DATA_KEY_SIZE],
                                const struct recorder_interval *intervals, size_t interval_count);

#endif
