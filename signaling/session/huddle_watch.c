#include "signaling/session/huddle_watch.h"

#include "gateway/base/log.h"
#include "gateway/visits/store_gate.h"
#include "gateway/visits/visit_doors.h"
#include "gateway/visits/visit_task.h"
#include "signaling/session/hub_internal.h"

LOG_TOPIC("huddle");

struct end_task {
    struct visit_task task;
    struct signaling_hub *hub;
    char visit_id[UUID_TEXT_SIZE];
    struct visit_picture *picture;
};

static void end_task_destroy(struct mailbox_message *message)
{
    struct end_task *task = CONTAINER_OF(message, struct end_task, task.message);
    visit_picture_destroy(task->picture);
    g_free(task);
}

static int run_end(struct visit_task *visit_task, struct visit_service *service)
{
    struct end_task *task = CONTAINER_OF(visit_task, struct end_task, task);
    return visit_doors_abandon_huddle(service, task->visit_id, &task->picture);
}

static void on_ended(struct visit_task *visit_task, void *context)
{
    (void)context;
    struct end_task *task = CONTAINER_OF(visit_task, struct end_task, task);
    if (visit_task->result != 0) {
        log_warning("huddle_not_ended", "visit=%s result=%d", task->visit_id, visit_task->result);
    } else if (task->picture) {
        signaling_hub_take_picture(task->hub, TAKE(task->picture));
    }
}

static void post_end(struct visit_room *room)
{
    struct end_task *task = g_new0(struct end_task, 1);
    task->task.message.destroy = end_task_destroy;
    task->task.run = run_end;
    task->task.done = on_ended;
    task->hub = room->hub;
    g_strlcpy(task->visit_id, room->visit_id, sizeof(task->visit_id));
    store_gate_post(room->hub->config.store, &task->task);
}

static bool has_team(const struct visit_room *room)
{
    for (guint i = 0; i < room->seats->len; i++) {
        const struct seat *seat = room->seats->pdata[i];
        if (visit_huddle_seats(seat->actor.role)) {
            return true;
        }
    }
    return false;
}

void huddle_watch_on_tick(struct visit_room *room, uint64_t now_us)
{
    uint64_t *since_us = &room->huddle_watch.alone_since_us;
    const bool huddles = room->picture && room->picture->visit.state == VISIT_OPEN &&
                         room->picture->visit.huddle_since_ms != 0;
    if (!huddles || has_team(room)) {
        *since_us = 0;
        return;
    }
    const uint64_t patience_us =
        HUDDLE_WATCH_PATIENCE * room->hub->config.resume_seconds * UINT64_C(1000000);
    if (*since_us == 0) {
        *since_us = now_us;
    } else if (now_us - *since_us >= patience_us) {
        log_info("huddle_abandoned", "visit=%s", room->visit_id);
        *since_us = now_us; /* until the record says so */
        post_end(room);
    }
}
