#include "gateway/visits/visit_alert.h"

#include "gateway/base/allocate.h"
#include "gateway/visits/case_steps.h"
#include "gateway/visits/name_table.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ESCALATION_PAGE 16
#define BEAT_SECONDS_MAX 60
#define VISIT_ALERTS_MAX 64

static const char *const state_names[ALERT_STATE_COUNT] = {
    [ALERT_PRESSING] = "pressing",
    [ALERT_ACKNOWLEDGED] = "acknowledged",
    [ALERT_CLOSED] = "closed",
};
DEFINE_NAMES(alert_state, alert_state, state_names)

struct alert_row_list *alert_row_list_create(void)
{
    return allocate_zeroed(1, sizeof(struct alert_row_list));
}

struct alert_row_list *alert_row_list_destroy(struct alert_row_list *list)
{
    if (list) {
        free(list->rows);
        free(list);
    }
    return NULL;
}

enum alert_state alert_state_of(const struct alert *alert)
{
    return alert->closed_at_ms > 0         ? ALERT_CLOSED
           : alert->acknowledged_at_ms > 0 ? ALERT_ACKNOWLEDGED
                                           : ALERT_PRESSING;
}

static const struct alert_ladder *ladder_of(const struct visit_service *service)
{
    return service->config.alert_ladder ? service->config.alert_ladder : &alert_ladder_default;
}

/* A site may have made its ladder shorter since. */
static size_t level_on(const struct alert_ladder *ladder, const struct alert *alert)
{
    return alert->level < ladder->count ? alert->level : ladder->count - 1;
}

enum participant_role visit_alert_told(const struct visit_service *service,
                                       const struct alert *alert)
{
    const struct alert_ladder *ladder = ladder_of(service);
    return ladder->levels[level_on(ladder, alert)].role;
}

static int note_event(struct visit_service *service, const struct visit_act *act,
                      enum visit_event_kind kind, const struct alert *alert)
{
    return visit_act_note(service, act, kind, alert->id, NULL,
                          participant_role_name(visit_alert_told(service, alert)), service->now_ms);
}

int visit_alert_raise(struct visit_service *service, const struct visit_act *act,
                      const char *response_id, const struct screening_finding *finding)
{
    const struct alert_store_ops *ops = &service->store->ops->alerts;
    struct alert alert = {0};
    if (visit_is_practice(&act->visit)) {
        return 0;
    }
    int result = ops->find_alert(service->store, response_id, finding->score, &alert);
    bool anew = result == -ENOENT;
    if (result < 0 && !anew) {
        return result;
    }
    if (anew) {
        alert.value = finding->value;
        alert.at_least = finding->at_least;
        alert.follow = finding->follow;
        alert.raised_at_ms = service->now_ms;
        random_uuid_v7(alert.id);
        memcpy(alert.visit_id, act->visit.id, sizeof(alert.visit_id));
        memcpy(alert.participant_id, act->seat.id, sizeof(alert.participant_id));
        memcpy(alert.score, finding->score, sizeof(alert.score));
        snprintf(alert.response_id, sizeof(alert.response_id), "%s", response_id);
    } else {
        anew = alert_judge_again(&alert, finding, service->now_ms);
    }
    result = ops->put_alert(service->store, &alert);
    return result == 0 && anew ? note_event(service, act, EVENT_ALERT_RAISED, &alert) : result;
}

int visit_alert_raise_emergency(struct visit_service *service, const struct visit_act *act,
                                const char *participant_id)
{
    struct alert alert = {.score = ALERT_SCORE_EMERGENCY,
                          .value = 1,
                          .at_least = 1,
                          .follow = FOLLOW_ALERT,
                          .raised_at_ms = service->now_ms};
    if (visit_is_practice(&act->visit)) {
        return 0;
    }
    random_uuid_v7(alert.id);
    memcpy(alert.visit_id, act->visit.id, sizeof(alert.visit_id));
    memcpy(alert.response_id, alert.id, sizeof(alert.response_id));
    snprintf(alert.participant_id, sizeof(alert.participant_id), "%s", participant_id);
    const int result = service->store->ops->alerts.put_alert(service->store, &alert);
    return result < 0 ? result : note_event(service, act, EVENT_ALERT_RAISED, &alert);
}

