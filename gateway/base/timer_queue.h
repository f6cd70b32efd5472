/* timer_queue.h - timers in the order in which they are due, given `now_us`.
 *
 * A binary heap of borrowed, embedded timers; equal moments keep the order in which they were
 * started. Room is reserved when a timer is made, so that starting one never allocates. Pure.
 * Thread: its owner's. */
#ifndef BEDSIDE_BASE_TIMER_QUEUE_H
#define BEDSIDE_BASE_TIMER_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct queued_timer {
    uint64_t due_us;
    uint64_t order;  /* of its start, from 1 */
    size_t position; /* in the heap, from 1; 0: not started */
};

/* Zero-initialise. */
struct timer_queue {
    struct queued_timer **heap; /* owned; [0] is not used */
    size_t count;
    size_t reserved;
    uint64_t last_order;
};

void timer_queue_finish(struct timer_queue *queue);
/* Makes room for `count` timers in all. Never shrinks. */
void timer_queue_reserve(struct timer_queue *queue, size_t count);

/* Sets, or moves, the moment of `timer`. */
void timer_queue_start(struct timer_queue *queue, struct queued_timer *timer, uint64_t due_us);
/* Harmless for a timer that is not started. */
void timer_queue_stop(struct timer_queue *queue, struct queued_timer *timer);

/* The next moment at which a timer is due, or UINT64_MAX. */
uint64_t timer_queue_next_us(const struct timer_queue *queue);
/* Takes the first timer that is due at `now_us` and was started no later than `until_order`, or
 * returns NULL. Pass the `last_order` of before the first call, so that timers which start
 * themselves again for a moment that has passed wait for the next round. */
struct queued_timer *timer_queue_take_due(struct timer_queue *queue, uint64_t now_us,
                                          uint64_t until_order);

#endif
