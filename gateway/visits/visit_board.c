#include "gateway/visits/visit_board.h"

#include "gateway/base/allocate.h"
#include "gateway/visits/case_steps.h"
#include "gateway/visits/visit_act.h"
#include "gateway/visits/visit_alert.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool board_reach_covers(const struct board_reach *reach, const char *programme, const char *case_id)
{
    return (!reach->programme[0] || strcmp(reach->programme, programme) == 0) &&
           (!reach->case_id[0] || strcmp(reach->case_id, case_id) == 0);
}

/* Of an act that began. From a seat nobody watches over a day. */
static int find_reach(struct visit_service *service, const struct visit_act *act,
                      struct board_reach *reach)
{
    struct staff_account account;
    *reach = (struct board_reach){0};
    if (act->has_seat) {
        return REFUSAL_NOT_PERMITTED;
    }
    reach->way_in_only = act->role == ROLE_TECHNICAL_HELPER;
    memcpy(reach->programme, act->programme, sizeof(reach->programme));
    if (!case_steps_acts_at_large(act)) {
        memcpy(reach->case_id, act->actor->case_id, sizeof(reach->case_id));
    }
    if (!act->actor->account_id[0]) {
        return 0;
    }
    const int result =
        service->store->ops->staff.read_account(service->store, act->actor->account_id, &account);
    if (result == 0) {
        memcpy(reach->time_zone, account.time_zone, sizeof(reach->time_zone));
    }
    return result;
}

int visit_board_reach(struct visit_service *service, const struct visit_actor *actor,
                      struct board_reach *ret_reach)
{
    struct visit_act act = {.operation = OPERATION_BOARD_SEE, .actor = actor, .quiet = true};
    struct board_reach reach;
    int result = visit_act_begin(service, &act);
    result = result != 0 ? result : find_reach(service, &act, &reach);
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_reach = reach;
    }
    return result;
}

/* ---- one visit ---- */

static int fill_seat(struct visit_service *service, const struct participant *participant,
                     struct board_seat *seat)
{
    const struct visit_store_ops *ops = service->store->ops;
    struct join_link link;
    const int found = ops->latest_join_link(service->store, participant->id, &link);
    if (found < 0 && found != -ENOENT) {
        return found;
    }
    *seat = (struct board_seat){.link_at_ms = found == 0 ? link.created_at_ms : 0,
                                .tries_left = found == 0 ? join_link_tries_left(&link) : 0};
    int result = ops->seat_steps.read(service->store, participant, &seat->progress);
    if (result == 0) {
        result =
            ops->board.read_answered_at(service->store, participant->id, &seat->answered_at_ms);
    }
    if (result == 0) {
        result =
            ops->device_checks.latest(service->store, participant->id, INT64_MAX, &seat->check);
        seat->has_check = result == 0;
        result = result == -ENOENT ? 0 : result;
    }
    seat->stand = seat_step_now(participant, found == 0 ? &link : NULL, &seat->progress);
    return result;
}

static int fill_alerts(struct visit_service *service, struct board_visit *board)
{
    static const struct case_reach everything = {.everything = true};
    const struct alert_filter filter = {
        .states = 1u << ALERT_PRESSING | 1u << ALERT_ACKNOWLEDGED,
        .visit_id = board->visit.id,
        .limit = BOARD_ALERTS_MAX,
    };
    AUTO(alert_row_list) list = alert_row_list_create();
    const int result =
        service->store->ops->alerts.list_rows(service->store, &everything, &filter, list);
    for (size_t i = 0; result == 0 && i < list->count; i++) {
        struct board_alert *alert = &board->alerts[board->alert_count++];
        alert->alert = list->rows[i].alert;
        memcpy(alert->owner_name, list->rows[i].owner_name, sizeof(alert->owner_name));
    }
    return result;
}

