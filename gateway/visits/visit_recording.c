#include "gateway/visits/visit_recording.h"

#include "gateway/visits/visit_act.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const struct consent_text *visit_recording_consent_text(const struct visit_service *service)
{
    return &service->consent_text;
}

/* ---- consent ---- */

static enum visit_event_kind event_of_answer(enum consent_answer answer)
{
    return answer == CONSENT_GIVEN     ? EVENT_CONSENT_GIVEN
           : answer == CONSENT_REFUSED ? EVENT_CONSENT_REFUSED
                                       : EVENT_CONSENT_WITHDRAWN;
}

static int check_answer(struct visit_service *service, const struct visit_act *act,
                        const struct consent_request *request)
{
    if (act->visit.state == VISIT_ENDED) {
        return REFUSAL_VISIT_ENDED;
    }
    if ((unsigned)request->purpose >= CONSENT_PURPOSE_COUNT ||
        (unsigned)request->method >= CONSENT_METHOD_COUNT ||
        (unsigned)request->answer >= CONSENT_ANSWER_COUNT || request->answer == CONSENT_NOT_ASKED ||
        !request->text_version) {
        return REFUSAL_INVALID;
    }
    if (strcmp(request->text_version, service->consent_text.version) != 0) {
        return REFUSAL_CONSENT_TEXT_OUTDATED;
    }
    if (request->answer != CONSENT_WITHDRAWN) {
        return 0;
    }
    AUTO_FREE struct consent *consents = NULL;
    size_t count = 0;
    const int result =
        service->store->ops->list_consents(service->store, act->visit.id, &consents, &count);
    if (result < 0) {
        return result;
    }
    return consent_current(consents, count, act->seat.id, request->purpose,
                           &service->consent_text) == CONSENT_GIVEN
               ? 0
               : REFUSAL_WRONG_STATE;
}

static int keep_answer(struct visit_service *service, const struct visit_act *act,
                       const struct consent_request *request)
{
    const struct visit_store_ops *ops = service->store->ops;
    struct consent consent = {
        .purpose = request->purpose,
        .answer = request->answer,
        .method = request->method,
        .answered_at_ms = service->now_ms,
    };
    random_uuid_v7(consent.id);
    memcpy(consent.visit_id, act->visit.id, sizeof(consent.visit_id));
    memcpy(consent.participant_id, act->seat.id, sizeof(consent.participant_id));
    memcpy(consent.text_version, service->consent_text.version, sizeof(consent.text_version));
    memcpy(consent.text_sha256, service->consent_text.sha256, sizeof(consent.text_sha256));
    int result = ops->keep_consent_text(service->store, &service->consent_text);
    if (result == 0) {
        result = ops->insert_consent(service->store, &consent);
    }
    return result < 0
               ? result
               : visit_act_note(service, act, event_of_answer(request->answer), act->seat.id, NULL,
                                consent_purpose_name(request->purpose), service->now_ms);
}

int visit_recording_answer_consent(struct visit_service *service, const struct visit_actor *actor,
                                   const struct consent_request *request,
                                   struct visit_picture **ret_picture)
{
    struct visit_act act = {
        .operation = OPERATION_CONSENT_ANSWER, .actor = actor, .subject = actor->participant_id};
    int result = visit_act_begin_in_visit(service, &act, actor->visit_id);
    if (result == 0) {
        result = check_answer(service, &act, request);
    }
    if (result == 0) {
        snprintf(act.detail, sizeof(act.detail), "%s %s %s", consent_purpose_name(request->purpose),
                 consent_answer_name(request->answer), service->consent_text.version);
        result = keep_answer(service, &act, request);
    }
    return visit_act_end(service, &act, result, ret_picture);
}

/* ---- the command ---- */

int visit_recording_stop_open(struct visit_service *service, const struct visit_act *act,
                              struct recording *recording, const char *detail)
{
    recording->wish = RECORDING_WISH_STOP;
    recording->stopped_at_ms = service->now_ms;
    recording->phase = recording->prepared ? RECORDING_FINISHING : RECORDING_EMPTY;
    const int result = service->store->ops->update_recording(service->store, recording);
    return result < 0 ? result
                      : visit_act_note(service, act, EVENT_RECORDING_STOPPED, NULL, recording->id,
                                       detail, service->now_ms);
}

static int start(struct visit_service *service, const struct visit_act *act)
{
    struct recording recording = {.wish = RECORDING_WISH_RUN, .asked_at_ms = service->now_ms};
    random_uuid_v7(recording.id);
    memcpy(recording.case_id, act->visit.case_id, sizeof(recording.case_id));
    memcpy(recording.visit_id, act->visit.id, sizeof(recording.visit_id));
    memcpy(recording.asked_by, act->seat.id, sizeof(recording.asked_by));
    const int result = service->store->ops->insert_recording(service->store, &recording);
    return result < 0 ? result
                      : visit_act_note(service, act, EVENT_RECORDING_ASKED, NULL, recording.id,
                                       NULL, service->now_ms);
}

static int wish(struct visit_service *service, struct recording *recording,
                enum recording_wish wanted)
{
    if (recording->wish == wanted) {
        return REFUSAL_WRONG_STATE;
    }
    recording->wish = wanted;
    return service->store->ops->update_recording(service->store, recording);
}

