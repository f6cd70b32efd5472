/* mailbox.h - the only way from thread to thread.
 *
 * An unbounded queue of owned messages with one reader and any number of writers, and an eventfd
 * that is readable while messages wait, once one of them was to wake the reader. A message is a
 * struct of the sender's that begins with `struct mailbox_message`. One mailbox carries one family
 * of messages, named by the header that declares its `type` enum (media/worker/worker_messages.h,
 * for example). Thread: posting and waking from any; the rest from the reader's. */
#ifndef BEDSIDE_BASE_MAILBOX_H
#define BEDSIDE_BASE_MAILBOX_H

#include "gateway/base/cleanup.h"

struct mailbox_message {
    struct mailbox_message *next; /* the mailbox's own */
    int type;                     /* of the family's enum */
    /* Frees the message and all it owns. NULL: free(). */
    void (*destroy)(struct mailbox_message *message);
};

struct mailbox;

struct mailbox *mailbox_create(void);
/* Accepts NULL. Destroys the messages still waiting. Always returns NULL. */
struct mailbox *mailbox_destroy(struct mailbox *mailbox);
DEFINE_AUTO(mailbox)

/* Borrowed descriptor that polls readable while messages wait for a reader that was woken. */
int mailbox_fd(const struct mailbox *mailbox);
/* Takes ownership of `message`. */
void mailbox_post(struct mailbox *mailbox, struct mailbox_message *message);
/* The same for what can wait: the reader is not woken, but by the next mailbox_post() or
 * mailbox_wake(). The order of messages is kept. */
void mailbox_post_quietly(struct mailbox *mailbox, struct mailbox_message *message);
/* Wakes the reader if messages wait. From any thread. */
void mailbox_wake(struct mailbox *mailbox);
/* Returns the oldest message, owned by the caller, or NULL. Drain until NULL after each wake-up. */
struct mailbox_message *mailbox_take(struct mailbox *mailbox);
/* Frees a taken message through its `destroy`. Accepts NULL. */
void mailbox_message_destroy(struct mailbox_message *message);

#endif
