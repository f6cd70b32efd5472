#include "signaling/session/signaling_hub.h"

#include "certs/dtls_identity.h"
#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/visits/permission_table.h"
#include "media/worker/worker_pool.h"
#include "signaling/session/hub_internal.h"
#include "signaling/session/network_tests.h"
#include "signaling/session/seat_news.h"

#include <string.h>

LOG_TOPIC("hub");

#define TICK_US 1000000
#define SILENCE_TICK_US 100000

uint64_t signaling_hub_next_id(struct signaling_hub *hub)
{
    return ++hub->next_id;
}

/* ---- rooms ---- */

struct visit_room *signaling_hub_find_room(const struct signaling_hub *hub, const char *visit_id)
{
    return g_hash_table_lookup(hub->rooms, visit_id);
}

struct visit_room *signaling_hub_open_room(struct signaling_hub *hub, const char *visit_id)
{
    struct visit_room *room = signaling_hub_find_room(hub, visit_id);
    if (!room) {
        room = visit_room_create(hub, signaling_hub_next_id(hub), visit_id);
        g_hash_table_insert(hub->rooms, g_strdup(visit_id), room);
        log_info("room_opened", "visit=%s room=%" G_GUINT64_FORMAT, visit_id, room->id);
    }
    return room;
}

void signaling_hub_check_room(struct signaling_hub *hub, struct visit_room *room)
{
    if (visit_room_is_idle(room)) {
        log_info("room_closed", "visit=%s room=%" G_GUINT64_FORMAT, room->visit_id, room->id);
        g_hash_table_remove(hub->rooms, room->visit_id);
    }
}

/* Calls `found` for the first room for which it returns true. */
static struct visit_room *
find_room_where(const struct signaling_hub *hub,
                bool (*found)(const struct visit_room *room, const void *what), const void *what)
{
    GHashTableIter iterator;
    gpointer room;
    g_hash_table_iter_init(&iterator, hub->rooms);
    while (g_hash_table_iter_next(&iterator, NULL, &room)) {
        if (found(room, what)) {
            return room;
        }
    }
    return NULL;
}

static bool has_endpoint(const struct visit_room *room, const void *endpoint_id)
{
    return visit_room_find_endpoint(room, *(const uint64_t *)endpoint_id) != NULL;
}

static bool has_id(const struct visit_room *room, const void *room_id)
{
    return room->id == *(const uint64_t *)room_id;
}

static bool has_recording(const struct visit_room *room, const void *recording_id)
{
    return strcmp(room->recording.recording_id, recording_id) == 0;
}

struct visit_room *signaling_hub_find_room_of_id(const struct signaling_hub *hub, uint64_t id)
{
    return find_room_where(hub, has_id, &id);
}

struct visit_room *signaling_hub_find_room_of_recording(const struct signaling_hub *hub,
                                                        const char *recording_id)
{
    return find_room_where(hub, has_recording, recording_id);
}

struct seat *signaling_hub_find_endpoint(const struct signaling_hub *hub, uint64_t endpoint_id)
{
    struct visit_room *room = find_room_where(hub, has_endpoint, &endpoint_id);
    return room ? visit_room_find_endpoint(room, endpoint_id) : NULL;
}

void signaling_hub_take_picture(struct signaling_hub *hub, struct visit_picture *picture)
{
    struct visit_room *room = signaling_hub_find_room(hub, picture->visit.id);
    if (room) {
        visit_room_take_picture(room, picture);
        signaling_hub_check_room(hub, room);
        return;
    }
    if (picture->recording.flow == RECORDING_FLOW_FINISH) { /* ended while nobody was there */
        hub->config.recording->finish(hub->config.recording_context,
                                      picture->recording.recording_id);
    }
    visit_picture_destroy(picture);
}

/* ---- events of workers ---- */

static void on_worker_report(struct signaling_hub *hub, struct mailbox_message *message)
{
    const struct worker_report *report = (const struct worker_report *)(void *)message;
    if (report->worker < WORKERS_MAX) {
        hub->workers[report->worker] = *report;
        hub->has_worker[report->worker] = true;
        worker_pool_note_report(hub->config.workers, report);
    }
}

