/* chat_message.h - what people write to each other during a visit; it stays in the case record.
 * Pure. Thread: an object belongs to one. */
#ifndef BEDSIDE_VISITS_CHAT_MESSAGE_H
#define BEDSIDE_VISITS_CHAT_MESSAGE_H

#include "gateway/base/cleanup.h"
#include "gateway/base/random.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHAT_BODY_SIZE_MAX 4000 /* bytes of UTF-8 */
#define CHAT_MESSAGES_MAX 2000  /* of one visit */

struct chat_message {
    char id[UUID_TEXT_SIZE];
    char visit_id[UUID_TEXT_SIZE];
    char participant_id[UUID_TEXT_SIZE];
    int64_t sent_at_ms;
    bool in_huddle; /* for the team alone */
    char *body;     /* owned */
};

struct chat_list {
    struct chat_message *messages; /* owned, oldest first */
    size_t count;
};
struct chat_list *chat_list_create(void);
struct chat_list *chat_list_destroy(struct chat_list *list);
DEFINE_AUTO(chat_list)

/* Takes out what was said in a huddle. */
void chat_list_leave_out_huddles(struct chat_list *list);

/* Not empty, not blank, clean UTF-8, at most CHAT_BODY_SIZE_MAX bytes. */
bool chat_body_is_valid(const char *body);

#endif
