/* The documents that are delivered are taken; each change below is refused where it stands. */
#include "signaling/api/questionnaire_document.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FOLDER TEST_VECTORS "/../../deploy/questionnaires/"

static json_t *load(const char *name)
{
    char path[512];
    snprintf(path, sizeof(path), FOLDER "%s.json", name);
    json_t *document = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(document);
    return document;
}

static int read_json(const json_t *document, struct questionnaire **ret_questionnaire,
                     struct document_problem *problem)
{
    char *text = json_dumps(document, JSON_COMPACT);
    assert_non_null(text);
    const int result = questionnaire_document_read(text, strlen(text), ret_questionnaire, problem);
    free(text);
    return result;
}

static struct questionnaire *take(const char *name)
{
    struct questionnaire *questionnaire = NULL;
    struct document_problem problem;
    json_t *document = load(name);
    if (read_json(document, &questionnaire, &problem) != 0) {
        fail_msg("%s: %s: %s", name, problem.where, problem.message);
    }
    json_decref(document);
    return questionnaire;
}

static void what_is_delivered_is_taken(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool patient, caregiver;
        const char *score; /* the first */
        uint32_t maximum;
    } rows[] = {
        {"10-place-and-contact", true, true, NULL, 0},
        {"20-pain", true, false, "pain", 10},
        {"30-distress", true, true, "distress", 10},
        {"40-phq-4", true, false, "phq-4", 12},
        {"50-caregiver-strain", false, true, "caregiver-strain", 15},
        {"60-my-questions", true, true, NULL, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        AUTO(questionnaire) taken = take(rows[i].name);
        AUTO(questionnaire_answers) answers = questionnaire_answers_create();
        struct questionnaire_score scores[QUESTIONNAIRE_SCORES_MAX];
        assert_int_equal((taken->audience >> ROLE_PATIENT) & 1, rows[i].patient);
        assert_int_equal((taken->audience >> ROLE_CAREGIVER) & 1, rows[i].caregiver);
        assert_int_equal(taken->language_count, 2);
        assert_string_equal(taken->languages[1], "es");
        assert_string_not_equal(taken->title.in[0], taken->title.in[1]);
        assert_int_equal(strlen(taken->digest), 64);
        assert_true((questionnaire_add_up(taken, answers, scores) > 0) == (rows[i].score != NULL));
        if (rows[i].score) {
            assert_string_equal(scores[0].code, rows[i].score);
            assert_int_equal(scores[0].maximum, rows[i].maximum);
        }
    }
}

static void details_arrive(void **state)
{
    (void)state;
    AUTO(questionnaire) place = take("10-place-and-contact");
    const size_t where = questionnaire_find_meaning(place, MEANING_PLACE_STATE);
    assert_int_not_equal(where, QUESTIONNAIRE_NO_ITEM);
    assert_int_equal(place->items[where].option_count, 57);
    assert_true(place->items[where].required);
    assert_int_not_equal(questionnaire_item_find_option(&place->items[where], "US-MT"),
                         QUESTIONNAIRE_NO_ITEM);
    const size_t names = questionnaire_find_item(place, "company-names");
    assert_int_equal(place->items[names].condition_count, 1);
    assert_int_equal(place->items[names].conditions[0].operator_, WHEN_NOT_EQUAL);
    assert_int_equal(place->items[names].conditions[0].number, 0);
    AUTO(questionnaire) distress = take("30-distress");
    const struct questionnaire_item *scale = &distress->items[0];
    assert_int_equal(scale->minimum, 0);
    assert_int_equal(scale->maximum, 10);
    assert_int_equal(scale->option_count, 3);
    assert_int_equal(scale->options[1].number, 5);
    assert_string_equal(scale->options[2].words.in[1], "Más de lo que puedo llevar");
    AUTO(questionnaire) phq = take("40-phq-4");
    assert_non_null(phq->copyright.in[1]);
    assert_int_equal(phq->items[questionnaire_find_item(phq, "phq-4-2")].options[3].number, 3);
}

