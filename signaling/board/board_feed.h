/* board_feed.h - boards that are open follow the day live (docs/board.md).
 *
 *   socket --watch--> store thread: the day, page by page --> rows --> the socket
 *   tick (0.5 s) ---> store thread: what changed ----------> rows --> who watches such a visit
 *   tick (2 s) -----> the hub: connections ----------------^
 *
 * A row is one visit, whole; it is sent when it says something else than before. Each change has a
 * number, so that a page that comes back is told only what it missed.
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_BOARD_BOARD_FEED_H
#define BEDSIDE_SIGNALING_BOARD_BOARD_FEED_H

#include "signaling/board/board_tickets.h"
#include "signaling/server/http_server.h"

#include <jansson.h>

#define BOARD_SOCKETS_MAX 256

struct board_feed;
struct signaling_hub;
struct store_gate;

/* All borrowed; outlive the feed. */
struct board_feed_config {
    struct http_server *server;
    struct store_gate *store;
    const struct signaling_hub *hub;
};
struct board_feed *board_feed_create(const struct board_feed_config *config);
/* Ends its timer, before the server whose sockets it serves is destroyed. */
void board_feed_stop(struct board_feed *feed);
struct board_feed *board_feed_destroy(struct board_feed *feed);
DEFINE_AUTO(board_feed)

/* The sockets' owner; its context is the feed. */
extern const struct websocket_handler board_websocket_handler;

/* For who was found to be allowed (board_tickets.h). Returns false when too many wait. */
bool board_feed_make_ticket(struct board_feed *feed, const struct visit_actor *actor,
                            char ret_ticket[RANDOM_TOKEN_SIZE]);
/* Sets `connection` of the row's seats to what is known now. */
void board_feed_add_connections(const struct board_feed *feed, json_t *row);
void board_feed_say_goodbye(struct board_feed *feed);

#endif
