#include "gateway/visits/visit_quality.h"

#include "gateway/base/allocate.h"
#include "gateway/visits/visit_act.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct quality_minute_list *quality_minute_list_create(void)
{
    return allocate_zeroed(1, sizeof(struct quality_minute_list));
}

struct quality_minute_list *quality_minute_list_destroy(struct quality_minute_list *list)
{
    if (list) {
        free(list->minutes);
        free(list);
    }
    return NULL;
}

/* Frequent, and everything that is written is in the rows themselves: not audited. */
static struct visit_act act_of(const struct visit_actor *actor)
{
    return (struct visit_act){.operation = OPERATION_VISIT_BOOKS, .actor = actor, .quiet = true};
}

int visit_quality_keep(struct visit_service *service, const char *visit_id,
                       const struct quality_minute *minutes, size_t count)
{
    const struct visit_actor gateway = visit_actor_gateway();
    struct visit_act act = act_of(&gateway);
    int result = visit_act_begin_in_visit(service, &act, visit_id);
    const bool keeps = !visit_is_practice(&act.visit);
    for (size_t i = 0; result == 0 && keeps && i < count; i++) {
        result = service->store->ops->insert_quality_minute(service->store, visit_id, &minutes[i]);
    }
    return visit_act_end(service, &act, result, NULL);
}

int visit_quality_list(struct visit_service *service, const struct visit_actor *actor,
                       const char *visit_id, struct quality_minute_list **ret_list)
{
    struct visit_act act = {.operation = OPERATION_CASE_READ, .actor = actor, .quiet = true};
    AUTO(quality_minute_list) list = NULL;
    int result = visit_act_begin_in_visit(service, &act, visit_id);
    if (result == 0) {
        result = service->store->ops->list_quality_minutes(service->store, visit_id, &list);
    }
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_list = TAKE(list);
    }
    return result;
}

/* -ENOENT: the visit has none. */
static int find_flowing_recording(struct visit_service *service, const char *visit_id,
                                  char ret_id[UUID_TEXT_SIZE])
{
    struct recording recording;
    const int result = service->store->ops->latest_recording(service->store, visit_id, &recording);
    if (result == 0 && recording.flowing_since_ms != 0) {
        memcpy(ret_id, recording.id, UUID_TEXT_SIZE);
    }
    return result;
}

static int mark(struct visit_service *service, const struct visit_act *act,
                const struct missed_words_mark *mark)
{
    struct visit_event event = {.kind = EVENT_MISSED_WORDS, .at_ms = mark->at_ms};
    const int result = find_flowing_recording(service, act->visit.id, event.recording_id);
    if (result < 0 && result != -ENOENT) {
        return result;
    }
    random_uuid_v7(event.id);
    memcpy(event.case_id, act->visit.case_id, sizeof(event.case_id));
    memcpy(event.visit_id, act->visit.id, sizeof(event.visit_id));
    memcpy(event.actor_id, mark->speaker_id, sizeof(event.actor_id));
    memcpy(event.subject_id, mark->listener_id, sizeof(event.subject_id));
    snprintf(event.detail, sizeof(event.detail), "%u", mark->seconds);
    return service->store->ops->insert_event(service->store, &event);
}

int visit_quality_mark_missed_words(struct visit_service *service, const char *visit_id,
                                    const struct missed_words_mark *request)
{
    const struct visit_actor gateway = visit_actor_gateway();
    struct visit_act act = act_of(&gateway);
    int result = visit_act_begin_in_visit(service, &act, visit_id);
    if (result == 0 && !visit_is_practice(&act.visit)) {
        result = mark(service, &act, request);
    }
    return visit_act_end(service, &act, result, NULL);
}
