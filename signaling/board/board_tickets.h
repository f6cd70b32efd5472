/* board_tickets.h - what opens the socket of a board: made over the API for who was found to be
 * allowed, good once, and soon. Only digests are kept. Pure: time is given. Thread: control. */
#ifndef BEDSIDE_SIGNALING_BOARD_BOARD_TICKETS_H
#define BEDSIDE_SIGNALING_BOARD_BOARD_TICKETS_H

#include "gateway/base/cleanup.h"
#include "gateway/base/random.h"
#include "gateway/visits/visit_actor.h"

#define BOARD_TICKET_SECONDS 30
#define BOARD_TICKETS_MAX 256

struct board_tickets;

struct board_tickets *board_tickets_create(void);
struct board_tickets *board_tickets_destroy(struct board_tickets *tickets);
DEFINE_AUTO(board_tickets)

/* Returns false when too many wait. */
bool board_tickets_make(struct board_tickets *tickets, const struct visit_actor *actor,
                        uint64_t now_us, char ret_ticket[RANDOM_TOKEN_SIZE]);
/* Whose it was, owned (g_free()); NULL: unknown, used, or too old. */
struct visit_actor *board_tickets_take(struct board_tickets *tickets, const char *ticket,
                                       uint64_t now_us);
/* Forgets those that are too old. */
void board_tickets_on_tick(struct board_tickets *tickets, uint64_t now_us);

#endif