/* ---- reading ---- */

int visit_alert_list(struct visit_service *service, const struct visit_actor *actor,
                     const char *visit_id, struct alert_row_list **ret_list)
{
    const struct case_reach everything = {.everything = true};
    const struct alert_filter filter = {
        .states = (1u << ALERT_STATE_COUNT) - 1, .visit_id = visit_id, .limit = VISIT_ALERTS_MAX};
    struct visit_act act = {.operation = OPERATION_ALERT_READ, .actor = actor, .quiet = true};
    AUTO(alert_row_list) list = alert_row_list_create();
    int result = visit_act_begin_in_visit(service, &act, visit_id);
    if (result == 0) {
        result = service->store->ops->alerts.list_rows(service->store, &everything, &filter, list);
    }
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_list = TAKE(list);
    }
    return result;
}

int visit_alert_list_all(struct visit_service *service, const struct visit_actor *actor,
                         const struct alert_filter *filter, struct alert_row_list **ret_list)
{
    struct visit_act act = {.operation = OPERATION_ALERT_READ, .actor = actor};
    struct alert_filter asked = *filter;
    struct case_reach reach;
    AUTO(alert_row_list) list = alert_row_list_create();
    int result = visit_act_begin(service, &act);
    if (result == 0 && !case_steps_find_reach(&act, &reach)) {
        result = REFUSAL_NOT_PERMITTED;
    }
    if (result == 0) {
        if (asked.owner_id && strcmp(asked.owner_id, "me") == 0) {
            asked.owner_id = actor->account_id;
        }
        result = service->store->ops->alerts.list_rows(service->store, &reach, &asked, list);
        snprintf(act.detail, sizeof(act.detail), "alerts=%zu", list->count);
    }
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_list = TAKE(list);
    }
    return result;
}

int visit_alert_read(struct visit_service *service, const struct visit_actor *actor,
                     const char *alert_id, struct alert_row *ret_row)
{
    struct visit_act act = {.operation = OPERATION_ALERT_READ, .actor = actor};
    AUTO_FREE struct alert_row *row = allocate_zeroed(1, sizeof(*row));
    const int found = service->store->ops->alerts.read_row(service->store, alert_id, row);
    if (found < 0 && found != -ENOENT) {
        return found;
    }
    act.subject = found == 0 ? row->alert.id : NULL; /* what is no id stays out of the trail */
    int result = visit_act_begin_in_visit(service, &act, row->alert.visit_id);
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_row = *row;
    }
    return result;
}

/* ---- steps ---- */

static const char *id_of(const struct visit_actor *actor)
{
    return actor->account_id[0]  ? actor->account_id
           : actor->person_id[0] ? actor->person_id
                                 : actor->participant_id;
}

static int go(struct visit_service *service, const struct visit_act *act, struct alert *alert,
              enum alert_step step, const char *note)
{
    const char *who = id_of(act->actor);
    if (!alert_is_open(alert) || (step == ALERT_ACKNOWLEDGE && !alert_is_pressing(alert))) {
        return REFUSAL_WRONG_STATE;
    }
    if (note && (strlen(note) >= sizeof(alert->note) || !person_text_is_clean(note, true))) {
        return REFUSAL_INVALID;
    }
    if (step == ALERT_TAKE || !alert->owner_id[0]) {
        snprintf(alert->owner_id, sizeof(alert->owner_id), "%s", who);
    }
    if (step != ALERT_TAKE && alert->acknowledged_at_ms == 0) {
        alert->acknowledged_at_ms = service->now_ms;
        snprintf(alert->acknowledged_by, sizeof(alert->acknowledged_by), "%s", who);
    }
    if (step == ALERT_CLOSE) {
        alert->closed_at_ms = service->now_ms;
    }
    if (note) {
        snprintf(alert->note, sizeof(alert->note), "%s", note);
    }
    return service->store->ops->alerts.put_alert(service->store, alert);
}

