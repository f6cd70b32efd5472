/* What the hub itself has written into the record, since nobody asked for it: who came back and who
 * is gone, and how recordings go. Each comes back as a picture. */
#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/visits/store_gate.h"
#include "gateway/visits/visit_conduct.h"
#include "gateway/visits/visit_doors.h"
#include "gateway/visits/visit_help.h"
#include "gateway/visits/visit_recording.h"
#include "gateway/visits/visit_task.h"
#include "signaling/session/hub_internal.h"
#include "signaling/session/signaling_hub.h"

LOG_TOPIC("hub");

struct hub_task {
    struct visit_task task;
    int (*operation)(struct hub_task *task, struct visit_service *service);
    struct signaling_hub *hub;
    struct visit_actor actor;
    bool connected;
    char visit_id[UUID_TEXT_SIZE]; /* of what is abandoned there */
    char help_id[UUID_TEXT_SIZE];
    char recording_id[UUID_TEXT_SIZE];
    int64_t wall_ms;
    enum recording_failure failure;
    struct visit_picture *picture;
};

static void hub_task_destroy(struct mailbox_message *message)
{
    struct hub_task *task = CONTAINER_OF(message, struct hub_task, task.message);
    visit_picture_destroy(task->picture);
    g_free(task);
}

static int run_hub_task(struct visit_task *visit_task, struct visit_service *service)
{
    struct hub_task *task = CONTAINER_OF(visit_task, struct hub_task, task);
    return task->operation(task, service);
}

static void on_hub_task_done(struct visit_task *visit_task, void *context)
{
    (void)context;
    struct hub_task *task = CONTAINER_OF(visit_task, struct hub_task, task);
    if (visit_task->result == 0 && task->picture) {
        signaling_hub_take_picture(task->hub, TAKE(task->picture));
    } else if (visit_task->result != 0) {
        log_warning("report_not_kept", "result=%d visit=%s recording=%s", visit_task->result,
                    task->visit_id, task->recording_id);
    }
}

static struct hub_task *create_task(struct signaling_hub *hub,
                                    int (*operation)(struct hub_task *, struct visit_service *))
{
    struct hub_task *task = g_new0(struct hub_task, 1);
    task->task.message.destroy = hub_task_destroy;
    task->task.run = run_hub_task;
    task->task.done = on_hub_task_done;
    task->operation = operation;
    task->hub = hub;
    return task;
}

static int run_presence(struct hub_task *task, struct visit_service *service)
{
    return visit_conduct_presence(service, &task->actor, task->connected, &task->picture);
}

void signaling_hub_post_presence(struct signaling_hub *hub, const struct visit_actor *actor,
                                 bool connected)
{
    struct hub_task *task = create_task(hub, run_presence);
    task->actor = *actor;
    task->connected = connected;
    store_gate_post(hub->config.store, &task->task);
}

static int run_enter(struct hub_task *task, struct visit_service *service)
{
    return visit_conduct_enter(service, &task->actor, &task->picture);
}

void signaling_hub_post_enter(struct signaling_hub *hub, const struct visit_actor *actor)
{
    struct hub_task *task = create_task(hub, run_enter);
    task->actor = *actor;
    store_gate_post(hub->config.store, &task->task);
}

static int run_abandon_huddle(struct hub_task *task, struct visit_service *service)
{
    return visit_doors_abandon_huddle(service, task->visit_id, &task->picture);
}

void signaling_hub_post_abandon_huddle(struct signaling_hub *hub, const char *visit_id)
{
    struct hub_task *task = create_task(hub, run_abandon_huddle);
    g_strlcpy(task->visit_id, visit_id, sizeof(task->visit_id));
    store_gate_post(hub->config.store, &task->task);
}

static int run_abandon_help(struct hub_task *task, struct visit_service *service)
{
    return visit_help_abandon(service, task->visit_id, task->help_id, &task->picture);
}

void signaling_hub_post_abandon_help(struct signaling_hub *hub, const char *visit_id,
                                     const char *help_id)
{
    struct hub_task *task = create_task(hub, run_abandon_help);
    g_strlcpy(task->visit_id, visit_id, sizeof(task->visit_id));
    g_strlcpy(task->help_id, help_id, sizeof(task->help_id));
    store_gate_post(hub->config.store, &task->task);
}

static int run_failed(struct hub_task *task, struct visit_service *service)
{
    return visit_recording_failed(service, task->recording_id, task->failure, task->wall_ms,
                                  &task->picture);
}

static int run_flowing(struct hub_task *task, struct visit_service *service)
{
    return visit_recording_flowing(service, task->recording_id, task->wall_ms, &task->picture);
}

static int run_paused(struct hub_task *task, struct visit_service *service)
{
    return visit_recording_paused(service, task->recording_id, task->wall_ms, &task->picture);
}

static int run_broken(struct hub_task *task, struct visit_service *service)
{
    return visit_recording_broken(service, task->recording_id, task->wall_ms, &task->picture);
}

static void post_books(struct signaling_hub *hub,
                       int (*operation)(struct hub_task *, struct visit_service *),
                       const char *recording_id, int64_t wall_ms, enum recording_failure failure)
{
    if (!*recording_id) {
        return;
    }
    struct hub_task *task = create_task(hub, operation);
    g_strlcpy(task->recording_id, recording_id, sizeof(task->recording_id));
    task->wall_ms = wall_ms;
    task->failure = failure;
    store_gate_post(hub->config.store, &task->task);
}

void signaling_hub_recording_failed(struct signaling_hub *hub, const char *recording_id,
                                    enum recording_failure failure)
{
    post_books(hub, run_failed, recording_id, clock_wall_ms(), failure);
}

void signaling_hub_recording_flowing(struct signaling_hub *hub, const char *recording_id,
                                     int64_t wall_ms)
{
    post_books(hub, run_flowing, recording_id, wall_ms, RECORDING_FAILURE_NONE);
}

void signaling_hub_recording_stopped(struct signaling_hub *hub, const char *recording_id,
                                     int64_t wall_ms, bool is_paused)
{
    post_books(hub, is_paused ? run_paused : run_broken, recording_id, wall_ms,
               RECORDING_FAILURE_NONE);
}
