#include "tests/bench/recording_cost/worker_case.h"

#include "certs/dtls_identity.h"
#include "gateway/base/clock.h"
#include "gateway/base/random.h"
#include "media/rtp/rtp_extensions.h"
#include "media/worker/worker_pool.h"
#include "tests/bench/recording_cost/bench_failure.h"
#include "tests/bench/recording_cost/cpu_time.h"
#include "tests/bench/recording_cost/recorder_fleet.h"
#include "tests/fakes/media_source.h"
#include "tests/fakes/test_peer.h"

#include <math.h>
#include <poll.h>
#include <sched.h>
#include <string.h>

#define PEOPLE 3
#define ROOMS_MAX RECORDER_FLEET_MAX
#define CONNECT_TIMEOUT_US 20000000
#define SETTLE_US 2300000 /* a key frame has come: there is one every 2 s */
#define STEP_MS 4
#define SERVE_US 50000 /* how often a peer's timers are looked at */
#define UNEQUAL_PERCENT                                                                            \
    3.0 /* of the load in the halves of a round: more, and it does not count                       \
         */
#define FIRST_ROOM 1000

struct person {
    uint64_t id;
    struct test_peer *peer;
    struct endpoint_transport transport;
    struct media_source source;
    struct endpoint_media media;
    struct clip_player player;
    uint16_t transport_sequence;
};

struct scene {
    const struct worker_case_config *config;
    struct dtls_identity *identity;
    struct mailbox *events;
    struct worker_pool *pool;
    pid_t worker_tid;
    struct recorder_fleet fleet;
    struct person people[ROOMS_MAX * PEOPLE];
    size_t person_count;
    uint64_t serve_due_us;
};

/* ---- who takes part ---- */

static void drain_events(struct scene *scene)
{
    struct mailbox_message *message = NULL;
    while ((message = mailbox_take(scene->events))) {
        if (message->type == WORKER_EVENT_ENDPOINT_FAILED) {
            bench_fail("an endpoint");
        }
        mailbox_message_destroy(message);
    }
}

static void open_person(struct scene *scene, uint64_t room_id)
{
    struct person *person = &scene->people[scene->person_count++];
    person->id = scene->person_count;
    person->peer = test_peer_create(NULL);
    media_source_init(&person->source, (uint32_t)person->id);
    media_source_negotiated(&person->source, PEOPLE - 1, &person->media);
    struct endpoint_transport *transport = &person->transport;
    random_alphanumeric(transport->local.ufrag, LOCAL_UFRAG_LENGTH);
    random_alphanumeric(transport->local.pwd, LOCAL_PWD_LENGTH);
    strncpy(transport->remote.ufrag, test_peer_ufrag(person->peer), ICE_UFRAG_SIZE_MAX - 1);
    strncpy(transport->remote.pwd, test_peer_pwd(person->peer), ICE_PWD_SIZE_MAX - 1);
    memcpy(transport->remote_fingerprint, test_peer_fingerprint(person->peer), 32);
    const struct test_peer_gateway gateway = {
        .address = "127.0.0.1",
        .port = worker_pool_room_port(scene->pool, room_id),
        .ufrag = transport->local.ufrag,
        .pwd = transport->local.pwd,
        .fingerprint = dtls_identity_fingerprint(scene->identity),
    };
    worker_pool_open_endpoint(scene->pool, room_id, person->id, "person", transport);
    worker_pool_set_media(scene->pool, person->id, &person->media);
    test_peer_set_gateway(person->peer, &gateway);
    test_peer_start(person->peer);
}

static void pump(struct scene *scene)
{
    struct pollfd fds[ROOMS_MAX * PEOPLE];
    for (size_t i = 0; i < scene->person_count; i++) {
        fds[i] = (struct pollfd){.fd = test_peer_fd(scene->people[i].peer), .events = POLLIN};
    }
    (void)poll(fds, scene->person_count, STEP_MS);
    const uint64_t now_us = clock_now_us();
    const bool all = now_us >= scene->serve_due_us;
    scene->serve_due_us = all ? now_us + SERVE_US : scene->serve_due_us;
    for (size_t i = 0; i < scene->person_count; i++) {
        if (all || fds[i].revents) {
            test_peer_run_once(scene->people[i].peer, 0);
        }
    }
    drain_events(scene);
}

static bool all_connected(const struct scene *scene)
{
    for (size_t i = 0; i < scene->person_count; i++) {
        if (!test_peer_is_connected(scene->people[i].peer)) {
            return false;
        }
    }
    return true;
}

