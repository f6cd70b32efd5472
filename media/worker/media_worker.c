#include "media/worker/media_worker.h"

#include "gateway/base/clock.h"
#include "gateway/base/list.h"
#include "gateway/base/log.h"
#include "gateway/base/loop.h"
#include "gateway/base/mailbox.h"
#include "gateway/base/thread_priority.h"
#include "media/rtp/packet_buffer.h"
#include "media/transport/transport_host.h"
#include "media/worker/worker_commands.h"
#include "media/worker/worker_endpoint.h"
#include "media/worker/worker_report.h"
#include "media/worker/worker_room.h"
#include "media/worker/worker_state.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/epoll.h>

LOG_TOPIC("worker");

static const uint64_t TICK_US = 20000;
static const uint64_t REPORT_US = 1000000;
/* Reports of endpoints are read together: hundreds of wake-ups a second cost a core several
 * percent, and each takes it from the packets. */
static const uint64_t WAKE_CONTROL_US = 250000;

struct media_worker {
    struct worker_state state;
    char name[24];
    pthread_t thread;
    bool running;
    struct mailbox *commands;
    struct loop_source *commands_source;
    struct loop_source *socket_source;
    struct loop_source *tcp_source; /* NULL: not served */
    struct loop_timer *tick;
    struct loop_timer *handshakes; /* runs while some wait for their turn */
    uint64_t report_due_us;
    uint64_t wake_control_due_us;
    bool idle; /* without rooms: nothing is due but the report */
};

/* ---- the loop ---- */

static void on_socket(void *context, uint32_t events)
{
    struct worker_state *state = context;
    (void)events;
    transport_host_receive(state->host, loop_now_us(state->loop));
}

static void on_tcp(void *context, uint32_t events)
{
    struct worker_state *state = context;
    (void)events;
    transport_host_serve_tcp(state->host, loop_now_us(state->loop));
}

/* In a turn of its own: sockets that were readable have been served before it. */
static void on_handshakes(void *context, uint64_t now_us)
{
    const struct media_worker *worker = context;
    transport_host_run_handshakes(worker->state.host, now_us);
}

/* Transports that ended during the batch go now, outside their own callbacks. */
static void bury_ended(struct worker_state *state)
{
    LIST_FOR_EACH (element, &state->ended) {
        worker_endpoint_bury(LIST_ENTRY(element, struct worker_endpoint, in_ended));
    }
}

static void after_batch(void *context, uint64_t now_us)
{
    struct media_worker *worker = context;
    struct worker_state *state = &worker->state;
    bury_ended(state);
    worker_rooms_after_batch(state, now_us);
    transport_host_flush(state->host);
    if (transport_host_has_handshakes(state->host)) {
        loop_timer_start(worker->handshakes, now_us);
    }
}

static void on_tick(void *context, uint64_t now_us)
{
    struct media_worker *worker = context;
    struct worker_state *state = &worker->state;
    transport_host_on_tick(state->host, now_us);
    bury_ended(state);
    worker_rooms_on_tick(state, now_us);
    if (now_us >= worker->report_due_us) {
        worker->report_due_us = now_us + REPORT_US;
        worker_report_post(state);
    }
    if (now_us >= worker->wake_control_due_us) {
        worker->wake_control_due_us = now_us + WAKE_CONTROL_US;
        mailbox_wake(state->events);
    }
    worker->idle = list_is_empty(&state->rooms);
    loop_timer_start(worker->tick, worker->idle ? worker->report_due_us : now_us + TICK_US);
}

static void on_pacing(void *context, uint64_t now_us)
{
    worker_rooms_pace(context, now_us);
}

static void on_test_cards(void *context, uint64_t now_us)
{
    worker_rooms_send_test_cards(context, now_us);
}

static void on_command(void *context, struct mailbox_message *command)
{
    struct media_worker *worker = context;
    struct worker_state *state = &worker->state;
    const uint64_t now_us = loop_now_us(state->loop);
    worker_commands_carry_out(state, command, now_us);
    mailbox_message_destroy(command);
    if (worker->idle && !list_is_empty(&state->rooms)) {
        worker->idle = false;
        loop_timer_start(worker->tick, now_us + TICK_US);
    }
}

static void close_rooms(struct worker_state *state, uint64_t now_us)
{
    LIST_FOR_EACH (element, &state->rooms) {
        worker_room_destroy(LIST_ENTRY(element, struct worker_room, in_worker), now_us);
    }
}

