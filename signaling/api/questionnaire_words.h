/* questionnaire_words.h - what the parts of the reader of questionnaires share: places, plain
 * fields, and words with their translations
 * (http://hl7.org/fhir/R4/extension-translation.html). Private to signaling/api. Thread: any. */
#ifndef BEDSIDE_SIGNALING_API_QUESTIONNAIRE_WORDS_H
#define BEDSIDE_SIGNALING_API_QUESTIONNAIRE_WORDS_H

#include "signaling/api/questionnaire_document.h"

/* Where in the document we are. */
struct questionnaire_place {
    const char *path; /* "" at the top */
    struct questionnaire *questionnaire;
    struct document_problem *problem;
};

#define QUESTIONNAIRE_PATH_SIZE 80
/* The place of `name`[`index`] within `place`; `path` holds its text. */
struct questionnaire_place questionnaire_place_of(const struct questionnaire_place *place,
                                                  const char *name, size_t index,
                                                  char path[QUESTIONNAIRE_PATH_SIZE]);
/* Fills in the problem; returns -EBADMSG. */
int questionnaire_fail(const struct questionnaire_place *place, const char *field,
                       const char *message);

/* `names` ends with NULL. */
int questionnaire_check_fields(const struct questionnaire_place *place, const json_t *object,
                               const char *const *names);
/* A text of one line. One that is missing and not required leaves `ret_text` as it is. */
int questionnaire_read_text(const struct questionnaire_place *place, const json_t *object,
                            const char *name, bool required, char *ret_text, size_t size);
int questionnaire_read_boolean(const struct questionnaire_place *place, const json_t *object,
                               const char *name, bool *ret_value);
int questionnaire_read_number(const struct questionnaire_place *place, const json_t *object,
                              const char *name, int64_t minimum, int64_t maximum,
                              int64_t *ret_value);
/* An optional list. Returns its length or -EBADMSG. */
int questionnaire_list_size(const struct questionnaire_place *place, const json_t *object,
                            const char *name, size_t maximum);
/* `name` in the document's language, "_name" its translations: as many as the questionnaire has
 * languages. */
int questionnaire_read_words(const struct questionnaire_place *place, const json_t *object,
                             const char *name, bool required,
                             struct questionnaire_words *ret_words);
/* Whether the field is this text. */
bool questionnaire_text_is(const json_t *object, const char *name, const char *text);
/* The title's translations say which languages there are. */
int questionnaire_read_languages(const struct questionnaire_place *place, const json_t *document);

/* Of the item at `index` (questionnaire_options.c). */
int questionnaire_read_options(const struct questionnaire_place *place, const json_t *object,
                               size_t index);
int questionnaire_read_item_extensions(const struct questionnaire_place *place,
                                       const json_t *object, size_t index);

#endif