static void open_rooms(struct scene *scene)
{
    for (size_t room = 0; room < scene->config->rooms; room++) {
        worker_pool_open_room(scene->pool, FIRST_ROOM + room);
        for (size_t i = 0; i < PEOPLE; i++) {
            open_person(scene, FIRST_ROOM + room);
        }
    }
    const uint64_t give_up_us = clock_now_us() + CONNECT_TIMEOUT_US;
    while (!all_connected(scene)) {
        pump(scene);
        if (clock_now_us() > give_up_us) {
            bench_fail("connecting the peers");
        }
    }
    const uint64_t now_us = clock_now_us();
    for (size_t i = 0; i < scene->person_count; i++) {
        struct person *person = &scene->people[i];
        worker_pool_move(scene->pool, person->id, ROOM_CIRCLE_VISIT);
        person->player =
            (struct clip_player){.clip = scene->config->clip, .start_us = now_us + 3100 * i};
    }
    for (size_t i = 0; i < scene->person_count; i++) {
        const size_t first = i / PEOPLE * PEOPLE;
        for (uint32_t slot = 0; slot < PEOPLE - 1; slot++) {
            const size_t other = first + (i - first + 1 + slot) % PEOPLE;
            worker_pool_bind_slot(scene->pool, scene->people[i].id, slot, scene->people[other].id,
                                  true);
        }
    }
}

/* ---- media ---- */

static void play(struct person *person, uint64_t now_us)
{
    struct clip_moment moment;
    while (clip_player_take(&person->player, now_us, &moment)) {
        const bool audio = moment.packet->is_audio;
        const struct rtp_header header = {
            .marker = moment.packet->marker,
            .payload_type = audio ? MEDIA_SOURCE_OPUS : MEDIA_SOURCE_VP8,
            .sequence = moment.sequence,
            .timestamp = moment.timestamp,
            .ssrc = audio ? person->source.audio_ssrc : person->source.video_ssrc,
            .has_transport_sequence = true,
            .transport_sequence = person->transport_sequence++,
            .audio_level = {.present = audio, .minus_dbov = 40},
        };
        uint8_t packet[CLIP_PACKET_SIZE_MAX];
        const int head_size =
            rtp_header_write(&header, &person->source.extensions, packet, sizeof packet);
        memcpy(packet + head_size, moment.packet->payload, moment.packet->size);
        test_peer_send_rtp(person->peer, packet, (size_t)head_size + moment.packet->size);
    }
}

static void play_for(struct scene *scene, uint64_t span_us)
{
    const uint64_t end_us = clock_now_us() + span_us;
    for (uint64_t now_us = clock_now_us(); now_us < end_us; now_us = clock_now_us()) {
        for (size_t i = 0; i < scene->person_count; i++) {
            play(&scene->people[i], now_us);
        }
        pump(scene);
        usleep(STEP_MS *
               1000); /* lets packets gather, so that the peers cost less than the worker */
    }
}

static uint64_t received_by_all(const struct scene *scene)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < scene->person_count; i++) {
        sum += test_peer_statistics(scene->people[i].peer)->rtp_received;
    }
    return sum;
}

/* ---- measuring ---- */

struct half {
    double us_per_forwarded;
    double forwarded;
};

static struct half measure(struct scene *scene)
{
    const uint64_t packets = received_by_all(scene);
    const uint64_t cpu_ns = cpu_time_of_thread_ns(scene->worker_tid);
    play_for(scene, CLIP_LENGTH_US);
    struct half half = {.forwarded = (double)(received_by_all(scene) - packets)};
    if (half.forwarded < 1) {
        bench_fail("forwarding");
    }
    half.us_per_forwarded =
        (double)(cpu_time_of_thread_ns(scene->worker_tid) - cpu_ns) / 1000 / half.forwarded;
    return half;
}

static struct half measure_recorded(struct scene *scene)
{
    for (size_t i = 0; i < scene->config->rooms; i++) {
        worker_pool_resume_recording(scene->pool, FIRST_ROOM + i);
    }
    play_for(scene, SETTLE_US);
    const uint64_t recorders_ns = recorder_fleet_cpu_ns(&scene->fleet);
    const struct half half = measure(scene);
    if (recorder_fleet_cpu_ns(&scene->fleet) == recorders_ns) {
        bench_fail("recording");
    }
    return half;
}

