#include "signaling/board/board_tickets.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SECOND_US 1000000ull

static const struct visit_actor somebody = {.role = ROLE_COORDINATOR};

static void a_ticket_is_good_once(void **state)
{
    (void)state;
    AUTO(board_tickets) tickets = board_tickets_create();
    char ticket[RANDOM_TOKEN_SIZE];
    assert_true(board_tickets_make(tickets, &somebody, 0, ticket));
    assert_null(board_tickets_take(tickets, "another", SECOND_US));
    g_autofree struct visit_actor *actor = board_tickets_take(tickets, ticket, SECOND_US);
    assert_non_null(actor);
    assert_int_equal(actor->role, ROLE_COORDINATOR);
    assert_null(board_tickets_take(tickets, ticket, SECOND_US));
}

static void a_ticket_is_good_soon(void **state)
{
    (void)state;
    AUTO(board_tickets) tickets = board_tickets_create();
    char tickets_of[2][RANDOM_TOKEN_SIZE];
    const uint64_t end_us = BOARD_TICKET_SECONDS * SECOND_US;
    assert_true(board_tickets_make(tickets, &somebody, 0, tickets_of[0]));
    assert_true(board_tickets_make(tickets, &somebody, 0, tickets_of[1]));
    g_autofree struct visit_actor *actor = board_tickets_take(tickets, tickets_of[0], end_us - 1);
    assert_non_null(actor);
    assert_null(board_tickets_take(tickets, tickets_of[1], end_us));
}

static void as_many_wait_as_there_is_room_for(void **state)
{
    (void)state;
    AUTO(board_tickets) tickets = board_tickets_create();
    char ticket[RANDOM_TOKEN_SIZE];
    for (int i = 0; i < BOARD_TICKETS_MAX; i++) {
        assert_true(board_tickets_make(tickets, &somebody, 0, ticket));
    }
    assert_false(board_tickets_make(tickets, &somebody, SECOND_US, ticket));
    assert_true(board_tickets_make(tickets, &somebody, BOARD_TICKET_SECONDS * SECOND_US, ticket));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ticket_is_good_once),
        cmocka_unit_test(a_ticket_is_good_soon),
        cmocka_unit_test(as_many_wait_as_there_is_room_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
