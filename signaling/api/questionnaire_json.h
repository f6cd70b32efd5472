/* questionnaire_json.h - questionnaires and answers as browsers and staff get them
 * (docs/http-api.md), and answers as browsers send them. Pure. Thread: any. */
#ifndef BEDSIDE_SIGNALING_API_QUESTIONNAIRE_JSON_H
#define BEDSIDE_SIGNALING_API_QUESTIONNAIRE_JSON_H

#include "gateway/visits/questionnaire.h"
#include "gateway/visits/screening.h"
#include "signaling/api/document_reader.h"

/* {"en": "...", "es": "..."}; null when there are none. Owned. */
json_t *questionnaire_words_json(const struct questionnaire *questionnaire,
                                 const struct questionnaire_words *words);
/* {"id", "url", "version", "title", "copyright", "items"}. Owned. */
json_t *questionnaire_json(const struct questionnaire *questionnaire);
/* [{"link_id", "value"} or {"link_id", "skipped": true}]. Owned. */
json_t *questionnaire_answers_json(const struct questionnaire *questionnaire,
                                   const struct questionnaire_answers *answers);
/* The value of one given answer. Owned. */
json_t *questionnaire_value_json(const struct questionnaire_item *item,
                                 const struct questionnaire_answer *answer);

/* That list. What an answer may be, is questionnaire_check_answers()' to say. Returns 0 and owned
 * answers, or -EBADMSG with the problem. */
int questionnaire_answers_read(const struct questionnaire *questionnaire, const json_t *document,
                               struct questionnaire_answers **ret_answers, bool *ret_complete,
                               struct document_problem *ret_problem);

/* [{"language", "words", "number"}]. Owned. */
json_t *screening_crisis_list_json(const struct screening_rules *rules);
json_t *screening_crisis_json(const struct screening_crisis *crisis);

#endif
