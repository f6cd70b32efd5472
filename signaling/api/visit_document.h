/* visit_document.h - a visit as docs/case-import.md has it, read strictly into the domain's
 * structs; the same rules as of case_document.h. Pure but for the clock of "now", which is given.
 * Thread: any. */
#ifndef BEDSIDE_SIGNALING_API_VISIT_DOCUMENT_H
#define BEDSIDE_SIGNALING_API_VISIT_DOCUMENT_H

#include "gateway/visits/clinical_case.h"
#include "gateway/visits/visit.h"
#include "signaling/api/document_reader.h"

/* A visit as the document names it: its people are found once the case is known. */
struct visit_document {
    char case_id[UUID_TEXT_SIZE];
    char title[VISIT_TITLE_SIZE];
    char time_zone[TIME_ZONE_SIZE];
    int64_t starts_at_ms;
    uint32_t minutes;
    enum visit_shape shape;
    bool allow_overlap; /* an expert may have another visit at the time */
    struct {
        bool is_patient;
        char key[PERSON_KEY_SIZE];     /* of the care team; empty: the patient, or somebody new */
        char label[PERSON_LABEL_SIZE]; /* "relation"; may be empty */
    } invited[VISIT_INVITED_MAX];
    size_t invited_count;
    struct person guests[VISIT_INVITED_MAX];
    size_t guest_count;
};

/* `ret_visit` is overwritten. Returns 0, or -EBADMSG with the problem. */
int visit_document_read(const json_t *document, int64_t now_ms, struct visit_document *ret_visit,
                        struct document_problem *ret_problem);

/* The field "shape", which may be missing: expert_led. */
int visit_shape_read(const struct document_place *place, const json_t *object,
                     enum visit_shape *ret_shape);

#endif
