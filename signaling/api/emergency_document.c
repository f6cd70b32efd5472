#include "signaling/api/emergency_document.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

#define PLACE_SIZE 48

static int read_number(const struct document_place *place, const json_t *object,
                       struct emergency_number *number)
{
    static const char *const names[] = {"state", "number", "from_afar", NULL};
    const struct document_text texts[] = {
        {"state", true, number->state, sizeof(number->state)},
        {"number", true, number->number, sizeof(number->number)},
        {"from_afar", false, number->from_afar, sizeof(number->from_afar)},
    };
    int result = document_check_fields(place, object, names);
    result = result < 0 ? result : document_read_texts(place, object, texts, G_N_ELEMENTS(texts));
    if (result == 0 && !emergency_state_is_pattern(number->state)) {
        return document_fail(place, "state", "A state is an ISO 3166-2 code, \"US-*\" or \"*\".");
    }
    return result;
}

/* One number for each pattern: which of two holds would depend on their order. */
static int check_is_new(const struct document_place *place, const struct emergency_site *site,
                        size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (strcmp(site->numbers[i].state, site->numbers[index].state) == 0) {
            return document_fail(place, "state", "There is a number for this state already.");
        }
    }
    return 0;
}

static int read_numbers(const struct document_place *top, const json_t *document,
                        struct emergency_site *site)
{
    const json_t *entries = NULL;
    int result = document_read_list(top, document, "numbers", EMERGENCY_NUMBERS_MAX, &entries);
    for (size_t i = 0; result == 0 && i < json_array_size(entries); i++) {
        char where[PLACE_SIZE];
        const struct document_place place = {.text = where, .problem = top->problem};
        snprintf(where, sizeof(where), "numbers[%zu]", i);
        result = read_number(&place, json_array_get(entries, i), &site->numbers[i]);
        result = result < 0 ? result : check_is_new(&place, site, i);
        site->number_count = i + 1;
    }
    return result;
}

static bool is_language(const char *text)
{
    return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") == strlen(text);
}

static int read_script(const struct document_place *place, const json_t *object,
                       struct emergency_script *script)
{
    static const char *const names[] = {"language", "lines", NULL};
    const json_t *lines = NULL;
    int result = document_check_fields(place, object, names);
    result = result < 0 ? result
                        : document_read_text(place, object, "language", true, script->language,
                                             sizeof(script->language));
    if (result == 0 && !is_language(script->language)) {
        return document_fail(place, "language", "A language is a BCP 47 tag: \"en\", \"es\".");
    }
    result = result < 0 ? result
                        : document_read_list(place, object, "lines", EMERGENCY_LINES_MAX, &lines);
    for (size_t i = 0; result == 0 && i < json_array_size(lines); i++) {
        const json_t *line = json_array_get(lines, i);
        const size_t length = json_string_length(line);
        if (length == 0 || length >= EMERGENCY_LINE_SIZE ||
            !person_text_is_clean(json_string_value(line), false)) {
            return document_fail(place, "lines", "A line is a text of at most 300 bytes.");
        }
        memcpy(script->lines[i], json_string_value(line), length + 1);
        script->line_count = i + 1;
    }
    return result;
}

int emergency_document_read(const json_t *document, struct emergency_site *ret_site,
                            struct document_problem *ret_problem)
{
    static const char *const names[] = {"numbers", "scripts", NULL};
    const struct document_place top = {.text = "", .problem = ret_problem};
    g_autofree struct emergency_site *site = g_new0(struct emergency_site, 1);
    const json_t *scripts = NULL;
    int result = document_check_fields(&top, document, names);
    result = result < 0 ? result : read_numbers(&top, document, site);
    result = result < 0
                 ? result
                 : document_read_list(&top, document, "scripts", EMERGENCY_LANGUAGES_MAX, &scripts);
    for (size_t i = 0; result == 0 && i < json_array_size(scripts); i++) {
        char where[PLACE_SIZE];
        const struct document_place place = {.text = where, .problem = ret_problem};
        snprintf(where, sizeof(where), "scripts[%zu]", i);
        result = read_script(&place, json_array_get(scripts, i), &site->scripts[i]);
        site->script_count = i + 1;
    }
    if (result == 0) {
        *ret_site = *site;
    }
    return result;
}

int emergency_document_load(const char *path, struct emergency_site *ret_site,
                            struct document_problem *ret_problem)
{
    json_t *document = NULL;
    int result = document_load(path, &document, ret_problem);
    if (result == 0) {
        result = emergency_document_read(document, ret_site, ret_problem);
    }
    json_decref(document);
    return result;
}
