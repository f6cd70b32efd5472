#include "signaling/signaling_server.h"

#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/visits/store_gate.h"
#include "gateway/visits/visit_recording.h"
#include "media/worker/worker_messages.h"
#include "signaling/api/access_tokens.h"
#include "signaling/api/screening_settings.h"
#include "signaling/board/board_feed.h"
#include "signaling/oidc/oidc_client.h"
#include "signaling/server/http_routes.h"
#include "signaling/server/recording_playback.h"
#include "signaling/server/static_files.h"
#include "signaling/session/alert_clock.h"
#include "signaling/session/practice_clock.h"
#include "signaling/session/signaling_hub.h"
#include "signaling/session/turn_servers.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

LOG_TOPIC("signaling");

#define GOODBYE_US 2000000

struct signaling_server {
    struct signaling_server_config config;
    struct signaling_server_parts parts;
    struct http_server *http;
    struct store_gate *store;
    struct turn_servers *turn; /* owned; NULL: none */
    struct signaling_hub *hub;
    struct board_feed *board;
    struct websocket_handler sockets[WEBSOCKET_DOOR_COUNT];
    struct practice_clock *practice;
    struct http_timer *goodbye;
    struct mailbox *recording_events;
    struct mailbox *stop_requests;
    struct api api;
};

/* ---- what comes in ---- */

static void on_request(void *context, struct http_exchange *exchange)
{
    struct signaling_server *server = context;
    http_routes_dispatch(&server->api, exchange);
}

static size_t body_size_max(void *context, const struct http_request *request)
{
    const struct signaling_server *server = context;
    return http_routes_body_size_max(&server->api, request);
}

/* The server is there before those whom its sockets are for. */
static void *on_visit_socket(void *context, struct websocket_session *socket)
{
    const struct signaling_server *server = context;
    return signaling_websocket_handler.opened(server->hub, socket);
}

static void *on_board_socket(void *context, struct websocket_session *socket)
{
    const struct signaling_server *server = context;
    return board_websocket_handler.opened(server->board, socket);
}

static void on_worker_events(void *context)
{
    struct signaling_server *server = context;
    struct mailbox_message *message;
    while ((message = mailbox_take(server->parts.worker_events))) {
        signaling_hub_on_worker_event(server->hub, message);
    }
}

static void on_recording_events(void *context)
{
    struct signaling_server *server = context;
    struct mailbox_message *message;
    while ((message = mailbox_take(server->recording_events))) {
        signaling_hub_on_recording_event(server->hub, message);
    }
}

static void on_fetch_answers(void *context)
{
    struct signaling_server *server = context;
    oidc_answers_take(server->parts.sign_in.answers);
}

/* ---- the end ---- */

static void on_goodbye_said(void *context)
{
    struct signaling_server *server = context;
    http_server_stop(server->http);
}

static void on_stop_requested(void *context)
{
    struct signaling_server *server = context;
    mailbox_message_destroy(mailbox_take(server->stop_requests));
    if (server->api.draining) {
        return;
    }
    server->api.draining = true;
    http_server_stop_listening(server->http);
    signaling_hub_say_goodbye(server->hub);
    board_feed_say_goodbye(server->board);
    http_timer_start(server->goodbye, GOODBYE_US);
}

void signaling_server_stop(struct signaling_server *server)
{
    mailbox_post(server->stop_requests, g_new0(struct mailbox_message, 1));
}

/* ---- the beginning ---- */

struct store_greeting {
    struct visit_task task;
    struct signaling_server *server;
    struct consent_words consent_words;
};

static void store_greeting_destroy(struct mailbox_message *message)
{
    struct store_greeting *greeting = CONTAINER_OF(message, struct store_greeting, task.message);
    g_free(greeting);
}

/* The store thread recovered what was open before it took its first task. */
static int run_store_greeting(struct visit_task *task, struct visit_service *service)
{
    struct store_greeting *greeting = CONTAINER_OF(task, struct store_greeting, task);
    greeting->consent_words = *visit_recording_consent_words(service);
    return 0;
}

static void on_store_greeted(struct visit_task *task, void *context)
{
    (void)context;
    struct store_greeting *greeting = CONTAINER_OF(task, struct store_greeting, task);
    struct signaling_server *server = greeting->server;
    if (task->result != 0) {
        log_error("store_not_ready", "result=%d", task->result);
        http_server_stop(server->http);
        return;
    }
    signaling_hub_set_consent_words(server->hub, &greeting->consent_words);
    server->api.store_is_ready = true;
}

