/* clinical_case.h - patient, care team, opinion: what belongs together.
 * Pure. Thread: an object belongs to one. */
#ifndef BEDSIDE_VISITS_CLINICAL_CASE_H
#define BEDSIDE_VISITS_CLINICAL_CASE_H

#include "gateway/visits/opinion.h"
#include "gateway/visits/participant.h"

#define CASE_PEOPLE_MAX 32
#define CASE_REFERENCE_SIZE 65
#define CASE_PROGRAMME_SIZE 65
#define CASE_TITLE_SIZE 201

struct clinical_case {
    char id[UUID_TEXT_SIZE];
    char programme[CASE_PROGRAMME_SIZE]; /* one installation is one organisation with several of
                                            these */
    char reference[CASE_REFERENCE_SIZE]; /* the programme's own number; unique within it */
    char title[CASE_TITLE_SIZE];
    int64_t created_at_ms;
    struct person *people; /* owned: exactly one patient; caregivers, care team, helpers */
    size_t person_count;
    struct opinion *opinion; /* owned; NULL while it is not written */
};

struct clinical_case *clinical_case_create(void);
struct clinical_case *clinical_case_destroy(struct clinical_case *clinical_case);
DEFINE_AUTO(clinical_case)

/* Appends a copy. Returns 0, or -ENOSPC beyond CASE_PEOPLE_MAX. */
int clinical_case_add_person(struct clinical_case *clinical_case, const struct person *person);
const struct person *clinical_case_patient(const struct clinical_case *clinical_case);
const struct person *clinical_case_find_person(const struct clinical_case *clinical_case,
                                               const char *person_id);
/* What an import must satisfy. Returns NULL, or the name of the first bad field (static), e.g.
 * "people[].birth_date"; *ret_index (may be NULL) is the person's place. */
const char *clinical_case_find_problem(const struct clinical_case *clinical_case,
                                       size_t *ret_index);

#endif