int visit_alert_step(struct visit_service *service, const struct visit_actor *actor,
                     const char *alert_id, enum alert_step step, const char *note)
{
    static const enum visit_event_kind kinds[] = {EVENT_ALERT_TAKEN, EVENT_ALERT_ACKNOWLEDGED,
                                                  EVENT_ALERT_CLOSED};
    static const char *const names[] = {"take", "acknowledge", "close"};
    struct visit_act act = {.operation = OPERATION_ALERT_STEP, .actor = actor};
    struct alert alert;
    const int found = service->store->ops->alerts.read_alert(service->store, alert_id, &alert);
    if (found < 0 && found != -ENOENT) {
        return found;
    }
    act.subject = found == 0 ? alert.id : NULL; /* what is no id stays out of the trail */
    int result = visit_act_begin_in_visit(service, &act, found == 0 ? alert.visit_id : "");
    snprintf(act.detail, sizeof(act.detail), "%s", names[step]);
    if (result == 0) {
        result = go(service, &act, &alert, step, note);
    }
    if (result == 0) {
        result = note_event(service, &act, kinds[step], &alert);
    }
    return visit_act_end(service, &act, result, NULL);
}

static int escalate(struct visit_service *service, struct alert *alert, uint32_t level)
{
    const struct visit_actor gateway = visit_actor_gateway();
    struct visit_act act = {
        .operation = OPERATION_ALERT_ESCALATE, .actor = &gateway, .subject = alert->id};
    int result = visit_act_begin_in_visit(service, &act, alert->visit_id);
    if (result == 0) {
        alert->level = level;
        result = service->store->ops->alerts.put_alert(service->store, alert);
    }
    if (result == 0) {
        result = note_event(service, &act, EVENT_ALERT_ESCALATED, alert);
    }
    return visit_act_end(service, &act, result, NULL);
}

static void name_visit(struct alert_round *round, const char *visit_id)
{
    for (size_t i = 0; i < round->visit_count; i++) {
        if (strcmp(round->visits[i], visit_id) == 0) {
            return;
        }
    }
    if (round->visit_count < ALERT_ROUND_VISITS_MAX) {
        memcpy(round->visits[round->visit_count++], visit_id, UUID_TEXT_SIZE);
    }
}

static int look_at(struct visit_service *service, struct alert *alert, struct alert_round *round)
{
    const struct alert_ladder *ladder = ladder_of(service);
    const uint32_t level = alert_level_at(ladder, alert, service->now_ms);
    int result = 0;
    if (level != alert->level) {
        result = escalate(service, alert, level);
        round->told++;
        name_visit(round, alert->visit_id);
    }
    round->pressing[level_on(ladder, alert)]++;
    return result;
}

int visit_alert_escalate(struct visit_service *service, struct alert_round *ret_round)
{
    struct alert alerts[ESCALATION_PAGE];
    char after[UUID_TEXT_SIZE] = "";
    size_t count = ESCALATION_PAGE;
    int result = 0;
    *ret_round = (struct alert_round){0};
    while (result == 0 && count == ESCALATION_PAGE) {
        result = service->store->ops->alerts.list_pressing(service->store, after, alerts,
                                                           ESCALATION_PAGE, &count);
        for (size_t i = 0; result == 0 && i < count; i++) {
            memcpy(after, alerts[i].id, sizeof(after));
            result = look_at(service, &alerts[i], ret_round);
        }
    }
    return result;
}

uint32_t alert_ladder_beat_seconds(const struct alert_ladder *ladder)
{
    uint32_t beat = BEAT_SECONDS_MAX;
    for (size_t i = 0; i + 1 < ladder->count; i++) {
        const uint32_t quarter = (ladder->levels[i].seconds + 3) / 4;
        beat = quarter < beat ? quarter : beat;
    }
    return beat;
}