static int fill(struct visit_service *service, const char *visit_id, struct board_visit *board)
{
    const struct visit_store_ops *ops = service->store->ops;
    const struct participant *colleague;
    *board = (struct board_visit){0};
    int result = ops->read_visit(service->store, visit_id, &board->visit);
    result = result == 0 && visit_is_practice(&board->visit) ? -ENOENT : result;
    result = result != 0 ? result
                         : ops->board.read_case_names(service->store, board->visit.case_id,
                                                      board->programme, board->reference);
    result = result != 0 ? result
                         : ops->list_participants(service->store, visit_id, board->participants,
                                                  &board->participant_count);
    for (size_t i = 0; result == 0 && i < board->participant_count; i++) {
        result = fill_seat(service, &board->participants[i], &board->seats[i]);
    }
    result = result != 0
                 ? result
                 : visit_licence_judge(service, &board->visit, board->participants,
                                       board->participant_count, board->licences, &colleague);
    result = result != 0 ? result : ops->delays.read(service->store, visit_id, &board->delay);
    result = result != 0 ? result : ops->help.latest(service->store, visit_id, &board->help);
    return result != 0 ? result : fill_alerts(service, board);
}

int visit_board_look(struct visit_service *service, const char *visit_id,
                     struct board_visit *ret_visit)
{
    return visit_act_or_not_found(fill(service, visit_id, ret_visit));
}

/* ---- a day ---- */

static int list(struct visit_service *service, const struct board_filter *filter,
                void (*each)(void *context, const struct board_visit *visit), void *context)
{
    AUTO_FREE struct board_place *places = NULL;
    AUTO_FREE struct board_visit *board = allocate_zeroed(1, sizeof(*board));
    size_t count = 0;
    int result = service->store->ops->board.list_places(service->store, filter, &places, &count);
    for (size_t i = 0; result == 0 && i < count; i++) {
        result = fill(service, places[i].visit_id, board);
        if (result == 0) {
            each(context, board);
        }
    }
    return result;
}

int visit_board_list(struct visit_service *service, const struct visit_actor *actor,
                     const struct board_request *request,
                     void (*each)(void *context, const struct board_visit *visit), void *context,
                     struct board_reach *ret_reach)
{
    struct visit_act act = {
        .operation = OPERATION_BOARD_SEE, .actor = actor, .quiet = request->quiet};
    struct board_filter filter = {.from_ms = request->from_ms,
                                  .until_ms = request->until_ms,
                                  .after_ms = request->after_ms,
                                  .limit = request->limit};
    struct board_reach reach;
    snprintf(filter.after_id, sizeof(filter.after_id), "%s", request->after_id);
    int result = visit_act_begin(service, &act);
    result = result != 0 ? result : find_reach(service, &act, &reach);
    if (result == 0) {
        memcpy(filter.programme, reach.programme, sizeof(filter.programme));
        memcpy(filter.case_id, reach.case_id, sizeof(filter.case_id));
        result = list(service, &filter, each, context);
    }
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_reach = reach;
    }
    return result;
}

/* ---- what changed ---- */

void visit_board_note_changed(struct visit_service *service, const char *visit_id)
{
    struct changed_visits *changed = &service->changed;
    if (!changed->wanted || changed->all || !visit_id[0]) {
        return;
    }
    for (size_t i = 0; i < changed->count; i++) {
        if (strcmp(changed->ids[i], visit_id) == 0) {
            return;
        }
    }
    if (changed->count == CHANGED_VISITS_MAX) {
        changed->all = true;
    } else {
        snprintf(changed->ids[changed->count++], UUID_TEXT_SIZE, "%s", visit_id);
    }
}

size_t visit_board_take_changed(struct visit_service *service,
                                char ret_ids[CHANGED_VISITS_MAX][UUID_TEXT_SIZE], bool *ret_all)
{
    struct changed_visits *changed = &service->changed;
    const size_t count = changed->count;
    memcpy(ret_ids, changed->ids, count * UUID_TEXT_SIZE);
    *ret_all = changed->all || !changed->wanted;
    changed->wanted = true;
    changed->all = false;
    changed->count = 0;
    return count;
}
