#include "gateway/base/allocate.h"
#include "gateway/base/clock.h"
#include "gateway/base/loop.h"
#include "gateway/base/mailbox.h"

#include <pthread.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct fixture {
    struct loop *loop;
    int pipe_fds[2];
    struct loop_source *source;
    struct loop_source *other_source;
    struct loop_timer *timer;
    struct loop_timer *other_timer;
    int count;
    int batches;
    uint64_t seen_us;
    char order[16];
};

static int setup(void **state)
{
    struct fixture *fixture = allocate_zeroed(1, sizeof(*fixture));
    fixture->loop = loop_create("test");
    if (pipe(fixture->pipe_fds) < 0) {
        return -1;
    }
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    loop_source_destroy(fixture->source);
    loop_source_destroy(fixture->other_source);
    loop_timer_destroy(fixture->timer);
    loop_timer_destroy(fixture->other_timer);
    loop_destroy(fixture->loop);
    close(fixture->pipe_fds[0]);
    close(fixture->pipe_fds[1]);
    free(fixture);
    return 0;
}

static void note(struct fixture *fixture, char letter)
{
    assert_true(fixture->count < 15);
    fixture->order[fixture->count++] = letter;
}

static void read_one(void *context, uint32_t events)
{
    struct fixture *fixture = context;
    assert_true(events & EPOLLIN);
    char byte;
    assert_int_equal(read(fixture->pipe_fds[0], &byte, 1), 1);
    note(fixture, byte);
    if (byte == 'z') {
        loop_stop(fixture->loop);
    }
}

static void a_descriptor_is_handled_until_stop(void **state)
{
    struct fixture *fixture = *state;
    fixture->source =
        loop_watch(fixture->loop, fixture->pipe_fds[0], EPOLLIN, "pipe", read_one, fixture);
    assert_int_equal(write(fixture->pipe_fds[1], "abz", 3), 3);
    assert_int_equal(loop_run(fixture->loop), 0);
    assert_string_equal(fixture->order, "abz");
    /* A stopped loop runs again. */
    assert_int_equal(write(fixture->pipe_fds[1], "cz", 2), 2);
    assert_int_equal(loop_run(fixture->loop), 0);
    assert_string_equal(fixture->order, "abzcz");
}

static void stop_at_timer(void *context, uint64_t now_us)
{
    struct fixture *fixture = context;
    (void)now_us;
    note(fixture, 'T');
    loop_stop(fixture->loop);
}

static void a_source_without_events_sleeps(void **state)
{
    struct fixture *fixture = *state;
    fixture->source =
        loop_watch(fixture->loop, fixture->pipe_fds[0], EPOLLIN, "pipe", read_one, fixture);
    loop_source_set_events(fixture->source, 0);
    fixture->timer = loop_timer_create(fixture->loop, "stop", stop_at_timer, fixture);
    loop_timer_start(fixture->timer, clock_now_us() + 2000);
    assert_int_equal(write(fixture->pipe_fds[1], "z", 1), 1);
    assert_int_equal(loop_run(fixture->loop), 0);
    assert_string_equal(fixture->order, "T");
    loop_source_set_events(fixture->source, EPOLLIN);
    assert_int_equal(loop_run(fixture->loop), 0);
    assert_string_equal(fixture->order, "Tz");
}

static void a_stop_before_run_is_kept(void **state)
{
    struct fixture *fixture = *state;
    loop_stop(fixture->loop);
    assert_int_equal(loop_run(fixture->loop), 0);
}

static void note_a(void *context, uint64_t now_us)
{
    struct fixture *fixture = context;
    fixture->seen_us = now_us;
    note(fixture, 'a');
}

static void timers_run_in_order_and_never_early(void **state)
{
    struct fixture *fixture = *state;
    const uint64_t now_us = clock_now_us();
    fixture->other_timer = loop_timer_create(fixture->loop, "stop", stop_at_timer, fixture);
    fixture->timer = loop_timer_create(fixture->loop, "first", note_a, fixture);
    loop_timer_start(fixture->other_timer, now_us + 3001);
    loop_timer_start(fixture->timer, now_us + 3000);
    assert_true(loop_timer_is_running(fixture->timer));
    assert_int_equal(loop_run(fixture->loop), 0);
    assert_false(loop_timer_is_running(fixture->timer));
    assert_string_equal(fixture->order, "aT");
    assert_true(fixture->seen_us >= now_us + 3000);
}

static void stopped_timers_do_not_run(void **state)
{
    struct fixture *fixture = *state;
    fixture->timer = loop_timer_create(fixture->loop, "never", note_a, fixture);
    fixture->other_timer = loop_timer_create(fixture->loop, "stop", stop_at_timer, fixture);
    loop_timer_start(fixture->timer, clock_now_us());
    loop_timer_stop(fixture->timer);
    loop_timer_start(fixture->other_timer, clock_now_us());
    assert_int_equal(loop_run(fixture->loop), 0);
    assert_string_equal(fixture->order, "T");
}

