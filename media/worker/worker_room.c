#include "media/worker/worker_room.h"

#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/base/loop.h"
#include "gateway/base/mailbox.h"
#include "gateway/base/random.h"
#include "media/congestion/send_pacer.h"
#include "media/router/layers_wanted.h"
#include "media/router/room.h"
#include "media/router/room_endpoint.h"
#include "media/router/sound_frames.h"
#include "media/worker/test_card.h"
#include "media/worker/worker_endpoint.h"
#include "media/worker/worker_recorder.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

LOG_TOPIC("room");

static const uint32_t REPORT_US = 1000000;
static const uint64_t TICK_US = 20000;
static const uint64_t QUIET_TICK_US = 30000; /* a busy room's own packets come first */

/* ---- events ---- */

static void post_speaker(void *context, uint64_t room_id, uint64_t endpoint_id)
{
    const struct worker_room *room = context;
    struct worker_speaker_event *event = calloc(1, sizeof(*event));
    event->message.type = WORKER_EVENT_SPEAKER;
    event->room_id = room_id;
    event->endpoint_id = endpoint_id;
    mailbox_post(room->worker->events, &event->message);
}

static void post_missed_words(void *context, const struct room_missed_words *missed)
{
    const struct worker_room *room = context;
    struct worker_missed_words_event *event = calloc(1, sizeof(*event));
    event->message.type = WORKER_EVENT_MISSED_WORDS;
    event->listener_endpoint_id = missed->listener_id;
    event->speaker_endpoint_id = missed->speaker_id;
    event->began_wall_ms = missed->began_wall_ms;
    event->missed_ms = missed->missed_ms;
    event->of_ms = missed->of_ms;
    mailbox_post(room->worker->events, &event->message);
}

static void post_recording(const struct worker_room *room, enum worker_event_type type,
                           int64_t wall_ms)
{
    struct worker_recording_event *event = calloc(1, sizeof(*event));
    event->message.type = type;
    event->room_id = room->id;
    event->wall_ms = wall_ms;
    mailbox_post(room->worker->events, &event->message);
}

static void post_picture(void *context, uint64_t endpoint_id, uint32_t slot, uint64_t source_id,
                         enum picture_step step)
{
    const struct worker_room *room = context;
    struct worker_picture_event *event = calloc(1, sizeof(*event));
    event->message.type = WORKER_EVENT_PICTURE;
    event->endpoint_id = endpoint_id;
    event->slot = slot;
    event->source_endpoint_id = source_id;
    event->step = step;
    mailbox_post(room->worker->events, &event->message);
}

static void post_layers_wanted(void *context, uint64_t endpoint_id, const char *mid,
                               const struct layers_order *order)
{
    const struct worker_room *room = context;
    struct worker_layers_wanted_event *event = calloc(1, sizeof(*event));
    event->message.type = WORKER_EVENT_LAYERS_WANTED;
    event->endpoint_id = endpoint_id;
    (void)snprintf(event->mid, sizeof(event->mid), "%s", mid);
    event->layers = order->layers;
    for (size_t i = 0; i < MEDIA_RIDS_MAX; i++) {
        event->limits[i] = (struct worker_layer_limit){
            .max_bps = order->limits[i].max_bps,
            .max_fps = order->limits[i].max_fps,
            .scale_down = order->limits[i].scale_down,
        };
    }
    mailbox_post(room->worker->events, &event->message);
}

static void post_sound_wanted(void *context, uint64_t endpoint_id, const struct sound_order *order)
{
    const struct worker_room *room = context;
    struct worker_sound_wanted_event *event = calloc(1, sizeof(*event));
    event->message.type = WORKER_EVENT_SOUND_WANTED;
    event->endpoint_id = endpoint_id;
    event->max_bps = order->max_bps;
    event->frame_ms = order->frame_ms;
    mailbox_post(room->worker->events, &event->message);
}

/* ---- recording ---- */

static void on_recorder_message(void *context, const uint8_t *datagram, size_t size,
                                uint64_t now_us)
{
    const struct worker_room *room = context;
    room_on_recorder_message(room->room, datagram, size, now_us);
}

static void on_recording_broken(void *context, uint64_t room_id)
{
    struct worker_room *room = context;
    (void)room_id;
    room->recorder_broken = true;
}

static void let_go_of_recorder(struct worker_room *room, int64_t wall_ms, uint64_t now_us)
{
    (void)room_detach_recorder(room->room, wall_ms, now_us);
    room->recorder = worker_recorder_destroy(room->recorder);
    room->recorder_broken = false;
}

static void give_up_recorder(struct worker_room *room, uint64_t now_us)
{
    const int64_t wall_ms = clock_wall_ms();
    log_warning("recorder_broken", "room=%" PRIu64, room->id);
    let_go_of_recorder(room, wall_ms, now_us);
    post_recording(room, WORKER_EVENT_RECORDING_BROKEN, wall_ms);
}

