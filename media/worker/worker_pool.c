#include "media/worker/worker_pool.h"

#include "gateway/base/fixed_map.h"
#include "gateway/base/list.h"
#include "gateway/base/log.h"
#include "media/worker/media_worker.h"
#include "media/worker/worker_load.h"
#include "media/worker/worker_placement.h"
#include "media/worker/worker_pool_state.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

LOG_TOPIC("worker_pool");

static const size_t ROOMS_WITHOUT_ENDPOINTS_MAX = 1024;

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

struct pool_room *worker_pool_find_room(const struct worker_pool *pool, uint64_t room_id)
{
    return fixed_map_find(pool->rooms_by_id, &room_id, sizeof(room_id));
}

struct pool_endpoint *worker_pool_find_endpoint(const struct worker_pool *pool,
                                                uint64_t endpoint_id)
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
    const struct pool_room *room = worker_pool_find_room(pool, room_id);
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
    struct pool_room *room = worker_pool_find_room(pool, room_id);
    if (room) {
        room->place_count++;
        room->home->place_count++;
    }
}

void worker_pool_give_place(struct worker_pool *pool, uint64_t room_id)
{
    struct pool_room *room = worker_pool_find_room(pool, room_id);
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

/* ---- rooms and endpoints come and go ---- */

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
    worker_pool_post_to_room(pool, WORKER_ROOM_OPEN, room_id);
}

void worker_pool_close_room(struct worker_pool *pool, uint64_t room_id)
{
    struct pool_room *room = worker_pool_find_room(pool, room_id);
    if (room) {
        worker_pool_post_to_room(pool, WORKER_ROOM_CLOSE, room_id);
        forget_room(pool, room);
    }
}

uint16_t worker_pool_room_port(const struct worker_pool *pool, uint64_t room_id)
{
    const struct pool_room *room = worker_pool_find_room(pool, room_id);
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

void worker_pool_open_endpoint(struct worker_pool *pool, uint64_t room_id, uint64_t endpoint_id,
                               const char *label, const struct endpoint_transport *transport)
{
    assert(endpoint_id != 0);
    struct pool_room *room = worker_pool_find_room(pool, room_id);
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
        worker_pool_new_open_command(WORKER_ENDPOINT_OPEN, endpoint, transport);
    (void)snprintf(command->label, sizeof(command->label), "%s", label);
    media_worker_post(room->home->worker, &command->message);
}

void worker_pool_close_endpoint(struct worker_pool *pool, uint64_t endpoint_id)
{
    struct pool_endpoint *endpoint = worker_pool_find_endpoint(pool, endpoint_id);
    if (endpoint) {
        worker_pool_post_to_endpoint(pool, WORKER_ENDPOINT_CLOSE, endpoint_id);
        forget_endpoint(pool, endpoint);
    }
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
