/* case_document.h - a case as docs/case-import.md has it, read strictly into the domain's structs.
 *
 * An unknown field, a wrong type, a text that is too long: each is refused with the place where it
 * stands ("care_team[1].role"). Whether a name or a date makes sense is the domain's to say
 * (clinical_case_find_problem()). Pure. Thread: any. */
#ifndef BEDSIDE_SIGNALING_API_CASE_DOCUMENT_H
#define BEDSIDE_SIGNALING_API_CASE_DOCUMENT_H

#include "gateway/visits/clinical_case.h"
#include "signaling/api/document_reader.h"

/* Returns 0 and an owned case without ids, or -EBADMSG with the problem. */
int case_document_read(const json_t *document, struct clinical_case **ret_case,
                       struct document_problem *ret_problem);

#endif
