#include "gateway/visits/consent.h"

#include "gateway/visits/name_table.h"

#include <string.h>

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

void consent_words_seal(struct consent_words *words)
{
    for (size_t i = 0; i < words->count; i++) {
        digest_of_token(words->texts[i].text, words->texts[i].sha256);
    }
}

const struct consent_text *consent_words_find(const struct consent_words *words,
                                              const char *language)
{
    for (size_t i = 0; i < words->count; i++) {
        if (!language || strcmp(words->texts[i].language, language) == 0) {
            return &words->texts[i];
        }
    }
    return NULL;
}

static bool is_current(const struct consent_words *words, const char *sha256)
{
    for (size_t i = 0; i < words->count; i++) {
        if (strcmp(words->texts[i].sha256, sha256) == 0) {
            return true;
        }
    }
    return false;
}

enum consent_answer consent_current(const struct consent *consents, size_t count,
                                    const char *participant_id, enum consent_purpose purpose,
                                    const struct consent_words *words)
{
    for (size_t i = count; i-- > 0;) {
        const struct consent *consent = &consents[i];
        if (consent->purpose == purpose && strcmp(consent->participant_id, participant_id) == 0) {
            return is_current(words, consent->text_sha256) ? consent->answer : CONSENT_NOT_ASKED;
        }
    }
    return CONSENT_NOT_ASKED;
}
