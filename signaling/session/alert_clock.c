#include "signaling/session/alert_clock.h"

#include "gateway/base/log.h"
#include "gateway/visits/store_gate.h"
#include "signaling/server/http_server.h"
#include "signaling/session/signaling_hub.h"

#include <glib.h>
#include <string.h>

LOG_TOPIC("alerts");

struct alert_clock {
    struct store_gate *store;
    struct signaling_hub *hub;
    struct http_timer *beat;
    uint64_t beat_us;
    struct alert_clock_report report;
};

struct alert_task {
    struct visit_task task;
    struct alert_clock *clock;
    struct alert_round round;
};

static void alert_task_destroy(struct mailbox_message *message)
{
    g_free(CONTAINER_OF(message, struct alert_task, task.message));
}

static int run_escalate(struct visit_task *visit_task, struct visit_service *service)
{
    struct alert_task *task = CONTAINER_OF(visit_task, struct alert_task, task);
    return visit_alert_escalate(service, &task->round);
}

static void on_escalated(struct visit_task *visit_task, void *context)
{
    (void)context;
    const struct alert_task *task = CONTAINER_OF(visit_task, struct alert_task, task);
    struct alert_clock *clock = task->clock;
    if (visit_task->result != 0) {
        log_error("alerts_not_looked_at", "result=%d", visit_task->result);
    } else {
        memcpy(clock->report.pressing, task->round.pressing, sizeof(clock->report.pressing));
    }
    if (task->round.told > 0) {
        clock->report.told += task->round.told;
        log_warning("alerts_escalated", "count=%zu", task->round.told);
    }
    for (size_t i = 0; i < task->round.visit_count; i++) {
        signaling_hub_screening_changed(clock->hub, task->round.visits[i]);
    }
    http_timer_start(clock->beat, clock->beat_us);
}

static void on_beat(void *context)
{
    struct alert_clock *clock = context;
    struct alert_task *task = g_new0(struct alert_task, 1);
    task->task.message.destroy = alert_task_destroy;
    task->task.run = run_escalate;
    task->task.done = on_escalated;
    task->clock = clock;
    store_gate_post(clock->store, &task->task);
}

struct alert_clock *alert_clock_create(struct http_server *server, struct store_gate *store,
                                       struct signaling_hub *hub, const struct alert_ladder *ladder)
{
    struct alert_clock *clock = g_new0(struct alert_clock, 1);
    clock->store = store;
    clock->hub = hub;
    clock->report.ladder = ladder;
    clock->beat_us = (uint64_t)alert_ladder_beat_seconds(ladder) * 1000000;
    clock->beat = http_timer_create(server, on_beat, clock);
    http_timer_start(clock->beat, 1);
    return clock;
}

struct alert_clock *alert_clock_destroy(struct alert_clock *clock)
{
    if (clock) {
        http_timer_destroy(clock->beat);
        g_free(clock);
    }
    return NULL;
}

void alert_clock_read(const struct alert_clock *clock, struct alert_clock_report *ret_report)
{
    *ret_report = clock ? clock->report : (struct alert_clock_report){.ladder = NULL};
}
