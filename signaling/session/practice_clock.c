#include "signaling/session/practice_clock.h"

#include "gateway/base/log.h"
#include "gateway/visits/store_gate.h"
#include "gateway/visits/visit_practice.h"
#include "signaling/server/http_server.h"
#include "signaling/session/signaling_hub.h"

#include <glib.h>

#define BEAT_US UINT64_C(30000000)

LOG_TOPIC("practice");

struct practice_clock {
    struct store_gate *store;
    struct signaling_hub *hub;
    struct http_timer *beat;
};

struct tidy_task {
    struct visit_task task;
    struct practice_clock *clock;
    struct practice_round round;
};

static void tidy_task_destroy(struct mailbox_message *message)
{
    struct tidy_task *task = CONTAINER_OF(message, struct tidy_task, task.message);
    practice_round_clear(&task->round);
    g_free(task);
}

static int run_tidy(struct visit_task *visit_task, struct visit_service *service)
{
    struct tidy_task *task = CONTAINER_OF(visit_task, struct tidy_task, task);
    return visit_practice_tidy(service, &task->round);
}

static void on_tidied(struct visit_task *visit_task, void *context)
{
    (void)context;
    struct tidy_task *task = CONTAINER_OF(visit_task, struct tidy_task, task);
    struct practice_clock *clock = task->clock;
    if (visit_task->result != 0) {
        log_error("not_tidied", "result=%d", visit_task->result);
    }
    for (size_t i = 0; i < task->round.count; i++) {
        log_info("ended", "visit=%s", task->round.pictures[i]->visit.id);
        signaling_hub_take_picture(clock->hub, TAKE(task->round.pictures[i]));
    }
    http_timer_start(clock->beat, BEAT_US);
}

static void on_beat(void *context)
{
    struct practice_clock *clock = context;
    struct tidy_task *task = g_new0(struct tidy_task, 1);
    task->task.message.destroy = tidy_task_destroy;
    task->task.run = run_tidy;
    task->task.done = on_tidied;
    task->clock = clock;
    store_gate_post(clock->store, &task->task);
}

struct practice_clock *practice_clock_create(struct http_server *server, struct store_gate *store,
                                             struct signaling_hub *hub)
{
    struct practice_clock *clock = g_new0(struct practice_clock, 1);
    clock->store = store;
    clock->hub = hub;
    clock->beat = http_timer_create(server, on_beat, clock);
    http_timer_start(clock->beat, 1);
    return clock;
}

struct practice_clock *practice_clock_destroy(struct practice_clock *clock)
{
    if (clock) {
        http_timer_destroy(clock->beat);
        g_free(clock);
    }
    return NULL;
}
