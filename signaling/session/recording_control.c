#include "signaling/session/recording_control.h"

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
    strncpy(event->recording_id, recording_id, sizeof(event->recording_id) - 1);
    return event;
}
