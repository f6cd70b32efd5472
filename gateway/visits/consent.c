#include "gateway/visits/consent.h"

#include "gateway/visits/name_table.h"

#include <stdio.h>

static const char *const purpose_names[CONSENT_PURPOSE_COUNT] = {[CONSENT_RECORDING] = "recording"};
DEFINE_NAMES(consent_purpose, consent_purpose, purpose_names)

static const char *const answer_names[CONSENT_ANSWER_COUNT] = {
    [CONSENT_NOT_ASKED] = "not_asked",
    [CONSENT_GIVEN] = "given",
    [CONSENT_REFUSED] = "refused",
    [CONSENT_WITHDRAWN] = "withdrawn",
};
DEFINE_NAMES(consent_answer, consent_answer, answer_names)

static const char *const method_names[CONSENT_METHOD_COUNT] = {
    [CONSENT_BY_BUTTON] = "button",
    [CONSENT_BY_WORD] = "word",
};
DEFINE_NAMES(consent_method, consent_method, method_names)

struct consent_text consent_text_over(const char *version, const char *text)
{
    struct consent_text over = {.text = text};
    snprintf(over.version, sizeof(over.version), "%s", version);
    digest_of_token(text, over.sha256);
    return over;
}

enum consent_answer consent_current(const struct consent *consents, size_t count,
                                    const char *participant_id, enum consent_purpose purpose,
                                    const struct consent_text *text)
{
    for (size_t i = count; i-- > 0;) {
        const struct consent *consent = &consents[i];
        if (consent->purpose == purpose && strcmp(consent->participant_id, participant_id) == 0) {
            return strcmp(consent->text_sha256, text->sha256) == 0 ? consent->answer
                                                                   : CONSENT_NOT_ASKED;
        }
    }
    return CONSENT_NOT_ASKED;
}
