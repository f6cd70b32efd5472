#include "tests/fakes/fake_worker_pool.h"

#include "gateway/base/allocate.h"
#include "gateway/base/clock.h"
#include "gateway/base/mailbox.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define LINES_MAX 4096
#define LINE_SIZE 96
#define ENDPOINTS_MAX 256

struct worker_pool {
    struct mailbox *events;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t written = PTHREAD_COND_INITIALIZER;
static char lines[LINES_MAX][LINE_SIZE];
static size_t line_count;
static uint64_t endpoint_ids[ENDPOINTS_MAX];
static char labels[ENDPOINTS_MAX][ENDPOINT_LABEL_SIZE_MAX];
static int endpoint_count;
static struct worker_pool *current;
static bool flows;
static _Atomic bool is_full;

static void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void note(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    pthread_mutex_lock(&lock);
    if (line_count < LINES_MAX) {
        vsnprintf(lines[line_count++], LINE_SIZE, format, arguments);
    }
    pthread_cond_broadcast(&written);
    pthread_mutex_unlock(&lock);
    va_end(arguments);
}

static int number_of(uint64_t endpoint_id)
{
    for (int i = 0; i < endpoint_count; i++) {
        if (endpoint_ids[i] == endpoint_id) {
            return i + 1;
        }
    }
    return 0;
}

static int find_locked(const char *line)
{
    for (size_t i = 0; i < line_count; i++) {
        if (strncmp(lines[i], line, strlen(line)) == 0) {
            return (int)i;
        }
    }
    return -1;
}

bool fake_worker_pool_wait(const char *line)
{
    struct timespec deadline;
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += 60;
    pthread_mutex_lock(&lock);
    int waited = 0;
    while (find_locked(line) < 0 && waited == 0) {
        waited = pthread_cond_timedwait(&written, &lock, &deadline);
    }
    const bool found = find_locked(line) >= 0;
    pthread_mutex_unlock(&lock);
    return found;
}

int fake_worker_pool_find(const char *line)
{
    pthread_mutex_lock(&lock);
    const int found = find_locked(line);
    pthread_mutex_unlock(&lock);
    return found;
}

int fake_worker_pool_endpoint_of(const char *participant_id)
{
    pthread_mutex_lock(&lock);
    int found = 0;
    for (int i = 0; i < endpoint_count; i++) {
        found = strcmp(labels[i], participant_id) == 0 ? i + 1 : found;
    }
    pthread_mutex_unlock(&lock);
    return found;
}

void fake_worker_pool_forget(void)
{
    pthread_mutex_lock(&lock);
    line_count = 0;
    pthread_mutex_unlock(&lock);
}

char *fake_worker_pool_journal(void)
{
    pthread_mutex_lock(&lock);
    char *text = allocate_zeroed(line_count + 1, LINE_SIZE + 1);
    for (size_t i = 0; i < line_count; i++) {
        strcat(text, lines[i]);
        strcat(text, "\n");
    }
    pthread_mutex_unlock(&lock);
    return text;
}

void fake_worker_pool_fail_endpoint(int n)
{
    struct worker_endpoint_event *event = allocate_zeroed(1, sizeof(*event));
    event->message.type = WORKER_EVENT_ENDPOINT_FAILED;
    event->failure = ENDPOINT_FAILURE_CONSENT_EXPIRED;
    pthread_mutex_lock(&lock);
    event->endpoint_id = endpoint_ids[n - 1];
    pthread_mutex_unlock(&lock);
    mailbox_post(current->events, &event->message);
}

static uint64_t id_of(int n)
{
    pthread_mutex_lock(&lock);
    const uint64_t id = n > 0 && n <= endpoint_count ? endpoint_ids[n - 1] : 0;
    pthread_mutex_unlock(&lock);
    return id;
}

void fake_worker_pool_show_picture(int receiver, uint32_t slot, int source, enum picture_step step)
{
    struct worker_picture_event *event = allocate_zeroed(1, sizeof(*event));
    event->message.type = WORKER_EVENT_PICTURE;
    event->endpoint_id = id_of(receiver);
    event->slot = slot;
    event->source_endpoint_id = id_of(source);
    event->step = step;
    mailbox_post(current->events, &event->message);
}

void fake_worker_pool_want_layers(int publisher, const char *mid, uint32_t layers,
                                  const struct worker_layer_limit *limits)
{
    struct worker_layers_wanted_event *event = allocate_zeroed(1, sizeof(*event));
    event->message.type = WORKER_EVENT_LAYERS_WANTED;
    event->endpoint_id = id_of(publisher);
    (void)snprintf(event->mid, sizeof(event->mid), "%s", mid);
    event->layers = layers;
    for (size_t i = 0; i < MEDIA_RIDS_MAX; i++) {
        event->limits[i] = limits ? limits[i] : (struct worker_layer_limit){.scale_down = 1};
    }
    mailbox_post(current->events, &event->message);
}

void fake_worker_pool_want_sound(int publisher, uint32_t max_bps, uint32_t frame_ms)
{
    struct worker_sound_wanted_event *event = allocate_zeroed(1, sizeof(*event));
    event->message.type = WORKER_EVENT_SOUND_WANTED;
    event->endpoint_id = id_of(publisher);
    event->max_bps = max_bps;
    event->frame_ms = frame_ms;
    mailbox_post(current->events, &event->message);
}

void fake_worker_pool_report(int n, const struct worker_endpoint_report *report)
{
    struct worker_endpoint_report *event = allocate_zeroed(1, sizeof(*event));
    *event = *report;
    event->message = (struct mailbox_message){.type = WORKER_EVENT_ENDPOINT_REPORT};
    event->endpoint_id = id_of(n);
    mailbox_post(current->events, &event->message);
}

void fake_worker_pool_fall_silent(int n, bool silent)
{
    struct worker_silence_event *event = allocate_zeroed(1, sizeof(*event));
    event->message.type = WORKER_EVENT_SILENCE;
    event->endpoint_id = id_of(n);
    event->silent = silent;
    mailbox_post(current->events, &event->message);
}

void fake_worker_pool_miss_words(int listener, int speaker, int64_t began_wall_ms,
                                 uint32_t missed_ms, uint32_t of_ms)
{
    struct worker_missed_words_event *event = allocate_zeroed(1, sizeof(*event));
    event->message.type = WORKER_EVENT_MISSED_WORDS;
    event->listener_endpoint_id = id_of(listener);
    event->speaker_endpoint_id = id_of(speaker);
    event->began_wall_ms = began_wall_ms;
    event->missed_ms = missed_ms;
    event->of_ms = of_ms;
    mailbox_post(current->events, &event->message);
}

void fake_worker_pool_set_full(bool full)
{
    is_full = full;
}

/* ---- worker_pool.h ---- */

void worker_pool_status(const struct worker_pool *pool, struct worker_pool_status *ret_status)
{
    (void)pool;
    *ret_status = (struct worker_pool_status){.peers_max = ENDPOINTS_MAX, .workers_full = is_full};
}

void worker_pool_note_report(struct worker_pool *pool, const struct worker_report *report)
{
    (void)pool;
    (void)report;
}

bool worker_pool_takes_person(const struct worker_pool *pool, uint64_t room_id, unsigned coming)
{
    (void)pool;
    (void)room_id;
    (void)coming;
    return !is_full;
}

bool worker_pool_takes_anybody(const struct worker_pool *pool, unsigned coming)
{
    (void)pool;
    (void)coming;
    return !is_full;
}

void worker_pool_take_place(struct worker_pool *pool, uint64_t room_id)
{
    (void)pool;
    (void)room_id;
}

void worker_pool_give_place(struct worker_pool *pool, uint64_t room_id)
{
    (void)pool;
    (void)room_id;
}

int worker_pool_create(const struct worker_pool_config *config,
                       const struct dtls_identity *identity, struct mailbox *events,
                       struct worker_pool **ret_pool)
{
    (void)config;
    (void)identity;
    struct worker_pool *pool = allocate_zeroed(1, sizeof(*pool));
    pool->events = events;
    current = pool;
    endpoint_count = 0;
    line_count = 0;
    flows = false;
    is_full = false;
    *ret_pool = pool;
    return 0;
}

struct worker_pool *worker_pool_destroy(struct worker_pool *pool)
{
    free(pool);
    return NULL;
}

void worker_pool_open_room(struct worker_pool *pool, uint64_t room_id)
{
    (void)pool;
    (void)room_id;
    note("open_room");
}

void worker_pool_close_room(struct worker_pool *pool, uint64_t room_id)
{
    (void)pool;
    (void)room_id;
    note("close_room");
}

void worker_pool_show_test_card(struct worker_pool *pool, uint64_t room_id, uint64_t endpoint_id)
{
    (void)pool;
    (void)room_id;
    (void)endpoint_id;
    note("test_card");
}

uint16_t worker_pool_room_port(const struct worker_pool *pool, uint64_t room_id)
{
    (void)pool;
    (void)room_id;
    return 7000;
}

void worker_pool_open_endpoint(struct worker_pool *pool, uint64_t room_id, uint64_t endpoint_id,
                               const char *label, const struct endpoint_transport *transport)
{
    (void)pool;
    (void)room_id;
    (void)transport;
    pthread_mutex_lock(&lock);
    if (endpoint_count < ENDPOINTS_MAX) {
        endpoint_ids[endpoint_count] = endpoint_id;
        snprintf(labels[endpoint_count++], ENDPOINT_LABEL_SIZE_MAX, "%s", label);
    }
    pthread_mutex_unlock(&lock);
    note("open e%d", number_of(endpoint_id));
}

void worker_pool_restart_ice(struct worker_pool *pool, uint64_t endpoint_id,
                             const struct endpoint_transport *transport)
{
    (void)pool;
    (void)transport;
    note("restart e%d", number_of(endpoint_id));
}

void worker_pool_set_media(struct worker_pool *pool, uint64_t endpoint_id,
                           const struct endpoint_media *media)
{
    (void)pool;
    note("media e%d publications=%zu slots=%zu", number_of(endpoint_id), media->publication_count,
         media->slot_count);
}

void worker_pool_arrange_room(struct worker_pool *pool, uint64_t room_id,
                              const struct worker_place *places, size_t count)
{
    static const char *const words[] = {
        [ROOM_OUTSIDE] = "leave",
        [ROOM_CIRCLE_VISIT] = "enter",
        [ROOM_CIRCLE_HUDDLE] = "huddle",
        [ROOM_CIRCLE_HELP] = "help",
    };
    (void)pool;
    (void)room_id;
    for (size_t i = 0; i < count; i++) {
        note("%s e%d", words[places[i].circle], number_of(places[i].endpoint_id));
    }
}

void worker_pool_move(struct worker_pool *pool, uint64_t endpoint_id, enum room_circle circle)
{
    const struct worker_place place = {.endpoint_id = endpoint_id, .circle = circle};
    worker_pool_arrange_room(pool, 0, &place, 1);
}

void worker_pool_close_endpoint(struct worker_pool *pool, uint64_t endpoint_id)
{
    (void)pool;
    note("close e%d", number_of(endpoint_id));
}

void worker_pool_bind_slot(struct worker_pool *pool, uint64_t endpoint_id, uint32_t slot,
                           uint64_t source_endpoint_id, bool video)
{
    (void)pool;
    note("bind e%d slot=%u source=e%d video=%d", number_of(endpoint_id), slot,
         number_of(source_endpoint_id), video);
}

void worker_pool_set_slot_view(struct worker_pool *pool, uint64_t endpoint_id, uint32_t slot,
                               uint32_t width, uint32_t height)
{
    (void)pool;
    note("view e%d slot=%u %ux%u", number_of(endpoint_id), slot, width, height);
}

void worker_pool_set_endpoint_priority(struct worker_pool *pool, uint64_t endpoint_id,
                                       enum picture_priority priority)
{
    (void)pool;
    note("priority e%d %s", number_of(endpoint_id),
         priority == PICTURE_PRIORITY_PATIENT ? "patient" : "ordinary");
}

static void post_flow(struct worker_pool *pool, uint64_t room_id, enum worker_event_type type)
{
    struct worker_recording_event *event = allocate_zeroed(1, sizeof(*event));
    event->message.type = (int)type;
    event->room_id = room_id;
    event->wall_ms = clock_wall_ms();
    mailbox_post(pool->events, &event->message);
}

static void stop_flow(struct worker_pool *pool, uint64_t room_id)
{
    if (flows) {
        post_flow(pool, room_id, WORKER_EVENT_RECORDING_PAUSED);
    }
    flows = false;
}

void worker_pool_attach_recording(struct worker_pool *pool, uint64_t room_id, int recorder_fd)
{
    (void)room_id;
    (void)pool;
    close(recorder_fd);
    flows = false;
    note("attach");
}

void worker_pool_pause_recording(struct worker_pool *pool, uint64_t room_id)
{
    note("pause");
    stop_flow(pool, room_id);
}

void worker_pool_resume_recording(struct worker_pool *pool, uint64_t room_id)
{
    note("resume");
    flows = true;
    post_flow(pool, room_id, WORKER_EVENT_RECORDING_FLOWING);
}

void worker_pool_detach_recording(struct worker_pool *pool, uint64_t room_id)
{
    note("detach");
    stop_flow(pool, room_id);
}
