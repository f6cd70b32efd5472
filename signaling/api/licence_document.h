/* licence_document.h - licences of a physician, and a site's rules about them, as JSON
 * (docs/http-api.md, docs/operations.md), read strictly into the domain's structs.
 * Pure. Thread: any. */
#ifndef BEDSIDE_SIGNALING_API_LICENCE_DOCUMENT_H
#define BEDSIDE_SIGNALING_API_LICENCE_DOCUMENT_H

#include "gateway/visits/visit_licence.h"
#include "signaling/api/document_reader.h"

/* {"licences": [{"state", "number", "status", "expires"?}], "states"?}, of which the last is passed
 * over. Returns 0, or -EBADMSG with the
 * problem. */
int licence_document_read(const json_t *document, struct licence_list *ret_list,
                          struct document_problem *ret_problem);
/* The same document of a list. Owned. */
json_t *licence_document_write(const struct licence_list *list);

/* {"place_unknown"?, "rules": [{"state", "missing", "restricted"?, "consultation"?,
 * "expiry_warning_days"?}]}; what is not said of a place or a restricted licence is "warn".
 * Returns 0, or -EBADMSG with the problem. */
int licence_rules_document_read(const json_t *document, struct licence_rules *ret_rules,
                                struct document_problem *ret_problem);
/* From a file. Returns 0, -EBADMSG with the problem, or the negative errno of reading it, with the
 * problem as well. */
int licence_rules_document_load(const char *path, struct licence_rules *ret_rules,
                                struct document_problem *ret_problem);

#endif
