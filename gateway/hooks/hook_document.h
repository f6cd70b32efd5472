/* hook_document.h - one stored event as the JSON document that a hook gets.
 *
 *   {"id": "0192...", "type": "recording.attached", "time": "2026-11-21T15:04:05.123Z", "attempt":
 * 1, "case_id": "...", "visit_id": "...", "recording_id": "...", "participant_id": "...",
 * "subject_id": "...", "detail": "..."}
 *
 * Ids and codes only: no names, no contents, no secrets. `id` is the same at every attempt, so that
 * a receiver recognises what it has. Members without a value are left out. Pure. Thread: any. */
#ifndef BEDSIDE_HOOKS_HOOK_DOCUMENT_H
#define BEDSIDE_HOOKS_HOOK_DOCUMENT_H

#include "gateway/visits/visit_outbox.h"

/* Returns owned text. */
char *hook_document_create(const struct outbox_entry *entry);

#endif
