#include "gateway/visits/case_steps.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MS_PER_MINUTE 60000

int case_steps_read_due_days(struct visit_service *service, const char *programme,
                             struct case_due_days *ret_due)
{
    struct case_due_days due = case_due_days_default;
    const int result =
        service->store->ops->case_flow.read_due_days(service->store, programme, &due);
    if (result == 0) {
        *ret_due = due;
    }
    return result;
}

bool case_steps_acts_at_large(const struct visit_act *act)
{
    const struct visit_actor *actor = act->actor;
    return !actor->participant_id[0] && (actor->account_id[0] || !actor->session_id[0]);
}

bool case_steps_find_reach(const struct visit_act *act, struct case_reach *ret_reach)
{
    static const unsigned physicians = PARTICIPANT_ROLE_BIT(ROLE_REVIEWING_PHYSICIAN) |
                                       PARTICIPANT_ROLE_BIT(ROLE_TREATING_PHYSICIAN);
    static const unsigned coordinator = PARTICIPANT_ROLE_BIT(ROLE_COORDINATOR);
    *ret_reach = (struct case_reach){0};
    if (!case_steps_acts_at_large(act)) {
        return false;
    }
    if (act->actor->account_id[0]) {
        memcpy(ret_reach->staff_key, act->staff_key, sizeof(ret_reach->staff_key));
        ret_reach->roles = (act->roles & coordinator) | (act->roles & physicians ? physicians : 0);
        if (!(act->roles & coordinator)) {
            return true;
        }
    }
    ret_reach->everything = !act->programme[0];
    memcpy(ret_reach->programme, act->programme, sizeof(ret_reach->programme));
    return true;
}

int case_steps_check_programme(const struct visit_act *act, const char *programme)
{
    if (!case_code_is_plain(programme) || strlen(programme) >= CASE_PROGRAMME_SIZE) {
        return REFUSAL_INVALID;
    }
    const bool reaches = !act->programme[0] || strcmp(act->programme, programme) == 0;
    return reaches && case_steps_acts_at_large(act) ? 0 : REFUSAL_NOT_PERMITTED;
}

int case_steps_begin_undoable(struct visit_service *service)
{
    return service->store->ops->begin(service->store);
}

int case_steps_end_undoable(struct visit_service *service, int result)
{
    if (result == 0) {
        return service->store->ops->commit(service->store);
    }
    service->store->ops->rollback(service->store);
    return result;
}

int case_steps_note(struct visit_service *service, const struct visit_act *act,
                    enum case_event_kind kind, const char *subject_id, const char *detail,
                    const char *reason)
{
    struct case_event event = {.kind = kind, .at_ms = service->now_ms};
    struct audit_event actor = {0};
    audit_event_set_actor(&actor, act->actor, act->role);
    random_uuid_v7(event.id);
    snprintf(event.case_id, sizeof(event.case_id), "%s", act->case_id);
    snprintf(event.actor_role, sizeof(event.actor_role), "%s", actor.actor_role);
    snprintf(event.actor_id, sizeof(event.actor_id), "%s", actor.actor_id);
    snprintf(event.subject_id, sizeof(event.subject_id), "%s", subject_id ? subject_id : "");
    snprintf(event.detail, sizeof(event.detail), "%s", detail ? detail : "");
    snprintf(event.reason, sizeof(event.reason), "%s", reason ? reason : "");
    return service->store->ops->case_flow.insert_event(service->store, &event);
}

int case_steps_count_standing(struct visit_service *service, const char *case_id, const char *but,
                              size_t *ret_count)
{
    AUTO_FREE struct visit *visits = NULL;
    size_t count = 0;
    size_t standing = 0;
    const int result = service->store->ops->list_visits(service->store, case_id, &visits, &count);
    for (size_t i = 0; result == 0 && i < count; i++) {
        standing += visits[i].state != VISIT_ENDED && (!but || strcmp(visits[i].id, but) != 0);
    }
    if (result == 0) {
        *ret_count = standing;
    }
    return result;
}

/* ---- the beginning ---- */