/* The first task of all: its answer says that the store works. */
static void post_store_greeting(struct signaling_server *server)
{
    struct store_greeting *greeting = g_new0(struct store_greeting, 1);
    greeting->task.message.destroy = store_greeting_destroy;
    greeting->task.run = run_store_greeting;
    greeting->task.done = on_store_greeted;
    greeting->server = server;
    store_gate_post(server->store, &greeting->task);
}

static int check_config(const struct signaling_server_config *config)
{
    const struct {
        const char *key;
        bool good;
    } keys[] = {
        {"http.public_origin", config->public_origin_count > 0},
        {"media.advertise", config->media_address_count > 0},
        {"visit.slots_max", config->slots_max > 0 && config->slots_max <= ENDPOINT_SLOTS_MAX},
        {"http.certificate", config->certificate_path && config->private_key_path},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (!keys[i].good) {
            log_error("configuration_unusable", "key=%s", keys[i].key);
            return -EINVAL;
        }
    }
    return 0;
}

static int create_http(struct signaling_server *server)
{
    const struct signaling_server_config *config = &server->config;
    const struct http_server_config http = {
        .listen_address = config->listen_address,
        .port = config->port,
        .certificate_path = config->certificate_path,
        .private_key_path = config->private_key_path,
        .operator_socket_path = config->admin_socket_path,
        .setup_port = config->setup_port,
        .public_origins = config->public_origins,
        .public_origin_count = config->public_origin_count,
        .trusted_proxies = config->trusted_proxies,
        .trusted_proxy_count = config->trusted_proxy_count,
        .sockets_per_address_max =
            config->sockets_per_address_max ? config->sockets_per_address_max : 200,
        .sockets_max = config->sockets_max ? config->sockets_max : 4096,
    };
    server->sockets[WEBSOCKET_VISIT] = signaling_websocket_handler;
    server->sockets[WEBSOCKET_VISIT].opened = on_visit_socket;
    server->sockets[WEBSOCKET_BOARD] = board_websocket_handler;
    server->sockets[WEBSOCKET_BOARD].opened = on_board_socket;
    const struct http_server_ops ops = {
        .on_request = on_request,
        .body_size_max = body_size_max,
        .websockets = {[WEBSOCKET_VISIT] = {&server->sockets[WEBSOCKET_VISIT], server},
                       [WEBSOCKET_BOARD] = {&server->sockets[WEBSOCKET_BOARD], server}},
    };
    return http_server_create(&http, &ops, server, &server->http);
}

static int create_turn(struct signaling_server *server)
{
    const struct turn_servers_config turn = {
        .uris = server->config.turn_uris,
        .uri_count = server->config.turn_uri_count,
        .secret_path = server->config.turn_secret_path,
        .lifetime_seconds = server->config.turn_lifetime_seconds,
    };
    if (turn.uri_count == 0) {
        return 0;
    }
    const int result = turn_servers_create(&turn, &server->turn);
    if (result < 0) {
        log_error("turn_secret_unusable", "path=%s error=%d", turn.secret_path, -result);
    }
    return result;
}

static void create_hub(struct signaling_server *server)
{
    const struct signaling_server_config *config = &server->config;
    const struct signaling_hub_config hub = {
        .server = server->http,
        .store = server->store,
        .workers = server->parts.workers,
        .identity = server->parts.identity,
        .recording = server->parts.recording,
        .recording_context = server->parts.recording_context,
        .media_addresses = config->media_addresses,
        .media_address_count = config->media_address_count,
        .media_tcp = config->media_tcp,
        .turn = server->turn,
        .slots_max = config->slots_max,
        .resume_seconds = config->resume_seconds,
        .organisation = config->organisation ? config->organisation : "",
        .support_phone = config->support_phone ? config->support_phone : "",
        .emergency = config->emergency,
    };
    server->hub = signaling_hub_create(&hub);
    server->practice = practice_clock_create(server->http, server->store, server->hub);
    const struct board_feed_config board = {server->http, server->store, server->hub};
    server->board = board_feed_create(&board);
}