/* Starts itself for a moment long past, as a timer that fell behind does. */
static void hog(void *context, uint64_t now_us)
{
    struct fixture *fixture = context;
    (void)now_us;
    loop_timer_start(fixture->timer, 1);
}

static void a_timer_that_fell_behind_starves_nobody(void **state)
{
    struct fixture *fixture = *state;
    fixture->timer = loop_timer_create(fixture->loop, "hog", hog, fixture);
    fixture->other_timer = loop_timer_create(fixture->loop, "stop", stop_at_timer, fixture);
    loop_timer_start(fixture->timer, 1);
    loop_timer_start(fixture->other_timer, clock_now_us());
    assert_int_equal(loop_run(fixture->loop), 0);
    assert_string_equal(fixture->order, "T");

    loop_timer_stop(fixture->timer);
    loop_timer_start(fixture->timer, 1);
    fixture->source =
        loop_watch(fixture->loop, fixture->pipe_fds[0], EPOLLIN, "pipe", read_one, fixture);
    assert_int_equal(write(fixture->pipe_fds[1], "z", 1), 1);
    assert_int_equal(loop_run(fixture->loop), 0);
    assert_string_equal(fixture->order, "Tz");
}

static void destroy_own_timer(void *context, uint64_t now_us)
{
    struct fixture *fixture = context;
    (void)now_us;
    note(fixture, 'd');
    fixture->timer = loop_timer_destroy(fixture->timer);
    fixture->other_timer = loop_timer_destroy(fixture->other_timer);
    loop_stop(fixture->loop);
}

static void a_timer_destroys_itself_and_another_that_is_due(void **state)
{
    struct fixture *fixture = *state;
    const uint64_t now_us = clock_now_us();
    fixture->timer = loop_timer_create(fixture->loop, "first", destroy_own_timer, fixture);
    fixture->other_timer = loop_timer_create(fixture->loop, "second", note_a, fixture);
    loop_timer_start(fixture->timer, now_us);
    loop_timer_start(fixture->other_timer, now_us);
    assert_int_equal(loop_run(fixture->loop), 0);
    assert_string_equal(fixture->order, "d");
}

static void destroy_both_sources(void *context, uint32_t events)
{
    struct fixture *fixture = context;
    (void)events;
    note(fixture, 'd');
    fixture->source = loop_source_destroy(fixture->source);
    fixture->other_source = loop_source_destroy(fixture->other_source);
    loop_stop(fixture->loop);
}

/* Both descriptors are ready in one batch; the handler that comes first destroys both sources. */
static void a_source_destroyed_in_its_batch_is_not_called(void **state)
{
    struct fixture *fixture = *state;
    const int copy = dup(fixture->pipe_fds[0]);
    fixture->source = loop_watch(fixture->loop, fixture->pipe_fds[0], EPOLLIN, "one",
                                 destroy_both_sources, fixture);
    fixture->other_source =
        loop_watch(fixture->loop, copy, EPOLLIN, "two", destroy_both_sources, fixture);
    assert_int_equal(write(fixture->pipe_fds[1], "x", 1), 1);
    assert_int_equal(loop_run(fixture->loop), 0);
    assert_string_equal(fixture->order, "d");
    close(copy);
}

static void take_message(void *context, struct mailbox_message *message)
{
    struct fixture *fixture = context;
    note(fixture, (char)message->type);
    if (message->type == 'z') {
        loop_stop(fixture->loop);
    }
    if (message->type == 'd') {
        fixture->source = loop_source_destroy(fixture->source);
    }
    mailbox_message_destroy(message);
}

static void post(struct mailbox *mailbox, int type)
{
    struct mailbox_message *message = allocate_zeroed(1, sizeof(*message));
    message->type = type;
    mailbox_post(mailbox, message);
}

static void *post_from_elsewhere(void *mailbox)
{
    for (const char *type = "abcz"; *type != '\0'; type++) {
        post(mailbox, *type);
    }
    return NULL;
}

static void messages_of_another_thread_arrive_in_order(void **state)
{
    struct fixture *fixture = *state;
    AUTO(mailbox) mailbox = mailbox_create();
    fixture->source = loop_watch_mailbox(fixture->loop, mailbox, "mailbox", take_message, fixture);
    pthread_t thread;
    pthread_create(&thread, NULL, post_from_elsewhere, mailbox);
    assert_int_equal(loop_run(fixture->loop), 0);
    pthread_join(thread, NULL);
    assert_string_equal(fixture->order, "abcz");
}

