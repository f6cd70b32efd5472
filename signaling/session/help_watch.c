#include "signaling/session/help_watch.h"

#include "gateway/base/log.h"
#include "gateway/visits/store_gate.h"
#include "gateway/visits/visit_help.h"
#include "gateway/visits/visit_task.h"
#include "signaling/session/hub_internal.h"

#include <string.h>

LOG_TOPIC("help");

struct end_task {
    struct visit_task task;
    struct signaling_hub *hub;
    char visit_id[UUID_TEXT_SIZE];
    char help_id[UUID_TEXT_SIZE];
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
    return visit_help_abandon(service, task->visit_id, task->help_id, &task->picture);
}

static void on_ended(struct visit_task *visit_task, void *context)
{
    (void)context;
    struct end_task *task = CONTAINER_OF(visit_task, struct end_task, task);
    if (visit_task->result != 0) {
        log_warning("help_not_ended", "visit=%s result=%d", task->visit_id, visit_task->result);
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
    g_strlcpy(task->help_id, room->help_watch.help_id, sizeof(task->help_id));
    store_gate_post(room->hub->config.store, &task->task);
}

/* Somebody on the way in, to whom it is only offered, has no conversation yet. */
static bool misses_one(const struct visit_room *room, const struct help_session *help)
{
    return !visit_room_find_seat(room, help->helper_id) ||
           (help->state == HELP_OPEN && !visit_room_find_seat(room, help->helped_id));
}

void help_watch_on_tick(struct visit_room *room, uint64_t now_us)
{
    struct help_watch *watch = &room->help_watch;
    const struct help_session *help = room->picture ? &room->picture->help : NULL;
    if (!help || !help_session_is_on(help) || !misses_one(room, help)) {
        watch->alone_since_us = 0;
        return;
    }
    const uint64_t patience_us = room->hub->config.resume_seconds * UINT64_C(1000000);
    if (watch->alone_since_us == 0 || strcmp(watch->help_id, help->id) != 0) {
        watch->alone_since_us = now_us;
        g_strlcpy(watch->help_id, help->id, sizeof(watch->help_id));
    } else if (now_us - watch->alone_since_us >= patience_us) {
        log_info("help_abandoned", "visit=%s", room->visit_id);
        watch->alone_since_us = now_us; /* until the record says so */
        post_end(room);
    }
}
