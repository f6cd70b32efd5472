#include "gateway/recording_keeper.h"

#include "gateway/base/allocate.h"
#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/base/mailbox.h"
#include "gateway/base/secret.h"
#include "gateway/recorder_supervisor.h"
#include "gateway/visits/visit_recording.h"
#include "gateway/visits/visit_task.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

LOG_TOPIC("recording");

#define MASTER_KEY_NAME "file-1"
#define PATH_SIZE 1024

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
                         char ret_path[PATH_SIZE])
{
    snprintf(ret_path, PATH_SIZE, "%s/%s", keeper->config.directory, recording_id);
}

/* When the newest file of the folder was last written, in UTC milliseconds; 0 when there is none.
 */
static int64_t last_write_ms(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder) {
        return 0;
    }
    int64_t newest_ms = 0;
    for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
        struct stat status;
        if (fstatat(dirfd(folder), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(status.st_mode)) {
            const int64_t written_ms =
                (int64_t)status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1000000;
            newest_ms = written_ms > newest_ms ? written_ms : newest_ms;
        }
    }
    closedir(folder);
    return newest_ms;
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

/* ---- tasks on the store thread ---- */

enum keeper_purpose {
    PURPOSE_START,
    PURPOSE_FINISH,
    PURPOSE_SEGMENT,
    PURPOSE_ATTACH,
    PURPOSE_RECOVER
};

struct keeper_task {
    struct visit_task task;
    enum keeper_purpose purpose;
    char recording_id[UUID_TEXT_SIZE];
    uint8_t master_key[RECORDING_KEY_SIZE]; /* START, FINISH: in; wiped on destroy */
    uint8_t data_key[RECORDING_KEY_SIZE];   /* START, FINISH: out; wiped on destroy */
    bool has_data_key;
    char directory[PATH_SIZE]; /* RECOVER: of all recordings */
    struct recording_segment segment;
    struct recording_file *files; /* ATTACH: in, owned */
    size_t file_count;
    struct recorder_interval *intervals; /* FINISH: out, owned */
    size_t interval_count;
    char (*unfinished)[UUID_TEXT_SIZE]; /* RECOVER: out, owned: those to finish */
    size_t unfinished_count;
};

static void keeper_task_destroy(struct mailbox_message *message)
{
    struct keeper_task *task = CONTAINER_OF(message, struct keeper_task, task.message);
    secret_wipe(task->master_key, sizeof(task->master_key));
    secret_wipe(task->data_key, sizeof(task->data_key));
    free(task->files);
    free(task->intervals);
    free(task->unfinished);
    free(task);
}

/* Reads the record of one recording that is not closed yet; *ret_record is borrowed from *ret_list.
 */
static int look_up(struct visit_service *service, const char *recording_id,
                   struct recording_list **ret_list, const struct recording_record **ret_record)
{
    AUTO(recording_list) list = NULL;
    const int result = visit_recording_unfinished(service, &list);
    if (result != 0) {
        return result;
    }
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->records[i].recording.id, recording_id) == 0) {
            *ret_record = &list->records[i];
            *ret_list = TAKE(list);
            return 0;
        }
    }
    return -ENOENT;
}

static int unwrap_data_key(struct keeper_task *task, const struct recording *recording)
{
    if (recording->wrapped_key_size != RECORDING_WRAPPED_KEY_SIZE) {
        return -EKEYREJECTED;
    }
    const int result =
        recording_key_unwrap(task->master_key, recording->wrapped_key, task->data_key);
    task->has_data_key = result == 0;
    return result;
}

/* Makes the data key of a new recording, or unwraps that of one that goes on. */
static int run_start(struct visit_task *visit_task, struct visit_service *service)
{
    struct keeper_task *task = CONTAINER_OF(visit_task, struct keeper_task, task);
    AUTO(recording_list) list = NULL;
    const struct recording_record *record = NULL;
    const int result = look_up(service, task->recording_id, &list, &record);
    if (result != 0) {
        return result;
    }
    if (record->recording.prepared) {
        return unwrap_data_key(task, &record->recording);
    }
    uint8_t wrapped[RECORDING_WRAPPED_KEY_SIZE];
    recording_key_generate(task->data_key);
    recording_key_wrap(task->master_key, task->data_key, wrapped);
    task->has_data_key = true;
    return visit_recording_prepare(service, task->recording_id, wrapped, sizeof(wrapped),
                                   MASTER_KEY_NAME);
}

static int run_finish(struct visit_task *visit_task, struct visit_service *service)
{
    struct keeper_task *task = CONTAINER_OF(visit_task, struct keeper_task, task);
    AUTO(recording_list) list = NULL;
    const struct recording_record *record = NULL;
    const int result = look_up(service, task->recording_id, &list, &record);
    if (result != 0) {
        return result;
    }
    if (!record->recording.prepared) {
        return 0; /* nothing was ever written */
    }
    const int64_t now_ms = clock_wall_ms();
    if (record->recording.flowing_since_ms > 0) {
        /* A visit that ends closes its room before the worker says when the flow stopped. Finishing
         * takes a while: what is claimed ends here. */
        AUTO(visit_picture) picture = NULL;
        const int closed = visit_recording_paused(service, task->recording_id, now_ms, &picture);
        if (closed != 0) {
            return closed;
        }
    }
    const size_t count = record->interval_count < RECORDER_INTERVALS_MAX ? record->interval_count
                                                                         : RECORDER_INTERVALS_MAX;
    task->intervals = allocate_zeroed(count + 1, sizeof(*task->intervals));
    for (size_t i = 0; i < count; i++) {
        const struct recording_interval *interval = &record->intervals[i];
        task->intervals[i].start_ms = interval->started_at_ms;
        task->intervals[i].end_ms = interval->ended_at_ms > 0 ? interval->ended_at_ms : now_ms;
    }
    task->interval_count = count;
    return unwrap_data_key(task, &record->recording);
}

