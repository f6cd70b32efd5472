/* connection.h - what signaling/server keeps of one libwebsockets connection. Private to this
 * folder. Thread: control. */
#ifndef BEDSIDE_SIGNALING_SERVER_CONNECTION_H
#define BEDSIDE_SIGNALING_SERVER_CONNECTION_H

#include "gateway/base/list.h"
#include "signaling/server/http_server.h"
#include "signaling/server/listener.h"

#include <libwebsockets.h>

/* What the opaque pointer of a wsi points to; first member of each. */
enum lws_owner_kind { OWNER_CONNECTION, OWNER_WATCH, OWNER_LISTENER };

struct connection {
    enum lws_owner_kind kind;
    struct list link; /* of http_server.connections, oldest first */
    struct http_server *server;
    struct lws *wsi;
    enum http_door door;
    char address[LISTENER_ADDRESS_SIZE]; /* of the client, if a trusted proxy names it */
    bool behind_proxy;
    bool counted; /* against its address */
    uint32_t uid;
    uint64_t deadline_us; /* 0: none */
    bool reads_headers;   /* until the first whole request: may be given up for a newcomer */
    bool adopting;        /* inside lws_adopt_...: destroyed by its caller */
    struct http_exchange *exchange;
    enum websocket_door websocket_door; /* once upgraded */
    struct websocket_session *websocket;
};

/* The rest of this header is how the files of this folder reach each other. */

/* http_exchange.c: called from the lws callbacks; each returns 0, or -1 to close the connection. */
int http_exchange_on_headers(struct connection *connection);
int http_exchange_on_body(struct connection *connection, const void *bytes, size_t size);
int http_exchange_on_body_end(struct connection *connection);
int http_exchange_on_writeable(struct connection *connection);
void http_exchange_on_closed(struct connection *connection);

/* connection.c */
/* NULL: the wsi is no connection, or has none any more. */
struct connection *connection_of(struct lws *wsi);
void connection_free(struct connection *connection);
/* Ends it soon, from wherever. */
void connection_kill(struct connection *connection);
/* Counts it against its address. Returns false when that has its fill, and nobody gives way. */
bool connection_count(struct connection *connection);
void connection_uncount(struct connection *connection);
/* Reads one header as text; returns an empty string when it is missing, NULL when it is too long.
 * Owned: g_free(). */
char *connection_header(struct connection *connection, enum lws_token_indexes token);
/* The same for one that the library has no number for: `name` in lower case, with the colon. */
char *connection_custom_header(struct connection *connection, const char *name);
/* The query: the library hands over its fields one by one, decoded; here they are one text again,
 * encoded so that each can be told from the next. NULL when it is too long. Owned: g_free(). */
char *connection_query(struct connection *connection);
/* Behind a trusted proxy: takes the client's address from X-Forwarded-For and counts it. Returns
 * false when that address has its fill. */
bool connection_learn_address(struct connection *connection);

/* websocket_session.c */
int websocket_session_on_opened(struct connection *connection);
int websocket_session_on_received(struct connection *connection, const void *bytes, size_t size);
int websocket_session_on_writeable(struct connection *connection);
void websocket_session_on_pong(struct connection *connection);
/* Asks one that has been silent whether it is there, or ends it; at the server's sweep. */
void websocket_session_look(struct connection *connection, uint64_t now_us);
void websocket_session_on_closed(struct connection *connection);

/* http_server.c */
const struct http_server_ops *http_server_ops_of(struct http_server *server, void **ret_context);
struct http_server_report *http_server_counters(struct http_server *server);
/* `id` is borrowed for as long as it is registered. */
void http_server_register(struct http_server *server, const uint64_t *id,
                          struct http_exchange *exchange);
void http_server_forget(struct http_server *server, const uint64_t *id);
/* NULL at the end. */
const char *http_server_origin(const struct http_server *server, size_t index);
uint64_t http_server_next_id(struct http_server *server);

#endif
