#include "signaling/api/questionnaire_document.h"

#include "signaling/api/questionnaire_words.h"

#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>

#define SCORE_SYSTEM "urn:bedside:screening-score"
#define MEANING_SYSTEM "urn:bedside:screening-meaning"
#define TEXT_BYTES_DEFAULT 2000

/* The item at `index`: adding one may not move it, adding an option may. */
static struct questionnaire_item *item_at(const struct questionnaire_place *place, size_t index)
{
    return &place->questionnaire->items[index];
}

/* ---- conditions ---- */

static int read_condition_value(const struct questionnaire_place *place, const json_t *object,
                                struct questionnaire_condition *condition)
{
    const struct questionnaire_item *item = item_at(place, condition->item);
    bool truth = false;
    char code[QUESTIONNAIRE_CODE_SIZE];
    int result;
    if (condition->operator_ == WHEN_EXISTS || item->type == ITEM_BOOLEAN) {
        if (!json_object_get(object, "answerBoolean")) {
            return questionnaire_fail(place, "answerBoolean", "The field is missing.");
        }
        result = questionnaire_read_boolean(place, object, "answerBoolean", &truth);
        condition->number = truth;
        return result;
    }
    if (item->type == ITEM_SCALE) {
        return questionnaire_read_number(place, object, "answerInteger", -1000, 1000,
                                         &condition->number);
    }
    if (item->type != ITEM_CHOICE) {
        return questionnaire_fail(place, "question",
                                  "Whether it is answered, is all that can be "
                                  "asked of this.");
    }
    result = questionnaire_read_text(place, json_object_get(object, "answerCoding"), "code", true,
                                     code, sizeof(code));
    const size_t option = result < 0 ? 0 : questionnaire_item_find_option(item, code);
    condition->number = (int64_t)option;
    return result < 0 ? result
           : option == QUESTIONNAIRE_NO_ITEM
               ? questionnaire_fail(place, "answerCoding", "There is no such option.")
               : 0;
}

static int read_condition(const struct questionnaire_place *place, const json_t *object,
                          size_t index)
{
    static const char *const names[] = {"question",      "operator",     "answerBoolean",
                                        "answerInteger", "answerCoding", NULL};
    static const char *const operators[WHEN_COUNT] = {"exists", "=", "!=", ">", "<", ">=", "<="};
    struct questionnaire_item *item = item_at(place, index);
    struct questionnaire_condition condition = {.operator_ = WHEN_COUNT};
    char link_id[QUESTIONNAIRE_CODE_SIZE];
    int result = questionnaire_check_fields(place, object, names);
    if (result == 0 && json_object_size(object) != 3) {
        result = questionnaire_fail(place, "", "A condition is question, operator and one answer.");
    }
    result = result < 0 ? result
                        : questionnaire_read_text(place, object, "question", true, link_id,
                                                  sizeof(link_id));
    if (result < 0) {
        return result;
    }
    condition.item = questionnaire_find_item(place->questionnaire, link_id);
    if (condition.item >= index) {
        return questionnaire_fail(place, "question", "No earlier item has this linkId.");
    }
    for (unsigned i = 0; i < WHEN_COUNT; i++) {
        condition.operator_ =
            questionnaire_text_is(object, "operator", operators[i]) ? i : condition.operator_;
    }
    if (condition.operator_ == WHEN_COUNT) {
        return questionnaire_fail(place, "operator", "There is no such operator.");
    }
    result = read_condition_value(place, object, &condition);
    if (result == 0) {
        item->conditions[item->condition_count++] = condition;
    }
    return result;
}

static int read_conditions(const struct questionnaire_place *place, const json_t *object,
                           size_t index)
{
    const int count =
        questionnaire_list_size(place, object, "enableWhen", QUESTIONNAIRE_CONDITIONS_MAX);
    int result = count < 0 ? count : 0;
    for (int i = 0; result == 0 && i < count; i++) {
        char path[QUESTIONNAIRE_PATH_SIZE];
        const struct questionnaire_place inner =
            questionnaire_place_of(place, "enableWhen", (size_t)i, path);
        result = read_condition(
            &inner, json_array_get(json_object_get(object, "enableWhen"), (size_t)i), index);
    }
    const bool any = questionnaire_text_is(object, "enableBehavior", "any");
    if (result == 0 && ((json_object_get(object, "enableBehavior") && !any &&
                         !questionnaire_text_is(object, "enableBehavior", "all")) ||
                        (count > 1 && !json_object_get(object, "enableBehavior")))) {
        result = questionnaire_fail(place, "enableBehavior", "The field is all or any.");
    }
    item_at(place, index)->any_condition = any;
    return result;
}

/* ---- items ---- */

