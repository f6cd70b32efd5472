#include "signaling/server/http_server.h"

#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "signaling/server/connection.h"
#include "signaling/server/request_limits.h"

#include <errno.h>
#include <glib.h>
#include <openssl/ssl.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>

LOG_TOPIC("http");

#define ADDRESSES_MAX 65536
#define DESCRIPTORS_RESERVED 32
#define SWEEP_US 1000000
#define KEEPALIVE_SECONDS 20
#define PING_SECONDS 10
#define HANGUP_SECONDS 25
#define ACCEPTS_PER_WAKE_UP 64

struct watch {
    enum lws_owner_kind kind;
    struct list link;
    void (*on_readable)(void *context);
    void *context;
};

struct door {
    enum lws_owner_kind kind;
    enum http_door door;
    struct http_server *server;
    struct listener *listener;
    struct lws_vhost *vhost;
    struct lws *wsi;
};

struct http_timer {
    lws_sorted_usec_list_t entry; /* first: the callback gets its address */
    struct http_server *server;
    void (*on_due)(void *context);
    void *context;
};

enum { DOOR_PUBLIC, DOOR_OPERATOR, DOOR_SETUP, DOOR_COUNT };

struct http_server {
    struct http_server_config config;
    struct http_server_ops ops;
    void *context;
    struct lws_context *lws;
    struct door doors[DOOR_COUNT];
    struct list connections;
    struct list watches;
    GHashTable *exchanges; /* id -> struct http_exchange */
    struct request_limits *limits;
    struct http_timer *sweep;
    struct http_server_report report;
    uint64_t next_id;
    int stop_fd;
    bool stopped;
    bool destroying;
};

static struct log_limiter refusal_log;

/* ---- connections ---- */

static bool is_trusted_proxy(const struct http_server *server, const char *address)
{
    for (size_t i = 0; i < server->config.trusted_proxy_count; i++) {
        if (strcmp(server->config.trusted_proxies[i], address) == 0) {
            return true;
        }
    }
    return false;
}

void connection_uncount(struct connection *connection)
{
    if (connection->counted) {
        request_limits_remove_socket(connection->server->limits, connection->address);
        connection->counted = false;
    }
}

static void connection_free(struct connection *connection)
{
    connection_uncount(connection);
    list_remove(&connection->link);
    connection->server->report.connections--;
    g_free(connection);
}