static void *run(void *context)
{
    struct media_worker *worker = context;
    thread_wake_at_once();
    int r = loop_run(worker->state.loop);
    if (r < 0) {
        log_error("loop_failed", "worker=%u error=%d", worker->state.index, -r);
    }
    close_rooms(&worker->state, clock_now_us());
    transport_host_flush(worker->state.host); /* the goodbyes */
    return NULL;
}

/* ---- life ---- */

int media_worker_create(const struct media_worker_config *config, struct media_worker **ret_worker)
{
    AUTO(media_worker) worker = calloc(1, sizeof(*worker));
    struct worker_state *state = &worker->state;
    state->index = config->index;
    state->peers_max = config->peers_max;
    state->events = config->events;
    list_init(&state->rooms);
    list_init(&state->busy_rooms);
    list_init(&state->paced_rooms);
    list_init(&state->card_rooms);
    list_init(&state->ended);
    (void)snprintf(worker->name, sizeof(worker->name), "worker-%u", config->index);
    state->packets = packet_buffer_pool_create(config->packets);
    state->packets_all = config->packets;
    worker_load_init(&state->load, config->full_permille);
    state->packets_reserve = config->packets / 8;

    const struct transport_host_config host = {
        .listen_address = config->listen_address,
        .udp_port = config->udp_port,
        .tcp = config->tcp,
        .peers_max = config->peers_max,
        .srtp_aead = config->srtp_aead,
        .identity = config->identity,
        .packets = state->packets,
    };
    int r = transport_host_create(&host, &state->host);
    if (r < 0) {
        return r;
    }
    state->rooms_by_id = fixed_map_create(config->peers_max + WORKER_ROOMS_WITHOUT_ENDPOINTS_MAX);
    state->endpoints_by_id = fixed_map_create(config->peers_max);
    state->loop = loop_create(worker->name);
    worker->commands = mailbox_create();
    worker->commands_source =
        loop_watch_mailbox(state->loop, worker->commands, "commands", on_command, worker);
    worker->socket_source = loop_watch(state->loop, transport_host_fd(state->host), EPOLLIN,
                                       "socket", on_socket, state);
    if (config->tcp) {
        worker->tcp_source = loop_watch(state->loop, transport_host_tcp_fd(state->host), EPOLLIN,
                                        "tcp", on_tcp, state);
    }
    worker->tick = loop_timer_create(state->loop, "tick", on_tick, worker);
    state->pacing = loop_timer_create(state->loop, "pacing", on_pacing, state);
    state->cards = loop_timer_create(state->loop, "test_cards", on_test_cards, state);
    worker->handshakes = loop_timer_create(state->loop, "handshakes", on_handshakes, worker);
    loop_set_after_batch(state->loop, after_batch, worker);
    *ret_worker = TAKE(worker);
    return 0;
}

int media_worker_start(struct media_worker *worker)
{
    loop_timer_start(worker->tick,
                     clock_now_us() + TICK_US); /* before the loop is another thread's */
    int r = pthread_create(&worker->thread, NULL, run, worker);
    worker->running = r == 0;
    if (worker->running) {
        pthread_setname_np(worker->thread, worker->name);
    }
    return -r;
}

static void stop(struct media_worker *worker)
{
    if (worker->running) {
        struct worker_room_command *command = calloc(1, sizeof(*command));
        command->message.type = WORKER_STOP;
        media_worker_post(worker, &command->message);
        pthread_join(worker->thread, NULL);
        worker->running = false;
    }
}

struct media_worker *media_worker_destroy(struct media_worker *worker)
{
    if (!worker) {
        return NULL;
    }
    struct worker_state *state = &worker->state;
    stop(worker);
    worker->tick = loop_timer_destroy(worker->tick);
    state->pacing = loop_timer_destroy(state->pacing);
    state->cards = loop_timer_destroy(state->cards);
    worker->handshakes = loop_timer_destroy(worker->handshakes);
    worker->tcp_source = loop_source_destroy(worker->tcp_source);
    worker->socket_source = loop_source_destroy(worker->socket_source);
    worker->commands_source = loop_source_destroy(worker->commands_source);
    state->loop = loop_destroy(state->loop);
    worker->commands = mailbox_destroy(worker->commands);
    state->rooms_by_id = fixed_map_destroy(state->rooms_by_id);
    state->endpoints_by_id = fixed_map_destroy(state->endpoints_by_id);
    state->host = transport_host_destroy(state->host);
    state->packets = packet_buffer_pool_destroy(state->packets);
    free(worker);
    return NULL;
}

uint16_t media_worker_udp_port(const struct media_worker *worker)
{
    return transport_host_port(worker->state.host);
}

void media_worker_post(struct media_worker *worker, struct mailbox_message *command)
{
    mailbox_post(worker->commands, command);
}
