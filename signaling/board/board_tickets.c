#include "signaling/board/board_tickets.h"

#include "gateway/base/digest.h"

#include <glib.h>

struct ticket {
    struct visit_actor actor;
    uint64_t ends_us;
};

struct board_tickets {
    GHashTable *by_digest; /* owned texts and tickets */
};

struct board_tickets *board_tickets_create(void)
{
    struct board_tickets *tickets = g_new0(struct board_tickets, 1);
    tickets->by_digest = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return tickets;
}

struct board_tickets *board_tickets_destroy(struct board_tickets *tickets)
{
    if (tickets) {
        g_hash_table_destroy(tickets->by_digest);
        g_free(tickets);
    }
    return NULL;
}

bool board_tickets_make(struct board_tickets *tickets, const struct visit_actor *actor,
                        uint64_t now_us, char ret_ticket[RANDOM_TOKEN_SIZE])
{
    char digest[DIGEST_SHA256_HEX_SIZE];
    board_tickets_on_tick(tickets, now_us);
    if (g_hash_table_size(tickets->by_digest) >= BOARD_TICKETS_MAX) {
        return false;
    }
    random_token(ret_ticket);
    digest_of_token(ret_ticket, digest);
    struct ticket *ticket = g_new0(struct ticket, 1);
    ticket->actor = *actor;
    ticket->ends_us = now_us + BOARD_TICKET_SECONDS * 1000000ull;
    g_hash_table_insert(tickets->by_digest, g_strdup(digest), ticket);
    return true;
}

struct visit_actor *board_tickets_take(struct board_tickets *tickets, const char *ticket,
                                       uint64_t now_us)
{
    char digest[DIGEST_SHA256_HEX_SIZE];
    digest_of_token(ticket, digest);
    const struct ticket *found = g_hash_table_lookup(tickets->by_digest, digest);
    struct visit_actor *actor = NULL;
    if (found && found->ends_us > now_us) {
        actor = g_memdup2(&found->actor, sizeof(found->actor));
    }
    g_hash_table_remove(tickets->by_digest, digest);
    return actor;
}

void board_tickets_on_tick(struct board_tickets *tickets, uint64_t now_us)
{
    GHashTableIter iterator;
    gpointer data;
    g_hash_table_iter_init(&iterator, tickets->by_digest);
    while (g_hash_table_iter_next(&iterator, NULL, &data)) {
        const struct ticket *ticket = data;
        if (ticket->ends_us <= now_us) {
            g_hash_table_iter_remove(&iterator);
        }
    }
}
