/* http_server_state.h - what the server consists of; for the files of this folder that work on it:
 * http_server.c (its life), http_doors.c (who comes in), lws_callbacks.c. Thread: control. */
#ifndef BEDSIDE_SIGNALING_SERVER_HTTP_SERVER_STATE_H
#define BEDSIDE_SIGNALING_SERVER_HTTP_SERVER_STATE_H

#include "signaling/server/connection.h"
#include "signaling/server/request_limits.h"

#include <glib.h>

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

/* http_doors.c */
/* Returns 0, the errno of a listener, or -EBADMSG for certificate files that OpenSSL refuses. */
int http_doors_open(struct http_server *server);
/* Takes in who waits there. */
void http_doors_accept(struct door *door);

/* lws_callbacks.c */
extern const struct lws_protocols lws_callbacks_protocols[];

#endif