/* Codes of our own systems say what an item means to the gateway; others are the site's affair. */
static int read_codes(const struct questionnaire_place *place, const json_t *object, size_t index)
{
    struct questionnaire_item *item = item_at(place, index);
    const int count = questionnaire_list_size(place, object, "code", 8);
    int result = count < 0 ? count : 0;
    for (int i = 0; result == 0 && i < count; i++) {
        const json_t *coding = json_array_get(json_object_get(object, "code"), (size_t)i);
        char code[QUESTIONNAIRE_CODE_SIZE] = "";
        result = questionnaire_read_text(place, coding, "code", true, code, sizeof(code));
        if (result == 0 && questionnaire_text_is(coding, "system", SCORE_SYSTEM)) {
            g_strlcpy(item->score, code, sizeof(item->score));
        }
        if (result == 0 && questionnaire_text_is(coding, "system", MEANING_SYSTEM) &&
            (questionnaire_meaning_from_name(code, &item->meaning) < 0 ||
             item->meaning == MEANING_NONE)) {
            result = questionnaire_fail(place, "code", "There is no such meaning.");
        }
    }
    return result;
}

static bool is_plain_code(const char *text)
{
    return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") ==
           strlen(text);
}

static int read_type(const struct questionnaire_place *place, const json_t *object, size_t index)
{
    static const struct {
        const char *name;
        enum questionnaire_item_type type;
    } types[] = {{"group", ITEM_GROUP},   {"display", ITEM_DISPLAY}, {"choice", ITEM_CHOICE},
                 {"integer", ITEM_SCALE}, {"boolean", ITEM_BOOLEAN}, {"string", ITEM_TEXT},
                 {"text", ITEM_TEXT}};
    for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
        if (questionnaire_text_is(object, "type", types[i].name)) {
            item_at(place, index)->type = types[i].type;
            return 0;
        }
    }
    return questionnaire_fail(
        place, "type", "A type is group, display, choice, integer, boolean, string or text.");
}

static int read_length(const struct questionnaire_place *place, const json_t *object, size_t index)
{
    struct questionnaire_item *item = item_at(place, index);
    int64_t length = TEXT_BYTES_DEFAULT;
    int result = 0;
    if (json_object_get(object, "maxLength")) {
        result = item->type == ITEM_TEXT
                     ? questionnaire_read_number(place, object, "maxLength", 1,
                                                 QUESTIONNAIRE_ANSWER_SIZE - 1, &length)
                     : questionnaire_fail(place, "maxLength", "A text alone has a length.");
    }
    item->length_max = item->type == ITEM_TEXT ? (uint32_t)length : 0;
    return result;
}

static int read_items(const struct questionnaire_place *place, const json_t *object, size_t parent);

static int read_item(const struct questionnaire_place *place, const json_t *object, size_t parent)
{
    static const char *const names[] = {
        "linkId",  "text",       "_text",          "type",         "required",
        "repeats", "enableWhen", "enableBehavior", "answerOption", "maxLength",
        "item",    "code",       "extension",      "definition",   NULL};
    int result = questionnaire_check_fields(place, object, names);
    struct questionnaire_item *item =
        result < 0 ? NULL : questionnaire_add_item(place->questionnaire);
    if (!item) {
        return result < 0 ? result : questionnaire_fail(place, "", "There are too many items.");
    }
    const size_t index = place->questionnaire->item_count - 1;
    bool repeats = false;
    item->parent = parent;
    result = questionnaire_read_text(place, object, "linkId", true, item->link_id,
                                     sizeof(item->link_id));
    if (result == 0 && !is_plain_code(item->link_id)) {
        result = questionnaire_fail(place, "linkId", "A linkId is letters, digits, '.', '_', '-'.");
    }
    result = result < 0 ? result : read_type(place, object, index);
    result = result < 0 ? result
                        : questionnaire_read_words(place, object, "text", item->type != ITEM_GROUP,
                                                   &item->words);
    result = result < 0 ? result
                        : questionnaire_read_boolean(place, object, "required", &item->required);
    result = result < 0 ? result : questionnaire_read_boolean(place, object, "repeats", &repeats);
    result = result < 0 ? result : read_length(place, object, index);
    result = result < 0 ? result : read_codes(place, object, index);
    result = result < 0 ? result : questionnaire_read_options(place, object, index);
    result = result < 0 ? result : questionnaire_read_item_extensions(place, object, index);
    result = result < 0 ? result : read_conditions(place, object, index);
    if (result == 0 && repeats) {
        result = questionnaire_fail(place, "repeats", "A question has one answer.");
    }
    if (result == 0 && json_object_get(object, "item") && item->type != ITEM_GROUP) {
        result = questionnaire_fail(place, "item", "A group alone has items.");
    }
    return result < 0 ? result : read_items(place, object, index);
}

