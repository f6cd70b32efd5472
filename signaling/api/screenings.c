#include "signaling/api/screenings.h"

#include "gateway/base/allocate.h"
#include "gateway/visits/visit_screening.h"
#include "signaling/api/alerts.h"
#include "signaling/api/questionnaire_document.h"
#include "signaling/api/questionnaire_json.h"
#include "signaling/api/screening_settings.h"
#include "signaling/signaling_server.h"

#include <errno.h>
#include <string.h>

/* ---- what was asked ---- */

/* The site may have replaced the document since: then it is read from the record. */
static int find_asked(const struct api_task *task, struct visit_service *service,
                      const char *digest, const struct questionnaire **ret_asked,
                      struct questionnaire **ret_owned)
{
    AUTO_FREE uint8_t *bytes = NULL;
    struct document_problem problem;
    size_t size = 0;
    *ret_asked = screening_settings_find(task->api->config->screening, digest);
    if (*ret_asked) {
        return 0;
    }
    int result = visit_screening_read_document(service, digest, &bytes, &size);
    result = result < 0 ? result : questionnaire_document_read(bytes, size, ret_owned, &problem);
    *ret_asked = *ret_owned;
    return result == -ENOENT ? -EIO : result;
}

/* ---- what was answered ---- */

/* The words that belong to a choice, or to a point of a scale that has some. */
static json_t *said_json(const struct questionnaire *asked, const struct questionnaire_item *item,
                         const struct questionnaire_answer *answer)
{
    for (size_t i = 0; i < item->option_count; i++) {
        const bool said = item->type == ITEM_CHOICE ? (int64_t)i == answer->number
                                                    : item->options[i].number == answer->number;
        if (said) {
            return questionnaire_words_json(asked, &item->options[i].words);
        }
    }
    return json_null();
}

static json_t *answer_json(const struct questionnaire *asked, size_t index,
                           const struct questionnaire_answer *answer)
{
    const struct questionnaire_item *item = &asked->items[index];
    json_t *object = json_pack("{s:s, s:o}", "link_id", item->link_id, "text",
                               questionnaire_words_json(asked, &item->words));
    if (item->parent != QUESTIONNAIRE_NO_ITEM) {
        json_object_set_new(object, "group",
                            questionnaire_words_json(asked, &asked->items[item->parent].words));
    }
    if (item->meaning != MEANING_NONE) {
        json_object_set_new(object, "meaning",
                            json_string(questionnaire_meaning_name(item->meaning)));
    }
    if (answer->state == ANSWER_SKIPPED) {
        json_object_set_new(object, "skipped", json_true());
    } else {
        json_object_set_new(object, "value", questionnaire_value_json(item, answer));
        json_object_set_new(object, "words", said_json(asked, item, answer));
    }
    return object;
}

static json_t *answers_json(const struct questionnaire *asked,
                            const struct screening_record *record)
{
    AUTO(questionnaire_answers) answers = questionnaire_answers_create();
    json_t *list = json_array();
    for (size_t i = 0; i < record->answer_count; i++) {
        screening_read_answer(asked, &record->answers[i], answers);
    }
    for (size_t i = 0; i < asked->item_count; i++) {
        if (answers->answers[i].state != ANSWER_NONE) {
            json_array_append_new(list, answer_json(asked, i, &answers->answers[i]));
        }
    }
    return list;
}

/* A score with what its item is called, and what follows from it by the site's rules of today. */
static json_t *score_json(const struct screening_settings *settings,
                          const struct questionnaire *asked,
                          const struct questionnaire_score *score)
{
    struct screening_finding findings[QUESTIONNAIRE_SCORES_MAX];
    size_t count;
    const enum screening_follow follow =
        screening_decide(settings ? &settings->rules : NULL, score, 1, findings, &count);
    return json_pack("{s:s, s:o, s:i, s:i, s:i, s:i, s:s}", "code", score->code, "title",
                     questionnaire_words_json(asked, &asked->title), "value", (int)score->value,
                     "maximum", (int)score->maximum, "answered", (int)score->answered, "asked",
                     (int)score->asked, "follow", screening_follow_name(follow));
}

static json_t *record_json(const struct screening_settings *settings,
                           const struct questionnaire *asked, const struct screening_record *record)
{
    const struct screening_response *response = &record->response;
    json_t *scores = json_array();
    for (size_t i = 0; i < record->score_count; i++) {
        json_array_append_new(scores, score_json(settings, asked, &record->scores[i]));
    }
    return json_pack(
        "{s:s, s:{s:s, s:s, s:s}, s:{s:s, s:s, s:s, s:o, s:o}, s:b, s:o, s:o, s:o, s:o}", "id",
        response->id, "participant", "id", response->participant_id, "name", response->person_name,
        "role", participant_role_name(response->person_role), "questionnaire", "id",
        response->digest, "url", response->url, "version", response->version, "title",
        questionnaire_words_json(asked, &asked->title), "copyright",
        questionnaire_words_json(asked, &asked->copyright), "complete", response->complete,
        "started_at", api_time(response->started_at_ms), "updated_at",
        api_time(response->updated_at_ms), "answers", answers_json(asked, record), "scores",
        scores);
}

/* ---- of a visit ---- */

static int list_responses(struct api_task *task, struct visit_service *service, json_t *responses)
{
    AUTO(screening_list) list = NULL;
    int result = visit_screening_list(service, &task->actor, task->parameters.values[0], &list);
    for (size_t i = 0; result == 0 && i < list->count; i++) {
        AUTO(questionnaire) owned = NULL;
        const struct questionnaire *asked;
        const struct screening_record *record = &list->records[i];
        result = find_asked(task, service, record->response.digest, &asked, &owned);
        if (result == 0) {
            json_array_append_new(responses,
                                  record_json(task->api->config->screening, asked, record));
        }
    }
    return result;
}

static int run_show(struct api_task *task, struct visit_service *service)
{
    AUTO(alert_row_list) list = NULL;
    json_t *responses = json_array();
    json_t *alerts = json_array();
    int result = list_responses(task, service, responses);
    if (result == 0) {
        result = visit_alert_list(service, &task->actor, task->parameters.values[0], &list);
    }
    for (size_t i = 0; result == 0 && i < list->count; i++) {
        json_array_append_new(alerts, alert_row_json(service, &list->rows[i]));
    }
    if (result == 0) {
        task->output = json_pack("{s:O, s:O}", "responses", responses, "alerts", alerts);
    }
    json_decref(responses);
    json_decref(alerts);
    return result;
}

void screenings_show(struct api *api, struct http_exchange *exchange,
                     const struct api_parameters *parameters)
{
    api_task_post(api_task_create(api, exchange, parameters, API_STAFF | API_SEAT, run_show));
}
