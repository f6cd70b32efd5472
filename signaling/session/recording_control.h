/* recording_control.h - what the hub asks of whoever runs recorder processes, and what it is told.
 *
 *   hub                                     gateway (recorder_supervisor)
 *    | start(order)                              |   a process is started; READY brings the worker's end
 *    | <--- RECORDING_CONTROL_READY {fd} ------- |   of the socket (media/recorder_protocol.h)
 *    |                                           |
 *    | <--- RECORDING_CONTROL_DIED -------------- |   the process is gone; the supervisor starts another by
 *    | <--- RECORDING_CONTROL_READY {fd} ------- |   itself, in a new segment, and says READY again
 *    |                                           |
 *    | finish(recording)                         |   no more packets come: remux, write the manifest
 *    | <--- RECORDING_CONTROL_FINISHED --------- |   written and closed; its result is in the record
 *
 * The hub pauses and resumes on its own, at the worker; this interface never decides about consent.
 * Thread: control. The operations return at once; events are posted to the hub's mailbox from any
 * thread. */
#ifndef BEDSIDE_SIGNALING_SESSION_RECORDING_CONTROL_H
#define BEDSIDE_SIGNALING_SESSION_RECORDING_CONTROL_H

#include "gateway/base/mailbox.h"
#include "gateway/base/random.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORDING_CONTROL_KEY_SIZE 32

struct recording_order {
    char recording_id[UUID_TEXT_SIZE];
    char visit_id[UUID_TEXT_SIZE];
    char case_id[UUID_TEXT_SIZE];
    bool continues; /* after a restart of the gateway: segments are appended to what is there */
};

struct recording_control_ops {
    /* Starts a recorder for the recording (or continues one that was broken off). Returns 0 or a
     * negative errno when it can't even be tried (-ENOTSUP: recording is switched off). */
    int (*start)(void *context, const struct recording_order *order);
    /* The recording is over: the process closes its files. Unknown ids are ignored. */
    void (*finish)(void *context, const char *recording_id);
    /* Whether a recorder could be started now: for readyz. */
    bool (*is_available)(void *context);
    /* Opens the wrapped data key of a recording, for playback. Returns 0, or -EKEYREJECTED; the
     * caller wipes the key. Called on the playback thread too. NULL: recordings cannot be played.
     */
    int (*unwrap_key)(void *context, const void *wrapped, size_t size,
                      uint8_t ret_data_key[RECORDING_CONTROL_KEY_SIZE]);
};

enum recording_control_event_type {
    RECORDING_CONTROL_READY,     /* `worker_fd` is valid */
    RECORDING_CONTROL_DIED,      /* restarted by the supervisor unless `gave_up` */
    RECORDING_CONTROL_DISK_FULL, /* the recorder stopped writing; what is written is kept */
    RECORDING_CONTROL_FINISHED,  /* files are closed, the record knows them */
    RECORDING_CONTROL_FAILED,    /* could not start, or could not be closed */
};

/* `message.type` is of enum recording_control_event_type. Made by recording_control_event_create().
 */
struct recording_control_event {
    struct mailbox_message message;
    char recording_id[UUID_TEXT_SIZE];
    int worker_fd; /* owned; -1 when there is none */
    bool gave_up;
};

/* Returns an owned event whose destruction closes `worker_fd`. */
struct recording_control_event *
recording_control_event_create(enum recording_control_event_type type, const char *recording_id,
                               int worker_fd);

#endif