static void connection_kill(struct connection *connection)
{
    connection->reads_headers = false;
    connection->deadline_us = 0;
    connection_uncount(connection);
    lws_set_timeout(connection->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
}

/* The address has its fill: whoever of it has sent nothing whole for longest gives way, so that
 * sockets which are held open on purpose do not lock out the people behind the same address. */
static bool make_room(struct http_server *server, const char *address)
{
    LIST_FOR_EACH (link, &server->connections) {
        struct connection *connection = LIST_ENTRY(link, struct connection, link);
        if (connection->reads_headers && connection->counted && connection->wsi &&
            strcmp(connection->address, address) == 0) {
            connection_kill(connection);
            return true;
        }
    }
    return false;
}

static bool count_address(struct connection *connection)
{
    struct http_server *server = connection->server;
    connection->counted = request_limits_add_socket(server->limits, connection->address);
    if (!connection->counted && make_room(server, connection->address)) {
        connection->counted = request_limits_add_socket(server->limits, connection->address);
    }
    return connection->counted;
}

char *connection_header(struct connection *connection, enum lws_token_indexes token)
{
    const int length = lws_hdr_total_length(connection->wsi, token);
    if (length <= 0) {
        return g_strdup("");
    }
    char *text = g_malloc((size_t)length + 1);
    if (lws_hdr_copy(connection->wsi, text, length + 1, token) < 0) {
        g_free(text);
        return NULL;
    }
    return text;
}

char *connection_custom_header(struct connection *connection, const char *name)
{
    const int name_length = (int)strlen(name);
    const int length = lws_hdr_custom_length(connection->wsi, name, name_length);
    if (length <= 0) {
        return g_strdup("");
    }
    char *text = g_malloc((size_t)length + 1);
    if (lws_hdr_custom_copy(connection->wsi, text, length + 1, name, name_length) < 0) {
        g_free(text);
        return NULL;
    }
    return text;
}

static void append_encoded(GString *query, const char *field)
{
    for (const char *c = field; *c; c++) {
        if (strchr("%&+", *c)) {
            g_string_append_printf(query, "%%%02X", (unsigned char)*c);
        } else {
            g_string_append_c(query, *c);
        }
    }
}

char *connection_query(struct connection *connection)
{
    const int length = lws_hdr_total_length(connection->wsi, WSI_TOKEN_HTTP_URI_ARGS);
    if (length <= 0) {
        return g_strdup("");
    }
    g_autofree char *field = g_malloc((size_t)length + 1);
    GString *query = g_string_new(NULL);
    for (int i = 0;
         lws_hdr_copy_fragment(connection->wsi, field, length + 1, WSI_TOKEN_HTTP_URI_ARGS, i) >= 0;
         i++) {
        if (i > 0) {
            g_string_append_c(query, '&');
        }
        append_encoded(query, field);
    }
    return g_string_free(query, FALSE);
}

bool connection_learn_address(struct connection *connection)
{
    if (!connection->behind_proxy) {
        return true;
    }
    g_autofree char *forwarded = connection_header(connection, WSI_TOKEN_X_FORWARDED_FOR);
    const char *last = forwarded ? strrchr(forwarded, ',') : NULL;
    last = last ? last + 1 : forwarded;
    while (last && *last == ' ') {
        last++;
    }
    const bool is_other = last && *last && strlen(last) < sizeof(connection->address) &&
                          strcmp(last, connection->address) != 0;
    if (is_other) { /* a proxy's connection carries requests of many people */
        connection_uncount(connection);
        g_strlcpy(connection->address, last, sizeof(connection->address));
    }
    return connection->counted || count_address(connection);
}

static void note_refusal(const char *why)
{
    uint32_t suppressed;
    if (log_limiter_allows(&refusal_log, 1, clock_now_us(), &suppressed)) {
        log_warning("connection_refused", "why=%s suppressed=%u", why, suppressed);
    }
}

static void refuse(struct http_server *server, int fd, const char *why)
{
    server->report.connections_refused++;
    close(fd);
    note_refusal(why);
}

static uint32_t peer_uid(int fd)
{
    struct ucred peer = {.uid = (uid_t)-1};
    socklen_t size = sizeof(peer);
    (void)getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size);
    return peer.uid;
}

static void adopt(struct door *door, int fd, const char *address)
{
    struct http_server *server = door->server;
    if (server->report.connections >= server->config.sockets_max) {
        refuse(server, fd, "all_sockets_taken");
        return;
    }
    struct connection *connection = g_new0(struct connection, 1);
    connection->kind = OWNER_CONNECTION;
    connection->server = server;
    connection->door = door->door;
    g_strlcpy(connection->address, address, sizeof(connection->address));
    list_append(&server->connections, &connection->link);
    server->report.connections++;
    if (door->door == HTTP_DOOR_OPERATOR) {
        connection->uid = peer_uid(fd);
    } else if (is_trusted_proxy(server, address)) {
        connection->behind_proxy = true;
    } else if (!count_address(connection)) {
        connection_free(connection);
        refuse(server, fd, "address_has_its_fill");
        return;
    }
    connection->deadline_us = clock_now_us() + HTTP_HEADER_SECONDS * 1000000ull;
    connection->reads_headers = true;
    connection->adopting = true;
    lws_adopt_desc_t description = {
        .vh = door->vhost,
        .type = LWS_ADOPT_SOCKET | LWS_ADOPT_HTTP |
                (door->door == HTTP_DOOR_PUBLIC ? LWS_ADOPT_ALLOW_SSL : 0),
        .fd = {.sockfd = fd},
        .opaque = connection,
    };
    connection->wsi = lws_adopt_descriptor_vhost_via_info(&description);
    connection->adopting = false;
    if (!connection->wsi) {
        server->report.connections_refused++;
        connection_free(connection);
        return;
    }
    server->report.connections_accepted++;
}

