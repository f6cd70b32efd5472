#include "gateway/visits/visit_recording.h"

#include "gateway/visits/visit_act.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const struct consent_words *visit_recording_consent_words(const struct visit_service *service)
{
    return &service->consent_words;
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
    if (visit_is_practice(&act->visit)) {
        return REFUSAL_NOT_IN_PRACTICE;
    }
    if (act->visit.state == VISIT_ENDED) {
        return REFUSAL_VISIT_ENDED;
    }
    if ((unsigned)request->purpose >= CONSENT_PURPOSE_COUNT ||
        (unsigned)request->method >= CONSENT_METHOD_COUNT ||
        (unsigned)request->answer >= CONSENT_ANSWER_COUNT || request->answer == CONSENT_NOT_ASKED ||
        !request->text_version) {
        return REFUSAL_INVALID;
    }
    if (strcmp(request->text_version, service->consent_words.version) != 0) {
        return REFUSAL_CONSENT_TEXT_OUTDATED;
    }
    if (!consent_words_find(&service->consent_words, request->language)) {
        return REFUSAL_INVALID;
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
                           &service->consent_words) == CONSENT_GIVEN
               ? 0
               : REFUSAL_WRONG_STATE;
}

static int keep_answer(struct visit_service *service, const struct visit_act *act,
                       const struct consent_request *request)
{
    const struct visit_store_ops *ops = service->store->ops;
    const char *version = service->consent_words.version;
    const struct consent_text *text =
        consent_words_find(&service->consent_words, request->language);
    struct consent consent = {
        .purpose = request->purpose,
        .answer = request->answer,
        .method = request->method,
        .answered_at_ms = service->now_ms,
    };
    random_uuid_v7(consent.id);
    memcpy(consent.visit_id, act->visit.id, sizeof(consent.visit_id));
    memcpy(consent.participant_id, act->seat.id, sizeof(consent.participant_id));
    memcpy(consent.text_version, version, sizeof(consent.text_version));
    memcpy(consent.text_sha256, text->sha256, sizeof(consent.text_sha256));
    int result = ops->keep_consent_text(service->store, version, text);
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
        snprintf(act.detail, sizeof(act.detail), "%s %s %s %s",
                 consent_purpose_name(request->purpose), consent_answer_name(request->answer),
                 service->consent_words.version,
                 consent_words_find(&service->consent_words, request->language)->language);
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
    if (visit_is_practice(&act->visit)) {
        return REFUSAL_NOT_IN_PRACTICE;
    }
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

/* ---- playing ---- */

int visit_recording_list(struct visit_service *service, const struct visit_actor *actor,
                         const char *case_id, struct recording_list **ret_list)
{
    struct visit_act act = {
        .operation = OPERATION_RECORDING_LIST, .actor = actor, .subject = case_id};
    AUTO(recording_list) list = NULL;
    int result =
        case_id ? visit_act_begin_in_case(service, &act, case_id) : visit_act_begin(service, &act);
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
