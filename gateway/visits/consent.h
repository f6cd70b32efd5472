/* consent.h - who agreed to what, to which words, when. Rows are only ever added; the latest
 * counts. Pure. Thread: any. */
#ifndef BEDSIDE_VISITS_CONSENT_H
#define BEDSIDE_VISITS_CONSENT_H

#include "gateway/base/digest.h"
#include "gateway/base/random.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum consent_purpose {
    CONSENT_RECORDING, /* sound and picture, kept in the case record */
    CONSENT_PURPOSE_COUNT,
};
enum consent_answer {
    CONSENT_NOT_ASKED,
    CONSENT_GIVEN,
    CONSENT_REFUSED,
    CONSENT_WITHDRAWN,
    CONSENT_ANSWER_COUNT
};
enum consent_method { CONSENT_BY_BUTTON, CONSENT_BY_WORD, CONSENT_METHOD_COUNT };

const char *consent_purpose_name(enum consent_purpose purpose);
int consent_purpose_from_name(const char *name, enum consent_purpose *ret_purpose);
const char *consent_answer_name(enum consent_answer answer);
int consent_answer_from_name(const char *name, enum consent_answer *ret_answer);
const char *consent_method_name(enum consent_method method);
int consent_method_from_name(const char *name, enum consent_method *ret_method);

#define CONSENT_VERSION_SIZE 33
#define CONSENT_LANGUAGE_SIZE 9
#define CONSENT_TEXT_SIZE 2001
#define CONSENT_LANGUAGES_MAX 8

/* The words people are asked, in one language; their digest goes into every answer. */
struct consent_text {
    char language[CONSENT_LANGUAGE_SIZE]; /* BCP 47 */
    char text[CONSENT_TEXT_SIZE];         /* paragraphs, a line each */
    char sha256[DIGEST_SHA256_HEX_SIZE];
};
/* The same question in each language of the site; the first is for whoever reads none of them. */
struct consent_words {
    char version[CONSENT_VERSION_SIZE];
    struct consent_text texts[CONSENT_LANGUAGES_MAX];
    size_t count;
};

struct consent {
    char id[UUID_TEXT_SIZE];
    char visit_id[UUID_TEXT_SIZE];
    char participant_id[UUID_TEXT_SIZE];
    enum consent_purpose purpose;
    enum consent_answer answer;
    enum consent_method method;
    char text_version[CONSENT_VERSION_SIZE];
    char text_sha256[DIGEST_SHA256_HEX_SIZE];
    int64_t answered_at_ms;
};

/* Notes the digests of texts that were written. */
void consent_words_seal(struct consent_words *words);
/* The words in `language` (NULL: the first), or NULL. */
const struct consent_text *consent_words_find(const struct consent_words *words,
                                              const char *language);
/* The participant's latest answer for `purpose` to the current words, in whichever language;
 * CONSENT_NOT_ASKED without one, and after the words changed. `consents` holds one visit's answers,
 * oldest first. */
enum consent_answer consent_current(const struct consent *consents, size_t count,
                                    const char *participant_id, enum consent_purpose purpose,
                                    const struct consent_words *words);

#endif