static void accept_all(struct door *door)
{
    for (unsigned i = 0; i < ACCEPTS_PER_WAKE_UP; i++) {
        char address[LISTENER_ADDRESS_SIZE];
        const int fd = listener_accept(door->listener, address);
        if (fd == -EAGAIN) {
            return;
        }
        if (fd < 0) {
            door->server->report.connections_refused++;
            note_refusal(fd == -EPERM ? "wrong_user" : "no_descriptors");
            continue;
        }
        adopt(door, fd, address);
    }
}

/* ---- origins ---- */

bool http_server_origin_is_ours(const struct http_server *server, const char *origin)
{
    for (size_t i = 0; i < server->config.public_origin_count; i++) {
        if (strcmp(server->config.public_origins[i], origin) == 0) {
            return true;
        }
    }
    return false;
}

static int refuse_upgrade(struct connection *connection, unsigned status)
{
    connection->server->report.answers_by_class[status / 100]++;
    /* 4.1.6 has changed the role before it asks, and lws_return_http_status() then says nothing. */
    static unsigned char buffer[LWS_PRE + 128];
    const int size = g_snprintf((char *)buffer + LWS_PRE, sizeof(buffer) - LWS_PRE,
                                "HTTP/1.1 %u Refused\r\nContent-Length: 0\r\n"
                                "Connection: close\r\n\r\n",
                                status);
    (void)lws_write(connection->wsi, buffer + LWS_PRE, (size_t)size, LWS_WRITE_HTTP_HEADERS);
    return -1;
}

static const struct {
    const char *path;
    const char *protocol;
} websocket_doors[WEBSOCKET_DOOR_COUNT] = {
    [WEBSOCKET_VISIT] = {"/visit", "bedside.visit.v1"},
    [WEBSOCKET_BOARD] = {"/board/live", "bedside.board.v1"},
};

static bool find_websocket_door(const char *path, const char *protocol,
                                enum websocket_door *ret_door)
{
    for (int door = 0; door < WEBSOCKET_DOOR_COUNT; door++) {
        if (strcmp(websocket_doors[door].path, path) == 0 &&
            strcmp(websocket_doors[door].protocol, protocol) == 0) {
            *ret_door = (enum websocket_door)door;
            return true;
        }
    }
    return false;
}

/* Before the upgrade: the right path, the right subprotocol, an Origin of ours (RFC 6455, 10.2).
 * The token comes in the first message; cookies are not looked at. `protocol`: the one that is
 * spoken; NULL: none of ours. */
static int filter_upgrade(struct connection *connection, const char *protocol)
{
    g_autofree char *path = connection_header(connection, WSI_TOKEN_GET_URI);
    if (!path || !protocol || !find_websocket_door(path, protocol, &connection->websocket_door)) {
        return refuse_upgrade(connection, HTTP_STATUS_NOT_FOUND);
    }
    g_autofree char *origin = connection_header(connection, WSI_TOKEN_ORIGIN);
    if (!origin || !http_server_origin_is_ours(connection->server, origin)) {
        connection->server->report.origins_refused++;
        return refuse_upgrade(connection, HTTP_STATUS_FORBIDDEN);
    }
    return connection_learn_address(connection) ? 0 : refuse_upgrade(connection, 429);
}

/* ---- callbacks of libwebsockets ---- */

/* 4.1.6 upgrades to HTTP/2 on `Upgrade: h2c`, on TLS too and whatever ALPN said; this callback is the only place that
 * can refuse it. Upstream's fault with unknown Upgrade values (CVE-2025-11677) lies in what this
 * callback's `in` points to, which may be freed: it is never looked at. Closing is the safe answer
 * to everything but a WebSocket whose header is still there. */
