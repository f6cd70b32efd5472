/* person_document.h - a person as the documents of docs/case-import.md have them, read strictly:
 * the patient, a member of the care team, a guest. Whether a name or a date makes sense is the
 * domain's to say (person_find_problem()). Pure. Thread: any. */
#ifndef BEDSIDE_SIGNALING_API_PERSON_DOCUMENT_H
#define BEDSIDE_SIGNALING_API_PERSON_DOCUMENT_H

#include "gateway/visits/clinical_case.h"
#include "signaling/api/document_reader.h"

/* Reads what every person has. `names`: all fields that may stand there, ending with NULL. Returns
 * 0, or -EBADMSG with the problem. */
int person_document_read(const struct document_place *place, const json_t *object,
                         const char *const *names, struct person *person);
/* The field "role". Returns 0, or -EBADMSG with the problem. */
int person_document_read_role(const struct document_place *place, const json_t *object,
                              enum participant_role *ret_role);
/* What the domain calls a person's field, in the words of the document; `label_word`: what it says
 * for the label. */
const char *person_document_field(const char *field, const char *label_word);

#endif
