#include "gateway/visits/case_work.h"

#include "gateway/base/allocate.h"
#include "gateway/visits/case_steps.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define COORDINATOR PARTICIPANT_ROLE_BIT(ROLE_COORDINATOR)

struct case_row_list *case_row_list_create(void)
{
    return allocate_zeroed(1, sizeof(struct case_row_list));
}

struct case_row_list *case_row_list_destroy(struct case_row_list *list)
{
    if (list) {
        free(list->rows);
        free(list);
    }
    return NULL;
}

struct case_progress *case_progress_destroy(struct case_progress *progress)
{
    if (progress) {
        case_event_list_destroy(progress->events);
        free(progress);
    }
    return NULL;
}

/* ---- reading ---- */

int case_work_list(struct visit_service *service, const struct visit_actor *actor,
                   const struct case_filter *filter, struct case_row_list **ret_list)
{
    struct visit_act act = {.operation = OPERATION_CASE_LIST, .actor = actor};
    struct case_filter asked = *filter;
    struct case_reach reach;
    AUTO(case_row_list) list = case_row_list_create();
    int result = visit_act_begin(service, &act);
    if (result == 0 && !case_steps_find_reach(&act, &reach)) {
        result = REFUSAL_NOT_PERMITTED;
    }
    if (result == 0) {
        if (asked.owner_id && strcmp(asked.owner_id, "me") == 0) {
            asked.owner_id = actor->account_id[0] ? actor->account_id : "me";
        }
        result = service->store->ops->case_flow.list_cases(service->store, &reach, &asked, list);
        snprintf(act.detail, sizeof(act.detail), "cases=%zu", list->count);
    }
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_list = TAKE(list);
    }
    return result;
}

int case_work_read(struct visit_service *service, const struct visit_actor *actor,
                   const char *case_id, struct case_progress **ret_progress)
{
    const struct case_flow_store_ops *ops = &service->store->ops->case_flow;
    struct visit_act act = {.operation = OPERATION_CASE_READ, .actor = actor, .subject = case_id};
    AUTO(case_progress) progress = allocate_zeroed(1, sizeof(*progress));
    int result = visit_act_begin_in_case(service, &act, case_id);
    snprintf(act.detail, sizeof(act.detail), "flow");
    if (result == 0) {
        result = visit_act_or_not_found(ops->read_row(service->store, case_id, &progress->row));
    }
    if (result == 0) {
        result = ops->list_events(service->store, case_id, &progress->events);
    }
    if (result == 0) {
        result = ops->read_plan(service->store, case_id, &progress->plan);
    }
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_progress = TAKE(progress);
    }
    return result;
}

/* ---- moving ---- */

static int check_move(struct visit_service *service, const struct case_flow *flow,
                      const struct case_move_request *request)
{
    size_t standing = 0;
    if (request->move > CASE_MOVE_CLOSE ||
        (request->reason && !case_reason_is_good(request->reason)) ||
        (!request->reason && case_move_needs_reason(request->move))) {
        return REFUSAL_INVALID;
    }
    if (flow->step != request->from) {
        return REFUSAL_WRONG_STATE;
    }
    const bool closes = request->move == CASE_MOVE_CLOSE ||
                        (request->move == CASE_MOVE_ADVANCE && flow->step + 1 == CASE_CLOSED);
    const int result =
        closes ? case_steps_count_standing(service, flow->case_id, NULL, &standing) : 0;
    return result == 0 && standing > 0 ? REFUSAL_WRONG_STATE : result;
}

int case_work_move(struct visit_service *service, const struct visit_actor *actor,
                   const char *case_id, const struct case_move_request *request,
                   struct case_row *ret_row)
{
    const struct case_flow_store_ops *ops = &service->store->ops->case_flow;
    struct visit_act act = {.operation = OPERATION_CASE_MOVE, .actor = actor, .subject = case_id};
    struct case_row row;
    int result = visit_act_begin_in_case(service, &act, case_id);
    if (result == 0) {
        result = visit_act_or_not_found(ops->read_row(service->store, case_id, &row));
    }
    result = result != 0 ? result : check_move(service, &row.flow, request);
    if (result == 0) {
        result = case_steps_move(service, &act, &row.flow, row.programme, request->move,
                                 request->reason);
    }
    if (result == 0) {
        snprintf(act.detail, sizeof(act.detail), "%s %s", case_move_name(request->move),
                 case_step_name(row.flow.step));
        result = ops->read_row(service->store, case_id, &row);
    }
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_row = row;
    }
    return result;
}

/* ---- changing ---- */

