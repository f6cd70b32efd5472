/* The books of a recording: what the gateway itself reports. */
#include "gateway/visits/visit_recording.h"

#include "gateway/visits/visit_act.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* One entry in the books: an act of the gateway on one recording. */
struct entry {
    struct visit_act act;
    struct visit_actor gateway;
    struct recording recording;
};

static int begin_entry(struct visit_service *service, struct entry *entry, const char *recording_id)
{
    entry->gateway = visit_actor_gateway();
    entry->act = (struct visit_act){
        .operation = OPERATION_RECORDING_BOOKS, .actor = &entry->gateway, .subject = recording_id};
    struct visit_act *act = &entry->act;
    const int found =
        service->store->ops->read_recording(service->store, recording_id, &entry->recording);
    if (found < 0) {
        const int begun = visit_act_begin(service, act);
        return begun != 0 ? begun : visit_act_or_not_found(found);
    }
    return visit_act_begin_in_visit(service, act, entry->recording.visit_id);
}

static int end_entry(struct visit_service *service, struct entry *entry, int result,
                     const char *what, struct visit_picture **ret_picture)
{
    snprintf(entry->act.detail, sizeof(entry->act.detail), "%s", what);
    return visit_act_end(service, &entry->act, result, ret_picture);
}

static int update(struct visit_service *service, const struct entry *entry)
{
    return service->store->ops->update_recording(service->store, &entry->recording);
}

int visit_recording_prepare(struct visit_service *service, const char *recording_id,
                            const void *wrapped_key, size_t size, const char *key_name)
{
    struct entry entry;
    int result = begin_entry(service, &entry, recording_id);
    struct recording *recording = &entry.recording;
    if (result == 0 && (size == 0 || size > sizeof(recording->wrapped_key) ||
                        strlen(key_name) >= sizeof(recording->key_name))) {
        result = REFUSAL_INVALID;
    }
    if (result == 0 && (recording->prepared || recording->phase != RECORDING_OPEN)) {
        result = REFUSAL_WRONG_STATE;
    }
    if (result == 0) {
        memcpy(recording->wrapped_key, wrapped_key, size);
        recording->wrapped_key_size = size;
        strcpy(recording->key_name, key_name);
        recording->prepared = true;
        result = update(service, &entry);
    }
    return end_entry(service, &entry, result, "prepared", NULL);
}

/* Ends the open interval, if there is one. An end before its start is a clock that was set back. */
static int close_interval(struct visit_service *service, struct recording *recording,
                          int64_t wall_ms)
{
    if (recording->flowing_since_ms == 0) {
        return 0;
    }
    const int64_t started_at_ms = recording->flowing_since_ms;
    recording->flowing_since_ms = 0;
    return service->store->ops->close_interval(service->store, recording->id, started_at_ms,
                                               wall_ms > started_at_ms ? wall_ms : started_at_ms);
}

static int flow(struct visit_service *service, struct entry *entry, int64_t wall_ms)
{
    struct recording *recording = &entry->recording;
    if (recording->phase == RECORDING_ATTACHED || recording->phase == RECORDING_EMPTY ||
        !recording->prepared) {
        return REFUSAL_WRONG_STATE;
    }
    if (recording->flowing_since_ms == wall_ms) {
        return 0;
    }
    /* One that was never closed ended unseen: nothing is claimed that may not be there. */
    int result = close_interval(service, recording, 0);
    const struct recording_interval interval = {.started_at_ms = wall_ms};
    if (result == 0) {
        result = service->store->ops->insert_interval(service->store, recording->id, &interval);
    }
    const bool first = recording->first_flowed_at_ms == 0;
    recording->flowing_since_ms = wall_ms;
    recording->first_flowed_at_ms = first ? wall_ms : recording->first_flowed_at_ms;
    if (result == 0) {
        result = update(service, entry);
    }
    return result < 0 ? result
                      : visit_act_note(service, &entry->act,
                                       first ? EVENT_RECORDING_STARTED : EVENT_RECORDING_RESUMED,
                                       NULL, recording->id, NULL, wall_ms);
}

