#include "signaling/api/consent_document.h"

#include "gateway/visits/participant.h"

#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>

#define PLACE_SIZE 48
#define PARAGRAPHS_MAX 16

/* A primary tag is enough: the pages choose among the languages that they speak themselves. */
static bool is_language(const char *text)
{
    return *text && strspn(text, "abcdefghijklmnopqrstuvwxyz") == strlen(text);
}

/* One paragraph a line, as the pages show them. */
static int add_paragraph(const struct document_place *place, const json_t *paragraph,
                         struct consent_text *text)
{
    const char *words = json_string_value(paragraph);
    const size_t before = strlen(text->text);
    const size_t gap = before > 0 ? 1 : 0;
    const size_t length = json_string_length(paragraph);
    if (length == 0 || !person_text_is_clean(words, false)) {
        return document_fail(place, "paragraphs", "A paragraph is one line of text.");
    }
    if (before + gap + length >= sizeof(text->text)) {
        return document_fail(place, "paragraphs", "All paragraphs have at most 2000 bytes.");
    }
    text->text[before] = '\n'; /* overwritten when it is the first */
    memcpy(text->text + before + gap, words, length + 1);
    return 0;
}

static int read_text(const struct document_place *place, const json_t *object,
                     struct consent_text *text)
{
    static const char *const names[] = {"language", "paragraphs", NULL};
    const json_t *paragraphs = NULL;
    int result = document_check_fields(place, object, names);
    result = result < 0 ? result
                        : document_read_text(place, object, "language", true, text->language,
                                             sizeof(text->language));
    if (result == 0 && !is_language(text->language)) {
        return document_fail(place, "language", "A language is a tag like \"en\" or \"es\".");
    }
    result = result < 0
                 ? result
                 : document_read_list(place, object, "paragraphs", PARAGRAPHS_MAX, &paragraphs);
    for (size_t i = 0; result == 0 && i < json_array_size(paragraphs); i++) {
        result = add_paragraph(place, json_array_get(paragraphs, i), text);
    }
    return result == 0 && !text->text[0]
               ? document_fail(place, "paragraphs", "At least one belongs here.")
               : result;
}

int consent_document_read(const json_t *document, struct consent_words *ret_words,
                          struct document_problem *ret_problem)
{
    static const char *const names[] = {"texts", NULL};
    const struct document_place top = {.text = "", .problem = ret_problem};
    g_autofree struct consent_words *words = g_new0(struct consent_words, 1);
    const json_t *texts = NULL;
    int result = document_check_fields(&top, document, names);
    result = result < 0
                 ? result
                 : document_read_list(&top, document, "texts", CONSENT_LANGUAGES_MAX, &texts);
    for (size_t i = 0; result == 0 && i < json_array_size(texts); i++) {
        char where[PLACE_SIZE];
        const struct document_place place = {.text = where, .problem = ret_problem};
        struct consent_text *text = &words->texts[i];
        snprintf(where, sizeof(where), "texts[%zu]", i);
        result = read_text(&place, json_array_get(texts, i), text);
        if (result == 0 && consent_words_find(words, text->language)) {
            return document_fail(&place, "language", "There are words in this language already.");
        }
        words->count = i + 1;
    }
    if (result == 0 && words->count == 0) {
        return document_fail(&top, "texts", "At least one language belongs here.");
    }
    if (result == 0) {
        *ret_words = *words;
    }
    return result;
}

int consent_document_load(const char *path, struct consent_words *ret_words,
                          struct document_problem *ret_problem)
{
    json_t *document = NULL;
    int result = document_load(path, &document, ret_problem);
    if (result == 0) {
        result = consent_document_read(document, ret_words, ret_problem);
    }
    json_decref(document);
    return result;
}
