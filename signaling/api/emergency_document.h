/* emergency_document.h - what a site's staff need to know in an emergency, as JSON
 * (docs/operations.md), read strictly into the domain's struct. Pure. Thread: any. */
#ifndef BEDSIDE_SIGNALING_API_EMERGENCY_DOCUMENT_H
#define BEDSIDE_SIGNALING_API_EMERGENCY_DOCUMENT_H

#include "gateway/visits/emergency_site.h"
#include "signaling/api/document_reader.h"

/* {"numbers": [{"state", "number", "from_afar"?}], "scripts": [{"language", "lines": [text]}]}.
 * Returns 0, or -EBADMSG with the problem. */
int emergency_document_read(const json_t *document, struct emergency_site *ret_site,
                            struct document_problem *ret_problem);
/* From a file. Returns 0, -EBADMSG with the problem, or the negative errno of reading it, with the
 * problem as well. */
int emergency_document_load(const char *path, struct emergency_site *ret_site,
                            struct document_problem *ret_problem);

#endif
