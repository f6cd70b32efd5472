/* board_message.h - what a board's page says on its socket (docs/board.md): strict, pure.
 * Thread: any. */
#ifndef BEDSIDE_SIGNALING_BOARD_BOARD_MESSAGE_H
#define BEDSIDE_SIGNALING_BOARD_BOARD_MESSAGE_H

#include "gateway/base/random.h"
#include "gateway/visits/participant.h"

#include <stddef.h>

/* {"type":"watch", "id", "ticket"?, "day"?, "zone"?, "epoch"?, "seq"?}; what is missing is empty.
 */
struct board_watch {
    int id;
    char ticket[RANDOM_TOKEN_SIZE];
    char day[PERSON_DATE_SIZE];
    char zone[TIME_ZONE_SIZE];
    char epoch[RANDOM_TOKEN_SIZE]; /* what was known before the connection was lost */
    int64_t seq;
};
struct board_message_problem {
    int id;            /* -1: it has none */
    const char *code;  /* static: "bad_message", "unknown_type" */
    const char *where; /* static: the field; NULL: the whole */
};
/* Returns 0, or -EBADMSG. */
int board_message_read(const char *text, size_t size, struct board_watch *ret_watch,
                       struct board_message_problem *ret_problem);

#endif