static void create_api(struct signaling_server *server)
{
    const struct signaling_server_config *config = &server->config;
    server->api = (struct api){
        .config = &server->config,
        .server = server->http,
        .store = server->store,
        .hub = server->hub,
        .board = server->board,
        .tokens = access_tokens_create(),
        .files = static_files_create(config->web_root),
        .playback = recording_playback_create(server->http),
        .recording = server->parts.recording,
        .recording_context = server->parts.recording_context,
    };
    if (config->setup_authority_path &&
        !g_file_get_contents(config->setup_authority_path, &server->api.authority, NULL, NULL)) {
        log_warning("authority_unreadable", "path=%s", config->setup_authority_path);
    }
    if (config->screening) {
        server->api.alerts = alert_clock_create(server->http, server->store, server->hub,
                                                &config->screening->ladder);
    }
}

static int create_sign_in(struct signaling_server *server)
{
    const struct signaling_server_config *config = &server->config;
    const int result =
        sign_in_create(&config->sign_in, &server->parts.sign_in, config->public_origins[0],
                       config->development, &server->api.sign_in);
    const struct mailbox *answers = server->parts.sign_in.answers;
    return result < 0 || !answers
               ? result
               : http_server_watch(server->http, mailbox_fd(answers), on_fetch_answers, server);
}

static int watch_mailboxes(struct signaling_server *server)
{
    const struct {
        int fd;
        void (*on_readable)(void *context);
        void *context;
    } watches[] = {
        {store_gate_fd(server->store), store_gate_on_replies, server->store},
        {mailbox_fd(server->parts.worker_events), on_worker_events, server},
        {mailbox_fd(server->recording_events), on_recording_events, server},
        {mailbox_fd(server->stop_requests), on_stop_requested, server},
    };
    int result = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(watches) && result == 0; i++) {
        result = http_server_watch(server->http, watches[i].fd, watches[i].on_readable,
                                   watches[i].context);
    }
    return result;
}

int signaling_server_create(const struct signaling_server_config *config,
                            const struct signaling_server_parts *parts,
                            struct signaling_server **ret_server)
{
    int result = check_config(config);
    if (result < 0) {
        return result;
    }
    AUTO(signaling_server) server = g_new0(struct signaling_server, 1);
    server->config = *config;
    server->parts = *parts;
    server->recording_events = mailbox_create();
    server->stop_requests = mailbox_create();
    server->store = store_gate_create(parts->visits, server);
    result = create_turn(server);
    if (result < 0) {
        return result;
    }
    result = create_http(server);
    if (result < 0) {
        return result;
    }
    server->goodbye = http_timer_create(server->http, on_goodbye_said, server);
    create_hub(server);
    create_api(server);
    result = create_sign_in(server);
    result = result < 0 ? result : watch_mailboxes(server);
    if (result < 0) {
        return result;
    }
    post_store_greeting(server);
    log_info("listening", "address=%s port=%u", config->listen_address,
             http_server_port(server->http));
    *ret_server = TAKE(server);
    return 0;
}

struct signaling_server *signaling_server_destroy(struct signaling_server *server)
{
    if (!server) {
        return NULL;
    }
    /* Timers first, then the sockets (which call back into hub and playback), then what they
     * called. */
    server->goodbye = http_timer_destroy(server->goodbye);
    server->api.alerts = alert_clock_destroy(server->api.alerts);
    server->practice = practice_clock_destroy(server->practice);
    if (server->hub) {
        signaling_hub_stop(server->hub);
        board_feed_stop(server->board);
    }
    server->http = http_server_destroy(server->http);
    server->store = store_gate_destroy(server->store);
    server->board = board_feed_destroy(server->board);
    server->hub = signaling_hub_destroy(server->hub);
    server->turn = turn_servers_destroy(server->turn);
    recording_playback_destroy(server->api.playback);
    static_files_destroy(server->api.files);
    access_tokens_destroy(server->api.tokens);
    sign_in_destroy(server->api.sign_in);
    g_free(server->api.authority);
    mailbox_destroy(server->recording_events);
    mailbox_destroy(server->stop_requests);
    g_free(server);
    return NULL;
}

int signaling_server_run(struct signaling_server *server)
{
    return http_server_run(server->http);
}

uint16_t signaling_server_port(const struct signaling_server *server)
{
    return http_server_port(server->http);
}

struct mailbox *signaling_server_recording_events(struct signaling_server *server)
{
    return server->recording_events;
}

int signaling_server_watch(struct signaling_server *server, int fd,
                           void (*on_readable)(void *context), void *context)
{
    return http_server_watch(server->http, fd, on_readable, context);
}

int signaling_server_reload_certificate(struct signaling_server *server)
{
    return http_server_reload_certificate(server->http);
}
