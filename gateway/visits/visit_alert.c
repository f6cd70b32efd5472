#include "gateway/visits/visit_alert.h"

#include "gateway/visits/visit_act.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ESCALATION_PAGE 16

static const struct alert_ladder *ladder_of(const struct visit_service *service)
{
    return service->config.alert_ladder ? service->config.alert_ladder : &alert_ladder_default;
}

static int note_event(struct visit_service *service, const struct visit_act *act,
                      enum visit_event_kind kind, const struct alert *alert)
{
    const struct alert_ladder *ladder = ladder_of(service);
    const size_t level = alert->level < ladder->count ? alert->level : ladder->count - 1;
    return visit_act_note(service, act, kind, alert->id, NULL,
                          participant_role_name(ladder->levels[level].role), service->now_ms);
}

int visit_alert_raise(struct visit_service *service, const struct visit_act *act,
                      const char *response_id, const struct screening_finding *finding)
{
    const struct alert_store_ops *ops = &service->store->ops->alerts;
    struct alert alert = {0};
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

int visit_alert_list(struct visit_service *service, const struct visit_actor *actor,
                     const char *visit_id, struct alert_list *ret_list)
{
    struct visit_act act = {.operation = OPERATION_ALERT_READ, .actor = actor, .quiet = true};
    size_t count = 0;
    int result = visit_act_begin_in_visit(service, &act, visit_id);
    if (result == 0) {
        result = service->store->ops->alerts.list_alerts(
            service->store, visit_id, "", ret_list->alerts, VISIT_ALERTS_MAX, &count);
    }
    result = visit_act_end(service, &act, result, NULL);
    ret_list->count = result == 0 ? count : 0;
    return result;
}

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

int visit_alert_escalate(struct visit_service *service, size_t *ret_count)
{
    struct alert alerts[ESCALATION_PAGE];
    char after[UUID_TEXT_SIZE] = "";
    size_t count = ESCALATION_PAGE;
    size_t told = 0;
    int result = 0;
    while (result == 0 && count == ESCALATION_PAGE) {
        result = service->store->ops->alerts.list_alerts(service->store, NULL, after, alerts,
                                                         ESCALATION_PAGE, &count);
        for (size_t i = 0; result == 0 && i < count; i++) {
            const uint32_t level = alert_level_at(ladder_of(service), &alerts[i], service->now_ms);
            memcpy(after, alerts[i].id, sizeof(after));
            if (level != alerts[i].level) {
                result = escalate(service, &alerts[i], level);
                told++;
            }
        }
    }
    *ret_count = told;
    return result;
}