static bool may_own(const struct staff_account *account, const char *programme)
{
    return account->disabled_at_ms == 0 &&
           (account->roles & PARTICIPANT_ROLE_BIT(ROLE_COORDINATOR)) &&
           (!account->programme[0] || strcmp(account->programme, programme) == 0);
}

static int find_owner(struct visit_service *service, const struct visit_act *act,
                      const struct clinical_case *clinical_case, struct case_flow *flow)
{
    if (act->roles & PARTICIPANT_ROLE_BIT(ROLE_COORDINATOR)) {
        memcpy(flow->owner_id, act->actor->account_id, sizeof(flow->owner_id));
        return 0;
    }
    for (size_t i = 0; i < clinical_case->person_count; i++) {
        const struct person *person = &clinical_case->people[i];
        struct staff_account account;
        if (person->role != ROLE_COORDINATOR || !person->staff_key[0]) {
            continue;
        }
        const int result = service->store->ops->case_flow.find_account_of_key(
            service->store, person->staff_key, &account);
        if (result < 0 && result != -ENOENT) {
            return result;
        }
        if (result == 0 && may_own(&account, clinical_case->programme)) {
            memcpy(flow->owner_id, account.id, sizeof(flow->owner_id));
            return 0;
        }
    }
    return 0;
}

int case_steps_begin(struct visit_service *service, const struct visit_act *act,
                     const struct clinical_case *clinical_case, const struct case_flow *asked)
{
    struct case_due_days due;
    struct case_flow flow = {0};
    int result = case_steps_read_due_days(service, clinical_case->programme, &due);
    result = result < 0 ? result : find_owner(service, act, clinical_case, &flow);
    if (result < 0) {
        return result;
    }
    memcpy(flow.case_id, clinical_case->id, sizeof(flow.case_id));
    if (asked) {
        memcpy(flow.subspecialty, asked->subspecialty, sizeof(flow.subspecialty));
        memcpy(flow.team_id, asked->team_id, sizeof(flow.team_id));
        flow.priority = asked->priority;
    }
    case_flow_begin(&flow, clinical_case->opinion ? CASE_OPINION_WRITTEN : CASE_REQUESTED, &due,
                    service->now_ms);
    result = service->store->ops->case_flow.insert_flow(service->store, &flow);
    return result < 0 ? result
                      : case_steps_note(service, act, CASE_EVENT_CREATED, flow.owner_id,
                                        case_step_name(flow.step), NULL);
}

int case_steps_adopt(struct visit_service *service, const struct visit_actor *actor,
                     const struct staff_account *account)
{
    const struct case_flow_store_ops *ops = &service->store->ops->case_flow;
    struct visit_act act = {.actor = actor, .role = ROLE_COORDINATOR};
    AUTO_FREE struct case_flow *flows = NULL;
    size_t count = 0;
    if (!may_own(account, account->programme)) {
        return 0;
    }
    int result =
        ops->list_unowned(service->store, account->staff_key, account->programme, &flows, &count);
    for (size_t i = 0; result == 0 && i < count; i++) {
        memcpy(act.case_id, flows[i].case_id, sizeof(act.case_id));
        memcpy(flows[i].owner_id, account->id, sizeof(flows[i].owner_id));
        flows[i].version++;
        result = ops->update_flow(service->store, &flows[i]);
        result = result < 0
                     ? result
                     : case_steps_note(service, &act, CASE_EVENT_ASSIGNED, account->id, NULL, NULL);
    }
    return result;
}

/* ---- moves ---- */

static int move_once(struct visit_service *service, const struct visit_act *act,
                     struct case_flow *flow, const struct case_due_days *due, enum case_move move,
                     const char *reason)
{
    char detail[CASE_EVENT_DETAIL_SIZE];
    const enum case_step from = flow->step;
    if (case_flow_move(flow, move, due, service->now_ms) < 0) {
        return REFUSAL_WRONG_STATE;
    }
    snprintf(detail, sizeof(detail), "%s %s %s", case_step_name(from), case_step_name(flow->step),
             case_move_name(move));
    return case_steps_note(service, act, CASE_EVENT_MOVED, act->visit.id, detail, reason);
}

