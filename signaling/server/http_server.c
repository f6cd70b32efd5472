#include "signaling/server/http_server.h"

#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "signaling/server/http_server_state.h"

#include <errno.h>
#include <glib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>

LOG_TOPIC("http");

#define ADDRESSES_MAX 65536
#define DESCRIPTORS_RESERVED 32
#define SWEEP_US 1000000

struct http_timer {
    lws_sorted_usec_list_t entry; /* first: the callback gets its address */
    struct http_server *server;
    void (*on_due)(void *context);
    void *context;
};

/* ---- the sweep: deadlines that libwebsockets does not know ---- */

static void on_sweep(void *context)
{
    struct http_server *server = context;
    const uint64_t now_us = clock_now_us();
    LIST_FOR_EACH (link, &server->connections) {
        struct connection *connection = LIST_ENTRY(link, struct connection, link);
        if (connection->deadline_us != 0 && now_us >= connection->deadline_us && connection->wsi) {
            server->report.header_timeouts += connection->reads_headers;
            connection_kill(connection);
        }
        if (connection->websocket && connection->wsi) {
            websocket_session_look(connection, now_us);
        }
    }
    request_limits_sweep(server->limits, now_us);
    http_timer_start(server->sweep, SWEEP_US);
}

/* ---- life ---- */

static void on_stop(void *context)
{
    struct http_server *server = context;
    server->stopped = true;
    lws_cancel_service(server->lws);
}

static void log_of_lws(int level, const char *line)
{
    char text[256];
    g_strlcpy(text, line, sizeof(text));
    g_strchomp(text);
    if (level == LLL_ERR) {
        log_warning("libwebsockets", "line=\"%s\"", text);
    } else {
        log_debug("libwebsockets", "line=\"%s\"", text);
    }
}

/* Leaves descriptors for the database, recordings and workers. */
static unsigned bounded_sockets(unsigned wanted)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY) {
        return wanted;
    }
    const rlim_t most = limit.rlim_cur > 2 * DESCRIPTORS_RESERVED
                            ? limit.rlim_cur - DESCRIPTORS_RESERVED
                            : limit.rlim_cur / 2;
    return most < wanted ? (unsigned)most : wanted;
}

int http_server_create(const struct http_server_config *config, const struct http_server_ops *ops,
                       void *context, struct http_server **ret_server)
{
    AUTO(http_server) server = g_new0(struct http_server, 1);
    server->config = *config;
    server->config.sockets_max = bounded_sockets(config->sockets_max);
    server->ops = *ops;
    server->context = context;
    list_init(&server->connections);
    list_init(&server->watches);
    server->exchanges = g_hash_table_new(g_int64_hash, g_int64_equal);
    server->limits = request_limits_create(ADDRESSES_MAX, config->sockets_per_address_max);
    server->stop_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    lws_set_log_level(LLL_ERR | LLL_WARN, log_of_lws);
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN,
        .protocols = lws_callbacks_protocols,
        .options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT |
                   LWS_SERVER_OPTION_NO_LWS_SYSTEM_STATES,
        .alpn = "http/1.1",
        .gid = (unsigned)-1,
        .uid = (unsigned)-1,
        .max_http_header_data = 8192,
        .max_http_header_pool = 16384,
        .timeout_secs = HTTP_BODY_SECONDS,
        .pt_serv_buf_size = 32768,
        .server_string = "bedside",
    };
    server->lws = lws_create_context(&info);
    if (!server->lws) {
        return -ENOMEM;
    }
    int result = http_doors_open(server);
    if (result < 0) {
        return result;
    }
    result = http_server_watch(server, server->stop_fd, on_stop, server);
    if (result < 0) {
        return result;
    }
    server->sweep = http_timer_create(server, on_sweep, server);
    http_timer_start(server->sweep, SWEEP_US);
    *ret_server = TAKE(server);
    return 0;
}

struct http_server *http_server_destroy(struct http_server *server)
{
    if (!server) {
        return NULL;
    }
    server->destroying = true;
    server->sweep = http_timer_destroy(server->sweep);
    if (server->lws) {
        lws_context_destroy(server->lws);
    }
    for (unsigned i = 0; i < DOOR_COUNT; i++) {
        listener_destroy(server->doors[i].listener);
    }
    LIST_FOR_EACH (link, &server->watches) {
        g_free(LIST_ENTRY(link, struct watch, link));
    }
    g_hash_table_destroy(server->exchanges);
    request_limits_destroy(server->limits);
    if (server->stop_fd >= 0) {
        close(server->stop_fd);
    }
    g_free(server);
    return NULL;
}

