#include "gateway/recorder_event.h"

#include "gateway/base/allocate.h"
#include "gateway/base/cleanup.h"

#include <stdio.h>
#include <unistd.h>

static void event_destroy(struct mailbox_message *message)
{
    struct recorder_event *event = CONTAINER_OF(message, struct recorder_event, message);
    if (event->worker_fd >= 0) {
        close(event->worker_fd);
    }
    free(event);
}

struct recorder_event *recorder_event_create(enum recorder_event_type type,
                                             const char *recording_id, const char *reason)
{
    struct recorder_event *event = allocate_zeroed(1, sizeof *event);
    event->message.type = type;
    event->message.destroy = event_destroy;
    event->worker_fd = -1;
    snprintf(event->recording_id, sizeof event->recording_id, "%s", recording_id);
    snprintf(event->reason, sizeof event->reason, "%s", reason);
    return event;
}
