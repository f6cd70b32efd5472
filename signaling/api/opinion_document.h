/* opinion_document.h - the expert's opinion within a case (docs/case-import.md), read strictly.
 * Pure. Thread: any. */
#ifndef BEDSIDE_SIGNALING_API_OPINION_DOCUMENT_H
#define BEDSIDE_SIGNALING_API_OPINION_DOCUMENT_H

#include "gateway/visits/clinical_case.h"
#include "signaling/api/document_reader.h"

/* Reads the field "opinion" of a case, which may be missing; its author is found among the people
 * that the case has by then. The case owns it, be it read to its end or not. Returns 0, or -EBADMSG
 * with the problem. */
int opinion_document_read(const struct document_place *top, const json_t *document,
                          struct clinical_case *clinical_case);

#endif
