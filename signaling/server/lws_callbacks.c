/* What libwebsockets calls, and which upgrades it may make. */
#include "signaling/server/http_server_state.h"

#include <string.h>

/* ---- upgrades ---- */

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
        http_doors_accept((struct door *)kind);
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
    case LWS_CALLBACK_RECEIVE_PONG:
        if (connection) {
            websocket_session_on_pong(connection);
        }
        return 0;
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

const struct lws_protocols lws_callbacks_protocols[] = {
    {.name = "http", .callback = on_http, .rx_buffer_size = 16384},
    /* Each socket keeps a buffer of this size for life; longer messages come in pieces. */
    {.name = "bedside.visit.v1", .callback = on_websocket, .rx_buffer_size = 4096},
    {.name = "bedside.board.v1", .callback = on_websocket, .rx_buffer_size = 4096},
    {.name = NULL},
};
