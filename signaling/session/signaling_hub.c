#include "signaling/session/signaling_hub.h"

#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/visits/permission_table.h"
#include "gateway/visits/visit_conduct.h"
#include "gateway/visits/visit_recording.h"
#include "media/worker/worker_pool.h"
#include "signaling/session/hub_internal.h"
#include "signaling/session/store_gate.h"

#include <string.h>

LOG_TOPIC("hub");

#define TICK_US 1000000

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

static struct seat *find_endpoint(const struct signaling_hub *hub, uint64_t endpoint_id)
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

/* ---- tasks of the hub itself: what workers, recorders and clocks report ---- */

struct hub_task {
    struct visit_task task;
    int (*operation)(struct hub_task *task, struct visit_service *service);
    struct signaling_hub *hub;
    struct visit_actor actor;
    bool connected;
    char recording_id[UUID_TEXT_SIZE];
    int64_t wall_ms;
    enum recording_failure failure;
    struct visit_picture *picture;
};

static void hub_task_destroy(struct mailbox_message *message)
{
    struct hub_task *task = CONTAINER_OF(message, struct hub_task, task.message);
    visit_picture_destroy(task->picture);
    g_free(task);
}

static int run_hub_task(struct visit_task *visit_task, struct visit_service *service)
{
    struct hub_task *task = CONTAINER_OF(visit_task, struct hub_task, task);
    return task->operation(task, service);
}

static void on_hub_task_done(struct visit_task *visit_task, void *context)
{
    (void)context;
    struct hub_task *task = CONTAINER_OF(visit_task, struct hub_task, task);
    if (visit_task->result == 0 && task->picture) {
        signaling_hub_take_picture(task->hub, TAKE(task->picture));
    } else if (visit_task->result != 0) {
        log_warning("report_not_kept", "result=%d recording=%s", visit_task->result,
                    task->recording_id);
    }
}

static struct hub_task *create_task(struct signaling_hub *hub,
                                    int (*operation)(struct hub_task *, struct visit_service *))
{
    struct hub_task *task = g_new0(struct hub_task, 1);
    task->task.message.destroy = hub_task_destroy;
    task->task.run = run_hub_task;
    task->task.done = on_hub_task_done;
    task->operation = operation;
    task->hub = hub;
    return task;
}

static int run_presence(struct hub_task *task, struct visit_service *service)
{
    return visit_conduct_presence(service, &task->actor, task->connected, &task->picture);
}

void signaling_hub_post_presence(struct signaling_hub *hub, const struct visit_actor *actor,
                                 bool connected)
{
    struct hub_task *task = create_task(hub, run_presence);
    task->actor = *actor;
    task->connected = connected;
    store_gate_post(hub->config.store, &task->task);
}

static int run_enter(struct hub_task *task, struct visit_service *service)
{
    return visit_conduct_enter(service, &task->actor, &task->picture);
}

void signaling_hub_post_enter(struct signaling_hub *hub, const struct visit_actor *actor)
{
    struct hub_task *task = create_task(hub, run_enter);
    task->actor = *actor;
    store_gate_post(hub->config.store, &task->task);
}

static int run_failed(struct hub_task *task, struct visit_service *service)
{
    return visit_recording_failed(service, task->recording_id, task->failure, task->wall_ms,
                                  &task->picture);
}

static int run_flowing(struct hub_task *task, struct visit_service *service)
{
    return visit_recording_flowing(service, task->recording_id, task->wall_ms, &task->picture);
}

static int run_paused(struct hub_task *task, struct visit_service *service)
{
    return visit_recording_paused(service, task->recording_id, task->wall_ms, &task->picture);
}

static int run_broken(struct hub_task *task, struct visit_service *service)
{
    return visit_recording_broken(service, task->recording_id, task->wall_ms, &task->picture);
}

static void post_books(struct signaling_hub *hub,
                       int (*operation)(struct hub_task *, struct visit_service *),
                       const char *recording_id, int64_t wall_ms, enum recording_failure failure)
{
    if (!*recording_id) {
        return;
    }
    struct hub_task *task = create_task(hub, operation);
    g_strlcpy(task->recording_id, recording_id, sizeof(task->recording_id));
    task->wall_ms = wall_ms;
    task->failure = failure;
    store_gate_post(hub->config.store, &task->task);
}

void signaling_hub_recording_failed(struct signaling_hub *hub, const char *recording_id,
                                    enum recording_failure failure)
{
    post_books(hub, run_failed, recording_id, clock_wall_ms(), failure);
}

/* ---- events of workers ---- */

static void on_endpoint_connected(struct signaling_hub *hub, struct mailbox_message *message)
{
    const struct worker_endpoint_event *event =
        (const struct worker_endpoint_event *)(void *)message;
    struct seat *seat = find_endpoint(hub, event->endpoint_id);
    log_info("endpoint_connected", "endpoint=%" G_GUINT64_FORMAT " participant=%s profile=%s",
             event->endpoint_id, seat ? seat->participant_id : "gone",
             event->srtp_profile ? event->srtp_profile : "none");
}

