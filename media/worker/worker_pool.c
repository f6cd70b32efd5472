#include "media/worker/worker_pool.h"

#include "gateway/base/fixed_map.h"
#include "gateway/base/list.h"
#include "gateway/base/log.h"
#include "gateway/base/secret.h"
#include "media/worker/media_worker.h"
#include "media/worker/worker_load.h"
#include "media/worker/worker_placement.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

LOG_TOPIC("worker_pool");

static const size_t ROOMS_WITHOUT_ENDPOINTS_MAX = 1024;

struct pool_worker {
    struct media_worker *worker; /* owned */
    size_t endpoint_count;
    size_t place_count;
    size_t room_count;
    uint32_t load_permille; /* as reported last, with: */
    uint32_t reported_endpoints;
    bool is_overloaded;
};

struct pool_room {
    struct list in_pool;
    uint64_t id;
    struct pool_worker *home; /* borrowed */
    struct list endpoints;
    size_t place_count;
};

struct pool_endpoint {
    struct list in_room;
    uint64_t id;
    struct pool_room *room; /* borrowed */
};

struct worker_pool {
    struct pool_worker *workers;
    unsigned worker_count;
    unsigned peers_per_worker_max;
    const char *peers_bound;
    struct worker_burden *burdens; /* owned; of the workers, for choosing one */
    struct mailbox *events;        /* borrowed */
    struct list rooms;
    struct fixed_map *rooms_by_id;
    struct fixed_map *endpoints_by_id;
};

/* ---- start and stop ---- */

