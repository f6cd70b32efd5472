#include "signaling/api/seat_questionnaires.h"

#include "gateway/visits/visit_screening.h"
#include "signaling/api/questionnaire_json.h"
#include "signaling/api/screening_settings.h"
#include "signaling/session/signaling_hub.h"
#include "signaling/signaling_server.h"

#include <glib.h>
#include <string.h>

/* ---- what is asked ---- */

static json_t *part_json(const struct screening_page_part *part)
{
    json_t *object = questionnaire_json(part->questionnaire);
    json_object_set_new(object, "started", json_boolean(part->started));
    json_object_set_new(object, "complete", json_boolean(part->complete));
    json_object_set_new(object, "answers",
                        questionnaire_answers_json(part->questionnaire, part->answers));
    json_object_set_new(object, "prefill",
                        questionnaire_answers_json(part->questionnaire, part->prefill));
    return object;
}

static int run_show(struct api_task *task, struct visit_service *service)
{
    const struct screening_settings *settings = task->api->config->screening;
    AUTO(screening_page) page = NULL;
    const int result =
        visit_screening_open(service, &task->actor, settings ? settings->questionnaires : NULL,
                             settings ? settings->count : 0, &page);
    if (result != 0) {
        return result;
    }
    json_t *questionnaires = json_array();
    for (size_t i = 0; i < page->count; i++) {
        json_array_append_new(questionnaires, part_json(&page->parts[i]));
    }
    task->output =
        json_pack("{s:o, s:o}", "questionnaires", questionnaires, "crisis",
                  settings ? screening_crisis_list_json(&settings->rules) : json_array());
    return 0;
}

void seat_questionnaires_show(struct api *api, struct http_exchange *exchange,
                              const struct api_parameters *parameters)
{
    api_task_post(api_task_create(api, exchange, parameters, API_SEAT, run_show));
}

/* ---- what is answered ---- */

struct given_answers {
    const struct questionnaire *questionnaire; /* borrowed of the settings */
    struct questionnaire_answers *answers;
    bool complete;
    struct screening_outcome outcome;
};

static void given_answers_destroy(void *data)
{
    struct given_answers *given = data;
    questionnaire_answers_destroy(given->answers);
    g_free(given);
}

static int run_write(struct api_task *task, struct visit_service *service)
{
    struct given_answers *given = task->data;
    return visit_screening_answer(service, &task->actor, given->questionnaire, given->answers,
                                  given->complete, &given->outcome, &task->picture);
}

static json_t *outcome_json(const struct given_answers *given)
{
    return json_pack("{s:s, s:b, s:s, s:o}", "response", given->outcome.response_id, "complete",
                     given->complete, "follow", screening_follow_name(given->outcome.follow),
                     "crisis", screening_crisis_json(given->outcome.crisis));
}

/* Which answer it is about, so that a page can show it there. */
static json_t *problem_json(const struct given_answers *given)
{
    const struct screening_outcome *outcome = &given->outcome;
    return json_pack("{s:s, s:o}", "problem", answer_problem_name(outcome->problem), "question",
                     outcome->item == QUESTIONNAIRE_NO_ITEM
                         ? json_null()
                         : json_string(given->questionnaire->items[outcome->item].link_id));
}

static void answer_write(struct api_task *task, struct http_exchange *exchange)
{
    const struct given_answers *given = task->data;
    const int result = task->task.result;
    if (result == 0) {
        task->api->screening_answers++;
        task->api->screening_crises += given->outcome.follow == FOLLOW_CRISIS ? 1 : 0;
        signaling_hub_screening_changed(task->api->hub, task->actor.visit_id);
    }
    if (!exchange) {
        return;
    }
    if (result == 0) {
        http_exchange_reply_json(exchange, 200, outcome_json(given));
    } else if (result == REFUSAL_INVALID && given->outcome.problem != ANSWER_GOOD) {
        api_fail_with(exchange, result, problem_json(given));
    } else {
        api_fail(exchange, result);
    }
}

void seat_answers_write(struct api *api, struct http_exchange *exchange,
                        const struct api_parameters *parameters)
{
    const struct questionnaire *questionnaire =
        screening_settings_find(api->config->screening, parameters->values[0]);
    if (!questionnaire) {
        http_exchange_fail(exchange, 404, "not_found",
                           "This questionnaire is not asked (any more).", NULL);
        return;
    }
    json_t *body = api_read_body(exchange);
    struct document_problem problem;
    struct given_answers *given = g_new0(struct given_answers, 1);
    given->questionnaire = questionnaire;
    if (!body) {
        given_answers_destroy(given);
        return;
    }
    if (questionnaire_answers_read(questionnaire, body, &given->answers, &given->complete,
                                   &problem) < 0) {
        http_exchange_fail(exchange, 422, "bad_field", problem.message, problem.where);
        given_answers_destroy(given);
    } else {
        struct api_task *task = api_task_create(api, exchange, parameters, API_SEAT, run_write);
        task->data = given;
        task->data_destroy = given_answers_destroy;
        task->answer = answer_write;
        task->answers_all = true;
        api_task_post(task);
    }
    json_decref(body);
}