int visit_recording_flowing(struct visit_service *service, const char *recording_id,
                            int64_t wall_ms, struct visit_picture **ret_picture)
{
    struct entry entry;
    int result = begin_entry(service, &entry, recording_id);
    if (result == 0) {
        result = flow(service, &entry, wall_ms);
    }
    return end_entry(service, &entry, result, "flowing", ret_picture);
}

static int pause_flow(struct visit_service *service, struct entry *entry, int64_t wall_ms,
                      const char *why)
{
    struct recording *recording = &entry->recording;
    if (recording->flowing_since_ms == 0) {
        entry->act.quiet = true;
        return 0;
    }
    int result = close_interval(service, recording, wall_ms);
    if (result == 0) {
        result = update(service, entry);
    }
    return result < 0 ? result
                      : visit_act_note(service, &entry->act, EVENT_RECORDING_PAUSED, NULL,
                                       recording->id, why, wall_ms);
}

int visit_recording_paused(struct visit_service *service, const char *recording_id, int64_t wall_ms,
                           struct visit_picture **ret_picture)
{
    struct entry entry;
    int result = begin_entry(service, &entry, recording_id);
    if (result == 0) {
        result = pause_flow(service, &entry, wall_ms, "");
    }
    return end_entry(service, &entry, result, "paused", ret_picture);
}

int visit_recording_broken(struct visit_service *service, const char *recording_id, int64_t wall_ms,
                           struct visit_picture **ret_picture)
{
    struct entry entry;
    int result = begin_entry(service, &entry, recording_id);
    if (result == 0) {
        result = pause_flow(service, &entry, wall_ms, "recorder_broken");
    }
    return end_entry(service, &entry, result, "broken", ret_picture);
}

static int fail(struct visit_service *service, struct entry *entry, enum recording_failure failure,
                int64_t wall_ms)
{
    struct recording *recording = &entry->recording;
    if (recording->phase != RECORDING_OPEN) {
        entry->act.quiet = true;
        return 0;
    }
    int result = close_interval(service, recording, wall_ms);
    recording->failure = failure;
    recording->wish = RECORDING_WISH_STOP;
    recording->stopped_at_ms = service->now_ms;
    recording->phase = recording->prepared ? RECORDING_FINISHING : RECORDING_EMPTY;
    if (result == 0) {
        result = update(service, entry);
    }
    return result < 0 ? result
                      : visit_act_note(service, &entry->act, EVENT_RECORDING_FAILED, NULL,
                                       recording->id, recording_failure_name(failure), wall_ms);
}

int visit_recording_failed(struct visit_service *service, const char *recording_id,
                           enum recording_failure failure, int64_t wall_ms,
                           struct visit_picture **ret_picture)
{
    struct entry entry;
    int result = begin_entry(service, &entry, recording_id);
    if (result == 0) {
        result = fail(service, &entry, failure, wall_ms);
    }
    return end_entry(service, &entry, result, "failed", ret_picture);
}

static bool digest_is_well_formed(const char *hex)
{
    return strlen(hex) == DIGEST_SHA256_HEX_SIZE - 1 &&
           strspn(hex, "0123456789abcdef") == DIGEST_SHA256_HEX_SIZE - 1;
}

/* Whether the participant belongs to the recording's visit. */
static int check_participant(struct visit_service *service, const struct entry *entry,
                             const char *participant_id)
{
    struct participant seat;
    const int result = service->store->ops->read_participant(service->store, participant_id, &seat);
    if (result < 0) {
        return result == -ENOENT ? REFUSAL_INVALID : result;
    }
    return strcmp(seat.visit_id, entry->recording.visit_id) == 0 ? 0 : REFUSAL_INVALID;
}

int visit_recording_segment_closed(struct visit_service *service, const char *recording_id,
                                   const struct recording_segment *segment)
{
    struct entry entry;
    int result = begin_entry(service, &entry, recording_id);
    if (result == 0 && (!recording_file_name_is_safe(segment->file_name) ||
                        !digest_is_well_formed(segment->sha256))) {
        result = REFUSAL_INVALID;
    }
    if (result == 0) {
        result = check_participant(service, &entry, segment->participant_id);
    }
    /* What was attached has a manifest. */
    if (result == 0 &&
        (entry.recording.phase == RECORDING_ATTACHED || entry.recording.phase == RECORDING_EMPTY)) {
        result = REFUSAL_WRONG_STATE;
    }
    if (result == 0) {
        entry.act.quiet = true;
        result = service->store->ops->insert_segment(service->store, recording_id, segment);
    }
    return end_entry(service, &entry, result, "segment", NULL);
}