int http_server_run(struct http_server *server)
{
    while (!server->stopped) {
        if (lws_service(server->lws, 0) < 0) {
            return -EIO;
        }
    }
    return 0;
}

void http_server_stop(struct http_server *server)
{
    const uint64_t one = 1;
    (void)!write(server->stop_fd, &one, sizeof(one));
}

uint16_t http_server_port(const struct http_server *server)
{
    const struct listener *listener = server->doors[DOOR_PUBLIC].listener;
    return listener ? listener_port(listener) : 0;
}

int http_server_reload_certificate(struct http_server *server)
{
    return lws_tls_cert_updated(server->lws, server->config.certificate_path,
                                server->config.private_key_path, NULL, 0, NULL, 0) == 0
               ? 0
               : -EBADMSG;
}

int http_server_watch(struct http_server *server, int fd, void (*on_fd_readable)(void *context),
                      void *context)
{
    struct watch *watch = g_new0(struct watch, 1);
    *watch = (struct watch){.kind = OWNER_WATCH, .on_readable = on_fd_readable, .context = context};
    lws_adopt_desc_t description = {
        .vh = server->doors[DOOR_PUBLIC].vhost,
        .type = LWS_ADOPT_RAW_FILE_DESC,
        .fd = {.filefd = dup(fd)},
        .vh_prot_name = lws_callbacks_protocols[0].name,
        .opaque = watch,
    };
    list_append(&server->watches, &watch->link);
    return lws_adopt_descriptor_vhost_via_info(&description) ? 0 : -ENOMEM;
}

/* ---- for the other files of this folder ---- */

bool http_server_origin_is_ours(const struct http_server *server, const char *origin)
{
    for (size_t i = 0; i < server->config.public_origin_count; i++) {
        if (strcmp(server->config.public_origins[i], origin) == 0) {
            return true;
        }
    }
    return false;
}

const struct http_server_ops *http_server_ops_of(struct http_server *server, void **ret_context)
{
    *ret_context = server->context;
    return &server->ops;
}

struct http_server_report *http_server_counters(struct http_server *server)
{
    return &server->report;
}

void http_server_report(const struct http_server *server, struct http_server_report *ret_report)
{
    *ret_report = server->report;
}

void http_server_register(struct http_server *server, const uint64_t *id,
                          struct http_exchange *exchange)
{
    g_hash_table_insert(server->exchanges, (void *)id, exchange);
}

void http_server_forget(struct http_server *server, const uint64_t *id)
{
    g_hash_table_remove(server->exchanges, id);
}

struct http_exchange *http_server_find_exchange(struct http_server *server, uint64_t exchange_id)
{
    return g_hash_table_lookup(server->exchanges, &exchange_id);
}

const char *http_server_origin(const struct http_server *server, size_t index)
{
    return index < server->config.public_origin_count ? server->config.public_origins[index] : NULL;
}

uint64_t http_server_next_id(struct http_server *server)
{
    return ++server->next_id;
}

bool http_server_take_attempt(struct http_server *server, const char *address)
{
    return request_limits_take_attempt(server->limits, address, clock_now_us());
}

/* ---- timers ---- */

static void on_timer(lws_sorted_usec_list_t *entry)
{
    struct http_timer *timer = CONTAINER_OF(entry, struct http_timer, entry);
    timer->on_due(timer->context);
}

struct http_timer *http_timer_create(struct http_server *server, void (*on_due)(void *context),
                                     void *context)
{
    struct http_timer *timer = g_new0(struct http_timer, 1);
    timer->server = server;
    timer->on_due = on_due;
    timer->context = context;
    return timer;
}

void http_timer_start(struct http_timer *timer, uint64_t delay_us)
{
    lws_sul_schedule(timer->server->lws, 0, &timer->entry, on_timer, (lws_usec_t)delay_us);
}

struct http_timer *http_timer_destroy(struct http_timer *timer)
{
    if (timer) {
        lws_sul_cancel(&timer->entry);
        g_free(timer);
    }
    return NULL;
}
