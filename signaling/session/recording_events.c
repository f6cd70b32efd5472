/* What workers and recorder processes say of recordings, to the room that is recorded. */
#include "signaling/session/hub_internal.h"
#include "signaling/session/signaling_hub.h"

void recording_event_flow(struct signaling_hub *hub, struct mailbox_message *message)
{
    const struct worker_recording_event *event =
        (const struct worker_recording_event *)(void *)message;
    struct visit_room *room = signaling_hub_find_room_of_id(hub, event->room_id);
    if (!room || !room->recording.recording_id[0]) {
        return;
    }
    if (message->type == WORKER_EVENT_RECORDING_FLOWING) {
        room_recording_on_flowing(&room->recording, event->wall_ms);
        signaling_hub_recording_flowing(hub, room->recording.recording_id, event->wall_ms);
        return;
    }
    room_recording_on_stopped(&room->recording, event->wall_ms);
    signaling_hub_recording_stopped(hub, room->recording.recording_id, event->wall_ms,
                                    message->type == WORKER_EVENT_RECORDING_PAUSED);
}

static void on_recorder_ready(struct visit_room *room, struct recording_control_event *event)
{
    const int worker_fd = event->worker_fd;
    event->worker_fd = -1;
    room_recording_on_ready(&room->recording, worker_fd);
}

static void on_recorder_died(struct visit_room *room, struct recording_control_event *event)
{
    room->hub->totals.recorder_deaths++;
    room_recording_on_died(&room->recording);
    if (event->gave_up) {
        signaling_hub_recording_failed(room->hub, event->recording_id, RECORDING_FAILURE_RECORDER);
    }
}

static void on_recorder_disk_full(struct visit_room *room, struct recording_control_event *event)
{
    room_recording_on_died(&room->recording);
    signaling_hub_recording_failed(room->hub, event->recording_id, RECORDING_FAILURE_NO_SPACE);
}

static void on_recorder_failed(struct visit_room *room, struct recording_control_event *event)
{
    const bool was_finishing = room->recording.finished;
    room_recording_on_died(&room->recording);
    room->recording.started = false;
    if (!was_finishing) {
        signaling_hub_recording_failed(room->hub, event->recording_id, RECORDING_FAILURE_RECORDER);
    }
}

static void on_recorder_finished(struct visit_room *room, struct recording_control_event *event)
{
    (void)event;
    room->recording.started = false;
}

void signaling_hub_on_recording_event(struct signaling_hub *hub, struct mailbox_message *message)
{
    static void (*const handlers[])(struct visit_room *, struct recording_control_event *) = {
        [RECORDING_CONTROL_READY] = on_recorder_ready,
        [RECORDING_CONTROL_DIED] = on_recorder_died,
        [RECORDING_CONTROL_DISK_FULL] = on_recorder_disk_full,
        [RECORDING_CONTROL_FINISHED] = on_recorder_finished,
        [RECORDING_CONTROL_FAILED] = on_recorder_failed,
    };
    struct recording_control_event *event =
        CONTAINER_OF(message, struct recording_control_event, message);
    struct visit_room *room = signaling_hub_find_room_of_recording(hub, event->recording_id);
    if (room && message->type >= 0 && (size_t)message->type < G_N_ELEMENTS(handlers)) {
        handlers[message->type](room, event);
        signaling_hub_check_room(hub, room);
    }
    mailbox_message_destroy(message);
}
