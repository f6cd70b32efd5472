#include "gateway/visits/team_work.h"

#include "gateway/base/allocate.h"
#include "gateway/visits/case_steps.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define COORDINATOR PARTICIPANT_ROLE_BIT(ROLE_COORDINATOR)

/* ---- reading teams ---- */

/* A coordinator sees the teams of their programme, a physician those of all. */
static const char *programme_seen(const struct visit_act *act)
{
    const bool is_physician = (act->roles & ~COORDINATOR) != 0;
    return is_physician ? "" : act->programme;
}

static int begin_at_large(struct visit_service *service, struct visit_act *act)
{
    const int result = visit_act_begin(service, act);
    return result == 0 && !case_steps_acts_at_large(act) ? REFUSAL_NOT_PERMITTED : result;
}

int team_work_list(struct visit_service *service, const struct visit_actor *actor,
                   const struct team_filter *filter, struct team_list **ret_list)
{
    struct visit_act act = {.operation = OPERATION_TEAM_READ, .actor = actor, .quiet = true};
    AUTO(team_list) list = NULL;
    int result = begin_at_large(service, &act);
    if (result == 0) {
        const char *seen = programme_seen(&act);
        if (seen[0] && filter->programme[0] && strcmp(seen, filter->programme) != 0) {
            result = REFUSAL_NOT_PERMITTED;
        } else {
            result = service->store->ops->teams.list_teams(
                service->store, seen[0] ? seen : filter->programme, filter->with_retired,
                filter->after_programme, filter->after_key, filter->limit, &list);
        }
    }
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_list = TAKE(list);
    }
    return result;
}

static int read_seen(struct visit_service *service, const struct visit_act *act,
                     const char *team_id, struct team **ret_team)
{
    AUTO(team) team = NULL;
    const int result = visit_act_or_not_found(
        service->store->ops->teams.read_team(service->store, team_id, &team));
    const char *seen = programme_seen(act);
    if (result != 0 || (seen[0] && strcmp(seen, team->programme) != 0)) {
        return result != 0 ? result : REFUSAL_NOT_FOUND;
    }
    *ret_team = TAKE(team);
    return 0;
}

int team_work_read(struct visit_service *service, const struct visit_actor *actor,
                   const char *team_id, struct team **ret_team)
{
    struct visit_act act = {
        .operation = OPERATION_TEAM_READ, .actor = actor, .subject = team_id, .quiet = true};
    AUTO(team) team = NULL;
    int result = begin_at_large(service, &act);
    result = result != 0 ? result : read_seen(service, &act, team_id, &team);
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_team = TAKE(team);
    }
    return result;
}

/* ---- changing teams ---- */

/* Whatever stands in the team is good; the rows follow. */
static int write_team(struct visit_service *service, struct team *team,
                      struct expert_hours *const *hours, bool is_new)
{
    const struct team_store_ops *ops = &service->store->ops->teams;
    int result =
        is_new ? ops->insert_team(service->store, team) : ops->update_team(service->store, team);
    for (size_t i = 0; result == 0 && i < team->expert_count; i++) {
        result = ops->keep_expert(service->store, &team->experts[i]);
        if (result == 0 && hours && hours[i]) {
            result = ops->write_hours(service->store, team->experts[i].id, hours[i]);
        }
    }
    return result < 0 ? result : ops->write_members(service->store, team);
}

static int check_team(const struct visit_act *act, const struct team *team,
                      struct expert_hours *const *hours)
{
    size_t index;
    if (team_find_problem(team, &index)) {
        return REFUSAL_INVALID;
    }
    for (size_t i = 0; i < team->expert_count; i++) {
        AUTO(zone_clock) clock = zone_clock_create(team->experts[i].time_zone);
        if (!clock || (hours && hours[i] && expert_hours_find_problem(hours[i], &index))) {
            return REFUSAL_INVALID;
        }
    }
    return case_steps_check_programme(act, team->programme);
}

static int keep(struct visit_service *service, struct team *team, struct expert_hours *const *hours,
                bool *ret_is_new)
{
    const struct team_store_ops *ops = &service->store->ops->teams;
    int result = ops->find_team(service->store, team->programme, team->key, team->id);
    *ret_is_new = result == -ENOENT;
    if (result < 0 && !*ret_is_new) {
        return result;
    }
    team->version = 1;
    if (*ret_is_new) {
        random_uuid_v7(team->id);
    } else {
        AUTO(team) known = NULL;
        result = ops->read_team(service->store, team->id, &known);
        if (result < 0) {
            return result;
        }
        team->version = known->version + 1;
    }
    team->retired_at_ms = 0;
    return write_team(service, team, hours, *ret_is_new);
}

int team_work_keep(struct visit_service *service, const struct visit_actor *actor,
                   struct team *team, struct expert_hours *const *hours, bool *ret_is_new)
{
    struct visit_act act = {.operation = OPERATION_TEAM_WRITE, .actor = actor};
    bool is_new = false;
    int result = begin_at_large(service, &act);
    result = result != 0 ? result : check_team(&act, team, hours);
    if (result == 0) {
        result = keep(service, team, hours, &is_new);
        act.subject = team->id;
        snprintf(act.detail, sizeof(act.detail), "experts=%zu", team->expert_count);
    }
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_is_new = is_new;
    }
    return result;
}

