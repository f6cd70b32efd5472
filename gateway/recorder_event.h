/* recorder_event.h - what the supervisor tells the gateway's control thread about recordings.
 * Thread: made on the supervisor's, read on control's. */
#ifndef BEDSIDE_GATEWAY_RECORDER_EVENT_H
#define BEDSIDE_GATEWAY_RECORDER_EVENT_H

#include "gateway/base/mailbox.h"
#include "gateway/base/random.h"
#include "media/recorder_control.h"

#include <stdbool.h>

enum recorder_event_type {
    RECORDER_EVENT_READY,          /* `worker_fd` is for the worker */
    RECORDER_EVENT_SEGMENT_OPENED, /* `file`: a segment has its first bytes */
    RECORDER_EVENT_SEGMENT_CLOSED, /* `file`: closed properly */
    RECORDER_EVENT_DISK_FULL,      /* the disk has less than the minimum: recording has stopped, the
                                      process has      closed its files and will not be replaced */
    RECORDER_EVENT_EXITED,         /* died while it should record; replaced unless `gave_up` */
    RECORDER_EVENT_STOPPED, /* after recorder_supervisor_stop(), or END on the media socket */
    RECORDER_EVENT_SEGMENT_CHECKED, /* `file`: while finishing, for every segment, also those broken
                                       off */
    RECORDER_EVENT_PLAYABLE,        /* `file`: one playable file */
    RECORDER_EVENT_FINISHED, /* `reason` names a segment or file that is damaged, or is empty */
    RECORDER_EVENT_FAILED,   /* `reason`: could not start to record, or could not finish */
};

/* `message.type` is of enum recorder_event_type. Destroying an event closes `worker_fd` unless it
 * was taken (-1). */
struct recorder_event {
    struct mailbox_message message;
    char recording_id[UUID_TEXT_SIZE];
    int worker_fd;                     /* READY; else -1. Owned, non-blocking, SOCK_SEQPACKET */
    struct recorder_file_report file;  /* where named above; else zero */
    bool gave_up;                      /* EXITED */
    char reason[RECORDER_REASON_SIZE]; /* FAILED, FINISHED, EXITED, DISK_FULL: a sentence for logs
                                          and staff, no names */
};

/* Owned: mailbox_post() or mailbox_message_destroy(). */
struct recorder_event *recorder_event_create(enum recorder_event_type type,
                                             const char *recording_id, const char *reason);

#endif
