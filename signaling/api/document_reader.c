#include "signaling/api/document_reader.h"

#include "gateway/visits/participant.h"

#include <errno.h>
#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

int document_fail(const struct document_place *place, const char *field, const char *message)
{
    snprintf(place->problem->where, sizeof(place->problem->where), "%s%s%.40s", place->text,
             *place->text && *field ? "." : "", g_utf8_validate(field, -1, NULL) ? field : "?");
    snprintf(place->problem->message, sizeof(place->problem->message), "%s", message);
    return -EBADMSG;
}

static int parse(const struct document_place *top, const char *text, size_t size,
                 json_t **ret_document)
{
    json_error_t error;
    json_t *document = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
    if (!document) {
        char line[32];
        snprintf(line, sizeof(line), "line %d", error.line);
        return document_fail(top, line, error.text);
    }
    *ret_document = document;
    return 0;
}

int document_load(const char *path, json_t **ret_document, struct document_problem *ret_problem)
{
    const struct document_place top = {.text = "", .problem = ret_problem};
    g_autofree gchar *text = NULL;
    gsize size = 0;
    if (!g_file_get_contents(path, &text, &size, NULL)) {
        (void)document_fail(&top, "", "The file cannot be read.");
        return -ENOENT;
    }
    if (size > DOCUMENT_FILE_MAX_BYTES) {
        return document_fail(&top, "", "The file is too large.");
    }
    return parse(&top, text, size, ret_document);
}

int document_check_fields(const struct document_place *place, const json_t *object,
                          const char *const *names)
{
    if (!json_is_object(object)) {
        return document_fail(place, "", "An object belongs here.");
    }
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value)
    {
        if (!g_strv_contains(names, key)) {
            return document_fail(place, key, "There is no such field.");
        }
    }
    return 0;
}

int document_read_text(const struct document_place *place, const json_t *object, const char *name,
                       bool required, char *ret_text, size_t size)
{
    const json_t *value = json_object_get(object, name);
    if (!value && !required) {
        return 0;
    }
    if (!json_is_string(value)) {
        return document_fail(place, name, value ? "The field is a text." : "The field is missing.");
    }
    if (json_string_length(value) >= size) {
        return document_fail(place, name, "The text is too long.");
    }
    if (required && json_string_length(value) == 0) {
        return document_fail(place, name, "The text is empty.");
    }
    if (!person_text_is_clean(json_string_value(value), strcmp(name, "address") == 0)) {
        return document_fail(place, name,
                             "The text has control characters, or marks that turn its direction.");
    }
    g_strlcpy(ret_text, json_string_value(value), size);
    return 0;
}

int document_read_texts(const struct document_place *place, const json_t *object,
                        const struct document_text *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const int result = document_read_text(place, object, fields[i].name, fields[i].required,
                                              fields[i].text, fields[i].size);
        if (result < 0) {
            return result;
        }
    }
    return 0;
}

int document_read_time(const struct document_place *place, const json_t *object, const char *name,
                       int64_t *ret_wall_ms)
{
    const char *text = json_string_value(json_object_get(object, name));
    /* With a zone: a time without one would mean another moment on another machine. */
    g_autoptr(GDateTime) time =
        text && strlen(text) <= 40 ? g_date_time_new_from_iso8601(text, NULL) : NULL;
    if (!time || g_date_time_get_year(time) < 1990 || g_date_time_get_year(time) > 2200) {
        return document_fail(place, name, "A time as in 2026-11-21T15:30:00-05:00 belongs here.");
    }
    *ret_wall_ms = g_date_time_to_unix(time) * 1000 + g_date_time_get_microsecond(time) / 1000;
    return 0;
}

int document_read_number(const struct document_place *place, const json_t *object, const char *name,
                         bool required, int64_t least, int64_t most, int64_t *ret_number)
{
    const json_t *value = json_object_get(object, name);
    char message[96];
    if (!value && !required) {
        return 0;
    }
    if (!json_is_integer(value) || json_integer_value(value) < least ||
        json_integer_value(value) > most) {
        snprintf(message, sizeof(message),
                 "A whole number from %" PRId64 " to %" PRId64 " belongs here.", least, most);
        return document_fail(place, name, value ? message : "The field is missing.");
    }
    *ret_number = json_integer_value(value);
    return 0;
}

int document_read_flag(const struct document_place *place, const json_t *object, const char *name,
                       bool required, bool *ret_flag)
{
    const json_t *value = json_object_get(object, name);
    if (!value && !required) {
        return 0;
    }
    if (!json_is_boolean(value)) {
        return document_fail(place, name, "true or false belongs here.");
    }
    *ret_flag = json_is_true(value);
    return 0;
}

int document_read_list(const struct document_place *place, const json_t *object, const char *name,
                       size_t count_max, const json_t **ret_list)
{
    char message[64];
    const json_t *list = json_object_get(object, name);
    if (!json_is_array(list) || json_array_size(list) > count_max) {
        snprintf(message, sizeof(message), "A list of at most %zu belongs here.", count_max);
        return document_fail(place, name, message);
    }
    *ret_list = list;
    return 0;
}

int document_read_words(const struct document_place *place, const json_t *object, const char *name,
                        char *ret_words, size_t size)
{
    const json_t *list = json_object_get(object, name);
    size_t length = 0;
    if (!list) {
        return 0;
    }
    if (!json_is_array(list)) {
        return document_fail(place, name, "A list of words belongs here.");
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *word = json_string_value(json_array_get(list, i));
        if (!word || !*word || strchr(word, ' ') || length + strlen(word) + 1 >= size) {
            return document_fail(place, name, "A word is empty, or the list is too long.");
        }
        length +=
            (size_t)snprintf(ret_words + length, size - length, "%s%s", i > 0 ? " " : "", word);
    }
    return 0;
}
