#include "signaling/session/quality_books.h"

#include "gateway/base/log.h"
#include "gateway/visits/store_gate.h"
#include "gateway/visits/visit_quality.h"
#include "signaling/session/hub_internal.h"

LOG_TOPIC("link");

/* A visit of an hour with somebody missing words all the time has 180. */
#define MARKS_MAX 500

struct quality_books {
    struct visit_task task;
    struct store_gate *store;
    char visit_id[UUID_TEXT_SIZE];
    struct quality_minute minutes[VISIT_PARTICIPANTS_MAX];
    size_t count;
};

struct mark_task {
    struct visit_task task;
    char visit_id[UUID_TEXT_SIZE];
    struct missed_words_mark mark;
};

static void free_task(struct mailbox_message *message)
{
    g_free(CONTAINER_OF(message, struct visit_task, message)); /* first in both */
}

static void on_done(struct visit_task *task, void *context)
{
    (void)context;
    if (task->result != 0) {
        log_warning("quality_not_kept", "result=%d", task->result);
    }
}

static int run_minutes(struct visit_task *task, struct visit_service *service)
{
    const struct quality_books *books = CONTAINER_OF(task, struct quality_books, task);
    return visit_quality_keep(service, books->visit_id, books->minutes, books->count);
}

struct quality_books *quality_books_open(struct visit_room *room)
{
    struct quality_books *books = g_new0(struct quality_books, 1);
    books->task =
        (struct visit_task){.message.destroy = free_task, .run = run_minutes, .done = on_done};
    books->store = room->hub->config.store;
    g_strlcpy(books->visit_id, room->visit_id, sizeof(books->visit_id));
    return books;
}

void quality_books_add(struct quality_books *books, struct seat *seat, int64_t now_ms)
{
    if (books->count == VISIT_PARTICIPANTS_MAX) {
        return;
    }
    struct quality_minute *minute = &books->minutes[books->count];
    if (quality_history_take(&seat->link.history, now_ms, minute)) {
        g_strlcpy(minute->participant_id, seat->participant_id, sizeof(minute->participant_id));
        books->count++;
    }
}

void quality_books_close(struct quality_books *books)
{
    if (books->count > 0) {
        store_gate_post(books->store, &books->task);
    } else {
        g_free(books);
    }
}

static int run_mark(struct visit_task *task, struct visit_service *service)
{
    const struct mark_task *mark = CONTAINER_OF(task, struct mark_task, task);
    return visit_quality_mark_missed_words(service, mark->visit_id, &mark->mark);
}

void quality_books_mark(struct visit_room *room, const char *speaker_id,
                        const struct missed_words_notice *notice)
{
    if (room->marks >= MARKS_MAX) {
        return;
    }
    room->marks++;
    struct mark_task *mark = g_new0(struct mark_task, 1);
    mark->task =
        (struct visit_task){.message.destroy = free_task, .run = run_mark, .done = on_done};
    g_strlcpy(mark->visit_id, room->visit_id, sizeof(mark->visit_id));
    g_strlcpy(mark->mark.speaker_id, speaker_id, sizeof(mark->mark.speaker_id));
    g_strlcpy(mark->mark.listener_id, notice->listener_id, sizeof(mark->mark.listener_id));
    mark->mark.seconds = notice->seconds;
    mark->mark.at_ms = notice->at_ms;
    store_gate_post(room->hub->config.store, &mark->task);
}