static int change(struct visit_service *service, const struct visit_act *act, const char *team_id,
                  struct team *team, struct expert_hours *const *hours)
{
    AUTO(team) known = NULL;
    char other_id[UUID_TEXT_SIZE] = "";
    int result = visit_act_or_not_found(
        service->store->ops->teams.read_team(service->store, team_id, &known));
    if (result != 0) {
        return result;
    }
    memcpy(team->id, known->id, sizeof(team->id));
    memcpy(team->programme, known->programme, sizeof(team->programme));
    team->version = known->version + 1;
    team->retired_at_ms = 0;
    result = check_team(act, team, hours);
    if (result != 0) {
        return result;
    }
    result =
        service->store->ops->teams.find_team(service->store, team->programme, team->key, other_id);
    if (result == 0 && strcmp(other_id, team->id) != 0) {
        return REFUSAL_CASE_EXISTS;
    }
    return result < 0 && result != -ENOENT ? result : write_team(service, team, hours, false);
}

int team_work_change(struct visit_service *service, const struct visit_actor *actor,
                     const char *team_id, struct team *team, struct expert_hours *const *hours)
{
    struct visit_act act = {.operation = OPERATION_TEAM_WRITE, .actor = actor, .subject = team_id};
    int result = begin_at_large(service, &act);
    result = result != 0 ? result : change(service, &act, team_id, team, hours);
    snprintf(act.detail, sizeof(act.detail), "experts=%zu", team->expert_count);
    return visit_act_end(service, &act, result, NULL);
}

static int retire(struct visit_service *service, const struct visit_act *act, const char *team_id)
{
    AUTO(team) team = NULL;
    int result = visit_act_or_not_found(
        service->store->ops->teams.read_team(service->store, team_id, &team));
    result = result != 0 ? result : case_steps_check_programme(act, team->programme);
    if (result != 0) {
        return result;
    }
    if (team->retired_at_ms != 0) {
        return REFUSAL_WRONG_STATE;
    }
    team->retired_at_ms = service->now_ms;
    team->version++;
    return service->store->ops->teams.update_team(service->store, team);
}

int team_work_retire(struct visit_service *service, const struct visit_actor *actor,
                     const char *team_id)
{
    struct visit_act act = {.operation = OPERATION_TEAM_WRITE, .actor = actor, .subject = team_id};
    snprintf(act.detail, sizeof(act.detail), "retired");
    int result = begin_at_large(service, &act);
    result = result != 0 ? result : retire(service, &act, team_id);
    return visit_act_end(service, &act, result, NULL);
}

/* ---- hours ---- */

/* One's own, or those of an expert whose teams one sees. */
static int check_sees_expert(struct visit_service *service, const struct visit_act *act,
                             const char *expert_id)
{
    struct expert expert;
    bool is_of = false;
    const char *seen = programme_seen(act);
    int result = visit_act_or_not_found(
        service->store->ops->teams.read_expert(service->store, expert_id, &expert));
    const bool is_own =
        result == 0 && act->actor->account_id[0] && strcmp(expert.staff_key, act->staff_key) == 0;
    if (result != 0 || is_own || !seen[0]) {
        return result;
    }
    result = service->store->ops->teams.is_expert_of(service->store, expert_id, seen, &is_of);
    return result == 0 && !is_of ? REFUSAL_NOT_FOUND : result;
}

int team_work_read_hours(struct visit_service *service, const struct visit_actor *actor,
                         const char *expert_id, struct expert_hours *ret_hours)
{
    struct visit_act act = {
        .operation = OPERATION_TEAM_READ, .actor = actor, .subject = expert_id, .quiet = true};
    struct expert_hours hours;
    int result = begin_at_large(service, &act);
    result = result != 0 ? result : check_sees_expert(service, &act, expert_id);
    if (result == 0) {
        result = visit_act_or_not_found(
            service->store->ops->teams.read_hours(service->store, expert_id, &hours));
    }
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_hours = hours;
    }
    return result;
}

/* One's own; or, for a coordinator, those of the programme; or all. */
static int check_whose_hours(struct visit_service *service, const struct visit_act *act,
                             const char *expert_id)
{
    struct expert expert;
    bool is_of = false;
    int result = visit_act_or_not_found(
        service->store->ops->teams.read_expert(service->store, expert_id, &expert));
    const bool is_account = act->actor->account_id[0] != 0;
    if (result != 0 || (is_account && strcmp(expert.staff_key, act->staff_key) == 0)) {
        return result;
    }
    if (is_account && !(act->roles & COORDINATOR)) {
        return REFUSAL_NOT_PERMITTED;
    }
    if (!act->programme[0]) {
        return 0;
    }
    result =
        service->store->ops->teams.is_expert_of(service->store, expert_id, act->programme, &is_of);
    return result == 0 && !is_of ? REFUSAL_NOT_FOUND : result;
}

int team_work_write_hours(struct visit_service *service, const struct visit_actor *actor,
                          const char *expert_id, const struct expert_hours *hours)
{
    struct visit_act act = {
        .operation = OPERATION_HOURS_WRITE, .actor = actor, .subject = expert_id};
    size_t index;
    snprintf(act.detail, sizeof(act.detail), "windows=%zu exceptions=%zu", hours->window_count,
             hours->exception_count);
    int result = begin_at_large(service, &act);
    result = result != 0 ? result : check_whose_hours(service, &act, expert_id);
    if (result == 0 && expert_hours_find_problem(hours, &index)) {
        result = REFUSAL_INVALID;
    }
    if (result == 0) {
        result = service->store->ops->teams.write_hours(service->store, expert_id, hours);
    }
    return visit_act_end(service, &act, result, NULL);
}
