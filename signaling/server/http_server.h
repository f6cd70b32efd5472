/* http_server.h - HTTP and WebSockets on libwebsockets. Nothing outside signaling/server knows it.
 *
 * The rules under which Debian's 4.1.6 is used (it has had no security update since 2022):
 *   - HTTP/1.1 only: ALPN offers nothing else, and an `Upgrade: h2c`, which 4.1.6 takes even over
 * TLS, is refused;
 *   - no extensions, so no permessage-deflate;
 *   - listening and accepting are our own (listener.h), so are limits, header time-outs and the
 * shortage of descriptors;
 *   - one lws_write() for each writeable callback; one service thread, the control thread;
 *   - other threads reach it through mailboxes alone, each adopted as a descriptor
 * (http_server_watch()). Thread: control; http_server_stop() from any. */
#ifndef BEDSIDE_SIGNALING_SERVER_HTTP_SERVER_H
#define BEDSIDE_SIGNALING_SERVER_HTTP_SERVER_H

#include "gateway/base/cleanup.h"
#include "signaling/server/http_exchange.h"
#include "signaling/server/websocket_session.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_BODY_SIZE_MAX 65536
#define HTTP_IMPORT_SIZE_MAX (8u * 1024 * 1024)
#define HTTP_HEADER_SECONDS 10
#define HTTP_BODY_SECONDS 30
#define HTTP_STALL_SECONDS 60
/* Which socket: each has a path and a subprotocol of its own. */
enum websocket_door {
    WEBSOCKET_VISIT, /* /visit, bedside.visit.v1 */
    WEBSOCKET_BOARD, /* /board/live, bedside.board.v1 */
    WEBSOCKET_DOOR_COUNT
};

/* Strings are borrowed and outlive the server. */
struct http_server_config {
    const char *listen_address;
    uint16_t port;
    const char *certificate_path;
    const char *private_key_path;
    const char *operator_socket_path; /* NULL: none */
    uint16_t setup_port;              /* 0: none */
    const char *const *public_origins;
    size_t public_origin_count;
    const char *const *trusted_proxies;
    size_t trusted_proxy_count;
    unsigned sockets_per_address_max;
    unsigned sockets_max;
};

/* Implemented by the user. */
struct http_server_ops {
    /* The whole request is there. Answer now or later. */
    void (*on_request)(void *context, struct http_exchange *exchange);
    /* How large a body the request, of which all but the body is there, may have. */
    size_t (*body_size_max)(void *context, const struct http_request *request);
    struct {
        const struct websocket_handler *handler;
        void *context;
    } websockets[WEBSOCKET_DOOR_COUNT];
};

/* Totals since the start, and counts of now. */
struct http_server_report {
    uint64_t connections_accepted;
    uint64_t connections_refused; /* over a limit, or no descriptors */
    uint64_t header_timeouts;
    uint64_t origins_refused;
    uint64_t websockets_opened;
    uint64_t websockets_closed_by_rule; /* too big, too slow, wrong kind */
    uint64_t requests;
    uint64_t answers_by_class[6]; /* [2]: 2xx ... */
    unsigned connections;
    unsigned websockets;
};

struct http_server;

/* Returns 0; the errno of a listener; -EBADMSG for certificate files that OpenSSL refuses. */
int http_server_create(const struct http_server_config *config, const struct http_server_ops *ops,
                       void *context, struct http_server **ret_server);
struct http_server *http_server_destroy(struct http_server *server);
DEFINE_AUTO(http_server)

int http_server_run(struct http_server *server);
void http_server_stop(struct http_server *server);
/* Closes the listeners; what is connected stays. */
void http_server_stop_listening(struct http_server *server);
uint16_t http_server_port(const struct http_server *server);
int http_server_reload_certificate(struct http_server *server);

/* Returns NULL when it is gone. */
struct http_exchange *http_server_find_exchange(struct http_server *server, uint64_t exchange_id);
/* Takes one attempt at a secret for the address. Returns false when it must wait. */
bool http_server_take_attempt(struct http_server *server, const char *address);
bool http_server_origin_is_ours(const struct http_server *server, const char *origin);
void http_server_report(const struct http_server *server, struct http_server_report *ret_report);

/* Calls `on_readable` while `fd` (borrowed) can be read, for the life of the server. Returns 0 or
 * -ENOMEM. */
int http_server_watch(struct http_server *server, int fd, void (*on_readable)(void *context),
                      void *context);

/* One-shot timers of the control thread. */
struct http_timer;
struct http_timer *http_timer_create(struct http_server *server, void (*on_due)(void *context),
                                     void *context);
void http_timer_start(struct http_timer *timer, uint64_t delay_us);
struct http_timer *http_timer_destroy(struct http_timer *timer);
DEFINE_AUTO(http_timer)

#endif
