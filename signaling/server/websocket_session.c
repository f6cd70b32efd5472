#include "signaling/server/websocket_session.h"

#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "signaling/server/connection.h"
#include "signaling/server/keep_alive.h"

#include <glib.h>
#include <string.h>

LOG_TOPIC("websocket");

struct websocket_session {
    struct connection *connection;
    void *object; /* the owner's */
    GString *incoming;
    unsigned fragments;
    GQueue queue; /* GBytes, oldest first */
    size_t queued_bytes;
    struct keep_alive alive;
    bool ping_due;
    bool closing;
    enum websocket_close_code close_code;
    char close_reason[64];
};

static const struct websocket_handler *handler_of(struct connection *connection, void **ret_context)
{
    const struct http_server_ops *ops = http_server_ops_of(connection->server, ret_context);
    *ret_context = ops->websockets[connection->websocket_door].context;
    return ops->websockets[connection->websocket_door].handler;
}

int websocket_session_on_opened(struct connection *connection)
{
    struct websocket_session *socket = g_new0(struct websocket_session, 1);
    socket->connection = connection;
    socket->incoming = g_string_new(NULL);
    g_queue_init(&socket->queue);
    keep_alive_heard(&socket->alive, clock_now_us());
    connection->websocket = socket;
    connection->deadline_us = 0; /* from here the owner watches: its first message must be a join */
    connection->reads_headers = false;
    http_server_counters(connection->server)->websockets_opened++;
    http_server_counters(connection->server)->websockets++;
    void *context;
    const struct websocket_handler *handler = handler_of(connection, &context);
    socket->object = handler->opened(context, socket);
    return 0;
}

static void close_by_rule(struct websocket_session *socket, enum websocket_close_code code,
                          const char *reason)
{
    if (!socket->closing) {
        http_server_counters(socket->connection->server)->websockets_closed_by_rule++;
        log_info("closed_by_rule", "code=%d reason=\"%s\"", (int)code, reason);
    }
    websocket_session_close(socket, code, reason);
}

static void deliver(struct websocket_session *socket)
{
    void *context;
    const struct websocket_handler *handler = handler_of(socket->connection, &context);
    GString *message = socket->incoming;
    socket->incoming = g_string_new(NULL);
    socket->fragments = 0;
    handler->received(socket->object, message->str, message->len);
    g_string_free(message, TRUE);
}

int websocket_session_on_received(struct connection *connection, const void *bytes, size_t size)
{
    struct websocket_session *socket = connection->websocket;
    if (!socket || socket->closing) {
        return 0;
    }
    if (lws_frame_is_binary(connection->wsi)) {
        close_by_rule(socket, WEBSOCKET_CLOSE_UNSUPPORTED, "text only");
        return 0;
    }
    if (socket->incoming->len + size > WEBSOCKET_MESSAGE_SIZE_MAX) {
        close_by_rule(socket, WEBSOCKET_CLOSE_TOO_BIG, "at most 64 KiB a message");
        return 0;
    }
    g_string_append_len(socket->incoming, bytes, (gssize)size);
    if (lws_remaining_packet_payload(connection->wsi) != 0) {
        return 0;
    }
    if (!lws_is_final_fragment(connection->wsi)) {
        if (++socket->fragments >= WEBSOCKET_FRAGMENTS_MAX) {
            close_by_rule(socket, WEBSOCKET_CLOSE_POLICY, "at most 16 fragments");
        }
        return 0;
    }
    deliver(socket);
    return 0;
}

void websocket_session_send(struct websocket_session *socket, const char *text, size_t size)
{
    if (socket->closing) {
        return;
    }
    if (socket->queued_bytes + size > WEBSOCKET_QUEUE_SIZE_MAX) {
        /* What waits would not be read either: drop it, so that the close frame gets through. */
        g_queue_clear_full(&socket->queue, (GDestroyNotify)g_bytes_unref);
        socket->queued_bytes = 0;
        close_by_rule(socket, WEBSOCKET_CLOSE_POLICY, "too slow");
        lws_set_timeout(socket->connection->wsi, PENDING_TIMEOUT_CLOSE_SEND, 5);
        return;
    }
    g_queue_push_tail(&socket->queue, g_bytes_new(text, size));
    socket->queued_bytes += size;
    lws_callback_on_writable(socket->connection->wsi);
}

