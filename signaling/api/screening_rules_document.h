/* screening_rules_document.h - what follows from answers, as a site writes it down in JSON
 * (docs/questionnaires.md has the fields), read strictly into the domain's structs.
 * Pure. Thread: any. */
#ifndef BEDSIDE_SIGNALING_API_SCREENING_RULES_DOCUMENT_H
#define BEDSIDE_SIGNALING_API_SCREENING_RULES_DOCUMENT_H

#include "gateway/visits/alert.h"
#include "signaling/api/document_reader.h"

/* Without "alerts" the ladder is alert_ladder_default. Returns 0, or -EBADMSG with the problem. */
int screening_rules_document_read(const json_t *document, struct screening_rules *ret_rules,
                                  struct alert_ladder *ret_ladder,
                                  struct document_problem *ret_problem);

#endif
