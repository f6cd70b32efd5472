/* The commands of the pool to rooms and endpoints that exist: each goes to the worker on which the
 * room lives, and vanishes with what it was for. */
#include "gateway/base/secret.h"
#include "media/worker/media_worker.h"
#include "media/worker/worker_pool.h"
#include "media/worker/worker_pool_state.h"

#include <assert.h>
#include <string.h>

/* Commands are zeroed, so that what a caller leaves out is 0. */
static void *new_command(enum worker_command_type type, size_t size)
{
    struct mailbox_message *message = calloc(1, size);
    message->type = (int)type;
    return message;
}

void worker_pool_post_to_room(struct worker_pool *pool, enum worker_command_type type,
                              uint64_t room_id)
{
    const struct pool_room *room = worker_pool_find_room(pool, room_id);
    if (!room) {
        return;
    }
    struct worker_room_command *command = new_command(type, sizeof(*command));
    command->room_id = room_id;
    media_worker_post(room->home->worker, &command->message);
}

void worker_pool_post_to_endpoint(struct worker_pool *pool, enum worker_command_type type,
                                  uint64_t endpoint_id)
{
    const struct pool_endpoint *endpoint = worker_pool_find_endpoint(pool, endpoint_id);
    if (!endpoint) {
        return;
    }
    struct worker_endpoint_command *command = new_command(type, sizeof(*command));
    command->endpoint_id = endpoint_id;
    media_worker_post(endpoint->room->home->worker, &command->message);
}

void worker_pool_show_test_card(struct worker_pool *pool, uint64_t room_id, uint64_t endpoint_id)
{
    const struct pool_room *room = worker_pool_find_room(pool, room_id);
    if (room) {
        struct worker_room_test_card *command =
            new_command(WORKER_ROOM_TEST_CARD, sizeof(*command));
        command->room_id = room_id;
        command->endpoint_id = endpoint_id;
        media_worker_post(room->home->worker, &command->message);
    }
}

/* The ICE passwords in it are wiped when the command is freed. */
static void wipe_open_command(struct mailbox_message *message)
{
    secret_wipe(message, sizeof(struct worker_endpoint_open));
    free(message);
}

struct worker_endpoint_open *
worker_pool_new_open_command(enum worker_command_type type, const struct pool_endpoint *endpoint,
                             const struct endpoint_transport *transport)
{
    struct worker_endpoint_open *command = new_command(type, sizeof(*command));
    command->message.destroy = wipe_open_command;
    command->room_id = endpoint->room->id;
    command->endpoint_id = endpoint->id;
    command->transport = *transport;
    return command;
}

void worker_pool_restart_ice(struct worker_pool *pool, uint64_t endpoint_id,
                             const struct endpoint_transport *transport)
{
    const struct pool_endpoint *endpoint = worker_pool_find_endpoint(pool, endpoint_id);
    if (endpoint) {
        struct worker_endpoint_open *command =
            worker_pool_new_open_command(WORKER_ENDPOINT_RESTART_ICE, endpoint, transport);
        media_worker_post(endpoint->room->home->worker, &command->message);
    }
}

void worker_pool_set_media(struct worker_pool *pool, uint64_t endpoint_id,
                           const struct endpoint_media *media)
{
    const struct pool_endpoint *endpoint = worker_pool_find_endpoint(pool, endpoint_id);
    if (endpoint) {
        struct worker_endpoint_set_media *command =
            new_command(WORKER_ENDPOINT_SET_MEDIA, sizeof(*command));
        command->endpoint_id = endpoint_id;
        command->media = *media;
        media_worker_post(endpoint->room->home->worker, &command->message);
    }
}

void worker_pool_arrange_room(struct worker_pool *pool, uint64_t room_id,
                              const struct worker_place *places, size_t count)
{
    const struct pool_room *room = worker_pool_find_room(pool, room_id);
    assert(count <= ROOM_ENDPOINTS_MAX);
    if (room && count > 0) {
        struct worker_room_arrange *command = new_command(WORKER_ROOM_ARRANGE, sizeof(*command));
        command->room_id = room_id;
        command->count = count;
        memcpy(command->places, places, count * sizeof(*places));
        media_worker_post(room->home->worker, &command->message);
    }
}

