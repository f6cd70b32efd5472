#include "signaling/api/questionnaire_json.h"

#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>

static const char *const type_names[ITEM_TYPE_COUNT] = {
    [ITEM_GROUP] = "group", [ITEM_DISPLAY] = "display", [ITEM_CHOICE] = "choice",
    [ITEM_SCALE] = "scale", [ITEM_BOOLEAN] = "boolean", [ITEM_TEXT] = "text",
};
static const char *const operator_names[WHEN_COUNT] = {"exists", "=", "!=", ">", "<", ">=", "<="};

/* ---- out ---- */

json_t *questionnaire_words_json(const struct questionnaire *questionnaire,
                                 const struct questionnaire_words *words)
{
    if (!words->in[0]) {
        return json_null();
    }
    json_t *object = json_object();
    for (size_t i = 0; i < questionnaire->language_count; i++) {
        if (words->in[i]) {
            json_object_set_new(object, questionnaire->languages[i], json_string(words->in[i]));
        }
    }
    return object;
}

static json_t *options_json(const struct questionnaire *questionnaire,
                            const struct questionnaire_item *item)
{
    json_t *options = json_array();
    for (size_t i = 0; i < item->option_count; i++) {
        const struct questionnaire_option *option = &item->options[i];
        json_t *words = questionnaire_words_json(questionnaire, &option->words);
        json_array_append_new(
            options, item->type == ITEM_SCALE
                         ? json_pack("{s:i, s:o}", "value", (int)option->number, "text", words)
                         : json_pack("{s:s, s:o}", "value", option->code, "text", words));
    }
    return options;
}

/* A condition's number means something else for each type of question. */
static json_t *condition_value_json(const struct questionnaire_item *question,
                                    const struct questionnaire_condition *condition)
{
    if (condition->operator_ == WHEN_EXISTS || question->type == ITEM_BOOLEAN) {
        return json_boolean(condition->number != 0);
    }
    return question->type == ITEM_CHOICE ? json_string(question->options[condition->number].code)
                                         : json_integer(condition->number);
}

static json_t *conditions_json(const struct questionnaire *questionnaire,
                               const struct questionnaire_item *item)
{
    json_t *conditions = json_array();
    for (size_t i = 0; i < item->condition_count; i++) {
        const struct questionnaire_condition *condition = &item->conditions[i];
        const struct questionnaire_item *question = &questionnaire->items[condition->item];
        json_array_append_new(conditions,
                              json_pack("{s:s, s:s, s:o}", "question", question->link_id,
                                        "operator", operator_names[condition->operator_], "value",
                                        condition_value_json(question, condition)));
    }
    return conditions;
}

static json_t *item_json(const struct questionnaire *questionnaire,
                         const struct questionnaire_item *item)
{
    const char *parent =
        item->parent == QUESTIONNAIRE_NO_ITEM ? NULL : questionnaire->items[item->parent].link_id;
    json_t *object = json_pack(
        "{s:s, s:s, s:o, s:o, s:b, s:o, s:b}", "link_id", item->link_id, "type",
        type_names[item->type], "text", questionnaire_words_json(questionnaire, &item->words),
        "parent", parent ? json_string(parent) : json_null(), "required", item->required,
        "conditions", conditions_json(questionnaire, item), "any", item->any_condition);
    if (item->meaning != MEANING_NONE) {
        json_object_set_new(object, "meaning",
                            json_string(questionnaire_meaning_name(item->meaning)));
    }
    if (item->type == ITEM_CHOICE || item->type == ITEM_SCALE) {
        json_object_set_new(object, "options", options_json(questionnaire, item));
    }
    if (item->type == ITEM_SCALE) {
        json_object_set_new(object, "minimum", json_integer(item->minimum));
        json_object_set_new(object, "maximum", json_integer(item->maximum));
    }
    if (item->type == ITEM_TEXT) {
        json_object_set_new(object, "length_max", json_integer(item->length_max));
    }
    return object;
}

json_t *questionnaire_json(const struct questionnaire *questionnaire)
{
    json_t *items = json_array();
    for (size_t i = 0; i < questionnaire->item_count; i++) {
        json_array_append_new(items, item_json(questionnaire, &questionnaire->items[i]));
    }
    return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o}", "id", questionnaire->digest, "url",
                     questionnaire->url, "version", questionnaire->version, "title",
                     questionnaire_words_json(questionnaire, &questionnaire->title), "copyright",
                     questionnaire_words_json(questionnaire, &questionnaire->copyright), "items",
                     items);
}

json_t *questionnaire_value_json(const struct questionnaire_item *item,
                                 const struct questionnaire_answer *answer)
{
    switch (item->type) {
    case ITEM_CHOICE:
        return json_string(item->options[answer->number].code);
    case ITEM_SCALE:
        return json_integer(answer->number);
    case ITEM_BOOLEAN:
        return json_boolean(answer->number != 0);
    default:
        return json_string(answer->text);
    }
}