static void on_recorder_closed(void *context, uint64_t now_us)
{
    give_up_recorder(context, now_us);
}

void worker_room_attach_recorder(struct worker_room *room, int fd, uint64_t now_us)
{
    static const struct worker_recorder_ops ops = {
        .on_message = on_recorder_message,
        .on_closed = on_recorder_closed,
    };
    if (room->recorder) {
        let_go_of_recorder(room, clock_wall_ms(), now_us);
    }
    room->recorder = worker_recorder_create(room->worker->loop, fd, &ops, room);
    const struct sink sink = worker_recorder_sink(room->recorder);
    room_attach_recorder(room->room, &sink);
}

void worker_room_resume_recording(struct worker_room *room, uint64_t now_us)
{
    const int64_t wall_ms = clock_wall_ms();
    if (room_resume_recording(room->room, wall_ms, now_us) == 0) {
        post_recording(room, WORKER_EVENT_RECORDING_FLOWING, wall_ms);
    }
}

void worker_room_pause_recording(struct worker_room *room, uint64_t now_us)
{
    const int64_t wall_ms = clock_wall_ms();
    if (room_pause_recording(room->room, wall_ms, now_us) == 0) {
        post_recording(room, WORKER_EVENT_RECORDING_PAUSED, wall_ms);
    }
}

void worker_room_detach_recorder(struct worker_room *room, uint64_t now_us)
{
    const int64_t wall_ms = clock_wall_ms();
    if (room->recorder) {
        let_go_of_recorder(room, wall_ms, now_us);
        post_recording(room, WORKER_EVENT_RECORDING_PAUSED, wall_ms);
    }
}

/* ---- life ---- */

int worker_room_create(struct worker_state *worker, uint64_t id, struct worker_room **ret_room)
{
    static const struct room_ops ops = {
        .on_speaker = post_speaker,
        .on_missed_words = post_missed_words,
        .on_recording_broken = on_recording_broken,
        .on_picture = post_picture,
        .on_layers_wanted = post_layers_wanted,
        .on_sound_wanted = post_sound_wanted,
    };
    struct worker_room *room = calloc(1, sizeof(*room));
    room->id = id;
    room->worker = worker;
    int r = fixed_map_insert(worker->rooms_by_id, &room->id, sizeof(room->id), room);
    if (r < 0) {
        free(room);
        return r;
    }
    const struct room_config config = {
        .id = id,
        .packets = worker->packets,
        .packets_reserve = worker->packets_reserve,
        .ops = &ops,
        .context = room,
    };
    room->room = room_create(&config);
    room_set_thinned(room->room, worker_load_level(&worker->load) == WORKER_LOAD_THINNED, 0);
    list_init(&room->endpoints);
    list_init(&room->in_busy);
    list_init(&room->in_paced);
    list_init(&room->in_cards);
    list_append(&worker->rooms, &room->in_worker);
    *ret_room = room;
    return 0;
}

struct worker_room *worker_room_destroy(struct worker_room *room, uint64_t now_us)
{
    if (!room) {
        return NULL;
    }
    worker_room_detach_recorder(room, now_us);
    LIST_FOR_EACH (element, &room->endpoints) {
        worker_room_close_endpoint(LIST_ENTRY(element, struct worker_endpoint, in_room));
    }
    list_remove(&room->in_worker);
    list_remove(&room->in_busy);
    list_remove(&room->in_paced);
    list_remove(&room->in_cards);
    room->test_card = test_card_destroy(room->test_card);
    (void)fixed_map_remove(room->worker->rooms_by_id, &room->id, sizeof(room->id));
    room->worker->recorder_dropped_before += room_recorder_dropped(room->room);
    room->room = room_destroy(room->room);
    free(room);
    return NULL;
}

struct worker_room *worker_room_find(const struct worker_state *worker, uint64_t id)
{
    return fixed_map_find(worker->rooms_by_id, &id, sizeof(id));
}

struct worker_endpoint *worker_room_find_endpoint(const struct worker_state *worker, uint64_t id)
{
    return fixed_map_find(worker->endpoints_by_id, &id, sizeof(id));
}

static void post_reports(struct worker_room *room, uint64_t now_us)
{
    if (now_us < room->report_due_us) {
        return;
    }
    /* Rooms that opened together, after a restart, take turns: nobody's packets wait for all. */
    const bool is_first = room->report_due_us == 0;
    room->report_due_us = now_us + (is_first ? random_below(REPORT_US) : REPORT_US);
    LIST_FOR_EACH (element, &room->endpoints) {
        worker_endpoint_post_report(LIST_ENTRY(element, struct worker_endpoint, in_room), now_us);
    }
}

