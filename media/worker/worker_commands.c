#include "media/worker/worker_commands.h"

#include "gateway/base/log.h"
#include "gateway/base/loop.h"
#include "media/router/room.h"
#include "media/router/room_endpoint.h"
#include "media/worker/worker_endpoint.h"
#include "media/worker/worker_messages.h"
#include "media/worker/worker_room.h"
#include "media/worker/worker_state.h"

#include <inttypes.h>

LOG_TOPIC("commands");

typedef void command_handler(struct worker_state *worker, struct mailbox_message *message,
                             uint64_t now_us);

#define COMMAND_OF(type, pointer) CONTAINER_OF(pointer, struct type, message)

/* ---- rooms ---- */

static void open_room(struct worker_state *worker, struct mailbox_message *message, uint64_t now_us)
{
    const struct worker_room_command *command = COMMAND_OF(worker_room_command, message);
    struct worker_room *room = NULL;
    (void)now_us;
    int r = worker_room_create(worker, command->room_id, &room);
    if (r < 0) {
        log_error("room_not_opened", "room=%" PRIu64 " error=%d", command->room_id, -r);
    }
}

static struct worker_room *room_of(struct worker_state *worker, struct mailbox_message *message)
{
    return worker_room_find(worker, COMMAND_OF(worker_room_command, message)->room_id);
}

static void close_room(struct worker_state *worker, struct mailbox_message *message,
                       uint64_t now_us)
{
    (void)worker_room_destroy(room_of(worker, message), now_us);
}

static void show_test_card(struct worker_state *worker, struct mailbox_message *message,
                           uint64_t now_us)
{
    const struct worker_room_test_card *command = COMMAND_OF(worker_room_test_card, message);
    struct worker_room *room = worker_room_find(worker, command->room_id);
    if (room) {
        worker_room_show_test_card(room, command->endpoint_id, now_us);
    }
}

/* ---- endpoints ---- */

static void open_endpoint(struct worker_state *worker, struct mailbox_message *message,
                          uint64_t now_us)
{
    const struct worker_endpoint_open *command = COMMAND_OF(worker_endpoint_open, message);
    struct worker_room *room = worker_room_find(worker, command->room_id);
    if (room) {
        worker_room_open_endpoint(room, command, now_us);
    }
}

static void restart_ice(struct worker_state *worker, struct mailbox_message *message,
                        uint64_t now_us)
{
    const struct worker_endpoint_open *command = COMMAND_OF(worker_endpoint_open, message);
    struct worker_endpoint *endpoint = worker_room_find_endpoint(worker, command->endpoint_id);
    (void)now_us;
    if (endpoint) {
        worker_endpoint_restart_ice(endpoint, &command->transport);
    }
}

static void set_media(struct worker_state *worker, struct mailbox_message *message, uint64_t now_us)
{
    const struct worker_endpoint_set_media *command =
        COMMAND_OF(worker_endpoint_set_media, message);
    struct worker_endpoint *endpoint = worker_room_find_endpoint(worker, command->endpoint_id);
    if (endpoint) {
        room_endpoint_set_media(endpoint->place, &command->media, now_us);
    }
}

static struct worker_endpoint *endpoint_of(struct worker_state *worker,
                                           struct mailbox_message *message)
{
    return worker_room_find_endpoint(worker,
                                     COMMAND_OF(worker_endpoint_command, message)->endpoint_id);
}

/* One whose transport has ended stays outside: nothing of the room may be kept for it. */
static void put(const struct worker_state *worker, const struct worker_place *place)
{
    const struct worker_endpoint *endpoint = worker_room_find_endpoint(worker, place->endpoint_id);
    if (endpoint && (endpoint->transport || place->circle == ROOM_OUTSIDE)) {
        room_move(endpoint->config.room, endpoint->place, place->circle);
    }
}

static void arrange_room(struct worker_state *worker, struct mailbox_message *message,
                         uint64_t now_us)
{
    const struct worker_room_arrange *command = COMMAND_OF(worker_room_arrange, message);
    (void)now_us;
    for (size_t i = 0; i < command->count; i++) {
        put(worker, &command->places[i]);
    }
}

static void close_endpoint(struct worker_state *worker, struct mailbox_message *message,
                           uint64_t now_us)
{
    struct worker_endpoint *endpoint = endpoint_of(worker, message);
    (void)now_us;
    if (endpoint) {
        worker_room_close_endpoint(endpoint);
    }
}