static int assign(struct visit_service *service, const struct visit_act *act,
                  const struct case_row *row, struct case_flow *flow, const char *owner_id)
{
    struct staff_account account = {.id = ""};
    if (strcmp(owner_id, "me") == 0) {
        owner_id = act->actor->account_id[0] ? act->actor->account_id : "me";
    }
    if (owner_id[0]) {
        const int result = visit_act_or_not_found(
            service->store->ops->staff.read_account(service->store, owner_id, &account));
        if (result != 0) {
            return result;
        }
        if (account.disabled_at_ms != 0 || !(account.roles & COORDINATOR) ||
            (account.programme[0] && strcmp(account.programme, row->programme) != 0)) {
            return REFUSAL_NOT_FOUND;
        }
    }
    if (strcmp(flow->owner_id, account.id) == 0) {
        return 0;
    }
    memcpy(flow->owner_id, account.id, sizeof(flow->owner_id));
    flow->version++;
    return case_steps_note(service, act, CASE_EVENT_ASSIGNED, account.id, NULL, NULL);
}

static int find_fitting_team(struct visit_service *service, const struct case_row *row,
                             const struct case_flow *flow, char team_id[UUID_TEXT_SIZE])
{
    AUTO(team_list) teams = NULL;
    AUTO(clinical_case) clinical_case = NULL;
    int result = service->store->ops->teams.list_teams(service->store, row->programme, false, "",
                                                       "", TEAMS_MAX, &teams);
    result = result < 0
                 ? result
                 : service->store->ops->read_case(service->store, flow->case_id, &clinical_case);
    if (result < 0) {
        return result;
    }
    const struct person *patient = clinical_case_patient(clinical_case);
    const struct team *team =
        team_route(teams, row->programme, flow->subspecialty, patient ? patient->languages : "");
    if (!team) {
        return REFUSAL_NOT_FOUND;
    }
    memcpy(team_id, team->id, sizeof(team->id));
    return 0;
}

static int check_team(struct visit_service *service, const struct case_row *row,
                      const char *team_id)
{
    AUTO(team) team = NULL;
    const int result = visit_act_or_not_found(
        service->store->ops->teams.read_team(service->store, team_id, &team));
    if (result != 0) {
        return result;
    }
    return team->retired_at_ms == 0 && strcmp(team->programme, row->programme) == 0
               ? 0
               : REFUSAL_NOT_FOUND;
}

static int route(struct visit_service *service, const struct visit_act *act,
                 const struct case_row *row, struct case_flow *flow, const char *team_id)
{
    char found[UUID_TEXT_SIZE] = "";
    int result = 0;
    if (strcmp(team_id, "auto") == 0) {
        result = find_fitting_team(service, row, flow, found);
    } else if (team_id[0]) {
        snprintf(found, sizeof(found), "%s", team_id);
        result = check_team(service, row, team_id);
    }
    if (result != 0 || strcmp(flow->team_id, found) == 0) {
        return result;
    }
    memcpy(flow->team_id, found, sizeof(flow->team_id));
    flow->version++;
    return case_steps_note(service, act, CASE_EVENT_ROUTED, found, flow->subspecialty, NULL);
}

static int set_due(struct visit_service *service, const struct visit_act *act,
                   struct case_flow *flow, int64_t due_at_ms)
{
    char detail[CASE_EVENT_DETAIL_SIZE];
    if (flow->step == CASE_CLOSED) {
        return REFUSAL_WRONG_STATE;
    }
    if (case_flow_set_due(flow, due_at_ms) < 0) {
        return REFUSAL_INVALID;
    }
    snprintf(detail, sizeof(detail), "%lld", (long long)due_at_ms);
    return case_steps_note(service, act, CASE_EVENT_DUE, NULL, detail, NULL);
}

static int change_flow(struct visit_service *service, const struct visit_act *act,
                       const struct case_row *row, const struct case_change *change)
{
    struct case_flow flow = row->flow;
    int result = 0;
    if (change->subspecialty) {
        if (strlen(change->subspecialty) >= sizeof(flow.subspecialty) ||
            (change->subspecialty[0] && !case_code_is_plain(change->subspecialty))) {
            return REFUSAL_INVALID;
        }
        strcpy(flow.subspecialty, change->subspecialty);
        flow.version++;
    }
    if (change->priority) {
        flow.priority = *change->priority;
        flow.version++;
    }
    if (change->owner_id) {
        result = assign(service, act, row, &flow, change->owner_id);
    }
    if (result == 0 && change->team_id) {
        result = route(service, act, row, &flow, change->team_id);
    }
    if (result == 0 && change->due_at_ms) {
        result = set_due(service, act, &flow, *change->due_at_ms);
    }
    return result != 0 ? result : service->store->ops->case_flow.update_flow(service->store, &flow);
}