static int confirm_upgrade(struct lws *wsi)
{
    char upgrade[16];
    return lws_hdr_copy(wsi, upgrade, sizeof(upgrade), WSI_TOKEN_UPGRADE) > 0 &&
                   g_ascii_strcasecmp(upgrade, "websocket") == 0
               ? 0
               : -1;
}

static struct connection *connection_of(struct lws *wsi)
{
    struct connection *connection = wsi ? lws_get_opaque_user_data(wsi) : NULL;
    return connection && connection->kind == OWNER_CONNECTION ? connection : NULL;
}

static void on_destroyed(struct lws *wsi)
{
    struct connection *connection = connection_of(wsi);
    if (!connection) {
        return;
    }
    http_exchange_on_closed(connection);
    websocket_session_on_closed(connection);
    lws_set_opaque_user_data(wsi, NULL);
    connection->wsi = NULL;
    if (!connection->adopting) {
        connection_free(connection);
    }
}

static int on_readable(struct lws *wsi)
{
    enum lws_owner_kind *kind = lws_get_opaque_user_data(wsi);
    if (!kind) {
        return 0;
    }
    if (*kind == OWNER_WATCH) {
        struct watch *watch = (struct watch *)kind;
        watch->on_readable(watch->context);
    } else if (*kind == OWNER_LISTENER) {
        accept_all((struct door *)kind);
    }
    return 0;
}

static int on_http(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                   size_t size)
{
    (void)user;
    struct connection *connection = connection_of(wsi);
    switch (reason) {
    case LWS_CALLBACK_RAW_RX_FILE:
        return on_readable(wsi);
    case LWS_CALLBACK_WSI_DESTROY:
        on_destroyed(wsi);
        return 0;
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return confirm_upgrade(wsi);
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
        return connection ? filter_upgrade(connection, NULL) : -1;
    case LWS_CALLBACK_HTTP:
        return connection ? http_exchange_on_headers(connection) : -1;
    case LWS_CALLBACK_HTTP_BODY:
        return connection ? http_exchange_on_body(connection, in, size) : -1;
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
        return connection ? http_exchange_on_body_end(connection) : -1;
    case LWS_CALLBACK_HTTP_WRITEABLE:
        return connection ? http_exchange_on_writeable(connection) : -1;
    case LWS_CALLBACK_RAW_ADOPT: /* CONNECT makes 4.1.6 hand over the bare socket */
    case LWS_CALLBACK_RAW_RX:
    case LWS_CALLBACK_ESTABLISHED: /* a WebSocket without our subprotocol */
        return -1;
    default:
        return 0;
    }
}

static int on_websocket(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                        size_t size)
{
    (void)user;
    struct connection *connection = connection_of(wsi);
    switch (reason) {
    case LWS_CALLBACK_WSI_DESTROY:
        on_destroyed(wsi);
        return 0;
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
        return connection && connection->door == HTTP_DOOR_PUBLIC
                   ? filter_upgrade(connection, in ? lws_get_protocol(wsi)->name : NULL)
                   : -1;
    case LWS_CALLBACK_ESTABLISHED:
        return connection ? websocket_session_on_opened(connection) : -1;
    case LWS_CALLBACK_RECEIVE:
        return connection ? websocket_session_on_received(connection, in, size) : -1;
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return connection ? websocket_session_on_writeable(connection) : -1;
    case LWS_CALLBACK_CLOSED:
        if (connection) {
            websocket_session_on_closed(connection);
        }
        return 0;
    default:
        return 0;
    }
}

static const struct lws_protocols protocols[] = {
    {.name = "http", .callback = on_http, .rx_buffer_size = 16384},
    /* Each socket keeps a buffer of this size for life; longer messages come in pieces. */
    {.name = "bedside.visit.v1", .callback = on_websocket, .rx_buffer_size = 4096},
    {.name = "bedside.board.v1", .callback = on_websocket, .rx_buffer_size = 4096},
    {.name = NULL},
};