static int command(struct visit_service *service, const struct visit_act *act,
                   enum recording_command asked)
{
    if (act->visit.state != VISIT_OPEN) {
        return act->visit.state == VISIT_ENDED ? REFUSAL_VISIT_ENDED : REFUSAL_VISIT_NOT_OPEN;
    }
    if (act->seat.state != SEAT_IN_VISIT) {
        return REFUSAL_NOT_IN_VISIT;
    }
    struct recording recording;
    const int found =
        service->store->ops->latest_recording(service->store, act->visit.id, &recording);
    if (found < 0 && found != -ENOENT) {
        return found;
    }
    const bool is_open = found == 0 && recording.phase == RECORDING_OPEN;
    if (is_open == (asked == RECORDING_COMMAND_START)) {
        return REFUSAL_WRONG_STATE;
    }
    switch (asked) {
    case RECORDING_COMMAND_START:
        return start(service, act);
    case RECORDING_COMMAND_PAUSE:
        return wish(service, &recording, RECORDING_WISH_PAUSE);
    case RECORDING_COMMAND_RESUME:
        return wish(service, &recording, RECORDING_WISH_RUN);
    case RECORDING_COMMAND_STOP:
        return visit_recording_stop_open(service, act, &recording, "by_hand");
    }
    return REFUSAL_INVALID;
}

int visit_recording_command(struct visit_service *service, const struct visit_actor *actor,
                            enum recording_command asked, struct visit_picture **ret_picture)
{
    static const enum operation operations[] = {
        [RECORDING_COMMAND_START] = OPERATION_RECORDING_START,
        [RECORDING_COMMAND_PAUSE] = OPERATION_RECORDING_PAUSE,
        [RECORDING_COMMAND_RESUME] = OPERATION_RECORDING_RESUME,
        [RECORDING_COMMAND_STOP] = OPERATION_RECORDING_STOP,
    };
    if ((unsigned)asked >= ARRAY_LENGTH(operations)) {
        return REFUSAL_INVALID;
    }
    struct visit_act act = {.operation = operations[asked], .actor = actor};
    int result = visit_act_begin_in_visit(service, &act, actor->visit_id);
    if (result == 0) {
        result = command(service, &act, asked);
    }
    return visit_act_end(service, &act, result, ret_picture);
}

/* ---- the books ---- */

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

/* ---- playing ---- */

int visit_recording_list(struct visit_service *service, const struct visit_actor *actor,
                         const char *case_id, struct recording_list **ret_list)
{
    struct visit_act act = {
        .operation = OPERATION_RECORDING_LIST, .actor = actor, .subject = case_id};
    AUTO(recording_list) list = NULL;
    int result = case_id ? visit_act_begin_in_case(service, &act, case_id)
                         : visit_act_begin(service, &act);
    if (result == 0 && !case_id && actor->role != ROLE_OPERATOR) {
        result = REFUSAL_NOT_PERMITTED;
    }
    if (result == 0) {
        result =
            service->store->ops->list_recordings(service->store, case_id ? case_id : "", &list);
    }
    /* Whether the case is there: an empty list must not make a chain for one that is not. */
    if (result == 0 && case_id && list->count == 0) {
        AUTO(clinical_case) clinical_case = NULL;
        result = visit_act_or_not_found(
            service->store->ops->read_case(service->store, case_id, &clinical_case));
    }
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        for (size_t i = 0; i < list->count; i++) {
            struct recording *recording = &list->records[i].recording;
            memset(recording->wrapped_key, 0, sizeof(recording->wrapped_key));
            recording->wrapped_key_size = 0;
        }
        *ret_list = TAKE(list);
    }
    return result;
}

static int open_file(struct visit_service *service, struct visit_act *act, const char *recording_id,
                     const char *file_name, struct recording_grant *grant)
{
    if (grant->recording.phase != RECORDING_ATTACHED) {
        return REFUSAL_NOT_FOUND;
    }
    const int result = visit_act_or_not_found(
        service->store->ops->find_file(service->store, recording_id, file_name, &grant->file));
    snprintf(act->detail, sizeof(act->detail), "%s", result == 0 ? grant->file.file_name : "");
    return result;
}

int visit_recording_open(struct visit_service *service, const struct visit_actor *actor,
                         const char *recording_id, const char *file_name,
                         enum recording_access access, struct recording_grant *ret_grant)
{
    struct visit_act act = {
        .operation = access == RECORDING_ACCESS_EXPORT ? OPERATION_RECORDING_EXPORT
                                                       : OPERATION_RECORDING_PLAY,
        .actor = actor,
        .subject = recording_id,
    };
    struct recording_grant grant = {0};
    const int found =
        service->store->ops->read_recording(service->store, recording_id, &grant.recording);
    int result;
    if (found < 0) {
        result = visit_act_begin(service, &act);
        result = result != 0 ? result : visit_act_or_not_found(found);
    } else {
        result = visit_act_begin_in_visit(service, &act, grant.recording.visit_id);
    }
    if (result == 0) {
        result = open_file(service, &act, recording_id, file_name, &grant);
    }
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_grant = grant;
    }
    return result;
}