int case_work_change(struct visit_service *service, const struct visit_actor *actor,
                     const char *case_id, const struct case_change *change,
                     struct case_row *ret_row)
{
    const struct case_flow_store_ops *ops = &service->store->ops->case_flow;
    struct visit_act act = {.operation = OPERATION_CASE_CHANGE, .actor = actor, .subject = case_id};
    struct case_row row;
    int result = visit_act_begin_in_case(service, &act, case_id);
    if (result == 0) {
        result = visit_act_or_not_found(ops->read_row(service->store, case_id, &row));
    }
    snprintf(act.detail, sizeof(act.detail), "%s%s%s%s%s", change->owner_id ? "owner " : "",
             change->team_id ? "team " : "", change->subspecialty ? "subspecialty " : "",
             change->due_at_ms ? "due " : "", change->priority ? "priority " : "");
    result = result != 0 ? result : case_steps_begin_undoable(service);
    if (result == 0) {
        result = case_steps_end_undoable(service, change_flow(service, &act, &row, change));
    }
    if (result == 0) {
        result = ops->read_row(service->store, case_id, &row);
    }
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_row = row;
    }
    return result;
}

/* ---- plans and due dates ---- */

int case_work_write_plan(struct visit_service *service, const struct visit_actor *actor,
                         const char *case_id, const struct hybrid_plan *plan)
{
    struct visit_act act = {.operation = OPERATION_CASE_PLAN, .actor = actor, .subject = case_id};
    struct case_flow flow;
    size_t index;
    int result = visit_act_begin_in_case(service, &act, case_id);
    snprintf(act.detail, sizeof(act.detail), "items=%zu", plan->count);
    if (result == 0) {
        result = visit_act_or_not_found(
            service->store->ops->case_flow.read_flow(service->store, case_id, &flow));
    }
    if (result == 0 && hybrid_plan_find_problem(plan, &index)) {
        result = REFUSAL_INVALID;
    }
    if (result == 0) {
        result = service->store->ops->case_flow.write_plan(service->store, case_id, plan);
    }
    if (result == 0) {
        result = case_steps_note(service, &act, CASE_EVENT_PLANNED, NULL, act.detail, NULL);
    }
    return visit_act_end(service, &act, result, NULL);
}

int case_work_read_due_days(struct visit_service *service, const struct visit_actor *actor,
                            const char *programme, struct case_due_days *ret_due)
{
    struct visit_act act = {.operation = OPERATION_DUE_DAYS, .actor = actor, .quiet = true};
    struct case_due_days due;
    int result = visit_act_begin(service, &act);
    result = result != 0 ? result : case_steps_check_programme(&act, programme);
    result = result != 0 ? result : case_steps_read_due_days(service, programme, &due);
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_due = due;
    }
    return result;
}

int case_work_write_due_days(struct visit_service *service, const struct visit_actor *actor,
                             const char *programme, const struct case_due_days *due)
{
    struct visit_act act = {.operation = OPERATION_DUE_DAYS, .actor = actor};
    int result = visit_act_begin(service, &act);
    result = result != 0 ? result : case_steps_check_programme(&act, programme);
    for (size_t i = 0; result == 0 && i < CASE_STEP_COUNT; i++) {
        result = due->days[i] <= CASE_DUE_DAYS_MAX ? 0 : REFUSAL_INVALID;
    }
    if (result == 0) {
        snprintf(act.detail, sizeof(act.detail), "%s", programme);
        result = service->store->ops->case_flow.write_due_days(service->store, programme, due);
    }
    return visit_act_end(service, &act, result, NULL);
}

int case_work_list_coordinators(struct visit_service *service, const struct visit_actor *actor,
                                const char *programme, struct staff_account **ret_accounts,
                                size_t *ret_count)
{
    struct visit_act act = {.operation = OPERATION_OWNER_LIST, .actor = actor, .quiet = true};
    AUTO_FREE struct staff_account *accounts = NULL;
    size_t count = 0;
    int result = visit_act_begin(service, &act);
    if (result == 0 && !case_steps_acts_at_large(&act)) {
        result = REFUSAL_NOT_PERMITTED;
    }
    if (result == 0) {
        result = service->store->ops->case_flow.list_coordinators(
            service->store, act.programme[0] ? act.programme : programme, &accounts, &count);
    }
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_accounts = TAKE(accounts);
        *ret_count = count;
    }
    return result;
}