static int keep_files(struct visit_service *service, const struct entry *entry,
                      const struct recording_finish *finish)
{
    for (size_t i = 0; i < finish->file_count; i++) {
        const struct recording_file *file = &finish->files[i];
        if (!recording_file_name_is_safe(file->file_name) || !digest_is_well_formed(file->sha256) ||
            !file->media_type[0]) {
            return REFUSAL_INVALID;
        }
        int result = check_participant(service, entry, file->participant_id);
        if (result == 0) {
            result = service->store->ops->insert_file(service->store, entry->recording.id, file);
        }
        if (result != 0) {
            return result;
        }
    }
    return 0;
}

static int digest_manifest(struct visit_service *service, struct recording *recording)
{
    AUTO(recording_list) list = NULL;
    const int result =
        service->store->ops->read_recording_record(service->store, recording->id, &list);
    if (result == 0) {
        recording_manifest_digest(&list->records[0], recording->manifest_sha256);
    }
    return result;
}

static int attach(struct visit_service *service, struct entry *entry)
{
    struct recording *recording = &entry->recording;
    int result = digest_manifest(service, recording);
    recording->phase = RECORDING_ATTACHED;
    recording->attached_at_ms = service->now_ms;
    if (result == 0) {
        result = update(service, entry);
    }
    return result < 0 ? result
                      : visit_act_note(service, &entry->act, EVENT_RECORDING_ATTACHED, NULL,
                                       recording->id, recording->manifest_sha256, service->now_ms);
}

static int finish_entry(struct visit_service *service, struct entry *entry,
                        const struct recording_finish *finish)
{
    struct recording *recording = &entry->recording;
    if (recording->phase == RECORDING_ATTACHED || recording->phase == RECORDING_EMPTY) {
        entry->act.quiet = true;
        return 0;
    }
    if (recording->phase == RECORDING_OPEN) {
        return REFUSAL_WRONG_STATE;
    }
    int result = close_interval(service, recording, finish->wall_ms);
    if (result == 0) {
        result = keep_files(service, entry, finish);
    }
    if (result == 0) {
        result = visit_act_note(service, &entry->act, EVENT_RECORDING_FINISHED, NULL, recording->id,
                                NULL, service->now_ms);
    }
    if (result != 0) {
        return result;
    }
    if (finish->file_count > 0) {
        return attach(service, entry);
    }
    recording->phase = RECORDING_EMPTY;
    return update(service, entry);
}

int visit_recording_finished(struct visit_service *service, const char *recording_id,
                             const struct recording_finish *finish,
                             struct visit_picture **ret_picture)
{
    struct entry entry;
    int result = begin_entry(service, &entry, recording_id);
    /* A file that makes no sense must not leave the ones before it behind. */
    if (result == 0) {
        result = service->store->ops->begin(service->store);
        if (result == 0) {
            result = finish_entry(service, &entry, finish);
            if (result == 0) {
                result = service->store->ops->commit(service->store);
            } else {
                service->store->ops->rollback(service->store);
            }
        }
    }
    const bool attached = result == 0 && entry.recording.phase == RECORDING_ATTACHED;
    char what[AUDIT_DETAIL_SIZE];
    snprintf(what, sizeof(what), "%s%s", attached ? "attached " : "finished",
             attached ? entry.recording.manifest_sha256 : "");
    return end_entry(service, &entry, result, what, ret_picture);
}

int visit_recording_read(struct visit_service *service, const char *recording_id,
                         struct recording_list **ret_list)
{
    return visit_act_or_not_found(
        service->store->ops->read_recording_record(service->store, recording_id, ret_list));
}

int visit_recording_unfinished(struct visit_service *service, struct recording_list **ret_list)
{
    return service->store->ops->list_unfinished_recordings(service->store, ret_list);
}
