/* consent_document.h - a site's own words for the recording consent, in each language, as JSON
 * (docs/operations.md), read strictly into the domain's struct. Pure. Thread: any. */
#ifndef BEDSIDE_SIGNALING_API_CONSENT_DOCUMENT_H
#define BEDSIDE_SIGNALING_API_CONSENT_DOCUMENT_H

#include "gateway/visits/consent.h"
#include "signaling/api/document_reader.h"

/* {"texts": [{"language", "paragraphs": [text]}]}: at least one, each language once. Leaves version
 * and digests empty. Returns 0, or -EBADMSG with the problem. */
int consent_document_read(const json_t *document, struct consent_words *ret_words,
                          struct document_problem *ret_problem);
/* From a file. Returns 0, -EBADMSG with the problem, or the negative errno of reading it, with the
 * problem as well. */
int consent_document_load(const char *path, struct consent_words *ret_words,
                          struct document_problem *ret_problem);

#endif