static json_t *quality_event(const struct seat *seat)
{
    static const int scores[] = {5, 3, 2, 1};
    return json_pack("{s:s, s:s, s:s, s:s, s:i}", "type", "quality", "participant",
                     seat->participant_id, "level", quality_level_name(seat->quality.level),
                     "reason", quality_reason_name(seat->quality.reason), "score",
                     scores[seat->quality.level]);
}

static void on_endpoint_failed(struct signaling_hub *hub, struct mailbox_message *message)
{
    const struct worker_endpoint_event *event =
        (const struct worker_endpoint_event *)(void *)message;
    struct seat *seat = find_endpoint(hub, event->endpoint_id);
    hub->totals.endpoint_failures++;
    log_warning("endpoint_failed", "endpoint=%" G_GUINT64_FORMAT " participant=%s failure=%d",
                event->endpoint_id, seat ? seat->participant_id : "gone", (int)event->failure);
    if (!seat) {
        return;
    }
    (void)connection_quality_lost(&seat->quality);
    json_t *news = quality_event(seat);
    if (!seat_is_in_visit(seat)) {
        seat_tell(seat, json_incref(news));
    }
    struct visit_room *room = seat->room;
    seat_close_endpoint(seat);
    visit_room_refresh(room);
    visit_room_tell_all(room, news); /* the person too: their client makes a new connection */
}

static void on_endpoint_report(struct signaling_hub *hub, struct mailbox_message *message)
{
    const struct worker_endpoint_report *report =
        (const struct worker_endpoint_report *)(void *)message;
    struct seat *seat = find_endpoint(hub, report->endpoint_id);
    if (!seat) {
        return;
    }
    seat->report = *report;
    seat->has_report = true;
    if (connection_quality_update(&seat->quality, report, seat->audio_muted)) {
        visit_room_tell_all(seat->room, quality_event(seat));
    }
}

static void on_speaker(struct signaling_hub *hub, struct mailbox_message *message)
{
    const struct worker_speaker_event *event = (const struct worker_speaker_event *)(void *)message;
    struct visit_room *room = find_room_where(hub, has_id, &event->room_id);
    if (!room) {
        return;
    }
    const struct seat *seat = visit_room_find_endpoint(room, event->endpoint_id);
    room->speaker_endpoint = event->endpoint_id;
    visit_room_tell_all(room, json_pack("{s:s, s:o}", "type", "speaker", "participant",
                                        seat ? json_string(seat->participant_id) : json_null()));
}

static void on_recording_flow(struct signaling_hub *hub, struct mailbox_message *message)
{
    const struct worker_recording_event *event =
        (const struct worker_recording_event *)(void *)message;
    struct visit_room *room = find_room_where(hub, has_id, &event->room_id);
    if (!room || !room->recording.recording_id[0]) {
        return;
    }
    if (message->type == WORKER_EVENT_RECORDING_FLOWING) {
        room_recording_on_flowing(&room->recording, event->wall_ms);
        post_books(hub, run_flowing, room->recording.recording_id, event->wall_ms,
                   RECORDING_FAILURE_NONE);
        return;
    }
    room_recording_on_stopped(&room->recording, event->wall_ms);
    post_books(hub, message->type == WORKER_EVENT_RECORDING_PAUSED ? run_paused : run_broken,
               room->recording.recording_id, event->wall_ms, RECORDING_FAILURE_NONE);
}

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
        [WORKER_EVENT_ENDPOINT_CONNECTED] = on_endpoint_connected,
        [WORKER_EVENT_ENDPOINT_FAILED] = on_endpoint_failed,
        [WORKER_EVENT_ENDPOINT_REPORT] = on_endpoint_report,
        [WORKER_EVENT_SPEAKER] = on_speaker,
        [WORKER_EVENT_RECORDING_FLOWING] = on_recording_flow,
        [WORKER_EVENT_RECORDING_PAUSED] = on_recording_flow,
        [WORKER_EVENT_RECORDING_BROKEN] = on_recording_flow,
        [WORKER_EVENT_REPORT] = on_worker_report,
    };
    if (message->type >= 0 && (size_t)message->type < G_N_ELEMENTS(handlers) &&
        handlers[message->type]) {
        handlers[message->type](hub, message);
    }
    mailbox_message_destroy(message);
}

/* ---- events of recorders ---- */

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
    struct visit_room *room = find_room_where(hub, has_recording, event->recording_id);
    if (room && message->type >= 0 && (size_t)message->type < G_N_ELEMENTS(handlers)) {
        handlers[message->type](room, event);
        signaling_hub_check_room(hub, room);
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
    for (guint i = room->seats->len; i > 0; i--) {
        struct seat *seat = room->seats->pdata[i - 1];
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
        signaling_hub_check_room(hub, room->data);
    }
    g_autoptr(GList) sessions = g_hash_table_get_values(hub->sessions);
    for (GList *session = sessions; session; session = session->next) {
        signaling_session_on_tick(session->data, now_us);
    }
    http_timer_start(hub->tick, TICK_US);
}

/* ---- life ---- */

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
    hub->tick = http_timer_create(config->server, on_tick, hub);
    http_timer_start(hub->tick, TICK_US);
    return hub;
}