/* What stands at `pointer` ("item/0/type") is replaced by the JSON text, or taken away (NULL). */
static void replace(json_t *document, const char *pointer, const char *json)
{
    char path[160];
    json_t *at = document;
    strcpy(path, pointer);
    char *rest;
    char *part = strtok_r(path, "/", &rest);
    for (char *next; (next = strtok_r(NULL, "/", &rest)); part = next) {
        at = json_is_array(at) ? json_array_get(at, (size_t)atoi(part)) : json_object_get(at, part);
        assert_non_null(at);
    }
    json_t *value = json ? json_loads(json, JSON_DECODE_ANY, NULL) : NULL;
    assert_true(!json || value);
    if (json_is_array(at)) {
        assert_int_equal(json ? json_array_set_new(at, (size_t)atoi(part), value)
                              : json_array_remove(at, (size_t)atoi(part)),
                         0);
    } else {
        assert_int_equal(json ? json_object_set_new(at, part, value) : json_object_del(at, part),
                         0);
    }
}

static const struct {
    const char *name, *pointer, *json, *where;
} changes[] = {
    {"20-pain", "resourceType", "\"Patient\"", "resourceType"},
    {"20-pain", "status", "\"draft\"", "status"},
    {"20-pain", "url", NULL, "url"},
    {"20-pain", "version", "1", "version"},
    {"20-pain", "language", NULL, "language"},
    {"20-pain", "language", "\"english!\"", "language"},
    {"20-pain", "modifierExtension", "[]", "modifierExtension"},
    {"20-pain", "subjectType", "[\"Practitioner\"]", "subjectType"},
    {"20-pain", "subjectType", NULL, "subjectType"},
    {"20-pain", "_title/extension/0/extension/0/valueCode", "\"en\"", "_title"},
    {"20-pain", "_title/extension/0/url", "\"urn:other\"", "_title"},
    {"20-pain", "_title", NULL, "item[0]._text"}, /* then Spanish is not spoken at all */
    {"20-pain", "item", NULL, "item"},
    {"20-pain", "item", "[]", "item"},
    {"20-pain", "item/0/type", "\"decimal\"", "item[0].type"},
    {"20-pain", "item/0/linkId", "\"pain here\"", "item[0].linkId"},
    {"20-pain", "item/0/linkId", NULL, "item[0].linkId"},
    {"20-pain", "item/0/text", "\"\"", "item[0].text"},
    {"20-pain", "item/0/text", "\"a\\u0007b\"", "item[0].text"},
    {"20-pain", "item/0/text", "\"a\\u202eb\"", "item[0].text"},
    {"20-pain", "item/0/_text", NULL, "item[0]._text"},
    {"20-pain", "item/0/_text/extension/0/extension/1/valueString", "3", "item[0]._text"},
    {"20-pain", "item/0/required", "\"yes\"", "item[0].required"},
    {"20-pain", "item/0/repeats", "true", "item[0].repeats"},
    {"20-pain", "item/0/initial", "[]", "item[0].initial"},
    {"20-pain", "item/0/item", "[{}]", "item[0].item"},
    {"20-pain", "item/0/maxLength", "5", "item[0].maxLength"},
    {"20-pain", "item/0/answerOption", "[{}]", "item[0].answerOption"},
    {"20-pain", "item/0/extension/0/url", "\"urn:hidden\"", "item[0].extension[0].url"},
    {"20-pain", "item/0/extension/1/valueInteger", "10.5", "item[0].extension[1].valueInteger"},
    {"20-pain", "item/0/extension/1/valueInteger", "1e300", "item[0].extension[1].valueInteger"},
    {"20-pain", "item/0/extension/1/valueInteger", "0", "item \"pain\""},
    {"20-pain", "item/0/extension/2/extension/0/valueInteger", "-1", "item \"pain\""},
    {"20-pain", "item/0/extension/2/extension/1", NULL, "item[0].extension[2]"},
    {"20-pain", "item/0/code/0/code", "7", "item[0].code"},
    {"40-phq-4", "item/0/item/0/item/1/linkId", "\"phq-4-1\"", "item \"phq-4-1\""},
    {"40-phq-4", "item/0/item/0/item/0/answerOption/1/extension/0/valueDecimal", "-1",
     "item[0].item[0].item[0].answerOption[1].valueDecimal"},
    {"40-phq-4", "item/0/item/0/item/0/answerOption/1/extension", NULL,
     "item[0].item[0].item[0].answerOption[1].extension"},
    {"40-phq-4", "item/0/item/0/item/0/answerOption/1/valueCoding/code", "\"not-at-all\"",
     "item \"phq-4-1\""},
    {"40-phq-4", "item/0/item/0/item/0/answerOption/1/valueCoding/_display", NULL,
     "item[0].item[0].item[0].answerOption[1]._display"},
    {"10-place-and-contact", "item/0/code/0/code", "\"place.planet\"", "item[0].code"},
    {"10-place-and-contact", "item/1/answerOption/3/valueCoding/code", "\"Arkansas\"",
     "item \"state\""},
    {"10-place-and-contact", "item/4/enableWhen/0/question", "\"contact\"",
     "item[4].enableWhen[0].question"},
    {"10-place-and-contact", "item/4/enableWhen/0/operator", "\"~\"",
     "item[4].enableWhen[0].operator"},
    {"10-place-and-contact", "item/4/enableWhen/0/operator", "\">\"", "item \"company-names\""},
    {"10-place-and-contact", "item/4/enableWhen/0/answerCoding", "{\"code\": \"crowd\"}",
     "item[4].enableWhen[0].answerCoding"},
    {"10-place-and-contact", "item/4/enableWhen/0/answerCoding", NULL, "item[4].enableWhen[0]"},
    {"10-place-and-contact", "item/4/enableBehavior", "\"some\"", "item[4].enableBehavior"},
};

