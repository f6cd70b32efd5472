#include "gateway/visits/visit_device_check.h"

#include "gateway/visits/visit_act.h"

#include <errno.h>
#include <stdio.h>

/* What is told again and again while somebody tries is one check. */
#define SAME_TRY_MS 600000

static int find_change(struct visit_service *service, struct device_check *check)
{
    struct device_check before;
    const int result = service->store->ops->device_checks.latest(
        service->store, check->participant_id, check->at_ms - SAME_TRY_MS, &before);
    if (result == 0) {
        check->change = device_check_compare(&before, check);
    }
    return result == -ENOENT ? 0 : result;
}

/* What the network did not carry is judged by its figures; what was not measured, by the page. */
static void judge_network(struct device_check *check)
{
    struct check_outcome *outcome = &check->items[CHECK_NETWORK];
    const struct check_outcome judged = device_check_judge_network(&check->network);
    if (judged.verdict != CHECK_UNTRIED) {
        *outcome = judged;
    } else if (outcome->verdict != CHECK_UNTRIED) {
        *outcome = (struct check_outcome){CHECK_UNTRIED, CHECK_REASON_NONE};
    }
}

static int record(struct visit_service *service, const struct visit_act *act,
                  struct device_check *check)
{
    struct device_check_summary summary;
    char detail[VISIT_EVENT_DETAIL_SIZE];
    if (act->visit.state == VISIT_ENDED) {
        return REFUSAL_VISIT_ENDED;
    }
    if (device_check_find_problem(check)) {
        return REFUSAL_INVALID;
    }
    random_uuid_v7(check->id);
    snprintf(check->visit_id, sizeof(check->visit_id), "%s", act->visit.id);
    snprintf(check->participant_id, sizeof(check->participant_id), "%s", act->seat.id);
    check->at_ms = service->now_ms;
    check->change = CHECK_CHANGE_NONE;
    judge_network(check);
    int result = find_change(service, check);
    if (result == 0) {
        result = service->store->ops->device_checks.insert(service->store, check);
    }
    device_check_summarise(check, &summary);
    snprintf(detail, sizeof(detail), "%s %s %s", check_verdict_name(summary.verdict),
             check_item_name(summary.item), check_reason_name(summary.reason));
    return result < 0 ? result
                      : visit_act_note(service, act, EVENT_DEVICE_CHECKED, check->id, NULL, detail,
                                       service->now_ms);
}

int visit_device_check_record(struct visit_service *service, const struct visit_actor *actor,
                              struct device_check *check)
{
    struct visit_act act = {.operation = OPERATION_DEVICE_CHECK, .actor = actor};
    int result = visit_act_begin_in_visit(service, &act, actor->visit_id);
    if (result == 0) {
        result = act.has_seat ? record(service, &act, check) : REFUSAL_NOT_PERMITTED;
    }
    if (result == 0) {
        act.subject = check->id;
        snprintf(act.detail, sizeof(act.detail), "%s", check_moment_name(check->moment));
    }
    return visit_act_end(service, &act, result, NULL);
}

int visit_device_check_own(struct visit_service *service, const struct visit_actor *actor,
                           struct device_check *ret_check)
{
    struct visit_act act = {.operation = OPERATION_DEVICE_CHECK, .actor = actor, .quiet = true};
    struct device_check check;
    int result = visit_act_begin_in_visit(service, &act, actor->visit_id);
    if (result == 0) {
        result = service->store->ops->device_checks.latest(service->store, actor->participant_id,
                                                           INT64_MAX, &check);
        result = result == -ENOENT ? REFUSAL_NOT_FOUND : result;
    }
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_check = check;
    }
    return result;
}

int visit_device_check_list(struct visit_service *service, const struct visit_actor *actor,
                            const char *visit_id, struct device_check_list *ret_list)
{
    struct visit_act act = {
        .operation = OPERATION_DEVICE_CHECK_READ, .actor = actor, .quiet = true};
    int result = visit_act_begin_in_visit(service, &act, visit_id);
    if (result == 0) {
        result = service->store->ops->device_checks.list_latest(service->store, visit_id,
                                                                ret_list->checks, &ret_list->count);
    }
    return visit_act_end(service, &act, result, NULL);
}

int visit_device_check_may_try(struct visit_service *service, const struct visit_actor *actor)
{
    struct visit_act act = {.operation = OPERATION_NETWORK_TRY, .actor = actor, .quiet = true};
    int result = visit_act_begin_in_visit(service, &act, actor->visit_id);
    if (result == 0 && act.visit.state == VISIT_ENDED) {
        result = REFUSAL_VISIT_ENDED;
    }
    return visit_act_end(service, &act, result, NULL);
}