void websocket_session_close(struct websocket_session *socket, enum websocket_close_code code,
                             const char *reason)
{
    if (socket->closing) {
        return;
    }
    socket->closing = true;
    socket->close_code = code;
    g_strlcpy(socket->close_reason, reason, sizeof(socket->close_reason));
    lws_callback_on_writable(socket->connection->wsi);
}

void websocket_session_on_pong(struct connection *connection)
{
    if (connection->websocket) {
        keep_alive_heard(&connection->websocket->alive, clock_now_us());
    }
}

void websocket_session_look(struct connection *connection, uint64_t now_us)
{
    struct websocket_session *socket = connection->websocket;
    switch (keep_alive_look(&socket->alive, now_us)) {
    case KEEP_ALIVE_WAIT:
        break;
    case KEEP_ALIVE_ASK:
        socket->ping_due = !socket->closing; /* nothing follows a close frame */
        lws_callback_on_writable(connection->wsi);
        break;
    case KEEP_ALIVE_GIVE_UP:
        connection_kill(connection);
        break;
    }
}

static int send_ping(struct websocket_session *socket)
{
    /* The answer repeats what is asked with, and the library does not tell of an empty one. */
    static const char question[] = "there?";
    unsigned char buffer[LWS_PRE + sizeof(question)];
    memcpy(buffer + LWS_PRE, question, sizeof(question));
    socket->ping_due = false;
    if (lws_write(socket->connection->wsi, buffer + LWS_PRE, sizeof(question), LWS_WRITE_PING) <
        (int)sizeof(question)) {
        return -1;
    }
    if (!g_queue_is_empty(&socket->queue) || socket->closing) {
        lws_callback_on_writable(socket->connection->wsi);
    }
    return 0;
}

int websocket_session_on_writeable(struct connection *connection)
{
    struct websocket_session *socket = connection->websocket;
    if (!socket) {
        return 0;
    }
    if (socket->ping_due && !socket->closing) {
        return send_ping(socket);
    }
    GBytes *message = g_queue_pop_head(&socket->queue);
    if (!message) {
        if (socket->closing) {
            lws_close_reason(connection->wsi, (enum lws_close_status)socket->close_code,
                             (unsigned char *)socket->close_reason, strlen(socket->close_reason));
            return -1;
        }
        return 0;
    }
    gsize size;
    const void *bytes = g_bytes_get_data(message, &size);
    unsigned char *buffer = g_malloc(LWS_PRE + size);
    memcpy(buffer + LWS_PRE, bytes, size);
    const int written = lws_write(connection->wsi, buffer + LWS_PRE, size, LWS_WRITE_TEXT);
    g_free(buffer);
    socket->queued_bytes -= size;
    g_bytes_unref(message);
    if (written < (int)size) {
        return -1;
    }
    if (!g_queue_is_empty(&socket->queue) || socket->closing) {
        lws_callback_on_writable(connection->wsi);
    }
    return 0;
}

void websocket_session_on_closed(struct connection *connection)
{
    struct websocket_session *socket = connection->websocket;
    if (!socket) {
        return;
    }
    connection->websocket = NULL;
    http_server_counters(connection->server)->websockets--;
    void *context;
    const struct websocket_handler *handler = handler_of(connection, &context);
    if (socket->object) {
        handler->closed(socket->object);
    }
    g_queue_clear_full(&socket->queue, (GDestroyNotify)g_bytes_unref);
    g_string_free(socket->incoming, TRUE);
    g_free(socket);
}

void websocket_session_set_authenticated(struct websocket_session *socket)
{
    connection_uncount(socket->connection);
}

const char *websocket_session_address(const struct websocket_session *socket)
{
    return socket->connection->address;
}