static void what_is_not_understood_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(changes); i++) {
        struct questionnaire *taken = NULL;
        struct document_problem problem = {.where = "?", .message = ""};
        json_t *document = load(changes[i].name);
        replace(document, changes[i].pointer, changes[i].json);
        const int result = read_json(document, &taken, &problem);
        json_decref(document);
        if (result != -EBADMSG || taken || !problem.message[0] ||
            strcmp(problem.where, changes[i].where) != 0) {
            questionnaire_destroy(taken);
            fail_msg("row %zu (%s): %d at \"%s\": %s", i, changes[i].pointer, result, problem.where,
                     problem.message);
        }
    }
}

static void bytes_that_are_no_document_are_refused(void **state)
{
    (void)state;
    static char long_text[QUESTIONNAIRE_DOCUMENT_MAX_BYTES + 1];
    static const char *const texts[] = {"", "{", "[]", "null", "{\"url\":1,\"url\":2}", "{}"};
    struct document_problem problem;
    struct questionnaire *taken = NULL;
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        assert_int_equal(questionnaire_document_read(texts[i], strlen(texts[i]), &taken, &problem),
                         -EBADMSG);
    }
    memset(long_text, ' ', sizeof(long_text));
    assert_int_equal(questionnaire_document_read(long_text, sizeof(long_text), &taken, &problem),
                     -EBADMSG);
    assert_null(taken);
}

static void one_byte_more_is_another_digest(void **state)
{
    (void)state;
    AUTO(questionnaire) one = NULL;
    AUTO(questionnaire) other = NULL;
    struct document_problem problem;
    json_t *document = load("20-pain");
    char *text = json_dumps(document, JSON_COMPACT);
    assert_int_equal(questionnaire_document_read(text, strlen(text), &one, &problem), 0);
    free(text);
    text = json_dumps(document, JSON_INDENT(1));
    assert_int_equal(questionnaire_document_read(text, strlen(text), &other, &problem), 0);
    free(text);
    json_decref(document);
    assert_string_not_equal(one->digest, other->digest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_delivered_is_taken),
        cmocka_unit_test(details_arrive),
        cmocka_unit_test(what_is_not_understood_is_refused),
        cmocka_unit_test(bytes_that_are_no_document_are_refused),
        cmocka_unit_test(one_byte_more_is_another_digest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
