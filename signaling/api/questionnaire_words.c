#include "signaling/api/questionnaire_words.h"

#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>

#define TRANSLATION "http://hl7.org/fhir/StructureDefinition/translation"

struct questionnaire_place questionnaire_place_of(const struct questionnaire_place *place,
                                                  const char *name, size_t index,
                                                  char path[QUESTIONNAIRE_PATH_SIZE])
{
    struct questionnaire_place inner = *place;
    snprintf(path, QUESTIONNAIRE_PATH_SIZE, "%.40s%s%s[%zu]", place->path, *place->path ? "." : "",
             name, index);
    inner.path = path;
    return inner;
}

int questionnaire_fail(const struct questionnaire_place *place, const char *field,
                       const char *message)
{
    snprintf(place->problem->where, sizeof(place->problem->where), "%.60s%s%.30s", place->path,
             *place->path && *field ? "." : "", g_str_is_ascii(field) ? field : "?");
    snprintf(place->problem->message, sizeof(place->problem->message), "%s", message);
    return -EBADMSG;
}

bool questionnaire_text_is(const json_t *object, const char *name, const char *text)
{
    const char *value = json_string_value(json_object_get(object, name));
    return value && strcmp(value, text) == 0;
}

int questionnaire_check_fields(const struct questionnaire_place *place, const json_t *object,
                               const char *const *names)
{
    if (!json_is_object(object)) {
        return questionnaire_fail(place, "", "An object belongs here.");
    }
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value)
    {
        if (!g_strv_contains(names, key)) {
            return questionnaire_fail(place, key, "This field is not supported here.");
        }
    }
    return 0;
}

static int check_string(const struct questionnaire_place *place, const char *name,
                        const json_t *value, size_t size, bool multiline)
{
    if (!json_is_string(value)) {
        return questionnaire_fail(place, name,
                                  value ? "The field is a text." : "The field is missing.");
    }
    if (json_string_length(value) >= size) {
        return questionnaire_fail(place, name, "The text is too long.");
    }
    if (json_string_length(value) == 0 ||
        strlen(json_string_value(value)) != json_string_length(value) ||
        !person_text_is_clean(json_string_value(value), multiline)) {
        return questionnaire_fail(place, name, "The text is empty, or has control characters.");
    }
    return 0;
}

int questionnaire_read_text(const struct questionnaire_place *place, const json_t *object,
                            const char *name, bool required, char *ret_text, size_t size)
{
    const json_t *value = json_object_get(object, name);
    if (!value && !required) {
        return 0;
    }
    const int result = check_string(place, name, value, size, false);
    if (result == 0) {
        g_strlcpy(ret_text, json_string_value(value), size);
    }
    return result;
}

int questionnaire_read_boolean(const struct questionnaire_place *place, const json_t *object,
                               const char *name, bool *ret_value)
{
    const json_t *value = json_object_get(object, name);
    if (!value) {
        return 0;
    }
    if (!json_is_boolean(value)) {
        return questionnaire_fail(place, name, "The field is true or false.");
    }
    *ret_value = json_is_true(value);
    return 0;
}

int questionnaire_read_number(const struct questionnaire_place *place, const json_t *object,
                              const char *name, int64_t minimum, int64_t maximum,
                              int64_t *ret_value)
{
    const json_t *value = json_object_get(object, name);
    /* A decimal of FHIR may be written as 2.0. */
    const bool whole = json_is_real(value) && json_real_value(value) >= (double)minimum &&
                       json_real_value(value) <= (double)maximum &&
                       json_real_value(value) == (double)(int64_t)json_real_value(value);
    if (!json_is_integer(value) && !whole) {
        return questionnaire_fail(place, name, "A whole number belongs here.");
    }
    const int64_t number =
        whole ? (int64_t)json_real_value(value) : (int64_t)json_integer_value(value);
    if (number < minimum || number > maximum) {
        return questionnaire_fail(place, name, "The number is too small or too great.");
    }
    *ret_value = number;
    return 0;
}

int questionnaire_list_size(const struct questionnaire_place *place, const json_t *object,
                            const char *name, size_t maximum)
{
    const json_t *list = json_object_get(object, name);
    if (!list) {
        return 0;
    }
    if (!json_is_array(list) || json_array_size(list) == 0 || json_array_size(list) > maximum) {
        return questionnaire_fail(place, name, "A list belongs here, neither empty nor this long.");
    }
    return (int)json_array_size(list);
}

/* ---- words ---- */

/* One extension: {"url": TRANSLATION, "extension": [{"url": "lang", "valueCode": ...},
 * {"url": "content", "valueString": ...}]} */
