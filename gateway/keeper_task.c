#include "gateway/keeper_task.h"

#include "gateway/base/allocate.h"
#include "gateway/base/clock.h"
#include "gateway/base/mailbox.h"
#include "gateway/base/secret.h"
#include "gateway/visits/visit_recording.h"
#include "gateway/visits/visit_task.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define MASTER_KEY_NAME "file-1"

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
            char path[KEEPER_PATH_SIZE + UUID_TEXT_SIZE];
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

struct keeper_task *keeper_task_create(enum keeper_purpose purpose, const char *recording_id)
{
    static int (*const runs[])(struct visit_task *, struct visit_service *) = {
        [KEEPER_START] = run_start,     [KEEPER_FINISH] = run_finish,
        [KEEPER_SEGMENT] = run_segment, [KEEPER_ATTACH] = run_attach,
        [KEEPER_RECOVER] = run_recover,
    };
    struct keeper_task *task = allocate_zeroed(1, sizeof(*task));
    task->task.message.destroy = keeper_task_destroy;
    task->task.run = runs[purpose];
    task->purpose = purpose;
    snprintf(task->recording_id, sizeof(task->recording_id), "%s", recording_id);
    return task;
}
