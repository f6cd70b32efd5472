/* websocket_session.h - one WebSocket: whole text messages in, whole text messages out (RFC 6455).
 *
 * Limits: 64 KiB a message (1009), 16 fragments (1008), text only (1003), 1 MiB waiting for a slow
 * reader (1008). Rates are the owner's business (session/signaling_session.c); pings and dead peers
 * are the server's. Thread: control. */
#ifndef BEDSIDE_SIGNALING_SERVER_WEBSOCKET_SESSION_H
#define BEDSIDE_SIGNALING_SERVER_WEBSOCKET_SESSION_H

#include <stddef.h>
#include <stdint.h>

#define WEBSOCKET_MESSAGE_SIZE_MAX 65536
#define WEBSOCKET_FRAGMENTS_MAX 16
#define WEBSOCKET_QUEUE_SIZE_MAX (1024u * 1024)

enum websocket_close_code {
    WEBSOCKET_CLOSE_NORMAL = 1000,
    WEBSOCKET_CLOSE_GOING_AWAY = 1001,
    WEBSOCKET_CLOSE_UNSUPPORTED = 1003,
    WEBSOCKET_CLOSE_POLICY = 1008,
    WEBSOCKET_CLOSE_TOO_BIG = 1009,
};

struct websocket_session;

/* Implemented by whoever serves the sockets. The server calls `closed` exactly once for each
 * `opened`. */
struct websocket_handler {
    /* Returns the owner's object for the socket, handed back below. */
    void *(*opened)(void *context, struct websocket_session *socket);
    void (*received)(void *object, const char *text,
                     size_t size); /* `text` ends with a 0 that does not count */
    void (*closed)(void *object);
};

/* Queues a copy. A reader that lets the queue grow past its limit is closed. */
void websocket_session_send(struct websocket_session *socket, const char *text, size_t size);
/* Sends what is queued, then the close frame; nothing is received any more. */
void websocket_session_close(struct websocket_session *socket, enum websocket_close_code code,
                             const char *reason);
/* The person is known: the socket no longer counts against its address. */
void websocket_session_set_authenticated(struct websocket_session *socket);
const char *websocket_session_address(const struct websocket_session *socket);

#endif