void signaling_hub_stop(struct signaling_hub *hub)
{
    hub->closing = true;
    hub->tick = http_timer_destroy(hub->tick);
}

struct signaling_hub *signaling_hub_destroy(struct signaling_hub *hub)
{
    if (!hub) {
        return NULL;
    }
    g_hash_table_destroy(hub->rooms);
    g_hash_table_destroy(hub->sessions);
    g_free(hub->consent_version);
    g_free(hub->consent_text);
    g_free(hub);
    return NULL;
}

void signaling_hub_set_consent_words(struct signaling_hub *hub, const char *version,
                                     const char *text)
{
    g_free(hub->consent_version);
    g_free(hub->consent_text);
    hub->consent_version = g_strdup(version);
    hub->consent_text = g_strdup(text);
}

void signaling_hub_say_goodbye(struct signaling_hub *hub)
{
    hub->closing = true;
    g_autoptr(GList) sessions = g_hash_table_get_values(hub->sessions);
    for (GList *session = sessions; session; session = session->next) {
        signaling_session_dismiss(session->data, "shutting_down",
                                  "The service restarts. You will be back in a few seconds.");
    }
}

/* ---- reports ---- */

static json_t *endpoint_json(const struct seat *seat)
{
    const struct worker_endpoint_report *r = &seat->report;
    json_t *object =
        json_pack("{s:s, s:I, s:b, s:b, s:b, s:o}", "participant", seat->participant_id, "endpoint",
                  (json_int_t)seat->endpoint_id, "reported", seat->has_report, "connected",
                  seat->has_report && r->connected, "in_room", seat->has_report && r->in_room,
                  "srtp_profile", r->srtp_profile ? json_string(r->srtp_profile) : json_null());
    const struct {
        const char *name;
        uint64_t value;
    } numbers[] = {
        {"packets_received", r->packets_received},
        {"bytes_received", r->bytes_received},
        {"packets_lost_up", r->packets_lost_up},
        {"packets_sent", r->packets_sent},
        {"bytes_sent", r->bytes_sent},
        {"packets_retransmitted", r->packets_retransmitted},
        {"packets_rejected", r->packets_rejected},
        {"rtt_us", r->rtt_us},
        {"fraction_lost_down", r->fraction_lost_down},
        {"bitrate_up_bps", r->bitrate_up_bps},
        {"bitrate_down_bps", r->bitrate_down_bps},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        json_object_set_new(object, numbers[i].name, json_integer((json_int_t)numbers[i].value));
    }
    json_object_set_new(object, "audio_flowing", json_boolean(r->audio_flowing));
    json_object_set_new(object, "video_flowing", json_boolean(r->video_flowing));
    return object;
}

json_t *signaling_hub_media(const struct signaling_hub *hub, const char *visit_id)
{
    const struct visit_room *room = signaling_hub_find_room(hub, visit_id);
    json_t *endpoints = json_array();
    for (guint i = 0; room && i < room->seats->len; i++) {
        const struct seat *seat = room->seats->pdata[i];
        if (seat->endpoint_id != 0) {
            json_array_append_new(endpoints, endpoint_json(seat));
        }
    }
    return json_pack("{s:o}", "endpoints", endpoints);
}

static void count_profile(struct signaling_hub_report *report, const char *profile)
{
    static const char *const names[] = {"SRTP_AEAD_AES_128_GCM", "SRTP_AEAD_AES_256_GCM",
                                        "SRTP_AES128_CM_SHA1_80"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        report->endpoints_by_profile[i] += g_strcmp0(profile, names[i]) == 0;
    }
}

static void count_seat(struct signaling_hub_report *report, const struct seat *seat)
{
    const struct participant *participant = seat_participant(seat);
    report->seats++;
    report->seats_away += seat->session == NULL;
    report->seats_waiting += participant && participant->state == SEAT_WAITING;
    report->endpoints += seat->endpoint_id != 0;
    if (seat->endpoint_id != 0 && seat->has_report && seat->report.connected) {
        report->endpoints_connected++;
        count_profile(report, seat->report.srtp_profile);
    }
}

void signaling_hub_report(const struct signaling_hub *hub, struct signaling_hub_report *ret_report)
{
    *ret_report = hub->totals;
    worker_pool_status(hub->config.workers, &ret_report->places);
    GHashTableIter iterator;
    gpointer value;
    g_hash_table_iter_init(&iterator, hub->rooms);
    while (g_hash_table_iter_next(&iterator, NULL, &value)) {
        const struct visit_room *room = value;
        ret_report->rooms++;
        ret_report->recordings_flowing += room->recording.flowing_since_ms > 0;
        for (guint i = 0; i < room->seats->len; i++) {
            count_seat(ret_report, room->seats->pdata[i]);
        }
    }
}

void signaling_hub_each_worker(const struct signaling_hub *hub,
                               void (*each)(void *context, const struct worker_report *report),
                               void *context)
{
    for (size_t i = 0; i < WORKERS_MAX; i++) {
        if (hub->has_worker[i]) {
            each(context, &hub->workers[i]);
        }
    }
}
