#include "gateway/recording_keeper.h"

#include "gateway/base/allocate.h"
#include "gateway/base/digest.h"
#include "gateway/base/log.h"
#include "gateway/base/mailbox.h"
#include "gateway/base/secret.h"
#include "gateway/keeper_task.h"
#include "gateway/recorder_supervisor.h"
#include "gateway/visits/visit_task.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

LOG_TOPIC("recording");

/* Playable files reported so far by the run that finishes a recording. */
struct finishing {
    struct finishing *next;
    char recording_id[UUID_TEXT_SIZE];
    struct recording_file *files; /* owned */
    size_t file_count;
};

struct recording_keeper {
    struct recording_keeper_config config;
    struct mailbox *hub_events;
    struct finishing *finishing;
};

/* ---- the folder of a recording ---- */

static void directory_of(const struct recording_keeper *keeper, const char *recording_id,
                         char ret_path[KEEPER_PATH_SIZE])
{
    snprintf(ret_path, KEEPER_PATH_SIZE, "%s/%s", keeper->config.directory, recording_id);
}

/* ---- what the hub is told ---- */

static void tell_hub(struct recording_keeper *keeper, enum recording_control_event_type type,
                     const char *recording_id, int worker_fd, bool gave_up)
{
    struct recording_control_event *event =
        recording_control_event_create(type, recording_id, worker_fd);
    event->gave_up = gave_up;
    mailbox_post(keeper->hub_events, &event->message);
}

/* ---- what came of tasks on the store thread ---- */

static void on_started(struct recording_keeper *keeper, struct keeper_task *task)
{
    if (task->task.result != 0 || !task->has_data_key) {
        log_error("recording_not_started", "recording=%s result=%d", task->recording_id,
                  task->task.result);
        tell_hub(keeper, RECORDING_CONTROL_FAILED, task->recording_id, -1, true);
        return;
    }
    char directory[KEEPER_PATH_SIZE];
    directory_of(keeper, task->recording_id, directory);
    recorder_supervisor_start(keeper->config.supervisor, task->recording_id, directory,
                              task->data_key);
}

static void post_attach(struct recording_keeper *keeper, const char *recording_id,
                        struct recording_file *files, size_t file_count);

static void on_finish_prepared(struct recording_keeper *keeper, struct keeper_task *task)
{
    if (task->task.result != 0) {
        log_error("recording_not_finished", "recording=%s result=%d", task->recording_id,
                  task->task.result);
        tell_hub(keeper, RECORDING_CONTROL_FAILED, task->recording_id, -1, true);
        return;
    }
    if (!task->has_data_key) {
        post_attach(keeper, task->recording_id, NULL, 0);
        return;
    }
    char directory[KEEPER_PATH_SIZE];
    directory_of(keeper, task->recording_id, directory);
    recorder_supervisor_finish(keeper->config.supervisor, task->recording_id, directory,
                               task->data_key, task->intervals, task->interval_count);
}

static void on_attached(struct recording_keeper *keeper, struct keeper_task *task)
{
    if (task->task.result != 0) {
        log_error("recording_not_attached", "recording=%s result=%d", task->recording_id,
                  task->task.result);
    } else {
        log_info("recording_attached", "recording=%s files=%zu", task->recording_id,
                 task->file_count);
    }
    tell_hub(keeper, task->task.result == 0 ? RECORDING_CONTROL_FINISHED : RECORDING_CONTROL_FAILED,
             task->recording_id, -1, false);
}

static void on_recovered(struct recording_keeper *keeper, struct keeper_task *task)
{
    for (size_t i = 0; i < task->unfinished_count; i++) {
        recording_keeper_ops.finish(keeper, task->unfinished[i]);
    }
}

static void on_task_done(struct visit_task *visit_task, void *context)
{
    struct recording_keeper *keeper = context;
    struct keeper_task *task = CONTAINER_OF(visit_task, struct keeper_task, task);
    switch (task->purpose) {
    case KEEPER_START:
        on_started(keeper, task);
        break;
    case KEEPER_FINISH:
        on_finish_prepared(keeper, task);
        break;
    case KEEPER_SEGMENT:
        if (task->task.result != 0) {
            log_error("segment_not_kept", "recording=%s result=%d", task->recording_id,
                      task->task.result);
        }
        break;
    case KEEPER_ATTACH:
        on_attached(keeper, task);
        break;
    case KEEPER_RECOVER:
        on_recovered(keeper, task);
        break;
    }
}

