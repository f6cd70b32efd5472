#include "gateway/base/cleanup.h"
#include "gateway/base/timer_queue.h"

#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct queued_timer *take(struct timer_queue *queue, uint64_t now_us)
{
    return timer_queue_take_due(queue, now_us, queue->last_order);
}

static void timers_come_out_when_due_and_in_order(void **state)
{
    (void)state;
    struct timer_queue queue = {0};
    struct queued_timer a = {0};
    struct queued_timer b = {0};
    struct queued_timer c = {0};
    timer_queue_reserve(&queue, 3);
    assert_true(timer_queue_next_us(&queue) == UINT64_MAX);
    assert_null(take(&queue, UINT64_MAX));
    timer_queue_start(&queue, &a, 30);
    timer_queue_start(&queue, &b, 10);
    timer_queue_start(&queue, &c, 30);
    assert_int_equal(timer_queue_next_us(&queue), 10);
    assert_null(take(&queue, 9));
    assert_ptr_equal(take(&queue, 10), &b);
    assert_null(take(&queue, 29));
    assert_ptr_equal(take(&queue, 31), &a); /* same moment: who was started first */
    assert_ptr_equal(take(&queue, 31), &c);
    assert_null(take(&queue, UINT64_MAX));
    timer_queue_finish(&queue);
}

static void a_timer_moves_and_stops(void **state)
{
    (void)state;
    struct timer_queue queue = {0};
    struct queued_timer a = {0};
    struct queued_timer b = {0};
    timer_queue_reserve(&queue, 2);
    timer_queue_start(&queue, &a, 10);
    timer_queue_start(&queue, &b, 20);
    timer_queue_start(&queue, &a, 30);
    assert_int_equal(timer_queue_next_us(&queue), 20);
    timer_queue_stop(&queue, &b);
    timer_queue_stop(&queue, &b);
    assert_int_equal(timer_queue_next_us(&queue), 30);
    assert_ptr_equal(take(&queue, 30), &a);
    assert_int_equal(a.position, 0);
    timer_queue_stop(&queue, &a);
    timer_queue_finish(&queue);
}

static void a_timer_that_restarts_itself_waits_for_the_next_round(void **state)
{
    (void)state;
    struct timer_queue queue = {0};
    struct queued_timer a = {0};
    struct queued_timer b = {0};
    timer_queue_reserve(&queue, 2);
    timer_queue_start(&queue, &a, 10);
    timer_queue_start(&queue, &b, 10);
    const uint64_t round = queue.last_order;
    assert_ptr_equal(timer_queue_take_due(&queue, 10, round), &a);
    timer_queue_start(&queue, &a, 10);
    assert_ptr_equal(timer_queue_take_due(&queue, 10, round), &b);
    assert_null(timer_queue_take_due(&queue, 10, round));
    assert_ptr_equal(take(&queue, 10), &a);
    timer_queue_finish(&queue);
}

/* Random starts, moves and stops against a plain search for the smallest. */
static void agrees_with_a_plain_search(void **state)
{
    (void)state;
    enum { COUNT = 100 };
    struct timer_queue queue = {0};
    struct queued_timer timers[COUNT] = {0};
    timer_queue_reserve(&queue, COUNT);
    srand(11);
    for (int step = 0; step < 50000; step++) {
        struct queued_timer *timer = &timers[rand() % COUNT];
        if (rand() % 3 == 0) {
            timer_queue_stop(&queue, timer);
        } else {
            timer_queue_start(&queue, timer, (uint64_t)(rand() % 1000));
        }
        struct queued_timer *first = NULL;
        for (int i = 0; i < COUNT; i++) {
            struct queued_timer *other = &timers[i];
            if (other->position > 0 &&
                (!first || other->due_us < first->due_us ||
                 (other->due_us == first->due_us && other->order < first->order))) {
                first = other;
            }
        }
        assert_true(timer_queue_next_us(&queue) == (first ? first->due_us : UINT64_MAX));
        if (step % 10 == 0) {
            assert_ptr_equal(take(&queue, UINT64_MAX), first);
        }
    }
    timer_queue_finish(&queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timers_come_out_when_due_and_in_order),
        cmocka_unit_test(a_timer_moves_and_stops),
        cmocka_unit_test(a_timer_that_restarts_itself_waits_for_the_next_round),
        cmocka_unit_test(agrees_with_a_plain_search),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