void signaling_hub_on_worker_event(struct signaling_hub *hub, struct mailbox_message *message)
{
    static void (*const handlers[])(struct signaling_hub *, struct mailbox_message *) = {
        [WORKER_EVENT_ENDPOINT_CONNECTED] = media_event_connected,
        [WORKER_EVENT_ENDPOINT_FAILED] = media_event_failed,
        [WORKER_EVENT_ENDPOINT_REPORT] = media_event_report,
        [WORKER_EVENT_SPEAKER] = media_event_speaker,
        [WORKER_EVENT_RECORDING_FLOWING] = recording_event_flow,
        [WORKER_EVENT_RECORDING_PAUSED] = recording_event_flow,
        [WORKER_EVENT_RECORDING_BROKEN] = recording_event_flow,
        [WORKER_EVENT_REPORT] = on_worker_report,
        [WORKER_EVENT_PICTURE] = media_event_picture,
        [WORKER_EVENT_LAYERS_WANTED] = media_event_layers_wanted,
        [WORKER_EVENT_SOUND_WANTED] = media_event_sound_wanted,
        [WORKER_EVENT_SILENCE] = media_event_silence,
        [WORKER_EVENT_MISSED_WORDS] = media_event_missed_words,
    };
    if (!network_tests_take_event(hub->tests, message) && message->type >= 0 &&
        (size_t)message->type < G_N_ELEMENTS(handlers) && handlers[message->type]) {
        handlers[message->type](hub, message);
    }
    mailbox_message_destroy(message);
}

/* ---- devices ---- */

void signaling_hub_second_device(struct signaling_hub *hub, const struct visit_actor *actor,
                                 const char *device)
{
    struct visit_room *room = signaling_hub_find_room(hub, actor->visit_id);
    for (guint i = 0; room && i < room->seats->len; i++) {
        struct seat *seat = room->seats->pdata[i];
        const bool own = strcmp(seat->participant_id, actor->participant_id) == 0;
        if (own || (permission_allows(seat->actor.role, OPERATION_DEVICE_CONFIRM_OTHERS) &&
                    seat_is_in_visit(seat))) {
            seat_tell(seat, json_pack("{s:s, s:s, s:s, s:s}", "type", "second_device", "request",
                                      actor->device_id, "device", device, "participant",
                                      actor->participant_id));
        }
    }
}

void signaling_hub_device_replaced(struct signaling_hub *hub, const char *visit_id,
                                   const char *participant_id)
{
    struct visit_room *room = signaling_hub_find_room(hub, visit_id);
    struct seat *seat = room ? visit_room_find_seat(room, participant_id) : NULL;
    if (!seat) {
        return;
    }
    seat_say_goodbye(seat, "taken_over", "The visit goes on on another device.");
    visit_room_remove_seat(room, seat);
    visit_room_refresh(room);
    signaling_hub_check_room(hub, room);
}

/* ---- answers before the visit ---- */

/* What was said is read over HTTP, where every reading is audited. */
void signaling_hub_screening_changed(struct signaling_hub *hub, const char *visit_id)
{
    struct visit_room *room = signaling_hub_find_room(hub, visit_id);
    for (guint i = 0; room && i < room->seats->len; i++) {
        struct seat *seat = room->seats->pdata[i];
        if (permission_allows(seat->actor.role, OPERATION_SCREENING_READ)) {
            seat_tell(seat, json_pack("{s:s}", "type", "screening"));
        }
    }
}

/* ---- time ---- */

static void give_up_seat(struct visit_room *room, struct seat *seat)
{
    log_info("seat_lost", "visit=%s participant=%s", room->visit_id, seat->participant_id);
    signaling_hub_post_presence(room->hub, &seat->actor, false);
    visit_room_remove_seat(room, seat);
    visit_room_refresh(room);
}

static void check_seats(struct visit_room *room, uint64_t now_us)
{
    picture_notices_review(room);
    for (guint i = room->seats->len; i > 0; i--) {
        struct seat *seat = room->seats->pdata[i - 1];
        seat_link_on_tick(seat);
        if (!seat->session &&
            now_us - seat->away_since_us >= room->hub->config.resume_seconds * 1000000ull) {
            give_up_seat(room, seat);
        }
    }
}