static struct keeper_task *task_create(struct recording_keeper *keeper, enum keeper_purpose purpose,
                                       const char *recording_id)
{
    struct keeper_task *task = keeper_task_create(purpose, recording_id);
    task->task.done = on_task_done;
    task->task.reply = keeper->config.task_replies;
    return task;
}

static void post_attach(struct recording_keeper *keeper, const char *recording_id,
                        struct recording_file *files, size_t file_count)
{
    struct keeper_task *task = task_create(keeper, KEEPER_ATTACH, recording_id);
    task->files = files;
    task->file_count = file_count;
    visit_service_post(keeper->config.visits, &task->task);
}

/* ---- the hub's orders ---- */

static int start(void *context, const struct recording_order *order)
{
    struct recording_keeper *keeper = context;
    if (!keeper->config.supervisor) {
        return -ENOTSUP;
    }
    struct keeper_task *task = task_create(keeper, KEEPER_START, order->recording_id);
    memcpy(task->master_key, keeper->config.master_key, sizeof(task->master_key));
    visit_service_post(keeper->config.visits, &task->task);
    return 0;
}

static void finish(void *context, const char *recording_id)
{
    struct recording_keeper *keeper = context;
    if (!keeper->config.supervisor) {
        return;
    }
    struct keeper_task *task = task_create(keeper, KEEPER_FINISH, recording_id);
    memcpy(task->master_key, keeper->config.master_key, sizeof(task->master_key));
    visit_service_post(keeper->config.visits, &task->task);
}

static bool is_available(void *context)
{
    const struct recording_keeper *keeper = context;
    return keeper->config.supervisor != NULL;
}

/* The master key never changes, so any thread may ask. */
static int unwrap_key(void *context, const void *wrapped, size_t size,
                      uint8_t ret_data_key[RECORDING_CONTROL_KEY_SIZE])
{
    const struct recording_keeper *keeper = context;
    if (!keeper->config.supervisor || size != RECORDING_WRAPPED_KEY_SIZE) {
        return -EKEYREJECTED;
    }
    return recording_key_unwrap(keeper->config.master_key, wrapped, ret_data_key);
}

const struct recording_control_ops recording_keeper_ops = {
    .start = start, .finish = finish, .is_available = is_available, .unwrap_key = unwrap_key};

/* ---- what the supervisor reports ---- */

static struct finishing *finishing_of(struct recording_keeper *keeper, const char *recording_id)
{
    for (struct finishing *entry = keeper->finishing; entry; entry = entry->next) {
        if (strcmp(entry->recording_id, recording_id) == 0) {
            return entry;
        }
    }
    struct finishing *entry = allocate_zeroed(1, sizeof(*entry));
    snprintf(entry->recording_id, sizeof(entry->recording_id), "%s", recording_id);
    entry->next = keeper->finishing;
    keeper->finishing = entry;
    return entry;
}

static void finishing_forget(struct recording_keeper *keeper, const char *recording_id)
{
    for (struct finishing **link = &keeper->finishing; *link; link = &(*link)->next) {
        struct finishing *entry = *link;
        if (strcmp(entry->recording_id, recording_id) == 0) {
            *link = entry->next;
            free(entry->files);
            free(entry);
            return;
        }
    }
}

static void on_segment(struct recording_keeper *keeper, const struct recorder_event *event)
{
    struct keeper_task *task = task_create(keeper, KEEPER_SEGMENT, event->recording_id);
    struct recording_segment *segment = &task->segment;
    snprintf(segment->participant_id, sizeof(segment->participant_id), "%s", event->file.label);
    snprintf(segment->file_name, sizeof(segment->file_name), "%s", event->file.name);
    segment->started_at_ms = event->file.interval_start_ms + (int64_t)(event->file.start_us / 1000);
    segment->ended_at_ms = event->file.interval_start_ms + (int64_t)(event->file.end_us / 1000);
    segment->size_bytes = event->file.size;
    digest_to_hex(event->file.sha256, segment->sha256);
    visit_service_post(keeper->config.visits, &task->task);
}