static int create_workers(struct worker_pool *pool, const struct worker_pool_config *config,
                          const struct dtls_identity *identity, struct mailbox *events)
{
    for (unsigned i = 0; i < config->worker_count; i++) {
        const struct media_worker_config worker_config = {
            .index = i,
            .listen_address = config->listen_address,
            .udp_port = config->udp_port == 0 ? 0 : (uint16_t)(config->udp_port + i),
            .tcp = config->tcp,
            .peers_max = config->peers_per_worker_max,
            .packets = config->packets_per_worker,
            .full_permille = config->full_permille,
            .srtp_aead = config->srtp_aead,
            .identity = identity,
            .events = events,
        };
        int r = media_worker_create(&worker_config, &pool->workers[i].worker);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

/* All sockets are bound before the first thread runs, so that a port that is taken stops
 * everything. */
static int start_workers(struct worker_pool *pool)
{
    for (unsigned i = 0; i < pool->worker_count; i++) {
        int r = media_worker_start(pool->workers[i].worker);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

int worker_pool_create(const struct worker_pool_config *config,
                       const struct dtls_identity *identity, struct mailbox *events,
                       struct worker_pool **ret_pool)
{
    assert(config->worker_count > 0);
    const size_t endpoints_max = (size_t)config->worker_count * config->peers_per_worker_max;
    AUTO(worker_pool) pool = calloc(1, sizeof(*pool));
    pool->events = events;
    pool->workers = calloc(config->worker_count, sizeof(*pool->workers));
    pool->worker_count = config->worker_count;
    pool->peers_per_worker_max = config->peers_per_worker_max;
    pool->peers_bound = config->peers_bound;
    pool->burdens = calloc(config->worker_count, sizeof(*pool->burdens));
    list_init(&pool->rooms);
    pool->rooms_by_id = fixed_map_create(endpoints_max + ROOMS_WITHOUT_ENDPOINTS_MAX);
    pool->endpoints_by_id = fixed_map_create(endpoints_max);

    int r = create_workers(pool, config, identity, events);
    if (r < 0) {
        return r;
    }
    r = start_workers(pool);
    if (r < 0) {
        return r;
    }
    *ret_pool = TAKE(pool);
    return 0;
}

/* ---- what lives where ---- */

static struct pool_room *find_room(const struct worker_pool *pool, uint64_t room_id)
{
    return fixed_map_find(pool->rooms_by_id, &room_id, sizeof(room_id));
}

static struct pool_endpoint *find_endpoint(const struct worker_pool *pool, uint64_t endpoint_id)
{
    return fixed_map_find(pool->endpoints_by_id, &endpoint_id, sizeof(endpoint_id));
}

static void forget_endpoint(struct worker_pool *pool, struct pool_endpoint *endpoint)
{
    fixed_map_remove(pool->endpoints_by_id, &endpoint->id, sizeof(endpoint->id));
    list_remove(&endpoint->in_room);
    endpoint->room->home->endpoint_count--;
    free(endpoint);
}

static void forget_room(struct worker_pool *pool, struct pool_room *room)
{
    LIST_FOR_EACH (element, &room->endpoints) {
        forget_endpoint(pool, LIST_ENTRY(element, struct pool_endpoint, in_room));
    }
    fixed_map_remove(pool->rooms_by_id, &room->id, sizeof(room->id));
    list_remove(&room->in_pool);
    room->home->place_count -= room->place_count;
    room->home->room_count--;
    free(room);
}

/* ---- how many ---- */

/* A place is held before its endpoint comes, and an endpoint may be closing after its place was
 * given back. */
static size_t people_of(const struct pool_worker *worker)
{
    return worker->place_count > worker->endpoint_count ? worker->place_count
                                                        : worker->endpoint_count;
}

static bool takes_person(const struct worker_pool *pool, const struct pool_worker *worker,
                         unsigned coming)
{
    return !worker->is_overloaded && people_of(worker) + coming < pool->peers_per_worker_max;
}

bool worker_pool_takes_person(const struct worker_pool *pool, uint64_t room_id, unsigned coming)
{
    const struct pool_room *room = find_room(pool, room_id);
    if (room) {
        return takes_person(pool, room->home, coming);
    }
    for (unsigned i = 0; i < pool->worker_count; i++) {
        if (takes_person(pool, &pool->workers[i], coming)) {
            return true;
        }
    }
    return false;
}

bool worker_pool_takes_anybody(const struct worker_pool *pool, unsigned coming)
{
    for (unsigned i = 0; i < pool->worker_count; i++) {
        if (!takes_person(pool, &pool->workers[i], coming)) {
            return false;
        }
    }
    return true;
}

void worker_pool_take_place(struct worker_pool *pool, uint64_t room_id)
{
    struct pool_room *room = find_room(pool, room_id);
    if (room) {
        room->place_count++;
        room->home->place_count++;
    }
}

void worker_pool_give_place(struct worker_pool *pool, uint64_t room_id)
{
    struct pool_room *room = find_room(pool, room_id);
    if (room) {
        assert(room->place_count > 0);
        room->place_count--;
        room->home->place_count--;
    }
}

void worker_pool_note_report(struct worker_pool *pool, const struct worker_report *report)
{
    if (report->worker < pool->worker_count) {
        struct pool_worker *worker = &pool->workers[report->worker];
        worker->load_permille = report->load_permille;
        worker->reported_endpoints = report->endpoints;
        worker->is_overloaded = report->load_level != WORKER_LOAD_CALM;
    }
}

void worker_pool_status(const struct worker_pool *pool, struct worker_pool_status *ret_status)
{
    *ret_status = (struct worker_pool_status){
        .peers_max = pool->worker_count * pool->peers_per_worker_max,
        .peers_bound = pool->peers_bound,
    };
    for (unsigned i = 0; i < pool->worker_count; i++) {
        ret_status->people += (unsigned)people_of(&pool->workers[i]);
        ret_status->workers_full += !takes_person(pool, &pool->workers[i], 0);
    }
}

static void count_empty_rooms(const struct worker_pool *pool)
{
    LIST_FOR_EACH (element, &pool->rooms) {
        const struct pool_room *room = LIST_ENTRY(element, struct pool_room, in_pool);
        if (room->place_count == 0 && list_is_empty(&room->endpoints)) {
            pool->burdens[room->home - pool->workers].empty_rooms++;
        }
    }
}

static struct pool_worker *least_burdened(const struct worker_pool *pool)
{
    for (unsigned i = 0; i < pool->worker_count; i++) {
        const struct pool_worker *worker = &pool->workers[i];
        pool->burdens[i] = (struct worker_burden){
            .load_permille = worker->load_permille,
            .reported_endpoints = worker->reported_endpoints,
            .people = people_of(worker),
            .rooms = worker->room_count,
            .is_full = !takes_person(pool, worker, 0),
        };
    }
    count_empty_rooms(pool);
    return &pool->workers[worker_placement_choose(pool->burdens, pool->worker_count)];
}

/* ---- commands ---- */

/* Commands are zeroed, so that what a caller leaves out is 0. */
static void *new_command(enum worker_command_type type, size_t size)
{
    struct mailbox_message *message = calloc(1, size);
    message->type = (int)type;
    return message;
}

static void post_room_command(struct worker_pool *pool, enum worker_command_type type,
                              uint64_t room_id)
{
    const struct pool_room *room = find_room(pool, room_id);
    if (!room) {
        return;
    }
    struct worker_room_command *command = new_command(type, sizeof(*command));
    command->room_id = room_id;
    media_worker_post(room->home->worker, &command->message);
}

static void post_endpoint_command(struct worker_pool *pool, enum worker_command_type type,
                                  uint64_t endpoint_id)
{
    const struct pool_endpoint *endpoint = find_endpoint(pool, endpoint_id);
    if (!endpoint) {
        return;
    }
    struct worker_endpoint_command *command = new_command(type, sizeof(*command));
    command->endpoint_id = endpoint_id;
    media_worker_post(endpoint->room->home->worker, &command->message);
}

void worker_pool_open_room(struct worker_pool *pool, uint64_t room_id)
{
    assert(room_id != 0);
    struct pool_room *room = calloc(1, sizeof(*room));
    room->id = room_id;
    int r = fixed_map_insert(pool->rooms_by_id, &room->id, sizeof(room->id), room);
    if (r < 0) {
        log_error("room_not_opened", "room=%" PRIu64 " error=%d", room_id, -r);
        free(room);
        return;
    }
    list_init(&room->endpoints);
    room->home = least_burdened(pool);
    list_append(&pool->rooms, &room->in_pool);
    room->home->room_count++;
    post_room_command(pool, WORKER_ROOM_OPEN, room_id);
}

void worker_pool_close_room(struct worker_pool *pool, uint64_t room_id)
{
    struct pool_room *room = find_room(pool, room_id);
    if (room) {
        post_room_command(pool, WORKER_ROOM_CLOSE, room_id);
        forget_room(pool, room);
    }
}

void worker_pool_show_test_card(struct worker_pool *pool, uint64_t room_id, uint64_t endpoint_id)
{
    const struct pool_room *room = find_room(pool, room_id);
    if (room) {
        struct worker_room_test_card *command =
            new_command(WORKER_ROOM_TEST_CARD, sizeof(*command));
        command->room_id = room_id;
        command->endpoint_id = endpoint_id;
        media_worker_post(room->home->worker, &command->message);
    }
}

uint16_t worker_pool_room_port(const struct worker_pool *pool, uint64_t room_id)
{
    const struct pool_room *room = find_room(pool, room_id);
    return room ? media_worker_udp_port(room->home->worker) : 0;
}

/* The pool itself is full, or the room is gone: the caller learns it as from a worker. */
static void post_endpoint_refused(struct worker_pool *pool, uint64_t endpoint_id)
{
    struct worker_endpoint_event *event = calloc(1, sizeof(*event));
    event->message.type = WORKER_EVENT_ENDPOINT_FAILED;
    event->endpoint_id = endpoint_id;
    event->failure = ENDPOINT_FAILURE_WORKER_FULL;
    mailbox_post(pool->events, &event->message);
}

/* The ICE passwords in it are wiped when the command is freed. */
static void wipe_open_command(struct mailbox_message *message)
{
    secret_wipe(message, sizeof(struct worker_endpoint_open));
    free(message);
}

static struct worker_endpoint_open *new_open_command(enum worker_command_type type,
                                                     const struct pool_endpoint *endpoint,
                                                     const struct endpoint_transport *transport)
{
    struct worker_endpoint_open *command = new_command(type, sizeof(*command));
    command->message.destroy = wipe_open_command;
    command->room_id = endpoint->room->id;
    command->endpoint_id = endpoint->id;
    command->transport = *transport;
    return command;
}

void worker_pool_open_endpoint(struct worker_pool *pool, uint64_t room_id, uint64_t endpoint_id,
                               const char *label, const struct endpoint_transport *transport)
{
    assert(endpoint_id != 0);
    struct pool_room *room = find_room(pool, room_id);
    if (!room) {
        return;
    }
    struct pool_endpoint *endpoint = calloc(1, sizeof(*endpoint));
    endpoint->id = endpoint_id;
    endpoint->room = room;
    int r = fixed_map_insert(pool->endpoints_by_id, &endpoint->id, sizeof(endpoint->id), endpoint);
    if (r < 0) {
        log_warning("endpoint_refused", "endpoint=%" PRIu64 " error=%d", endpoint_id, -r);
        free(endpoint);
        post_endpoint_refused(pool, endpoint_id);
        return;
    }
    list_append(&room->endpoints, &endpoint->in_room);
    room->home->endpoint_count++;

    struct worker_endpoint_open *command =
        new_open_command(WORKER_ENDPOINT_OPEN, endpoint, transport);
    (void)snprintf(command->label, sizeof(command->label), "%s", label);
    media_worker_post(room->home->worker, &command->message);
}

void worker_pool_restart_ice(struct worker_pool *pool, uint64_t endpoint_id,
                             const struct endpoint_transport *transport)
{
    const struct pool_endpoint *endpoint = find_endpoint(pool, endpoint_id);
    if (endpoint) {
        struct worker_endpoint_open *command =
            new_open_command(WORKER_ENDPOINT_RESTART_ICE, endpoint, transport);
        media_worker_post(endpoint->room->home->worker, &command->message);
    }
}

void worker_pool_set_media(struct worker_pool *pool, uint64_t endpoint_id,
                           const struct endpoint_media *media)
{
    const struct pool_endpoint *endpoint = find_endpoint(pool, endpoint_id);
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
    const struct pool_room *room = find_room(pool, room_id);
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
    const struct pool_endpoint *endpoint = find_endpoint(pool, endpoint_id);
    if (endpoint) {
        worker_pool_arrange_room(pool, endpoint->room->id, &place, 1);
    }
}

void worker_pool_close_endpoint(struct worker_pool *pool, uint64_t endpoint_id)
{
    struct pool_endpoint *endpoint = find_endpoint(pool, endpoint_id);
    if (endpoint) {
        post_endpoint_command(pool, WORKER_ENDPOINT_CLOSE, endpoint_id);
        forget_endpoint(pool, endpoint);
    }
}

void worker_pool_bind_slot(struct worker_pool *pool, uint64_t endpoint_id, uint32_t slot,
                           uint64_t source_endpoint_id, bool video)
{
    const struct pool_endpoint *endpoint = find_endpoint(pool, endpoint_id);
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
    const struct pool_endpoint *endpoint = find_endpoint(pool, endpoint_id);
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
    const struct pool_endpoint *endpoint = find_endpoint(pool, endpoint_id);
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
    const struct pool_room *room = find_room(pool, room_id);
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
    post_room_command(pool, WORKER_RECORDING_PAUSE, room_id);
}

void worker_pool_resume_recording(struct worker_pool *pool, uint64_t room_id)
{
    post_room_command(pool, WORKER_RECORDING_RESUME, room_id);
}

void worker_pool_detach_recording(struct worker_pool *pool, uint64_t room_id)
{
    post_room_command(pool, WORKER_RECORDING_DETACH, room_id);
}

struct worker_pool *worker_pool_destroy(struct worker_pool *pool)
{
    if (!pool) {
        return NULL;
    }
    for (unsigned i = 0; i < pool->worker_count; i++) {
        pool->workers[i].worker = media_worker_destroy(pool->workers[i].worker);
    }
    LIST_FOR_EACH (element, &pool->rooms) {
        forget_room(pool, LIST_ENTRY(element, struct pool_room, in_pool));
    }
    pool->rooms_by_id = fixed_map_destroy(pool->rooms_by_id);
    pool->endpoints_by_id = fixed_map_destroy(pool->endpoints_by_id);
    free(pool->burdens);
    free(pool->workers);
    free(pool);
    return NULL;
}