static struct half measure_plain(struct scene *scene)
{
    for (size_t i = 0; i < scene->config->rooms; i++) {
        worker_pool_pause_recording(scene->pool, FIRST_ROOM + i);
    }
    play_for(scene, SETTLE_US);
    return measure(scene);
}

/* Each first in every other round, so that a machine that warms up favours neither. */
static void run_round(struct scene *scene, bool recorded_first, struct worker_case_result *result)
{
    struct half recorded = {0};
    if (recorded_first) {
        recorded = measure_recorded(scene);
    }
    const struct half plain = measure_plain(scene);
    if (!recorded_first) {
        recorded = measure_recorded(scene);
    }
    const double unequal_percent = 100 * fabs(recorded.forwarded / plain.forwarded - 1);
    if (unequal_percent > UNEQUAL_PERCENT) {
        printf("a round does not count: %.0f packets forwarded while recorded, %.0f while not\n",
               recorded.forwarded, plain.forwarded);
        return;
    }
    result->forwarded_per_second = plain.forwarded * 1e6 / CLIP_LENGTH_US;
    figure_add(&result->recorded_us, recorded.us_per_forwarded);
    figure_add(&result->plain_us, plain.us_per_forwarded);
    figure_add(&result->more_percent,
               100 * (recorded.us_per_forwarded / plain.us_per_forwarded - 1));
}

static void attach_recorders(struct scene *scene)
{
    recorder_fleet_start(&scene->fleet, scene->config->rooms);
    for (size_t i = 0; i < scene->config->rooms; i++) {
        worker_pool_attach_recording(scene->pool, FIRST_ROOM + i, scene->fleet.worker_fds[i]);
        scene->fleet.worker_fds[i] = -1;
    }
}

/* The one thread that was not there before. */
static pid_t find_worker(const pid_t *before, size_t before_count)
{
    pid_t after[CPU_TIME_THREADS_MAX];
    const size_t count = cpu_time_list_threads(after);
    for (size_t i = 0; i < count; i++) {
        bool known = false;
        for (size_t j = 0; j < before_count; j++) {
            known = known || after[i] == before[j];
        }
        if (!known) {
            return after[i];
        }
    }
    bench_fail("finding the worker's thread");
}

static void pin(pid_t tid, unsigned core)
{
    cpu_set_t cores;
    CPU_ZERO(&cores);
    CPU_SET(core, &cores);
    (void)sched_setaffinity(tid, sizeof cores, &cores);
}

static void start_worker(struct scene *scene)
{
    pid_t before[CPU_TIME_THREADS_MAX];
    const size_t before_count = cpu_time_list_threads(before);
    const struct worker_pool_config config = {
        .worker_count = 1,
        .listen_address = "127.0.0.1",
        .peers_per_worker_max = ROOMS_MAX * PEOPLE,
        .packets_per_worker = 8192,
    };
    scene->events = mailbox_create();
    if (dtls_identity_create(&scene->identity) < 0 ||
        worker_pool_create(&config, scene->identity, scene->events, &scene->pool) < 0) {
        bench_fail("starting a worker");
    }
    scene->worker_tid = find_worker(before, before_count);
}

void worker_case_run(const struct worker_case_config *config, struct worker_case_result *ret_result)
{
    static struct scene scene;
    scene = (struct scene){.config = config};
    struct worker_case_result result = {0};
    pin(0, 1); /* peers and recorders share a core; what is started from here on inherits it */
    start_worker(&scene);
    pin(scene.worker_tid, 0);
    recorder_fleet_open(&scene.fleet, config->recorder_path, config->folder);
    open_rooms(&scene);
    attach_recorders(&scene);
    for (unsigned round = 0; round < config->rounds; round++) {
        run_round(&scene, round % 2 == 0, &result);
    }
    if (result.more_percent.runs == 0) {
        bench_fail("keeping the load even");
    }
    for (size_t i = 0; i < config->rooms; i++) {
        worker_pool_detach_recording(scene.pool, FIRST_ROOM + i);
    }
    recorder_fleet_close(&scene.fleet);
    scene.pool = worker_pool_destroy(scene.pool);
    for (size_t i = 0; i < scene.person_count; i++) {
        scene.people[i].peer = test_peer_destroy(scene.people[i].peer);
    }
    scene.events = mailbox_destroy(scene.events);
    scene.identity = dtls_identity_destroy(scene.identity);
    *ret_result = result;
}
