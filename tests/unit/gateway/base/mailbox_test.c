#include "gateway/base/allocate.h"
#include "gateway/base/mailbox.h"

#include <poll.h>
#include <pthread.h>
#include <stdbool.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct numbered {
    struct mailbox_message message;
    int number;
    int *destroyed;
};

static void count_destroyed(struct mailbox_message *message)
{
    struct numbered *numbered = CONTAINER_OF(message, struct numbered, message);
    (*numbered->destroyed)++;
    free(numbered);
}

static void post(struct mailbox *mailbox, int number, int *destroyed)
{
    struct numbered *numbered = allocate_zeroed(1, sizeof(*numbered));
    numbered->message.type = number;
    numbered->message.destroy = destroyed ? count_destroyed : NULL;
    numbered->number = number;
    numbered->destroyed = destroyed;
    mailbox_post(mailbox, &numbered->message);
}

static void post_quietly(struct mailbox *mailbox, int number)
{
    struct numbered *numbered = allocate_zeroed(1, sizeof(*numbered));
    numbered->message.type = number;
    mailbox_post_quietly(mailbox, &numbered->message);
}

static bool is_readable(const struct mailbox *mailbox)
{
    struct pollfd poll_fd = {.fd = mailbox_fd(mailbox), .events = POLLIN};
    return poll(&poll_fd, 1, 0) == 1;
}

static void messages_keep_their_order_and_the_descriptor_tells(void **state)
{
    (void)state;
    AUTO(mailbox) mailbox = mailbox_create();
    assert_null(mailbox_take(mailbox));
    for (int round = 0; round < 3; round++) {
        assert_false(is_readable(mailbox));
        for (int i = 0; i < 5; i++) {
            post(mailbox, i, NULL);
            assert_true(is_readable(mailbox));
        }
        for (int i = 0; i < 5; i++) {
            assert_true(is_readable(mailbox));
            struct mailbox_message *message = mailbox_take(mailbox);
            assert_int_equal(message->type, i);
            mailbox_message_destroy(message);
        }
        assert_null(mailbox_take(mailbox));
    }
    assert_false(is_readable(mailbox));
}

static void what_is_posted_quietly_waits_for_a_wake(void **state)
{
    (void)state;
    AUTO(mailbox) mailbox = mailbox_create();
    mailbox_wake(mailbox);
    assert_false(is_readable(mailbox)); /* nothing waits */
    for (int i = 0; i < 3; i++) {
        post_quietly(mailbox, i);
        assert_false(is_readable(mailbox));
    }
    mailbox_wake(mailbox);
    mailbox_wake(mailbox);
    assert_true(is_readable(mailbox));
    post_quietly(mailbox, 3);
    for (int i = 0; i < 4; i++) {
        assert_true(is_readable(mailbox));
        struct mailbox_message *message = mailbox_take(mailbox);
        assert_int_equal(message->type, i);
        mailbox_message_destroy(message);
    }
    assert_false(is_readable(mailbox));

    post_quietly(mailbox, 4);
    assert_false(is_readable(mailbox));
    post(mailbox, 5, NULL); /* takes the quiet one along */
    assert_true(is_readable(mailbox));
    for (int i = 4; i < 6; i++) {
        struct mailbox_message *message = mailbox_take(mailbox);
        assert_int_equal(message->type, i);
        mailbox_message_destroy(message);
    }
    assert_false(is_readable(mailbox));

    post_quietly(mailbox, 6); /* a reader who looks anyway gets it */
    mailbox_message_destroy(mailbox_take(mailbox));
    assert_null(mailbox_take(mailbox));
    assert_false(is_readable(mailbox));
}

static void what_waits_is_destroyed_with_the_mailbox(void **state)
{
    (void)state;
    int destroyed = 0;
    struct mailbox *mailbox = mailbox_create();
    for (int i = 0; i < 4; i++) {
        post(mailbox, i, &destroyed);
    }
    mailbox_message_destroy(mailbox_take(mailbox));
    assert_int_equal(destroyed, 1);
    assert_null(mailbox_destroy(mailbox));
    assert_int_equal(destroyed, 4);
    mailbox_message_destroy(NULL);
    assert_null(mailbox_destroy(NULL));
}

#define WRITERS 3
#define MESSAGES_EACH 5000

struct writer {
    struct mailbox *mailbox;
    int first;
};

static void *write_messages(void *context)
{
    const struct writer *writer = context;
    for (int i = 0; i < MESSAGES_EACH; i++) {
        post(writer->mailbox, writer->first + i, NULL);
    }
    return NULL;
}

static void no_message_of_any_thread_is_lost_or_reordered(void **state)
{
    (void)state;
    AUTO(mailbox) mailbox = mailbox_create();
    pthread_t threads[WRITERS];
    struct writer writers[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = (struct writer){mailbox, i * MESSAGES_EACH};
        pthread_create(&threads[i], NULL, write_messages, &writers[i]);
    }
    int next[WRITERS] = {0};
    for (int received = 0; received < WRITERS * MESSAGES_EACH;) {
        struct pollfd poll_fd = {.fd = mailbox_fd(mailbox), .events = POLLIN};
        assert_int_equal(poll(&poll_fd, 1, 60000), 1); /* a lost wake-up would end here */
        struct mailbox_message *message;
        while ((message = mailbox_take(mailbox))) {
            const int writer = message->type / MESSAGES_EACH;
            assert_int_equal(message->type % MESSAGES_EACH, next[writer]++);
            mailbox_message_destroy(message);
            received++;
        }
    }
    for (int i = 0; i < WRITERS; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_false(is_readable(mailbox));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_keep_their_order_and_the_descriptor_tells),
        cmocka_unit_test(what_is_posted_quietly_waits_for_a_wake),
        cmocka_unit_test(what_waits_is_destroyed_with_the_mailbox),
        cmocka_unit_test(no_message_of_any_thread_is_lost_or_reordered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