static const lws_retry_bo_t keep_alive = {
    .secs_since_valid_ping = PING_SECONDS,
    .secs_since_valid_hangup = HANGUP_SECONDS,
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

static struct lws_vhost *create_vhost(struct http_server *server, const char *name, bool tls)
{
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN_SERVER,
        .vhost_name = name,
        .protocols = protocols,
        .keepalive_timeout = KEEPALIVE_SECONDS,
        .timeout_secs_ah_idle = HTTP_HEADER_SECONDS,
        .retry_and_idle_policy = &keep_alive,
        .alpn = "http/1.1",
        .user = server,
    };
    if (tls) {
        info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
        info.ssl_cert_filepath = server->config.certificate_path;
        info.ssl_private_key_filepath = server->config.private_key_path;
        info.ssl_options_set = SSL_OP_NO_SSLv3 | SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 |
                               SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                               SSL_OP_CIPHER_SERVER_PREFERENCE;
        info.ssl_cipher_list = "ECDHE+AESGCM:ECDHE+CHACHA20";
        info.tls1_3_plus_cipher_list =
            "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
        info.ecdh_curve = "prime256v1";
    }
    return lws_create_vhost(server->lws, &info);
}

static int watch_listener(struct door *door)
{
    const int fd = dup(listener_fd(door->listener));
    lws_adopt_desc_t description = {
        .vh = door->vhost,
        .type = LWS_ADOPT_RAW_FILE_DESC,
        .fd = {.filefd = fd},
        .vh_prot_name = protocols[0].name,
        .opaque = door,
    };
    door->wsi = fd < 0 ? NULL : lws_adopt_descriptor_vhost_via_info(&description);
    return door->wsi ? 0 : -ENOMEM;
}

static int open_door(struct http_server *server, unsigned which, enum http_door kind,
                     struct listener *listener)
{
    static const char *const names[DOOR_COUNT] = {"public", "operator", "setup"};
    struct door *door = &server->doors[which];
    *door =
        (struct door){.kind = OWNER_LISTENER, .door = kind, .server = server, .listener = listener};
    door->vhost = create_vhost(server, names[which], kind == HTTP_DOOR_PUBLIC);
    if (!door->vhost) {
        return -EBADMSG;
    }
    return watch_listener(door);
}

static int open_doors(struct http_server *server)
{
    const struct http_server_config *config = &server->config;
    struct listener *listener = NULL;
    int result = listener_open_tcp(config->listen_address, config->port, &listener);
    result = result < 0 ? result : open_door(server, DOOR_PUBLIC, HTTP_DOOR_PUBLIC, listener);
    if (result == 0 && config->operator_socket_path) {
        result = listener_open_unix(config->operator_socket_path, &listener);
        result =
            result < 0 ? result : open_door(server, DOOR_OPERATOR, HTTP_DOOR_OPERATOR, listener);
    }
    if (result == 0 && config->setup_port != 0) {
        result = listener_open_tcp(config->listen_address, config->setup_port, &listener);
        result = result < 0 ? result : open_door(server, DOOR_SETUP, HTTP_DOOR_SETUP, listener);
    }
    return result;
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
        .protocols = protocols,
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
    int result = open_doors(server);
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

void http_server_stop_listening(struct http_server *server)
{
    for (unsigned i = 0; i < DOOR_COUNT; i++) {
        if (server->doors[i].wsi) {
            lws_set_opaque_user_data(server->doors[i].wsi, NULL);
            lws_set_timeout(server->doors[i].wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
            server->doors[i].wsi = NULL;
        }
        server->doors[i].listener = listener_destroy(server->doors[i].listener);
    }
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
        .vh_prot_name = protocols[0].name,
        .opaque = watch,
    };
    list_append(&server->watches, &watch->link);
    return lws_adopt_descriptor_vhost_via_info(&description) ? 0 : -ENOMEM;
}

/* ---- for the other files of this folder ---- */

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