static int64_t end_of(const struct visit *visit)
{
    return visit->scheduled_at_ms + (int64_t)visit->scheduled_minutes * MS_PER_MINUTE;
}

/* The visit is what the step waits for. */
static void be_due_with_visit(struct case_flow *flow, const struct visit *visit)
{
    case_flow_set_due(flow, end_of(visit));
}

int case_steps_move(struct visit_service *service, const struct visit_act *act,
                    struct case_flow *flow, const char *programme, enum case_move move,
                    const char *reason)
{
    struct case_due_days due;
    size_t standing = 0;
    int result = case_steps_read_due_days(service, programme, &due);
    result = result != 0 ? result : move_once(service, act, flow, &due, move, reason);
    if (result == 0 && move == CASE_MOVE_ADVANCE && flow->step == CASE_OPINION_WRITTEN) {
        result = case_steps_count_standing(service, flow->case_id, NULL, &standing);
    }
    if (result == 0 && standing > 0) {
        result = move_once(service, act, flow, &due, CASE_MOVE_VISIT_SCHEDULED, NULL);
    }
    if (result == 0 && move == CASE_MOVE_VISIT_SCHEDULED) {
        be_due_with_visit(flow, &act->visit);
    }
    return result != 0 ? result : service->store->ops->case_flow.update_flow(service->store, flow);
}

/* Moves if there is such an edge from where the case is; nothing is amiss if there is none. */
static int move_if_it_fits(struct visit_service *service, const struct visit_act *act,
                           enum case_move move)
{
    struct case_row row;
    int result = service->store->ops->case_flow.read_row(service->store, act->case_id, &row);
    if (result < 0) {
        return result;
    }
    struct case_flow tried = row.flow;
    if (case_flow_move(&tried, move, &case_due_days_default, service->now_ms) < 0) {
        return 0;
    }
    return case_steps_move(service, act, &row.flow, row.programme, move, NULL);
}

int case_steps_may_schedule(struct visit_service *service, const char *case_id)
{
    struct case_flow flow;
    const int result = visit_act_or_not_found(
        service->store->ops->case_flow.read_flow(service->store, case_id, &flow));
    return result == 0 && flow.step == CASE_CLOSED ? REFUSAL_WRONG_STATE : result;
}

int case_steps_visit_scheduled(struct visit_service *service, const struct visit_act *act)
{
    return move_if_it_fits(service, act, CASE_MOVE_VISIT_SCHEDULED);
}

int case_steps_visit_moved(struct visit_service *service, const struct visit_act *act,
                           const struct visit *before)
{
    const struct case_flow_store_ops *ops = &service->store->ops->case_flow;
    struct case_flow flow;
    char detail[CASE_EVENT_DETAIL_SIZE];
    snprintf(detail, sizeof(detail), "%" PRId64, act->visit.scheduled_at_ms);
    int result = case_steps_note(service, act, CASE_EVENT_VISIT_MOVED, act->visit.id, detail, NULL);
    result = result < 0 ? result : ops->read_flow(service->store, act->case_id, &flow);
    /* A time that somebody has set by hand stays. */
    if (result < 0 || flow.step != CASE_VISIT_SCHEDULED || flow.due_at_ms != end_of(before)) {
        return result;
    }
    be_due_with_visit(&flow, &act->visit);
    return ops->update_flow(service->store, &flow);
}

int case_steps_visit_ended(struct visit_service *service, const struct visit_act *act)
{
    size_t standing = 0;
    if (visit_is_practice(&act->visit)) {
        return 0; /* its case goes no way */
    }
    const int result = case_steps_count_standing(service, act->case_id, act->visit.id, &standing);
    if (result < 0 || standing > 0) {
        return result;
    }
    return move_if_it_fits(
        service, act, act->visit.opened_at_ms > 0 ? CASE_MOVE_VISIT_HELD : CASE_MOVE_VISIT_DROPPED);
}