static void on_playable(struct recording_keeper *keeper, const struct recorder_event *event)
{
    struct finishing *entry = finishing_of(keeper, event->recording_id);
    entry->files = allocate_resized(entry->files, entry->file_count + 1, sizeof(*entry->files));
    struct recording_file *file = &entry->files[entry->file_count++];
    memset(file, 0, sizeof(*file));
    snprintf(file->participant_id, sizeof(file->participant_id), "%s", event->file.label);
    snprintf(file->file_name, sizeof(file->file_name), "%s", event->file.name);
    snprintf(file->media_type, sizeof(file->media_type), "%s", event->file.mime);
    file->size_bytes = event->file.plain_size;
    file->duration_ms = event->file.end_us / 1000;
    file->started_at_ms = event->file.interval_start_ms;
    digest_to_hex(event->file.sha256, file->sha256);
}

static void on_finished(struct recording_keeper *keeper, const char *recording_id)
{
    struct finishing *entry = finishing_of(keeper, recording_id);
    struct recording_file *files = TAKE(entry->files);
    post_attach(keeper, recording_id, files, entry->file_count);
    finishing_forget(keeper, recording_id);
}

static void on_supervisor_event(struct recording_keeper *keeper, struct recorder_event *event)
{
    switch ((enum recorder_event_type)event->message.type) {
    case RECORDER_EVENT_READY: {
        const int worker_fd = event->worker_fd;
        event->worker_fd = -1;
        tell_hub(keeper, RECORDING_CONTROL_READY, event->recording_id, worker_fd, false);
        break;
    }
    case RECORDER_EVENT_SEGMENT_CLOSED:
    case RECORDER_EVENT_SEGMENT_CHECKED:
        on_segment(keeper, event);
        break;
    case RECORDER_EVENT_DISK_FULL:
        log_error("recording_disk_full", "recording=%s", event->recording_id);
        tell_hub(keeper, RECORDING_CONTROL_DISK_FULL, event->recording_id, -1, false);
        break;
    case RECORDER_EVENT_EXITED:
        log_warning("recorder_died", "recording=%s gave_up=%d reason=\"%s\"", event->recording_id,
                    event->gave_up, event->reason);
        tell_hub(keeper, RECORDING_CONTROL_DIED, event->recording_id, -1, event->gave_up);
        break;
    case RECORDER_EVENT_PLAYABLE:
        on_playable(keeper, event);
        break;
    case RECORDER_EVENT_FINISHED:
        on_finished(keeper, event->recording_id);
        break;
    case RECORDER_EVENT_FAILED:
        log_error("recorder_failed", "recording=%s reason=\"%s\"", event->recording_id,
                  event->reason);
        finishing_forget(keeper, event->recording_id);
        tell_hub(keeper, RECORDING_CONTROL_FAILED, event->recording_id, -1, true);
        break;
    case RECORDER_EVENT_SEGMENT_OPENED:
    case RECORDER_EVENT_STOPPED:
        break;
    }
}

void recording_keeper_on_supervisor_events(void *context)
{
    struct recording_keeper *keeper = context;
    for (;;) {
        struct mailbox_message *message = mailbox_take(keeper->config.supervisor_events);
        if (!message) {
            break;
        }
        on_supervisor_event(keeper, CONTAINER_OF(message, struct recorder_event, message));
        mailbox_message_destroy(message);
    }
}

void recording_keeper_on_task_replies(void *context)
{
    struct recording_keeper *keeper = context;
    for (;;) {
        struct mailbox_message *message = mailbox_take(keeper->config.task_replies);
        if (!message) {
            break;
        }
        visit_task_handle_reply(keeper, message);
    }
}

/* ---- life ---- */

struct recording_keeper *recording_keeper_create(const struct recording_keeper_config *config)
{
    struct recording_keeper *keeper = allocate_zeroed(1, sizeof(*keeper));
    keeper->config = *config;
    return keeper;
}

struct recording_keeper *recording_keeper_destroy(struct recording_keeper *keeper)
{
    if (!keeper) {
        return NULL;
    }
    while (keeper->finishing) {
        finishing_forget(keeper, keeper->finishing->recording_id);
    }
    secret_wipe(keeper->config.master_key, sizeof(keeper->config.master_key));
    free(keeper);
    return NULL;
}

void recording_keeper_set_hub(struct recording_keeper *keeper, struct mailbox *hub_events)
{
    keeper->hub_events = hub_events;
}

void recording_keeper_recover(struct recording_keeper *keeper)
{
    struct keeper_task *task = task_create(keeper, KEEPER_RECOVER, "");
    snprintf(task->directory, sizeof(task->directory), "%s", keeper->config.directory);
    visit_service_post(keeper->config.visits, &task->task);
}