static void a_mailbox_source_destroyed_by_its_message_takes_no_more(void **state)
{
    struct fixture *fixture = *state;
    AUTO(mailbox) mailbox = mailbox_create();
    fixture->source = loop_watch_mailbox(fixture->loop, mailbox, "mailbox", take_message, fixture);
    post(mailbox, 'd');
    post(mailbox, 'e');
    fixture->timer = loop_timer_create(fixture->loop, "stop", stop_at_timer, fixture);
    loop_timer_start(fixture->timer, clock_now_us() + 1000);
    assert_int_equal(loop_run(fixture->loop), 0);
    assert_string_equal(fixture->order, "dT");
    struct mailbox_message *left = mailbox_take(mailbox);
    assert_int_equal(left->type, 'e');
    mailbox_message_destroy(left);
}

static void *run_loop(void *loop)
{
    assert_int_equal(loop_run(loop), 0);
    return NULL;
}

static void another_thread_stops_the_loop_and_it_can_be_taken_down(void **state)
{
    struct fixture *fixture = *state;
    fixture->timer = loop_timer_create(fixture->loop, "never", note_a, fixture);
    pthread_t thread;
    pthread_create(&thread, NULL, run_loop, fixture->loop);
    loop_stop(fixture->loop);
    pthread_join(thread, NULL);
    loop_assert_current(fixture->loop); /* nobody's now: teardown may destroy what is in it */
}

static void count_batch(void *context, uint64_t now_us)
{
    struct fixture *fixture = context;
    assert_true(now_us == loop_now_us(fixture->loop));
    fixture->batches++;
    note(fixture, '|');
}

static void after_batch_runs_after_the_handlers(void **state)
{
    struct fixture *fixture = *state;
    fixture->timer = loop_timer_create(fixture->loop, "stop", stop_at_timer, fixture);
    fixture->source =
        loop_watch(fixture->loop, fixture->pipe_fds[0], EPOLLIN, "pipe", read_one, fixture);
    loop_set_after_batch(fixture->loop, count_batch, fixture);
    loop_timer_start(fixture->timer, clock_now_us());
    assert_int_equal(write(fixture->pipe_fds[1], "a", 1), 1);
    assert_int_equal(loop_run(fixture->loop), 0);
    assert_string_equal(fixture->order, "aT|");
}

static void be_slow(void *context, uint64_t now_us)
{
    struct fixture *fixture = context;
    while (clock_now_us() < now_us + 5100) {
    }
    fixture->timer = loop_timer_destroy(fixture->timer); /* its name is still needed */
    loop_stop(fixture->loop);
}

static void slow_handlers_are_counted(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(loop_slow_handlers(fixture->loop), 0);
    fixture->timer = loop_timer_create(fixture->loop, "slow", be_slow, fixture);
    loop_timer_start(fixture->timer, clock_now_us());
    assert_int_equal(loop_run(fixture->loop), 0);
    assert_true(loop_slow_handlers(fixture->loop) >= 1);
}

static void be_slow_after(void *context, uint64_t now_us)
{
    (void)context;
    while (clock_now_us() < now_us + 5100) {
    }
}

static void slow_work_after_a_batch_counts_with_its_last_handler(void **state)
{
    struct fixture *fixture = *state;
    fixture->timer = loop_timer_create(fixture->loop, "stop", stop_at_timer, fixture);
    loop_set_after_batch(fixture->loop, be_slow_after, fixture);
    loop_timer_start(fixture->timer, clock_now_us());
    assert_int_equal(loop_run(fixture->loop), 0);
    assert_true(loop_slow_handlers(fixture->loop) >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_descriptor_is_handled_until_stop, setup, teardown),
        cmocka_unit_test_setup_teardown(a_source_without_events_sleeps, setup, teardown),
        cmocka_unit_test_setup_teardown(a_stop_before_run_is_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(timers_run_in_order_and_never_early, setup, teardown),
        cmocka_unit_test_setup_teardown(stopped_timers_do_not_run, setup, teardown),
        cmocka_unit_test_setup_teardown(a_timer_that_fell_behind_starves_nobody, setup, teardown),
        cmocka_unit_test_setup_teardown(a_timer_destroys_itself_and_another_that_is_due, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_source_destroyed_in_its_batch_is_not_called, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(messages_of_another_thread_arrive_in_order, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_mailbox_source_destroyed_by_its_message_takes_no_more,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(another_thread_stops_the_loop_and_it_can_be_taken_down,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(after_batch_runs_after_the_handlers, setup, teardown),
        cmocka_unit_test_setup_teardown(slow_handlers_are_counted, setup, teardown),
        cmocka_unit_test_setup_teardown(slow_work_after_a_batch_counts_with_its_last_handler, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