static void on_tick(void *context)
{
    struct signaling_hub *hub = context;
    const uint64_t now_us = clock_now_us();
    g_autoptr(GList) rooms = g_hash_table_get_values(hub->rooms);
    for (GList *room = rooms; room; room = room->next) {
        check_seats(room->data, now_us);
        huddle_watch_on_tick(room->data, now_us);
        help_watch_on_tick(room->data, now_us);
        seat_link_keep_history(room->data, false);
        signaling_hub_check_room(hub, room->data);
    }
    g_autoptr(GList) sessions = g_hash_table_get_values(hub->sessions);
    for (GList *session = sessions; session; session = session->next) {
        signaling_session_on_tick(session->data, now_us);
    }
    network_tests_on_tick(hub->tests, now_us);
    http_timer_start(hub->tick, TICK_US);
}

static void on_silence_tick(void *context)
{
    struct signaling_hub *hub = context;
    const uint64_t now_us = clock_now_us();
    bool waits = false;
    GHashTableIter iterator;
    gpointer room;
    g_hash_table_iter_init(&iterator, hub->rooms);
    while (g_hash_table_iter_next(&iterator, NULL, &room)) {
        waits |= seat_link_check_silence(room, now_us);
    }
    if (waits) {
        signaling_hub_watch_silence(hub);
    }
}

void signaling_hub_watch_silence(struct signaling_hub *hub)
{
    if (!hub->closing) {
        http_timer_start(hub->silence, SILENCE_TICK_US);
    }
}

/* ---- life ---- */

static uint64_t next_id_for_tests(void *context)
{
    return signaling_hub_next_id(context);
}

static struct network_tests *create_tests(struct signaling_hub *hub)
{
    const struct network_tests_config config = {
        .workers = hub->config.workers,
        .fingerprint = dtls_identity_fingerprint_text(hub->config.identity),
        .addresses = hub->config.media_addresses,
        .address_count = hub->config.media_address_count,
        .tcp = hub->config.media_tcp,
        .turn = hub->config.turn,
        .next_id = next_id_for_tests,
        .context = hub,
    };
    return network_tests_create(&config);
}

struct network_tests *signaling_hub_network_tests(const struct signaling_hub *hub)
{
    return hub->tests;
}

static void room_destroy(gpointer room)
{
    visit_room_destroy(room);
}

struct signaling_hub *signaling_hub_create(const struct signaling_hub_config *config)
{
    struct signaling_hub *hub = g_new0(struct signaling_hub, 1);
    hub->config = *config;
    hub->config.slots_max = MIN(config->slots_max, ENDPOINT_SLOTS_MAX);
    if (hub->config.resume_seconds == 0) {
        hub->config.resume_seconds = SIGNALING_RESUME_SECONDS_DEFAULT;
    }
    hub->rooms = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, room_destroy);
    hub->sessions = g_hash_table_new(g_int64_hash, g_int64_equal);
    hub->tests = create_tests(hub);
    signaling_hub_begin_counting(hub);
    hub->silence = http_timer_create(config->server, on_silence_tick, hub);
    hub->tick = http_timer_create(config->server, on_tick, hub);
    http_timer_start(hub->tick, TICK_US);
    return hub;
}

void signaling_hub_stop(struct signaling_hub *hub)
{
    hub->closing = true;
    hub->tick = http_timer_destroy(hub->tick);
    hub->silence = http_timer_destroy(hub->silence);
}

struct signaling_hub *signaling_hub_destroy(struct signaling_hub *hub)
{
    if (!hub) {
        return NULL;
    }
    hub->tests = network_tests_destroy(hub->tests);
    g_hash_table_destroy(hub->rooms);
    g_hash_table_destroy(hub->sessions);
    g_free(hub);
    return NULL;
}

void signaling_hub_set_consent_words(struct signaling_hub *hub, const struct consent_words *words)
{
    hub->consent_words = *words;
}

static void keep_all_history(struct signaling_hub *hub)
{
    GHashTableIter iterator;
    gpointer room;
    g_hash_table_iter_init(&iterator, hub->rooms);
    while (g_hash_table_iter_next(&iterator, NULL, &room)) {
        seat_link_keep_history(room, true);
    }
}

void signaling_hub_say_goodbye(struct signaling_hub *hub)
{
    hub->closing = true;
    keep_all_history(hub);
    g_autoptr(GList) sessions = g_hash_table_get_values(hub->sessions);
    for (GList *session = sessions; session; session = session->next) {
        signaling_session_dismiss(session->data, "shutting_down",
                                  "The service restarts. You will be back in a few seconds.");
    }
}