json_t *questionnaire_answers_json(const struct questionnaire *questionnaire,
                                   const struct questionnaire_answers *answers)
{
    json_t *list = json_array();
    for (size_t i = 0; i < questionnaire->item_count; i++) {
        const struct questionnaire_item *item = &questionnaire->items[i];
        const struct questionnaire_answer *answer = &answers->answers[i];
        if (answer->state == ANSWER_SKIPPED) {
            json_array_append_new(
                list, json_pack("{s:s, s:b}", "link_id", item->link_id, "skipped", true));
        } else if (answer->state == ANSWER_GIVEN) {
            json_array_append_new(list, json_pack("{s:s, s:o}", "link_id", item->link_id, "value",
                                                  questionnaire_value_json(item, answer)));
        }
    }
    return list;
}

json_t *screening_crisis_json(const struct screening_crisis *crisis)
{
    return crisis ? json_pack("{s:s, s:s, s:s}", "language", crisis->language, "words",
                              crisis->words, "number", crisis->number)
                  : json_null();
}

json_t *screening_crisis_list_json(const struct screening_rules *rules)
{
    json_t *list = json_array();
    for (size_t i = 0; i < rules->crisis_count; i++) {
        json_array_append_new(list, screening_crisis_json(&rules->crisis[i]));
    }
    return list;
}

/* ---- in ---- */

static int read_choice(const struct document_place *place, const struct questionnaire_item *item,
                       const json_t *value, int64_t *ret_number)
{
    const char *code = json_string_value(value);
    const size_t option = code ? questionnaire_item_find_option(item, code) : QUESTIONNAIRE_NO_ITEM;
    if (option == QUESTIONNAIRE_NO_ITEM) {
        return document_fail(place, "value", "There is no such option.");
    }
    *ret_number = (int64_t)option;
    return 0;
}

static int read_value(const struct document_place *place, const struct questionnaire *questionnaire,
                      size_t index, const json_t *value, struct questionnaire_answers *answers)
{
    const struct questionnaire_item *item = &questionnaire->items[index];
    int64_t number = json_is_true(value);
    int result = 0;
    if (item->type == ITEM_TEXT) {
        if (!json_is_string(value) ||
            json_string_length(value) != strlen(json_string_value(value))) {
            return document_fail(place, "value", "A text belongs here.");
        }
        questionnaire_answers_set_text(answers, index, json_string_value(value));
        return 0;
    }
    if (item->type == ITEM_CHOICE) {
        result = read_choice(place, item, value, &number);
    } else if (item->type == ITEM_SCALE) {
        number = json_integer_value(value);
        result = json_is_integer(value)
                     ? 0
                     : document_fail(place, "value", "A whole number belongs here.");
    } else if (!json_is_boolean(value)) {
        result = document_fail(place, "value", "Yes or no (true or false) belongs here.");
    }
    if (result == 0) {
        questionnaire_answers_set_number(answers, index, number);
    }
    return result;
}

static int read_answer(const struct document_place *place,
                       const struct questionnaire *questionnaire, const json_t *object,
                       struct questionnaire_answers *answers)
{
    static const char *const fields[] = {"link_id", "value", "skipped", NULL};
    char link_id[QUESTIONNAIRE_CODE_SIZE];
    int result = document_check_fields(place, object, fields);
    if (result == 0) {
        result = document_read_text(place, object, "link_id", true, link_id, sizeof(link_id));
    }
    if (result < 0) {
        return result;
    }
    const size_t index = questionnaire_find_item(questionnaire, link_id);
    const json_t *value = json_object_get(object, "value");
    const json_t *skipped = json_object_get(object, "skipped");
    if (index == QUESTIONNAIRE_NO_ITEM ||
        !questionnaire_item_is_question(&questionnaire->items[index])) {
        return document_fail(place, "link_id", "There is no such question.");
    }
    if (answers->answers[index].state != ANSWER_NONE) {
        return document_fail(place, "link_id", "This question is answered twice.");
    }
    if ((value == NULL) == (skipped == NULL) || (skipped && !json_is_true(skipped))) {
        return document_fail(place, "value", "An answer has a value, or is skipped.");
    }
    if (skipped) {
        questionnaire_answers_skip(answers, index);
        return 0;
    }
    return read_value(place, questionnaire, index, value, answers);
}

int questionnaire_answers_read(const struct questionnaire *questionnaire, const json_t *document,
                               struct questionnaire_answers **ret_answers, bool *ret_complete,
                               struct document_problem *ret_problem)
{
    static const char *const fields[] = {"answers", "complete", NULL};
    const struct document_place top = {"", ret_problem};
    AUTO(questionnaire_answers) answers = questionnaire_answers_create();
    const json_t *complete = json_object_get(document, "complete");
    const json_t *list = NULL;
    int result = document_check_fields(&top, document, fields);
    if (result == 0 && complete && !json_is_boolean(complete)) {
        result = document_fail(&top, "complete", "Yes or no (true or false) belongs here.");
    }
    result = result < 0
                 ? result
                 : document_read_list(&top, document, "answers", QUESTIONNAIRE_ITEMS_MAX, &list);
    for (size_t i = 0; result == 0 && i < json_array_size(list); i++) {
        char text[32];
        snprintf(text, sizeof(text), "answers[%zu]", i);
        const struct document_place place = {text, ret_problem};
        result = read_answer(&place, questionnaire, json_array_get(list, i), answers);
    }
    if (result == 0) {
        *ret_answers = TAKE(answers);
        *ret_complete = json_is_true(complete);
    }
    return result;
}
