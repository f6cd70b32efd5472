#include "signaling/session/recording_control.h"

#include <stdio.h>
#include <string.h>

static void event_destroy(struct mailbox_message *message)
{
    struct recording_control_event *event =
        CONTAINER_OF(message, struct recording_control_event, message);
    if (event->worker_fd >= 0) {
        close(event->worker_fd);
    }
    free(event);
}

struct recording_control_event *
recording_control_event_create(enum recording_control_event_type type, const char *recording_id,
                               int worker_fd)
{
    struct recording_control_event *event = calloc(1, sizeof(*event));
    if (!event) {
        abort();
    }
    event->message.type = type;
    event->message.destroy = event_destroy;
    event->worker_fd = worker_fd;
    snprintf(event->recording_id, UUID_TEXT_SIZE, "%s", recording_id);
    return event;
}