static int read_translation(const struct questionnaire_place *place, const char *name,
                            const json_t *extension, const char **ret_language,
                            const json_t **ret_content)
{
    const json_t *parts = json_object_get(extension, "extension");
    const char *url = json_string_value(json_object_get(extension, "url"));
    *ret_language = NULL;
    *ret_content = NULL;
    for (size_t i = 0; i < json_array_size(parts); i++) {
        const json_t *part = json_array_get(parts, i);
        const char *what = json_string_value(json_object_get(part, "url"));
        if (what && strcmp(what, "lang") == 0 && !*ret_language) {
            *ret_language = json_string_value(json_object_get(part, "valueCode"));
        } else if (what && strcmp(what, "content") == 0 && !*ret_content) {
            *ret_content = json_object_get(part, "valueString");
        } else {
            return questionnaire_fail(place, name, "A translation is one lang and one content.");
        }
    }
    if (!url || strcmp(url, TRANSLATION) != 0 || !*ret_language || !*ret_content ||
        json_object_size(extension) != 2) {
        return questionnaire_fail(place, name, "Nothing but translations belongs here.");
    }
    return 0;
}

static size_t find_language(const struct questionnaire *questionnaire, const char *language)
{
    for (size_t i = 0; i < questionnaire->language_count; i++) {
        if (strcmp(questionnaire->languages[i], language) == 0) {
            return i;
        }
    }
    return QUESTIONNAIRE_NO_ITEM;
}

/* The list of extensions beside a text; NULL without. */
static int find_translations(const struct questionnaire_place *place, const json_t *object,
                             const char *name, const json_t **ret_list)
{
    static const char *const names[] = {"extension", NULL};
    const json_t *beside = json_object_get(object, name);
    *ret_list = NULL;
    if (!beside) {
        return 0;
    }
    int result = questionnaire_check_fields(place, beside, names);
    result = result < 0 ? result
                        : questionnaire_list_size(place, beside, "extension",
                                                  QUESTIONNAIRE_LANGUAGES_MAX - 1);
    *ret_list = json_object_get(beside, "extension");
    return result < 0 ? questionnaire_fail(place, name, "A list of translations belongs here.") : 0;
}

static int read_translations(const struct questionnaire_place *place, const json_t *object,
                             const char *name, struct questionnaire_words *words)
{
    const json_t *list;
    int result = find_translations(place, object, name, &list);
    for (size_t i = 0; result == 0 && i < json_array_size(list); i++) {
        const char *language;
        const json_t *content;
        result = read_translation(place, name, json_array_get(list, i), &language, &content);
        if (result < 0) {
            return result;
        }
        const size_t index = find_language(place->questionnaire, language);
        if (index == QUESTIONNAIRE_NO_ITEM || words->in[index]) {
            return questionnaire_fail(place, name,
                                      "A language that the title has not, or has twice.");
        }
        result = check_string(place, name, content, QUESTIONNAIRE_WORDS_SIZE, true);
        if (result == 0) {
            words->in[index] = questionnaire_keep(place->questionnaire, json_string_value(content));
        }
    }
    return result;
}

int questionnaire_read_words(const struct questionnaire_place *place, const json_t *object,
                             const char *name, bool required, struct questionnaire_words *ret_words)
{
    const json_t *value = json_object_get(object, name);
    struct questionnaire_words words = {0};
    char beside[40];
    snprintf(beside, sizeof(beside), "_%.38s", name);
    if (!value && !required && !json_object_get(object, beside)) {
        return 0;
    }
    int result = check_string(place, name, value, QUESTIONNAIRE_WORDS_SIZE, true);
    if (result < 0) {
        return result;
    }
    words.in[0] = questionnaire_keep(place->questionnaire, json_string_value(value));
    result = read_translations(place, object, beside, &words);
    for (size_t i = 0; result == 0 && i < place->questionnaire->language_count; i++) {
        if (!words.in[i]) {
            return questionnaire_fail(place, beside,
                                      "A translation is missing that the title has.");
        }
    }
    if (result == 0) {
        *ret_words = words;
    }
    return result;
}

static bool is_language(const char *tag)
{
    const size_t first = strcspn(tag, "-");
    return strlen(tag) < QUESTIONNAIRE_LANGUAGE_SIZE && (first == 2 || first == 3) &&
           strspn(tag, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-") ==
               strlen(tag);
}

static int add_language(const struct questionnaire_place *place, const char *field,
                        const char *language)
{
    struct questionnaire *questionnaire = place->questionnaire;
    if (!language || !is_language(language) ||
        questionnaire->language_count == QUESTIONNAIRE_LANGUAGES_MAX ||
        find_language(questionnaire, language) != QUESTIONNAIRE_NO_ITEM) {
        return questionnaire_fail(place, field, "A language is a tag such as es or es-US, once.");
    }
    g_strlcpy(questionnaire->languages[questionnaire->language_count++], language,
              QUESTIONNAIRE_LANGUAGE_SIZE);
    return 0;
}

int questionnaire_read_languages(const struct questionnaire_place *place, const json_t *document)
{
    const json_t *list;
    int result =
        add_language(place, "language", json_string_value(json_object_get(document, "language")));
    result = result < 0 ? result : find_translations(place, document, "_title", &list);
    for (size_t i = 0; result == 0 && i < json_array_size(list); i++) {
        const char *language;
        const json_t *content;
        result = read_translation(place, "_title", json_array_get(list, i), &language, &content);
        result = result < 0 ? result : add_language(place, "_title", language);
    }
    return result;
}
