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

/* The words people are asked; its digest goes into every answer. */
struct consent_text {
    char version[CONSENT_VERSION_SIZE];
    const char *text; /* borrowed */
    char sha256[DIGEST_SHA256_HEX_SIZE];
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

/* Returns a consent_text over borrowed `text`. */
struct consent_text consent_text_over(const char *version, const char *text);
/* The participant's latest answer for `purpose` to the current words; CONSENT_NOT_ASKED without
 * one, and after the words changed. `consents` holds one visit's answers, oldest first. */
enum consent_answer consent_current(const struct consent *consents, size_t count,
                                    const char *participant_id, enum consent_purpose purpose,
                                    const struct consent_text *text);

#endif
