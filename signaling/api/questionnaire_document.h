/* questionnaire_document.h - a site's `Questionnaire` (FHIR R4), read strictly into the domain's
 * struct. docs/questionnaires.md has the subset.
 *
 * What would change a question without being understood here is refused, with the place where it
 * stands ("item[1].item[0].enableWhen[0].question"): an unknown field or extension, a type that is
 * not asked, a text without one of the languages. Pure. Thread: any. */
#ifndef BEDSIDE_SIGNALING_API_QUESTIONNAIRE_DOCUMENT_H
#define BEDSIDE_SIGNALING_API_QUESTIONNAIRE_DOCUMENT_H

#include "gateway/visits/questionnaire.h"
#include "signaling/api/case_document.h"

#define QUESTIONNAIRE_DOCUMENT_MAX_BYTES 262144

/* Returns 0 and an owned questionnaire, or -EBADMSG with the problem. */
int questionnaire_document_read(const void *bytes, size_t size,
                                struct questionnaire **ret_questionnaire,
                                struct document_problem *ret_problem);

#endif