void worker_pool_move(struct worker_pool *pool, uint64_t endpoint_id, enum room_circle circle)
{
    const struct worker_place place = {.endpoint_id = endpoint_id, .circle = circle};
    const struct pool_endpoint *endpoint = worker_pool_find_endpoint(pool, endpoint_id);
    if (endpoint) {
        worker_pool_arrange_room(pool, endpoint->room->id, &place, 1);
    }
}

void worker_pool_bind_slot(struct worker_pool *pool, uint64_t endpoint_id, uint32_t slot,
                           uint64_t source_endpoint_id, bool video)
{
    const struct pool_endpoint *endpoint = worker_pool_find_endpoint(pool, endpoint_id);
    if (endpoint) {
        struct worker_slot_bind *command = new_command(WORKER_SLOT_BIND, sizeof(*command));
        command->endpoint_id = endpoint_id;
        command->slot = slot;
        command->source_endpoint_id = source_endpoint_id;
        command->video = video;
        media_worker_post(endpoint->room->home->worker, &command->message);
    }
}

void worker_pool_set_slot_view(struct worker_pool *pool, uint64_t endpoint_id, uint32_t slot,
                               uint32_t width, uint32_t height)
{
    const struct pool_endpoint *endpoint = worker_pool_find_endpoint(pool, endpoint_id);
    if (endpoint) {
        struct worker_slot_view *command = new_command(WORKER_SLOT_VIEW, sizeof(*command));
        command->endpoint_id = endpoint_id;
        command->slot = slot;
        command->width = width;
        command->height = height;
        media_worker_post(endpoint->room->home->worker, &command->message);
    }
}

void worker_pool_set_endpoint_priority(struct worker_pool *pool, uint64_t endpoint_id,
                                       enum picture_priority priority)
{
    const struct pool_endpoint *endpoint = worker_pool_find_endpoint(pool, endpoint_id);
    if (endpoint) {
        struct worker_endpoint_priority *command =
            new_command(WORKER_ENDPOINT_PRIORITY, sizeof(*command));
        command->endpoint_id = endpoint_id;
        command->priority = priority;
        media_worker_post(endpoint->room->home->worker, &command->message);
    }
}

/* ---- recordings ---- */

/* A command that nobody reads any more still owns its descriptor. */
static void close_attach_command(struct mailbox_message *message)
{
    struct worker_recording_attach *command =
        CONTAINER_OF(message, struct worker_recording_attach, message);
    if (command->recorder_fd >= 0) {
        close(command->recorder_fd);
    }
    free(command);
}

void worker_pool_attach_recording(struct worker_pool *pool, uint64_t room_id, int recorder_fd)
{
    const struct pool_room *room = worker_pool_find_room(pool, room_id);
    if (!room) {
        close(recorder_fd);
        return;
    }
    struct worker_recording_attach *command =
        new_command(WORKER_RECORDING_ATTACH, sizeof(*command));
    command->message.destroy = close_attach_command;
    command->room_id = room_id;
    command->recorder_fd = recorder_fd;
    media_worker_post(room->home->worker, &command->message);
}

void worker_pool_pause_recording(struct worker_pool *pool, uint64_t room_id)
{
    worker_pool_post_to_room(pool, WORKER_RECORDING_PAUSE, room_id);
}

void worker_pool_resume_recording(struct worker_pool *pool, uint64_t room_id)
{
    worker_pool_post_to_room(pool, WORKER_RECORDING_RESUME, room_id);
}

void worker_pool_detach_recording(struct worker_pool *pool, uint64_t room_id)
{
    worker_pool_post_to_room(pool, WORKER_RECORDING_DETACH, room_id);
}