static void bind_slot(struct worker_state *worker, struct mailbox_message *message, uint64_t now_us)
{
    const struct worker_slot_bind *command = COMMAND_OF(worker_slot_bind, message);
    struct worker_endpoint *endpoint = worker_room_find_endpoint(worker, command->endpoint_id);
    if (!endpoint) {
        return;
    }
    int r = room_bind_slot(endpoint->config.room, endpoint->place, command->slot,
                           command->source_endpoint_id, command->video, now_us);
    if (r < 0) {
        log_warning("slot_not_bound",
                    "endpoint=%" PRIu64 " slot=%" PRIu32 " source=%" PRIu64 " error=%d",
                    command->endpoint_id, command->slot, command->source_endpoint_id, -r);
    }
}

static void view_slot(struct worker_state *worker, struct mailbox_message *message, uint64_t now_us)
{
    const struct worker_slot_view *command = COMMAND_OF(worker_slot_view, message);
    struct worker_endpoint *endpoint = worker_room_find_endpoint(worker, command->endpoint_id);
    (void)now_us;
    if (endpoint) {
        room_endpoint_set_slot_view(endpoint->place, command->slot, command->width,
                                    command->height);
    }
}

static void set_priority(struct worker_state *worker, struct mailbox_message *message,
                         uint64_t now_us)
{
    const struct worker_endpoint_priority *command = COMMAND_OF(worker_endpoint_priority, message);
    struct worker_endpoint *endpoint = worker_room_find_endpoint(worker, command->endpoint_id);
    (void)now_us;
    if (endpoint) {
        room_endpoint_set_priority(endpoint->place, command->priority);
    }
}

/* ---- recordings ---- */

static void attach_recording(struct worker_state *worker, struct mailbox_message *message,
                             uint64_t now_us)
{
    struct worker_recording_attach *command = COMMAND_OF(worker_recording_attach, message);
    struct worker_room *room = worker_room_find(worker, command->room_id);
    if (room) {
        const int fd = command->recorder_fd;
        command->recorder_fd = -1;
        worker_room_attach_recorder(room, fd, now_us);
    }
}

static void pause_recording(struct worker_state *worker, struct mailbox_message *message,
                            uint64_t now_us)
{
    struct worker_room *room = room_of(worker, message);
    if (room) {
        worker_room_pause_recording(room, now_us);
    }
}

static void resume_recording(struct worker_state *worker, struct mailbox_message *message,
                             uint64_t now_us)
{
    struct worker_room *room = room_of(worker, message);
    if (room) {
        worker_room_resume_recording(room, now_us);
    }
}

static void detach_recording(struct worker_state *worker, struct mailbox_message *message,
                             uint64_t now_us)
{
    struct worker_room *room = room_of(worker, message);
    if (room) {
        worker_room_detach_recorder(room, now_us);
    }
}

/* ---- */

static void stop(struct worker_state *worker, struct mailbox_message *message, uint64_t now_us)
{
    (void)message;
    (void)now_us;
    loop_stop(worker->loop);
}

void worker_commands_carry_out(struct worker_state *worker, struct mailbox_message *command,
                               uint64_t now_us)
{
    static command_handler *const handlers[] = {
        [WORKER_ROOM_OPEN] = open_room,
        [WORKER_ROOM_CLOSE] = close_room,
        [WORKER_ROOM_TEST_CARD] = show_test_card,
        [WORKER_ROOM_ARRANGE] = arrange_room,
        [WORKER_ENDPOINT_OPEN] = open_endpoint,
        [WORKER_ENDPOINT_RESTART_ICE] = restart_ice,
        [WORKER_ENDPOINT_SET_MEDIA] = set_media,
        [WORKER_ENDPOINT_CLOSE] = close_endpoint,
        [WORKER_SLOT_BIND] = bind_slot,
        [WORKER_SLOT_VIEW] = view_slot,
        [WORKER_ENDPOINT_PRIORITY] = set_priority,
        [WORKER_RECORDING_ATTACH] = attach_recording,
        [WORKER_RECORDING_PAUSE] = pause_recording,
        [WORKER_RECORDING_RESUME] = resume_recording,
        [WORKER_RECORDING_DETACH] = detach_recording,
        [WORKER_STOP] = stop,
    };
    handlers[command->type](worker, command, now_us);
}
