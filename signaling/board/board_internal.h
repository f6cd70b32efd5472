/* board_internal.h - what the files of signaling/board share. Private to this folder.
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_BOARD_BOARD_INTERNAL_H
#define BEDSIDE_SIGNALING_BOARD_BOARD_INTERNAL_H

#include "gateway/base/token_bucket.h"
#include "gateway/visits/visit_board.h"
#include "signaling/board/board_day.h"
#include "signaling/board/board_feed.h"
#include "signaling/board/board_message.h"

#include <glib.h>

struct board_row {
    json_t *value;   /* owned; never changed once it is here */
    uint64_t seq;    /* of its last change */
    bool has_people; /* somebody's connection is in it */
};

struct board_feed {
    struct board_feed_config config;
    GHashTable *rows;    /* visit id -> struct board_row, owned */
    GHashTable *sockets; /* id -> struct board_socket, borrowed: the server owns it */
    struct board_tickets *tickets;
    struct http_timer *tick;
    uint64_t next_id;
    uint64_t seq;
    char epoch[RANDOM_TOKEN_SIZE]; /* of this process: numbers of another mean nothing */
    unsigned ticks;
    unsigned idle_ticks; /* without a socket */
    bool asking;         /* for changes, at the store */
    bool ticking;
    bool closing;
};

struct board_socket {
    uint64_t id;
    struct board_feed *feed;
    struct websocket_session *socket; /* NULL once it is closing */
    uint64_t opened_us;
    struct token_bucket requests;
    unsigned bad_messages;
    bool known; /* a ticket was good; `actor` is set */
    struct visit_actor actor;
    bool watching; /* `day` and `reach` are set */
    struct board_day day;
    struct board_reach reach;
    /* The list that is being read: */
    uint64_t listing; /* 0: none; else its number */
    bool first;       /* it answers a request; else it is a look at what nobody told of */
    struct board_watch watch;
    json_t *listed; /* owned: the ids so far */
    bool resumes;   /* it knows all until watch.seq */
};

/* board_feed.c */
/* Takes rows as they are now (an owned array): tells whoever watches them what changed, but for
 * `except`, who is told otherwise (NULL: nobody). */
void board_feed_take_rows(struct board_feed *feed, json_t *rows, const struct board_socket *except);
const struct board_row *board_feed_find_row(const struct board_feed *feed, const char *visit_id);
void board_feed_add_socket(struct board_feed *feed, struct board_socket *socket);

/* board_socket.c */
bool board_socket_covers(const struct board_socket *socket, const json_t *row);
/* The row as this socket may see it. Owned. */
json_t *board_socket_view(const struct board_socket *socket, const json_t *row);
void board_socket_send(struct board_socket *socket, json_t *message); /* takes it */
/* Reads the day again. Does nothing while it is being read. */
void board_socket_refresh(struct board_socket *socket);
void board_socket_dismiss(struct board_socket *socket, const char *reason);
void board_socket_on_tick(struct board_socket *socket, uint64_t now_us);

#endif