static int read_items(const struct questionnaire_place *place, const json_t *object, size_t parent)
{
    const int count = questionnaire_list_size(place, object, "item", QUESTIONNAIRE_ITEMS_MAX);
    int result = count < 0 ? count : 0;
    for (int i = 0; result == 0 && i < count; i++) {
        char path[QUESTIONNAIRE_PATH_SIZE];
        const struct questionnaire_place inner =
            questionnaire_place_of(place, "item", (size_t)i, path);
        result =
            read_item(&inner, json_array_get(json_object_get(object, "item"), (size_t)i), parent);
    }
    return result;
}

/* ---- the document ---- */

static int read_audience(const struct questionnaire_place *top, const json_t *document)
{
    const int count = questionnaire_list_size(top, document, "subjectType", 2);
    for (int i = 0; i < count; i++) {
        const char *type =
            json_string_value(json_array_get(json_object_get(document, "subjectType"), (size_t)i));
        if (type && strcmp(type, "Patient") == 0) {
            top->questionnaire->audience |= PARTICIPANT_ROLE_BIT(ROLE_PATIENT);
        } else if (type && strcmp(type, "RelatedPerson") == 0) {
            top->questionnaire->audience |= PARTICIPANT_ROLE_BIT(ROLE_CAREGIVER);
        } else {
            return questionnaire_fail(top, "subjectType", "Patient or RelatedPerson is asked.");
        }
    }
    return count > 0 ? 0
                     : questionnaire_fail(top, "subjectType",
                                          "Say who is asked: Patient, "
                                          "RelatedPerson, or both.");
}

static int read_document(const struct questionnaire_place *top, const json_t *document)
{
    /* What is said about the document changes nothing of what is asked. */
    static const char *const names[] = {"resourceType",
                                        "id",
                                        "meta",
                                        "text",
                                        "language",
                                        "url",
                                        "identifier",
                                        "version",
                                        "name",
                                        "title",
                                        "_title",
                                        "status",
                                        "experimental",
                                        "date",
                                        "publisher",
                                        "contact",
                                        "description",
                                        "_description",
                                        "useContext",
                                        "jurisdiction",
                                        "purpose",
                                        "copyright",
                                        "_copyright",
                                        "approvalDate",
                                        "lastReviewDate",
                                        "subjectType",
                                        "effectivePeriod",
                                        "code",
                                        "derivedFrom",
                                        "item",
                                        NULL};
    struct questionnaire *questionnaire = top->questionnaire;
    int result = questionnaire_check_fields(top, document, names);
    if (result == 0 && !questionnaire_text_is(document, "resourceType", "Questionnaire")) {
        result = questionnaire_fail(top, "resourceType", "A Questionnaire belongs here.");
    }
    if (result == 0 && !questionnaire_text_is(document, "status", "active")) {
        result = questionnaire_fail(top, "status", "What people are asked is active.");
    }
    result = result < 0 ? result
                        : questionnaire_read_text(top, document, "url", true, questionnaire->url,
                                                  sizeof(questionnaire->url));
    result = result < 0
                 ? result
                 : questionnaire_read_text(top, document, "version", true, questionnaire->version,
                                           sizeof(questionnaire->version));
    result = result < 0 ? result : questionnaire_read_languages(top, document);
    result = result < 0
                 ? result
                 : questionnaire_read_words(top, document, "title", true, &questionnaire->title);
    result = result < 0 ? result
                        : questionnaire_read_words(top, document, "copyright", false,
                                                   &questionnaire->copyright);
    result = result < 0 ? result : read_audience(top, document);
    return result < 0 ? result : read_items(top, document, QUESTIONNAIRE_NO_ITEM);
}

static int check_whole(const struct questionnaire_place *top)
{
    size_t item;
    char field[96] = "item";
    const char *problem = questionnaire_find_problem(top->questionnaire, &item);
    if (problem && item != QUESTIONNAIRE_NO_ITEM) {
        snprintf(field, sizeof(field), "item \"%.20s\"", top->questionnaire->items[item].link_id);
    }
    return problem ? questionnaire_fail(top, field, problem) : 0;
}

int questionnaire_document_read(const void *bytes, size_t size,
                                struct questionnaire **ret_questionnaire,
                                struct document_problem *ret_problem)
{
    AUTO(questionnaire) questionnaire = questionnaire_create();
    const struct questionnaire_place top = {"", questionnaire, ret_problem};
    if (size > QUESTIONNAIRE_DOCUMENT_MAX_BYTES) {
        return questionnaire_fail(&top, "", "The document is too long.");
    }
    json_t *document = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, NULL);
    if (!document) {
        return questionnaire_fail(&top, "", "The document is no JSON, or a field stands twice.");
    }
    int result = read_document(&top, document);
    json_decref(document);
    result = result < 0 ? result : check_whole(&top);
    if (result == 0) {
        questionnaire_set_document(questionnaire, bytes, size);
        *ret_questionnaire = TAKE(questionnaire);
    }
    return result;
}
