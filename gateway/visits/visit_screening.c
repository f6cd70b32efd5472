#include "gateway/visits/visit_screening.h"

#include "gateway/visits/visit_act.h"
#include "gateway/visits/visit_licence.h"

#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>

/* What was said under a meaning: a text, or the code of a choice. NULL: nothing. */
static const char *find_said(const struct questionnaire *questionnaire,
                             const struct questionnaire_answers *answers,
                             enum questionnaire_meaning meaning, size_t *ret_item)
{
    const size_t index = questionnaire_find_meaning(questionnaire, meaning);
    if (index == QUESTIONNAIRE_NO_ITEM || answers->answers[index].state != ANSWER_GIVEN) {
        return NULL;
    }
    const struct questionnaire_item *item = &questionnaire->items[index];
    const struct questionnaire_answer *answer = &answers->answers[index];
    *ret_item = index;
    return item->type == ITEM_CHOICE ? item->options[answer->number].code : answer->text;
}

/* What goes into the seat has to fit there. */
static enum answer_problem check_seat_fields(const struct questionnaire *questionnaire,
                                             const struct questionnaire_answers *answers,
                                             size_t *ret_item)
{
    static const struct {
        enum questionnaire_meaning meaning;
        size_t size;
        bool multiline;
    } fields[] = {
        {MEANING_PLACE_ADDRESS, PERSON_ADDRESS_SIZE, true},
        {MEANING_PLACE_PHONE, PERSON_PHONE_SIZE, false},
        {MEANING_CONTACT_NAME, PERSON_NAME_SIZE, false},
        {MEANING_CONTACT_PHONE, PERSON_PHONE_SIZE, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(fields); i++) {
        size_t item = 0;
        const char *said = find_said(questionnaire, answers, fields[i].meaning, &item);
        if (said && strlen(said) >= fields[i].size) {
            *ret_item = item;
            return ANSWER_TOO_LONG;
        }
        if (said && !person_text_is_clean(said, fields[i].multiline)) {
            *ret_item = item;
            return ANSWER_NOT_CLEAN;
        }
    }
    return ANSWER_GOOD;
}

static int check(const struct visit_act *act, const struct questionnaire *questionnaire,
                 const struct questionnaire_answers *answers, bool complete,
                 struct screening_outcome *outcome)
{
    if (!act->has_seat ||
        (questionnaire->audience & PARTICIPANT_ROLE_BIT(act->seat.person.role)) == 0) {
        return REFUSAL_NOT_PERMITTED;
    }
    if (act->visit.state == VISIT_ENDED) {
        return REFUSAL_VISIT_ENDED;
    }
    outcome->problem =
        questionnaire_check_answers(questionnaire, answers, complete, &outcome->item);
    if (outcome->problem == ANSWER_GOOD) {
        outcome->problem = check_seat_fields(questionnaire, answers, &outcome->item);
    }
    return outcome->problem == ANSWER_GOOD ? 0 : REFUSAL_INVALID;
}

/* Place and contact of the seat. The place first: what it refuses has changed nothing. */
static int take_place(struct visit_service *service, struct visit_act *act,
                      const struct questionnaire *questionnaire,
                      const struct questionnaire_answers *answers, bool *ret_moved)
{
    size_t item;
    struct person *person = &act->seat.person;
    const char *name = find_said(questionnaire, answers, MEANING_CONTACT_NAME, &item);
    const char *phone = find_said(questionnaire, answers, MEANING_CONTACT_PHONE, &item);
    const struct visit_place place = {
        .subdivision = find_said(questionnaire, answers, MEANING_PLACE_STATE, &item),
        .address = find_said(questionnaire, answers, MEANING_PLACE_ADDRESS, &item),
        .phone = find_said(questionnaire, answers, MEANING_PLACE_PHONE, &item),
    };
    int result = 0;
    *ret_moved = place.subdivision || place.address || place.phone;
    if (*ret_moved) {
        result = visit_licence_state_place(service, act->actor, &place, NULL);
    }
    if (result == 0 && name && phone) {
        *ret_moved = true;
        g_strlcpy(person->emergency_contact_name, name, sizeof(person->emergency_contact_name));
        g_strlcpy(person->emergency_contact_phone, phone, sizeof(person->emergency_contact_phone));
        result = service->store->ops->screening.update_contact(service->store, &act->seat);
    }
    return result;
}

static int find_or_begin(struct visit_service *service, const struct visit_act *act,
                         const struct questionnaire *questionnaire,
                         struct screening_response *response)
{
    const int result = service->store->ops->screening.find_response(
        service->store, act->seat.id, questionnaire->digest, response);
    if (result != -ENOENT) {
        return result;
    }
    *response = (struct screening_response){.started_at_ms = service->now_ms};
    random_uuid_v7(response->id);
    memcpy(response->visit_id, act->visit.id, sizeof(response->visit_id));
    memcpy(response->participant_id, act->seat.id, sizeof(response->participant_id));
    memcpy(response->url, questionnaire->url, sizeof(response->url));
    memcpy(response->version, questionnaire->version, sizeof(response->version));
    memcpy(response->digest, questionnaire->digest, sizeof(response->digest));
    return 0;
}

static int keep(struct visit_service *service, struct visit_act *act,
                const struct questionnaire *questionnaire,
                const struct questionnaire_answers *answers, bool complete,
                struct screening_outcome *outcome)
{
    const struct screening_store_ops *ops = &service->store->ops->screening;
    struct questionnaire_score scores[QUESTIONNAIRE_SCORES_MAX];
    const size_t count = questionnaire_add_up(questionnaire, answers, scores);
    struct screening_response response;
    int result = ops->keep_questionnaire(service->store, questionnaire);
    result = result < 0 ? result : find_or_begin(service, act, questionnaire, &response);
    if (result < 0) {
        return result;
    }
    const bool completes = complete && !response.complete;
    response.complete = complete;
    response.updated_at_ms = service->now_ms;
    result = ops->put_response(service->store, &response, questionnaire, answers, scores, count);
    if (result == 0 && completes) {
        result = visit_act_note(service, act, EVENT_SCREENING_COMPLETED, response.id, NULL, NULL,
                                service->now_ms);
    }
    outcome->follow = screening_decide(service->config.screening_rules, scores, count,
                                       outcome->findings, &outcome->finding_count);
    for (size_t i = 0; result == 0 && i < outcome->finding_count; i++) {
        result = visit_alert_raise(service, act, response.id, &outcome->findings[i]);
    }
    memcpy(outcome->response_id, response.id, sizeof(outcome->response_id));
    if (outcome->follow == FOLLOW_CRISIS) {
        outcome->crisis =
            screening_choose_crisis(service->config.screening_rules, act->seat.person.languages);
    }
    return result;
}

int visit_screening_answer(struct visit_service *service, const struct visit_actor *actor,
                           const struct questionnaire *questionnaire,
                           const struct questionnaire_answers *answers, bool complete,
                           struct screening_outcome *ret_outcome,
                           struct visit_picture **ret_picture)
{
    struct visit_act act = {
        .operation = OPERATION_SCREENING_ANSWER, .actor = actor, .subject = actor->participant_id};
    bool moved = false;
    *ret_outcome = (struct screening_outcome){.item = QUESTIONNAIRE_NO_ITEM};
    int result = visit_act_begin_in_visit(service, &act, actor->visit_id);
    if (result == 0) {
        result = check(&act, questionnaire, answers, complete, ret_outcome);
    }
    if (result == 0) {
        result = take_place(service, &act, questionnaire, answers, &moved);
    }
    if (result == 0) {
        result = keep(service, &act, questionnaire, answers, complete, ret_outcome);
        snprintf(act.detail, sizeof(act.detail), "%s %s", complete ? "complete" : "partial",
                 screening_follow_name(ret_outcome->follow));
    }
    return visit_act_end(service, &act, result, moved ? ret_picture : NULL);
}

int visit_screening_list(struct visit_service *service, const struct visit_actor *actor,
                         const char *visit_id, struct screening_list **ret_list)
{
    struct visit_act act = {.operation = OPERATION_SCREENING_READ, .actor = actor};
    AUTO(screening_list) found = NULL;
    int result = visit_act_begin_in_visit(service, &act, visit_id);
    if (result == 0) {
        result =
            service->store->ops->screening.list_responses(service->store, visit_id, "", &found);
    }
    result = visit_act_end(service, &act, result, NULL);
    if (result == 0) {
        *ret_list = TAKE(found);
    }
    return result;
}

int visit_screening_read_document(struct visit_service *service, const char *digest,
                                  uint8_t **ret_bytes, size_t *ret_size)
{
    return service->store->ops->screening.read_document(service->store, digest, ret_bytes,
                                                        ret_size);
}
