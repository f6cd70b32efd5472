#include "gateway/base/mailbox.h"

#include "gateway/base/allocate.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct mailbox {
    pthread_mutex_t lock; /* guards the queue and the state of the descriptor together */
    struct mailbox_message *first;
    struct mailbox_message **end; /* where the next message is linked */
    bool signalled;               /* the descriptor is readable */
    int fd;
};

struct mailbox *mailbox_create(void)
{
    struct mailbox *mailbox = allocate_zeroed(1, sizeof(*mailbox));
    pthread_mutex_init(&mailbox->lock, NULL);
    mailbox->end = &mailbox->first;
    mailbox->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (mailbox->fd < 0) {
        abort(); /* out of descriptors before anything runs */
    }
    return mailbox;
}

struct mailbox *mailbox_destroy(struct mailbox *mailbox)
{
    if (!mailbox) {
        return NULL;
    }
    struct mailbox_message *message;
    while ((message = mailbox_take(mailbox))) {
        mailbox_message_destroy(message);
    }
    close(mailbox->fd);
    pthread_mutex_destroy(&mailbox->lock);
    free(mailbox);
    return NULL;
}

int mailbox_fd(const struct mailbox *mailbox)
{
    return mailbox->fd;
}

/* Both under the lock: otherwise a reader that has just emptied the queue could clear the signal of
 * a message posted since, which would then wait for the next one. */
static void signal_waiting(struct mailbox *mailbox)
{
    if (mailbox->signalled || !mailbox->first) {
        return;
    }
    mailbox->signalled = true;
    const uint64_t one = 1;
    while (write(mailbox->fd, &one, sizeof(one)) < 0 && errno == EINTR) {
    }
}

static void signal_empty(struct mailbox *mailbox)
{
    if (!mailbox->signalled) {
        return;
    }
    mailbox->signalled = false;
    uint64_t count;
    while (read(mailbox->fd, &count, sizeof(count)) < 0 && errno == EINTR) {
    }
}

static void append(struct mailbox *mailbox, struct mailbox_message *message)
{
    message->next = NULL;
    *mailbox->end = message;
    mailbox->end = &message->next;
}

void mailbox_post(struct mailbox *mailbox, struct mailbox_message *message)
{
    pthread_mutex_lock(&mailbox->lock);
    append(mailbox, message);
    signal_waiting(mailbox);
    pthread_mutex_unlock(&mailbox->lock);
}

void mailbox_post_quietly(struct mailbox *mailbox, struct mailbox_message *message)
{
    pthread_mutex_lock(&mailbox->lock);
    append(mailbox, message);
    pthread_mutex_unlock(&mailbox->lock);
}

void mailbox_wake(struct mailbox *mailbox)
{
    pthread_mutex_lock(&mailbox->lock);
    signal_waiting(mailbox);
    pthread_mutex_unlock(&mailbox->lock);
}

struct mailbox_message *mailbox_take(struct mailbox *mailbox)
{
    pthread_mutex_lock(&mailbox->lock);
    struct mailbox_message *message = mailbox->first;
    if (message) {
        mailbox->first = message->next;
        if (!mailbox->first) {
            mailbox->end = &mailbox->first;
            signal_empty(mailbox);
        }
    }
    pthread_mutex_unlock(&mailbox->lock);
    if (message) {
        message->next = NULL;
    }
    return message;
}

void mailbox_message_destroy(struct mailbox_message *message)
{
    if (message && message->destroy) {
        message->destroy(message);
    } else {
        free(message);
    }
}
