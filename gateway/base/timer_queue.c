#include "gateway/base/timer_queue.h"

#include <assert.h>
#include <stdlib.h>

void timer_queue_finish(struct timer_queue *queue)
{
    free(queue->heap);
    *queue = (struct timer_queue){0};
}

void timer_queue_reserve(struct timer_queue *queue, size_t count)
{
    if (count <= queue->reserved) {
        return;
    }
    size_t reserved = queue->reserved > 0 ? queue->reserved : 16;
    while (reserved < count) {
        reserved *= 2;
    }
    struct queued_timer **heap = reallocarray(queue->heap, reserved + 1, sizeof(*heap));
    if (!heap) {
        abort();
    }
    queue->heap = heap;
    queue->reserved = reserved;
}

static bool is_before(const struct queued_timer *a, const struct queued_timer *b)
{
    return a->due_us != b->due_us ? a->due_us < b->due_us : a->order < b->order;
}

static void put(struct timer_queue *queue, size_t position, struct queued_timer *timer)
{
    queue->heap[position] = timer;
    timer->position = position;
}

static void sift_up(struct timer_queue *queue, struct queued_timer *timer)
{
    size_t position = timer->position;
    while (position > 1 && is_before(timer, queue->heap[position / 2])) {
        put(queue, position, queue->heap[position / 2]);
        position /= 2;
    }
    put(queue, position, timer);
}

static void sift_down(struct timer_queue *queue, struct queued_timer *timer)
{
    size_t position = timer->position;
    for (;;) {
        size_t child = position * 2;
        if (child > queue->count) {
            break;
        }
        if (child < queue->count && is_before(queue->heap[child + 1], queue->heap[child])) {
            child++;
        }
        if (!is_before(queue->heap[child], timer)) {
            break;
        }
        put(queue, position, queue->heap[child]);
        position = child;
    }
    put(queue, position, timer);
}

void timer_queue_start(struct timer_queue *queue, struct queued_timer *timer, uint64_t due_us)
{
    if (timer->position == 0) {
        assert(queue->count < queue->reserved);
        put(queue, ++queue->count, timer);
    }
    timer->due_us = due_us;
    timer->order = ++queue->last_order;
    sift_up(queue, timer);
    sift_down(queue, timer);
}

void timer_queue_stop(struct timer_queue *queue, struct queued_timer *timer)
{
    if (timer->position == 0) {
        return;
    }
    struct queued_timer *last = queue->heap[queue->count--];
    if (last != timer) {
        put(queue, timer->position, last);
        sift_up(queue, last);
        sift_down(queue, last);
    }
    timer->position = 0;
}

uint64_t timer_queue_next_us(const struct timer_queue *queue)
{
    return queue->count > 0 ? queue->heap[1]->due_us : UINT64_MAX;
}

struct queued_timer *timer_queue_take_due(struct timer_queue *queue, uint64_t now_us,
                                          uint64_t until_order)
{
    if (queue->count == 0) {
        return NULL;
    }
    struct queued_timer *timer = queue->heap[1];
    if (timer->due_us > now_us || timer->order > until_order) {
        return NULL;
    }
    timer_queue_stop(queue, timer);
    return timer;
}
