#include "signaling/api/opinion_document.h"

#include "gateway/visits/case_flow.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

static int read_outcomes(const struct document_place *place, const json_t *object,
                         struct opinion *opinion)
{
    static const char *const names[] = {"code", "text", NULL};
    static const char *const codes[] = {"diagnosis_confirmed",
                                        "diagnosis_changed",
                                        "treatment_confirmed",
                                        "treatment_changed",
                                        "further_tests",
                                        "trial_suggested",
                                        NULL};
    const json_t *outcomes = json_object_get(object, "outcome");
    if (outcomes &&
        (!json_is_array(outcomes) || json_array_size(outcomes) > OPINION_OUTCOMES_MAX)) {
        return document_fail(place, "outcome", "A list of at most 16 outcomes belongs here.");
    }
    for (size_t i = 0; i < json_array_size(outcomes); i++) {
        char path[48];
        snprintf(path, sizeof(path), "opinion.outcome[%zu]", i);
        const struct document_place inner = {path, place->problem};
        struct opinion_outcome *outcome = &opinion->outcomes[i];
        const json_t *value = json_array_get(outcomes, i);
        int result = document_check_fields(&inner, value, names);
        result = result < 0 ? result
                            : document_read_text(&inner, value, "code", true, outcome->code,
                                                 sizeof(outcome->code));
        result = result < 0 ? result
                            : document_read_text(&inner, value, "text", true, outcome->text,
                                                 sizeof(outcome->text));
        if (result == 0 && !g_strv_contains(codes, outcome->code)) {
            result = document_fail(&inner, "code", "There is no such outcome code.");
        }
        if (result < 0) {
            return result;
        }
        opinion->outcome_count = i + 1;
    }
    return 0;
}

static int read_paragraphs(const struct document_place *place, const json_t *value,
                           struct opinion_section *section)
{
    const json_t *paragraphs = json_object_get(value, "paragraphs");
    if (!json_is_array(paragraphs)) {
        return document_fail(place, "paragraphs", "A list of texts belongs here.");
    }
    for (size_t i = 0; i < json_array_size(paragraphs); i++) {
        const char *text = json_string_value(json_array_get(paragraphs, i));
        if (!text || opinion_section_add_paragraph(section, text) < 0) {
            return document_fail(place, "paragraphs",
                                 "A paragraph is no text, too long, or one too many.");
        }
    }
    return 0;
}

static bool find_section(const struct opinion *opinion, const char *id)
{
    for (size_t i = 0; i < opinion->section_count; i++) {
        if (strcmp(opinion->sections[i].id, id) == 0) {
            return true;
        }
    }
    return false;
}

static int read_sections(const struct document_place *place, const json_t *object,
                         struct opinion *opinion)
{
    static const char *const names[] = {"id", "heading", "paragraphs", NULL};
    const json_t *sections = json_object_get(object, "sections");
    if (!json_is_array(sections) || json_array_size(sections) == 0) {
        return document_fail(place, "sections",
                             "A list of sections belongs here, with at least one.");
    }
    for (size_t i = 0; i < json_array_size(sections); i++) {
        char path[48];
        char id[OPINION_CODE_SIZE] = "";
        char heading[OPINION_HEADING_SIZE] = "";
        snprintf(path, sizeof(path), "opinion.sections[%zu]", i);
        const struct document_place inner = {path, place->problem};
        const json_t *value = json_array_get(sections, i);
        int result = document_check_fields(&inner, value, names);
        result =
            result < 0 ? result : document_read_text(&inner, value, "id", true, id, sizeof(id));
        result = result < 0
                     ? result
                     : document_read_text(&inner, value, "heading", true, heading, sizeof(heading));
        struct opinion_section *section = result < 0 ? NULL : opinion_add_section(opinion, heading);
        if (result == 0 && !section) {
            result = document_fail(&inner, "", "The opinion has too many sections.");
        }
        if (result == 0 && (!case_code_is_plain(id) || find_section(opinion, id))) {
            result = document_fail(&inner, "id",
                                   "An id is made of letters, digits, '.', '_', '-'; each once.");
        }
        if (result == 0) {
            g_strlcpy(section->id, id, sizeof(section->id));
        }
        result = result < 0 ? result : read_paragraphs(&inner, value, section);
        if (result < 0) {
            return result;
        }
    }
    return 0;
}

static int read_pdf(const struct document_place *place, const json_t *object,
                    struct opinion *opinion)
{
    const json_t *pdf = json_object_get(object, "pdf");
    if (!pdf) {
        return 0;
    }
    if (!json_is_string(pdf)) {
        return document_fail(place, "pdf", "The document in base64 belongs here.");
    }
    const char *text = json_string_value(pdf);
    const size_t length = strlen(text);
    if (length % 4 != 0 ||
        strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") !=
            length) {
        return document_fail(place, "pdf", "This is not base64.");
    }
    gsize size = 0;
    g_autofree guchar *bytes = g_base64_decode(text, &size);
    if (opinion_set_document(opinion, "application/pdf", bytes, size) < 0) {
        return document_fail(place, "pdf", "This is not a PDF, or a too large one.");
    }
    return 0;
}

static int read_author(const struct document_place *place, const json_t *object,
                       const struct clinical_case *clinical_case, struct opinion *opinion)
{
    char key[PERSON_KEY_SIZE] = "";
    const int result = document_read_text(place, object, "author", true, key, sizeof(key));
    for (size_t i = 0; result == 0 && i < clinical_case->person_count; i++) {
        const struct person *person = &clinical_case->people[i];
        if (strcmp(person->key, key) == 0) {
            g_strlcpy(opinion->author, person->display_name, sizeof(opinion->author));
            return 0;
        }
    }
    return result < 0 ? result
                      : document_fail(place, "author", "Nobody of the care team has this key.");
}

int opinion_document_read(const struct document_place *top, const json_t *document,
                          struct clinical_case *clinical_case)
{
    static const char *const names[] = {"title", "author", "delivered_at", "outcome", "sections",
                                        "pdf",   NULL};
    const json_t *object = json_object_get(document, "opinion");
    if (!object) {
        return 0;
    }
    const struct document_place place = {"opinion", top->problem};
    struct opinion *opinion = opinion_create();
    clinical_case->opinion = opinion;
    int result = document_check_fields(&place, object, names);
    result = result < 0 ? result
                        : document_read_text(&place, object, "title", true, opinion->title,
                                             sizeof(opinion->title));
    result = result < 0 ? result : read_author(&place, object, clinical_case, opinion);
    result = result < 0
                 ? result
                 : document_read_time(&place, object, "delivered_at", &opinion->signed_at_ms);
    result = result < 0 ? result : read_outcomes(&place, object, opinion);
    result = result < 0 ? result : read_sections(&place, object, opinion);
    return result < 0 ? result : read_pdf(&place, object, opinion);
}