static int run_segment(struct visit_task *visit_task, struct visit_service *service)
{
    struct keeper_task *task = CONTAINER_OF(visit_task, struct keeper_task, task);
    return visit_recording_segment_closed(service, task->recording_id, &task->segment);
}

static int run_attach(struct visit_task *visit_task, struct visit_service *service)
{
    struct keeper_task *task = CONTAINER_OF(visit_task, struct keeper_task, task);
    const struct recording_finish finish = {
        .files = task->files, .file_count = task->file_count, .wall_ms = clock_wall_ms()};
    AUTO(visit_picture) picture = NULL;
    return visit_recording_finished(service, task->recording_id, &finish, &picture);
}

static int run_recover(struct visit_task *visit_task, struct visit_service *service)
{
    struct keeper_task *task = CONTAINER_OF(visit_task, struct keeper_task, task);
    AUTO(recording_list) list = NULL;
    const int result = visit_recording_unfinished(service, &list);
    if (result != 0) {
        return result;
    }
    task->unfinished = allocate_zeroed(list->count + 1, sizeof(*task->unfinished));
    for (size_t i = 0; i < list->count; i++) {
        const struct recording *recording = &list->records[i].recording;
        if (recording->flowing_since_ms > 0) {
            char path[PATH_SIZE + UUID_TEXT_SIZE];
            snprintf(path, sizeof(path), "%s/%s", task->directory, recording->id);
            const int64_t written_ms = last_write_ms(path);
            AUTO(visit_picture) picture = NULL;
            visit_recording_broken(
                service, recording->id,
                written_ms > recording->flowing_since_ms ? written_ms : recording->flowing_since_ms,
                &picture);
        }
        if (recording->phase == RECORDING_FINISHING) {
            memcpy(task->unfinished[task->unfinished_count++], recording->id, UUID_TEXT_SIZE);
        }
    }
    return 0;
}

static void on_started(struct recording_keeper *keeper, struct keeper_task *task)
{
    if (task->task.result != 0 || !task->has_data_key) {
        log_error("recording_not_started", "recording=%s result=%d", task->recording_id,
                  task->task.result);
        tell_hub(keeper, RECORDING_CONTROL_FAILED, task->recording_id, -1, true);
        return;
    }
    char directory[PATH_SIZE];
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
    char directory[PATH_SIZE];
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
    case PURPOSE_START:
        on_started(keeper, task);
        break;
    case PURPOSE_FINISH:
        on_finish_prepared(keeper, task);
        break;
    case PURPOSE_SEGMENT:
        if (task->task.result != 0) {
            log_error("segment_not_kept", "recording=%s result=%d", task->recording_id,
                      task->task.result);
        }
        break;
    case PURPOSE_ATTACH:
        on_attached(keeper, task);
        break;
    case PURPOSE_RECOVER:
        on_recovered(keeper, task);
        break;
    }
}

static struct keeper_task *task_create(struct recording_keeper *keeper, enum keeper_purpose purpose,
                                       const char *recording_id)
{
    static int (*const runs[])(struct visit_task *, struct visit_service *) = {
        [PURPOSE_START] = run_start,     [PURPOSE_FINISH] = run_finish,
        [PURPOSE_SEGMENT] = run_segment, [PURPOSE_ATTACH] = run_attach,
        [PURPOSE_RECOVER] = run_recover,
    };
    struct keeper_task *task = allocate_zeroed(1, sizeof(*task));
    task->task.message.destroy = keeper_task_destroy;
    task->task.run = runs[purpose];
    task->task.done = on_task_done;
    task->task.reply = keeper->config.task_replies;
    task->purpose = purpose;
    snprintf(task->recording_id, sizeof(task->recording_id), "%s", recording_id);
    return task;
}

static void post_attach(struct recording_keeper *keeper, const char *recording_id,
                        struct recording_file *files, size_t file_count)
{
    struct keeper_task *task = task_create(keeper, PURPOSE_ATTACH, recording_id);
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
    struct keeper_task *task = task_create(keeper, PURPOSE_START, order->recording_id);
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
    struct keeper_task *task = task_create(keeper, PURPOSE_FINISH, recording_id);
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
    struct keeper_task *task = task_create(keeper, PURPOSE_SEGMENT, event->recording_id);
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
    struct keeper_task *task = task_create(keeper, PURPOSE_RECOVER, "");
    snprintf(task->directory, sizeof(task->directory), "%s", keeper->config.directory);
    visit_service_post(keeper->config.visits, &task->task);
}
