/* recorder_process.h - one bedside-recorder: how it is started, at which priority, and its three
 * handles. What it says and what becomes of it is recorder_child's affair.
 *
 * It gets two sockets and the log and nothing else of the gateway's, leads a session of its own,
 * and runs behind everything that a visit hears and sees (nice 10, SCHED_BATCH): a start costs some
 * 20 ms of CPU, and a recording is in no hurry. Thread: its owner's. */
#ifndef BEDSIDE_GATEWAY_RECORDER_PROCESS_H
#define BEDSIDE_GATEWAY_RECORDER_PROCESS_H

#include "media/recorder_control.h"

#include <stdbool.h>
#include <sys/types.h>

struct recorder_process {
    pid_t pid;      /* 0: none */
    int pidfd;      /* readable when it has exited; these are owned, -1: none */
    int control_fd; /* ours: media/recorder_control.h */
    int worker_fd;  /* the worker's end of its media socket; take it when it is handed on */
};

#define RECORDER_PROCESS_NONE                                                                      \
    (struct recorder_process)                                                                      \
    {                                                                                              \
        .pidfd = -1, .control_fd = -1, .worker_fd = -1                                             \
    }

/* Makes the directory when it is missing, starts the process and sends it its configuration (which
 * is not kept). Returns 0, or a negative errno when there is no process. */
int recorder_process_start(const char *program, const struct recorder_configuration *configuration,
                           struct recorder_process *ret_process);
/* Returns 0 or a negative errno of send. */
int recorder_process_send(const struct recorder_process *process,
                          const struct recorder_control_message *message);
/* Its exit is then noticed by the pidfd. */
void recorder_process_kill(const struct recorder_process *process);
/* Takes leave of one that has exited. Returns whether it has; `ret_was_killed` says whether
 * `ret_status` is a signal or an exit code. */
bool recorder_process_reap(const struct recorder_process *process, bool *ret_was_killed,
                           int *ret_status);
/* Wipes the key and frees; accepts NULL. */
void recorder_configuration_wipe(struct recorder_configuration *configuration);
/* Closes what it holds. Harmless without a process. */
void recorder_process_release(struct recorder_process *process);

#endif