static void note_waiting(struct worker_room *room, uint64_t now_us)
{
    struct worker_state *worker = room->worker;
    if (!room_is_waiting(room->room) || !list_is_empty(&room->in_paced)) {
        return;
    }
    if (list_is_empty(&worker->paced_rooms)) {
        loop_timer_start(worker->pacing, now_us + SEND_PACER_INTERVAL_US);
    }
    list_append(&worker->paced_rooms, &room->in_paced);
}

void worker_rooms_pace(struct worker_state *worker, uint64_t now_us)
{
    LIST_FOR_EACH (element, &worker->paced_rooms) {
        struct worker_room *room = LIST_ENTRY(element, struct worker_room, in_paced);
        room_send_waiting(room->room, now_us);
        if (!room_is_waiting(room->room)) {
            list_remove(&room->in_paced);
        }
    }
    if (!list_is_empty(&worker->paced_rooms)) {
        loop_timer_start(worker->pacing, now_us + SEND_PACER_INTERVAL_US);
    }
}

static void tick(struct worker_room *room, uint64_t now_us)
{
    room->ticked_at_us = now_us;
    room_on_tick(room->room, now_us);
    post_reports(room, now_us);
    if (room->recorder_broken) {
        give_up_recorder(room, now_us);
    }
}

void worker_rooms_after_batch(struct worker_state *worker, uint64_t now_us)
{
    LIST_FOR_EACH (element, &worker->busy_rooms) {
        struct worker_room *room = LIST_ENTRY(element, struct worker_room, in_busy);
        list_remove(element);
        if (now_us - room->ticked_at_us >= TICK_US) {
            tick(room, now_us);
        }
        note_waiting(room, now_us);
    }
}

void worker_rooms_on_tick(struct worker_state *worker, uint64_t now_us)
{
    LIST_FOR_EACH (element, &worker->rooms) {
        struct worker_room *room = LIST_ENTRY(element, struct worker_room, in_worker);
        if (now_us - room->ticked_at_us >= QUIET_TICK_US) {
            tick(room, now_us);
            note_waiting(room, now_us);
        }
    }
}

/* ---- test cards ---- */

void worker_room_show_test_card(struct worker_room *room, uint64_t endpoint_id, uint64_t now_us)
{
    struct worker_state *worker = room->worker;
    if (room->test_card) {
        return;
    }
    room->test_card = test_card_create(room->room, worker->packets, endpoint_id, now_us);
    if (!room->test_card) {
        log_warning("no_test_card", "room=%" PRIu64, room->id);
        return;
    }
    list_append(&worker->card_rooms, &room->in_cards);
    loop_timer_start(worker->cards, now_us);
}

void worker_rooms_send_test_cards(struct worker_state *worker, uint64_t now_us)
{
    uint64_t next_us = UINT64_MAX;
    LIST_FOR_EACH (element, &worker->card_rooms) {
        struct worker_room *room = LIST_ENTRY(element, struct worker_room, in_cards);
        const uint64_t due_us = test_card_send(room->test_card, now_us);
        next_us = due_us < next_us ? due_us : next_us;
        worker_room_note_packet(room);
    }
    if (next_us != UINT64_MAX) {
        loop_timer_start(worker->cards, next_us);
    }
}

/* ---- endpoints ---- */

static int open_endpoint(struct worker_room *room, const struct worker_endpoint_open *open,
                         uint64_t now_us)
{
    struct worker_state *worker = room->worker;
    const struct worker_endpoint_config config = {
        .host = worker->host,
        .room = room->room,
        .events = worker->events,
        .ended = &worker->ended,
    };
    AUTO(worker_endpoint) endpoint = NULL;
    int r = worker_endpoint_create(&config, open, now_us, &endpoint);
    if (r < 0) {
        return r;
    }
    r = fixed_map_insert(worker->endpoints_by_id, &endpoint->id, sizeof(endpoint->id), endpoint);
    if (r < 0) {
        return r;
    }
    list_append(&room->endpoints, &endpoint->in_room);
    endpoint->home = room;
    (void)TAKE(endpoint);
    return 0;
}

void worker_room_open_endpoint(struct worker_room *room, const struct worker_endpoint_open *open,
                               uint64_t now_us)
{
    int r = open_endpoint(room, open, now_us);
    if (r < 0) {
        log_warning("endpoint_refused", "endpoint=%" PRIu64 " error=%d", open->endpoint_id, -r);
        worker_endpoint_post_failure(room->worker->events, open->endpoint_id,
                                     ENDPOINT_FAILURE_WORKER_FULL);
    }
}

void worker_room_close_endpoint(struct worker_endpoint *endpoint)
{
    struct worker_state *worker = endpoint->home->worker;
    worker->rtp_rejected_before += room_endpoint_packets_rejected(endpoint->place);
    (void)fixed_map_remove(worker->endpoints_by_id, &endpoint->id, sizeof(endpoint->id));
    worker_endpoint_destroy(endpoint);
}
